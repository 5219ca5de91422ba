//! What an image says of a voxel between drawn slices.
//!
//! Two votes of the drawn voxels around the same place in the slices on both sides: by how alike
//! their surroundings are (patches: Coupé and others, NeuroImage 54 (2011) 940), and by how alike
//! their values are, each label's voxels counted apart (a local histogram). Weights are quotients,
//! not exponentials, so that they are the same on any machine.

use super::candidates::{Candidates, MOST};
use super::grid::Grid;
use super::maths::ln;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::labels::Label;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use rayon::prelude::*;

/// Voxels looked at on each side in a drawn slice: the least, and more for each voxel of distance.
const LEAST: f32 = 3.0;
const MORE: f32 = 0.5;
const WIDEST: f32 = 7.0;
/// Voxels of a row of a window at most.
const LONGEST: usize = 2 * WIDEST as usize + 2;
/// Voxels on each side beyond which every second row will do.
const SPARSE: usize = 4;
/// Voxels between two looks at whether to go on.
const CHUNK: usize = 1 << 20;
/// Part of the image's deviation below which values count as the same.
const SAME: f32 = 0.12;
/// Votes that each label has anyway.
const FLOOR: f32 = 0.02;

/// Votes for each candidate: by surroundings, by value. Logarithms.
pub(super) type Votes = [[f32; MOST]; 2];

/// The drawn slices on both sides of a voxel, across one axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) axis: usize,
    pub(super) slices: [Option<usize>; 2],
}

/// An image, scaled.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    grid: &'a Grid,
    labels: &'a [Label],
    /// In deviations.
    pub(super) values: Vec<f32>,
}

/// Steps to the voxels of a surrounding: the voxel itself, those around it, and two steps away.
const PATCH: [[isize; 3]; 13] = [
    [0, 0, 0],
    [1, 0, 0],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
    [0, 0, 1],
    [0, 0, -1],
    [2, 0, 0],
    [-2, 0, 0],
    [0, 2, 0],
    [0, -2, 0],
    [0, 0, 2],
    [0, 0, -2],
];

impl<'a> Evidence<'a> {
    /// `None` where all values are the same.
    pub(super) fn new(
        image: &Volume,
        grid: &'a Grid,
        labels: &'a [Label],
        steps: &Steps<'_>,
    ) -> Result<Option<Self>, Cancelled> {
        let padding = image.padding();
        let mut values = vec![0.0_f32; labels.len()];
        with_voxels!(image.voxels(), voxels => {
            let chunks = values.par_chunks_mut(CHUNK).zip(voxels.par_chunks(CHUNK));
            chunks.try_for_each(|(values, voxels)| {
                for (value, voxel) in values.iter_mut().zip(voxels) {
                    let stored = voxel.to_f64();
                    let is_known = padding.is_none_or(|padding| !padding.holds(stored));
                    *value = if is_known { stored as f32 } else { f32::NAN };
                }
                steps.check()
            })
        })?;
        let (mut sum, mut squares, mut n) = (0.0_f64, 0.0_f64, 0.0_f64);
        for values in values.chunks(CHUNK) {
            steps.check()?;
            for value in values.iter().filter(|value| value.is_finite()) {
                let value = f64::from(*value);
                (sum, squares, n) = (sum + value, squares + value * value, n + 1.0);
            }
        }
        let mean = sum / n;
        let deviation = (squares / n - mean * mean).sqrt();
        if !(deviation.is_finite() && deviation > 0.0) {
            return Ok(None);
        }
        values.par_chunks_mut(CHUNK).try_for_each(|values| {
            for value in values {
                let scaled = ((f64::from(*value) - mean) / deviation) as f32;
                *value = if scaled.is_finite() {
                    scaled.clamp(-8.0, 8.0)
                } else {
                    0.0
                };
            }
            steps.check()
        })?;
        Ok(Some(Self {
            grid,
            labels,
            values,
        }))
    }

    fn offset(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.grid.size[1] + j) * self.grid.size[0] + i
    }

    fn patch(&self, voxel: [usize; 3]) -> [f32; PATCH.len()] {
        let size = self.grid.size;
        PATCH.map(|step| {
            let at = [0, 1, 2].map(|n| voxel[n].saturating_add_signed(step[n]).min(size[n] - 1));
            self.values[self.offset(at)]
        })
    }

    /// The votes of slices across an axis for what a voxel is.
    pub(super) fn votes(
        &self,
        voxel: [usize; 3],
        around: &Around,
        candidates: &Candidates,
        seen: &mut Vec<Seen>,
    ) -> Votes {
        seen.clear();
        let own = self.patch(voxel);
        for slice in around.slices.into_iter().flatten() {
            self.look(voxel, &own, (around.axis, slice), seen);
        }
        let least = seen
            .iter()
            .map(|seen| seen.differs)
            .fold(f32::INFINITY, f32::min);
        let same = SAME * SAME;
        let patch_scale = 1.0 / (least + same);
        let value_scale = 1.0 / same;
        let mut alike = [0.0_f32; MOST];
        let mut near = [0.0_f32; MOST];
        let mut all = [0.0_f32; MOST];
        for seen in seen.iter() {
            let Some(n) = candidates.position(seen.label) else {
                continue;
            };
            let x = seen.differs * patch_scale;
            alike[n] += seen.weight / (1.0 + x * x);
            let y = seen.value_differs * value_scale;
            near[n] += seen.weight / (1.0 + y);
            all[n] += seen.weight;
        }
        let total: f32 = alike.iter().sum::<f32>() + 1e-6;
        let mean: f32 = near.iter().sum::<f32>() / (all.iter().sum::<f32>() + 1e-6);
        let mut votes = [[0.0; MOST]; 2];
        for n in 0..candidates.n {
            votes[0][n] = ln(alike[n] / total + FLOOR);
            // A label with few voxels around is near the mean of all.
            votes[1][n] = ln((near[n] + mean + FLOOR) / (all[n] + 1.0 + FLOOR));
        }
        votes
    }

    fn look(
        &self,
        voxel: [usize; 3],
        own: &[f32; PATCH.len()],
        (axis, slice): (usize, usize),
        seen: &mut Vec<Seen>,
    ) {
        let [column, row] = match axis {
            0 => [1, 2],
            1 => [0, 2],
            _ => [0, 1],
        };
        let size = self.grid.size;
        let distance = (self.grid.mm[axis][slice] - self.grid.mm[axis][voxel[axis]]).abs();
        let reach = |along: usize| {
            let voxels = LEAST + MORE * distance / self.grid.step[along];
            voxels.min(WIDEST) as usize
        };
        let around = |along: usize| {
            let reach = reach(along);
            voxel[along].saturating_sub(reach)..=(voxel[along] + reach).min(size[along] - 1)
        };
        let width = reach(column).max(reach(row)) as f32 * 0.6;
        let nearness = 1.0 / (1.0 + distance / self.grid.step[axis]);
        let offsets = PATCH.map(|[i, j, k]| (k * size[1] as isize + j) * size[0] as isize + i);
        let columns = around(column);
        // Every second row of a wide window: its rows are much alike.
        let stride = if reach(row) > SPARSE { 2 } else { 1 };
        for v in around(row).step_by(stride) {
            let mut at = voxel;
            [at[axis], at[column], at[row]] = [slice, *columns.start(), v];
            let first = self.offset(at);
            let n = columns.end() - columns.start() + 1;
            let mut differs = [0.0_f32; LONGEST];
            let is_inner = (0..3).all(|n| {
                let last = if n == column { *columns.end() } else { at[n] };
                at[n] >= 2 && last + 2 < size[n]
            });
            if !is_inner {
                for (u, differs) in columns.clone().zip(&mut differs) {
                    at[column] = u;
                    let other = self.patch(at);
                    *differs = other.iter().zip(own).map(|(a, b)| (a - b) * (a - b)).sum();
                }
            } else if column == 0 {
                for (step, own) in offsets.iter().zip(own) {
                    let others = &self.values[first.wrapping_add_signed(*step)..][..n];
                    for (differs, other) in differs.iter_mut().zip(others) {
                        *differs += (other - own) * (other - own);
                    }
                }
            } else {
                for (step, own) in offsets.iter().zip(own) {
                    let others = self.values[first.wrapping_add_signed(*step)..].iter();
                    for (differs, other) in differs.iter_mut().zip(others.step_by(size[0])).take(n)
                    {
                        *differs += (other - own) * (other - own);
                    }
                }
            }
            let between = if column == 0 { 1 } else { size[0] };
            for (u, differs) in columns.clone().zip(differs) {
                let offset = first + (u - columns.start()) * between;
                let value = self.values[offset] - own[0];
                let [du, dv] = [
                    (u as f32 - voxel[column] as f32) / width,
                    (v as f32 - voxel[row] as f32) / width,
                ];
                seen.push(Seen {
                    label: self.labels[offset],
                    differs: differs / PATCH.len() as f32,
                    value_differs: value * value,
                    weight: nearness / (1.0 + du * du + dv * dv),
                });
            }
        }
    }
}

/// A drawn voxel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    label: Label,
    /// Mean squared difference of the surroundings, and squared difference of the values.
    differs: f32,
    value_differs: f32,
    weight: f32,
}
