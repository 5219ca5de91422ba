//! How long effects on a 512x512x300 grid go on after they were cancelled.

use super::table::{Promise, Table};
use crate::failure::Failure;
use crate::places;
use crate::process;
use std::collections::BTreeMap;

const STOPPED_MS: f64 = 100.0;

/// Adds a row for each effect.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-segmentation", "cancel_bench")?;
    let ours = places::target().join("release/examples/cancel_bench");
    let output = process::output(process::command(&ours.to_string_lossy(), &[]))?;
    let rows: BTreeMap<String, f64> = serde_json::from_slice(&output)
        .map_err(|error| Failure::Lost(format!("cancel_bench: {error}")))?;
    for (effect, ms) in rows {
        let what = format!("{effect}: stops after it is cancelled");
        table.add(what, ms, "ms", Promise::AtMost(STOPPED_MS));
    }
    Ok(())
}
