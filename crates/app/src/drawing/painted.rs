//! Effects that spread what is painted of all segments of a layer: growing from seeds, classifying,
//! flooding, walking; and growing one segment from a place. What is painted stays, locked segments
//! have no part in it, and what the rules keep is gone around.

use super::compute::{Work, length};
use super::segment_id;
use crate::seeds::refusal;
use crate::wire::{self, Effect, WireError};
use annotomy_annotation::permit::{EditableArea, Permit};
use annotomy_annotation::segment::Segment;
use annotomy_segmentation::{
    Confidence, Connectivity, Growth, Mask, Walk, Watershed, confidence_connected, grow_seeds,
    random_walk, seed_region, smooth_jointly, watershed,
};
use annotomy_volume::delta::{LabelDelta, VoxelBox};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;

/// Voxels that a first mean reaches at most, and how often a mean is taken anew at most.
const MAX_START: u32 = 20;
const MAX_ITERATIONS: u32 = 50;

/// What is painted of the segments of a layer that are not locked.
pub(super) struct Painted {
    pub(super) seeds: LabelMap,
    pub(super) locked: Vec<Label>,
}

impl Work<'_> {
    /// The change of an effect on all segments of a layer; none of other effects.
    pub(super) fn layer_changed(
        &self,
        segment: &Segment,
        effect: &Effect,
    ) -> Result<Option<LabelDelta>, WireError> {
        let labels = self.labels(segment);
        let (found, background) = match effect {
            Effect::SmoothJointly { mm } => {
                let (spacing, mm) = (self.spacing(), length(*mm)?);
                return Ok(Some(smooth_jointly(labels, &spacing, mm, self.progress)?));
            }
            Effect::GrowSeeds { locality, margin } => {
                (self.grown(segment, *locality, *margin)?, &None)
            }
            Effect::Classify {
                classifier: Some(_),
                within,
                plane,
                background,
                ..
            } => (self.recognised(segment, (*within, *plane))?, background),
            Effect::Classify {
                classifier: None,
                finest,
                within,
                plane,
                margin,
                background,
            } => (
                self.classified(segment, (*finest, *margin), (*within, *plane))?,
                background,
            ),
            Effect::Watershed {
                sigma,
                margin,
                background,
            } => (self.flooded(segment, *sigma, *margin)?, background),
            Effect::RandomWalk {
                beta,
                margin,
                background,
            } => (self.walked(segment, *beta, *margin)?, background),
            _ => return Ok(None),
        };
        let background = background.as_deref().map(segment_id).transpose()?;
        let background = background.map(|id| self.find(id)).transpose()?;
        let background = background.filter(|other| other.layer == segment.layer);
        // What is painted stays, whatever the rules would let go.
        let filled = |label: Label, found: Label| match label {
            0 if background.is_some_and(|segment| segment.label == found) => 0,
            0 => found,
            label => label,
        };
        Ok(Some(labels.merged(&found, filled)))
    }

    fn grown(&self, segment: &Segment, locality: f64, margin: f64) -> Result<LabelMap, WireError> {
        let locality = not_negative(locality, "this locality is below 0")?;
        let painted = self.painted(segment)?;
        let region = self.around(&painted, margin)?;
        let open = self.open_to(segment, &painted, region);
        let growth = Growth { locality, region };
        let permitted = (Some(&open), &self.spacing());
        let seeds = &painted.seeds;
        let found = grow_seeds(self.values()?, seeds, permitted, &growth, self.progress);
        Ok(found.map_err(refusal)?.labels())
    }

    fn flooded(&self, segment: &Segment, sigma: f64, margin: f64) -> Result<LabelMap, WireError> {
        let painted = self.painted(segment)?;
        let region = self.around(&painted, margin)?;
        let open = self.open_to(segment, &painted, region);
        let asked = Watershed {
            sigma: length(sigma)?,
            region,
        };
        let permitted = (Some(&open), &self.spacing());
        let markers = &painted.seeds;
        let found = watershed(self.values()?, markers, permitted, &asked, self.progress);
        found.map_err(refusal)
    }

    fn walked(&self, segment: &Segment, beta: f64, margin: f64) -> Result<LabelMap, WireError> {
        let beta = not_negative(beta, "this weight of differences is below 0")?;
        let painted = self.painted(segment)?;
        let region = self.around(&painted, margin)?;
        let open = self.open_to(segment, &painted, region);
        let walk = Walk { beta, region };
        let permitted = (Some(&open), &self.spacing());
        let seeds = &painted.seeds;
        let found = random_walk(self.values()?, seeds, permitted, &walk, self.progress);
        found.map_err(refusal)
    }

    /// The region that an effect grows from a place; empty for other effects.
    pub(super) fn confident(
        &self,
        effect: &Effect,
        open: Option<&Mask>,
    ) -> Result<Mask, WireError> {
        let Effect::ConfidenceConnected {
            seed,
            radius,
            multiplier,
            iterations,
            within,
            ..
        } = effect
        else {
            return Ok(Mask::empty(self.geometry.size()));
        };
        let growth = (*radius, *multiplier, *iterations);
        let confidence = self.confidence(*seed, growth, *within)?;
        let found = confidence_connected(self.values()?, &confidence, open, self.progress)?;
        Ok(found.mask)
    }

    /// How a segment grows from a place: how far the first mean reaches, how many standard
    /// deviations count, and how often the mean is taken anew.
    fn confidence(
        &self,
        seed: [u32; 3],
        (radius, multiplier, iterations): (u32, f64, u32),
        within: Option<wire::SlicePlace>,
    ) -> Result<Confidence, WireError> {
        if !(1..=MAX_START).contains(&radius) || iterations > MAX_ITERATIONS {
            let message = format!(
                "a mean begins with 1 to {MAX_START} voxels on each side and is taken anew at \
                 most {MAX_ITERATIONS} times"
            );
            return Err(WireError::invalid(message));
        }
        let within = within.map(|within| self.place(within)).transpose()?;
        let mut reach = [radius as usize; 3];
        if let Some((axis, _)) = within {
            reach[axis.position()] = 0;
        }
        Ok(Confidence {
            seed: self.voxel(seed)?,
            radius: reach,
            multiplier: not_negative(multiplier, "this is no number of standard deviations")?,
            n_iterations: iterations as usize,
            connectivity: match within {
                Some((axis, _)) => Connectivity::Sides(axis),
                None => Connectivity::Faces,
            },
            region: within.map(|place| self.slice_box(place)),
        })
    }

    pub(super) fn painted(&self, segment: &Segment) -> Result<Painted, WireError> {
        Painted::of(self.state, segment)
    }

    /// The box around what is painted.
    pub(super) fn around(&self, painted: &Painted, margin: f64) -> Result<VoxelBox, WireError> {
        let region = seed_region(&painted.seeds, &self.spacing(), length(margin)?);
        region.ok_or_else(|| {
            WireError::invalid("nothing is painted to begin from")
                .hint("Paint some voxels of each segment first.")
        })
    }

    /// The seeds, and what they may spread to by the rules.
    pub(super) fn open_to(&self, segment: &Segment, painted: &Painted, region: VoxelBox) -> Mask {
        let Painted { seeds, locked } = painted;
        let open = Mask::of_labels(self.labels(segment), |label| !locked.contains(&label));
        let (rules, image) = self.permission.under();
        if rules.area == EditableArea::Everywhere && rules.range.is_none() {
            return open;
        }
        let permit = Permit::new(self.state, (segment.layer, None), rules, image);
        open.intersection(&Mask::from_voxels(
            open.grid(),
            region,
            |voxel: VoxelIndex| seeds.label(voxel) != 0 || permit.holds(voxel),
        ))
    }
}

fn not_negative(value: f64, problem: &'static str) -> Result<f64, WireError> {
    match value.is_finite() && value >= 0.0 {
        true => Ok(value),
        false => Err(WireError::invalid(problem)),
    }
}
