//! Where the voxels of a grid lie along its axes, in millimetres.

use crate::mask::grown_box;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::Mm;
use thiserror::Error;

/// Positions do not make an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SpacingError {
    /// A spacing is no positive number.
    #[error("a spacing along an axis is not a positive length")]
    NotPositive,
    /// Positions do not ascend.
    #[error("positions along an axis do not ascend")]
    NotAscending,
}

/// Positions of voxel centres along i, j and k. The axes count as perpendicular.
#[derive(Debug, Clone, PartialEq)]
pub struct Spacing {
    axes: [Positions; 3],
}

/// Positions of voxel centres along one axis.
#[derive(Debug, Clone, PartialEq)]
enum Positions {
    Even(f64),
    Each(Vec<f64>),
}

impl Spacing {
    /// Evenly spaced along i, j, k.
    ///
    /// # Errors
    /// [`SpacingError::NotPositive`].
    pub fn even(spacing: [Mm; 3]) -> Result<Self, SpacingError> {
        let mm = spacing.map(|Mm(mm)| mm);
        if mm.iter().all(|&mm| mm > 0.0 && mm.is_finite()) {
            let axes = mm.map(Positions::Even);
            Ok(Self { axes })
        } else {
            Err(SpacingError::NotPositive)
        }
    }

    /// As a geometry says, slices at the distances they have; a sheared one is taken as if its axes
    /// were perpendicular.
    #[must_use]
    pub fn of(geometry: &Geometry) -> Self {
        let axes = geometry.spacing_mm().map(Positions::Even);
        let even = Self { axes };
        let Some([first, others @ ..]) = geometry.slice_origins() else {
            return even;
        };
        let across = geometry.normal();
        let distances = others
            .iter()
            .map(|&origin| (origin - *first).dot(across).abs());
        let positions: Vec<Mm> = std::iter::once(0.0).chain(distances).map(Mm).collect();
        even.clone().with_slices_at(&positions).unwrap_or(even)
    }

    /// The same along i and j, and slices at positions of their own. Beyond the last position
    /// slices follow as the last two do.
    ///
    /// # Errors
    /// [`SpacingError::NotAscending`] unless there are two or more, finite and ascending.
    pub fn with_slices_at(self, positions: &[Mm]) -> Result<Self, SpacingError> {
        let [i, j, _] = self.axes;
        let mm: Vec<f64> = positions.iter().map(|&Mm(mm)| mm).collect();
        let is_ascending = mm.windows(2).all(|pair| pair[0] < pair[1]);
        if mm.len() < 2 || !is_ascending || !mm.iter().all(|mm| mm.is_finite()) {
            return Err(SpacingError::NotAscending);
        }
        let axes = [i, j, Positions::Each(mm)];
        Ok(Self { axes })
    }

    /// The voxels of a range along an axis.
    pub(crate) fn line(&self, axis: usize, range: std::ops::RangeInclusive<usize>) -> Line {
        match &self.axes[axis] {
            Positions::Even(mm) => Line {
                at: (0..range.count()).map(|n| n as f32).collect(),
                unit: (mm * mm) as f32,
            },
            Positions::Each(all) => {
                let start = position(all, *range.start());
                let at = |n| (position(all, n) - start) as f32;
                Line {
                    at: range.map(at).collect(),
                    unit: 1.0,
                }
            }
        }
    }

    /// The mean distance between the neighbours of a range along an axis, in single precision; of a
    /// single voxel that to the next one.
    pub(crate) fn mean(&self, axis: usize, range: std::ops::RangeInclusive<usize>) -> f32 {
        match &self.axes[axis] {
            Positions::Even(mm) => *mm as f32,
            Positions::Each(all) => {
                let (start, end) = (*range.start(), *range.end().max(&(range.start() + 1)));
                ((position(all, end) - position(all, start)) / (end - start) as f64) as f32
            }
        }
    }

    /// That of every few voxels of a box.
    pub(crate) fn of_every(&self, region: VoxelBox, step: [usize; 3]) -> Self {
        let axes = [0, 1, 2].map(|axis| {
            let (min, max) = (region.min[axis], region.max[axis]);
            match &self.axes[axis] {
                Positions::Even(mm) => Positions::Even(mm * step[axis] as f64),
                Positions::Each(all) => {
                    // Two at least: they say how it goes on.
                    let last = max.max(min + step[axis]);
                    let every = (min..=last).step_by(step[axis]);
                    Positions::Each(every.map(|n| position(all, n)).collect())
                }
            }
        });
        Self { axes }
    }

    /// The smallest distance between neighbours along each axis.
    pub(crate) fn smallest(&self) -> [f64; 3] {
        let smallest = |positions: &Positions| match positions {
            Positions::Even(mm) => *mm,
            Positions::Each(all) => {
                let steps = all.windows(2).map(|pair| pair[1] - pair[0]);
                steps.fold(f64::INFINITY, f64::min)
            }
        };
        [0, 1, 2].map(|axis| smallest(&self.axes[axis]))
    }

    /// A box larger by a length and at least a voxel on each side, cut at the grid.
    #[must_use]
    pub fn box_around(&self, region: VoxelBox, margin: Mm, grid: [usize; 3]) -> VoxelBox {
        grown_box(region, self.reach(margin).map(|n| n.max(1)), grid)
    }

    /// How many voxels a length reaches along each axis at most.
    pub(crate) fn reach(&self, Mm(mm): Mm) -> [usize; 3] {
        self.smallest()
            .map(|step| (mm / step).ceil().max(0.0) as usize)
    }
}

/// Where a voxel lies; beyond the last position as the last two go on.
fn position(all: &[f64], index: usize) -> f64 {
    all.get(index).copied().unwrap_or_else(|| {
        let last = all.len() - 1;
        all[last] + (index - last) as f64 * (all[last] - all[last - 1])
    })
}

/// Positions along a line in single precision: whole numbers where voxels are evenly spaced, so
/// that their differences are exact.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) at: Vec<f32>,
    /// Square millimetres of a squared difference of 1.
    pub(crate) unit: f32,
}

impl Line {
    /// Squared millimetres between two positions.
    #[inline(always)]
    pub(crate) fn squared(&self, a: f32, b: f32) -> f32 {
        (a - b) * (a - b) * self.unit
    }
}
