//! Loads every series at a path and prints how long each step took and the most memory used, as
//! one JSON object. For `cargo xtask bench`.

use annotomy_formats::{NoProgress, scan};
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or("usage: load_series PATH")?;
    let start = Instant::now();
    let study = scan(&[path], &NoProgress)?;
    let scan_secs = start.elapsed().as_secs_f64();
    let mut volume_bytes = 0;
    let mut first_secs = 0.0;
    for series in &study.series {
        let middle = series
            .geometry()
            .size()
            .into_iter()
            .last()
            .unwrap_or_default()
            / 2;
        let loading = Instant::now();
        let first = std::sync::Mutex::new(0.0);
        let on_first = |_| {
            *first.lock().expect("no other holder panics") = loading.elapsed().as_secs_f64();
        };
        let (volume, _) = series.load(0, middle, &on_first, &NoProgress)?;
        volume_bytes += volume.voxels().bytes().len();
        first_secs += first.into_inner()?;
    }
    let total_secs = start.elapsed().as_secs_f64();
    let peak_bytes = peak_bytes().unwrap_or_default();
    let n_series = study.series.len();
    writeln!(
        std::io::stdout(),
        "{{\"n_series\":{n_series},\"scan_secs\":{scan_secs:.4},\"first_slice_secs\":{first_secs:.4},\
         \"total_secs\":{total_secs:.4},\"volume_bytes\":{volume_bytes},\"peak_bytes\":{peak_bytes}}}"
    )?;
    Ok(())
}

/// High-water mark of resident memory; Linux only.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
