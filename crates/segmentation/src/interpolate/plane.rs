//! A section on a plane across the grid: how deep its places lie inside a segment.

use super::grid::Grid;
use super::maths::length;
use super::sections::PlaneSection;
use crate::mask::Mask;
use crate::signed_distance;
use crate::spacing::Spacing;
use annotomy_volume::contour::{Outline, SlicePoint, fill};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::Label;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::Mm;

/// Places along a side of a plane at most.
const MOST: f32 = 1024.0;
/// Millimetres times the finest step that are known around the outlines.
const AROUND: f32 = 24.0;

/// A vector in millimetres along the axes of the grid.
type Vector = [f32; 3];

/// A plane in millimetres along the axes of the grid.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    origin: Vector,
    /// Unit vectors along columns, rows and across.
    along: [Vector; 3],
    /// Millimetres from place to place.
    step: f32,
    size: [usize; 2],
    outlines: Vec<(Label, Outline)>,
    /// Corners in millimetres, by label.
    corners: Vec<(Label, Vec<Vector>)>,
}

/// One segment on a plane.
#[derive(Debug, Clone)]
pub(super) struct PlaneDepth {
    plane: Plane,
    depth: Vec<f32>,
}

fn dot(a: Vector, b: Vector) -> f32 {
    (0..3).map(|n| a[n] * b[n]).sum()
}

fn cross(a: Vector, b: Vector) -> Vector {
    [0, 1, 2].map(|n| a[(n + 1) % 3] * b[(n + 2) % 3] - a[(n + 2) % 3] * b[(n + 1) % 3])
}

fn minus(a: Vector, b: Vector) -> Vector {
    [0, 1, 2].map(|n| a[n] - b[n])
}

fn unit(a: Vector) -> Option<Vector> {
    let length = dot(a, a).sqrt();
    (length > 0.0 && length.is_finite()).then(|| a.map(|x| x / length))
}

impl Plane {
    /// `None` where outlines span no plane.
    pub(super) fn new(section: &PlaneSection, grid: &Grid) -> Option<Self> {
        let corners: Vec<(Label, Vec<Vector>)> = section
            .outlines
            .iter()
            .map(|(label, corners)| {
                let mm = |index: &[f64; 3]| [0, 1, 2].map(|n| grid.mm_at(n, index[n]));
                (*label, corners.iter().map(|corner| mm(&corner.0)).collect())
            })
            .collect();
        // The largest outline says how the plane lies: Newell's normal, twice its area long.
        let normals = corners.iter().filter_map(|(_, corners)| {
            let first = *corners.first()?;
            let pairs = corners.iter().zip(corners.iter().cycle().skip(1));
            let normal = pairs.fold([0.0; 3], |sum, (a, b)| {
                let more = cross(minus(*a, first), minus(*b, first));
                [0, 1, 2].map(|n| sum[n] + more[n])
            });
            Some((dot(normal, normal), normal, first))
        });
        let (_, normal, origin) = normals.reduce(|a, b| if b.0 > a.0 { b } else { a })?;
        let across = unit(normal)?;
        // Columns along the axis that lies most in the plane.
        let flat = (0..3).min_by(|&a, &b| across[a].abs().total_cmp(&across[b].abs()))?;
        let mut axis = [0.0; 3];
        axis[flat] = 1.0;
        let columns = unit([0, 1, 2].map(|n| axis[n] - across[flat] * across[n]))?;
        let along = [columns, cross(across, columns), across];
        Self::framed(origin, along, corners, grid.finest())
    }

    fn framed(
        origin: Vector,
        along: [Vector; 3],
        corners: Vec<(Label, Vec<Vector>)>,
        step: f32,
    ) -> Option<Self> {
        let all = corners.iter().flat_map(|(_, corners)| corners);
        let places = all.map(|&corner| [0, 1].map(|n| dot(minus(corner, origin), along[n])));
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for place in places {
            low = [0, 1].map(|n| low[n].min(place[n]));
            high = [0, 1].map(|n| high[n].max(place[n]));
        }
        let margin = AROUND * step;
        let length = (high[0] - low[0]).max(high[1] - low[1]) + 2.0 * margin;
        if !length.is_finite() {
            return None;
        }
        let step = step.max(length / MOST);
        let size = [0, 1].map(|n| ((high[n] - low[n] + 2.0 * margin) / step) as usize + 1);
        let shift = low.map(|low| low - margin);
        let moved = |n: usize| origin[n] + shift[0] * along[0][n] + shift[1] * along[1][n];
        let mut plane = Self {
            origin: [0, 1, 2].map(moved),
            along,
            step,
            size,
            outlines: Vec::new(),
            corners,
        };
        plane.outlines = plane
            .corners
            .iter()
            .map(|(label, corners)| {
                let points = corners.iter().map(|&corner| {
                    let [u, v, _] = plane.place(corner);
                    SlicePoint([u.into(), v.into()])
                });
                let points = points.collect();
                (*label, Outline { points })
            })
            .collect();
        Some(plane)
    }

    /// Column, row and millimetres across of a point.
    fn place(&self, point: Vector) -> [f32; 3] {
        let from = minus(point, self.origin);
        let [u, v, w] = self.along.map(|along| dot(from, along));
        [u / self.step, v / self.step, w]
    }

    /// Corners of the outlines of some labels.
    pub(super) fn corners(&self, is_wanted: impl Fn(Label) -> bool) -> Vec<Vector> {
        let wanted = self.corners.iter().filter(|(label, _)| is_wanted(*label));
        wanted.flat_map(|(_, corners)| corners.clone()).collect()
    }

    /// Of the labels that are wanted; each label's outlines on their own.
    pub(super) fn depth(&self, labels: &[Label]) -> Option<PlaneDepth> {
        let [columns, rows] = self.size;
        let mut inside = vec![false; columns * rows];
        for label in labels {
            let outlines = self.outlines.iter().filter(|(found, _)| found == label);
            let outlines: Vec<Outline> = outlines.map(|(_, outline)| outline.clone()).collect();
            let mut own = vec![false; inside.len()];
            fill(&outlines, columns, &mut own);
            inside
                .iter_mut()
                .zip(own)
                .for_each(|(all, own)| *all |= own);
        }
        let grid = [columns, rows, 1];
        let mask = Mask::from_dense(grid, &inside)?;
        let spacing = Spacing::even([Mm(self.step.into()); 3]).ok()?;
        let whole = VoxelBox {
            min: [0; 3],
            max: [columns - 1, rows - 1, 0],
        };
        let map = signed_distance(&mask, &spacing, whole, None, &NoProgress).ok()?;
        let half = 0.5 * self.step;
        let most = (columns + rows) as f32 * self.step;
        let depth = map
            .mm()
            .iter()
            .map(|mm| -(mm - half.copysign(*mm)).clamp(-most, most));
        Some(PlaneDepth {
            depth: depth.collect(),
            plane: self.clone(),
        })
    }
}

impl PlaneDepth {
    /// Depth where a point meets the plane straight on, and its distance from the plane, in
    /// millimetres; beyond the known part less by the way there.
    pub(super) fn at(&self, point: Vector) -> (f32, f32) {
        let [u, v, across] = self.plane.place(point);
        let [columns, rows] = self.plane.size;
        let (i, j) = (
            u.clamp(0.0, (columns - 1) as f32),
            v.clamp(0.0, (rows - 1) as f32),
        );
        let beyond = length([u - i, v - j]) * self.plane.step;
        let at = (j.round() as usize) * columns + i.round() as usize;
        (self.depth[at] - beyond, across.abs())
    }
}
