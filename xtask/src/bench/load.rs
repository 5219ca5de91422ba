//! A DICOM series complete in memory, against SimpleITK's series reader. Each run is a process of
//! its own; the tools take turns, so that both see the same disk cache and the same neighbours.

use super::table::{Promise, Table, median};
use crate::failure::Failure;
use crate::places;
use crate::process;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const RUNS: usize = 7;
/// 512 x 512 x 300 voxels of 2 bytes.
const VOLUME_MB: f64 = 157.3;

#[derive(Debug, Default)]
struct Runs {
    ms: Vec<f64>,
    first_slice_ms: Vec<f64>,
    peak_mb: Vec<f64>,
}

/// Adds the rows about loading.
pub(crate) fn measure(series: &Path, table: &mut Table) -> Result<(), Failure> {
    process::run(process::cargo(&[
        "build",
        "--release",
        "-p",
        "annotomy-formats",
        "--example",
        "load_series",
    ]))?;
    let ours = places::target().join("release/examples/load_series");
    let python = places::peers_python();
    let mut own = Runs::default();
    let mut peer = Runs::default();
    for _ in 0..=RUNS {
        let mut load = process::command(&ours.to_string_lossy(), &[]);
        load.arg(series);
        own.add(load)?;
        let mut load = process::command(&python.to_string_lossy(), &["tests/bench/load_series.py"]);
        load.arg(series);
        peer.add(load)?;
    }
    own.forget_first();
    peer.forget_first();
    let (ours, theirs) = (median(&own.ms), median(&peer.ms));
    table.add("series in memory", ours, "ms", Promise::None);
    table.add("series in memory, SimpleITK", theirs, "ms", Promise::None);
    table.add_ratio("series in memory", ours, theirs, Promise::AtLeast(2.0));
    let first = median(&own.first_slice_ms);
    table.add(
        "its first slice, after the headers",
        first,
        "ms",
        Promise::None,
    );
    let most = Promise::AtMost(VOLUME_MB + 100.0);
    table.add("peak memory", median(&own.peak_mb), "MB", most);
    let theirs = median(&peer.peak_mb);
    table.add("peak memory, SimpleITK", theirs, "MB", Promise::None);
    Ok(())
}

impl Runs {
    fn add(&mut self, command: Command) -> Result<(), Failure> {
        let output = process::output(command)?;
        let answer: Value = serde_json::from_slice(&output).unwrap_or(Value::Null);
        // NaN, which meets no promise, where the program said something else.
        let number = |name: &str| answer[name].as_f64().unwrap_or(f64::NAN);
        self.ms.push(number("total_secs") * 1e3);
        self.first_slice_ms.push(number("first_slice_secs") * 1e3);
        self.peak_mb.push(number("peak_bytes") / 1e6);
        Ok(())
    }

    /// The first run only warms the disk cache.
    fn forget_first(&mut self) {
        for values in [&mut self.ms, &mut self.first_slice_ms, &mut self.peak_mb] {
            values.remove(0);
        }
    }
}
