//! The pixel classifier on slices of 512 x 512 voxels, against SciPy and scikit-learn.

use super::table::{Promise, Table};
use crate::failure::Failure;
use crate::places;
use crate::process;
use std::collections::BTreeMap;

/// Milliseconds to learn three classes and label one slice, how many times faster than the peers,
/// and how much less of the voxels may have their class.
const SLICE_MS: f64 = 500.0;
const FASTER: f64 = 5.0;
const WORSE: f64 = 0.01;

/// Adds the rows about the classifier.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-segmentation", "classifier_bench")?;
    let ours = places::target().join("release/examples/classifier_bench");
    let python = places::peers_python();
    let script = ["tests/bench/classifier.py", &ours.to_string_lossy()];
    let output = process::output(process::command(&python.to_string_lossy(), &script))?;
    let rows: Vec<(String, f64)> = serde_json::from_slice(&output)
        .map_err(|error| Failure::Lost(format!("tests/bench/classifier.py: {error}")))?;
    let values: BTreeMap<String, f64> = rows.into_iter().collect();
    let of = |what: &str| values.get(what).copied().unwrap_or(f64::NAN);
    let name = "classify a slice of 512 x 512, 3 classes, learned from 3 slices";
    let slice_ms = 1000.0 * of("slice");
    table.add(name, slice_ms, "ms", Promise::AtMost(SLICE_MS));
    let peer = ("SciPy and scikit-learn", 1000.0 * of("peer"));
    table.add_peer(name, slice_ms, peer, Promise::AtLeast(FASTER));
    let least = Promise::AtLeast(of("peer accuracy") - WORSE);
    table.add("classify: voxels of their class", of("accuracy"), "", least);
    let all_ms = 1000.0 * of("all");
    table.add("classify 34 such slices", all_ms, "ms", Promise::None);
    Ok(())
}
