//! Classifying: by what is painted, or by a classifier that was taught before.

use super::compute::{KeptTo, Work, length};
use super::painted::Painted;
use crate::seeds::cannot_learn;
use crate::wire::WireError;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::segment::Segment;
use annotomy_segmentation::{Mask, classify};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{Label, LabelMap};
use std::collections::BTreeMap;

impl Work<'_> {
    /// What looks like what is painted.
    pub(super) fn classified(
        &self,
        segment: &Segment,
        (finest, margin): (f64, f64),
        (within, plane): KeptTo,
    ) -> Result<LabelMap, WireError> {
        let painted = self.painted(segment)?;
        let around = self.around(&painted, margin)?;
        let region = match (within, plane) {
            (None, None) => around,
            (within, _) => self.region(within)?,
        };
        let wanted = self.to_tell_apart(segment, &painted, region);
        let wanted = self.limited(wanted, plane)?;
        let with = (&self.spacing(), length(finest)?);
        let voxels = (&painted.seeds, &wanted);
        classify(self.values()?, voxels, with, self.progress).map_err(cannot_learn)
    }

    /// What the classifier finds of the segments of a layer that have the names of its classes.
    pub(super) fn recognised(
        &self,
        segment: &Segment,
        (within, plane): KeptTo,
    ) -> Result<LabelMap, WireError> {
        let named = self.classifier.ok_or_else(WireError::internal)?;
        let painted = self.painted(segment)?;
        let segments = self.state.segments().iter();
        let open = segments.filter(|other| other.layer == segment.layer && !other.is_locked);
        let own: BTreeMap<Label, Label> = named
            .classes
            .iter()
            .filter_map(|class| {
                let found = open.clone().find(|other| other.name == class.name)?;
                Some((class.label, found.label))
            })
            .collect();
        if own.is_empty() {
            let message = "no segment that may change is named like a class of the classifier";
            let hint = format!("Name segments as its classes are: {}.", named.names());
            return Err(WireError::invalid(message).hint(&hint));
        }
        let wanted = self.to_tell_apart(segment, &painted, self.region(within)?);
        let wanted = self.limited(wanted, plane)?;
        let on = (self.values()?, &self.spacing());
        let mut found = named.classifier.classify(on, &wanted, self.progress)?;
        let own = found.relabel(|label| own.get(&label).copied().unwrap_or(0));
        found.apply(&own).map_err(|_| WireError::internal())?;
        Ok(found)
    }

    /// The voxels of a box that may get a label: what is painted keeps its own.
    fn to_tell_apart(&self, segment: &Segment, painted: &Painted, region: VoxelBox) -> Mask {
        let open = self.open_to(segment, painted, region);
        let open = open.intersection(&Mask::filled(open.grid(), region));
        open.difference(&Mask::of_labels(&painted.seeds, |label| label != 0))
    }
}

impl Painted {
    /// Of the layer of a segment.
    pub(super) fn of(state: &DocumentState, segment: &Segment) -> Result<Self, WireError> {
        let labels = &state.layers()[usize::from(segment.layer)];
        let in_layer = state.segments().iter();
        let in_layer = in_layer.filter(|other| other.layer == segment.layer);
        let locked = in_layer.filter(|other| other.is_locked);
        let locked: Vec<Label> = locked.map(|other| other.label).collect();
        let mut seeds = LabelMap::empty(labels.size());
        let painted = labels.drawn(|label| if locked.contains(&label) { 0 } else { label });
        seeds.apply(&painted).map_err(|_| WireError::internal())?;
        Ok(Self { seeds, locked })
    }
}

/// What is painted of the segments of a segment's layer that are not locked.
pub(crate) fn painted_labels(
    state: &DocumentState,
    segment: &Segment,
) -> Result<LabelMap, WireError> {
    Ok(Painted::of(state, segment)?.seeds)
}
