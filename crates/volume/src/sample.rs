//! The value between voxels.
//!
//! A position is inside the grid up to half a voxel beyond the outermost centres, as
//! [`Geometry::nearest_voxel`](crate::geometry::Geometry::nearest_voxel) has it. Neighbours that the
//! grid does not have repeat its outermost voxels, as in ITK and VTK; outside there is no value.
//!
//! A neighbour that is not finite spoils the interpolated value even where its weight is 0.

use crate::space::ContinuousIndex;
use crate::volume::{Scalar, Volume};
use crate::with_voxels;

/// How a value between voxel centres is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// The nearest voxel; ties go to the higher index.
    Nearest,
    /// Trilinear: the 2x2x2 voxels around.
    Linear,
    /// Catmull-Rom (Keys 1981 with a = -1/2): the 4x4x4 voxels around. Passes through the voxels,
    /// and can overshoot their range. The same kernel as VTK's cubic interpolation.
    Cubic,
}

/// The rescaled value at a position, or `None` outside the grid.
#[must_use]
pub fn sample(
    volume: &Volume,
    index: ContinuousIndex,
    interpolation: Interpolation,
) -> Option<f64> {
    let geometry = volume.geometry();
    let nearest = geometry.nearest_voxel(index)?;
    let stored = with_voxels!(volume.voxels(), voxels => {
        let grid = Grid::new(voxels, geometry.size());
        match interpolation {
            Interpolation::Nearest => grid.voxels[geometry.offset(nearest)].to_f64(),
            Interpolation::Linear => grid.linear_at(index.0),
            Interpolation::Cubic => grid.cubic_at(index.0),
        }
    });
    Some(volume.rescale().value(stored))
}

/// Voxels as a grid: what the interpolation loops work on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid<'a, T> {
    pub(crate) voxels: &'a [T],
    pub(crate) size: [usize; 3],
    /// Distance in memory between neighbours along i, j, k.
    pub(crate) strides: [usize; 3],
}

impl<'a, T: Scalar> Grid<'a, T> {
    pub(crate) fn new(voxels: &'a [T], size: [usize; 3]) -> Self {
        let strides = [1, size[0], size[0] * size[1]];
        Self {
            voxels,
            size,
            strides,
        }
    }

    /// Trilinear, at a position inside the grid.
    pub(crate) fn linear_at(&self, index: [f64; 3]) -> f64 {
        self.weighted(self.taps(index, |fraction| [1.0 - fraction, fraction]))
    }

    /// Tricubic, at a position inside the grid.
    pub(crate) fn cubic_at(&self, index: [f64; 3]) -> f64 {
        self.weighted(self.taps(index, catmull_rom))
    }

    fn taps<const N: usize>(
        &self,
        index: [f64; 3],
        weights: impl Fn(f64) -> [f64; N],
    ) -> [Taps<N>; 3] {
        std::array::from_fn(|axis| {
            let last = self.size[axis] as i64 - 1;
            let lower = index[axis].floor();
            let offsets = std::array::from_fn(|n| {
                let voxel = lower as i64 + n as i64 + 1 - N as i64 / 2;
                voxel.clamp(0, last) as usize * self.strides[axis]
            });
            Taps {
                offsets,
                weights: weights(index[axis] - lower),
            }
        })
    }

    fn weighted<const N: usize>(&self, [i, j, k]: [Taps<N>; 3]) -> f64 {
        let line = |start: usize| {
            let terms = i.offsets.iter().zip(i.weights);
            terms
                .map(|(&offset, weight)| self.voxels[start + offset].to_f64() * weight)
                .sum::<f64>()
        };
        let sheet = |start: usize| {
            let terms = j.offsets.iter().zip(j.weights);
            terms
                .map(|(&offset, weight)| line(start + offset) * weight)
                .sum::<f64>()
        };
        let terms = k.offsets.iter().zip(k.weights);
        terms.map(|(&offset, weight)| sheet(offset) * weight).sum()
    }
}

/// The voxels along one axis that make up a value.
struct Taps<const N: usize> {
    offsets: [usize; N],
    weights: [f64; N],
}

/// Weights of the voxels at -1, 0, 1, 2 for a position `fraction` in 0..1: Keys (1981), IEEE
/// Trans. ASSP 29(6), equation 15.
#[inline(always)]
pub(crate) fn catmull_rom(fraction: f64) -> [f64; 4] {
    let f = fraction;
    [
        ((-0.5 * f + 1.0) * f - 0.5) * f,
        (1.5 * f - 2.5) * f * f + 1.0,
        ((-1.5 * f + 2.0) * f + 0.5) * f,
        (0.5 * f - 0.5) * f * f,
    ]
}
