//! Where a contour begins: in bubbles, in what is there already, or in both.

use crate::mask::{Mask, box_size, grown_box};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, filled, look};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{ContinuousIndex, Mm, VoxelIndex};
use rayon::prelude::*;

/// A sphere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bubble {
    /// Its centre.
    pub center: ContinuousIndex,
    /// Its radius.
    pub radius: Mm,
}

/// What is inside at the beginning.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// All voxels of it.
    pub mask: Option<&'a Mask>,
    /// All voxels of them.
    pub bubbles: &'a [Bubble],
}

impl Start<'_> {
    /// The box around it, larger by a margin; the whole grid without one. `None` if nothing of it
    /// lies in the grid.
    #[must_use]
    pub fn region(
        &self,
        grid: [usize; 3],
        spacing: &Spacing,
        margin: Option<Mm>,
    ) -> Option<VoxelBox> {
        let bubbles = self.bubbles.iter();
        let bubbles = bubbles.filter_map(|bubble| bubble.bounds(grid, spacing));
        let parts = bubbles.chain(self.mask.and_then(Mask::bounds));
        let bounds = parts.reduce(VoxelBox::union)?;
        let reach = margin.map_or(grid, |margin| spacing.reach(margin));
        Some(grown_box(bounds, reach, grid))
    }

    /// Signed distances in mm to the surface at the voxels of a box, negative inside; exact around
    /// bubbles, and of a mask only right beside its surface, half way between voxels.
    pub(super) fn levels(
        &self,
        region: VoxelBox,
        mm: [f32; 3],
        progress: &dyn Progress,
    ) -> Result<Vec<f32>, Cancelled> {
        let [n_i, n_j, n_k] = box_size(region);
        let mut levels = filled(n_i * n_j * n_k, f32::MAX, progress)?;
        let slices = levels.par_chunks_mut(n_i * n_j).enumerate();
        slices.try_for_each(|(k, slice)| {
            look(progress)?;
            for (n, level) in slice.iter_mut().enumerate() {
                let at = [
                    region.min[0] + n % n_i,
                    region.min[1] + n / n_i,
                    region.min[2] + k,
                ];
                let of_bubbles = self.bubbles.iter().map(|bubble| bubble.level(at, mm));
                let of_mask = self.mask.map(|mask| mask_level(mask, at, mm));
                *level = of_bubbles.chain(of_mask).fold(f32::MAX, f32::min);
            }
            Ok(())
        })?;
        Ok(levels)
    }
}

impl Bubble {
    fn bounds(&self, grid: [usize; 3], spacing: &Spacing) -> Option<VoxelBox> {
        let mm = spacing.smallest();
        let end = |n: usize, by: f64| self.center.0[n] + by * self.radius.0 / mm[n];
        let is_apart = |n: usize| end(n, 1.0) < 0.0 || end(n, -1.0) > (grid[n] - 1) as f64;
        if grid.contains(&0) || (0..3).any(is_apart) {
            return None;
        }
        let at = |n: usize, by: f64| end(n, by).round().clamp(0.0, (grid[n] - 1) as f64) as usize;
        Some(VoxelBox {
            min: std::array::from_fn(|n| at(n, -1.0)),
            max: std::array::from_fn(|n| at(n, 1.0)),
        })
    }

    fn level(&self, at: [usize; 3], mm: [f32; 3]) -> f32 {
        let squared = (0..3).map(|n| {
            let away = (at[n] as f64 - self.center.0[n]) * f64::from(mm[n]);
            away * away
        });
        (squared.sum::<f64>().sqrt() - self.radius.0) as f32
    }
}

/// The distance of a voxel to the border of a mask between it and its neighbours; far off if all
/// of them are on the same side.
fn mask_level(mask: &Mask, at: [usize; 3], mm: [f32; 3]) -> f32 {
    let is_inside = mask.contains(VoxelIndex(at));
    let grid = mask.grid();
    let crosses = |axis: usize| {
        let beside = |step: Option<usize>| {
            let Some(there) = step.filter(|&there| there < grid[axis]) else {
                return false;
            };
            let mut voxel = at;
            voxel[axis] = there;
            mask.contains(VoxelIndex(voxel)) != is_inside
        };
        beside(at[axis].checked_sub(1)) || beside(Some(at[axis] + 1))
    };
    let inverse: f32 = (0..3)
        .filter(|&axis| crosses(axis))
        .map(|axis| 4.0 / (mm[axis] * mm[axis]))
        .sum();
    let distance = if inverse > 0.0 {
        1.0 / inverse.sqrt()
    } else {
        f32::MAX
    };
    if is_inside { -distance } else { distance }
}
