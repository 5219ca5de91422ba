//! Orders the images of a group along their normal and finds the grid they lie in.
//!
//! The position of an image is what its header says, never its name or number. Positions are kept
//! as acquired: the step along k is the vector from the first to the last image divided by the
//! number of steps, so that a tilted gantry shears the grid exactly as it sheared the acquisition
//! (DICOM PS3.3 C.7.6.2.1.1). What the grid cannot express is reported.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "vectors of floats: nothing overflows"
)]

use super::group::Group;
use super::meaning::spacing_finding;
use super::slice::Slice;
use super::spacing;
use super::volumes::{Sorted, sort};
use crate::error::FormatError;
use crate::finding::Finding;
use crate::slice_plane::SlicePlane;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{PointLps, VectorLps};

/// Distance assumed where a file gives none, mm.
const GUESSED_SPACING_MM: f64 = 1.0;

/// Images in the order of their grid's k axis.
#[derive(Debug)]
pub(crate) struct Stack {
    /// Each with one image for each position; missing ones are `None`.
    pub(crate) volumes: Vec<Vec<Option<Slice>>>,
    /// What each volume is; empty if there is only one.
    pub(crate) labels: Vec<String>,
    /// Where each position was acquired; `None` if the files do not say.
    pub(crate) planes: Option<Vec<SlicePlane>>,
    pub(crate) geometry: Geometry,
    pub(crate) report: Vec<Finding>,
}

/// Finds the order and the grid.
pub(crate) fn stack(group: Group) -> Result<Stack, FormatError> {
    let Group {
        slices, mut report, ..
    } = group;
    let first = slices.first().cloned().expect("a group has an image");
    let in_plane = in_plane_spacing(&first, &mut report);
    let (sorted, (plane, way)) = match first.plane {
        Some(plane) => {
            let sorted = sort(slices, plane, &mut report);
            let placed = placed(&sorted.planes, &first, &mut report);
            (sorted, placed)
        }
        None => {
            let (plane, step) = unplaced(&first, slices.len(), &mut report);
            let sorted = Sorted {
                planes: Vec::new(),
                volumes: vec![slices.into_iter().map(Some).collect()],
                labels: vec![String::new()],
            };
            (sorted, (plane, Way::Straight(step)))
        }
    };
    let [between_columns, between_rows] = in_plane;
    let steps = [
        plane.along_row * between_columns,
        plane.along_column * between_rows,
    ];
    let [columns, rows] = [first.file.columns, first.file.rows];
    let geometry = match way {
        Way::Straight(step) => {
            let n_slices = sorted.volumes.first().map_or(0, Vec::len);
            let [along_i, along_j] = steps;
            let affine = Affine::from_steps([along_i, along_j, step], plane.position);
            Geometry::new([columns, rows, n_slices], affine)
        }
        Way::Acquired(positions) => Geometry::from_slices([columns, rows], steps, &positions),
    };
    let geometry = geometry.map_err(|source| FormatError::NoGeometry {
        path: first.path().to_owned(),
        source,
    })?;
    if plane.along_row.dot(plane.along_column).abs() > 1e-3 {
        let message = "Rows and columns of the images are not at right angles; they are shown and measured as the file says.";
        report.push(Finding::warning("skewed_axes", message));
    }
    Ok(Stack {
        volumes: sorted.volumes,
        labels: sorted.labels,
        planes: first.plane.map(|_| sorted.planes),
        geometry,
        report,
    })
}

fn in_plane_spacing(first: &Slice, report: &mut Vec<Finding>) -> [f64; 2] {
    match first.spacing {
        Some(spacing) => {
            report.extend(spacing_finding(first));
            spacing
        }
        None => {
            let message = format!(
                "The files give no pixel spacing; {GUESSED_SPACING_MM} mm was assumed, so lengths and volumes mean nothing."
            );
            report.push(Finding::warning("guessed_geometry", message));
            [GUESSED_SPACING_MM; 2]
        }
    }
}

/// Where the images lie, from the first on.
enum Way {
    /// Each one step beyond the one before.
    Straight(VectorLps),
    Acquired(Vec<PointLps>),
}

/// The plane of the first image, and the way from one image to the next.
fn placed(planes: &[SlicePlane], slice: &Slice, report: &mut Vec<Finding>) -> (SlicePlane, Way) {
    let (first, last) = match planes {
        [first, .., last] => (*first, *last),
        [only] => {
            let step = only.normal() * thickness(slice, report);
            return (*only, Way::Straight(step));
        }
        [] => {
            let (plane, step) = unplaced_plane();
            return (plane, Way::Straight(step));
        }
    };
    let n_steps = planes.len().saturating_sub(1) as f64;
    let step = (last.position - first.position) * (1.0 / n_steps);
    let positions: Vec<PointLps> = planes.iter().map(|plane| plane.position).collect();
    let spacing = spacing::check(&positions, step, first.normal());
    report.extend(spacing.report);
    match spacing.is_straight {
        true => (first, Way::Straight(step)),
        false => (first, Way::Acquired(positions)),
    }
}

/// The distance to neighbours that a single image does not have.
fn thickness(slice: &Slice, report: &mut Vec<Finding>) -> f64 {
    let (mm, finding) = match (slice.spacing_between_slices, slice.thickness) {
        (Some(mm), _) => {
            let message = format!(
                "A single image: its depth, {mm} mm, is the spacing between slices that the file gives."
            );
            (mm, Finding::note("single_slice", message))
        }
        (None, Some(mm)) => {
            let message = format!(
                "A single image: its depth, {mm} mm, is the slice thickness that the file gives."
            );
            (mm, Finding::note("single_slice", message))
        }
        (None, None) => {
            let message = format!(
                "A single image of unknown thickness; {GUESSED_SPACING_MM} mm was assumed, so volumes mean nothing."
            );
            (
                GUESSED_SPACING_MM,
                Finding::warning("guessed_geometry", message),
            )
        }
    };
    report.push(finding);
    mm
}

/// Images without position or orientation, such as radiographs, in the order of their numbers.
fn unplaced(first: &Slice, n_slices: usize, report: &mut Vec<Finding>) -> (SlicePlane, VectorLps) {
    let (plane, step) = unplaced_plane();
    let mm = first.spacing_between_slices.or(first.thickness);
    let step = step * mm.unwrap_or(GUESSED_SPACING_MM);
    let (who, what) = match (first.file.n_frames, n_slices) {
        (1, _) => ("files do", "images"),
        _ => ("file does", "frames"),
    };
    let message = format!(
        "The {who} not say where in the patient the {what} lie. They were stacked in the order of their numbers, in an assumed orientation: directions, and distances from image to image, mean nothing."
    );
    report.push(Finding::warning("guessed_geometry", message));
    (plane, step)
}

fn unplaced_plane() -> (SlicePlane, VectorLps) {
    let [along_row, along_column, step] =
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    (
        SlicePlane {
            position: PointLps([0.0; 3]),
            along_row,
            along_column,
        },
        step,
    )
}
