//! Surfaces of the segments: STL, OBJ, PLY and glTF, in LPS millimetres.

use super::Written;
use super::staged::{Staged, write_bytes};
use crate::wire::{ErrorCode, ExportFormat, Finding, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::segment::Segment;
use annotomy_formats::{Body, MeshFormat, mesh_file};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::surface::Surface;
use std::path::Path;

pub(crate) const fn format_of(format: ExportFormat) -> Option<MeshFormat> {
    match format {
        ExportFormat::Stl => Some(MeshFormat::Stl),
        ExportFormat::Obj => Some(MeshFormat::Obj),
        ExportFormat::Ply => Some(MeshFormat::Ply),
        ExportFormat::Gltf => Some(MeshFormat::Glb),
        _ => None,
    }
}

/// What the file does not say as the document does.
pub(crate) fn check(format: MeshFormat, state: &DocumentState, has_depth: bool) -> Vec<Finding> {
    let is_several = state.segments().len() > 1;
    let left_out = match format {
        MeshFormat::Stl if is_several => Some(
            "STL has no names or colours: the surfaces of all segments are one body in the file.",
        ),
        MeshFormat::Stl => Some("STL has no names or colours."),
        MeshFormat::Ply => Some("PLY has no names: segments are told apart by colour only."),
        MeshFormat::Obj | MeshFormat::Glb => None,
    };
    let left_out = left_out.map(|message| Finding::warning("mesh_without_names", message));
    let unit = "glTF says metres; the numbers are millimetres, as in other medical programs.";
    let unit = (format == MeshFormat::Glb).then(|| Finding::warning("mesh_in_millimetres", unit));
    let depth = "Not all distances between voxels are known: the surfaces' proportions may be off.";
    let depth = (!has_depth).then(|| Finding::warning("mesh_proportions", depth));
    let n_empty = n_empty(state);
    let empty = format!("{n_empty} segment(s) have nothing drawn and are left out.");
    let empty = (n_empty > 0).then(|| Finding::warning("mesh_empty_segments", empty));
    [left_out, unit, depth, empty]
        .into_iter()
        .flatten()
        .collect()
}

/// Writes the surfaces, and compares what is read back.
pub(crate) fn write(
    target: &Path,
    format: MeshFormat,
    (state, geometry): (&DocumentState, &Geometry),
    has_depth: bool,
) -> Result<Written, WireError> {
    if n_empty(state) == state.segments().len() {
        return Err(WireError::invalid("nothing is drawn: there is no surface"));
    }
    let bodies = state
        .segments()
        .iter()
        .map(|segment| body(segment, state, geometry));
    let bodies: Vec<Body> = bodies.collect();
    let bytes = mesh_file(format, &bodies).map_err(|error| {
        let message = format!("{}: {error}", target.display());
        WireError::new(ErrorCode::Limit, message)
    })?;
    let staged = Staged::beside(target)?;
    write_bytes(&staged.path(), &bytes, (target, "the surface"))?;
    staged.publish()?;
    let bricks = state.layers().iter().flat_map(|layer| layer.bricks());
    let labels = bricks.flat_map(|(_, brick)| brick.rows().flatten());
    Ok(Written {
        sidecar: None,
        n_voxels: labels.filter(|label| *label != 0).count(),
        n_shapes: 0,
        notes: check(format, state, has_depth),
    })
}

fn body(segment: &Segment, state: &DocumentState, geometry: &Geometry) -> Body {
    let layer = state.layers().get(usize::from(segment.layer));
    let surface = layer.map(|layer| Surface::new(layer, geometry, segment.label).whole());
    Body {
        name: segment.name.clone(),
        color: segment.color.0,
        mesh: surface.unwrap_or_default(),
    }
}

fn n_empty(state: &DocumentState) -> usize {
    let is_empty = |segment: &&Segment| {
        let layer = state.layers().get(usize::from(segment.layer));
        let mut bricks = layer.into_iter().flat_map(|layer| layer.bricks());
        !bricks.any(|(_, brick)| brick.contains(segment.label))
    };
    state.segments().iter().filter(is_empty).count()
}
