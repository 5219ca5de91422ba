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
use super::slice::{Plane, Slice};
use super::spacing;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{PointLps, VectorLps};

/// Images nearer to each other than this along the normal lie at one position, mm.
const SAME_POSITION_MM: f64 = 1e-3;

/// Distance assumed where a file gives none, mm.
const GUESSED_SPACING_MM: f64 = 1.0;

/// Images in the order of their grid's k axis.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) slices: Vec<Slice>,
    pub(crate) geometry: Geometry,
    /// Images at each position, if every position has equally many.
    pub(crate) n_volumes: usize,
    pub(crate) report: Vec<Finding>,
}

/// Finds the order and the grid.
pub(crate) fn stack(group: Group) -> Result<Stack, FormatError> {
    let Group {
        mut slices,
        mut report,
        ..
    } = group;
    let first = slices.first().cloned().expect("a group has an image");
    let in_plane = in_plane_spacing(&first, &mut report);
    let n_volumes = match first.plane {
        Some(plane) => order(&mut slices, plane, &mut report),
        None => 1,
    };
    let (plane, step) = match first.plane {
        Some(_) => placed(&slices, &mut report),
        None => unplaced(&first, &mut report),
    };
    let [between_columns, between_rows] = in_plane;
    let steps = [
        plane.along_row * between_columns,
        plane.along_column * between_rows,
        step,
    ];
    let affine = Affine::from_steps(steps, plane.position);
    let geometry =
        Geometry::new([first.columns, first.rows, slices.len()], affine).map_err(|source| {
            FormatError::NoGeometry {
                path: first.path.clone(),
                source,
            }
        })?;
    if plane.along_row.dot(plane.along_column).abs() > 1e-3 {
        let message = "Rows and columns of the images are not at right angles; they are shown and measured as the file says.";
        report.push(Finding::warning("skewed_axes", message));
    }
    Ok(Stack {
        slices,
        geometry,
        n_volumes,
        report,
    })
}

fn in_plane_spacing(first: &Slice, report: &mut Vec<Finding>) -> [f64; 2] {
    match first.spacing {
        Some(spacing) => {
            if first.is_spacing_at_detector {
                let message = "The pixel spacing was measured at the detector: lengths in the patient are shorter by the magnification.";
                report.push(Finding::warning("detector_spacing", message));
            }
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

/// Sorts along the normal (row x column) and keeps one image for each position, the one with the
/// lowest instance number. Answers how many images each position had, if all had equally many.
fn order(slices: &mut Vec<Slice>, plane: Plane, report: &mut Vec<Finding>) -> usize {
    let normal = normal(plane);
    let depth = |slice: &Slice| {
        slice
            .plane
            .map_or(0.0, |p| VectorLps(p.position.0).dot(normal))
    };
    // A stable sort: slices come in the order of their instance numbers.
    slices.sort_by(|a, b| depth(a).total_cmp(&depth(b)));
    let mut positions: Vec<Vec<Slice>> = Vec::new();
    for slice in slices.drain(..) {
        let here = positions.last_mut().filter(|position| {
            position
                .first()
                .is_some_and(|s| depth(&slice) - depth(s) < SAME_POSITION_MM)
        });
        match here {
            Some(position) => position.push(slice),
            None => positions.push(vec![slice]),
        }
    }
    let n_first = positions.first().map_or(1, Vec::len);
    let is_even = positions.iter().all(|position| position.len() == n_first);
    for position in &mut positions {
        position.sort_by_key(|slice| slice.instance_number);
    }
    let n_left_out: usize = positions.iter().map(|p| p.len().saturating_sub(1)).sum();
    let n_positions = positions.len();
    if n_left_out > 0 && is_even && n_positions > 1 {
        let message = format!(
            "Every one of the {n_positions} positions was imaged {n_first} times (such as over time, or with several echoes or diffusion weightings); the first image of each position is shown."
        );
        report.push(Finding::warning("several_volumes", message));
    } else if let Some(double) = positions.iter().find_map(|p| p.get(1)) {
        let message = format!(
            "{n_left_out} image(s) lie at the position of another; the image with the lower instance number was kept."
        );
        report.push(Finding::warning("duplicate_slices", message).in_file(&double.path));
    }
    slices.extend(
        positions
            .into_iter()
            .filter_map(|position| position.into_iter().next()),
    );
    if is_even && n_positions > 1 {
        n_first
    } else {
        1
    }
}

fn normal(plane: Plane) -> VectorLps {
    plane
        .along_row
        .cross(plane.along_column)
        .normalized()
        .unwrap_or(VectorLps([0.0, 0.0, 1.0]))
}

/// The plane of the first image and the step from one image to the next.
fn placed(slices: &[Slice], report: &mut Vec<Finding>) -> (Plane, VectorLps) {
    let planes: Vec<Plane> = slices.iter().filter_map(|slice| slice.plane).collect();
    let (first, last) = match planes.as_slice() {
        [first, .., last] => (*first, *last),
        [only] => return (*only, normal(*only) * thickness(slices, report)),
        [] => return unplaced_plane(),
    };
    let n_steps = planes.len().saturating_sub(1) as f64;
    let step = (last.position - first.position) * (1.0 / n_steps);
    let normal = normal(first);
    let positions: Vec<PointLps> = planes.iter().map(|plane| plane.position).collect();
    report.extend(spacing::check(&positions, step, normal));
    (first, step)
}

/// The distance to neighbours that a single image does not have.
fn thickness(slices: &[Slice], report: &mut Vec<Finding>) -> f64 {
    let first = slices.first();
    let between = first.and_then(|slice| slice.spacing_between_slices);
    let thickness = first.and_then(|slice| slice.thickness);
    let (mm, finding) = match (between, thickness) {
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
fn unplaced(first: &Slice, report: &mut Vec<Finding>) -> (Plane, VectorLps) {
    let (plane, step) = unplaced_plane();
    let mm = first.spacing_between_slices.or(first.thickness);
    let step = step * mm.unwrap_or(GUESSED_SPACING_MM);
    let message = "The files do not say where in the patient the images lie. They were stacked in the order of their numbers, in an assumed orientation: directions, and distances from image to image, mean nothing.";
    report.push(Finding::warning("guessed_geometry", message));
    (plane, step)
}

fn unplaced_plane() -> (Plane, VectorLps) {
    let [along_row, along_column, step] =
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    (
        Plane {
            position: PointLps([0.0; 3]),
            along_row,
            along_column,
        },
        step,
    )
}
