//! The image's values inside an outline in the patient, on whatever plane it lies, and inside a box.
//!
//! An outline that lies in a slice of the grid takes the voxels whose centres it encloses, as a
//! segment of the same form has them. One on any other plane takes values between voxels, on
//! a square raster of that plane as fine as the voxels' shortest side.

use crate::brick_mask::{BrickMask, relabel_masked};
use crate::contour::{Outline, SlicePoint, fill};
use crate::delta::LabelDelta;
use crate::geometry::Geometry;
use crate::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use crate::measure::doubled_area;
use crate::sample::{Interpolation, sample};
use crate::space::{Axis, ContinuousIndex, PointLps, VectorLps, VoxelIndex};
use crate::statistics::LabelStatistics;
use crate::volume::{Scalar, Volume};
use crate::with_voxels;
use std::collections::BTreeMap;

/// An outline this far off a slice, in voxels, still lies in it.
const IN_SLICE: f64 = 0.01;

/// An outline on a plane of its own has at most so many points; a larger one has a coarser raster.
const MAX_SAMPLES: f64 = (1 << 22) as f64;

/// Where an outline lies in the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct InSlice {
    /// Across which axis.
    pub axis: Axis,
    /// Which slice, nearest; may be beyond the grid.
    pub slice: i64,
    /// In the slice's columns and rows.
    pub outline: Outline,
}

/// The outline in the pixels of the slice it lies in; `None` if it lies across slices, or between
/// them by more than a half.
#[must_use]
pub fn in_slice(geometry: &Geometry, points: &[PointLps]) -> Option<InSlice> {
    let indices: Vec<[f64; 3]> = points.iter().map(|p| geometry.index_at(*p).0).collect();
    // Slices acquired unevenly are planes; what is made across them is not.
    let axes: &[Axis] = match geometry.is_straight() {
        true => &[Axis::K, Axis::J, Axis::I],
        false => &[Axis::K],
    };
    let first = indices.first()?;
    let lies_across = |axis: &&Axis| {
        let at = axis.position();
        let mut off = indices.iter().map(|index| (index[at] - first[at]).abs());
        off.all(|off| off <= IN_SLICE)
    };
    let axis = *axes.iter().find(lies_across)?;
    let [column, row] = axis.in_plane().map(Axis::position);
    let corner = |index: &[f64; 3]| SlicePoint([index[column], index[row]]);
    Some(InSlice {
        axis,
        slice: (first[axis.position()] + 0.5).floor() as i64,
        outline: Outline {
            points: indices.iter().map(corner).collect(),
        },
    })
}

/// The value of the voxel at a point: as a region of one voxel.
#[must_use]
pub fn value_at(volume: &Volume, point: PointLps) -> LabelStatistics {
    let mut found = LabelStatistics::default();
    let index = volume.geometry().index_at(point);
    if let Some(voxel) = volume.geometry().nearest_voxel(index) {
        found.add(value(volume, voxel), 1.0);
    }
    found
}

/// Values inside a closed outline whose corners lie on one plane.
#[must_use]
pub fn values_inside(volume: &Volume, outline: &[PointLps]) -> LabelStatistics {
    match in_slice(volume.geometry(), outline) {
        Some(found) => values_of(volume, voxels(volume.geometry(), &found)),
        None => samples_inside(volume, outline),
    }
}

/// Values of the voxels whose centres lie in a box around `centre` with half axes `half`.
#[must_use]
pub fn values_in_box(volume: &Volume, centre: PointLps, half: [VectorLps; 3]) -> LabelStatistics {
    values_of(volume, voxels_in_box(volume.geometry(), centre, half))
}

/// The voxels whose centres an outline in a slice encloses; `None` if it does not lie in a slice.
#[must_use]
pub fn voxels_in_outline(geometry: &Geometry, outline: &[PointLps]) -> Option<Vec<VoxelIndex>> {
    in_slice(geometry, outline).map(|found| voxels(geometry, &found))
}

/// The change that gives each of some voxels the label that `relabel` answers for its own.
#[must_use]
pub fn relabel_voxels(
    labels: &LabelMap,
    voxels: &[VoxelIndex],
    relabel: impl Fn(Label) -> Label + Sync,
) -> LabelDelta {
    let mut masks: BTreeMap<BrickIndex, BrickMask> = BTreeMap::new();
    for voxel in voxels {
        let empty = || Box::new([0; BRICK_EDGE * BRICK_EDGE]);
        let mask = masks.entry(BrickIndex::of(*voxel)).or_insert_with(empty);
        let [i, j, k] = voxel.0.map(|n| n % BRICK_EDGE);
        mask[k * BRICK_EDGE + j] |= 1 << i;
    }
    relabel_masked(labels, masks, |_, from| relabel(from))
}

/// The voxels whose centres lie in a box around `centre` with half axes `half`.
#[must_use]
pub fn voxels_in_box(
    geometry: &Geometry,
    centre: PointLps,
    half: [VectorLps; 3],
) -> Vec<VoxelIndex> {
    let mut found = Vec::new();
    let corners = (0..8).map(|corner| {
        let sign = |n: usize| if corner >> n & 1 == 0 { -1.0 } else { 1.0 };
        centre + half[0] * sign(0) + half[1] * sign(1) + half[2] * sign(2)
    });
    let corners: Vec<PointLps> = corners.collect();
    // Along each half axis, -1 to 1 lies inside: rows of the inverse of the matrix with these columns.
    let [a, b, c] = half;
    let volume_mm3 = a.dot(b.cross(c));
    let inwards = [b.cross(c), c.cross(a), a.cross(b)].map(|row| row * (1.0 / volume_mm3));
    let [i, j, k] = Axis::ALL.map(|axis| span(geometry, &corners, axis));
    for k in k {
        for j in j.clone() {
            for i in i.clone() {
                let centre_of = geometry.lps_at(ContinuousIndex([i, j, k].map(|n| n as f64)));
                let offset = centre_of - centre;
                if inwards.iter().all(|row| row.dot(offset).abs() <= 1.0) {
                    found.push(VoxelIndex([i, j, k]));
                }
            }
        }
    }
    found
}

fn values_of(volume: &Volume, voxels: Vec<VoxelIndex>) -> LabelStatistics {
    let mut found = LabelStatistics::default();
    for voxel in voxels {
        found.add(value(volume, voxel), 1.0);
    }
    found
}

/// The voxels along an axis between which points lie, a slice more on either side.
fn span(geometry: &Geometry, points: &[PointLps], axis: Axis) -> std::ops::Range<usize> {
    let at = axis.position();
    let indices = points.iter().map(|point| geometry.index_at(*point).0[at]);
    let (low, high) = bounds(indices);
    clamped(low - 1.0, high + 1.0, geometry.size()[at])
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    values.fold(none, |(low, high), x| (low.min(x), high.max(x)))
}

/// The whole numbers from `low` to `high` that are below `n`.
fn clamped(low: f64, high: f64, n: usize) -> std::ops::Range<usize> {
    let [from, to] = [low.ceil(), high.floor() + 1.0];
    // Not a number becomes 0.
    from.clamp(0.0, n as f64) as usize..to.clamp(0.0, n as f64) as usize
}

fn voxels(geometry: &Geometry, found: &InSlice) -> Vec<VoxelIndex> {
    let size = geometry.size();
    let mut inside = Vec::new();
    let Ok(slice) = usize::try_from(found.slice) else {
        return inside;
    };
    if slice >= size[found.axis.position()] {
        return inside;
    }
    for [column, row] in pixels(
        &found.outline,
        found.axis.in_plane().map(|a| size[a.position()]),
    ) {
        let mut index = [slice; 3];
        let [columns, rows] = found.axis.in_plane().map(Axis::position);
        (index[columns], index[rows]) = (column, row);
        inside.push(VoxelIndex(index));
    }
    inside
}

/// Columns and rows of the pixels of a slice of `size` whose centres an outline encloses.
fn pixels(outline: &Outline, size: [usize; 2]) -> impl Iterator<Item = [usize; 2]> + use<> {
    let along = |n: usize| {
        let (low, high) = bounds(outline.points.iter().map(|point| point.0[n]));
        clamped(low, high, size[n])
    };
    let (columns, rows) = (along(0), along(1));
    let moved = |point: &SlicePoint| {
        let [x, y] = point.0;
        SlicePoint([x - columns.start as f64, y - rows.start as f64])
    };
    let outline = Outline {
        points: outline.points.iter().map(moved).collect(),
    };
    let n_columns = columns.len();
    let mut inside = vec![false; n_columns * rows.len()];
    fill(&[outline], n_columns, &mut inside);
    let numbered = inside.into_iter().enumerate();
    numbered
        .filter(|(_, inside)| *inside)
        .map(move |(n, _)| [columns.start + n % n_columns, rows.start + n / n_columns])
}

fn samples_inside(volume: &Volume, outline: &[PointLps]) -> LabelStatistics {
    let mut found = LabelStatistics::default();
    let Some((first, [u, v])) = frame(outline) else {
        return found;
    };
    let in_plane = |point: &PointLps| [(*point - first).dot(u), (*point - first).dot(v)];
    let flat: Vec<[f64; 2]> = outline.iter().map(in_plane).collect();
    let [(left, right), (top, bottom)] = [0, 1].map(|n| bounds(flat.iter().map(|p| p[n])));
    let spacing = volume.geometry().spacing_mm();
    let finest = spacing.into_iter().fold(f64::INFINITY, f64::min);
    let coarsest = ((right - left) * (bottom - top) / MAX_SAMPLES).sqrt();
    let pitch = finest.max(coarsest);
    let raster =
        |point: &[f64; 2]| SlicePoint([(point[0] - left) / pitch, (point[1] - top) / pitch]);
    let outline = Outline {
        points: flat.iter().map(raster).collect(),
    };
    let size = [right - left, bottom - top].map(|length| (length / pitch).floor() as usize + 1);
    for [column, row] in pixels(&outline, size) {
        let along_u = u * (left + column as f64 * pitch);
        let point = first + along_u + v * (top + row as f64 * pitch);
        let index = volume.geometry().index_at(point);
        let nearest = volume.geometry().nearest_voxel(index);
        let value = nearest.map(|voxel| match value(volume, voxel).is_finite() {
            true => sample(volume, index, Interpolation::Linear).unwrap_or(f64::NAN),
            false => f64::NAN,
        });
        if let Some(value) = value {
            found.add(value, 1.0);
        }
    }
    found
}

/// A point of the outline's plane and two perpendicular unit vectors along it.
fn frame(outline: &[PointLps]) -> Option<(PointLps, [VectorLps; 2])> {
    let first = *outline.first()?;
    let normal = doubled_area(outline).normalized()?;
    let longest = outline.iter().map(|point| *point - first);
    let longest = longest.max_by(|a, b| a.norm().total_cmp(&b.norm()))?;
    let across = normal * longest.dot(normal);
    let u = (longest - across).normalized()?;
    Some((first, [u, normal.cross(u)]))
}

/// Rescaled; not a number where the voxel is padding.
fn value(volume: &Volume, voxel: VoxelIndex) -> f64 {
    let offset = volume.geometry().offset(voxel);
    let stored = with_voxels!(volume.voxels(), voxels => voxels[offset].to_f64());
    let is_padding = volume
        .padding()
        .is_some_and(|padding| padding.holds(stored));
    match is_padding {
        true => f64::NAN,
        false => volume.rescale().value(stored),
    }
}
