//! What an active contour makes of a segment.

use super::Permission;
use super::compute::Work;
use super::recorded::{kind_of, tool_of};
use crate::snake::{Begun, MAX_ITERATIONS, begun, outcome};
use crate::wire::{self, Effect, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{Drawn, Proposal, propose};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::segment::{Segment, SegmentId};
use annotomy_segmentation::Mask;

impl Work<'_> {
    /// The voxels that the segment is to have.
    pub(super) fn contoured(
        &self,
        now: &Mask,
        contour: &wire::SnakeForm,
        iterations: u32,
    ) -> Result<Mask, WireError> {
        let on = (self.geometry, self.values()?, self.classifier);
        let Begun {
            mut snake, region, ..
        } = begun(contour, on, Some(now), self.progress)?;
        snake.advance(iterations.min(MAX_ITERATIONS) as usize, self.progress)?;
        Ok(outcome(contour, region, now, &snake.mask()))
    }
}

/// The voxels of a segment.
pub(crate) fn mask_of(state: &DocumentState, id: SegmentId) -> Result<Mask, WireError> {
    let segment = find(state, id)?;
    let labels = &state.layers()[usize::from(segment.layer)];
    Ok(Mask::of_label(labels, segment.label))
}

/// What the rules let become of a segment that is to have some voxels by an effect.
pub(crate) fn drawn_by(
    state: &DocumentState,
    permission: &Permission,
    effect: &Effect,
    wanted: &Mask,
) -> Result<Drawn, WireError> {
    let segment = find(state, permission.segment)?;
    let labels = &state.layers()[usize::from(segment.layer)];
    let proposal = Proposal {
        kind: kind_of(effect),
        tool: tool_of(effect),
        delta: wanted.replace_segment(labels, segment.label, |_| true),
    };
    Ok(propose(state, segment.id, proposal, permission.under())?)
}

fn find(state: &DocumentState, id: SegmentId) -> Result<&Segment, WireError> {
    let mut segments = state.segments().iter();
    let found = segments.find(|segment| segment.id == id);
    Ok(found.ok_or(EditError::NoSuchSegment)?)
}
