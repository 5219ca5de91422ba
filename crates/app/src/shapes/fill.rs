//! From a shape to voxels of a segment.

use super::frame::Frame;
use super::shape_id;
use crate::app::{App, Caller};
use crate::documents::OpenDocument;
use crate::drawing::{Asked, Permission, enclosed_in_plane, made, permission};
use crate::jobs::blocking;
use crate::wire::{self, Reach, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{Drawn, Proposal, propose};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::operation::{OperationKind, Provenance, Tool};
use annotomy_annotation::protocol::ToolKind;
use annotomy_annotation::segment::{Segment, SegmentId};
use annotomy_annotation::shape::{Figure, ShapeError};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::region::{relabel_voxels, voxels_in_box, voxels_in_outline};
use annotomy_volume::space::{PointLps, VectorLps, VoxelIndex};
use std::sync::Arc;

/// Gives the voxels whose centres a shape encloses to a segment.
pub(crate) async fn fill_shape(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    fill: wire::FillShape,
) -> Result<wire::EditResponse, WireError> {
    let asked = Asked {
        segment: &fill.segment,
        tool: ToolKind::Outline,
        overwrite: fill.overwrite,
        editable: fill.editable.clone(),
    };
    let permission = permission(app, document, asked).await?;
    let _editing = document.begin_edit(app).await?;
    let (before, frame) = (document.snapshot(), Frame::of(document));
    let filled = blocking(move || filled(&before.state, &frame, &fill.shape, &permission));
    made(app, caller, document, filled.await?).await
}

fn filled(
    state: &DocumentState,
    frame: &Frame,
    shape: &str,
    permission: &Permission,
) -> Result<Drawn, WireError> {
    let shape = state.shapes().find(shape_id(shape)?);
    let shape = shape.ok_or(ShapeError::NoSuchShape)?;
    let voxels = enclosed(frame, &frame.show(&shape.figure))?;
    let segment = find(state, permission.segment)?;
    let labels = &state.layers()[usize::from(segment.layer)];
    let proposal = Proposal {
        kind: OperationKind::FillShape,
        tool: Tool::new("fill, shape", Provenance::Converted),
        delta: relabel_voxels(labels, &voxels, |_| segment.label),
    };
    let mut drawn = propose(state, segment.id, proposal, permission.under())?;
    drawn.operation.shape = Some(shape.text.clone());
    Ok(drawn)
}

fn enclosed(frame: &Frame, figure: &Figure<PointLps>) -> Result<Vec<VoxelIndex>, WireError> {
    let geometry = frame.shown();
    let voxels = match figure {
        Figure::Box3d { centre, ends } => {
            let half = ends.map(|end| end - *centre);
            Some(voxels_in_box(geometry, *centre, half))
        }
        figure => match figure.outline() {
            Some(outline) => match voxels_in_outline(geometry, &outline) {
                Some(voxels) => Some(voxels),
                None => return in_plane(geometry, &outline),
            },
            None => return Err(WireError::invalid("the shape is not closed")),
        },
    };
    voxels.ok_or_else(|| {
        let message = "the box does not lie along the axes of the image";
        WireError::new(wire::ErrorCode::Unsupported, message)
            .hint("Draw it on the image's own slices.")
    })
}

/// The voxels that an outline encloses in a plane that is no slice: those that the plane cuts.
fn in_plane(geometry: &Geometry, outline: &[PointLps]) -> Result<Vec<VoxelIndex>, WireError> {
    let [first, ..] = *outline else {
        return Err(WireError::invalid("the shape is not closed"));
    };
    // Newell's normal: that of the area, whatever the first corners are.
    let corners = outline.iter().map(|corner| *corner - first);
    let next = corners.clone().cycle().skip(1);
    let nothing = VectorLps([0.0; 3]);
    let normal = corners
        .zip(next)
        .fold(nothing, |sum, (a, b)| sum + a.cross(b));
    let plane = CutPlane::new(first, normal);
    let plane = plane.ok_or_else(|| WireError::invalid("the shape has no area"))?;
    let mask = enclosed_in_plane(geometry, outline, (plane, Reach::Slice), &NoProgress)?;
    let Some(bounds) = mask.bounds() else {
        return Ok(Vec::new());
    };
    let rows = (bounds.min[2]..=bounds.max[2])
        .flat_map(|k| (bounds.min[1]..=bounds.max[1]).map(move |j| (j, k)));
    let voxels = rows.flat_map(|(j, k)| {
        let runs = mask.runs(j, k).into_iter().flatten();
        runs.map(move |i| VoxelIndex([i, j, k]))
    });
    Ok(voxels.collect())
}

pub(super) fn find(state: &DocumentState, id: SegmentId) -> Result<&Segment, WireError> {
    let position = state.position(id).ok_or(EditError::NoSuchSegment)?;
    Ok(&state.segments()[position])
}
