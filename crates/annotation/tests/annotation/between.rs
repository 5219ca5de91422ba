//! Figures between two keys: closed forms, and what may make no difference.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::shape::{Between, Figure, NothingBetween};
use annotomy_volume::measure::polygon_area;
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use annotomy_volume::spline::closed_spline;
use proptest::prelude::*;

/// What rounding may leave, mm.
const NEAR: f64 = 1e-9;

fn at(x: f64, y: f64, z: f64) -> PointLps {
    PointLps([x, y, z])
}

fn points(figure: &Figure<PointLps>) -> Vec<PointLps> {
    figure.points().into_iter().copied().collect()
}

fn between(a: &Figure<PointLps>, b: &Figure<PointLps>, t: f64) -> Figure<PointLps> {
    Between::new(a, b).unwrap().at(t)
}

#[track_caller]
fn check(a: &Figure<PointLps>, b: &Figure<PointLps>, t: f64, expected: &[PointLps]) {
    let found = points(&between(a, b, t));
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        let off = (*found - *expected).norm();
        assert!(off < NEAR, "{found:?} is not {expected:?}");
    }
}

fn ellipse(centre: PointLps, [long, short]: [f64; 2], degrees: f64) -> Figure<PointLps> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    Figure::Ellipse {
        centre,
        ends: [
            centre + VectorLps([cos, sin, 0.0]) * long,
            centre + VectorLps([-sin, cos, 0.0]) * short,
        ],
    }
}

fn square(centre: PointLps, half: f64) -> Vec<PointLps> {
    let corner = |x: f64, y: f64| centre + VectorLps([x * half, y * half, 0.0]);
    vec![
        corner(-1.0, -1.0),
        corner(1.0, -1.0),
        corner(1.0, 1.0),
        corner(-1.0, 1.0),
    ]
}

#[test]
fn point_goes_straight() {
    let (a, b) = (at(0.0, 0.0, 0.0), at(4.0, 8.0, 2.0));
    check(
        &Figure::Point(a),
        &Figure::Point(b),
        0.25,
        &[at(1.0, 2.0, 0.5)],
    );
}

#[test]
fn line_has_no_direction_but_an_arrow_has() {
    let (a, b) = (
        [at(0.0, 0.0, 0.0), at(10.0, 0.0, 0.0)],
        [at(12.0, 2.0, 4.0), at(0.0, 2.0, 4.0)],
    );
    let half_way = [at(0.0, 1.0, 2.0), at(11.0, 1.0, 2.0)];
    check(&Figure::Line(a), &Figure::Line(b), 0.5, &half_way);
    let turned = [at(6.0, 1.0, 2.0), at(5.0, 1.0, 2.0)];
    check(&Figure::Arrow(a), &Figure::Arrow(b), 0.5, &turned);
}

#[test]
fn ellipse_turns_the_short_way_while_its_axes_change() {
    let (a, b) = (at(0.0, 0.0, 0.0), at(6.0, 0.0, 3.0));
    let (from, to) = (
        ellipse(a, [10.0, 4.0], 10.0),
        ellipse(b, [14.0, 2.0], 170.0),
    );
    let third = ellipse(
        at(2.0, 0.0, 1.0),
        [10.0 + 4.0 / 3.0, 4.0 - 2.0 / 3.0],
        10.0 - 20.0 / 3.0,
    );
    check(&from, &to, 1.0 / 3.0, &points(&third));
}

#[test]
fn ellipse_that_is_wide_here_and_high_there_passes_through_a_circle() {
    let (a, b) = (at(0.0, 0.0, 0.0), at(0.0, 0.0, 2.0));
    let (wide, high) = (ellipse(a, [6.0, 4.0], 0.0), ellipse(b, [6.0, 4.0], 90.0));
    let circle = ellipse(at(0.0, 0.0, 1.0), [5.0, 5.0], 0.0);
    check(&wide, &high, 0.5, &points(&circle));
}

#[test]
fn polygons_of_one_form_with_other_corners_stay_that_form() {
    let origin = at(0.0, 0.0, 0.0);
    let four = square(origin, 10.0);
    let eight: Vec<PointLps> = (0..4)
        .flat_map(|n| {
            let [a, b] = [four[n], four[(n + 1) % 4]];
            // Not half way: the shares of the perimeter tell where each corner lies.
            [a, a + (b - a) * (0.1 + 0.2 * n as f64)]
        })
        .collect();
    let (four, eight) = (Figure::Polygon(four), Figure::Polygon(eight));
    for t in [0.0, 0.3, 1.0] {
        let found = points(&between(&four, &eight, t));
        assert_eq!(found.len(), 8);
        assert!((polygon_area(&found) - 400.0).abs() < 1e-6);
        let is_on_edge = |p: &PointLps| (p.0[0].abs().max(p.0[1].abs()) - 10.0).abs() < NEAR;
        assert!(found.iter().all(is_on_edge));
    }
}

#[test]
fn polygon_of_one_form_and_another_size_grows_evenly() {
    let (small, large) = (
        square(at(0.0, 0.0, 0.0), 5.0),
        square(at(20.0, 0.0, 8.0), 10.0),
    );
    let mut large = large;
    large.insert(1, large[0] + (large[1] - large[0]) * 0.5);
    let found = points(&between(
        &Figure::Polygon(small),
        &Figure::Polygon(large),
        0.4,
    ));
    // Half a side is 5 + 0.4 · 5 = 7 mm.
    assert!((polygon_area(&found) - 196.0).abs() < 1e-9);
}

#[test]
fn bidirectional_axes_stay_perpendicular() {
    let a = Figure::Bidirectional {
        long: [at(0.0, 0.0, 0.0), at(20.0, 0.0, 0.0)],
        short: [at(5.0, -3.0, 0.0), at(5.0, 4.0, 0.0)],
    };
    let b = Figure::Bidirectional {
        long: [at(22.0, 12.0, 6.0), at(0.0, 0.0, 6.0)],
        short: [at(13.0, 3.0, 6.0), at(7.0, 14.0, 6.0)],
    };
    let Figure::Bidirectional { long, short } = between(&a, &b, 0.5) else {
        panic!("of another kind");
    };
    let (long, short) = (long[1] - long[0], short[1] - short[0]);
    let cosine = long.dot(short) / long.norm() / short.norm();
    assert!(cosine.abs() < 1e-12, "{cosine}");
    assert!((long.0[2]).abs() < NEAR);
}

#[test]
fn splines_keep_their_points_and_get_those_between_on_the_curve() {
    let round = |n: usize, radius: f64, z: f64| -> Vec<PointLps> {
        let angle = |k: usize| (k as f64 / n as f64) * std::f64::consts::TAU;
        let point = |k: usize| at(radius * angle(k).cos(), 0.6 * radius * angle(k).sin(), z);
        (0..n).map(point).collect()
    };
    let (few, many) = (round(5, 20.0, 0.0), round(8, 20.0, 0.0));
    let found = points(&between(
        &Figure::Spline(few.clone()),
        &Figure::Spline(many),
        0.0,
    ));
    let is_in = |point: &PointLps| found.iter().any(|own| (*own - *point).norm() < NEAR);
    assert!(few.iter().all(is_in));
    let curve = closed_spline(&few, Mm(1e-4));
    for point in &found {
        let off = curve.iter().map(|own| (*own - *point).norm());
        // Straight parts of the curve are up to 0.2 mm long.
        assert!(off.fold(f64::INFINITY, f64::min) < 0.1, "{point:?}");
    }
}

#[test]
fn open_curves_go_from_end_to_end_whichever_way_they_were_drawn() {
    let a = vec![at(0.0, 0.0, 0.0), at(10.0, 0.0, 0.0)];
    let b = vec![at(10.0, 4.0, 2.0), at(5.0, 4.0, 2.0), at(0.0, 4.0, 2.0)];
    let half_way = [at(0.0, 2.0, 1.0), at(5.0, 2.0, 1.0), at(10.0, 2.0, 1.0)];
    check(&Figure::Polyline(a), &Figure::Polyline(b), 0.5, &half_way);
}

#[test]
fn what_has_nothing_between_is_refused() {
    let (a, b) = (at(0.0, 0.0, 0.0), at(1.0, 0.0, 0.0));
    let refused = |a: &Figure<PointLps>, b: &Figure<PointLps>| Between::new(a, b).unwrap_err();
    let line = Figure::Line([a, b]);
    assert_eq!(
        refused(&line, &Figure::Arrow([a, b])),
        NothingBetween::Kinds
    );
    for label in [Figure::Slice(a), Figure::Image, Figure::Study] {
        assert_eq!(refused(&label, &label), NothingBetween::NoForm);
    }
    let curve = |is_closed| Figure::Freehand {
        points: vec![a, b, at(0.0, 1.0, 0.0)],
        is_closed,
    };
    assert_eq!(refused(&curve(true), &curve(false)), NothingBetween::Closed);
    let nothing = Figure::Polygon(vec![a, a, a]);
    assert_eq!(refused(&nothing, &nothing), NothingBetween::NoExtent);
}

/// A polygon whose corners lie round a middle, in a plane that is no one's.
fn any_star() -> impl Strategy<Value = Vec<PointLps>> {
    let corner = (0.2_f64..1.0, 10.0_f64..30.0);
    let middle = prop::array::uniform3(-20.0_f64..20.0);
    (prop::collection::vec(corner, 3..9), middle).prop_map(|(corners, middle)| {
        let total: f64 = corners.iter().map(|(step, _)| step).sum();
        let mut angle = 0.0;
        let corner = |(step, radius): (f64, f64)| {
            angle += step / total * std::f64::consts::TAU;
            let (x, y) = (radius * angle.cos(), radius * angle.sin());
            let u = VectorLps([0.6, 0.0, 0.8]) * x;
            let v = VectorLps([0.0, 1.0, 0.0]) * y;
            PointLps(middle) + u + v
        };
        corners.into_iter().map(corner).collect()
    })
}

fn renumbered(points: &[PointLps], by: usize, is_mirrored: bool) -> Vec<PointLps> {
    let mut points = points.to_vec();
    let by = by % points.len();
    points.rotate_left(by);
    if is_mirrored {
        points.reverse();
    }
    points
}

/// Whether every point of each is one of the other.
fn is_same(a: &[PointLps], b: &[PointLps]) -> bool {
    let is_in =
        |all: &[PointLps], point: &PointLps| all.iter().any(|own| (*own - *point).norm() < 1e-6);
    a.len() == b.len() && a.iter().all(|p| is_in(b, p)) && b.iter().all(|p| is_in(a, p))
}

fn off_outline(point: PointLps, outline: &[PointLps]) -> f64 {
    let next = outline.iter().cycle().skip(1);
    let off = outline.iter().zip(next).map(|(from, to)| {
        let (edge, way) = (*to - *from, point - *from);
        let share = (way.dot(edge) / edge.dot(edge)).clamp(0.0, 1.0);
        (way - edge * share).norm()
    });
    off.fold(f64::INFINITY, f64::min)
}

/// Three perpendicular half axes of any handedness.
fn any_box() -> impl Strategy<Value = Figure<PointLps>> {
    let numbers = prop::array::uniform3(-1.0_f64..1.0);
    let lengths = prop::array::uniform3(2.0_f64..20.0);
    (numbers.clone(), numbers.clone(), lengths, numbers).prop_filter_map(
        "axes on one line",
        |(a, b, [x, y, z], centre)| {
            let first = VectorLps(a).normalized()?;
            let third = first.cross(VectorLps(b));
            let third = (third.norm() > 0.1).then(|| third.normalized())??;
            let second = third.cross(first);
            let centre = PointLps(centre.map(|x| 30.0 * x));
            let ends = [first * x, second * y, third * z].map(|half| centre + half);
            Some(Figure::Box3d { centre, ends })
        },
    )
}

/// The corners of a box.
fn corners(figure: &Figure<PointLps>) -> Vec<PointLps> {
    let [centre, a, b, c] = points(figure).try_into().unwrap();
    let half = [a - centre, b - centre, c - centre];
    let sign = |n: usize, bit: usize| if (n >> bit) & 1 == 0 { 1.0 } else { -1.0 };
    let corner = |n: usize| (0..3).fold(centre, |at, bit| at + half[bit] * sign(n, bit));
    (0..8).map(corner).collect()
}

proptest! {
    #[test]
    fn at_a_key_the_polygon_is_that_of_the_key(a in any_star(), b in any_star()) {
        let [key, other] = [a.clone(), b].map(Figure::Polygon);
        for found in [points(&between(&key, &other, 0.0)), points(&between(&other, &key, 1.0))] {
            for corner in &a {
                prop_assert!(found.iter().any(|own| (*own - *corner).norm() < 1e-9));
            }
            for corner in &found {
                prop_assert!(off_outline(*corner, &a) < 1e-9);
            }
        }
    }

    #[test]
    fn between_equal_keys_lies_the_key(a in any_star(), by in 0_usize..9, t in 0.0_f64..1.0) {
        let again = Figure::Polygon(renumbered(&a, by, true));
        let found = points(&between(&Figure::Polygon(a.clone()), &again, t));
        prop_assert!(is_same(&found, &a), "{found:?}");
    }

    #[test]
    fn how_corners_are_numbered_makes_no_difference(
        a in any_star(),
        b in any_star(),
        by in prop::array::uniform2(0_usize..9),
        is_mirrored in prop::array::uniform2(any::<bool>()),
        t in 0.0_f64..1.0,
    ) {
        let [c, d] = [renumbered(&a, by[0], is_mirrored[0]), renumbered(&b, by[1], is_mirrored[1])];
        let [a, b, c, d] = [a, b, c, d].map(Figure::Polygon);
        let (found, again) = (points(&between(&a, &b, t)), points(&between(&c, &d, t)));
        prop_assert!(is_same(&found, &again), "{found:?} {again:?}");
    }

    #[test]
    fn backwards_the_same_lies_between(a in any_star(), b in any_star(), t in 0.0_f64..1.0) {
        let [a, b] = [a, b].map(Figure::Polygon);
        let (found, again) = (points(&between(&a, &b, t)), points(&between(&b, &a, 1.0 - t)));
        prop_assert!(is_same(&found, &again), "{found:?} {again:?}");
    }

    #[test]
    fn box_keeps_right_angles_and_is_the_key_at_a_key(
        a in any_box(),
        b in any_box(),
        t in 0.0_f64..1.0,
    ) {
        let found = points(&between(&a, &b, t));
        let half: Vec<VectorLps> = found[1..].iter().map(|end| *end - found[0]).collect();
        for (n, m) in [(0, 1), (0, 2), (1, 2)] {
            let cosine = half[n].dot(half[m]) / half[n].norm() / half[m].norm();
            prop_assert!(cosine.abs() < 1e-9);
        }
        prop_assert!(is_same(&corners(&between(&a, &b, 0.0)), &corners(&a)));
        prop_assert!(is_same(&corners(&between(&a, &b, 1.0)), &corners(&b)));
    }

    #[test]
    fn which_half_axis_of_a_box_comes_first_makes_no_difference(
        a in any_box(),
        b in any_box(),
        order in 0_usize..3,
        signs in prop::array::uniform3(any::<bool>()),
        t in 0.0_f64..1.0,
    ) {
        let [centre, ends @ ..]: [PointLps; 4] = points(&b).try_into().unwrap();
        let mut ends: [PointLps; 3] = ends;
        ends.rotate_left(order);
        for (end, is_turned) in ends.iter_mut().zip(signs) {
            if is_turned {
                *end = centre + (centre - *end);
            }
        }
        let again = Figure::Box3d { centre, ends };
        let (found, again) = (corners(&between(&a, &b, t)), corners(&between(&a, &again, t)));
        prop_assert!(is_same(&found, &again));
    }
}
