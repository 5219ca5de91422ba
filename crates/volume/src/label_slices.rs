//! Label maps slice by slice along k: as bit masks, one bit a voxel, and from rows of labels.

use crate::brick::position_in_brick;
use crate::labels::{BRICK_EDGE, BRICK_VOXELS, Brick, BrickIndex, Label, LabelMap};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::ops::Range;

/// Labels of each slice along k, without 0.
#[must_use]
pub fn labels_by_slice(map: &LabelMap) -> Vec<BTreeSet<Label>> {
    let n_slices = map.size()[2];
    let mut found = vec![BTreeSet::new(); n_slices];
    found.par_iter_mut().enumerate().for_each(|(k, found)| {
        for brick in bricks_at(map, k) {
            let rows = rows_at(k).map(|row| brick.row(row));
            found.extend(rows.flat_map(labels_among));
        }
    });
    found
}

/// A label map ready to be written label by label, as bit masks of its slices.
#[derive(Debug)]
pub struct SliceMasks<'a> {
    size: [usize; 3],
    /// By the layer of bricks and the label: the bricks that have it.
    bricks: BTreeMap<(usize, Label), Vec<Placed<'a>>>,
}

/// First column and row of a brick, and the brick.
type Placed<'a> = ([usize; 2], &'a Brick);

impl<'a> SliceMasks<'a> {
    /// Of a map; looks at every voxel once.
    #[must_use]
    pub fn new(map: &'a LabelMap) -> Self {
        let all: Vec<_> = map.bricks().collect();
        let labels: Vec<BTreeSet<Label>> =
            all.par_iter().map(|(_, brick)| brick.present()).collect();
        let mut bricks = BTreeMap::<_, Vec<_>>::new();
        for ((at, brick), labels) in all.into_iter().zip(labels) {
            let [i, j, k] = at.first_voxel();
            for label in labels.into_iter().filter(|&label| label != 0) {
                let same = bricks.entry((k / BRICK_EDGE, label)).or_default();
                same.push(([i, j], &**brick));
            }
        }
        let size = map.size();
        Self { size, bricks }
    }

    /// The voxels of slice `k` that have `label`, as bits: pixel `n` (i fastest) is bit
    /// `first_bit + n`, the lowest bit of a byte first. Bits before the first and after the last
    /// pixel are 0, so that masks which share a byte can be joined with `|`.
    #[must_use]
    pub fn bits(&self, k: usize, label: Label, first_bit: usize) -> Vec<u8> {
        let [n_i, n_j, _] = self.size;
        let n_bytes = (first_bit + n_i * n_j).div_ceil(8);
        // A row of a brick is set in a word of eight bytes that begins at its first byte.
        let mut bits = vec![0; n_bytes + 8];
        let having = self.bricks.get(&(k / BRICK_EDGE, label));
        for &([i, j], brick) in having.into_iter().flatten() {
            for (row, j) in rows_at(k).zip(j..n_j) {
                let mask = brick.row_of(row, label);
                if mask != 0 {
                    let at = first_bit + j * n_i + i;
                    let word = (u64::from(mask) << (at % 8)).to_le_bytes();
                    let bytes = &mut bits[at / 8..at / 8 + 8];
                    bytes
                        .iter_mut()
                        .zip(word)
                        .for_each(|(to, bits)| *to |= bits);
                }
            }
        }
        bits.truncate(n_bytes);
        bits
    }
}

/// Labels of a row other than 0, some more than once.
fn labels_among(row: [Label; BRICK_EDGE]) -> impl Iterator<Item = Label> {
    let mut last = 0;
    let runs = row
        .into_iter()
        .filter(move |&label| mem::replace(&mut last, label) != label);
    runs.filter(|&label| label != 0)
}

/// A map of `size` (i, j, k) voxels; `fill` gets each k and that slice's labels, 0 at first, i
/// fastest. `None` if the size is beyond what brick indices count.
pub fn map_from_slices(
    size: [usize; 3],
    fill: impl Fn(usize, &mut [Label]) + Sync,
) -> Option<LabelMap> {
    let [n_i, n_j, n_k] = size;
    if size
        .iter()
        .any(|n| n.div_ceil(BRICK_EDGE) > usize::from(u16::MAX))
    {
        return None;
    }
    if size.contains(&0) {
        return Some(LabelMap::empty(size));
    }
    let layer = |first_k: usize| -> Vec<(BrickIndex, Brick)> {
        let mut bricks = BTreeMap::<[u16; 2], Vec<Label>>::new();
        let mut labels = vec![0; n_i * n_j];
        for k in first_k..(first_k + BRICK_EDGE).min(n_k) {
            labels.fill(0);
            fill(k, &mut labels);
            for (j, row) in labels.chunks_exact(n_i).enumerate() {
                for (i, part) in row.chunks(BRICK_EDGE).enumerate() {
                    if part.iter().any(|&label| label != 0) {
                        let brick = bricks
                            .entry([(j / BRICK_EDGE) as u16, i as u16])
                            .or_insert_with(|| vec![0; BRICK_VOXELS]);
                        let at = position_in_brick([0, j, k]);
                        brick[at..at + part.len()].copy_from_slice(part);
                    }
                }
            }
        }
        let k = (first_k / BRICK_EDGE) as u16;
        let named = |([j, i], labels): ([u16; 2], Vec<Label>)| {
            Some((BrickIndex([i, j, k]), Brick::new(&labels)?))
        };
        bricks.into_iter().filter_map(named).collect()
    };
    let first_slices: Vec<usize> = (0..n_k).step_by(BRICK_EDGE).collect();
    let layers: Vec<_> = first_slices.into_par_iter().map(layer).collect();
    LabelMap::from_bricks(size, layers.into_iter().flatten())
}

/// The bricks that slice `k` cuts.
fn bricks_at(map: &LabelMap, k: usize) -> impl Iterator<Item = &Brick> {
    map.bricks()
        .filter(move |(at, _)| usize::from(at.0[2]) == k / BRICK_EDGE)
        .map(|(_, brick)| &**brick)
}

/// The rows of a brick that lie in slice `k` of the map.
const fn rows_at(k: usize) -> Range<usize> {
    let first = k % BRICK_EDGE * BRICK_EDGE;
    first..first + BRICK_EDGE
}
