//! Mirroring a segment, into itself or into another.

use super::compute::Work;
use super::recorded::{kind_of, tool_of};
use super::{cut_plane, segment_id};
use crate::wire::{self, Effect, MirrorMode, WireError};
use annotomy_annotation::draw::{Drawn, Proposal, propose};
use annotomy_segmentation::mirrored;

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
}
