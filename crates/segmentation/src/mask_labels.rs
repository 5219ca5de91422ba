//! Masks of label maps, and the changes that masks make to label maps.

use crate::mask::{Mask, whole_box};
use crate::rows::WORD;
use annotomy_volume::brick_mask::{BrickMask, relabel_masked};
use annotomy_volume::delta::{LabelDelta, VoxelBox};
use annotomy_volume::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Bricks beside each other along i that share a word.
const BRICKS_PER_WORD: usize = WORD / BRICK_EDGE;

impl Mask {
    /// The voxels with one label; 0 is that of the voxels without.
    #[must_use]
    pub fn of_label(labels: &LabelMap, label: Label) -> Self {
        Self::of_labels(labels, |found| found == label)
    }

    /// The voxels whose label is wanted.
    #[must_use]
    pub fn of_labels(labels: &LabelMap, is_wanted: impl Fn(Label) -> bool + Sync) -> Self {
        let grid = labels.size();
        let bricks: Vec<_> = labels.bricks().collect();
        let masks: BTreeMap<BrickIndex, BrickMask> = bricks
            .into_par_iter()
            .map(|(at, brick)| (at, brick.mask(&is_wanted)))
            .filter(|(_, mask)| is_wanted(0) || mask.iter().any(|&bits| bits != 0))
            .collect();
        match whole_box(grid).filter(|_| is_wanted(0)) {
            Some(region) => Self::from_rows(grid, region, &masks, u32::MAX),
            None => Self::of_bricks(grid, &masks),
        }
    }

    /// The voxels of some bricks; what of them lies beyond the grid is cut.
    #[must_use]
    pub fn of_bricks(grid: [usize; 3], masks: &BTreeMap<BrickIndex, BrickMask>) -> Self {
        let boxes = masks.keys().map(|at| VoxelBox {
            min: at.first_voxel(),
            max: at.first_voxel().map(|first| first + BRICK_EDGE - 1),
        });
        match boxes.reduce(VoxelBox::union) {
            Some(region) => Self::from_rows(grid, region, masks, 0),
            None => Self::empty(grid),
        }
    }

    /// From the rows of bricks; those of bricks that are not there are `absent`.
    fn from_rows(
        grid: [usize; 3],
        region: VoxelBox,
        masks: &BTreeMap<BrickIndex, BrickMask>,
        absent: u32,
    ) -> Self {
        Self::from_words(grid, region, |[i, j, k]| {
            let row = (k % BRICK_EDGE) * BRICK_EDGE + j % BRICK_EDGE;
            let halves = (0..BRICKS_PER_WORD).map(|n| {
                let at = BrickIndex::of(VoxelIndex([i + n * BRICK_EDGE, j, k]));
                let bits = masks.get(&at).map_or(absent, |mask| mask[row]);
                u64::from(bits) << (n * BRICK_EDGE)
            });
            halves.fold(0, |all, bits| all | bits)
        })
    }

    /// The change that gives every voxel of the mask the label that `relabel` answers for it and
    /// the label it has.
    #[must_use]
    pub fn relabel(
        &self,
        labels: &LabelMap,
        relabel: impl Fn(VoxelIndex, Label) -> Label + Sync,
    ) -> LabelDelta {
        relabel_masked(labels, self.brick_masks(), relabel)
    }

    /// The change that makes the mask the whole of the segment `label`: its voxels outside lose
    /// the label, and those inside get it where `may_replace` allows it of the label they have.
    #[must_use]
    pub fn replace_segment(
        &self,
        labels: &LabelMap,
        label: Label,
        may_replace: impl Fn(Label) -> bool + Sync,
    ) -> LabelDelta {
        let changed = Self::of_label(labels, label).symmetric_difference(self);
        changed.relabel(labels, |_, from| match from {
            from if from == label => 0,
            from if may_replace(from) => label,
            from => from,
        })
    }

    /// The bricks that have voxels of the mask, in order.
    fn brick_masks(&self) -> Vec<(BrickIndex, BrickMask)> {
        let Some(region) = self.bounds() else {
            return Vec::new();
        };
        let [low, high] = [region.min, region.max].map(|corner| corner.map(|x| x / BRICK_EDGE));
        let n: [usize; 3] = std::array::from_fn(|axis| high[axis] - low[axis] + 1);
        let brick = |index: usize| {
            let [i, j, k] = [
                low[0] + index % n[0],
                low[1] + index / n[0] % n[1],
                low[2] + index / (n[0] * n[1]),
            ];
            let mut mask: BrickMask = Box::new([0; BRICK_EDGE * BRICK_EDGE]);
            for (row, bits) in mask.iter_mut().enumerate() {
                let [j, k] = [
                    j * BRICK_EDGE + row % BRICK_EDGE,
                    k * BRICK_EDGE + row / BRICK_EDGE,
                ];
                let word = self.word([i / BRICKS_PER_WORD * WORD, j, k]);
                *bits = (word >> (i % BRICKS_PER_WORD * BRICK_EDGE)) as u32;
            }
            let is_touched = mask.iter().any(|&bits| bits != 0);
            is_touched.then(|| (BrickIndex([i, j, k].map(|x| x as u16)), mask))
        };
        let all = (0..n.iter().product()).into_par_iter();
        all.filter_map(brick).collect()
    }
}
