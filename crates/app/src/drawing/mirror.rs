//! Mirroring a segment, into itself or into another.

use super::compute::{Work, kind_of, tool_of};
use super::{cut_plane, segment_id};
use crate::wire::{self, Effect, MirrorMode, WireError};
use annotomy_annotation::draw::{Drawn, Proposal, propose};
use annotomy_annotation::segment::Segment;
use annotomy_annotation::transfer::{Transfer, transfer};
use annotomy_segmentation::{Mask, mirrored};
use annotomy_volume::delta::LabelDelta;

impl Work<'_> {
    pub(super) fn mirrored(
        &self,
        effect: &Effect,
        mirror: &wire::Mirror,
    ) -> Result<Drawn, WireError> {
        let giver = self.find(self.permission.segment)?;
        let into = mirror.into.as_deref().map(segment_id).transpose()?;
        let receiver = self.find(into.unwrap_or(giver.id))?;
        let now = self.mask(giver);
        let plane = cut_plane(mirror.plane)?;
        let image = mirrored(&now, self.geometry, plane, self.progress)?;
        let is_moved = mirror.mode == MirrorMode::Move;
        if is_moved && receiver.id != giver.id {
            return self.given(effect, [giver, receiver], [&now, &image]);
        }
        let wanted = match is_moved {
            true => image,
            false => self.mask(receiver).union(&image),
        };
        let proposal = Proposal {
            kind: kind_of(effect),
            tool: tool_of(effect),
            delta: wanted.replace_segment(self.labels(receiver), receiver.label, |_| true),
        };
        let under = self.permission.under();
        Ok(propose(self.state, receiver.id, proposal, under)?)
    }

    /// Takes the voxels that a segment has and gives others to another.
    fn given(
        &self,
        effect: &Effect,
        [giver, receiver]: [&Segment; 2],
        [now, image]: [&Mask; 2],
    ) -> Result<Drawn, WireError> {
        let (given, received) = match giver.layer == receiver.layer {
            true => {
                let labels = self.labels(giver);
                let both =
                    now.union(image)
                        .relabel(labels, |voxel, _| match image.contains(voxel) {
                            true => receiver.label,
                            false => 0,
                        });
                (both, LabelDelta::default())
            }
            false => (
                now.relabel(self.labels(giver), |_, _| 0),
                image.relabel(self.labels(receiver), |_, _| receiver.label),
            ),
        };
        let asked = Transfer {
            kind: kind_of(effect),
            tool: tool_of(effect),
            given,
            received,
        };
        let segments = [giver.id, receiver.id];
        Ok(transfer(
            self.state,
            segments,
            asked,
            self.permission.under(),
        )?)
    }
}
