//! The values of a box of an image in single precision, blurred and differentiated.
//!
//! Beyond the grid the outermost voxels go on. Padding, and what is no number, counts as the
//! lowest value of the image. A voxel gets the same numbers whatever box it is looked at in.

use crate::gaussian::{Kernel, blur_across};
use crate::mask::{box_size, grown_box};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps, look};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use rayon::prelude::*;
use std::array::from_fn;

/// Rows that are blurred between two looks at whether to go on.
const ROWS: usize = 64;

/// An image with what stands for voxels that have no value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    volume: &'a Volume,
    lowest: f32,
}

impl<'a> Source<'a> {
    pub(crate) fn new(volume: &'a Volume) -> Self {
        let of_type = volume.voxels().scalar_type();
        let has_all =
            volume.padding().is_none() && !matches!(of_type.name(), "float32" | "float64");
        let lowest = match has_all {
            true => 0.0,
            false => with_voxels!(volume.voxels(), voxels => lowest(voxels, volume)),
        };
        Self { volume, lowest }
    }

    pub(crate) fn grid(&self) -> [usize; 3] {
        self.volume.geometry().size()
    }

    /// The values of a box in the grid.
    pub(crate) fn block(&self, region: VoxelBox) -> Block {
        let [n_i, n_j, _] = self.grid();
        let [across, rows, slices] = box_size(region);
        let mut values = Vec::with_capacity(across * rows * slices);
        with_voxels!(self.volume.voxels(), voxels => {
            for k in region.min[2]..=region.max[2] {
                for j in region.min[1]..=region.max[1] {
                    let row = &voxels[(k * n_j + j) * n_i..][region.min[0]..=region.max[0]];
                    values.extend(row.iter().map(|stored| {
                        value_of(stored.to_f64(), self.volume).unwrap_or(self.lowest)
                    }));
                }
            }
        });
        Block { region, values }
    }

    /// The same of a large box, on all threads.
    pub(crate) fn large_block(
        &self,
        region: VoxelBox,
        progress: &dyn Progress,
    ) -> Result<Block, Cancelled> {
        let mut whole = Block::blank(region);
        let [n_i, n_j, _] = box_size(region);
        let slices = whole.values.par_chunks_mut(n_i * n_j).enumerate();
        slices.try_for_each(|(k, values)| {
            look(progress)?;
            let mut slice = region;
            (slice.min[2], slice.max[2]) = (region.min[2] + k, region.min[2] + k);
            values.copy_from_slice(&self.block(slice).values);
            Ok(())
        })?;
        Ok(whole)
    }

    /// Whether a voxel has a value.
    pub(crate) fn has_value(&self, [i, j, k]: [usize; 3]) -> bool {
        let [n_i, n_j, _] = self.grid();
        let at = (k * n_j + j) * n_i + i;
        let stored = with_voxels!(self.volume.voxels(), voxels => voxels[at].to_f64());
        value_of(stored, self.volume).is_some()
    }
}

/// The rescaled value; none of padding and of what is no number.
fn value_of(stored: f64, volume: &Volume) -> Option<f32> {
    let value = volume.meaning_of(stored).map(|value| value as f32);
    value.filter(|value| value.is_finite())
}

fn lowest<T: Scalar>(voxels: &[T], volume: &Volume) -> f32 {
    let values = voxels.par_iter().with_min_len(1 << 16);
    let values = values.filter_map(|stored| value_of(stored.to_f64(), volume));
    values.reduce_with(f32::min).unwrap_or(0.0)
}

/// Values of a box, i fastest.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) region: VoxelBox,
    pub(crate) values: Vec<f32>,
}

impl Block {
    fn blank(region: VoxelBox) -> Self {
        let values = vec![0.0; box_size(region).iter().product()];
        Self { region, values }
    }

    /// Row (j, k), both counted from the box's first.
    pub(crate) fn row(&self, j: usize, k: usize) -> &[f32] {
        let [n_i, n_j, _] = box_size(self.region);
        &self.values[(k * n_j + j) * n_i..][..n_i]
    }

    /// Blurred, in a box that lies in this one. The kernels reach no further around it than this
    /// one does, or this one ends with the grid.
    pub(crate) fn blurred(
        &self,
        region: VoxelBox,
        kernels: &[Kernel; 3],
        steps: &Steps<'_>,
    ) -> Result<Self, Cancelled> {
        let reach = kernels.each_ref().map(Kernel::reach);
        let around = |by: [usize; 3]| VoxelBox {
            min: from_fn(|n| region.min[n].saturating_sub(by[n]).max(self.region.min[n])),
            max: from_fn(|n| (region.max[n] + by[n]).min(self.region.max[n])),
        };
        let [along_i, along_j, along_k] = kernels;
        let found = self.blurred_across(2, around([reach[0], reach[1], 0]), (along_k, steps))?;
        let found = found.blurred_across(1, around([reach[0], 0, 0]), (along_j, steps))?;
        steps.check()?;
        Ok(found.blurred_along(region, along_i))
    }

    /// Blurred along j or k, in a box that lies in this one.
    fn blurred_across(
        &self,
        axis: usize,
        region: VoxelBox,
        (kernel, steps): (&Kernel, &Steps<'_>),
    ) -> Result<Self, Cancelled> {
        let mut out = Self::blank(region);
        let [n_i, n_j, _] = box_size(region);
        let n_rows = box_size(self.region)[axis];
        let [i, j, k]: [usize; 3] = from_fn(|n| region.min[n] - self.region.min[n]);
        let part = |j: usize, k: usize| &self.row(j, k)[i..i + n_i];
        for (row, out) in out.values.chunks_exact_mut(n_i).enumerate() {
            if row % ROWS == 0 {
                steps.check()?;
            }
            let [j, k] = [j + row % n_j, k + row / n_j];
            match axis {
                1 => blur_across(j, n_rows, kernel, out, |j| part(j, k)),
                _ => blur_across(k, n_rows, kernel, out, |k| part(j, k)),
            }
        }
        Ok(out)
    }

    /// Blurred along i.
    fn blurred_along(&self, region: VoxelBox, kernel: &Kernel) -> Self {
        let mut out = Self::blank(region);
        let [n_i, n_j, _] = box_size(region);
        let reach = kernel.reach();
        let skipped = region.min[0] - self.region.min[0];
        let n_before = reach.saturating_sub(skipped);
        let mut wide = Vec::with_capacity(n_i + 2 * reach);
        for (row, out) in out.values.chunks_exact_mut(n_i).enumerate() {
            let from = self.row(row % n_j, row / n_j);
            let last = from[from.len() - 1];
            wide.clear();
            wide.resize(n_before, from[0]);
            wide.extend_from_slice(&from[(skipped + n_before - reach)..]);
            wide.resize(wide.len().max(n_i + 2 * reach), last);
            blur_across(reach, 2 * reach + 1, kernel, out, |n| &wide[n..n + n_i]);
        }
        out
    }
}

/// An image blurred by a Gaussian in a box, and as far around it as differences need.
pub(crate) struct Smoothed {
    block: Block,
    region: VoxelBox,
    /// 1 / mm along i, j, k.
    per_mm: [f32; 3],
}

impl Smoothed {
    /// From the values of a box that [`Self::needed`] names, or a larger one.
    pub(crate) fn new(
        block: &Block,
        (region, grid): (VoxelBox, [usize; 3]),
        (spacing, sigma): (&Spacing, Mm),
        steps: &Steps<'_>,
    ) -> Result<Self, Cancelled> {
        let kernels = Kernel::along_axes(spacing, sigma);
        let wider = grown_box(region, [1; 3], grid);
        Ok(Self {
            block: block.blurred(wider, &kernels, steps)?,
            region,
            per_mm: spacing.smallest().map(|mm| (1.0 / mm) as f32),
        })
    }

    /// The box whose values have a part in those of another.
    pub(crate) fn needed(
        region: VoxelBox,
        grid: [usize; 3],
        (spacing, sigma): (&Spacing, Mm),
    ) -> VoxelBox {
        let kernels = Kernel::along_axes(spacing, sigma);
        grown_box(
            region,
            kernels.each_ref().map(|kernel| kernel.reach() + 1),
            grid,
        )
    }

    /// Calls `found` with the number of the first voxel of each row of the box that is wanted, and the
    /// values of that row and of those around it, by k, j and i: the rows begin a voxel before and end
    /// a voxel after.
    pub(crate) fn for_each_row(
        &self,
        is_wanted: impl Fn(usize) -> bool,
        mut found: impl FnMut(usize, &[[Vec<f32>; 3]; 3]),
    ) {
        let size = box_size(self.region);
        let wide = box_size(self.block.region);
        let skipped: [usize; 3] = from_fn(|n| self.region.min[n] - self.block.region.min[n]);
        let near = |axis: usize, n: usize| [0, 1, 2].map(|m| self.near(axis, n + m, wide));
        let mut rows: [[Vec<f32>; 3]; 3] = Default::default();
        for n in (0..size[1] * size[2]).filter(|&n| is_wanted(n)) {
            let [in_j, in_k] = [near(1, n % size[1]), near(2, n / size[1])];
            for (rows, k) in rows.iter_mut().zip(in_k) {
                for (row, j) in rows.iter_mut().zip(in_j) {
                    let from = self.block.row(j, k);
                    row.clear();
                    row.extend((skipped[0] == 0).then_some(from[0]));
                    row.extend_from_slice(from);
                    row.resize(size[0] + 2, from[from.len() - 1]);
                }
            }
            found(n * size[0], &rows);
        }
    }

    /// Where what lies a voxel before the `n`-th of the box is in the block; at the grid's border the
    /// outermost voxel.
    fn near(&self, axis: usize, n: usize, wide: [usize; 3]) -> usize {
        let skipped = self.region.min[axis] - self.block.region.min[axis];
        (n + skipped).saturating_sub(1).min(wide[axis] - 1)
    }

    /// Lengths of voxels, 1 / mm along i, j and k.
    pub(crate) const fn per_mm(&self) -> [f32; 3] {
        self.per_mm
    }

    /// Calls `found` with the number of each voxel of the box, i fastest, and what is around it.
    pub(crate) fn for_each(&self, mut found: impl FnMut(usize, Around)) {
        let size = box_size(self.region);
        let wide = box_size(self.block.region);
        let skipped: [usize; 3] = from_fn(|n| self.region.min[n] - self.block.region.min[n]);
        // Before, at and after a voxel; at the grid's border itself.
        let three = |axis: usize, n: usize| {
            let at = n + skipped[axis];
            [at.saturating_sub(1), at, (at + 1).min(wide[axis] - 1)]
        };
        let mut n = 0;
        for k in 0..size[2] {
            let in_k = three(2, k);
            for j in 0..size[1] {
                let in_j = three(1, j);
                let rows = in_k.map(|k| in_j.map(|j| self.block.row(j, k)));
                for i in 0..size[0] {
                    let in_i = three(0, i);
                    let values = rows.map(|rows| rows.map(|row| in_i.map(|i| row[i])));
                    let per_mm = self.per_mm;
                    found(n, Around { values, per_mm });
                    n += 1;
                }
            }
        }
    }
}

/// The values around a voxel, by k, j and i.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    values: [[[f32; 3]; 3]; 3],
    per_mm: [f32; 3],
}

impl Around {
    /// How much values change in a mm, by central differences.
    #[inline(always)]
    pub(crate) fn gradient_magnitude(&self) -> f32 {
        let [a, b, c] = &self.values;
        let differences = [b[1][2] - b[1][0], b[2][1] - b[0][1], c[1][1] - a[1][1]];
        let squares = differences.iter().zip(&self.per_mm).map(|(d, per_mm)| {
            let slope = 0.5 * d * per_mm;
            slope * slope
        });
        squares.sum::<f32>().sqrt()
    }
}

/// Voxels of a box that are computed together.
const TILE_VOXELS: usize = 1 << 17;

/// A number of each voxel of a box, i fastest, made for parts of the box side by side.
pub(crate) fn tiled(
    region: VoxelBox,
    progress: &dyn Progress,
    make: impl Fn(VoxelBox, &Steps<'_>) -> Result<Vec<f32>, Cancelled> + Sync,
) -> Result<Vec<f32>, Cancelled> {
    let tiles = tiles(region, TILE_VOXELS);
    let steps = Steps::new(progress, tiles.len());
    let found: Vec<(VoxelBox, Vec<f32>)> = tiles
        .into_par_iter()
        .map(|tile| {
            let numbers = make(tile, &steps)?;
            steps.step()?;
            Ok((tile, numbers))
        })
        .collect::<Result<_, Cancelled>>()?;
    let [n_i, n_j, n_k] = box_size(region);
    let mut whole = vec![0.0; n_i * n_j * n_k];
    for (tile, part) in found {
        steps.check()?;
        let [n, n_rows, _] = box_size(tile);
        for (row, part) in part.chunks_exact(n).enumerate() {
            let j = tile.min[1] - region.min[1] + row % n_rows;
            let k = tile.min[2] - region.min[2] + row / n_rows;
            let first = (k * n_j + j) * n_i + tile.min[0] - region.min[0];
            whole[first..first + n].copy_from_slice(part);
        }
    }
    Ok(whole)
}

/// Boxes of at most so many voxels, rows whole, that together are a box.
pub(crate) fn tiles(region: VoxelBox, most: usize) -> Vec<VoxelBox> {
    let mut tiles = Vec::new();
    let mut open = vec![region];
    while let Some(tile) = open.pop() {
        let [n_i, n_j, n_k] = box_size(tile);
        let axis = if n_k >= n_j { 2 } else { 1 };
        if n_i * n_j * n_k <= most || n_j.max(n_k) == 1 {
            tiles.push(tile);
            continue;
        }
        let middle = tile.min[axis] + box_size(tile)[axis] / 2;
        let (mut low, mut high) = (tile, tile);
        low.max[axis] = middle - 1;
        high.min[axis] = middle;
        open.extend([high, low]);
    }
    tiles
}
