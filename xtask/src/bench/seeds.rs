//! Grow from seeds on images of 7 million voxels, against ITK's GrowCut.

use super::table::{Promise, Table};
use crate::data;
use crate::failure::Failure;
use crate::places;
use crate::process;
use std::collections::BTreeMap;

/// Case, what was measured, and the value: seconds, bytes or a share.
type Row = (String, String, f64);

/// How many times faster than ITK, the share of its memory, the share of voxels with its label, and
/// milliseconds for a stroke more.
const FASTER: f64 = 8.0;
const MEMORY: f64 = 0.25;
const SAME: f64 = 0.99;
const STROKE_MS: f64 = 300.0;

/// Adds the rows about seeds.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-segmentation", "seeds_bench")?;
    let ours = places::target().join("release/examples/seeds_bench");
    let data = data::fetch()?;
    let python = places::peers_python();
    let script = [
        "tests/bench/seeds.py",
        &ours.to_string_lossy(),
        &data.to_string_lossy(),
    ];
    let output = process::output(process::command(&python.to_string_lossy(), &script))?;
    let rows: Vec<Row> = serde_json::from_slice(&output)
        .map_err(|error| Failure::Lost(format!("tests/bench/seeds.py: {error}")))?;
    let mut cases: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for (case, what, value) in rows {
        cases.entry(case).or_default().insert(what, value);
    }
    for (case, values) in cases {
        let of = |what: &str| values.get(what).copied().unwrap_or(f64::NAN);
        let name = format!("grow from seeds, {case}");
        let all_ms = 1000.0 * of("all");
        table.add(&name, all_ms, "ms", Promise::None);
        let peer = ("itk-growcut", 1000.0 * of("itk"));
        table.add_peer(&name, all_ms, peer, Promise::AtLeast(FASTER));
        for (stroke, what) in [("a stroke more", "added"), ("a stroke less", "removed")] {
            let ms = 1000.0 * of(what);
            let most = Promise::AtMost(STROKE_MS);
            table.add(format!("{name}: {stroke}"), ms, "ms", most);
        }
        let memory = of("peak") / of("itk peak");
        let most = Promise::AtMost(MEMORY);
        table.add(format!("{name}: memory, in ITK's"), memory, "x", most);
        let least = Promise::AtLeast(SAME);
        table.add(format!("{name}: as ITK's"), of("same"), "", least);
    }
    Ok(())
}
