//! A tube along a path: what a ball covers that goes there.

use super::compute::{Work, length};
use crate::wire::{self, TubeMode, WireError};
use annotomy_annotation::shape::MAX_POINTS;
use annotomy_segmentation::{Cancelled, Mask};
use annotomy_volume::brush::{BrushShape, BrushStroke, covered};
use annotomy_volume::space::PointLps;

impl Work<'_> {
    /// A segment's voxels after a tube.
    pub(super) fn tubed(&self, now: &Mask, tube: &wire::Tube) -> Result<Mask, WireError> {
        let is_finite = tube.path.as_flattened().iter().all(|x| x.is_finite());
        if tube.path.is_empty() || tube.path.len() > MAX_POINTS || !is_finite {
            let message = format!("a path has 1 to {MAX_POINTS} points");
            return Err(WireError::invalid(message));
        }
        let stroke = BrushStroke {
            path: tube.path.iter().copied().map(PointLps).collect(),
            radius: length(tube.diameter / 2.0)?,
            shape: BrushShape::Sphere,
        };
        let covered = covered(self.geometry, &stroke, self.progress).ok_or(Cancelled)?;
        let tube_voxels = Mask::of_bricks(self.geometry.size(), &covered);
        Ok(match tube.mode {
            TubeMode::Add => now.union(&tube_voxels),
            TubeMode::Remove => now.difference(&tube_voxels),
        })
    }
}
