//! Which voxels a brush covers.
//!
//! A stroke is a path in the patient and a radius in millimetres. A voxel is covered when its
//! centre is within the radius of the path, so that a stroke has no gaps however far its points
//! are apart, and covers the same tissue on any grid.

use crate::brick_mask::{BrickMask, relabel_masked};
use crate::delta::LabelDelta;
use crate::geometry::Geometry;
use crate::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use crate::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps};
use std::collections::BTreeMap;

/// Added to a brush's radius so that centres exactly on its rim (3-4-5 triangles on a 1 mm grid)
/// are covered whatever the rounding.
const RIM_TOLERANCE_MM: f64 = 1e-6;

/// Form of a brush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrushShape {
    /// A ball.
    Sphere,
    /// A disc in the slice `index` across `axis`; the path is projected onto that slice.
    Disc {
        /// Axis across which the slice lies.
        axis: Axis,
        /// The slice.
        index: usize,
    },
}

/// Where a brush went.
#[derive(Debug, Clone, PartialEq)]
pub struct BrushStroke {
    /// Corners of the path.
    pub path: Vec<PointLps>,
    /// Radius of the brush.
    pub radius: Mm,
    /// Its form.
    pub shape: BrushShape,
}

/// The change that a stroke makes to `labels`.
///
/// For every covered voxel `relabel` is given its label and answers with the new one, or with the
/// same to leave it alone.
#[must_use]
pub fn paint(
    labels: &LabelMap,
    geometry: &Geometry,
    stroke: &BrushStroke,
    relabel: impl Fn(Label) -> Label,
) -> LabelDelta {
    let masks = covered(geometry, stroke);
    relabel_masked(labels, masks, |_, from| relabel(from))
}

fn covered(geometry: &Geometry, stroke: &BrushStroke) -> BTreeMap<BrickIndex, BrickMask> {
    let path: Vec<PointLps> = stroke
        .path
        .iter()
        .map(|&p| on_slice(geometry, stroke.shape, p))
        .collect();
    let mut masks = BTreeMap::new();
    let mut cover =
        |from, to| Capsule::new(from, to, stroke.radius).cover(geometry, stroke.shape, &mut masks);
    match path.as_slice() {
        [point] => cover(*point, *point),
        path => path.windows(2).for_each(|ends| cover(ends[0], ends[1])),
    }
    masks
}

fn on_slice(geometry: &Geometry, shape: BrushShape, point: PointLps) -> PointLps {
    match shape {
        BrushShape::Sphere => point,
        BrushShape::Disc { axis, index } => {
            let mut at = geometry.index_at(point);
            at.0[axis.position()] = index as f64;
            geometry.lps_at(at)
        }
    }
}

/// All points within a radius of a line segment.
struct Capsule {
    from: PointLps,
    to: PointLps,
    radius: f64,
}

impl Capsule {
    fn new(from: PointLps, to: PointLps, radius: Mm) -> Self {
        Self {
            from,
            to,
            radius: radius.0 + RIM_TOLERANCE_MM,
        }
    }

    fn cover(
        &self,
        geometry: &Geometry,
        shape: BrushShape,
        masks: &mut BTreeMap<BrickIndex, BrickMask>,
    ) {
        let Some([_, rows, slices]) = self.index_bounds(geometry, shape) else {
            return;
        };
        let columns = match shape {
            BrushShape::Disc {
                axis: Axis::I,
                index,
            } => [index, index],
            _ => [0, geometry.size()[0] - 1],
        };
        let step = geometry.step(Axis::I);
        for k in slices[0]..=slices[1] {
            for j in rows[0]..=rows[1] {
                let start = geometry.lps_at(ContinuousIndex([0.0, j as f64, k as f64]));
                let Some([low, high]) = self.span_of_line(start, step) else {
                    continue;
                };
                let low = low.ceil().max(columns[0] as f64);
                let high = high.floor().min(columns[1] as f64);
                if low <= high {
                    set_bits(masks, [low as usize, high as usize], j, k);
                }
            }
        }
    }

    /// Lowest and highest index along each axis that can be covered, cut to the grid and slice.
    fn index_bounds(&self, geometry: &Geometry, shape: BrushShape) -> Option<[[usize; 2]; 3]> {
        let (a, b) = (geometry.index_at(self.from), geometry.index_at(self.to));
        let reach = geometry.index_reach(Mm(self.radius));
        let mut bounds = [[0; 2]; 3];
        for axis in Axis::ALL {
            let n = axis.position();
            let low = (a.0[n].min(b.0[n]) - reach[n]).ceil().max(0.0);
            let high = (a.0[n].max(b.0[n]) + reach[n])
                .floor()
                .min((geometry.size()[n] - 1) as f64);
            bounds[n] = match shape {
                BrushShape::Disc {
                    axis: across,
                    index,
                } if across == axis => [index, index],
                _ if low <= high => [low as usize, high as usize],
                _ => return None,
            };
        }
        Some(bounds)
    }

    /// Where the line `start + t * step` is inside: an interval of t, since a capsule is convex.
    fn span_of_line(&self, start: PointLps, step: VectorLps) -> Option<[f64; 2]> {
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

fn set_bits(
    masks: &mut BTreeMap<BrickIndex, BrickMask>,
    [low, high]: [usize; 2],
    j: usize,
    k: usize,
) {
    let row = (k % BRICK_EDGE) * BRICK_EDGE + j % BRICK_EDGE;
    for bi in low / BRICK_EDGE..=high / BRICK_EDGE {
        let first = bi * BRICK_EDGE;
        let from = low.max(first) - first;
        let to = high.min(first + BRICK_EDGE - 1) - first;
        let bits = (u32::MAX << from) & (u32::MAX >> (BRICK_EDGE - 1 - to));
        let brick = BrickIndex([bi, j / BRICK_EDGE, k / BRICK_EDGE].map(|n| n as u16));
        let mask = masks
            .entry(brick)
            .or_insert_with(|| Box::new([0; BRICK_EDGE * BRICK_EDGE]));
        mask[row] |= bits;
    }
}
