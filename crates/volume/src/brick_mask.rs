//! Voxels of a brick as bits: how masks meet label maps.

use crate::brick::voxel_in_brick;
use crate::delta::{LabelDelta, Runs};
use crate::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use crate::space::VoxelIndex;
use rayon::prelude::*;

pub use crate::bit_planes::BrickMask;

/// The change that gives every masked voxel the label that `relabel` answers for it and its own.
pub fn relabel_masked(
    labels: &LabelMap,
    masks: impl IntoParallelIterator<Item = (BrickIndex, BrickMask)>,
    relabel: impl Fn(VoxelIndex, Label) -> Label + Sync,
) -> LabelDelta {
    LabelDelta::of_runs(masks.into_par_iter().map(|(index, mask)| {
        let mut runs = Runs::default();
        let brick = labels.brick(index);
        for (row, mut bits) in mask.into_iter().enumerate() {
            while bits != 0 {
                let position = row * BRICK_EDGE + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let from = brick.map_or(0, |brick| brick.label(position));
                let to = relabel(voxel_in_brick(index, position), from);
                if to != from {
                    runs.push(position, from, to);
                }
            }
        }
        (index, runs)
    }))
}
