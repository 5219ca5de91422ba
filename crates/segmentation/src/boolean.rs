//! Boolean operations: voxel by voxel, 64 at a time, on masks of one grid.

use crate::mask::{Mask, whole_box};
use annotomy_volume::delta::VoxelBox;

impl Mask {
    /// Voxels of either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.merged(other, either(self, other), |a, b| a | b)
    }

    /// Voxels of both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.merged(other, both(self, other), |a, b| a & b)
    }

    /// Voxels of this one that are not of the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.merged(other, self.room_box(), |a, b| a & !b)
    }

    /// Voxels of exactly one of the two.
    #[must_use]
    pub fn symmetric_difference(&self, other: &Self) -> Self {
        self.merged(other, either(self, other), |a, b| a ^ b)
    }

    /// Voxels of the grid that are not of this mask.
    #[must_use]
    pub fn inverted(&self) -> Self {
        self.merged(self, whole_box(self.grid()), |a, _| !a)
    }

    /// Voxels of a box that are not of this mask.
    #[must_use]
    pub fn inverted_in(&self, region: VoxelBox) -> Self {
        self.merged(self, Some(region), |a, _| !a)
    }

    /// Voxels of this mask in a box, with room for just that box.
    #[must_use]
    pub fn cropped(&self, region: VoxelBox) -> Self {
        self.merged(self, Some(region), |a, _| a)
    }

    /// What `edited` made of this mask where `region` lets it, and this mask elsewhere.
    #[must_use]
    pub fn edited_within(&self, edited: &Self, region: &Self) -> Self {
        let changed = self.symmetric_difference(edited).intersection(region);
        self.symmetric_difference(&changed)
    }

    fn merged(
        &self,
        other: &Self,
        region: Option<VoxelBox>,
        merge: impl Fn(u64, u64) -> u64 + Sync,
    ) -> Self {
        let Some(region) = region else {
            return Self::empty(self.grid());
        };
        Self::from_words(self.grid(), region, |at| {
            merge(self.word(at), other.word(at))
        })
    }
}

/// The box around both masks' boxes.
fn either(a: &Mask, b: &Mask) -> Option<VoxelBox> {
    let boxes = [a, b].into_iter().filter_map(Mask::room_box);
    boxes.reduce(VoxelBox::union)
}

/// The box that both masks' boxes share.
fn both(a: &Mask, b: &Mask) -> Option<VoxelBox> {
    let (a, b) = (a.room_box()?, b.room_box()?);
    let shared = VoxelBox {
        min: std::array::from_fn(|n| a.min[n].max(b.min[n])),
        max: std::array::from_fn(|n| a.max[n].min(b.max[n])),
    };
    (0..3)
        .all(|n| shared.min[n] <= shared.max[n])
        .then_some(shared)
}
