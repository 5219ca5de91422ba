//! The surface of a segment as finely built as bone, against VTK at the same segment.

use super::table::{Promise, Table};
use crate::failure::Failure;
use crate::places;
use crate::process;
use serde_json::Value;
use std::process::Command;

const REPEATS: &str = "5";

/// Until the surface has followed an edit, ms.
const FOLLOWED: f64 = 500.0;

/// What VTK offers, and how many times faster ours must be. Only surface nets are smooth.
const PEERS: [(&str, Promise); 3] = [
    ("vtkFlyingEdges3D", Promise::AtLeast(1.0)),
    ("vtkDiscreteFlyingEdges3D", Promise::None),
    ("vtkSurfaceNets3D", Promise::None),
];

/// Adds the rows about surfaces.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-volume", "surface_bench")?;
    let ours = places::target().join("release/examples/surface_bench");
    let ours = answer(process::command(&ours.to_string_lossy(), &[REPEATS]))?;
    let python = places::peers_python();
    let script = ["tests/bench/surface.py", REPEATS];
    let peers = answer(process::command(&python.to_string_lossy(), &script))?;
    let of = |what: &str| ours[what].as_f64().unwrap_or(f64::NAN);
    let name = format!("smooth surface of {} triangles", ours["triangles"]);
    table.add(&name, of("new"), "ms", Promise::None);
    for (peer, promise) in PEERS {
        let ms = peers[peer]["ms"].as_f64().unwrap_or(f64::NAN);
        table.add_peer(&name, of("new"), (peer, ms), promise);
    }
    let edited = "the same after an edit of a ball of 40 voxels";
    table.add(edited, of("edit"), "ms", Promise::AtMost(FOLLOWED));
    Ok(())
}

fn answer(command: Command) -> Result<Value, Failure> {
    let output = process::output(command)?;
    serde_json::from_slice(&output).map_err(|error| Failure::Lost(format!("surfaces: {error}")))
}
