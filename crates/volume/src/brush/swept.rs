//! What a brush sweeps over between two points.

use super::{BrushShape, BrushStroke, Rim, Sheet};
use crate::cut_plane::CutPlane;
use crate::geometry::Geometry;
use crate::space::{Axis, ContinuousIndex, PointLps, VectorLps};
use std::f64::consts::SQRT_2;

/// Added to a brush's radius so that centres exactly on its rim (3-4-5 triangles on a 1 mm grid)
/// are covered whatever the rounding.
const RIM_TOLERANCE_MM: f64 = 1e-6;

/// All points that a brush covers on the way between two; of a flat one, those seen there along its
/// normal.
pub(super) struct Swept {
    from: PointLps,
    to: PointLps,
    radius: f64,
    sheet: Option<Sheet>,
    /// Of a square, whose way is a hexagon.
    sides: Option<[Slab; 3]>,
}

/// All points whose displacement along a vector from a point is not longer than `half`.
struct Slab {
    middle: PointLps,
    along: VectorLps,
    half: f64,
}

impl Swept {
    /// `ends` lie on the sheet of a flat brush.
    pub(super) fn new(
        geometry: &Geometry,
        stroke: &BrushStroke,
        [from, to]: [PointLps; 2],
    ) -> Self {
        let radius = stroke.radius.0 + RIM_TOLERANCE_MM;
        let (sheet, sides) = match stroke.shape {
            BrushShape::Sphere => (None, None),
            BrushShape::Flat(sheet, Rim::Round) => (Some(sheet), None),
            BrushShape::Flat(sheet, Rim::Square(along)) => {
                let sides = sides_of_square([from, to], radius, sheet.normal(geometry), along);
                (Some(sheet), sides)
            }
        };
        Self {
            from,
            to,
            radius,
            sheet,
            sides,
        }
    }

    const fn cut(&self) -> Option<CutPlane> {
        match self.sheet {
            Some(Sheet::Cut(plane)) => Some(plane),
            Some(Sheet::Slice { .. }) | None => None,
        }
    }

    /// Calls `visit` with first and last column, row and slice of what is covered.
    pub(super) fn cover(
        &self,
        geometry: &Geometry,
        visit: &mut impl FnMut([usize; 2], usize, usize),
    ) {
        let whole = |axis: Axis| match self.sheet {
            Some(Sheet::Slice {
                axis: across,
                index,
            }) if across == axis => [index, index],
            _ => [0, geometry.size()[axis.position()] - 1],
        };
        let within = |[low, high]: [f64; 2], axis: Axis| {
            let [first, last] = whole(axis).map(|n| n as f64);
            let (low, high) = (low.ceil().max(first), high.floor().min(last));
            (low <= high).then_some([low as usize, high as usize])
        };
        let [i_step, j_step] = [Axis::I, Axis::J].map(|axis| geometry.step(axis));
        let down = geometry.normal().cross(i_step);
        let rows_along = down * (1.0 / down.dot(j_step));
        let thick = self.cut().map(|plane| plane.reach_mm(geometry));
        let corner = if self.sides.is_some() { SQRT_2 } else { 1.0 };
        let reach = corner * self.radius + thick.unwrap_or(0.0);
        let slices = within(self.slices(geometry, reach), Axis::K);
        for k in slices.into_iter().flat_map(|[low, high]| low..=high) {
            let first = geometry.lps_at(ContinuousIndex([0.0, 0.0, k as f64]));
            let rows = within(self.rows(first, rows_along, reach), Axis::J);
            for j in rows.into_iter().flat_map(|[low, high]| low..=high) {
                let start = first + j_step * j as f64;
                let span = self.span_of_row(start, i_step, thick);
                if let Some(columns) = span.and_then(|span| within(span, Axis::I)) {
                    visit(columns, j, k);
                }
            }
        }
    }

    /// Lowest and highest slice that can be reached, as an index.
    fn slices(&self, geometry: &Geometry, reach: f64) -> [f64; 2] {
        let reach = geometry.normal() * reach;
        let ends = [self.from, self.to].into_iter();
        ends.flat_map(|end| [end + reach * -1.0, end + reach])
            .map(|point| geometry.index_at(point).0[2])
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], k| {
                [low.min(k), high.max(k)]
            })
    }

    /// Lowest and highest row that can be reached in the slice that begins at `first`, as an index;
    /// a displacement's number of rows is its product with `rows_along`.
    fn rows(&self, first: PointLps, rows_along: VectorLps, reach: f64) -> [f64; 2] {
        let [a, b] = [self.from, self.to].map(|end| (end - first).dot(rows_along));
        let reach = reach * rows_along.norm();
        [a.min(b) - reach, a.max(b) + reach]
    }

    /// Where the row `start + t * step` is covered; `thick` is how far from the plane of a disc its
    /// voxels lie.
    fn span_of_row(
        &self,
        start: PointLps,
        step: VectorLps,
        thick: Option<f64>,
    ) -> Option<[f64; 2]> {
        let (Some(plane), Some(thick)) = (self.cut(), thick) else {
            return self.span_of_line(start, step);
        };
        let [low, high] = self.span_of_line(plane.foot(start), plane.flat(step))?;
        let (height, climb) = (plane.height_mm(start), plane.normal().dot(step));
        if climb == 0.0 {
            return (height.abs() <= thick).then_some([low, high]);
        }
        let (a, b) = ((-thick - height) / climb, (thick - height) / climb);
        let (low, high) = (low.max(a.min(b)), high.min(a.max(b)));
        (low <= high).then_some([low, high])
    }

    /// Where the line `start + t * step` is inside: an interval of t, since what is swept is convex.
    fn span_of_line(&self, start: PointLps, step: VectorLps) -> Option<[f64; 2]> {
        if let Some(sides) = &self.sides {
            let all = [f64::NEG_INFINITY, f64::INFINITY];
            return sides.iter().try_fold(all, |[low, high], side| {
                let [from, to] = side.span(start, step)?;
                let (low, high) = (low.max(from), high.min(to));
                (low <= high).then_some([low, high])
            });
        }
        let ends = [self.from, self.to].map(|end| span_in_ball(start - end, step, self.radius));
        let axis = self.to - self.from;
        let side = (axis.dot(axis) > 0.0)
            .then(|| self.span_in_cylinder(start, step, axis))
            .flatten();
        ends.into_iter()
            .chain([side])
            .flatten()
            .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
    }

    /// The part of the line inside the cylinder between the capsule's two end planes.
    fn span_in_cylinder(
        &self,
        start: PointLps,
        step: VectorLps,
        axis: VectorLps,
    ) -> Option<[f64; 2]> {
        let length2 = axis.dot(axis);
        let offset = start - self.from;
        let across = |v: VectorLps| v - axis * (v.dot(axis) / length2);
        let [mut low, mut high] = span_in_ball(across(offset), across(step), self.radius)?;
        let (along_start, along_step) = (offset.dot(axis) / length2, step.dot(axis) / length2);
        if along_step == 0.0 {
            return (0.0..=1.0).contains(&along_start).then_some([low, high]);
        }
        let (t0, t1) = (-along_start / along_step, (1.0 - along_start) / along_step);
        low = low.max(t0.min(t1));
        high = high.min(t0.max(t1));
        (low <= high).then_some([low, high])
    }
}

/// The t for which `offset + t * step` is not longer than `radius`.
fn span_in_ball(offset: VectorLps, step: VectorLps, radius: f64) -> Option<[f64; 2]> {
    let a = step.dot(step);
    let c = offset.dot(offset) - radius * radius;
    if a == 0.0 {
        return (c <= 0.0).then_some([f64::NEG_INFINITY, f64::INFINITY]);
    }
    let middle = -offset.dot(step) / a;
    let half2 = middle * middle - c / a;
    (half2 >= 0.0).then(|| [middle - half2.sqrt(), middle + half2.sqrt()])
}

/// The hexagon that a square sweeps over; `None` where `along` is no direction in the sheet.
fn sides_of_square(
    [from, to]: [PointLps; 2],
    radius: f64,
    normal: VectorLps,
    along: VectorLps,
) -> Option<[Slab; 3]> {
    let right = (along + normal * -along.dot(normal)).normalized()?;
    let down = normal.cross(right);
    let way = to - from;
    let middle = from + way * 0.5;
    let (over, under) = (way.dot(right), way.dot(down));
    let slab = |along, half| Slab {
        middle,
        along,
        half,
    };
    Some([
        slab(right, radius + over.abs() / 2.0),
        slab(down, radius + under.abs() / 2.0),
        slab(
            right * under + down * -over,
            radius * (over.abs() + under.abs()),
        ),
    ])
}

impl Slab {
    /// The t for which `start + t * step` is inside.
    fn span(&self, start: PointLps, step: VectorLps) -> Option<[f64; 2]> {
        let (off, climb) = ((start - self.middle).dot(self.along), step.dot(self.along));
        if climb == 0.0 {
            return (off.abs() <= self.half).then_some([f64::NEG_INFINITY, f64::INFINITY]);
        }
        let (a, b) = ((-self.half - off) / climb, (self.half - off) / climb);
        Some([a.min(b), a.max(b)])
    }
}
