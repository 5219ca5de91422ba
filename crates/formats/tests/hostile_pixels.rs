//! Thousands of damaged frames of every encoding: each is an image or an error, none a panic in our
//! decoders, a hang, or memory without bound.

mod common;

use common::ask::{ask, list, path};
use common::scanned;
use rayon::prelude::*;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Damaged copies of each frame.
const N_COPIES: u64 = 40;

/// Bytes of the delimiter behind the fragment.
const END_OF_FRAGMENTS: usize = 8;

/// What the process may grow by, bytes; the frames have at most 40,000 pixels.
const MAX_GROWTH: usize = 300 << 20;

/// Numbers that look random (SplitMix64, Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// Damages a fragment: mostly its first bytes, where the codecs' headers are.
fn damage(fragment: &mut [u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let n = fragment.len();
        let reach = if random.below(2) == 0 { n } else { n.min(120) };
        let at = random.below(reach);
        match random.below(6) {
            0 => fragment[at] ^= 1 << random.below(8),
            1 => fragment[at] = 0xFF,
            2 => fragment[at] = 0,
            3 => fragment[at] = random.next() as u8,
            4 => {
                let to = (at + random.below(64)).min(n);
                let target = random.below(n - (to - at));
                fragment.copy_within(at..to, target);
            }
            _ => {
                let n_left_out = random.below(4).min(n - at);
                fragment[at..].rotate_left(n_left_out);
            }
        }
    }
}

/// Where the value of the pixel data begins: the last element of these files.
fn pixels_at(file: &[u8]) -> usize {
    let tag = [0xE0, 0x7F, 0x10, 0x00];
    let at = file.windows(4).position(|bytes| bytes == tag);
    let table = at.expect("pixel data") + 12;
    // Headers of the offset table and of the fragment around the table.
    table + 8 + usize::from(file[table + 4]) + 8
}

/// Whether the image is decoded; else the error names its file.
fn is_decoded(file: &Path) -> bool {
    let decoded = scanned(file).and_then(|study| {
        let series = study.series.first().expect("a series or an error");
        series.load_slice(0, 0)
    });
    match decoded {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.path(), Some(file));
            false
        }
    }
}

/// The most memory the process has had, bytes; `None` where the system does not say.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

const ENCAPSULATED: [u8; 4] = [0xFF; 4];

#[expect(clippy::print_stdout, reason = "the count is what the test run shows")]
#[test]
fn no_damaged_frame_does_harm() {
    static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_encoded.py", folder.path());
    let cases: Vec<_> = list(&answer["cases"])
        .iter()
        .filter(|case| {
            std::fs::read(path(case)).is_ok_and(|f| f.windows(4).any(|b| b == ENCAPSULATED))
        })
        .collect();
    let before = peak();
    let n_decoded = AtomicU64::new(0);
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        PANICS
            .lock()
            .expect("no panic inside")
            .push(at.unwrap_or_default());
    }));
    cases.par_iter().enumerate().for_each(|(n, case)| {
        let sound = std::fs::read(path(case)).expect("a file");
        let from = pixels_at(&sound);
        let damaged = folder.path().join(format!("damaged-{n}.dcm"));
        let mut random = Random(n as u64);
        for _ in 0..N_COPIES {
            let mut file = sound.clone();
            let end = file.len() - END_OF_FRAGMENTS;
            damage(&mut file[from..end], &mut random);
            common::write(&damaged, &file);
            n_decoded.fetch_add(is_decoded(&damaged).into(), Ordering::Relaxed);
        }
    });
    drop(std::panic::take_hook());
    let panics = PANICS.lock().expect("no panic inside").clone();
    let n_frames = cases.len() as u64 * N_COPIES;
    let n_decoded = n_decoded.into_inner();
    println!("{n_frames} damaged frames, {n_decoded} decoded, panics contained: {panics:?}");
    assert!(n_decoded > n_frames / 10 && n_decoded < n_frames / 10 * 9);
    assert!(n_frames > 5000, "{n_frames} frames");
    let ours: Vec<_> = panics
        .iter()
        .filter(|at| at.contains("crates/formats"))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
    if let (Some(before), Some(after)) = (before, peak()) {
        println!("grew by {} MB", (after - before) >> 20);
        assert!(
            after - before < MAX_GROWTH,
            "grew by {} bytes",
            after - before
        );
    }
}
