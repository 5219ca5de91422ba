//! Which voxels a brush covers.
//!
//! A stroke is a path in the patient and a radius in millimetres. A voxel is covered when its
//! centre is within the radius of the path, so that a stroke has no gaps however far its points
//! are apart, and covers the same tissue on any grid.

use crate::brick_mask::{BrickMask, relabel_masked};
use crate::cut_plane::CutPlane;
use crate::delta::LabelDelta;
use crate::geometry::Geometry;
use crate::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use crate::progress::{NoProgress, Progress};
use crate::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Added to a brush's radius so that centres exactly on its rim (3-4-5 triangles on a 1 mm grid)
/// are covered whatever the rounding.
const RIM_TOLERANCE_MM: f64 = 1e-6;

/// Pieces of a path that a thread covers before it takes others.
const WAYS_AT_ONCE: usize = 16;

/// Form of a brush.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// A disc in a plane at any angle: of the voxels that the plane cuts, those whose centres are
    /// within the radius when seen along the normal. The path is projected onto the plane.
    Cut(CutPlane),
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
/// For every covered voxel `relabel` is given where it is and its label, and answers with the new
/// one, or with the same to leave it alone.
#[must_use]
pub fn paint(
    labels: &LabelMap,
    geometry: &Geometry,
    stroke: &BrushStroke,
    relabel: impl Fn(VoxelIndex, Label) -> Label + Sync,
) -> LabelDelta {
    let covered = covered(geometry, stroke, &NoProgress).unwrap_or_default();
    relabel_masked(labels, covered, relabel)
}

/// What a brush covers that is held still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dab {
    /// The voxel in its middle; none outside the grid.
    pub middle: Option<VoxelIndex>,
    /// Covered voxels, as first and last column, row and slice.
    pub rows: Vec<([usize; 2], usize, usize)>,
}

/// What the brush of a stroke covers at a point.
#[must_use]
pub fn dab(geometry: &Geometry, stroke: &BrushStroke, point: PointLps) -> Dab {
    let point = on_slice(geometry, stroke.shape, point);
    let mut rows = Vec::new();
    let capsule = Capsule::new(point, point, stroke);
    capsule.cover(geometry, stroke.shape, &mut |columns, j, k| {
        rows.push((columns, j, k));
    });
    Dab {
        middle: geometry.nearest_voxel(geometry.index_at(point)),
        rows,
    }
}

/// What the brush of a stroke covers on its way; `None` where it was cancelled.
#[must_use]
pub fn covered(
    geometry: &Geometry,
    stroke: &BrushStroke,
    progress: &dyn Progress,
) -> Option<BTreeMap<BrickIndex, BrickMask>> {
    let path = stroke.path.iter();
    let path: Vec<PointLps> = path.map(|&p| on_slice(geometry, stroke.shape, p)).collect();
    let ways: Vec<[PointLps; 2]> = match path.as_slice() {
        [point] => vec![[*point; 2]],
        path => path.windows(2).map(|ends| [ends[0], ends[1]]).collect(),
    };
    let n_done = AtomicUsize::new(0);
    let parts = ways.par_chunks(WAYS_AT_ONCE).map(|some| {
        let mut covered = Covered::new(geometry.size());
        for [from, to] in some {
            if progress.is_cancelled() {
                return None;
            }
            let capsule = Capsule::new(*from, *to, stroke);
            capsule.cover(geometry, stroke.shape, &mut |columns, j, k| {
                covered.set(columns, j, k);
            });
            progress.advance(n_done.fetch_add(1, Ordering::Relaxed) + 1, ways.len());
        }
        Some(covered)
    });
    let all = parts.try_reduce_with(|one, other| Some(one.union(other)));
    all.map_or_else(|| Some(BTreeMap::new()), |all| Some(all?.into_masks()))
}

/// Covered voxels, brick by brick.
struct Covered {
    n_bricks: [usize; 3],
    /// Of all bricks of the grid, i fastest.
    masks: Vec<Option<BrickMask>>,
}

impl Covered {
    fn new(grid: [usize; 3]) -> Self {
        let n_bricks = grid.map(|n| n.div_ceil(BRICK_EDGE));
        let mut masks = Vec::new();
        masks.resize_with(n_bricks.iter().product(), || None);
        Self { n_bricks, masks }
    }

    fn set(&mut self, [low, high]: [usize; 2], j: usize, k: usize) {
        let row = (k % BRICK_EDGE) * BRICK_EDGE + j % BRICK_EDGE;
        let [n_i, n_j, _] = self.n_bricks;
        let first_brick = (k / BRICK_EDGE * n_j + j / BRICK_EDGE) * n_i;
        for bi in low / BRICK_EDGE..=high / BRICK_EDGE {
            let first = bi * BRICK_EDGE;
            let from = low.max(first) - first;
            let to = high.min(first + BRICK_EDGE - 1) - first;
            let bits = (u32::MAX << from) & (u32::MAX >> (BRICK_EDGE - 1 - to));
            let mask = self.masks[first_brick + bi]
                .get_or_insert_with(|| Box::new([0; BRICK_EDGE * BRICK_EDGE]));
            mask[row] |= bits;
        }
    }

    fn union(mut self, other: Self) -> Self {
        for (own, other) in self.masks.iter_mut().zip(other.masks) {
            match (own.as_mut(), other) {
                (Some(own), Some(other)) => {
                    own.iter_mut()
                        .zip(*other)
                        .for_each(|(own, bits)| *own |= bits);
                }
                (None, other) => *own = other,
                (Some(_), None) => {}
            }
        }
        self
    }

    fn into_masks(self) -> BTreeMap<BrickIndex, BrickMask> {
        let [n_i, n_j, _] = self.n_bricks;
        let masks = self.masks.into_iter().enumerate();
        let placed = masks.filter_map(|(n, mask)| {
            let at = [n % n_i, n / n_i % n_j, n / (n_i * n_j)];
            Some((BrickIndex(at.map(|x| x as u16)), mask?))
        });
        placed.collect()
    }
}

fn on_slice(geometry: &Geometry, shape: BrushShape, point: PointLps) -> PointLps {
    match shape {
        BrushShape::Sphere => point,
        BrushShape::Cut(plane) => plane.foot(point),
        BrushShape::Disc { axis, index } => {
            let mut at = geometry.index_at(point);
            at.0[axis.position()] = index as f64;
            geometry.lps_at(at)
        }
    }
}

/// All points within a radius of a line segment; of a disc in a plane, those seen there along its
/// normal.
struct Capsule {
    from: PointLps,
    to: PointLps,
    radius: f64,
    cut: Option<CutPlane>,
}

impl Capsule {
    fn new(from: PointLps, to: PointLps, stroke: &BrushStroke) -> Self {
        Self {
            from,
            to,
            radius: stroke.radius.0 + RIM_TOLERANCE_MM,
            cut: match stroke.shape {
                BrushShape::Cut(plane) => Some(plane),
                BrushShape::Sphere | BrushShape::Disc { .. } => None,
            },
        }
    }

    fn cover(
        &self,
        geometry: &Geometry,
        shape: BrushShape,
        visit: &mut impl FnMut([usize; 2], usize, usize),
    ) {
        let whole = |axis: Axis| match shape {
            BrushShape::Disc {
                axis: across,
                index,
            } if across == axis => [index, index],
            _ => [0, geometry.size()[axis.position()] - 1],
        };
        let cut = |[low, high]: [f64; 2], axis: Axis| {
            let [first, last] = whole(axis).map(|n| n as f64);
            let (low, high) = (low.ceil().max(first), high.floor().min(last));
            (low <= high).then_some([low as usize, high as usize])
        };
        let [i_step, j_step] = [Axis::I, Axis::J].map(|axis| geometry.step(axis));
        let down = geometry.normal().cross(i_step);
        let rows_along = down * (1.0 / down.dot(j_step));
        let thick = self.cut.map(|plane| plane.reach_mm(geometry));
        let reach = self.radius + thick.unwrap_or(0.0);
        let slices = cut(self.slices(geometry, reach), Axis::K);
        for k in slices.into_iter().flat_map(|[low, high]| low..=high) {
            let first = geometry.lps_at(ContinuousIndex([0.0, 0.0, k as f64]));
            let rows = cut(self.rows(first, rows_along, reach), Axis::J);
            for j in rows.into_iter().flat_map(|[low, high]| low..=high) {
                let start = first + j_step * j as f64;
                let span = self.span_of_row(start, i_step, thick);
                if let Some(columns) = span.and_then(|span| cut(span, Axis::I)) {
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
        let (Some(plane), Some(thick)) = (self.cut, thick) else {
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
