//! Closed curves through points: against SciPy, and against closed forms of a circle.

use annotomy_volume::measure::{path_length, perimeter, polygon_area};
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use annotomy_volume::spline::closed_spline;
use std::f64::consts::PI;

const TOLERANCE: Mm = Mm(0.01);

/// Uneven: 30 mm, then 7.
const UNEVEN: [PointLps; 5] = [
    PointLps([0.0, 0.0, 0.0]),
    PointLps([30.0, 0.0, 0.0]),
    PointLps([34.0, 6.0, 0.0]),
    PointLps([20.0, 25.0, 0.0]),
    PointLps([4.0, 18.0, 0.0]),
];

/// Halfway between knots: tangents by `scipy.interpolate.KroghInterpolator` through three points each,
/// cubics by `CubicHermiteSpline`.
const HALFWAY: [PointLps; 5] = [
    PointLps([14.372_459_895_725, -2.635_213_755_398, 0.0]),
    PointLps([32.962_703_687_799, 2.552_911_653_119, 0.0]),
    PointLps([29.018_659_513_945, 16.667_814_206_82, 0.0]),
    PointLps([11.482_298_762_95, 23.497_817_014_276, 0.0]),
    PointLps([-0.299_802_820_07, 8.695_846_602_777, 0.0]),
];

/// Of the same curve, by `scipy.integrate.quad`.
const AREA: f64 = 742.318_340_260_904;
const PERIMETER: f64 = 100.280_833_682_259;

fn around(n: usize, radius: f64) -> Vec<PointLps> {
    let turn = |k: usize| 2.0 * PI * k as f64 / n as f64;
    let at = |t: f64| PointLps([radius * t.cos(), radius * t.sin(), 7.0]);
    (0..n).map(|k| at(turn(k))).collect()
}

/// How far a point lies from a closed path.
fn distance(path: &[PointLps], point: PointLps) -> f64 {
    let parts = path.iter().zip(path.iter().cycle().skip(1));
    let to_part = |(&from, &to): (&PointLps, &PointLps)| {
        let along = to - from;
        let share = (point - from).dot(along) / along.dot(along);
        (point - (from + along * share.clamp(0.0, 1.0))).norm()
    };
    parts.map(to_part).fold(f64::INFINITY, f64::min)
}

#[test]
fn passes_through_its_points_exactly() {
    for points in [UNEVEN.to_vec(), around(7, 40.0)] {
        let curve = closed_spline(&points, TOLERANCE);
        assert!(points.iter().all(|point| curve.contains(point)));
    }
}

#[test]
fn lies_where_scipy_has_it_within_the_tolerance() {
    let curve = closed_spline(&UNEVEN, TOLERANCE);
    for point in HALFWAY {
        let off = distance(&curve, point);
        assert!(off <= TOLERANCE.0, "{off} mm at {point:?}");
    }
    // Straight parts leave out no more than a strip as wide as the tolerance.
    let (area, around) = (polygon_area(&curve), perimeter(&curve));
    assert!((area - AREA).abs() <= PERIMETER * TOLERANCE.0, "{area}");
    assert!(around < PERIMETER && around > PERIMETER - 0.02, "{around}");
    let fine = closed_spline(&UNEVEN, Mm(1e-4));
    assert!((polygon_area(&fine) - AREA).abs() <= PERIMETER * 1e-4);
}

#[test]
fn has_one_tangent_at_each_point() {
    let curve = closed_spline(&UNEVEN, Mm(1e-5));
    let n = curve.len();
    for point in UNEVEN {
        let at = curve.iter().position(|found| *found == point).unwrap();
        let arriving = (point - curve[(at + n - 1) % n]).normalized().unwrap();
        let leaving = (curve[(at + 1) % n] - point).normalized().unwrap();
        assert!(arriving.dot(leaving) > 0.999, "{arriving:?} {leaving:?}");
    }
}

#[test]
fn follows_a_circle_as_its_closed_form_says() {
    // Between even points: cos a + sin 2a sin a / 4 of the radius, a = π / n.
    for (n, error) in [(8, 8.5e-3), (12, 1.8e-3), (24, 1.1e-4)] {
        let radius = 30.0;
        let curve = closed_spline(&around(n, radius), Mm(1e-6));
        let a = PI / n as f64;
        let least = radius * (a.cos() + (2.0 * a).sin() * a.sin() / 4.0);
        let centre = PointLps([0.0, 0.0, 7.0]);
        let radii = || curve.iter().map(|point| (*point - centre).norm());
        let found = radii().fold(f64::INFINITY, f64::min);
        assert!((found - least).abs() < 1e-4, "{found}, not {least}");
        assert!(radii().all(|r| r >= radius * (1.0 - error) && r <= radius * (1.0 + 1e-12)));
    }
}

#[test]
fn turns_with_space() {
    // 30° about an axis that is none of the image's.
    let axis = VectorLps([2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0]);
    let (sine, cosine) = (0.5, 0.75_f64.sqrt());
    let turned = |PointLps(at): PointLps| {
        let v = VectorLps(at);
        let along = axis * axis.dot(v);
        let VectorLps(to) = along + (v - along) * cosine + axis.cross(v) * sine;
        PointLps(to)
    };
    let straight = closed_spline(&UNEVEN, TOLERANCE);
    let curve = closed_spline(&UNEVEN.map(turned), TOLERANCE);
    assert_eq!(curve.len(), straight.len());
    let mut pairs = curve.iter().zip(straight);
    assert!(pairs.all(|(a, b)| (*a - turned(b)).norm() < 1e-9));
}

#[test]
fn counts_points_on_each_other_once() {
    let [a, b, c, d, e] = UNEVEN;
    let expected = closed_spline(&UNEVEN, TOLERANCE);
    assert_eq!(
        closed_spline(&[a, a, b, c, c, d, e, a], TOLERANCE),
        expected
    );
    assert_eq!(closed_spline(&[a, b, b, a], TOLERANCE), [a, b]);
    assert!(closed_spline(&[], TOLERANCE).is_empty());
}

#[test]
fn makes_no_loop_between_points_near_each_other() {
    // A uniform curve overshoots here, and runs back past the two points.
    let near = [
        [0.0, 0.0],
        [50.0, 0.0],
        [50.5, 0.2],
        [100.0, 0.0],
        [50.0, 60.0],
    ];
    let points = near.map(|[x, y]| PointLps([x, y, 0.0]));
    let curve = closed_spline(&points, TOLERANCE);
    let at = |point| curve.iter().position(|found| *found == point).unwrap();
    let between = &curve[at(points[1])..=at(points[2])];
    let straight = (points[2] - points[1]).norm();
    assert!(path_length(between) < 1.1 * straight);
    assert!(between.windows(2).all(|pair| pair[1].0[0] > pair[0].0[0]));
}
