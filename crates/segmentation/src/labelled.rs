//! What is painted in a box, and where it may spread to: for algorithms that give each voxel of the
//! box a label from its neighbours.

use crate::block::Source;
use crate::mask::{Mask, box_size};
use crate::seeds::{GrowthError, cut};
use crate::steps::{CHUNK, Cancelled, look};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Axis, VoxelIndex};
use rayon::prelude::*;

/// Labels of a box, i fastest.
#[derive(Debug)]
pub(crate) struct LabelBox {
    grid: [usize; 3],
    pub(crate) region: VoxelBox,
    pub(crate) size: [usize; 3],
    /// 0 where there is none.
    pub(crate) labels: Vec<Label>,
    /// Whether labels spread neither to nor from a voxel.
    is_closed: Vec<bool>,
}

impl LabelBox {
    /// What is painted in the part of a box that lies in the grid; `None` if none of it does. What
    /// is not permitted, or has no value, is closed.
    pub(crate) fn read(
        source: &Source<'_>,
        painted: &LabelMap,
        (permitted, region): (Option<&Mask>, VoxelBox),
        (most_voxels, progress): (usize, &dyn Progress),
    ) -> Result<Option<Self>, GrowthError> {
        let grid = source.grid();
        let Some(region) = cut(region, grid) else {
            return Ok(None);
        };
        let size = box_size(region);
        let n_voxels: usize = size.iter().product();
        if n_voxels > most_voxels {
            return Err(GrowthError::TooLarge { n_voxels });
        }
        let [n_i, n_j, _] = size;
        let [i, j, k] = region.min;
        let mut labels = vec![0; n_voxels];
        let mut is_closed = vec![false; n_voxels];
        let slices = labels
            .par_chunks_mut(n_i * n_j)
            .zip(is_closed.par_chunks_mut(n_i * n_j));
        slices
            .enumerate()
            .try_for_each(|(n, (labels, is_closed))| {
                look(progress)?;
                let slice = painted.slice(Axis::K, k + n);
                let voxels = labels.iter_mut().zip(is_closed).enumerate();
                for (n_in_slice, (label, is_closed)) in voxels {
                    let at = [i + n_in_slice % n_i, j + n_in_slice / n_i, k + n];
                    let is_permitted = permitted.is_none_or(|mask| mask.contains(VoxelIndex(at)));
                    match is_permitted && source.has_value(at) {
                        true => *label = slice[at[1] * grid[0] + at[0]],
                        false => *is_closed = true,
                    }
                }
                Ok::<(), Cancelled>(())
            })?;
        Ok(Some(Self {
            grid,
            region,
            size,
            labels,
            is_closed,
        }))
    }

    /// Whether a label may spread to a voxel: it has none yet.
    pub(crate) fn is_open(&self, at: usize) -> bool {
        self.labels[at] == 0 && !self.is_closed[at]
    }

    pub(crate) fn is_closed(&self, at: usize) -> bool {
        self.is_closed[at]
    }

    pub(crate) fn n_open(&self) -> usize {
        let all = (0..self.labels.len()).into_par_iter();
        all.filter(|&at| self.is_open(at)).count()
    }

    /// The six voxels beside one, in memory order; none beyond the box.
    pub(crate) fn beside(&self, at: usize) -> [Option<usize>; 6] {
        let [n_i, n_j, n_k] = self.size;
        let steps = [1, n_i, n_i * n_j];
        let place = [at % n_i, at / n_i % n_j, at / (n_i * n_j)];
        let before = |axis: usize| (place[axis] > 0).then(|| at - steps[axis]);
        let after =
            |axis: usize| (place[axis] + 1 < [n_i, n_j, n_k][axis]).then(|| at + steps[axis]);
        [
            before(2),
            before(1),
            before(0),
            after(0),
            after(1),
            after(2),
        ]
    }

    /// Labelled voxels beside open ones, in memory order.
    pub(crate) fn borders(&self, progress: &dyn Progress) -> Result<Vec<usize>, Cancelled> {
        let is_beside_open = |at: usize| {
            let mut beside = self.beside(at).into_iter().flatten();
            beside.any(|next| self.is_open(next))
        };
        let is_border = |&at: &usize| self.labels[at] != 0 && is_beside_open(at);
        let n_in_slice = self.size[0] * self.size[1];
        let slices = (0..self.size[2]).into_par_iter().map(|k| {
            look(progress)?;
            let all = k * n_in_slice..(k + 1) * n_in_slice;
            Ok(all.filter(is_border).collect())
        });
        let found: Vec<Vec<usize>> = slices.collect::<Result<_, Cancelled>>()?;
        Ok(found.concat())
    }

    /// Closes what no label can spread to.
    pub(crate) fn close_unreached(&mut self, progress: &dyn Progress) -> Result<(), Cancelled> {
        let mut is_reached: Vec<bool> = self.labels.iter().map(|&label| label != 0).collect();
        let mut open = self.borders(progress)?;
        let mut n_reached = 0_usize;
        while let Some(at) = open.pop() {
            n_reached += 1;
            if n_reached.is_multiple_of(CHUNK) {
                look(progress)?;
            }
            for next in self.beside(at).into_iter().flatten() {
                if self.is_open(next) && !is_reached[next] {
                    is_reached[next] = true;
                    open.push(next);
                }
            }
        }
        let closed = self.is_closed.iter_mut().zip(is_reached);
        closed.for_each(|(is_closed, is_reached)| *is_closed |= !is_reached);
        Ok(())
    }

    /// The labels, on the grid.
    pub(crate) fn into_map(self) -> LabelMap {
        let [n_i, n_j, _] = self.size;
        let labels = map_from_slices(self.grid, |k, slice| {
            if !(self.region.min[2]..=self.region.max[2]).contains(&k) {
                return;
            }
            let rows = self.labels[(k - self.region.min[2]) * n_i * n_j..].chunks_exact(n_i);
            for (row, j) in rows.zip(self.region.min[1]..=self.region.max[1]) {
                slice[j * self.grid[0] + self.region.min[0]..][..n_i].copy_from_slice(row);
            }
        });
        labels.unwrap_or(LabelMap::empty(self.grid))
    }
}
