//! The grid of a segmentation that was read: that of the images where every frame lies on one of
//! them, else one of its own.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "vectors of floats: nothing overflows"
)]

use super::frames::{Frame, Placed};
use crate::error::FormatError;
use crate::finding::Finding;
use crate::series::Series;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{Axis, ContinuousIndex, VectorLps};
use std::path::Path;

/// Positions that differ less are one: a part of the distance between pixels or slices.
const SAME_POSITION: f64 = 0.05;

/// Directions and spacings that differ less are one.
const SAME_DIRECTION: f64 = 1e-3;

/// Slices without frames between slices with frames: not more than this, and a few for each frame.
const MAX_GAPS: usize = 4096;

/// Where each frame lies.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) geometry: Geometry,
    /// Whether it is the images' grid.
    pub(crate) is_of_series: bool,
    /// The slice of each frame.
    pub(crate) slices: Vec<usize>,
}

/// Finds the slice of every frame of `size` (columns, rows) among the images, or makes a grid.
pub(crate) fn grid(
    path: &Path,
    frames: &[Frame],
    size: [usize; 2],
    series: Option<&Series>,
    report: &mut Vec<Finding>,
) -> Result<Grid, FormatError> {
    if let Some(series) = series {
        match on_images(frames, size, series) {
            Some(slices) => {
                return Ok(Grid {
                    geometry: series.geometry().clone(),
                    is_of_series: true,
                    slices,
                });
            }
            None => {
                let message = "The segmentation does not lie on the images' slices; it is kept on a grid of its own.";
                report.push(Finding::warning("own_geometry", message));
            }
        }
    }
    own(path, frames, size, report)
}

fn on_images(frames: &[Frame], [columns, rows]: [usize; 2], series: &Series) -> Option<Vec<usize>> {
    let [n_i, n_j, _] = series.geometry().size();
    if [n_i, n_j] != [columns, rows] {
        return None;
    }
    let images = images(series);
    let between = series.geometry().spacing_mm();
    let slice = |frame: &Frame| {
        images
            .iter()
            .position(|image| is_same(&frame.placed, image, between))
    };
    frames.iter().map(slice).collect()
}

/// The images' planes in k order, as acquired where the files say so.
pub(crate) fn images(series: &Series) -> Vec<Placed> {
    let geometry = series.geometry();
    let [.., n_slices] = geometry.size();
    let [along_row, along_column, _] = geometry.directions();
    let [between_columns, between_rows, _] = geometry.spacing_mm();
    let dicom = series.dicom();
    let image = |k: usize| {
        let on_grid = Placed {
            position: geometry.lps_at(ContinuousIndex([0.0, 0.0, k as f64])),
            along_row,
            along_column,
            spacing: [between_columns, between_rows],
        };
        let slice = dicom.and_then(|dicom| dicom.slice(0, k));
        match slice.and_then(|slice| slice.plane) {
            Some(plane) => Placed {
                position: plane.position,
                along_row: plane.along_row,
                along_column: plane.along_column,
                ..on_grid
            },
            None => on_grid,
        }
    };
    (0..n_slices).map(image).collect()
}

fn is_parallel(a: &Placed, b: &Placed) -> bool {
    let is_same = |a: VectorLps, b: VectorLps| (a + b * -1.0).norm() < SAME_DIRECTION;
    is_same(a.along_row, b.along_row) && is_same(a.along_column, b.along_column)
}

fn is_spaced(a: &Placed, b: &Placed) -> bool {
    let pairs = a.spacing.iter().zip(b.spacing);
    pairs
        .into_iter()
        .all(|(a, b)| (a / b - 1.0).abs() < SAME_DIRECTION)
}

fn is_same(a: &Placed, b: &Placed, [i, j, k]: [f64; 3]) -> bool {
    let off = a.position - b.position;
    let normal = b.normal();
    let is_near = |direction, mm: f64| off.dot(direction).abs() < mm * SAME_POSITION;
    is_parallel(a, b)
        && is_spaced(a, b)
        && is_near(b.along_row, i)
        && is_near(b.along_column, j)
        && is_near(normal, k)
}

/// A regular stack along the normal.
fn own(
    path: &Path,
    frames: &[Frame],
    [columns, rows]: [usize; 2],
    report: &mut Vec<Finding>,
) -> Result<Grid, FormatError> {
    let damaged = |reason: &str| FormatError::damaged(path, reason);
    let first = frames.first().ok_or_else(|| damaged("no frames"))?;
    let is_stack = |frame: &Frame| {
        is_parallel(&frame.placed, &first.placed) && is_spaced(&frame.placed, &first.placed)
    };
    if !frames.iter().all(is_stack) {
        let what =
            "a segmentation whose frames differ in orientation or spacing, without its images";
        return Err(FormatError::unsupported(path, what));
    }
    let normal = first
        .placed
        .normal()
        .normalized()
        .ok_or_else(|| damaged("rows and columns of a frame are parallel"))?;
    let depth = |frame: &Frame| (frame.placed.position - first.placed.position).dot(normal);
    let depths: Vec<f64> = frames.iter().map(depth).collect();
    let mut sorted = depths.clone();
    sorted.sort_by(f64::total_cmp);
    let gaps = sorted.windows(2).filter_map(|pair| match pair {
        [a, b] if b - a > SAME_DIRECTION => Some(b - a),
        _ => None,
    });
    let smallest = gaps.fold(f64::INFINITY, f64::min);
    let between = match first.between {
        // Thickness stands in where the distance is not said; gaps tell which it is.
        Some(said) if said <= smallest * (1.0 + SAME_POSITION) => said,
        _ if smallest.is_finite() => smallest,
        said => said.unwrap_or(1.0),
    };
    let lowest = sorted.first().copied().unwrap_or(0.0);
    let (slices, is_even) = slices(path, &depths, lowest, between)?;
    if !is_even {
        let message = "The frames of the segmentation are not evenly spaced; they were put on the nearest slices of an even grid.";
        report.push(Finding::warning("uneven_spacing", message));
    }
    let n_slices = slices.iter().max().copied().unwrap_or(0).saturating_add(1);
    let ends = || frames.iter().zip(&slices);
    let lower = ends()
        .min_by_key(|(_, k)| **k)
        .map_or(first, |(frame, _)| frame);
    let upper = ends()
        .max_by_key(|(_, k)| **k)
        .map_or(first, |(frame, _)| frame);
    let n_steps = n_slices.saturating_sub(1);
    let step = match n_steps {
        0 => normal * between,
        n => (upper.placed.position - lower.placed.position) * (1.0 / n as f64),
    };
    let [between_columns, between_rows] = first.placed.spacing;
    let steps = [
        first.placed.along_row * between_columns,
        first.placed.along_column * between_rows,
        step,
    ];
    let affine = Affine::from_steps(steps, lower.placed.position);
    let geometry = Geometry::new([columns, rows, n_slices], affine).map_err(|source| {
        FormatError::NoGeometry {
            path: path.to_owned(),
            source,
        }
    })?;
    report.extend(shifted(&geometry, frames, &slices));
    Ok(Grid {
        geometry,
        is_of_series: false,
        slices,
    })
}

/// The slice of each depth, and whether each lies on its slice.
fn slices(
    path: &Path,
    depths: &[f64],
    lowest: f64,
    between: f64,
) -> Result<(Vec<usize>, bool), FormatError> {
    let most = depths.len().saturating_mul(4).saturating_add(MAX_GAPS);
    let mut is_even = true;
    let mut slices = Vec::with_capacity(depths.len());
    for depth in depths {
        let k = (depth - lowest) / between;
        is_even &= (k - k.round()).abs() < SAME_POSITION;
        if !(0.0..most as f64).contains(&k.round()) {
            let what = format!("frames {:.0} slices apart", k.abs());
            return Err(FormatError::limit(path, what));
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        slices.push(k.round() as usize);
    }
    Ok((slices, is_even))
}

/// Frames that do not lie in line.
fn shifted(geometry: &Geometry, frames: &[Frame], slices: &[usize]) -> Option<Finding> {
    let [i, j, _] = geometry.spacing_mm();
    let off = |(frame, k): (&Frame, &usize)| {
        let expected = geometry.lps_at(ContinuousIndex([0.0, 0.0, *k as f64]));
        let off = frame.placed.position - expected;
        let [row, column] = [Axis::I, Axis::J].map(|axis| geometry.step(axis));
        let pixels = [off.dot(row) / (i * i), off.dot(column) / (j * j)];
        pixels.iter().any(|n| n.abs() > SAME_POSITION)
    };
    let message = "Some frames of the segmentation are shifted against the others; the grid does not show that.";
    frames
        .iter()
        .zip(slices)
        .any(off)
        .then(|| Finding::warning("shifted_slices", message))
}
