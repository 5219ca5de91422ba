//! Geometry and reslicing against SimpleITK, nibabel and VTK.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::reslice::{Interpolation, SlicePlane, reslice};
use annotomy_volume::space::{Axis, ContinuousIndex, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use serde_json::Value;
use std::process::Command;

/// Millimetres or voxels, of coordinates up to 1000.
const POSITION_TOLERANCE: f64 = 1e-9;
/// nibabel keeps the affine of a NIfTI-1 image in doubles, but through quaternions and back.
const AFFINE_TOLERANCE: f64 = 1e-6;
/// Values of noise with a range of 4000, in single precision.
const ITK_TOLERANCE: f64 = 0.001;
/// The same; VTK adds 2^-17 to positions (`VTK_INTERPOLATE_FLOOR_TOL`), on three axes.
const VTK_TOLERANCE: f64 = 3.0 * 4000.0 / 131_072.0;

/// What a script of `tests/peers` prints.
fn ask(script: &str) -> Value {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON").expect(
        "ANNOTOMY_PEERS_PYTHON names a Python with SimpleITK, nibabel and VTK: \
         run these tests through `cargo xtask test`, which sets it up",
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/");
    let output = Command::new(python)
        .arg(format!("{path}{script}"))
        .output()
        .expect("the peers' Python starts");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} failed: {problem}");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn triple(value: &Value) -> [f64; 3] {
    numbers(value).try_into().expect("three numbers")
}

fn counts<const N: usize>(value: &Value) -> [usize; N] {
    let counts: Vec<usize> = numbers(value).into_iter().map(|x| x as usize).collect();
    counts.try_into().expect("a size")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list").iter()
}

/// From the size, spacing, direction (by rows) and origin that SimpleITK was given.
fn simpleitk_grid(case: &Value) -> Geometry {
    let spacing = triple(&case["spacing_mm"]);
    let direction: Vec<[f64; 3]> = list(&case["direction"]).map(triple).collect();
    let steps: [VectorLps; 3] = std::array::from_fn(|col| {
        VectorLps(std::array::from_fn(|row| {
            direction[row][col] * spacing[col]
        }))
    });
    let affine = Affine::from_steps(steps, PointLps(triple(&case["origin"])));
    Geometry::new(counts(&case["size"]), affine).expect("an oblique grid")
}

#[track_caller]
fn assert_near(ours: [f64; 3], theirs: [f64; 3], tolerance: f64) {
    let is_near = ours
        .iter()
        .zip(theirs)
        .all(|(a, b)| (a - b).abs() <= tolerance);
    assert!(is_near, "{ours:?} is not {theirs:?}");
}

#[test]
fn positions_are_those_of_simpleitk() {
    let cases = ask("volume_geometry.py");
    for case in list(&cases["simpleitk"]) {
        let geometry = simpleitk_grid(case);
        for (voxel, point) in list(&case["voxels"]).zip(list(&case["points_of_voxels"])) {
            let ours = geometry.lps_at(ContinuousIndex(triple(voxel)));
            assert_near(ours.0, triple(point), POSITION_TOLERANCE);
        }
        for (point, index) in list(&case["points"]).zip(list(&case["indices_of_points"])) {
            let ours = geometry.index_at(PointLps(triple(point)));
            assert_near(ours.0, triple(index), POSITION_TOLERANCE);
        }
        assert_near(
            geometry.spacing_mm(),
            triple(&case["spacing_mm"]),
            POSITION_TOLERANCE,
        );
    }
}

#[test]
fn positions_are_those_of_nibabel_with_two_axes_turned() {
    let lps_from_ras = [-1.0, -1.0, 1.0];
    let cases = ask("volume_geometry.py");
    for case in list(&cases["nibabel"]) {
        let rows: Vec<Vec<f64>> = list(&case["ras_from_index"]).map(numbers).collect();
        let column = |col: usize| std::array::from_fn(|row| lps_from_ras[row] * rows[row][col]);
        let affine = Affine::from_steps(
            [0, 1, 2].map(|col| VectorLps(column(col))),
            PointLps(column(3)),
        );
        let geometry = Geometry::new(counts(&case["size"]), affine).expect("a sheared grid");
        for (index, ras) in list(&case["indices"]).zip(list(&case["ras_points"])) {
            let lps: [f64; 3] = std::array::from_fn(|n| lps_from_ras[n] * triple(ras)[n]);
            let index = triple(index);
            assert_near(
                geometry.lps_at(ContinuousIndex(index)).0,
                lps,
                AFFINE_TOLERANCE,
            );
            assert_near(geometry.index_at(PointLps(lps)).0, index, AFFINE_TOLERANCE);
        }
        let spacing = Axis::ALL.map(|axis| geometry.step(axis).norm());
        assert_near(spacing, triple(&case["spacing_mm"]), AFFINE_TOLERANCE);
    }
}

#[test]
fn any_plane_shows_what_simpleitk_and_vtk_show() {
    let cases = ask("volume_reslice.py");
    let mut n_inside = 0;
    for (number, case) in list(&cases).enumerate() {
        let voxels = numbers(&case["voxels"]).into_iter().map(|x| x as i16);
        let voxels = Voxels::I16(voxels.collect());
        let volume = Volume::new(simpleitk_grid(case), voxels, Rescale::IDENTITY, None)
            .expect("as many voxels as the grid says");
        let plane = SlicePlane {
            origin: PointLps(triple(&case["plane"]["origin"])),
            column_step: VectorLps(triple(&case["plane"]["column_step"])),
            row_step: VectorLps(triple(&case["plane"]["row_step"])),
            size: counts(&case["plane"]["size"]),
        };
        let background = case["background"].as_f64().expect("a number") as f32;
        for (peer, interpolation, tolerance) in [
            ("simpleitk_nearest", Interpolation::Nearest, 0.0),
            ("simpleitk_linear", Interpolation::Linear, ITK_TOLERANCE),
            ("vtk_linear", Interpolation::Linear, VTK_TOLERANCE),
            ("vtk_cubic", Interpolation::Cubic, VTK_TOLERANCE),
        ] {
            let ours = reslice(&volume, &plane, interpolation, background);
            let theirs = numbers(&case[peer]);
            assert_eq!(ours.len(), theirs.len());
            for (pixel, (&ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                assert!(
                    (f64::from(ours) - theirs).abs() <= tolerance,
                    "case {number}, {peer}, pixel {pixel}: {ours} is not {theirs}"
                );
                n_inside += usize::from(ours != background);
            }
        }
    }
    assert!(n_inside > 5_000, "the planes meet the volumes: {n_inside}");
}
