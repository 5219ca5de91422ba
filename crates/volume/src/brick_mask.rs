//! Voxels of a brick as bits: how masks meet label maps.

use crate::delta::LabelDelta;
use crate::labels::{BRICK_EDGE, Brick, BrickIndex, Label, LabelMap, voxel_in_brick};
use crate::space::VoxelIndex;

/// Rows of 32 voxels along i, the lowest bit first, for each row of a brick.
pub type BrickMask = Box<[u32; BRICK_EDGE * BRICK_EDGE]>;

/// The voxels of a brick whose label is wanted.
#[must_use]
pub fn brick_mask(brick: &Brick, is_wanted: impl Fn(Label) -> bool) -> BrickMask {
    let mut mask = Box::new([0; BRICK_EDGE * BRICK_EDGE]);
    let rows = brick.labels().as_chunks::<BRICK_EDGE>().0;
    for (bits, row) in mask.iter_mut().zip(rows) {
        let wanted = row.map(|label| u32::from(is_wanted(label)));
        let placed = wanted.iter().zip(0..).map(|(is, n)| is << n);
        *bits = placed.fold(0, |all, bit| all | bit);
    }
    mask
}

/// The change that gives every masked voxel the label that `relabel` answers for it and its own.
/// Masks come in the order of their bricks.
pub fn relabel_masked(
    labels: &LabelMap,
    masks: impl IntoIterator<Item = (BrickIndex, BrickMask)>,
    relabel: impl Fn(VoxelIndex, Label) -> Label,
) -> LabelDelta {
    let mut delta = LabelDelta::default();
    for (index, mask) in masks {
        let brick = labels.brick(index);
        for (row, mut bits) in mask.into_iter().enumerate() {
            while bits != 0 {
                let position = row * BRICK_EDGE + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let from = brick.map_or(0, |brick| brick.labels()[position]);
                let to = relabel(voxel_in_brick(index, position), from);
                if to != from {
                    delta.push(index, position, from, to);
                }
            }
        }
    }
    delta
}
