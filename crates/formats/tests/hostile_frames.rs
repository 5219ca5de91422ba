//! Thousands of damaged multi-frame files, enhanced images, indices and archives do no harm and take
//! little memory.

mod common;

use annotomy_formats::{NoProgress, scan};
use common::ask::ask;
use std::path::{Path, PathBuf};

const N_ROUNDS: usize = 1500;

/// Files damaged together, so that grouping meets several at once.
const FILES_A_ROUND: usize = 4;

/// Files here have a few kilobytes; this is the allowance for any file.
#[cfg(target_os = "linux")]
const MAX_MEGABYTES: usize = 64;

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    // The first 132 bytes only say that it is DICOM.
    let header = |numbers: &mut Numbers, n: usize| 132 + numbers.below(n.saturating_sub(140));
    for _ in 0..=numbers.below(6) {
        let at = header(numbers, bytes.len()).min(bytes.len().saturating_sub(8));
        match numbers.below(6) {
            0 => bytes[at] = numbers.below(256) as u8,
            1 => bytes[at] ^= 1 << numbers.below(8),
            2 => bytes[at..at + 4].copy_from_slice(&[0xFF; 4]),
            3 => bytes[at..at + 4].copy_from_slice(&(numbers.below(1 << 20) as u32).to_le_bytes()),
            4 => {
                let from = header(numbers, bytes.len()).min(bytes.len() - 8);
                let part = bytes[from..(from + numbers.below(400)).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            _ if numbers.below(4) == 0 => bytes.truncate(at + 8),
            // Digits of numbers that are text.
            _ => {
                let digit = bytes[at..].iter().position(u8::is_ascii_digit);
                if let Some(digit) = digit.filter(|digit| *digit < 60) {
                    bytes[at + digit] = b"0123456789-.\\"[numbers.below(13)];
                }
            }
        }
    }
}

/// The most memory that this process has held, megabytes.
#[cfg(target_os = "linux")]
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("the process");
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes
        .and_then(|n| n.parse::<usize>().ok())
        .expect("a number")
        / 1024
}

#[test]
fn no_damaged_file_does_harm_or_takes_much_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    ask("dicom_frames.py", folder.path());
    ask("dicom_containers.py", folder.path());
    let seeds: Vec<Vec<u8>> = files(folder.path())
        .iter()
        .map(|path| std::fs::read(path).expect("a file"))
        .filter(|bytes| bytes.len() > 200)
        .collect();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (mut n_series, mut n_refused) = (0, 0);
    #[cfg(target_os = "linux")]
    let before = most_memory();
    for _ in 0..N_ROUNDS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = numbers.below(seeds.len());
        for n in 0..FILES_A_ROUND {
            let mut bytes = seeds[(first + n) % seeds.len()].clone();
            damage(&mut bytes, &mut numbers);
            common::write(&folder.path().join(n.to_string()), &bytes);
        }
        let whole = vec![folder.path().to_owned()];
        let alone = vec![folder.path().join("0")];
        for paths in [whole, alone] {
            let Ok(study) = scan(&paths, &NoProgress) else {
                n_refused += 1;
                continue;
            };
            for series in study.series {
                n_series += 1;
                for volume in 0..series.n_volumes().min(3) {
                    // Whether these succeed does not matter; that they return does.
                    drop(series.load(volume, 0, &|_| {}, &NoProgress));
                    drop(series.load_slice(volume, 1));
                }
                drop(series.metadata(0));
                drop(series.patient());
                let suv = series.suv_body_weight().and_then(Result::ok);
                assert!(suv.is_none_or(f64::is_finite));
                assert_eq!(series.slice_planes().len(), series.geometry().size()[2]);
                assert_eq!(series.volume_labels().len(), series.n_volumes());
            }
        }
    }
    assert!(
        n_series > N_ROUNDS && n_refused > N_ROUNDS / 10,
        "{n_series}, {n_refused}"
    );
    #[cfg(target_os = "linux")]
    assert!(
        most_memory() - before < MAX_MEGABYTES,
        "{} MB",
        most_memory() - before
    );
}
