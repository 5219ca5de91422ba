//! Values between voxels against closed forms.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::sample::{Interpolation, sample};
use annotomy_volume::space::{ContinuousIndex, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use proptest::prelude::*;

const ALL: [Interpolation; 3] = [
    Interpolation::Nearest,
    Interpolation::Linear,
    Interpolation::Cubic,
];
const SMOOTH: [Interpolation; 2] = [Interpolation::Linear, Interpolation::Cubic];
/// Of values up to about 100.
const TOLERANCE: f64 = 1e-10;

/// On a unit grid, each voxel valued by its index.
fn volume(size: [usize; 3], value: impl Fn([f64; 3]) -> f64) -> Volume {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(size, affine).expect("the steps span space");
    let mut voxels = Vec::new();
    for k in 0..size[2] {
        for j in 0..size[1] {
            voxels.extend((0..size[0]).map(|i| value([i as f64, j as f64, k as f64])));
        }
    }
    Volume::new(geometry, Voxels::F64(voxels), Rescale::IDENTITY, None)
        .expect("the voxels fill the grid")
}

/// A row of voxels along i.
fn row(values: &[f64]) -> Volume {
    volume([values.len(), 1, 1], |[i, ..]| values[i as usize])
}

#[track_caller]
fn check(volume: &Volume, index: [f64; 3], interpolation: Interpolation, expected: f64) {
    let value = sample(volume, ContinuousIndex(index), interpolation).expect("inside the grid");
    assert!(
        (value - expected).abs() <= TOLERANCE,
        "{value} is not {expected}"
    );
}

#[test]
fn voxel_centres_have_the_voxels_value() {
    let volume = volume([4, 3, 5], |[i, j, k]| (7.0 * i * i - j * k + k).sin());
    for voxel in [[0, 0, 0], [1, 2, 3], [3, 2, 4], [2, 0, 4]] {
        let expected = volume.value(VoxelIndex(voxel));
        for interpolation in ALL {
            check(&volume, voxel.map(|x| x as f64), interpolation, expected);
        }
    }
}

#[test]
fn linear_between_two_voxels_is_their_weighted_mean() {
    check(
        &row(&[10.0, 20.0]),
        [0.25, 0.0, 0.0],
        Interpolation::Linear,
        12.5,
    );
}

#[test]
fn cubic_impulse_is_the_kernel_of_keys() {
    // Keys 1981, equation 15: 3/2 |s|^3 - 5/2 |s|^2 + 1 and -1/2 |s|^3 + 5/2 |s|^2 - 4 |s| + 2.
    let impulse = row(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    check(&impulse, [3.5, 0.0, 0.0], Interpolation::Cubic, 0.5625);
    check(
        &impulse,
        [2.75, 0.0, 0.0],
        Interpolation::Cubic,
        0.867_187_5,
    );
    check(&impulse, [4.5, 0.0, 0.0], Interpolation::Cubic, -0.0625);
    check(
        &impulse,
        [1.75, 0.0, 0.0],
        Interpolation::Cubic,
        -0.070_312_5,
    );
    check(&impulse, [1.0, 0.0, 0.0], Interpolation::Cubic, 0.0);
}

#[test]
fn cubic_reproduces_a_parabola_away_from_the_border() {
    let parabola = row(&[0.0, 1.0, 4.0, 9.0, 16.0, 25.0]);
    check(&parabola, [2.3, 0.0, 0.0], Interpolation::Cubic, 5.29);
    check(&parabola, [1.7, 0.0, 0.0], Interpolation::Cubic, 2.89);
}

#[test]
fn half_a_voxel_beyond_the_outermost_centres_repeats_them() {
    let ends = row(&[3.0, 5.0, 9.0]);
    for interpolation in [Interpolation::Nearest, Interpolation::Linear] {
        check(&ends, [-0.5, 0.0, 0.0], interpolation, 3.0);
        check(&ends, [2.4999, -0.5, 0.4999], interpolation, 9.0);
    }
    // Taps 3, 3, 3, 5 with the last one's weight at 1/2 below the centre: -1/16.
    check(
        &ends,
        [-0.5, 0.0, 0.0],
        Interpolation::Cubic,
        3.0 - 2.0 / 16.0,
    );
}

#[test]
fn nothing_is_outside_the_grid() {
    let ends = row(&[3.0, 5.0, 9.0]);
    for index in [
        [-0.5001, 0.0, 0.0],
        [2.5, 0.0, 0.0],
        [1.0, 0.5, 0.0],
        [1.0, 0.0, -0.6],
        [f64::NAN, 0.0, 0.0],
        [1.0, f64::INFINITY, 0.0],
    ] {
        for interpolation in ALL {
            assert_eq!(sample(&ends, ContinuousIndex(index), interpolation), None);
        }
    }
}

#[test]
fn nearest_ties_go_up() {
    check(
        &row(&[3.0, 5.0]),
        [0.5, 0.0, 0.0],
        Interpolation::Nearest,
        5.0,
    );
}

#[test]
fn values_are_rescaled() {
    let stored = row(&[10.0, 20.0]);
    let rescale = Rescale {
        slope: -2.0,
        intercept: 1.0,
    };
    let geometry = stored.geometry().clone();
    let volume = Volume::new(geometry, stored.voxels().clone(), rescale, None).unwrap();
    check(&volume, [0.5, 0.0, 0.0], Interpolation::Linear, -29.0);
}

proptest! {
    #[test]
    fn a_ramp_is_reproduced(
        slope in prop::array::uniform3(-5.0..5.0),
        at in prop::array::uniform3(1.0..4.0),
    ) {
        let ramp = |p: [f64; 3]| p.iter().zip(slope).map(|(x, a)| a * x).sum::<f64>() + 3.0;
        let volume = volume([6, 6, 6], ramp);
        for interpolation in SMOOTH {
            check(&volume, at, interpolation, ramp(at));
        }
    }

    #[test]
    fn linear_stays_within_its_neighbours(
        values in prop::collection::vec(-100.0..100.0, 27),
        at in prop::array::uniform3(-0.5..2.499),
    ) {
        let volume = volume([3, 3, 3], |[i, j, k]| values[(i + 3.0 * j + 9.0 * k) as usize]);
        let value = sample(&volume, ContinuousIndex(at), Interpolation::Linear).unwrap();
        let near = |p: [f64; 3]| (0..3).all(|n| (p[n] - at[n].clamp(0.0, 2.0)).abs() < 1.0);
        let cell = (0..27_usize).map(|n| [n % 3, n / 3 % 3, n / 9].map(|x| x as f64));
        let neighbours = cell.zip(&values).filter(|(p, _)| near(*p)).map(|(_, v)| *v);
        let [low, high] = neighbours
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], v| [a.min(v), b.max(v)]);
        prop_assert!(low - TOLERANCE <= value && value <= high + TOLERANCE);
    }
}
