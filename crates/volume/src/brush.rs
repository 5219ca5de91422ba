//! Which voxels a brush covers.
//!
//! A stroke is a path in the patient and a radius in millimetres. A voxel is covered when its
//! centre is within the radius of the path, or in the square around one of its points, so that a
//! stroke has no gaps however far its points are apart, and covers the same tissue on any grid.

mod swept;

use crate::brick_mask::{BrickMask, relabel_masked};
use crate::cut_plane::CutPlane;
use crate::delta::LabelDelta;
use crate::geometry::Geometry;
use crate::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use crate::progress::{NoProgress, Progress};
use crate::space::{Axis, Mm, PointLps, VectorLps, VoxelIndex};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use swept::Swept;

/// Pieces of a path that a thread covers before it takes others.
const WAYS_AT_ONCE: usize = 16;

/// Form of a brush.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BrushShape {
    /// A ball.
    Sphere,
    /// A disc or a square; the path is projected onto where it lies.
    Flat(Sheet, Rim),
}

/// Where a flat brush lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sheet {
    /// In the slice `index` across `axis`.
    Slice {
        /// Axis across which the slice lies.
        axis: Axis,
        /// The slice.
        index: usize,
    },
    /// In a plane at any angle: of the voxels that the plane cuts, those are covered whose centres
    /// are when seen along the normal.
    Cut(CutPlane),
}

/// Rim of a flat brush.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rim {
    /// A circle.
    Round,
    /// A square whose sides are twice the radius long; two of them lie along a direction as it is
    /// seen across the sheet.
    Square(VectorLps),
}

impl Sheet {
    fn foot(self, geometry: &Geometry, point: PointLps) -> PointLps {
        match self {
            Self::Cut(plane) => plane.foot(point),
            Self::Slice { axis, index } => {
                let mut at = geometry.index_at(point);
                at.0[axis.position()] = index as f64;
                geometry.lps_at(at)
            }
        }
    }

    /// A unit vector across it.
    #[must_use]
    pub fn normal(self, geometry: &Geometry) -> VectorLps {
        match self {
            Self::Cut(plane) => plane.normal(),
            Self::Slice { axis, .. } => {
                let after = |n: usize| geometry.step(Axis::ALL[(axis.position() + n) % 3]);
                let across = after(1).cross(after(2));
                across * (1.0 / across.norm())
            }
        }
    }
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

impl BrushStroke {
    /// What records call a device that made it: `brush, round`.
    #[must_use]
    pub fn named(&self, device: &str) -> String {
        let form = match self.shape {
            BrushShape::Sphere => "sphere",
            BrushShape::Flat(Sheet::Slice { .. }, Rim::Round) => "round",
            BrushShape::Flat(Sheet::Slice { .. }, Rim::Square(_)) => "square",
            BrushShape::Flat(Sheet::Cut(_), Rim::Round) => "oblique",
            BrushShape::Flat(Sheet::Cut(_), Rim::Square(_)) => "square, oblique",
        };
        format!("{device}, {form}")
    }
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
    let point = on_sheet(geometry, stroke.shape, point);
    let mut rows = Vec::new();
    let swept = Swept::new(geometry, stroke, [point; 2]);
    swept.cover(geometry, &mut |columns, j, k| {
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
    let path: Vec<PointLps> = path.map(|&p| on_sheet(geometry, stroke.shape, p)).collect();
    let ways: Vec<[PointLps; 2]> = match path.as_slice() {
        [point] => vec![[*point; 2]],
        path => path.windows(2).map(|ends| [ends[0], ends[1]]).collect(),
    };
    let n_done = AtomicUsize::new(0);
    let parts = ways.par_chunks(WAYS_AT_ONCE).map(|some| {
        let mut covered = Covered::new(geometry.size());
        for ends in some {
            if progress.is_cancelled() {
                return None;
            }
            let swept = Swept::new(geometry, stroke, *ends);
            swept.cover(geometry, &mut |columns, j, k| {
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

fn on_sheet(geometry: &Geometry, shape: BrushShape, point: PointLps) -> PointLps {
    match shape {
        BrushShape::Sphere => point,
        BrushShape::Flat(sheet, _) => sheet.foot(geometry, point),
    }
}
