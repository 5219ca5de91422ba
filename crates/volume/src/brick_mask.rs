//! Voxels of a brick as bits: how masks meet label maps.

use crate::delta::{LabelDelta, Runs};
use crate::labels::{BRICK_EDGE, Brick, BrickIndex, Label, LabelMap, voxel_in_brick};
use crate::space::VoxelIndex;
use rayon::prelude::*;

/// Rows of 32 voxels along i, the lowest bit first, for each row of a brick.
pub type BrickMask = Box<[u32; BRICK_EDGE * BRICK_EDGE]>;

/// The voxels of a brick whose label is wanted.
#[must_use]
pub fn brick_mask(brick: &Brick, is_wanted: impl Fn(Label) -> bool) -> BrickMask {
    let mut mask = Box::new([0; BRICK_EDGE * BRICK_EDGE]);
    let rows = brick.labels().as_chunks().0;
    for (bits, row) in mask.iter_mut().zip(rows) {
        *bits = row_bits(row, &is_wanted);
    }
    mask
}

/// Bit `n` tells whether label `n` of a row is wanted.
pub(crate) fn row_bits(row: &[Label; BRICK_EDGE], is_wanted: impl Fn(Label) -> bool) -> u32 {
    // A choice between constants, unlike a shift, is done for several elements at once.
    let bit = |(&label, bit): (&Label, u32)| if is_wanted(label) { bit } else { 0 };
    let bits = row.iter().zip(BITS).map(bit);
    bits.fold(0, |all, bit| all | bit)
}

/// One bit for each element of a row.
const BITS: [u32; BRICK_EDGE] = {
    let mut bits = [1; BRICK_EDGE];
    let mut n = 1;
    while n < BRICK_EDGE {
        bits[n] = bits[n - 1] << 1;
        n += 1;
    }
    bits
};

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
                let from = brick.map_or(0, |brick| brick.labels()[position]);
                let to = relabel(voxel_in_brick(index, position), from);
                if to != from {
                    runs.push(position, from, to);
                }
            }
        }
        (index, runs)
    }))
}
