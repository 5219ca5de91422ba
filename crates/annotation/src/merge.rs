//! Segments that become one.

use crate::change::Change;
use crate::document::DocumentState;
use crate::draw::{Drawn, begun, unlocked};
use crate::edit::{EditError, about, find, label_change};
use crate::operation::{OperationKind, Tool};
use crate::permit::{Permit, Rules};
use crate::segment::{Segment, SegmentId};
use annotomy_volume::volume::Volume;

/// Why a change fits.
const MADE_OF_IT: &str = "the change was made of this state";

/// Gives a segment all voxels of others, as far as the rules allow it. An other that is left without
/// voxels goes; one of which the rules keep some stays with those, so that nothing is lost.
///
/// # Errors
/// [`EditError::NoSuchSegment`] and [`EditError::Locked`] for any of them, and
/// [`EditError::NoSuchSegment`] where the segment is among the others.
pub fn merge(
    state: &DocumentState,
    receiver: SegmentId,
    others: &[SegmentId],
    tool: Tool,
    (rules, image): (&Rules, Option<&Volume>),
) -> Result<Drawn, EditError> {
    let receiver = unlocked(state, receiver)?;
    let mut operation = about(OperationKind::Merge, receiver, Vec::new());
    let receiving = Permit::new(state, (receiver.layer, Some(receiver)), rules, image);
    let mut kept = Vec::new();
    let mut now = state.clone();
    for &other in others {
        let giver = unlocked(&now, other)?.clone();
        if giver.id == receiver.id {
            return Err(EditError::NoSuchSegment);
        }
        let own = unlocked(&now, receiver.id)?.clone();
        let giving = Permit::new(state, (giver.layer, Some(&giver)), rules, image);
        let mut step = match giver.layer == receiver.layer {
            true => within_layer(&now, [&giver, &own], &giving),
            false => between_layers(&now, [&giver, &own], [&giving, &receiving]),
        };
        now = now.after(&step).expect(MADE_OF_IT);
        if is_empty(&now, &giver) {
            let position = find(&now, giver.id)?.0 as u32;
            let gone = Change::RemoveSegment {
                position,
                segment: giver,
            };
            now = now.after(std::slice::from_ref(&gone)).expect(MADE_OF_IT);
            step.push(gone);
        }
        operation.changes.append(&mut step);
        kept.push(giving.kept());
    }
    kept.push(receiving.kept());
    operation.tool = Some(tool.under(rules));
    Ok(Drawn {
        operation,
        kept: kept.into_iter().sum(),
    })
}

/// A receiver takes all voxels of another segment of its layer.
fn within_layer(
    state: &DocumentState,
    [giver, receiver]: [&Segment; 2],
    giving: &Permit<'_>,
) -> Vec<Change> {
    let labels = &state.layers()[usize::from(giver.layer)];
    let delta = labels.relabel(|label| match label == giver.label {
        true => receiver.label,
        false => label,
    });
    let delta = delta.filtered(|voxel, from, to| giving.allows(voxel, from, to));
    let begun = begun(receiver, &delta);
    label_change(giver.layer, delta)
        .into_iter()
        .chain(begun)
        .collect()
}

/// A receiver takes all voxels of a segment of another layer, but none that it may not have in its own.
fn between_layers(
    state: &DocumentState,
    [giver, receiver]: [&Segment; 2],
    [giving, receiving]: [&Permit<'_>; 2],
) -> Vec<Change> {
    let [theirs, own] =
        [giver, receiver].map(|segment| &state.layers()[usize::from(segment.layer)]);
    let received = own.merged(theirs, |own, theirs| match theirs == giver.label {
        true => receiver.label,
        false => own,
    });
    let received = received.filtered(|voxel, from, to| receiving.allows(voxel, from, to));
    let mut then = own.clone();
    then.apply(&received).expect(MADE_OF_IT);
    let given = theirs.relabel(|label| if label == giver.label { 0 } else { label });
    let given = given.filtered(|voxel, from, to| {
        then.label(voxel) == receiver.label && giving.allows(voxel, from, to)
    });
    let begun = begun(receiver, &received);
    let received = label_change(receiver.layer, received).into_iter();
    let given = label_change(giver.layer, given);
    received.chain(begun).chain(given).collect()
}

fn is_empty(state: &DocumentState, segment: &Segment) -> bool {
    let labels = &state.layers()[usize::from(segment.layer)];
    let mut bricks = labels.bricks();
    bricks.all(|(_, brick)| !brick.contains(segment.label))
}
