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

/// Middle values of several runs; NaN where a program does not say.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) total_ms: f64,
    pub(super) scan_ms: f64,
    pub(super) first_slice_ms: f64,
    pub(super) peak_mb: f64,
}

/// Adds the rows about the uncompressed series.
pub(crate) fn measure(series: &Path, table: &mut Table) -> Result<(), Failure> {
    build()?;
    let [own, peer] = in_turns(series, Some("simpleitk"))?;
    let what = "series in memory";
    table.add(what, own.total_ms, "ms", Promise::None);
    let theirs = ("SimpleITK", peer.total_ms);
    table.add_peer(what, own.total_ms, theirs, Promise::AtLeast(2.0));
    let first = own.first_slice_ms;
    table.add(
        "its first slice, after the headers",
        first,
        "ms",
        Promise::None,
    );
    let most = Promise::AtMost(VOLUME_MB + 100.0);
    table.add("peak memory", own.peak_mb, "MB", most);
    table.add("peak memory, SimpleITK", peer.peak_mb, "MB", Promise::None);
    Ok(())
}

/// Builds the program that [`in_turns`] runs.
pub(super) fn build() -> Result<(), Failure> {
    process::build_example("annotomy-formats", "load_series")
}

/// Loads `path` with our program and with a peer of `tests/bench/load_series.py`, in turns; ours
/// alone without a peer. The first run of each only warms the disk cache.
pub(super) fn in_turns(path: &Path, peer: Option<&str>) -> Result<[Loaded; 2], Failure> {
    let ours = places::target().join("release/examples/load_series");
    let python = places::peers_python();
    let mut answers = [Vec::new(), Vec::new()];
    for _ in 0..=RUNS {
        let mut load = process::command(&ours.to_string_lossy(), &[]);
        load.arg(path);
        answers[0].push(answer(load)?);
        if let Some(peer) = peer {
            let script = ["tests/bench/load_series.py", peer];
            let mut load = process::command(&python.to_string_lossy(), &script);
            load.arg(path);
            answers[1].push(answer(load)?);
        }
    }
    Ok(answers.map(|answers| {
        let warm = answers.get(1..).unwrap_or_default();
        // NaN, which meets no promise, where the program said something else.
        let of = |name: &str| {
            let values: Vec<f64> = warm
                .iter()
                .map(|answer| answer[name].as_f64().unwrap_or(f64::NAN))
                .collect();
            median(&values)
        };
        Loaded {
            total_ms: of("total_secs") * 1e3,
            scan_ms: of("scan_secs") * 1e3,
            first_slice_ms: of("first_slice_secs") * 1e3,
            peak_mb: of("peak_bytes") / 1e6,
        }
    }))
}

fn answer(command: Command) -> Result<Value, Failure> {
    let output = process::output(command)?;
    Ok(serde_json::from_slice(&output).unwrap_or(Value::Null))
}
