//! The grid that sections are drawn on: its size, and where its voxels lie along its axes in
//! millimetres; axes count as perpendicular, as everywhere in this crate.

use super::maths::length;
use crate::mask::Mask;
use crate::spacing::Spacing;
use crate::steps::Cancelled;
use crate::{distance::DistanceMap, signed_distance};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, ContinuousIndex, Mm, VoxelIndex};

/// A grid and its lengths.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) size: [usize; 3],
    /// Voxel centres along each axis, ascending from 0.
    pub(super) mm: [Vec<f32>; 3],
    /// The smallest step along each axis.
    pub(super) step: [f32; 3],
}

impl Grid {
    pub(super) fn new(size: [usize; 3], spacing: &Spacing) -> Self {
        let mm = [0, 1, 2].map(|axis| {
            let line = spacing.line(axis, 0..=size[axis].max(1) - 1);
            let unit = line.unit.sqrt();
            line.at.iter().map(|at| at * unit).collect()
        });
        Self {
            size,
            mm,
            step: spacing.smallest().map(|step| step as f32),
        }
    }

    /// The smallest step of all.
    pub(super) fn finest(&self) -> f32 {
        self.step.iter().copied().fold(f32::INFINITY, f32::min)
    }

    /// Where a continuous index along an axis lies; beyond the grid as its last two voxels go on.
    pub(super) fn mm_at(&self, axis: usize, index: f64) -> f32 {
        let mm = &self.mm[axis];
        let last = mm.len() - 1;
        if last == 0 {
            return index as f32 * self.step[axis];
        }
        let low = (index.floor().max(0.0) as usize).min(last - 1);
        let rest = (index - low as f64) as f32;
        mm[low] + rest * (mm[low + 1] - mm[low])
    }
}

/// A box in slices across one axis: columns and rows along the two others.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) axis: usize,
    pub(super) column: usize,
    pub(super) row: usize,
    pub(super) region: VoxelBox,
    /// Columns and rows.
    pub(super) size: [usize; 2],
    /// Millimetres from column to column and from row to row; the least along an uneven axis.
    pub(super) step: [f32; 2],
    /// Where the slices of the grid lie along the axis.
    pub(super) mm: Vec<f32>,
    spacing: Spacing,
}

impl Frame {
    pub(super) fn new(grid: &Grid, axis: Axis, region: VoxelBox) -> Self {
        let [column, row] = axis.in_plane().map(Axis::position);
        let n = |axis: usize| region.max[axis] - region.min[axis] + 1;
        let step = [column, row].map(|axis| grid.step[axis]);
        let even = Spacing::even([step[0], 1.0, step[1]].map(|mm| Mm(f64::from(mm))))
            .expect("the steps of a grid are positive");
        let rows = &grid.mm[row][region.min[row]..=region.max[row]];
        let positions: Vec<Mm> = rows.iter().map(|&mm| Mm(f64::from(mm))).collect();
        // The rows of a slice across k are even; across i and j they are slices, which may not be.
        let spacing = even.clone().with_slices_at(&positions).unwrap_or(even);
        Self {
            axis: axis.position(),
            column,
            row,
            region,
            size: [n(column), n(row)],
            step,
            mm: grid.mm[axis.position()].clone(),
            spacing,
        }
    }

    /// Column and row of a voxel of the box.
    pub(super) fn place(&self, voxel: [usize; 3]) -> [usize; 2] {
        [self.column, self.row].map(|axis| voxel[axis] - self.region.min[axis])
    }

    /// Column and row of any voxel, if it lies behind or before the box.
    pub(super) fn place_of(&self, VoxelIndex(voxel): VoxelIndex) -> Option<[usize; 2]> {
        let (min, max) = (self.region.min, self.region.max);
        let is_in = [self.column, self.row]
            .into_iter()
            .all(|axis| (min[axis]..=max[axis]).contains(&voxel[axis]));
        is_in.then(|| self.place(voxel))
    }

    /// Where a column and a row of a slice lie on the grid.
    pub(super) fn index(&self, [u, v]: [f64; 2], slice: usize) -> ContinuousIndex {
        let mut index = [slice as f64; 3];
        index[self.column] = u + self.region.min[self.column] as f64;
        index[self.row] = v + self.region.min[self.row] as f64;
        ContinuousIndex(index)
    }

    /// How deep each place lies inside what is `true`, in millimetres: the distance to the nearest
    /// place of the other side less half a step, negative outside.
    pub(super) fn depth(&self, inside: &[bool]) -> Vec<f32> {
        let [columns, rows] = self.size;
        let grid = [columns, 1, rows];
        let whole = VoxelBox {
            min: [0; 3],
            max: grid.map(|n| n - 1),
        };
        let mask = Mask::from_dense(grid, inside).expect("a value a place");
        let map: Result<DistanceMap, Cancelled> =
            signed_distance(&mask, &self.spacing, whole, None, &NoProgress);
        let half = 0.5 * self.step[0].min(self.step[1]);
        // Where there is no other side: deeper than anything in the slice.
        let most = length([columns as f32 * self.step[0], rows as f32 * self.step[1]]);
        let depth = |&mm: &f32| -(mm - half.copysign(mm)).clamp(-most, most);
        map.map_or(Vec::new(), |map| map.mm().iter().map(depth).collect())
    }
}
