//! The slices that shapes are interpolated on: those of the image that are parallel to a plane, where
//! they were acquired, or planes as far apart as a plane that is turned steps.

use crate::shapes::file::plane_of;
use crate::shapes::frame::Frame;
use annotomy_annotation::shape::{Figure, Shape};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{Axis, ContinuousIndex, PointLps, VectorLps};

/// Planes whose normals' cosine differs less from 1 are parallel.
const PARALLEL: f64 = 1e-6;

/// Points lie in a plane whose heights above it differ by less than this part of their extent.
const FLAT: f64 = 1e-3;
/// And by this, mm, however small their extent is.
const FLAT_MM: f64 = 1e-4;

/// Parallel slices.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    normal: VectorLps,
    origin: PointLps,
    slices: Slices,
}

#[derive(Debug, Clone)]
enum Slices {
    /// Heights above the origin, mm.
    OfImage(Vec<f64>),
    /// How far apart, mm.
    Every(f64),
}

impl Stack {
    /// The slices parallel to a shape's; `None` of a shape that lies in no slice.
    pub(super) fn of(frame: &Frame, shape: &Shape) -> Option<Self> {
        let geometry = frame.shown();
        let figure = frame.show(&shape.figure);
        let plane = shape.plane.map(|plane| plane.normal());
        let own = plane.or_else(|| plane_of(&figure).map(|plane| plane.normal()));
        // Whichever side a key was drawn from.
        let normal = one_of_two(own.unwrap_or_else(|| geometry.normal()));
        let origin = **figure.points().first()?;
        let parallel = Axis::ALL
            .into_iter()
            .find(|axis| is_parallel(normal, across(geometry, *axis)));
        let slices = match parallel {
            Some(axis) => {
                let n = geometry.size()[axis.position()];
                let heights = (0..n).map(|slice| {
                    let mut index = [0.0; 3];
                    index[axis.position()] = slice as f64;
                    (geometry.lps_at(ContinuousIndex(index)) - origin).dot(normal)
                });
                Slices::OfImage(heights.collect())
            }
            None => Slices::Every(geometry.voxel_extent_mm(normal)),
        };
        let stack = Self {
            normal,
            origin,
            slices,
        };
        stack.height(frame, shape).map(|_| stack)
    }

    /// The same slices with their heights told from another one; where a turned plane steps, they are
    /// counted from there.
    pub(super) fn counted_from(&self, height: f64) -> Self {
        let slices = match &self.slices {
            Slices::OfImage(heights) => {
                Slices::OfImage(heights.iter().map(|own| own - height).collect())
            }
            Slices::Every(mm) => Slices::Every(*mm),
        };
        Self {
            origin: self.origin + self.normal * height,
            slices,
            ..*self
        }
    }

    /// Across the slices.
    pub(super) const fn normal(&self) -> VectorLps {
        self.normal
    }

    /// How high above the origin a shape lies, mm; `None` where it lies in no plane parallel to the
    /// slices.
    pub(super) fn height(&self, frame: &Frame, shape: &Shape) -> Option<f64> {
        if shape
            .plane
            .is_some_and(|plane| !is_parallel(plane.normal(), self.normal))
        {
            return None;
        }
        let figure = frame.show(&shape.figure);
        let points = figure.points();
        let heights = points.iter().map(|point| self.above(**point));
        let [low, high] = heights
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], height| {
                [low.min(height), high.max(height)]
            });
        let first = **points.first()?;
        let extent = points.iter().map(|point| (**point - first).norm());
        let extent = extent.fold(0.0, f64::max);
        (high - low <= FLAT_MM + FLAT * extent).then_some((low + high) / 2.0)
    }

    /// The slice nearest to a height.
    pub(super) fn slice_at(&self, height: f64) -> i64 {
        match &self.slices {
            Slices::OfImage(heights) => {
                let off = |at: &usize| (heights[*at] - height).abs();
                let nearest = (0..heights.len()).min_by(|a, b| off(a).total_cmp(&off(b)));
                nearest.map_or(0, |at| at as i64)
            }
            Slices::Every(mm) => (height / mm).round() as i64,
        }
    }

    /// Slices between two, with their heights.
    pub(super) fn between(&self, [a, b]: [i64; 2]) -> Vec<(i64, f64)> {
        let slices = a.min(b) + 1..a.max(b);
        let height = |slice: i64| match &self.slices {
            Slices::OfImage(heights) => {
                let at = usize::try_from(slice).ok()?;
                Some((slice, *heights.get(at)?))
            }
            Slices::Every(mm) => Some((slice, slice as f64 * mm)),
        };
        slices.filter_map(height).collect()
    }

    /// A figure moved along the normal into the plane at a height.
    pub(super) fn on_plane(&self, figure: &Figure<PointLps>, height: f64) -> Figure<PointLps> {
        let moved = figure.try_map(|point| {
            let off = height - self.above(*point);
            Some(*point + self.normal * off)
        });
        moved.unwrap_or_else(|| figure.clone())
    }

    fn above(&self, point: PointLps) -> f64 {
        (point - self.origin).dot(self.normal)
    }
}

/// Of a vector and its opposite, the one whose first component that is not zero is positive.
fn one_of_two(normal: VectorLps) -> VectorLps {
    let first = normal.0.into_iter().find(|x| x.abs() > PARALLEL);
    match first.is_some_and(|x| x < 0.0) {
        true => normal * -1.0,
        false => normal,
    }
}

/// Across slices of the image, of any length.
fn across(geometry: &Geometry, axis: Axis) -> VectorLps {
    let [a, b] = axis.in_plane().map(|axis| geometry.step(axis));
    a.cross(b)
}

/// Whether two vectors run along one line.
pub(super) fn is_parallel(a: VectorLps, b: VectorLps) -> bool {
    1.0 - a.dot(b).abs() / (a.norm() * b.norm()) < PARALLEL
}
