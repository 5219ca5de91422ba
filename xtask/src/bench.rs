//! Measures what the project promises about speed, with the peers in the same run, and writes
//! `target/bench/report.md`.

mod algorithms;
mod automation;
mod cancel;
mod classifier;
mod edits;
mod fixture;
mod formats;
mod load;
mod reslice;
mod seeds;
mod snake;
mod surfaces;
mod table;
mod viewer;
mod window;

use crate::failure::Failure;
use crate::places;
use crate::process;
use crate::setup;
use table::Table;

const PARTS: [&str; 13] = [
    "load",
    "formats",
    "reslice",
    "algorithms",
    "automation",
    "cancel",
    "classifier",
    "seeds",
    "snake",
    "surfaces",
    "edits",
    "viewer",
    "window",
];

/// Runs the named parts, written as options or not; all when none is named.
pub(crate) fn bench(names: &[&str]) -> Result<(), Failure> {
    let names: Vec<&str> = names
        .iter()
        .map(|name| name.trim_start_matches("--"))
        .collect();
    if names.iter().any(|name| !PARTS.contains(name)) {
        return Err(Failure::Usage(
            "cargo xtask bench [load] [formats] [reslice] [algorithms] [automation] [cancel] [classifier] [seeds] [snake] [surfaces] [edits] [viewer] [window]",
        ));
    }
    let wanted = |part: &str| names.is_empty() || names.contains(&part);
    setup::for_tests()?;
    process::run(process::cargo(&[
        "build",
        "--release",
        "-p",
        "annotomy-cli",
    ]))?;
    let series = fixture::series()?;
    let mut table = Table::default();
    if wanted("load") {
        load::measure(&series, &mut table)?;
    }
    if wanted("formats") {
        formats::measure(&series, &mut table)?;
    }
    if wanted("reslice") {
        reslice::measure(&mut table)?;
    }
    if wanted("algorithms") {
        algorithms::measure(&mut table)?;
    }
    if wanted("automation") {
        automation::measure(&mut table)?;
    }
    if wanted("cancel") {
        cancel::measure(&mut table)?;
    }
    if wanted("classifier") {
        classifier::measure(&mut table)?;
    }
    if wanted("seeds") {
        seeds::measure(&mut table)?;
    }
    if wanted("snake") {
        snake::measure(&mut table)?;
    }
    if wanted("surfaces") {
        surfaces::measure(&mut table)?;
    }
    if wanted("edits") {
        edits::measure(&series, &mut table)?;
    }
    if wanted("viewer") {
        viewer::measure(&series, &mut table)?;
    }
    if wanted("window") {
        window::measure(&mut table)?;
    }
    let report = table.report();
    println!("\n{report}");
    let path = places::target().join("bench/report.md");
    std::fs::write(&path, report).map_err(|source| Failure::File { path, source })
}
