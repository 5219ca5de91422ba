//! Masks: which voxels of a grid belong to something, one bit a voxel, in a box around them.
//!
//! Words lie at multiples of 64 voxels of the grid, so that masks with different boxes meet word by
//! word. Beyond its box a mask has no voxels, and no bit beyond the grid is ever set: two masks are
//! equal when they have the same voxels.

use crate::rows::{WORD, bits_between, for_each_run, word_in_row};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::space::VoxelIndex;
use rayon::prelude::*;

/// Voxels of a grid.
#[derive(Debug, Clone)]
pub struct Mask {
    grid: [usize; 3],
    /// First word, row and slice.
    pub(crate) first: [usize; 3],
    /// Words, rows and slices.
    pub(crate) size: [usize; 3],
    pub(crate) words: Vec<u64>,
}

impl Mask {
    /// No voxels, of a grid of (i, j, k) voxels.
    #[must_use]
    pub const fn empty(grid: [usize; 3]) -> Self {
        Self {
            grid,
            first: [0; 3],
            size: [0; 3],
            words: Vec::new(),
        }
    }

    /// No voxels yet, with room for those of a box; what of the box lies beyond the grid is cut.
    pub(crate) fn room(grid: [usize; 3], region: VoxelBox) -> Self {
        let end: [usize; 3] = std::array::from_fn(|n| region.max[n].saturating_add(1).min(grid[n]));
        if (0..3).any(|n| region.min[n] >= end[n]) {
            return Self::empty(grid);
        }
        let first = [region.min[0] / WORD, region.min[1], region.min[2]];
        let end = [end[0].div_ceil(WORD), end[1], end[2]];
        let size: [usize; 3] = std::array::from_fn(|n| end[n] - first[n]);
        Self {
            grid,
            first,
            size,
            words: vec![0; size.iter().product()],
        }
    }

    /// The same, each word given by the index of its first voxel.
    pub(crate) fn from_words(
        grid: [usize; 3],
        region: VoxelBox,
        word: impl Fn([usize; 3]) -> u64 + Sync,
    ) -> Self {
        let mut mask = Self::room(grid, region);
        let columns = region.min[0]..region.max[0].saturating_add(1).min(grid[0]);
        let first = mask.first;
        mask.par_rows_mut().for_each(|([j, k], row)| {
            for (bits, n) in row.iter_mut().zip(first[0]..) {
                let inside = bits_between(n * WORD, &columns);
                *bits = word([n * WORD, j, k]) & inside;
            }
        });
        mask
    }

    /// The voxels of a box that are wanted; what of it lies beyond the grid is cut.
    #[must_use]
    pub fn from_voxels(
        grid: [usize; 3],
        region: VoxelBox,
        is_wanted: impl Fn(VoxelIndex) -> bool + Sync,
    ) -> Self {
        let [low, high] = [region.min[0], region.max[0]];
        Self::from_words(grid, region, |[i, j, k]| {
            let columns = i.max(low)..(i + WORD).min(high + 1).min(grid[0]);
            let wanted = columns.filter(|&column| is_wanted(VoxelIndex([column, j, k])));
            wanted.fold(0, |bits, column| bits | 1 << (column - i))
        })
    }

    /// All voxels of a box; what of it lies beyond the grid is cut.
    #[must_use]
    pub fn filled(grid: [usize; 3], region: VoxelBox) -> Self {
        Self::from_words(grid, region, |_| u64::MAX)
    }

    /// All voxels of a grid.
    #[must_use]
    pub fn whole(grid: [usize; 3]) -> Self {
        whole_box(grid).map_or(Self::empty(grid), |region| Self::filled(grid, region))
    }

    /// From values in memory order (i fastest); those that are `true` are set. `None` unless they
    /// fill the grid.
    #[must_use]
    pub fn from_dense(grid: [usize; 3], values: &[bool]) -> Option<Self> {
        let [n_i, n_j, n_k] = grid;
        if n_i.checked_mul(n_j)?.checked_mul(n_k)? != values.len() {
            return None;
        }
        Some(whole_box(grid).map_or(Self::empty(grid), |region| {
            Self::from_box(grid, region, values, |is_set| is_set)
        }))
    }

    /// The voxels of a box in the grid whose values, i fastest, are wanted.
    pub(crate) fn from_box<T: Copy + Sync>(
        grid: [usize; 3],
        region: VoxelBox,
        values: &[T],
        is_wanted: impl Fn(T) -> bool + Sync,
    ) -> Self {
        let [n_i, n_j, _] = box_size(region);
        let [i0, j0, k0] = region.min;
        Self::from_words(grid, region, |[i, j, k]| {
            let row = &values[((k - k0) * n_j + j - j0) * n_i..][..n_i];
            word_in_row(row, i0, i, &is_wanted)
        })
    }

    /// Masks of parts of a box one above the other, each with room for its part.
    pub(crate) fn stacked(
        grid: [usize; 3],
        region: VoxelBox,
        parts: impl IntoIterator<Item = Self>,
    ) -> Self {
        let mut stacked = Self::room(grid, region);
        stacked.words.clear();
        parts
            .into_iter()
            .for_each(|part| stacked.words.extend(part.words));
        stacked
    }

    /// Voxels of the grid along i, j, k.
    #[must_use]
    pub const fn grid(&self) -> [usize; 3] {
        self.grid
    }

    /// Whether a voxel is set; false beyond the grid.
    #[must_use]
    pub fn contains(&self, voxel: VoxelIndex) -> bool {
        let [i, j, k] = voxel.0;
        let row = self.row(j, k);
        let word = (i / WORD)
            .checked_sub(self.first[0])
            .and_then(|n| row.get(n));
        word.is_some_and(|word| word >> (i % WORD) & 1 == 1)
    }

    /// Voxels that are set.
    #[must_use]
    pub fn n_voxels(&self) -> usize {
        let counts = self.words.par_iter().with_min_len(1 << 14);
        counts.map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no voxel is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The smallest box around the voxels that are set.
    #[must_use]
    pub fn bounds(&self) -> Option<VoxelBox> {
        self.par_rows()
            .filter_map(|([j, k], row)| {
                let low = row.iter().position(|&word| word != 0)?;
                let high = row.iter().rposition(|&word| word != 0)?;
                let at = |n: usize| (self.first[0] + n) * WORD;
                let min = at(low) + row[low].trailing_zeros() as usize;
                let max = at(high) + WORD - 1 - row[high].leading_zeros() as usize;
                Some(VoxelBox {
                    min: [min, j, k],
                    max: [max, j, k],
                })
            })
            .reduce_with(VoxelBox::union)
    }

    /// The box that it has room for.
    pub(crate) fn room_box(&self) -> Option<VoxelBox> {
        if self.words.is_empty() {
            return None;
        }
        let [first, rows, slices] = self.first;
        Some(VoxelBox {
            min: [first * WORD, rows, slices],
            max: [
                ((first + self.size[0]) * WORD).min(self.grid[0]) - 1,
                rows + self.size[1] - 1,
                slices + self.size[2] - 1,
            ],
        })
    }

    /// The ranges along i that are set in row (j, k), in order.
    pub fn runs(&self, j: usize, k: usize) -> Vec<std::ops::Range<usize>> {
        let mut runs = Vec::new();
        for_each_run(self.row(j, k), self.first[0] * WORD, |run| runs.push(run));
        runs
    }

    /// One answer a voxel of the grid, in memory order (i fastest).
    #[must_use]
    pub fn to_dense(&self) -> Vec<bool> {
        let [n_i, n_j, n_k] = self.grid;
        let mut values = vec![false; n_i * n_j * n_k];
        if n_i > 0 {
            let rows = values.par_chunks_exact_mut(n_i).enumerate();
            rows.for_each(|(row, values)| {
                for run in self.runs(row % n_j, row / n_j) {
                    values[run].fill(true);
                }
            });
        }
        values
    }

    /// The words of row (j, k), from `first[0]` on; none beyond the box.
    pub(crate) fn row(&self, j: usize, k: usize) -> &[u64] {
        let [_, first_j, first_k] = self.first;
        let [n_words, n_rows, n_slices] = self.size;
        match (j.checked_sub(first_j), k.checked_sub(first_k)) {
            (Some(j), Some(k)) if j < n_rows && k < n_slices => {
                &self.words[(k * n_rows + j) * n_words..][..n_words]
            }
            _ => &[],
        }
    }

    /// The word that begins at a voxel, which lies at a multiple of 64; 0 beyond the box.
    pub(crate) fn word(&self, [i, j, k]: [usize; 3]) -> u64 {
        let n = (i / WORD).checked_sub(self.first[0]);
        let word = n.and_then(|n| self.row(j, k).get(n));
        word.copied().unwrap_or(0)
    }

    /// Rows with their (j, k).
    pub(crate) fn par_rows(&self) -> impl IndexedParallelIterator<Item = ([usize; 2], &[u64])> {
        let [_, n_rows, _] = self.size;
        let [_, j, k] = self.first;
        let rows = self.words.par_chunks_exact(self.size[0].max(1));
        rows.enumerate()
            .map(move |(n, row)| ([j + n % n_rows, k + n / n_rows], row))
    }

    /// The same, to be filled.
    pub(crate) fn par_rows_mut(
        &mut self,
    ) -> impl IndexedParallelIterator<Item = ([usize; 2], &mut [u64])> {
        let [_, n_rows, _] = self.size;
        let [_, j, k] = self.first;
        let rows = self.words.par_chunks_exact_mut(self.size[0].max(1));
        rows.enumerate()
            .map(move |(n, row)| ([j + n % n_rows, k + n / n_rows], row))
    }
}

impl PartialEq for Mask {
    fn eq(&self, other: &Self) -> bool {
        let has_same = |a: &Self, b: &Self| {
            a.par_rows().all(|([j, k], row)| {
                let words = row.iter().zip(a.first[0]..);
                words
                    .into_iter()
                    .all(|(&word, n)| word == b.word([n * WORD, j, k]))
            })
        };
        self.grid == other.grid && has_same(self, other) && has_same(other, self)
    }
}

impl Eq for Mask {}

/// The box of all voxels of a grid that has any.
pub(crate) fn whole_box(grid: [usize; 3]) -> Option<VoxelBox> {
    (!grid.contains(&0)).then(|| VoxelBox {
        min: [0; 3],
        max: grid.map(|n| n - 1),
    })
}

/// Voxels of a box along i, j, k.
pub(crate) fn box_size(region: VoxelBox) -> [usize; 3] {
    std::array::from_fn(|n| region.max[n] - region.min[n] + 1)
}

/// A box larger by some voxels on each side along i, j, k, cut at the grid.
pub(crate) fn grown_box(region: VoxelBox, by: [usize; 3], grid: [usize; 3]) -> VoxelBox {
    VoxelBox {
        min: std::array::from_fn(|n| region.min[n].saturating_sub(by[n])),
        max: std::array::from_fn(|n| region.max[n].saturating_add(by[n]).min(grid[n] - 1)),
    }
}
