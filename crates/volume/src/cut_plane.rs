//! A plane through a grid that need be none of the grid's own, and which voxels it cuts.

use crate::geometry::Geometry;
use crate::space::{PointLps, VectorLps};

/// So near, a plane along the face of voxels cuts them whatever the rounding.
const EDGE_TOLERANCE_MM: f64 = 1e-6;

/// Less of a displacement's length than this is rounding.
const FLAT_TOLERANCE: f64 = 1e-12;

/// A plane at any angle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutPlane {
    point: PointLps,
    normal: VectorLps,
}

impl CutPlane {
    /// Through a point, across `normal` of any length; `None` if these are no plane.
    #[must_use]
    pub fn new(point: PointLps, normal: VectorLps) -> Option<Self> {
        let is_finite = point.0.iter().all(|x| x.is_finite());
        let normal = normal.normalized().filter(|_| is_finite)?;
        Some(Self { point, normal })
    }

    /// Unit vector across it.
    #[must_use]
    pub const fn normal(&self) -> VectorLps {
        self.normal
    }

    /// How far along the normal a point lies, in millimetres.
    #[must_use]
    pub fn height_mm(&self, point: PointLps) -> f64 {
        (point - self.point).dot(self.normal)
    }

    /// The nearest point of the plane.
    #[must_use]
    pub fn foot(&self, point: PointLps) -> PointLps {
        point + self.normal * -self.height_mm(point)
    }

    /// How far from the plane the centres of voxels lie at most that it cuts, in millimetres.
    #[must_use]
    pub fn reach_mm(&self, geometry: &Geometry) -> f64 {
        geometry.voxel_reach_mm(self.normal) + EDGE_TOLERANCE_MM
    }

    /// A displacement without its part along the normal; none at all where that is all of it.
    pub(crate) fn flat(&self, v: VectorLps) -> VectorLps {
        let flat = v + self.normal * -v.dot(self.normal);
        match flat.norm() > FLAT_TOLERANCE * v.norm() {
            true => flat,
            false => VectorLps([0.0; 3]),
        }
    }
}
