//! A plane through a grid that need be none of the grid's own, and which voxels it cuts.

use crate::delta::VoxelBox;
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

    /// Two unit vectors in it, at right angles: with the normal they are right-handed.
    #[must_use]
    pub fn axes(&self) -> [VectorLps; 2] {
        let unit = |n: usize| VectorLps(std::array::from_fn(|axis| f64::from(u8::from(axis == n))));
        let smallest = (0..3).fold(0, |best, n| {
            match self.normal.0[n].abs() < self.normal.0[best].abs() {
                true => n,
                false => best,
            }
        });
        let right = self.normal.cross(unit(smallest));
        let right = right * (1.0 / right.norm());
        [right, self.normal.cross(right)]
    }

    /// A box with all voxels whose centres lie between points, seen along the normal, and so many mm
    /// from the plane at most; `None` if the grid has none.
    #[must_use]
    pub fn region_around(
        &self,
        geometry: &Geometry,
        points: &[PointLps],
        reach_mm: f64,
    ) -> Option<VoxelBox> {
        let reach = self.normal * reach_mm;
        let around = points.iter().flat_map(|&point| {
            let foot = self.foot(point);
            [foot + reach, foot + reach * -1.0]
        });
        let places: Vec<[f64; 3]> = around.map(|point| geometry.index_at(point).0).collect();
        let size = geometry.size();
        let bound = |axis: usize, start: f64, pick: fn(f64, f64) -> f64| {
            places.iter().map(|at| at[axis]).fold(start, pick)
        };
        let low: [f64; 3] =
            std::array::from_fn(|n| bound(n, f64::INFINITY, f64::min).floor().max(0.0));
        let high: [f64; 3] = std::array::from_fn(|n| {
            let last = size[n] as f64 - 1.0;
            bound(n, f64::NEG_INFINITY, f64::max).ceil().min(last)
        });
        (0..3).all(|n| low[n] <= high[n]).then(|| VoxelBox {
            min: low.map(|x| x as usize),
            max: high.map(|x| x as usize),
        })
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
