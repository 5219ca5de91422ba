//! Edits that take the voxels of one segment and give others to another.

use crate::document::DocumentState;
use crate::draw::{Drawn, begun, unlocked};
use crate::edit::{EditError, about, label_change};
use crate::operation::{OperationKind, Tool};
use crate::permit::{Permit, Rules};
use crate::segment::SegmentId;
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::volume::Volume;

/// What is to become of two segments, whatever the rules say.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// What is done.
    pub kind: OperationKind,
    /// By which tool.
    pub tool: Tool,
    /// The change of the giver's layer; of both segments where they share it.
    pub given: LabelDelta,
    /// The change of the receiver's layer where that is another; else there is none.
    pub received: LabelDelta,
}

/// What becomes of two segments as far as the rules allow it. The giver's own voxels are not
/// protected from it; those of all others are, as from any tool on the receiver.
///
/// # Errors
/// [`EditError::NoSuchSegment`], [`EditError::Locked`] for either segment.
pub fn transfer(
    state: &DocumentState,
    [giver, receiver]: [SegmentId; 2],
    transfer: Transfer,
    (rules, image): (&Rules, Option<&Volume>),
) -> Result<Drawn, EditError> {
    let [giver, receiver] = [unlocked(state, giver)?, unlocked(state, receiver)?];
    let [giving, receiving] = [giver, receiver]
        .map(|segment| Permit::new(state, (segment.layer, Some(segment)), rules, image));
    let Transfer {
        kind,
        tool,
        given,
        received,
    } = transfer;
    let given = given.filtered(|voxel, from, to| match from == giver.label {
        true => giving.allows(voxel, from, to),
        false => receiving.allows(voxel, from, to),
    });
    let received = received.filtered(|voxel, from, to| receiving.allows(voxel, from, to));
    let shown = match giver.layer == receiver.layer {
        true => begun(receiver, &given),
        false => begun(receiver, &received),
    };
    let changes = [(giver.layer, given), (receiver.layer, received)];
    let changes = changes
        .into_iter()
        .flat_map(|(layer, delta)| label_change(layer, delta));
    let mut operation = about(kind, receiver, changes.chain(shown).collect());
    operation.tool = Some(tool.under(rules));
    Ok(Drawn {
        operation,
        kept: [giving.kept(), receiving.kept()].into_iter().sum(),
    })
}
