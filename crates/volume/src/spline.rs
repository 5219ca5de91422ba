//! Closed curves through points, in the patient: centripetal Catmull-Rom.
//!
//! The curve passes through its points and has one tangent at each of them. Knots lie apart as the
//! square roots of the distances between points, so that it has no loop or cusp between two of them,
//! however uneven they lie: Yuksel, Schaefer and Keyser (2011), Computer-Aided Design 43(7). Between
//! two points it is a cubic; the tangents are those of the parabolas through three points each
//! (Overhauser 1968).

use crate::space::{Mm, PointLps, VectorLps};

/// Straight parts between two points of a curve at most: enough for points half a metre apart within a
/// hundredth of a millimetre.
const MAX_PARTS: f64 = 256.0;

/// Corners of a polygon that stands for the closed curve through points: straight parts lie within
/// `tolerance` of the cubics, as long as points lie less than half a metre apart. Points on the one
/// before them count once; fewer than three enclose nothing and are returned as they are.
#[must_use]
pub fn closed_spline(points: &[PointLps], tolerance: Mm) -> Vec<PointLps> {
    let points = without_repeats(points);
    let n = points.len();
    if n < 3 {
        return points;
    }
    let span = |at: usize| Cubic::from_point(&points, at).parts(tolerance);
    (0..n).flat_map(span).collect()
}

/// The points of a closed curve without those that lie on the one before them.
#[must_use]
pub fn without_repeats(points: &[PointLps]) -> Vec<PointLps> {
    let mut points = points.to_vec();
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

/// The point of the closed curve through `points` at a part, 0 to 1, of the parameter from point `from`
/// to the next. There are at least two points, [none on the one before it](without_repeats).
#[must_use]
pub fn closed_spline_point(points: &[PointLps], from: usize, part: f64) -> PointLps {
    Cubic::from_point(points, from).at(part)
}

/// A Bézier curve: from its first point to its last, towards and from those between.
struct Cubic([PointLps; 4]);

impl Cubic {
    /// The part of a closed curve from one of its points to the next.
    fn from_point(points: &[PointLps], at: usize) -> Self {
        let n = points.len();
        Self::between([n - 1, 0, 1, 2].map(|step| points[(at + step) % n]))
    }

    /// The part of a curve between the second and the third of four points.
    fn between([before, from, to, after]: [PointLps; 4]) -> Self {
        let steps = [from - before, to - from, after - to];
        let [first, middle, last] = steps.map(|step| step.norm().sqrt());
        let speeds = [
            steps[0] * (1.0 / first),
            steps[1] * (1.0 / middle),
            steps[2] * (1.0 / last),
        ];
        // Of the parabola through three points at its middle one, for a knot more.
        let tangent = |a: VectorLps, b: VectorLps, [of_a, of_b]: [f64; 2]| {
            (a * of_b + b * of_a) * (1.0 / (of_a + of_b))
        };
        let leaving = tangent(speeds[0], speeds[1], [first, middle]);
        let arriving = tangent(speeds[1], speeds[2], [middle, last]);
        let third = middle / 3.0;
        Self([from, from + leaving * third, to + arriving * -third, to])
    }

    /// Points along it, the last one left out: the chord over a part of 1/n of the parameter is no
    /// farther from the curve than `|B''| / 8n²`, where `B''` lies between its values at the ends.
    fn parts(self, tolerance: Mm) -> impl Iterator<Item = PointLps> {
        let Self([a, b, c, d]) = self;
        let bends = [(a - b) + (c - b), (b - c) + (d - c)];
        let bend = 6.0 * bends.map(VectorLps::norm).into_iter().fold(0.0, f64::max);
        let n = (bend / (8.0 * tolerance.0)).sqrt().ceil();
        let n = n.clamp(1.0, MAX_PARTS) as u32;
        (0..n).map(move |step| self.at(f64::from(step) / f64::from(n)))
    }

    fn at(&self, t: f64) -> PointLps {
        let Self([a, b, c, d]) = *self;
        let s = 1.0 - t;
        a + (b - a) * (3.0 * s * s * t) + (c - a) * (3.0 * s * t * t) + (d - a) * (t * t * t)
    }
}
