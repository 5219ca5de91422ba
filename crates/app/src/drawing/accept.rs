//! Accepting part of what a preview shows: that part is one operation, and the rest is still shown.

use super::compute::{Computed, Told};
use super::effect::{fits, keep};
use super::outline::{DrawnIn, outlined};
use super::place_in;
use crate::app::{App, Caller};
use crate::edits::commit;
use crate::jobs::blocking;
use crate::wire::{self, AcceptedPart, OutlineMode, Reach, WireError};
use annotomy_annotation::change::Change;
use annotomy_annotation::draw::Drawn;
use annotomy_annotation::operation::Operation;
use annotomy_segmentation::Mask;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, VoxelIndex};
use std::sync::Arc;

/// Does a part of what a preview shows.
pub(crate) async fn accept_part(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::AcceptRequest,
) -> Result<wire::Accepted, WireError> {
    let preview = app.previews.find(&request.preview);
    let preview = preview.ok_or_else(|| WireError::not_found("preview"))?;
    let document = Arc::clone(&preview.document);
    let _editing = document.begin_edit(app).await?;
    fits(&preview)?;
    let wanted = request.part.clone();
    let (shown, geometry) = (Arc::clone(&preview), document.geometry());
    let [part, rest] = blocking(move || {
        let part = Part::of(&geometry, &wanted)?;
        Ok(part.divided(&shown.operation))
    })
    .await?;
    if part.n_voxels() == 0 {
        return Err(WireError::invalid("the preview changes nothing there"));
    }
    app.previews.remove(&request.preview);
    let edit = commit(app, caller, &document, part).await?;
    let computed = Computed {
        drawn: Drawn {
            operation: rest,
            kept: preview.kept,
        },
        told: left(&preview.told, &request.part),
    };
    let now = document.snapshot();
    let of = Arc::clone(&document);
    let rest = keep(app, of, now, (preview.segment, computed)).await?;
    Ok(wire::Accepted {
        edit,
        preview: rest.document.is_some().then_some(rest),
    })
}

/// What is told of what is left.
fn left(told: &Told, accepted: &AcceptedPart) -> Told {
    let mut left = told.clone();
    if let (Some(between), AcceptedPart::Slice { slice }) = (&mut left.between, accepted) {
        between.doubts.retain(|(doubted, _)| doubted != slice);
    }
    left
}

/// Which voxels are accepted.
enum Part {
    Slice(Axis, usize),
    /// With how many corners it was drawn.
    Inside(Mask, usize),
}

impl Part {
    fn of(geometry: &Geometry, wanted: &AcceptedPart) -> Result<Self, WireError> {
        match wanted {
            AcceptedPart::Slice { slice } => {
                let (axis, index) = place_in(geometry, *slice)?;
                Ok(Self::Slice(axis, index))
            }
            AcceptedPart::Outline { path, slice, plane } => {
                let place = DrawnIn::of(geometry, *slice, *plane)?;
                let nothing = Mask::empty(geometry.size());
                let through = (place, Reach::All);
                let inside = OutlineMode::FillInside;
                let inside = outlined(geometry, &nothing, path, through, (inside, &NoProgress))?;
                Ok(Self::Inside(inside, path.len()))
            }
        }
    }

    fn holds(&self, voxel: VoxelIndex) -> bool {
        match self {
            Self::Slice(axis, index) => voxel.0[axis.position()] == *index,
            Self::Inside(mask, _) => mask.contains(voxel),
        }
    }

    /// The part and the rest of an operation. What is no voxel belongs to the part: it comes first.
    fn divided(&self, operation: &Operation) -> [Operation; 2] {
        let [mut part, mut rest] = [operation.clone(), operation.clone()];
        part.changes = operation
            .changes
            .iter()
            .filter_map(|change| of(change, |v| self.holds(v)))
            .collect();
        let labels = operation
            .changes
            .iter()
            .filter(|change| matches!(change, Change::Labels { .. }));
        rest.changes = labels
            .filter_map(|change| of(change, |v| !self.holds(v)))
            .collect();
        part.tool = operation.tool.clone().map(|tool| match self {
            Self::Slice(axis, index) => tool.with(
                "accepted",
                format!("slice {index} across axis {}", axis.position()),
            ),
            Self::Inside(_, n) => {
                tool.with("accepted", format!("inside an outline of {n} corners"))
            }
        });
        [part, rest]
    }
}

/// What of a change is wanted; none where nothing is left of it.
fn of(change: &Change, is_wanted: impl Fn(VoxelIndex) -> bool + Sync) -> Option<Change> {
    match change {
        Change::Labels { layer, delta } => {
            let delta = delta.filtered(|voxel, _, _| is_wanted(voxel));
            let layer = *layer;
            (!delta.is_empty()).then(|| Change::labels(layer, delta))
        }
        change => Some(change.clone()),
    }
}
