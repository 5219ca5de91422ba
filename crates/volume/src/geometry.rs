//! Where a grid of voxels lies in the patient.

use crate::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Determinants below this fraction of the product of the column lengths count as singular.
const SINGULAR_TOLERANCE: f64 = 1e-6;

/// Why a geometry cannot exist.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GeometryError {
    /// An axis has no voxels.
    #[error("the grid is empty: {0:?} voxels")]
    Empty([usize; 3]),
    /// More voxels than memory can address.
    #[error("the grid is too large: {0:?} voxels")]
    TooLarge([usize; 3]),
    /// An entry of the affine is NaN or infinite.
    #[error("the index to patient transform has a value that is not finite")]
    NotFinite,
    /// The affine maps the grid onto a plane, a line or a point.
    #[error("the index to patient transform is singular: the three axes do not span space")]
    Singular,
}

/// An affine map from index space to patient space, or back.
///
/// Column `n` of the linear part is the step of one voxel along axis `n`, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Affine {
    /// Linear part by rows.
    pub linear: [[f64; 3]; 3],
    /// Image of the origin.
    pub translation: [f64; 3],
}

impl Affine {
    /// From the steps of one voxel along i, j, k and the centre of voxel (0, 0, 0).
    #[must_use]
    pub fn from_steps(steps: [VectorLps; 3], origin: PointLps) -> Self {
        Self {
            linear: std::array::from_fn(|row| std::array::from_fn(|col| steps[col].0[row])),
            translation: origin.0,
        }
    }

    /// As a 4x4 matrix by rows, the last row 0 0 0 1.
    #[must_use]
    pub fn rows(&self) -> [[f64; 4]; 4] {
        let row = |n: usize| {
            let [a, b, c] = self.linear[n];
            [a, b, c, self.translation[n]]
        };
        [row(0), row(1), row(2), [0.0, 0.0, 0.0, 1.0]]
    }

    fn apply(&self, p: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|row| {
            let [a, b, c] = self.linear[row];
            a * p[0] + b * p[1] + c * p[2] + self.translation[row]
        })
    }

    fn column(&self, col: usize) -> VectorLps {
        VectorLps(std::array::from_fn(|row| self.linear[row][col]))
    }

    fn inverse(&self) -> Result<Self, GeometryError> {
        let finite = self.linear.iter().flatten().chain(&self.translation);
        if !finite.into_iter().all(|x| x.is_finite()) {
            return Err(GeometryError::NotFinite);
        }
        let [a, b, c] = [0, 1, 2].map(|col| self.column(col));
        let determinant = a.dot(b.cross(c));
        let scale = a.norm() * b.norm() * c.norm();
        if !determinant.is_finite() || determinant.abs() <= SINGULAR_TOLERANCE * scale {
            return Err(GeometryError::Singular);
        }
        let linear = [b.cross(c), c.cross(a), a.cross(b)].map(|row| (row * (1.0 / determinant)).0);
        let unmoved = Self {
            linear,
            translation: [0.0; 3],
        };
        let translation = unmoved.apply(self.translation).map(|x| -x);
        if !linear
            .iter()
            .flatten()
            .chain(&translation)
            .all(|x| x.is_finite())
        {
            return Err(GeometryError::Singular);
        }
        Ok(Self {
            linear,
            translation,
        })
    }
}

/// A grid of voxels in the patient: its size and where each index lies.
///
/// A geometry that exists is not empty and its transform is finite and invertible. The transform
/// may be oblique, sheared (gantry tilt) and of either handedness.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    size: [usize; 3],
    lps_from_index: Affine,
    index_from_lps: Affine,
}

impl Geometry {
    /// A grid of `size` (i, j, k) voxels.
    ///
    /// # Errors
    /// [`GeometryError`] if the grid is empty or too large, or the transform not invertible.
    pub fn new(size: [usize; 3], lps_from_index: Affine) -> Result<Self, GeometryError> {
        if size.contains(&0) {
            return Err(GeometryError::Empty(size));
        }
        let [ni, nj, nk] = size;
        ni.checked_mul(nj)
            .and_then(|n| n.checked_mul(nk))
            .filter(|n| isize::try_from(n.saturating_mul(8)).is_ok())
            .ok_or(GeometryError::TooLarge(size))?;
        let index_from_lps = lps_from_index.inverse()?;
        Ok(Self {
            size,
            lps_from_index,
            index_from_lps,
        })
    }

    /// Voxels along i, j, k.
    #[must_use]
    pub const fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Voxels in all.
    #[must_use]
    pub const fn n_voxels(&self) -> usize {
        self.size[0] * self.size[1] * self.size[2]
    }

    /// Patient millimetres from index.
    #[must_use]
    pub const fn lps_from_index(&self) -> &Affine {
        &self.lps_from_index
    }

    /// Centre of voxel (0, 0, 0).
    #[must_use]
    pub const fn origin(&self) -> PointLps {
        PointLps(self.lps_from_index.translation)
    }

    /// The step of one voxel along `axis`.
    #[must_use]
    pub fn step(&self, axis: Axis) -> VectorLps {
        self.lps_from_index.column(axis.position())
    }

    /// Distances between neighbouring voxel centres along i, j, k, in millimetres.
    #[must_use]
    pub fn spacing_mm(&self) -> [f64; 3] {
        Axis::ALL.map(|axis| self.step(axis).norm())
    }

    /// Unit vectors along i, j, k.
    #[must_use]
    pub fn directions(&self) -> [VectorLps; 3] {
        Axis::ALL.map(|axis| {
            let step = self.step(axis);
            VectorLps((step * (1.0 / step.norm())).0.map(|x| x + 0.0))
        })
    }

    /// Volume of one voxel in mm³.
    #[must_use]
    pub fn voxel_volume_mm3(&self) -> f64 {
        let [a, b, c] = Axis::ALL.map(|axis| self.step(axis));
        a.dot(b.cross(c)).abs()
    }

    /// The same grid with other distances along i and j; `None` where they are no distances.
    #[must_use]
    pub fn with_in_plane_mm(&self, mm: [f64; 2]) -> Option<Self> {
        let [i, j, k] = Axis::ALL.map(|axis| self.step(axis));
        let [along_i, along_j] =
            [(i, mm[0]), (j, mm[1])].map(|(step, mm)| step * (mm / step.norm()));
        let affine = Affine::from_steps([along_i, along_j, k], self.origin());
        Self::new(self.size(), affine).ok()
    }

    /// Where an index lies in the patient.
    #[must_use]
    pub fn lps_at(&self, index: ContinuousIndex) -> PointLps {
        PointLps(self.lps_from_index.apply(index.0))
    }

    /// Which index lies at a point of the patient; may be outside the grid.
    #[must_use]
    pub fn index_at(&self, point: PointLps) -> ContinuousIndex {
        ContinuousIndex(self.index_from_lps.apply(point.0))
    }

    /// The change of index along a displacement.
    #[must_use]
    pub fn index_step(&self, step: VectorLps) -> [f64; 3] {
        let unmoved = Affine {
            translation: [0.0; 3],
            ..self.index_from_lps
        };
        unmoved.apply(step.0)
    }

    /// How many voxels along i, j, k a ball of some radius reaches from its centre.
    #[must_use]
    pub fn index_reach(&self, radius: Mm) -> [f64; 3] {
        self.index_from_lps
            .linear
            .map(|row| VectorLps(row).norm() * radius.0)
    }

    /// Position of a voxel in memory.
    #[must_use]
    pub const fn offset(&self, index: VoxelIndex) -> usize {
        let [i, j, k] = index.0;
        (k * self.size[1] + j) * self.size[0] + i
    }

    /// The voxel whose centre is nearest, or `None` outside the grid (half a voxel beyond the
    /// outermost centres).
    #[must_use]
    pub fn nearest_voxel(&self, index: ContinuousIndex) -> Option<VoxelIndex> {
        let rounded = index.0.map(|x| (x + 0.5).floor());
        let inside = |n: usize| rounded[n] >= 0.0 && rounded[n] < self.size[n] as f64;
        (inside(0) && inside(1) && inside(2)).then(|| VoxelIndex(rounded.map(|x| x as usize)))
    }
}
