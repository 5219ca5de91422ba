//! Effects that make several segments, one for each piece.

use super::compute::{ISLANDS, Work};
use crate::wire::WireError;
use annotomy_annotation::edit::EditError;
use annotomy_annotation::segment::{Color, Segment, SegmentId, SegmentState};
use annotomy_segmentation::{Mask, split_islands};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::labels::Label;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Pieces that a segment can be divided into at once.
const MAX_PIECES: u32 = 200;

impl Work<'_> {
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
        let segments = self.new_segments(segment, others.len())?;
        let all = others
            .iter()
            .fold(Mask::empty(now.grid()), |all, piece| all.union(piece));
        let delta = all.relabel(labels, |voxel, from| {
            let piece = others.iter().position(|piece| piece.contains(voxel));
            piece.map_or(from, |piece| segments[piece].label)
        });
        Ok((segments, delta))
    }

    /// Segments like one, beside it in its layer, with names, labels and colours of their own.
    pub(super) fn new_segments(
        &self,
        segment: &Segment,
        n_segments: usize,
    ) -> Result<Vec<Segment>, WireError> {
        let in_layer = self.state.segments().iter();
        let in_layer = in_layer.filter(|other| other.layer == segment.layer);
        let highest = in_layer.map(|other| other.label).max().unwrap_or(0);
        let taken = self.state.segments().iter();
        let taken: BTreeSet<&str> = taken.map(|other| other.name.as_str()).collect();
        let names = (2..).map(|n: usize| format!("{} {n}", segment.name));
        let names = names.filter(|name| !taken.contains(name.as_str()));
        let new = |(n, name): (usize, String)| {
            Some(Segment {
                id: SegmentId(Uuid::new_v4()),
                name,
                color: turned(segment.color, n + 1),
                label: Label::try_from(usize::from(highest) + 1 + n).ok()?,
                state: SegmentState::InProgress,
                ..segment.clone()
            })
        };
        let named = names.take(n_segments).enumerate();
        let segments: Option<Vec<Segment>> = named.map(new).collect();
        Ok(segments.ok_or(EditError::TooManySegments)?)
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
