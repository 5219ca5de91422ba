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
use annotomy_volume::geometry::{Affine, Geometry, GeometryError};
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

/// A stack of its own along the normal.
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
    match even(path, frames, [columns, rows], &depths, between)? {
        Some(grid) => Ok(grid),
        None => acquired(path, frames, [columns, rows], &depths, report),
    }
}

/// A grid of even steps, if every frame lies on a slice of it.
fn even(
    path: &Path,
    frames: &[Frame],
    [columns, rows]: [usize; 2],
    depths: &[f64],
    between: f64,
) -> Result<Option<Grid>, FormatError> {
    let lowest = depths.iter().copied().fold(f64::INFINITY, f64::min);
    let Some(slices) = slices(path, depths, lowest, between)? else {
        return Ok(None);
    };
    let placed = || frames.iter().map(|frame| &frame.placed).zip(&slices);
    let ends = [
        placed().min_by_key(|(_, k)| **k),
        placed().max_by_key(|(_, k)| **k),
    ];
    let [Some((lower, _)), Some((upper, last))] = ends else {
        return Ok(None);
    };
    let step = match *last {
        0 => lower.normal() * (between / lower.normal().norm()),
        n => (upper.position - lower.position) * (1.0 / n as f64),
    };
    let [along_i, along_j] = steps(lower);
    let affine = Affine::from_steps([along_i, along_j, step], lower.position);
    let geometry = Geometry::new([columns, rows, last.saturating_add(1)], affine);
    let geometry = geometry.map_err(|source| no_geometry(path, source))?;
    let is_in_line = is_in_line(&geometry, frames, &slices);
    Ok(is_in_line.then_some(Grid {
        geometry,
        is_of_series: false,
        slices,
    }))
}

/// A slice for every depth at which there is a frame.
fn acquired(
    path: &Path,
    frames: &[Frame],
    size: [usize; 2],
    depths: &[f64],
    report: &mut Vec<Finding>,
) -> Result<Grid, FormatError> {
    let mut order: Vec<(&Frame, f64, usize)> = frames
        .iter()
        .zip(depths)
        .enumerate()
        .map(|(n, (frame, &depth))| (frame, depth, n))
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut positions = Vec::new();
    let mut deepest = f64::NEG_INFINITY;
    let mut slices = vec![0; frames.len()];
    for (frame, depth, n) in order {
        if depth - deepest > SAME_DIRECTION {
            positions.push(frame.placed.position);
            deepest = depth;
        }
        if let Some(slice) = slices.get_mut(n) {
            *slice = positions.len().saturating_sub(1);
        }
    }
    let steps = frames
        .first()
        .map_or([VectorLps([0.0; 3]); 2], |frame| steps(&frame.placed));
    let geometry = Geometry::from_slices(size, steps, &positions);
    let geometry = geometry.map_err(|source| no_geometry(path, source))?;
    let message = "The frames of the segmentation are not evenly spaced, or shifted against each other; each is kept where it lies.";
    report.push(Finding::warning("uneven_spacing", message));
    Ok(Grid {
        geometry,
        is_of_series: false,
        slices,
    })
}

fn steps(placed: &Placed) -> [VectorLps; 2] {
    let [between_columns, between_rows] = placed.spacing;
    [
        placed.along_row * between_columns,
        placed.along_column * between_rows,
    ]
}

fn no_geometry(path: &Path, source: GeometryError) -> FormatError {
    FormatError::NoGeometry {
        path: path.to_owned(),
        source,
    }
}

/// The slice of each depth, if each lies on one.
fn slices(
    path: &Path,
    depths: &[f64],
    lowest: f64,
    between: f64,
) -> Result<Option<Vec<usize>>, FormatError> {
    let most = depths.len().saturating_mul(4).saturating_add(MAX_GAPS);
    let mut slices = Vec::with_capacity(depths.len());
    for depth in depths {
        let k = (depth - lowest) / between;
        if (k - k.round()).abs() >= SAME_POSITION {
            return Ok(None);
        }
        if !(0.0..most as f64).contains(&k.round()) {
            let what = format!("frames {:.0} slices apart", k.abs());
            return Err(FormatError::limit(path, what));
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        slices.push(k.round() as usize);
    }
    Ok(Some(slices))
}

/// Whether every frame lies in line with its slice.
fn is_in_line(geometry: &Geometry, frames: &[Frame], slices: &[usize]) -> bool {
    let [i, j, _] = geometry.spacing_mm();
    let [row, column] = [Axis::I, Axis::J].map(|axis| geometry.step(axis));
    let is_there = |(frame, k): (&Frame, &usize)| {
        let expected = geometry.lps_at(ContinuousIndex([0.0, 0.0, *k as f64]));
        let off = frame.placed.position - expected;
        let pixels = [off.dot(row) / (i * i), off.dot(column) / (j * j)];
        pixels.iter().all(|n| n.abs() <= SAME_POSITION)
    };
    frames.iter().zip(slices).all(is_there)
}
