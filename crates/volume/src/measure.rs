//! Lengths, areas and angles of points in the patient.

use crate::space::{PointLps, VectorLps};
use std::f64::consts::PI;

/// Length of the way through points, mm.
#[must_use]
pub fn path_length(points: &[PointLps]) -> f64 {
    let steps = points.windows(2).map(|pair| (pair[1] - pair[0]).norm());
    steps.sum()
}

/// Length of the way through points and back to the first, mm.
#[must_use]
pub fn perimeter(points: &[PointLps]) -> f64 {
    let back = match points {
        [first, .., last] => (*first - *last).norm(),
        _ => 0.0,
    };
    path_length(points) + back
}

/// Twice the area that a closed polygon encloses, as a vector across it (Newell): mm².
#[must_use]
pub fn doubled_area(points: &[PointLps]) -> VectorLps {
    // From the first point, so that little is lost far from the origin.
    let Some(&first) = points.first() else {
        return VectorLps([0.0; 3]);
    };
    let pairs = points.windows(2);
    let parts = pairs.map(|pair| (pair[0] - first).cross(pair[1] - first));
    parts.fold(VectorLps([0.0; 3]), |sum, part| sum + part)
}

/// Area that a closed polygon encloses, mm²; where its sides cross, the difference of the parts.
#[must_use]
pub fn polygon_area(points: &[PointLps]) -> f64 {
    doubled_area(points).norm() / 2.0
}

/// The angle between two directions, 0 to pi; `None` where one is none.
#[must_use]
pub fn angle_between(a: VectorLps, b: VectorLps) -> Option<f64> {
    let (sine, cosine) = (a.cross(b).norm(), a.dot(b));
    let is_defined = a.normalized().is_some() && b.normalized().is_some();
    is_defined.then(|| sine.atan2(cosine))
}

/// The Cobb angle of two lines, 0 to pi: each points to the same side of the spine, whichever end
/// was drawn first, so that an angle beyond 90 degrees stays one.
#[must_use]
pub fn cobb_angle([a, b]: [[PointLps; 2]; 2]) -> Option<f64> {
    let distance = |p: PointLps, q: PointLps| (p - q).norm();
    let straight = distance(a[0], b[0]) + distance(a[1], b[1]);
    let crossed = distance(a[0], b[1]) + distance(a[1], b[0]);
    let second = match crossed < straight {
        true => b[0] - b[1],
        false => b[1] - b[0],
    };
    angle_between(a[1] - a[0], second)
}

/// Principal half axes of an ellipse, the longer first, from any two conjugate ones
/// (the singular values and vectors of the matrix with these columns).
#[must_use]
pub fn principal_axes([a, b]: [VectorLps; 2]) -> [VectorLps; 2] {
    // Rytz: the parameter at which the distance from the centre is extreme.
    let turn = (2.0 * a.dot(b)).atan2(a.dot(a) - b.dot(b)) / 2.0;
    let at = |t: f64| a * t.cos() + b * t.sin();
    [at(turn), at(turn + PI / 2.0)]
}

/// Perimeter of an ellipse with half axes `a` and `b`: the arithmetic-geometric mean (Gauss; Borwein
/// and Borwein, Pi and the AGM, 1987, theorem 1.1), to the last digits.
#[must_use]
pub fn ellipse_perimeter(a: f64, b: f64) -> f64 {
    let (mut x, mut y) = (a.max(b), a.min(b));
    if y <= 0.0 {
        return 4.0 * x;
    }
    let (mut sum, mut weight) = ((x * x + y * y) / 2.0, 1.0);
    // The differences square with each step: five suffice unless the ellipse is a needle.
    for _ in 0..32 {
        let half_difference = (x - y) / 2.0;
        if half_difference.abs() <= f64::EPSILON * x {
            break;
        }
        (x, y) = ((x + y) / 2.0, (x * y).sqrt());
        sum -= weight * half_difference * half_difference;
        weight *= 2.0;
    }
    2.0 * PI * sum / x
}

/// Points of an ellipse with two conjugate half axes.
#[must_use]
pub fn ellipse_outline(centre: PointLps, [a, b]: [VectorLps; 2], n: usize) -> Vec<PointLps> {
    let turn = |step: usize| 2.0 * PI * step as f64 / n as f64;
    let at = |t: f64| centre + a * t.cos() + b * t.sin();
    (0..n).map(|step| at(turn(step))).collect()
}
