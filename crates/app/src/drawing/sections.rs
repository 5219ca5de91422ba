//! Which slices of a segment count as drawn: those that a person drew in, as the log tells.

use super::segment_id;
use crate::app::{App, Caller};
use crate::documents::{OpenDocument, Snapshot};
use crate::jobs::blocking;
use crate::wire::{self, SectionRule, SlicePlace, WireError};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::segment::{Segment, SegmentId};
use annotomy_annotation::sources::{Source, Sources};
use annotomy_segmentation::drawn_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::{Axis, VoxelIndex};
use std::sync::Arc;

/// Voxels that a person has to change in a slice at least for it to be drawn, unless that is all of it.
const ENOUGH: usize = 3;

/// Where the voxels that an interpolation is about came from.
pub(super) struct Origin {
    pub(super) sources: Sources,
    /// The segment's label; every label of its layer if none.
    pub(super) label: Option<Label>,
}

/// Slices that count as drawn, and why.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) rule: SectionRule,
    /// By axis and index.
    pub(super) slices: Vec<(Axis, usize)>,
}

/// Says which slices count as drawn.
pub(crate) async fn drawn_sections(
    app: &Arc<App>,
    _: &Caller,
    request: wire::SectionsRequest,
) -> Result<wire::DrawnSections, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let now = document.snapshot();
    let segment = segment_of(&now, segment_id(&request.segment)?)?.clone();
    let origin = Origin::of(app, &document, &now, (&segment, request.all_segments)).await?;
    blocking(move || {
        let labels = &now.state.layers()[usize::from(segment.layer)];
        let meant = origin.meant(labels)?;
        Ok(origin.found(&meant).told(&meant))
    })
    .await
}

fn segment_of(now: &Snapshot, id: SegmentId) -> Result<&Segment, WireError> {
    let mut segments = now.state.segments().iter();
    let found = segments.find(|segment| segment.id == id);
    Ok(found.ok_or(EditError::NoSuchSegment)?)
}

impl Origin {
    /// Of a segment, or of all in its layer.
    pub(super) async fn of(
        app: &App,
        document: &OpenDocument,
        now: &Snapshot,
        (segment, all_segments): (&Segment, bool),
    ) -> Result<Self, WireError> {
        let label = (!all_segments).then_some(segment.label);
        let at = (now.revision, &now.state);
        let of = (segment.layer, label);
        let sources = app.library().sources(document.id, at, of).await?;
        Ok(Self { sources, label })
    }

    /// Of the segment that an effect is on.
    pub(super) async fn of_effect(
        app: &App,
        document: &OpenDocument,
        now: &Snapshot,
        (segment, all_segments): (SegmentId, bool),
    ) -> Result<Self, WireError> {
        let segment = segment_of(now, segment)?;
        Self::of(app, document, now, (segment, all_segments)).await
    }

    pub(super) fn is_meant(&self, label: Label) -> bool {
        label != 0 && self.label.is_none_or(|own| own == label)
    }

    /// The voxels that it is about.
    pub(super) fn meant(&self, labels: &LabelMap) -> Result<LabelMap, WireError> {
        let mut meant = LabelMap::empty(labels.size());
        let drawn = labels.drawn(|label| if self.is_meant(label) { label } else { 0 });
        meant.apply(&drawn).map_err(|_| WireError::internal())?;
        Ok(meant)
    }

    /// The slices that count as drawn of what is meant.
    pub(super) fn found(&self, meant: &LabelMap) -> Found {
        let of = |wanted: &[Source]| self.sources.only(|source| wanted.contains(&source));
        let is_there = |source| of(&[source]).bricks().len() > 0;
        let (rule, holding) = if is_there(Source::ByHand) {
            let by_hand = of(&[Source::ByHand, Source::Corrected]);
            (SectionRule::ByHand, by_hand)
        } else if is_there(Source::Imported) {
            let imported = of(&[Source::Imported, Source::Corrected]);
            (SectionRule::Imported, imported)
        } else {
            (SectionRule::Filled, meant.clone())
        };
        let [changed, filled] = [counts(&holding), counts(meant)];
        let mut slices = drawn_slices(&holding);
        slices.retain(|&(axis, index)| {
            let n = |counts: &[Vec<usize>; 3]| counts[axis.position()][index];
            n(&changed) >= ENOUGH || n(&changed) >= n(&filled)
        });
        slices.sort_unstable();
        Found { rule, slices }
    }
}

impl Found {
    /// Those that a request names, in the place of those found.
    pub(super) fn chosen(slices: Vec<(Axis, usize)>) -> Self {
        let mut slices = slices;
        slices.sort_unstable();
        slices.dedup();
        Self {
            rule: SectionRule::Chosen,
            slices,
        }
    }

    pub(super) fn told(&self, meant: &LabelMap) -> wire::DrawnSections {
        let counts = counts(meant);
        let sections = self.slices.iter().map(|&(axis, index)| wire::Section {
            slice: SlicePlace {
                axis: axis.position() as u32,
                index: index as u32,
            },
            n_voxels: counts[axis.position()][index] as u32,
        });
        wire::DrawnSections {
            rule: self.rule,
            sections: sections.collect(),
        }
    }
}

/// Labelled voxels in each slice across each axis.
fn counts(labels: &LabelMap) -> [Vec<usize>; 3] {
    let mut counts = labels.size().map(|n| vec![0; n]);
    for (VoxelIndex(at), _) in labels.labelled() {
        (0..3).for_each(|axis| counts[axis][at[axis]] += 1);
    }
    counts
}
