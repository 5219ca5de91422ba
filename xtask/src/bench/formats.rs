//! What scanners, archives and researchers hand over: compressed series, many files, long series,
//! compressed NIfTI; and a segmentation written as DICOM.

use super::fixture;
use super::load::{self, in_turns};
use super::table::{Promise, Table, median};
use crate::failure::Failure;
use crate::places;
use crate::process;
use serde_json::Value;
use std::path::Path;

/// Encodings of the benchmark series: our name, a peer, how many times faster we are at least.
const ENCODED: [(&str, &str, f64); 5] = [
    ("jpeg2000", "simpleitk", 1.0),
    ("jpegls", "simpleitk", 1.8),
    ("jpeglossless", "simpleitk", 1.8),
    ("rle", "pydicom", 2.0),
    ("rle", "dcm2niix", 2.0),
];
/// 512 x 512 x 2500 voxels of 2 bytes.
const LONG_MB: f64 = 1310.7;
const RUNS: usize = 5;

/// Adds the rows about formats.
pub(crate) fn measure(series: &Path, table: &mut Table) -> Result<(), Failure> {
    load::build()?;
    for (kind, peer, least) in ENCODED {
        let folder = fixture::encoded(series, kind)?;
        let [own, theirs] = in_turns(&folder, Some(peer))?;
        let what = format!("series in {kind}, beside {peer}");
        table.add(&what, own.total_ms, "ms", Promise::None);
        let promise = Promise::AtLeast(least);
        table.add_peer(&what, own.total_ms, (peer, theirs.total_ms), promise);
        let first = own.scan_ms + own.first_slice_ms;
        table.add(format!("{what}, first slice"), first, "ms", Promise::None);
    }
    let [own, theirs] = in_turns(&fixture::many(series)?, Some("pydicom-headers"))?;
    let what = "3,000 files scanned";
    table.add(what, own.scan_ms, "ms", Promise::None);
    let peer = ("pydicom", theirs.total_ms);
    table.add_peer(what, own.scan_ms, peer, Promise::AtLeast(5.0));
    let [own, theirs] = in_turns(&fixture::gzip_nifti(series)?, Some("simpleitk"))?;
    let what = ".nii.gz in memory";
    table.add(what, own.total_ms, "ms", Promise::None);
    let peer = ("SimpleITK", theirs.total_ms);
    table.add_peer(what, own.total_ms, peer, Promise::AtLeast(1.0));
    let [own, _] = in_turns(&fixture::long(series)?, None)?;
    let first = own.scan_ms + own.first_slice_ms;
    table.add(
        "2,500 slices, the middle one",
        first,
        "ms",
        Promise::AtMost(500.0),
    );
    table.add("2,500 slices, all", own.total_ms, "ms", Promise::None);
    let most = Promise::AtMost(1.3 * LONG_MB);
    table.add("2,500 slices, peak memory", own.peak_mb, "MB", most);
    segmentation(series, table)
}

fn segmentation(series: &Path, table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-formats", "write_segmentation")?;
    let ours = places::target().join("release/examples/write_segmentation");
    let python = places::peers_python();
    let folder = places::target().join("bench");
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..RUNS {
        let mut write = process::command(&ours.to_string_lossy(), &[]);
        write.arg(series).arg(folder.join("ours.seg.dcm"));
        times[0].push(ms(&process::output(write)?));
        let script = ["tests/bench/write_segmentation.py"];
        let mut write = process::command(&python.to_string_lossy(), &script);
        write.arg(series).arg(folder.join("highdicom.seg.dcm"));
        times[1].push(ms(&process::output(write)?));
    }
    let [ours, theirs] = times.map(|times| median(&times));
    let what = "SEG of 20 segments";
    table.add(what, ours, "ms", Promise::None);
    table.add_peer(what, ours, ("highdicom", theirs), Promise::AtLeast(10.0));
    Ok(())
}

fn ms(output: &[u8]) -> f64 {
    let answer: Value = serde_json::from_slice(output).unwrap_or(Value::Null);
    answer["total_secs"].as_f64().unwrap_or(f64::NAN) * 1e3
}
