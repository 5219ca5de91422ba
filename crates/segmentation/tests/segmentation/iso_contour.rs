//! Iso-contours against scikit-image on a real CT, and closed forms.

use crate::common::{answer, bytes, list, number, numbers};
use annotomy_segmentation::{NoContour, ValuePlane, iso_contour};
use annotomy_volume::space::Mm;
use proptest::prelude::*;

struct Plane {
    values: Vec<f64>,
    size: [usize; 2],
    step_mm: [f64; 2],
    sigma: Mm,
}

impl Plane {
    fn new(values: Vec<f64>, size: [usize; 2]) -> Self {
        Self {
            values,
            size,
            step_mm: [1.0; 2],
            sigma: Mm(0.0),
        }
    }

    fn of([n_columns, n_rows]: [usize; 2], value: impl Fn(f64, f64) -> f64) -> Self {
        let pixel = |n: usize| value((n % n_columns) as f64, (n / n_columns) as f64);
        let values = (0..n_columns * n_rows).map(pixel).collect();
        Self::new(values, [n_columns, n_rows])
    }

    fn contour(&self, at: [f64; 2]) -> Result<Vec<[f64; 2]>, NoContour> {
        let plane = ValuePlane {
            values: &self.values,
            size: self.size,
            step_mm: self.step_mm,
        };
        iso_contour(&plane, at, self.sigma)
    }

    /// Whether a point is on the border that contours are closed along.
    fn is_border(&self, point: [f64; 2]) -> bool {
        let is_end = |n: usize| point[n] == -0.5 || point[n] == self.size[n] as f64 - 0.5;
        is_end(0) || is_end(1)
    }
}

fn area(points: &[[f64; 2]]) -> f64 {
    let pairs = points.iter().zip(points.iter().cycle().skip(1));
    let cross = pairs.map(|(a, b)| a[0] * b[1] - a[1] * b[0]);
    0.5 * cross.sum::<f64>().abs()
}

fn apart(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[test]
fn contours_are_those_of_scikit_image() {
    let (mut n_closed, mut n_open) = (0, 0);
    for case in list(&answer("iso_contour.py", &[])) {
        let values = bytes(&case["values"]);
        let values = values.as_chunks().0.iter();
        let plane = Plane {
            values: values.map(|&eight| f64::from_le_bytes(eight)).collect(),
            size: numbers(&case["size"]).map(|n| n as usize),
            step_mm: numbers(&case["step_mm"]),
            sigma: Mm(number(&case["sigma_mm"])),
        };
        for theirs in list(&case["contours"]) {
            let at = numbers(&theirs["at"]);
            let name = format!("{}, {at:?}", case["name"]);
            let is_closed = theirs["is_closed"].as_bool().expect("yes or no");
            let mut corners: Vec<[f64; 2]> = list(&theirs["corners"]).map(numbers).collect();
            corners.dedup();
            if is_closed {
                corners.pop();
            }
            let ours = plane.contour(at);
            if corners.len() < 3 && (is_closed || corners.is_empty()) {
                assert_eq!(ours, Err(NoContour::Flat), "{name}");
                continue;
            }
            let ours = ours.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
            let inner: Vec<[f64; 2]> = ours
                .iter()
                .copied()
                .filter(|point| !plane.is_border(*point))
                .collect();
            assert_eq!(ours.len() == inner.len(), is_closed, "{name}");
            assert_eq!(inner.len(), corners.len(), "{name}");
            // In the same order, from anywhere, either way round.
            let n = corners.len();
            let first = (0..n)
                .min_by(|a, b| {
                    let far = |k: &usize| apart(corners[*k], inner[0]);
                    far(a).total_cmp(&far(b))
                })
                .expect("three at least");
            let is_same = [1, n - 1].iter().any(|step| {
                (0..n).all(|k| apart(inner[k], corners[(first + k * step) % n]) < 1e-6)
            });
            assert!(is_same, "{name}");
            if is_closed {
                n_closed += 1
            } else {
                n_open += 1
            }
            if !is_closed {
                let whole = (plane.size[0] * plane.size[1]) as f64;
                assert!(area(&ours) <= 0.5 * whole, "{name}");
            }
        }
    }
    assert!(
        n_closed > 90 && n_open > 50,
        "{n_closed} closed, {n_open} open"
    );
}

#[test]
fn a_contour_in_a_field_of_distances_is_a_circle() {
    let plane = Plane::of([80, 70], |x, y| (x - 40.2).hypot(y - 33.7));
    let points = plane.contour([55.0, 33.0]).expect("a circle");
    let radius = (55.0_f64 - 40.2).hypot(33.0 - 33.7);
    for [x, y] in &points {
        assert!(((x - 40.2).hypot(y - 33.7) - radius).abs() < 0.01);
    }
    let circle = std::f64::consts::PI * radius * radius;
    assert!((area(&points) / circle - 1.0).abs() < 2e-3);
}

#[test]
fn what_leaves_the_plane_is_closed_around_the_smaller_part() {
    let ramp = Plane::of([20, 10], |x, _| 3.0 * x);
    let points = ramp.contour([3.25, 6.0]).expect("a line");
    // From half a pixel before the first column on.
    assert!((area(&points) - 3.75 * 10.0).abs() < 1e-9, "{points:?}");
    let points = ramp.contour([15.5, 6.0]).expect("a line");
    assert!((area(&points) - 4.0 * 10.0).abs() < 1e-9, "{points:?}");

    let corner = Plane::of([30, 30], |x, y| -(x + y));
    let points = corner.contour([4.0, 3.0]).expect("a corner");
    // A triangle of 7 by 7, and half a pixel more along both of its legs.
    let expected = 0.5 * 7.0 * 7.0 + 2.0 * 7.0 * 0.5 + 0.25;
    assert!((area(&points) - expected).abs() < 1e-9, "{points:?}");
}

#[test]
fn missing_values_are_less_than_all_others() {
    let half = Plane::of([60, 60], |x, y| match x < 30.0 {
        true => -(x - 29.0).hypot(y - 30.0),
        false => f64::NAN,
    });
    let points = half.contour([19.0, 30.0]).expect("half a disc");
    let expected = 0.5 * std::f64::consts::PI * 100.0;
    assert!(
        (area(&points) / expected - 1.0).abs() < 0.01,
        "{}",
        area(&points)
    );
    assert_eq!(half.contour([45.0, 30.0]), Err(NoContour::Flat));
}

#[test]
fn where_corners_are_in_and_out_in_turns_the_bilinear_surface_decides() {
    // x y on four pixels around (0.5, 0.5): its saddle has the value 0.
    let saddle = Plane::of([2, 2], |x, y| (x - 0.5) * (y - 0.5));
    for (level_at, near) in [([0.95, 0.95], [1.0, 1.0]), ([0.05, 0.95], [0.0, 1.0])] {
        let points = saddle.contour(level_at).expect("a corner");
        let crossings = points.iter().filter(|point| !saddle.is_border(**point));
        for point in crossings {
            assert!(apart(*point, near) < 0.5, "{points:?}");
        }
    }
}

#[test]
fn there_is_none_where_nothing_changes_or_outside() {
    let flat = Plane::of([8, 8], |_, _| 0.1);
    assert_eq!(flat.contour([3.3, 4.7]), Err(NoContour::Flat));
    let peak = Plane::of([9, 9], |x, y| -(x - 4.0).hypot(y - 4.0));
    assert_eq!(peak.contour([4.0, 4.0]), Err(NoContour::Flat));
    assert_eq!(peak.contour([-0.6, 4.0]), Err(NoContour::Flat));
    assert_eq!(peak.contour([4.0, 9.0]), Err(NoContour::Flat));
    let row = Plane::of([9, 1], |x, _| x);
    assert_eq!(row.contour([4.0, 0.0]), Err(NoContour::Flat));
    let none = Plane::new(Vec::new(), [0, 0]);
    assert_eq!(none.contour([0.0, 0.0]), Err(NoContour::Flat));
}

proptest! {
    #[test]
    fn every_corner_has_the_value_of_the_place(
        (values, size, at) in (2..14_usize, 2..14_usize).prop_flat_map(|(columns, rows)| (
            prop::collection::vec(-3..4_i32, columns * rows),
            Just([columns, rows]),
            [0.0..(columns - 1) as f64, 0.0..(rows - 1) as f64],
        ))
    ) {
        let plane = Plane::new(values.into_iter().map(f64::from).collect(), size);
        let value = |[x, y]: [f64; 2]| {
            let [left, top] = [x.floor() as usize, y.floor() as usize];
            let [right, bottom] = [(left + 1).min(size[0] - 1), (top + 1).min(size[1] - 1)];
            let [u, v] = [x - left as f64, y - top as f64];
            let of = |x: usize, y: usize| plane.values[y * size[0] + x];
            let above = (1.0 - u) * of(left, top) + u * of(right, top);
            let below = (1.0 - u) * of(left, bottom) + u * of(right, bottom);
            (1.0 - v) * above + v * below
        };
        let level = value(at);
        if let Ok(points) = plane.contour(at) {
            for point in points.iter().filter(|point| !plane.is_border(**point)) {
                prop_assert!((value(*point) - level).abs() < 1e-9);
            }
            let on_cell = points.iter().any(|point| apart(*point, at) < 2.0);
            prop_assert!(on_cell, "it runs through the cell of the place");
        }
    }
}
