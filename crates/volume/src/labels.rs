//! Label maps: one integer label a voxel, stored in bricks with copy on write.
//!
//! A brick is 32x32x32 voxels; a brick without labels is not stored. Cloning a map shares its
//! bricks, so a snapshot costs a few pointers and an edit copies only the bricks it touches.

use crate::brick::{Changing, position_in_brick, voxel_in_brick};
use crate::delta::{LabelDelta, Run, Runs};
use crate::label_slices::map_from_slices;
use crate::space::{Axis, VoxelIndex};
use ndarray::Array3;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use thiserror::Error;

pub use crate::brick::{BRICK_EDGE, BRICK_VOXELS, Brick, BrickIndex, ContentHash, Label};

/// A delta does not fit the labels it is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeltaMismatch {
    /// A voxel has another label than the delta expects.
    #[error("a voxel of brick {brick:?} has label {found}, the change expects {expected}")]
    Label {
        /// The brick.
        brick: BrickIndex,
        /// Label the delta expects.
        expected: Label,
        /// Label that is there.
        found: Label,
    },
    /// A run reaches beyond the grid.
    #[error("a change of brick {0:?} lies outside the grid")]
    Outside(BrickIndex),
}

/// A layer of labels on a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelMap {
    size: [usize; 3],
    bricks: BTreeMap<BrickIndex, Arc<Brick>>,
}

impl LabelMap {
    /// A map without labels. `size` is the grid's, (i, j, k).
    #[must_use]
    pub const fn empty(size: [usize; 3]) -> Self {
        Self {
            size,
            bricks: BTreeMap::new(),
        }
    }

    /// A map from stored bricks; `None` if one lies outside the grid. Empty bricks are dropped.
    #[must_use]
    pub fn from_bricks(
        size: [usize; 3],
        bricks: impl IntoIterator<Item = (BrickIndex, Brick)>,
    ) -> Option<Self> {
        let bricks = bricks.into_iter();
        let bricks = bricks.map(|(index, brick)| (index, Some(Arc::new(brick))));
        Self::empty(size).with_bricks(bricks)
    }

    /// Voxels along i, j, k.
    #[must_use]
    pub const fn size(&self) -> [usize; 3] {
        self.size
    }

    /// The same with other bricks in some places; none takes what is there away. `None` if one lies
    /// outside the grid.
    #[must_use]
    pub fn with_bricks(
        &self,
        bricks: impl IntoIterator<Item = (BrickIndex, Option<Arc<Brick>>)>,
    ) -> Option<Self> {
        let mut map = self.clone();
        for (index, brick) in bricks {
            let first = index.first_voxel();
            if (0..3).any(|n| first[n] >= map.size[n]) {
                return None;
            }
            match brick.filter(|brick| !brick.is_empty()) {
                Some(brick) => map.bricks.insert(index, brick),
                None => map.bricks.remove(&index),
            };
        }
        Some(map)
    }

    /// Bricks that hold labels, in order.
    pub fn bricks(&self) -> impl ExactSizeIterator<Item = (BrickIndex, &Arc<Brick>)> {
        self.bricks.iter().map(|(&index, brick)| (index, brick))
    }

    /// Labelled voxels of the grid with their labels, brick by brick.
    pub fn labelled(&self) -> impl Iterator<Item = (VoxelIndex, Label)> {
        let is_inside = |VoxelIndex(at): &VoxelIndex| (0..3).all(|n| at[n] < self.size[n]);
        self.bricks().flat_map(move |(index, brick)| {
            let labels = brick.rows().flatten().enumerate();
            let labelled = labels.filter(|(_, label)| *label != 0);
            let voxels = labelled.map(move |(at, label)| (voxel_in_brick(index, at), label));
            voxels.filter(move |(voxel, _)| is_inside(voxel))
        })
    }

    /// The brick at an index, if it holds labels.
    #[must_use]
    pub fn brick(&self, index: BrickIndex) -> Option<&Arc<Brick>> {
        self.bricks.get(&index)
    }

    /// The label of a voxel; 0 outside the grid.
    #[must_use]
    pub fn label(&self, voxel: VoxelIndex) -> Label {
        self.bricks
            .get(&BrickIndex::of(voxel))
            .map_or(0, |brick| brick.label(position_in_brick(voxel.0)))
    }

    /// Applies a change: all of it, or, if it does not fit, nothing.
    ///
    /// # Errors
    /// [`DeltaMismatch`] when a voxel's label is not the one the delta starts from.
    pub fn apply(&mut self, delta: &LabelDelta) -> Result<(), DeltaMismatch> {
        let bricks: Vec<_> = delta.bricks().collect();
        let changed = bricks
            .into_par_iter()
            .map(|(index, runs)| Ok((index, self.changed(index, runs)?)))
            .collect::<Result<Vec<_>, DeltaMismatch>>()?;
        for (index, brick) in changed {
            match brick {
                Some(brick) => self.bricks.insert(index, Arc::new(brick)),
                None => self.bricks.remove(&index),
            };
        }
        Ok(())
    }

    /// A brick after some changes; `None` where no label is left.
    fn changed(&self, index: BrickIndex, runs: &[Run]) -> Result<Option<Brick>, DeltaMismatch> {
        let before = self.bricks.get(&index);
        let mut changing = before.map_or_else(Changing::default, |brick| Changing::of(brick));
        for run in runs {
            self.check_inside(index, run.positions())?;
            let changed = changing.change(run.positions(), [run.from, run.to]);
            changed.map_err(|found| DeltaMismatch::Label {
                brick: index,
                expected: run.from,
                found,
            })?;
        }
        let brick = changing.done();
        Ok((!brick.is_empty()).then_some(brick))
    }

    fn check_inside(
        &self,
        index: BrickIndex,
        positions: std::ops::Range<usize>,
    ) -> Result<(), DeltaMismatch> {
        let first = index.first_voxel();
        let inside = (0..3).all(|n| first[n] + BRICK_EDGE <= self.size[n])
            || positions.into_iter().all(|p| {
                let voxel = voxel_in_brick(index, p).0;
                (0..3).all(|n| voxel[n] < self.size[n])
            });
        if inside {
            Ok(())
        } else {
            Err(DeltaMismatch::Outside(index))
        }
    }

    /// The change that gives every labelled voxel the label that `relabel` answers for its own.
    #[must_use]
    pub fn relabel(&self, relabel: impl Fn(Label) -> Label + Sync) -> LabelDelta {
        self.merged(&Self::empty(self.size), |from, _| relabel(from))
    }

    /// The change that draws these labels on a map without any, each as `relabel` answers for it.
    #[must_use]
    pub fn drawn(&self, relabel: impl Fn(Label) -> Label + Sync) -> LabelDelta {
        Self::empty(self.size).merged(self, |_, label| relabel(label))
    }

    /// The change that gives every voxel that has a label, here or in `other`, the label that
    /// `merge` answers for the two. Both maps have the same size.
    #[must_use]
    pub fn merged(&self, other: &Self, merge: impl Fn(Label, Label) -> Label + Sync) -> LabelDelta {
        LabelDelta::of_runs(self.places_with(other).into_par_iter().map(|index| {
            let mut runs = Runs::default();
            let maps = [self, other].map(|map| map.brick(index));
            for (position, [from, there]) in both(maps) {
                let is_blank = from == 0 && there == 0;
                let to = if is_blank { 0 } else { merge(from, there) };
                if to != from {
                    runs.push(position, from, to);
                }
            }
            (index, runs)
        }))
    }

    /// Bricks of this map or another.
    fn places_with(&self, other: &Self) -> Vec<BrickIndex> {
        let all: BTreeSet<_> = self.bricks.keys().chain(other.bricks.keys()).collect();
        all.into_iter().copied().collect()
    }

    /// Where this map and another of the same size may differ: the places of bricks that they do not
    /// share.
    #[must_use]
    pub fn unshared(&self, other: &Self) -> Vec<BrickIndex> {
        let own = self.bricks.iter().filter(|(index, brick)| {
            let theirs = other.bricks.get(index);
            theirs.is_none_or(|theirs| !Arc::ptr_eq(theirs, brick))
        });
        let theirs = other.bricks.keys();
        let only_theirs = theirs.filter(|index| !self.bricks.contains_key(index));
        own.map(|(index, _)| index)
            .chain(only_theirs)
            .copied()
            .collect()
    }

    /// The change that makes another map of this one; both have the same size. Bricks that they share
    /// are not looked at.
    #[must_use]
    pub fn change_to(&self, other: &Self) -> LabelDelta {
        LabelDelta::of_runs(self.unshared(other).into_par_iter().map(|index| {
            let mut runs = Runs::default();
            for (position, [from, to]) in both([self, other].map(|map| map.brick(index))) {
                if from != to {
                    runs.push(position, from, to);
                }
            }
            (index, runs)
        }))
    }

    /// From labels in memory order, i fastest; `None` unless they fill the grid.
    #[must_use]
    pub fn from_dense(size: [usize; 3], labels: &[Label]) -> Option<Self> {
        let [ni, nj, nk] = size;
        if ni.checked_mul(nj)?.checked_mul(nk)? != labels.len() {
            return None;
        }
        let n = ni * nj;
        map_from_slices(size, |k, out| out.copy_from_slice(&labels[k * n..][..n]))
    }

    /// The labels of one slice across `axis`: columns along the lower remaining axis, fastest.
    ///
    /// `index` must be inside the grid.
    #[must_use]
    pub fn slice(&self, axis: Axis, index: usize) -> Vec<Label> {
        let [column, row] = axis.in_plane().map(Axis::position);
        let n_columns = self.size[column];
        let mut labels = vec![0; n_columns * self.size[row]];
        let a = axis.position();
        let layer = (index / BRICK_EDGE) as u16;
        for (at, brick) in self.bricks.iter().filter(|(at, _)| at.0[a] == layer) {
            let first = at.first_voxel();
            let n_i = BRICK_EDGE.min(n_columns - first[column]);
            for r in first[row]..(first[row] + BRICK_EDGE).min(self.size[row]) {
                let mut voxel = first;
                voxel[a] = index;
                voxel[row] = r;
                let out = &mut labels[r * n_columns + first[column]..][..n_i];
                let start = position_in_brick(voxel);
                if column == 0 {
                    out.copy_from_slice(&brick.row(start / BRICK_EDGE)[..n_i]);
                } else {
                    for (n, label) in out.iter_mut().enumerate() {
                        *label = brick.label(start + n * BRICK_EDGE);
                    }
                }
            }
        }
        labels
    }

    /// Every label, indexed `[[k, j, i]]`: i is fastest in memory.
    #[must_use]
    pub fn to_dense(&self) -> Array3<Label> {
        let [ni, nj, nk] = self.size;
        let mut dense = Array3::zeros((nk, nj, ni));
        dense
            .axis_iter_mut(ndarray::Axis(0))
            .into_par_iter()
            .enumerate()
            .for_each(|(k, mut slice)| {
                let labels = self.slice(Axis::K, k);
                slice
                    .iter_mut()
                    .zip(labels)
                    .for_each(|(out, label)| *out = label);
            });
        dense
    }

    /// BLAKE3 over the grid's size and every brick's index and hash: equal for equal labels.
    #[must_use]
    pub fn root(&self) -> ContentHash {
        let mut hasher = blake3::Hasher::new();
        for n in self.size {
            hasher.update(&(n as u64).to_le_bytes());
        }
        // The costly part, on all cores; known hashes cost nothing.
        self.bricks.par_iter().for_each(|(_, brick)| {
            brick.hash();
        });
        for (index, brick) in &self.bricks {
            for n in index.0 {
                hasher.update(&n.to_le_bytes());
            }
            hasher.update(&brick.hash());
        }
        *hasher.finalize().as_bytes()
    }
}

/// The labels of a place in two maps, by their positions.
fn both(bricks: [Option<&Arc<Brick>>; 2]) -> impl Iterator<Item = (usize, [Label; 2])> {
    let row = |brick: Option<&Arc<Brick>>, row| brick.map_or([0; BRICK_EDGE], |b| b.row(row));
    let rows = (0..BRICK_VOXELS / BRICK_EDGE).map(move |n| bricks.map(|brick| row(brick, n)));
    let pairs = rows.flat_map(|[a, b]| a.into_iter().zip(b).map(|(a, b)| [a, b]));
    pairs.enumerate()
}
