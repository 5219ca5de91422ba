//! Active contours in a box of 128 voxels a side, against ITK's geodesic active contours.

use super::table::{Promise, Table};
use crate::failure::Failure;
use crate::places;
use crate::process;
use std::collections::BTreeMap;

/// How many times faster than ITK, and how much the voxels inside are the same: Dice. Neither is at rest
/// after 200 iterations, and the time steps differ.
const FASTER: f64 = 3.0;
const SAME: f64 = 0.95;

/// Adds the rows about active contours.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-segmentation", "snake_bench")?;
    let ours = places::target().join("release/examples/snake_bench");
    let python = places::peers_python();
    let script = ["tests/bench/snake.py", &ours.to_string_lossy()];
    let output = process::output(process::command(&python.to_string_lossy(), &script))?;
    let values: BTreeMap<String, f64> = serde_json::from_slice(&output)
        .map_err(|error| Failure::Lost(format!("tests/bench/snake.py: {error}")))?;
    let of = |what: &str| values.get(what).copied().unwrap_or(f64::NAN);
    let name = "active contour, 200 iterations";
    let ms = 1000.0 * of("evolved");
    table.add(name, ms, "ms", Promise::None);
    let peer = ("simpleitk", 1000.0 * of("simpleitk"));
    table.add_peer(name, ms, peer, Promise::AtLeast(FASTER));
    let speed = 1000.0 * of("speed");
    table.add("active contour, speed by edges", speed, "ms", Promise::None);
    let same = Promise::AtLeast(SAME);
    table.add(
        format!("{name}: as SimpleITK's, Dice"),
        of("dice"),
        "",
        same,
    );
    Ok(())
}
