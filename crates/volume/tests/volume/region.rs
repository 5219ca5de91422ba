//! Values inside outlines and boxes, against NumPy and scikit-image 0.26 (`points_in_poly` over the
//! voxels' centres).

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::measure::ellipse_outline;
use annotomy_volume::region::{in_slice, value_at, values_in_box, values_inside};
use annotomy_volume::space::{Axis, PointLps, VectorLps};
use annotomy_volume::statistics::LabelStatistics;
use annotomy_volume::volume::{Padding, Rescale, Volume, Voxels};

const SIZE: [usize; 3] = [40, 30, 10];
const IDENTITY: Rescale = Rescale {
    slope: 1.0,
    intercept: 0.0,
};
const SPACING: [f64; 3] = [0.7, 0.9, 2.5];
const ORIGIN: PointLps = PointLps([-10.0, 5.0, 30.0]);

fn straight() -> Geometry {
    let steps = [0, 1, 2].map(|n| {
        let mut step = [0.0; 3];
        step[n] = SPACING[n];
        VectorLps(step)
    });
    Geometry::new(SIZE, Affine::from_steps(steps, ORIGIN)).expect("the steps span space")
}

fn volume(geometry: Geometry, value: impl Fn(i16, i16, i16) -> i16) -> Volume {
    let [ni, nj, nk] = SIZE.map(|n| n as i16);
    let slices = (0..nk).flat_map(|k| (0..nj).map(move |j| (j, k)));
    let rows = slices.flat_map(|(j, k)| (0..ni).map(move |i| (i, j, k)));
    let voxels = Voxels::I16(rows.map(|(i, j, k)| value(i, j, k)).collect());
    Volume::new(geometry, voxels, IDENTITY, None).expect("the voxels fill the grid")
}

/// i² + 10 j + 100 k.
fn curved() -> Volume {
    volume(straight(), |i, j, k| i * i + 10 * j + 100 * k)
}

fn check(found: LabelStatistics, (n, mean, deviation): (usize, f64, f64), range: [f64; 2]) {
    let close = |a: Option<f64>, b: f64| a.is_some_and(|a| (a - b).abs() < 1e-9 * b.abs());
    assert_eq!((found.n_voxels, found.range()), (n, Some(range)));
    assert!(close(found.mean(), mean), "{found:?}");
    assert!(close(found.standard_deviation(), deviation), "{found:?}");
}

fn on_slice(corners: &[[f64; 2]], z: f64) -> Vec<PointLps> {
    corners.iter().map(|[x, y]| PointLps([*x, *y, z])).collect()
}

const POLYGON: [[f64; 2]; 5] = [
    [-8.05, 8.1],
    [12.3, 9.4],
    [10.7, 26.2],
    [1.1, 15.05],
    [-6.2, 27.9],
];

#[test]
fn outline_in_a_slice_takes_the_voxels_whose_centres_it_encloses() {
    let expected = (380, 881.718_421_052_631_6, 310.621_384_321_020_2);
    let polygon = on_slice(&POLYGON, 40.0);
    check(
        values_inside(&curved(), &polygon),
        expected,
        [449.0, 1500.0],
    );
    // On a sagittal plane.
    let corners = [[6.3, 31.0], [29.0, 35.1], [20.2, 51.7]];
    let corners = corners.map(|[y, z]| PointLps([-1.6, y, z]));
    let expected = (93, 662.387_096_774_193_5, 201.607_999_940_375_2);
    check(
        values_inside(&curved(), &corners),
        expected,
        [274.0, 1114.0],
    );
    let half = [VectorLps([8.3, 0.0, 0.0]), VectorLps([0.0, 5.1, 0.0])];
    let ellipse = ellipse_outline(PointLps([4.0, 18.0, 35.0]), half, 720);
    let expected = (214, 778.719_626_168_224_3, 238.365_140_240_982_48);
    check(
        values_inside(&curved(), &ellipse),
        expected,
        [411.0, 1321.0],
    );
}

#[test]
fn box_takes_the_voxels_whose_centres_lie_inside() {
    let (sin, cos) = 30_f64.to_radians().sin_cos();
    let half = [
        VectorLps([7.1 * cos, 7.1 * sin, 0.0]),
        VectorLps([-4.3 * sin, 4.3 * cos, 0.0]),
        VectorLps([0.0, 0.0, 6.2]),
    ];
    let found = values_in_box(&curved(), PointLps([3.0, 17.0, 41.0]), half);
    let expected = (970, 908.561_855_670_103_1, 260.365_957_338_678_2);
    check(found, expected, [384.0, 1630.0]);
}

#[test]
fn outline_on_an_oblique_plane_takes_values_between_voxels() {
    // 7 i + 10 j + 100 k is linear, so its mean over a region symmetric about a point is its value
    // there, and its deviation over a disc of radius r half of r times its slope along the plane.
    let linear = volume(straight(), |i, j, k| 7 * i + 10 * j + 100 * k);
    let centre = PointLps([4.0, 18.0, 41.0]);
    let u = VectorLps([1.0, 1.0, 1.0]).normalized().expect("not zero");
    let v = VectorLps([1.0, -1.0, 0.0]).normalized().expect("not zero");
    let disc = ellipse_outline(centre, [u * 8.0, v * 8.0], 720);
    let found = values_inside(&linear, &disc);
    let at_centre = 7.0 * 20.0 + 10.0 * 13.0 / 0.9 + 100.0 * 4.4;
    let mean = found.mean().expect("it lies in the image");
    assert!((mean - at_centre).abs() < 0.005 * at_centre, "{mean}");
    let slope = VectorLps([7.0 / 0.7, 10.0 / 0.9, 100.0 / 2.5]);
    let along = (slope.dot(u).powi(2) + slope.dot(v).powi(2)).sqrt();
    let deviation = found.standard_deviation().expect("so it has one");
    assert!(
        (deviation / (along * 4.0) - 1.0).abs() < 0.01,
        "{deviation}"
    );
    // As many samples as squares of 0.7 mm fit the disc.
    let n = std::f64::consts::PI * 64.0 / 0.49;
    assert!((found.n_voxels as f64 / n - 1.0).abs() < 0.02);
}

#[test]
fn polygon_on_uneven_tilted_slices_takes_the_voxels_of_its_slice() {
    // Slices that drift sideways by 0.37 mm each and lie at uneven distances.
    let depths = [0.0, 2.5, 5.0, 7.0, 10.0, 16.0, 17.0, 20.0, 25.0, 26.0];
    let origins = (0..10).map(|k| {
        let [x, y, z] = ORIGIN.0;
        PointLps([x, y + 0.37 * f64::from(k), z + depths[k as usize]])
    });
    let origins: Vec<PointLps> = origins.collect();
    let steps = [VectorLps([0.7, 0.0, 0.0]), VectorLps([0.0, 0.9, 0.0])];
    let uneven = Geometry::from_slices([40, 30], steps, &origins).expect("slices follow");
    let uneven = volume(uneven, |i, j, k| i * i + 10 * j + 100 * k);
    // The same polygon as on even slices, moved with slice 4.
    let moved = POLYGON.map(|[x, y]| [x, y + 4.0 * 0.37]);
    let expected = (380, 881.718_421_052_631_6, 310.621_384_321_020_2);
    let found = values_inside(&uneven, &on_slice(&moved, 40.0));
    check(found, expected, [449.0, 1500.0]);
}

#[test]
fn padding_is_no_value_and_outside_there_is_nothing() {
    let padding = Padding {
        low: 0.0,
        high: 500.0,
    };
    let padded = curved().with_padding(Some(padding));
    let found = values_inside(&padded, &on_slice(&POLYGON, 40.0));
    assert_eq!(found.n_voxels, 380);
    assert!(found.range().is_some_and(|[low, _]| low > 500.0));
    let beyond = values_inside(&curved(), &on_slice(&POLYGON, 90.0));
    assert_eq!((beyond.n_voxels, beyond.mean()), (0, None));
    // Voxel (20, 10, 4).
    let point = value_at(&curved(), PointLps([4.1, 14.2, 40.3]));
    assert_eq!(point.mean(), Some(900.0));
    let across = in_slice(&straight(), &on_slice(&POLYGON, 40.0));
    assert!(across.is_some_and(|found| (found.axis, found.slice) == (Axis::K, 4)));
}
