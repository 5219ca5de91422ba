//! Planes and letters against what nibabel's `aff2axcodes` and radiology's convention say.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::orientation::{PlaneName, letters, planes};
use annotomy_volume::space::{Axis, PointLps, VectorLps};

fn grid(steps: [[f64; 3]; 3]) -> Geometry {
    let affine = Affine::from_steps(steps.map(VectorLps), PointLps([0.0; 3]));
    Geometry::new([4, 5, 6], affine).unwrap()
}

#[test]
fn axial_acquisition_is_shown_radiologically() {
    let [axial, sagittal, coronal] =
        planes(&grid([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]));
    assert_eq!((axial.name, axial.across), (PlaneName::Axial, Axis::K));
    assert_eq!(axial.letters, ["R", "L", "A", "P"]);
    assert!(!axial.columns.is_flipped && !axial.rows.is_flipped);
    assert_eq!(
        (sagittal.across, sagittal.columns.axis, sagittal.rows.axis),
        (Axis::I, Axis::J, Axis::K)
    );
    assert_eq!(sagittal.letters, ["A", "P", "S", "I"]);
    assert!(sagittal.rows.is_flipped);
    assert_eq!(coronal.across, Axis::J);
    assert_eq!(coronal.letters, ["R", "L", "S", "I"]);
}

#[test]
fn nifti_ras_grid_is_flipped_to_the_same_picture() {
    let [axial, sagittal, coronal] =
        planes(&grid([[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]]));
    assert_eq!(axial.letters, ["R", "L", "A", "P"]);
    assert!(axial.columns.is_flipped && axial.rows.is_flipped);
    assert_eq!(sagittal.letters, ["A", "P", "S", "I"]);
    assert_eq!(coronal.letters, ["R", "L", "S", "I"]);
}

#[test]
fn sagittal_acquisition_names_its_own_plane_sagittal() {
    // Columns to posterior, rows to inferior, slices to the left; slightly oblique.
    let [axial, sagittal, _] = planes(&grid([
        [0.1, 0.99, 0.0],
        [0.0, 0.0, -1.0],
        [0.99, -0.1, 0.0],
    ]));
    assert_eq!(
        (sagittal.across, sagittal.columns.axis, sagittal.rows.axis),
        (Axis::K, Axis::I, Axis::J)
    );
    assert!(!sagittal.columns.is_flipped && !sagittal.rows.is_flipped);
    assert_eq!(axial.across, Axis::J);
}

#[test]
fn a_tilted_gantry_leans_within_the_plane_and_not_the_screen() {
    // Slices move to the back on the way to the head.
    let [_, sagittal, coronal] = planes(&grid([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 2.0]]));
    assert_eq!(sagittal.letters, ["A", "P", "S", "I"]);
    assert_eq!(coronal.letters, ["R", "L", "SP", "IA"]);
}

#[test]
fn oblique_directions_get_every_letter_that_matters() {
    let check =
        |v: [f64; 3], expected| assert_eq!(letters(VectorLps(v).normalized().unwrap()), expected);
    check([1.0, 0.0, 0.0], "L");
    check([-1.0, 0.0, 0.0], "R");
    check([0.0, -0.8, 0.6], "AS");
    check([-0.3, 0.8, -0.5], "PIR");
    check([0.05, 0.0, 1.0], "S");
}
