//! A DICOM series complete in memory, against SimpleITK's series reader. Each run is a process of
//! its own; the tools take turns, so that both see the same disk cache and the same neighbours.

use super::table::{Promise, Table, median};
use crate::failure::Failure;
use crate::places;
use crate::process;
use std::path::Path;
use std::process::Command;

const RUNS: usize = 7;
/// 512 x 512 x 300 voxels of 2 bytes.
const VOLUME_MB: f64 = 150.0;

#[derive(Debug, Default)]
struct Runs {
    seconds: Vec<f64>,
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
    let ms = |runs: &Runs| 1000.0 * median(&runs.seconds);
    table.add("series in memory", ms(&own), "ms", Promise::None);
    table.add(
        "series in memory, SimpleITK",
        ms(&peer),
        "ms",
        Promise::None,
    );
    table.add_ratio(
        "series in memory",
        ms(&own),
        ms(&peer),
        Promise::AtLeast(2.0),
    );
    let most = Promise::AtMost(VOLUME_MB + 100.0);
    table.add("peak memory", median(&own.peak_mb), "MiB", most);
    table.add(
        "peak memory, SimpleITK",
        median(&peer.peak_mb),
        "MiB",
        Promise::None,
    );
    Ok(())
}

impl Runs {
    /// Reads `seconds=... peak_rss_mb=...` from what the program prints.
    fn add(&mut self, command: Command) -> Result<(), Failure> {
        let output = process::output(command)?;
        let text = String::from_utf8_lossy(&output);
        self.seconds.push(value_after(&text, "seconds="));
        self.peak_mb.push(value_after(&text, "peak_rss_mb="));
        Ok(())
    }

    /// The first run only warms the disk cache.
    fn forget_first(&mut self) {
        self.seconds.remove(0);
        self.peak_mb.remove(0);
    }
}

/// The number behind `name`; NaN, which meets no promise, where there is none.
fn value_after(text: &str, name: &str) -> f64 {
    text.split_once(name)
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(f64::NAN)
}
