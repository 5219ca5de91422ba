//! Effects that make or change several segments: filling between slices, and a segment for each piece.

use super::compute::{Computed, ISLANDS, Work, kind_of, tool_of};
use crate::interpolation::least_certain;
use crate::wire::{Effect, WireError};
use annotomy_annotation::draw::{Proposal, propose, propose_for_layer};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::segment::{Color, Segment, SegmentId, SegmentState};
use annotomy_segmentation::{Mask, Sections, drawn_slices, interpolate, split_islands};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::labels::{Label, LabelMap};
use uuid::Uuid;

/// Pieces that a segment can be divided into at once.
const MAX_PIECES: u32 = 200;

impl Work<'_> {
    /// What lies between drawn slices, of one segment or of all in its layer.
    pub(super) fn between(
        &self,
        effect: &Effect,
        uses_image: bool,
        all_segments: bool,
    ) -> Result<Computed, WireError> {
        let segment = self.find(self.permission.segment)?;
        let labels = self.labels(segment);
        let is_meant = |label: Label| all_segments || label == segment.label;
        let mut sections = LabelMap::empty(labels.size());
        let meant = labels.drawn(|label| if is_meant(label) { label } else { 0 });
        sections.apply(&meant).map_err(|_| WireError::internal())?;
        let slices = drawn_slices(&sections);
        let given = Sections {
            labels: &sections,
            slices: &slices,
            planes: &[],
        };
        let image = match uses_image {
            true => Some(self.values()?),
            false => None,
        };
        let found = interpolate(&given, image, &self.spacing(), self.progress)?;
        let filled = |label: Label, found: Label| match found {
            // What is drawn stays, whatever the rules would let go.
            _ if is_meant(label) && label != 0 => label,
            0 => label,
            found => found,
        };
        let proposal = Proposal {
            kind: kind_of(effect),
            tool: tool_of(effect),
            delta: labels.merged(&found.labels, filled),
        };
        let under = self.permission.under();
        let drawn = match all_segments {
            true => propose_for_layer(self.state, segment.layer, proposal, under),
            false => propose(self.state, segment.id, proposal, under)?,
        };
        Ok(Computed {
            drawn,
            least_certain: least_certain(&found, &slices, labels.size()),
            front: None,
        })
    }

    pub(super) fn split(
        &self,
        segment: &Segment,
        min_voxels: u32,
        max_pieces: u32,
    ) -> Result<(Vec<Segment>, LabelDelta), WireError> {
        let labels = self.labels(segment);
        let now = Mask::of_label(labels, segment.label);
        let n_pieces = max_pieces.min(MAX_PIECES) as usize;
        let pieces = split_islands(
            &now,
            min_voxels as usize,
            // The largest piece keeps the segment's name.
            n_pieces.saturating_add(1),
            ISLANDS,
            self.progress,
        )?;
        let others = pieces.get(1..).unwrap_or_default();
        let in_layer = self.state.segments().iter();
        let in_layer = in_layer.filter(|other| other.layer == segment.layer);
        let highest = in_layer.map(|other| other.label).max().unwrap_or(0);
        let label = |n: usize| Label::try_from(usize::from(highest) + 1 + n).ok();
        let new = |n: usize| {
            Some(Segment {
                id: SegmentId(Uuid::new_v4()),
                name: format!("{} {}", segment.name, n + 2),
                color: turned(segment.color, n + 1),
                label: label(n)?,
                state: SegmentState::InProgress,
                ..segment.clone()
            })
        };
        let segments: Option<Vec<Segment>> = (0..others.len()).map(new).collect();
        let segments = segments.ok_or(EditError::TooManySegments)?;
        let all = others
            .iter()
            .fold(Mask::empty(now.grid()), |all, piece| all.union(piece));
        let delta = all.relabel(labels, |voxel, from| {
            let piece = others.iter().position(|piece| piece.contains(voxel));
            piece.and_then(label).unwrap_or(from)
        });
        Ok((segments, delta))
    }
}

/// Another colour of the same lightness: pieces of a segment are told apart.
fn turned(Color([r, g, b]): Color, n: usize) -> Color {
    match n % 3 {
        0 => Color([r, g, b]),
        1 => Color([g, b, r]),
        _ => Color([b, r, g]),
    }
}
