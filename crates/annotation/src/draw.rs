//! Edits of voxels: strokes, and what algorithms propose.

use crate::change::Change;
use crate::document::DocumentState;
use crate::edit::{EditError, about, find, label_change};
use crate::operation::{Operation, OperationKind, Provenance, StrokeTrace, Tool};
use crate::permit::{Kept, Permit, Rules};
use crate::segment::{Segment, SegmentId, SegmentState};
use annotomy_volume::brush::{BrushStroke, paint};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::Volume;

/// Largest radius of a brush: no structure of a body needs a larger one.
pub const MAX_RADIUS: f64 = 250.0;

/// What a stroke does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StrokeMode {
    /// Adds voxels to the segment.
    Paint,
    /// Removes voxels of the segment.
    Erase,
}

/// An operation on voxels, and what the rules kept from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What to do; no changes where nothing is left to do.
    pub operation: Operation,
    /// What it would have changed as well.
    pub kept: Kept,
}

/// What an algorithm proposes for a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What is done.
    pub kind: OperationKind,
    /// By which tool.
    pub tool: Tool,
    /// The change of the segment's layer, whatever the rules say.
    pub delta: LabelDelta,
}

/// A stroke of brush or eraser.
///
/// # Errors
/// [`EditError::NoSuchSegment`], [`EditError::Locked`] for the segment itself,
/// [`EditError::NoStroke`].
pub fn stroke(
    state: &DocumentState,
    geometry: &Geometry,
    id: SegmentId,
    (mode, stroke): (StrokeMode, &BrushStroke),
    (rules, image): (&Rules, Option<&Volume>),
) -> Result<Drawn, EditError> {
    let segment = unlocked(state, id)?;
    let points = stroke.path.iter().flat_map(|point| point.0);
    let is_finite = points.into_iter().all(f64::is_finite);
    let radius = stroke.radius.0;
    let is_sound = radius > 0.0 && radius <= MAX_RADIUS;
    if stroke.path.is_empty() || !is_finite || !is_sound {
        return Err(EditError::NoStroke);
    }
    let labels = &state.layers()[usize::from(segment.layer)];
    let permit = Permit::new(state, (segment.layer, Some(segment)), rules, image);
    let delta = paint(labels, geometry, stroke, |voxel, from| {
        let to = match mode {
            StrokeMode::Paint => segment.label,
            StrokeMode::Erase if from == segment.label => 0,
            StrokeMode::Erase => from,
        };
        if permit.allows(voxel, from, to) {
            to
        } else {
            from
        }
    });
    let kind = match mode {
        StrokeMode::Paint => OperationKind::Paint,
        StrokeMode::Erase => OperationKind::Erase,
    };
    let tool = stroke_tool(mode, stroke, rules);
    Ok(Drawn {
        operation: drawn(segment, (kind, tool), delta),
        kept: permit.kept(),
    })
}

/// What an algorithm proposes for a segment, as far as the rules allow it.
///
/// # Errors
/// [`EditError::NoSuchSegment`], [`EditError::Locked`] for the segment itself.
pub fn propose(
    state: &DocumentState,
    id: SegmentId,
    proposal: Proposal,
    (rules, image): (&Rules, Option<&Volume>),
) -> Result<Drawn, EditError> {
    let segment = unlocked(state, id)?;
    let permit = Permit::new(state, (segment.layer, Some(segment)), rules, image);
    let Proposal { kind, tool, delta } = proposal;
    let delta = delta.filtered(|voxel, from, to| permit.allows(voxel, from, to));
    Ok(Drawn {
        operation: drawn(segment, (kind, tool.under(rules)), delta),
        kept: permit.kept(),
    })
}

/// What an algorithm proposes for all segments of a layer at once, as far as the rules allow it.
#[must_use]
pub fn propose_for_layer(
    state: &DocumentState,
    layer: u16,
    proposal: Proposal,
    (rules, image): (&Rules, Option<&Volume>),
) -> Drawn {
    let permit = Permit::new(state, (layer, None), rules, image);
    let Proposal { kind, tool, delta } = proposal;
    let delta = delta.filtered(|voxel, from, to| permit.allows(voxel, from, to));
    Drawn {
        operation: Operation {
            tool: Some(tool.under(rules)),
            changes: label_change(layer, delta),
            ..Operation::trace(kind)
        },
        kept: permit.kept(),
    }
}

/// What an algorithm makes of a segment and new segments, which come after all others. The rules
/// apply to what the segment gives.
///
/// # Errors
/// [`EditError::NoSuchSegment`], [`EditError::Locked`] for the segment itself,
/// [`EditError::NoSuchLabel`] if the new segments are of another layer or their labels are taken.
pub fn divide(
    state: &DocumentState,
    id: SegmentId,
    pieces: Vec<Segment>,
    proposal: Proposal,
    (rules, image): (&Rules, Option<&Volume>),
) -> Result<Drawn, EditError> {
    let layer = unlocked(state, id)?.layer;
    let is_taken = |piece: &Segment| state.segment_of(layer, piece.label).is_some();
    if pieces
        .iter()
        .any(|piece| piece.layer != layer || is_taken(piece))
    {
        return Err(EditError::NoSuchLabel);
    }
    let mut drawn = propose(state, id, proposal, (rules, image))?;
    let first = state.segments().len() as u32;
    let inserted = (first..).zip(pieces);
    let inserted = inserted.map(|(position, segment)| Change::InsertSegment { position, segment });
    if !drawn.operation.changes.is_empty() {
        let changes = std::mem::take(&mut drawn.operation.changes);
        drawn.operation.changes = inserted.chain(changes).collect();
    }
    Ok(drawn)
}

pub(crate) fn unlocked(state: &DocumentState, id: SegmentId) -> Result<&Segment, EditError> {
    let segment = find(state, id)?.1;
    match segment.is_locked {
        true => Err(EditError::Locked),
        false => Ok(segment),
    }
}

/// The operation that changes voxels of a segment. The first to give it some begins the work on it.
fn drawn(segment: &Segment, (kind, tool): (OperationKind, Tool), delta: LabelDelta) -> Operation {
    let begun = begun(segment, &delta);
    let changes = label_change(segment.layer, delta).into_iter().chain(begun);
    Operation {
        tool: Some(tool),
        ..about(kind, segment, changes.collect())
    }
}

/// The change of a segment that gets its first voxels.
pub(crate) fn begun(segment: &Segment, delta: &LabelDelta) -> Option<Change> {
    let begins = segment.state == SegmentState::NotStarted && delta.gains(segment.label);
    begins.then(|| Change::ReplaceSegment {
        before: segment.clone(),
        after: Segment {
            state: SegmentState::InProgress,
            ..segment.clone()
        },
    })
}

fn stroke_tool(mode: StrokeMode, stroke: &BrushStroke, rules: &Rules) -> Tool {
    let (device, overwrite) = match mode {
        StrokeMode::Paint => ("brush", Some(rules.overwrite)),
        StrokeMode::Erase => ("eraser", None),
    };
    let trace = StrokeTrace {
        radius_um: (stroke.radius.0 * 1000.0).round() as u64,
        n_points: stroke.path.len() as u32,
        overwrite,
    };
    Tool {
        stroke: Some(trace),
        ..Tool::new(&stroke.named(device), Provenance::Manual)
    }
    .within(rules)
}
