//! Fills that find voxels by their values.

use super::compute::Work;
use crate::wire::{self, Effect, FillMode, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_segmentation::{Connectivity, Flood, Mask, flood_fill, threshold};
use std::ops::RangeInclusive;

impl Work<'_> {
    /// The voxels that the segment is to have.
    pub(super) fn by_value(
        &self,
        segment: &Segment,
        now: &Mask,
        effect: &Effect,
    ) -> Result<Mask, WireError> {
        let progress = self.progress;
        Ok(match effect {
            Effect::Threshold {
                range: [low, high],
                within,
                plane,
                mode,
            } => {
                let region = self.region(*within)?;
                let found = threshold(self.values()?, &(*low..=*high), region, progress)?;
                filled(now, &self.limited(found, *plane)?, *mode)
            }
            Effect::FloodFill {
                seed,
                range: [low, high],
                within,
                plane,
                mode,
            } => {
                let open = self.open_to_fill(segment, *mode, *plane)?;
                let flood = self.flood(*seed, *low..=*high, *within)?;
                let found = flood_fill(self.values()?, &flood, open.as_ref(), progress)?;
                filled(now, &found, *mode)
            }
            Effect::ConfidenceConnected { mode, plane, .. } => {
                let open = self.open_to_fill(segment, *mode, *plane)?;
                filled(now, &self.confident(effect, open.as_ref())?, *mode)
            }
            _ => now.clone(),
        })
    }

    fn flood(
        &self,
        seed: [u32; 3],
        range: RangeInclusive<f64>,
        within: Option<wire::SlicePlace>,
    ) -> Result<Flood, WireError> {
        let within = within.map(|within| self.place(within)).transpose()?;
        Ok(Flood {
            seed: self.voxel(seed)?,
            range,
            connectivity: match within {
                Some((axis, _)) => Connectivity::Sides(axis),
                None => Connectivity::Faces,
            },
            region: within.map(|place| self.slice_box(place)),
        })
    }

    /// Voxels that a fill goes through, whatever their values; all if none are named.
    fn open_to_fill(
        &self,
        segment: &Segment,
        mode: FillMode,
        plane: Option<wire::CutPlane>,
    ) -> Result<Option<Mask>, WireError> {
        let open = match mode {
            FillMode::Add | FillMode::Replace => Some(self.replaceable(segment)),
            FillMode::Remove | FillMode::Keep => None,
        };
        match (open, plane) {
            (open, None) => Ok(open),
            (None, Some(plane)) => Ok(Some(self.cut_by(plane)?)),
            (Some(open), plane) => Ok(Some(self.limited(open, plane)?)),
        }
    }
}

fn filled(now: &Mask, found: &Mask, mode: FillMode) -> Mask {
    match mode {
        FillMode::Add => now.union(found),
        FillMode::Replace => found.clone(),
        FillMode::Remove => now.difference(found),
        FillMode::Keep => now.intersection(found),
    }
}
