//! Cutting a part off a segment: it goes, or becomes another segment's.

use super::compute::Work;
use super::recorded::{kind_of, tool_of};
use super::{cut_plane, segment_id};
use crate::wire::{self, CutOff, Effect, WireError};
use annotomy_annotation::draw::{Drawn, Proposal, divide, propose};
use annotomy_annotation::segment::Segment;
use annotomy_annotation::transfer::{Transfer, transfer};
use annotomy_segmentation::Mask;
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::space::ContinuousIndex;

impl Work<'_> {
    /// Of the segment's voxels, those whose centres do not lie on the side of a plane that is cut off.
    pub(super) fn cut(&self, now: &Mask, cut: &wire::Cut) -> Result<Mask, WireError> {
        let wire::Cut { point, normal, .. } = *cut;
        let plane = cut_plane(wire::CutPlane { point, normal })?;
        let Some(bounds) = now.bounds() else {
            return Ok(now.clone());
        };
        let beyond = Mask::from_voxels(now.grid(), bounds, |voxel| {
            let centre = ContinuousIndex(voxel.0.map(|n| n as f64));
            plane.height_mm(self.geometry.lps_at(centre)) > 0.0
        });
        Ok(now.difference(&beyond))
    }

    /// Leaves a segment with the `rest` of its voxels; what is cut off goes where it is said.
    pub(super) fn severed(
        &self,
        effect: &Effect,
        segment: &Segment,
        rest: &Mask,
        goes: &CutOff,
    ) -> Result<Drawn, WireError> {
        let labels = self.labels(segment);
        let proposed = |delta| Proposal {
            kind: kind_of(effect),
            tool: tool_of(effect),
            delta,
        };
        let under = self.permission.under();
        let gone = self.mask(segment).difference(rest);
        Ok(match goes {
            CutOff::Nothing => {
                let delta = rest.replace_segment(labels, segment.label, |_| true);
                propose(self.state, segment.id, proposed(delta), under)?
            }
            CutOff::NewSegment => {
                let pieces = self.new_segments(segment, 1)?;
                let delta = gone.relabel(labels, |_, _| pieces[0].label);
                divide(self.state, segment.id, pieces, proposed(delta), under)?
            }
            CutOff::Segment { segment: other } => {
                let other = self.find(segment_id(other)?)?;
                return self.given(effect, [segment, other], [&gone, &gone]);
            }
        })
    }

    /// Takes some voxels of a segment and gives others to another.
    pub(super) fn given(
        &self,
        effect: &Effect,
        [giver, receiver]: [&Segment; 2],
        [taken, gained]: [&Mask; 2],
    ) -> Result<Drawn, WireError> {
        let (given, received) = match giver.layer == receiver.layer {
            true => {
                let labels = self.labels(giver);
                let both =
                    taken
                        .union(gained)
                        .relabel(labels, |voxel, _| match gained.contains(voxel) {
                            true => receiver.label,
                            false => 0,
                        });
                (both, LabelDelta::default())
            }
            false => (
                taken.relabel(self.labels(giver), |_, _| 0),
                gained.relabel(self.labels(receiver), |_, _| receiver.label),
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
