//! Points, vectors and indices, each in one named space.
//!
//! The types keep patient millimetres, voxel indices and stored values from being mixed up; none
//! of them converts into another without a [`crate::geometry::Geometry`].

use serde::{Deserialize, Serialize};
use std::ops::{Add, Mul, Sub};

/// A length in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Mm(pub f64);

/// A position in the patient, LPS millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PointLps(pub [f64; 3]);

/// A displacement in the patient, LPS millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VectorLps(pub [f64; 3]);

/// One voxel: (i, j, k), i fastest in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VoxelIndex(pub [usize; 3]);

/// A position in index space; the centre of voxel (i, j, k) is at the integers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContinuousIndex(pub [f64; 3]);

/// An axis of index space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// Along a row: neighbouring columns, fastest in memory.
    I,
    /// Across rows.
    J,
    /// Across slices.
    K,
}

impl Axis {
    /// All three, fastest first.
    pub const ALL: [Self; 3] = [Self::I, Self::J, Self::K];

    /// Position of this axis in an (i, j, k) triple.
    #[must_use]
    pub const fn position(self) -> usize {
        match self {
            Self::I => 0,
            Self::J => 1,
            Self::K => 2,
        }
    }

    /// The other two axes, fastest first: the columns and rows of a slice across this axis.
    #[must_use]
    pub const fn in_plane(self) -> [Self; 2] {
        match self {
            Self::I => [Self::J, Self::K],
            Self::J => [Self::I, Self::K],
            Self::K => [Self::I, Self::J],
        }
    }
}

impl VectorLps {
    /// Length in millimetres.
    #[must_use]
    pub fn norm(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// Scalar product, mm².
    #[must_use]
    pub fn dot(self, other: Self) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| a * b).sum()
    }

    /// Vector product, mm²; right-handed.
    #[must_use]
    pub fn cross(self, other: Self) -> Self {
        let ([ax, ay, az], [bx, by, bz]) = (self.0, other.0);
        Self([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])
    }

    /// The same direction with length 1, or `None` for a zero or non-finite vector.
    #[must_use]
    pub fn normalized(self) -> Option<Self> {
        let norm = self.norm();
        (norm.is_finite() && norm > 0.0).then(|| self * (1.0 / norm))
    }
}

impl Add<VectorLps> for PointLps {
    type Output = Self;
    fn add(self, rhs: VectorLps) -> Self {
        Self(std::array::from_fn(|n| self.0[n] + rhs.0[n]))
    }
}

impl Sub for PointLps {
    type Output = VectorLps;
    fn sub(self, rhs: Self) -> VectorLps {
        VectorLps(std::array::from_fn(|n| self.0[n] - rhs.0[n]))
    }
}

impl Add for VectorLps {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self(std::array::from_fn(|n| self.0[n] + rhs.0[n]))
    }
}

impl Sub for VectorLps {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        Self(std::array::from_fn(|n| self.0[n] - rhs.0[n]))
    }
}

impl Mul<f64> for VectorLps {
    type Output = Self;
    fn mul(self, rhs: f64) -> Self {
        Self(self.0.map(|x| x * rhs))
    }
}
