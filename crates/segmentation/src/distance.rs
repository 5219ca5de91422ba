//! Exact signed Euclidean distance in millimetres, on anisotropic and unevenly spaced grids.
//!
//! Distances are between voxel centres: outside, to the nearest voxel of the segment, positive;
//! inside, to the nearest voxel that is not of the segment, negative. This is
//! `scipy.ndimage.distance_transform_edt` of both sides; ITK's `SignedMaurerDistanceMap` agrees
//! outside, and inside measures to the voxels of the segment that it takes as its border.
//!
//! One axis after the other (Meijster, Roerdink and Hesselink, 2000): along i from runs of bits,
//! then along j and k by [`crate::columns`]. A slice is done along i and j
//! while it is in the cache.

use crate::columns::Columns;
use crate::mask::{Mask, box_size};
use crate::rows::{WORD, for_each_run};
use crate::spacing::{Line, Spacing};
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Mm, VoxelIndex};
use rayon::prelude::*;

/// Signed distances of the voxels of a box.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceMap {
    grid: [usize; 3],
    region: VoxelBox,
    mm: Vec<f32>,
}

impl DistanceMap {
    /// The box.
    #[must_use]
    pub const fn region(&self) -> VoxelBox {
        self.region
    }

    /// Millimetres in memory order, i fastest. Infinite where there is no other side.
    #[must_use]
    pub fn mm(&self) -> &[f32] {
        &self.mm
    }

    /// The distance at a voxel, if it is in the box.
    #[must_use]
    pub fn at(&self, voxel: VoxelIndex) -> Option<Mm> {
        let VoxelBox { min, max } = self.region;
        if (0..3).any(|n| voxel.0[n] < min[n] || voxel.0[n] > max[n]) {
            return None;
        }
        let [i, j, k]: [usize; 3] = std::array::from_fn(|n| voxel.0[n] - min[n]);
        let [n_i, n_j, _] = box_size(self.region);
        let mm = self.mm[(k * n_j + j) * n_i + i];
        Some(Mm(mm.into()))
    }

    /// The voxels of some of its slices, which `slab` names, whose distance is wanted.
    pub(crate) fn select_in(&self, slab: VoxelBox, is_wanted: impl Fn(f32) -> bool + Sync) -> Mask {
        let [n_i, n_j, _] = box_size(self.region);
        let first = (slab.min[2] - self.region.min[2]) * n_i * n_j;
        Mask::from_box(self.grid, slab, &self.mm[first..], is_wanted)
    }
}

/// The signed distance of every voxel of `region`; what lies beyond that does not count.
///
/// With a limit, distances of that length and more are that length: enough for a margin, and much
/// faster.
///
/// # Errors
/// [`Cancelled`].
pub fn signed_distance(
    mask: &Mask,
    spacing: &Spacing,
    region: VoxelBox,
    limit: Option<Mm>,
    progress: &dyn Progress,
) -> Result<DistanceMap, Cancelled> {
    let grid = mask.grid();
    let region = VoxelBox {
        min: region.min,
        max: std::array::from_fn(|n| region.max[n].min(grid[n].saturating_sub(1))),
    };
    if (0..3).any(|n| region.min[n] > region.max[n] || grid[n] == 0) {
        let (region, mm) = (
            VoxelBox {
                min: [1; 3],
                max: [0; 3],
            },
            Vec::new(),
        );
        return Ok(DistanceMap { grid, region, mm });
    }
    let [n_i, n_j, n_k] = box_size(region);
    let steps = Steps::new(progress, n_j + n_k);
    let axes: [Line; 3] = std::array::from_fn(|n| spacing.line(n, region.min[n]..=region.max[n]));
    let limit_mm = limit.map_or(f32::INFINITY, |Mm(mm)| mm as f32);
    let limit = limit_mm * limit_mm;
    let mut mm = vec![0.0_f32; n_i * n_j * n_k];
    let slices = mm.par_chunks_mut(n_i * n_j).enumerate();
    slices.try_for_each_init(Columns::default, |columns, (k, slice)| {
        steps.step()?;
        for (j, row) in slice.chunks_exact_mut(n_i).enumerate() {
            let at = [region.min[1] + j, region.min[2] + k];
            along_row(mask, at, region.min[0], &axes[0], row);
        }
        let mut rows: Vec<&mut [f32]> = slice.chunks_exact_mut(n_i).collect();
        columns.transform(&mut rows, &axes[1], limit, |squared| squared);
        Ok(())
    })?;
    let mut rows: Vec<Vec<&mut [f32]>> = (0..n_j).map(|_| Vec::with_capacity(n_k)).collect();
    for slice in mm.chunks_exact_mut(n_i * n_j) {
        for (row, rows) in slice.chunks_exact_mut(n_i).zip(&mut rows) {
            rows.push(row);
        }
    }
    let rows = rows.into_par_iter();
    rows.try_for_each_init(Columns::default, |columns, mut rows| {
        columns.transform(&mut rows, &axes[2], limit, |squared| {
            squared.abs().sqrt().min(limit_mm).copysign(squared)
        });
        steps.step()
    })?;
    Ok(DistanceMap { grid, region, mm })
}

/// Signed squared distances along a row, whose first voxel is `first`.
fn along_row(mask: &Mask, [j, k]: [usize; 2], first: usize, axis: &Line, row: &mut [f32]) {
    let mut done = 0_usize;
    let mut fill = |end: usize, sign: f32| {
        let before = done.checked_sub(1).map(|n| axis.at[n]);
        let after = axis.at.get(end).copied();
        for (value, &at) in row[done..end].iter_mut().zip(&axis.at[done..end]) {
            let [low, high] = [before, after]
                .map(|other| other.map_or(f32::INFINITY, |other| axis.squared(other, at)));
            *value = sign * low.min(high);
        }
        done = end;
    };
    let n = axis.at.len();
    let clamp = |x: usize| x.saturating_sub(first).min(n);
    for_each_run(mask.row(j, k), mask.first[0] * WORD, |run| {
        let (start, end) = (clamp(run.start), clamp(run.end));
        if start < end {
            fill(start, 1.0);
            fill(end, -1.0);
        }
    });
    fill(n, 1.0);
}
