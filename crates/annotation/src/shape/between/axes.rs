//! Figures with a centre and half axes: the centre goes straight, the axes turn at an even speed.

use annotomy_volume::space::{PointLps, VectorLps};

/// Two such figures, the axes of the second in the order and direction of those of the first.
#[derive(Debug, Clone)]
pub(super) struct Axes {
    centres: [PointLps; 2],
    /// Directions of the first figure's half axes: perpendicular unit vectors.
    from: Vec<VectorLps>,
    lengths: Vec<[f64; 2]>,
    /// Unit vector.
    about: VectorLps,
    /// By which the first figure's axes become those of the second, radians.
    angle: f64,
}

impl Axes {
    /// Of two or three half axes each; `None` where they have no extent.
    pub(super) fn new(centres: [PointLps; 2], half: &[Vec<VectorLps>; 2]) -> Option<Self> {
        let [from, to] = half;
        let frame = frame(from)?;
        // By the least sum of squared distances, which is the greatest sum of products.
        let product =
            |axes: &[VectorLps]| -> f64 { from.iter().zip(axes).map(|(a, b)| a.dot(*b)).sum() };
        let is_same_handed =
            |axes: &Vec<VectorLps>| handedness(from, from) == handedness(axes, from);
        let orders = signed_orders(to).into_iter().filter(is_same_handed);
        let mut best: Option<Vec<VectorLps>> = None;
        for axes in orders {
            if best
                .as_ref()
                .is_none_or(|best| product(&axes) > product(best))
            {
                best = Some(axes);
            }
        }
        let to = best?;
        let (about, angle) = turn(&frame, &self::frame(&to)?);
        let lengths = from.iter().zip(&to).map(|(a, b)| [a.norm(), b.norm()]);
        Some(Self {
            centres,
            lengths: lengths.collect(),
            from: frame.into_iter().take(from.len()).collect(),
            about,
            angle,
        })
    }

    /// Centre and ends at `t`.
    pub(super) fn at(&self, t: f64) -> Vec<PointLps> {
        let [a, b] = self.centres;
        let centre = super::along(a, b, t);
        let ends = self.from.iter().zip(&self.lengths);
        let ends = ends.map(|(direction, [from, to])| {
            let turned = turned(*direction, self.about, self.angle * t);
            centre + turned * (from + (to - from) * t)
        });
        std::iter::once(centre).chain(ends).collect()
    }
}

/// The axes in every order and direction.
fn signed_orders(axes: &[VectorLps]) -> Vec<Vec<VectorLps>> {
    let orders: &[&[usize]] = match axes.len() {
        2 => &[&[0, 1], &[1, 0]],
        _ => &[
            &[0, 1, 2],
            &[1, 2, 0],
            &[2, 0, 1],
            &[0, 2, 1],
            &[1, 0, 2],
            &[2, 1, 0],
        ],
    };
    let signs = 0..1_u32 << axes.len();
    let signed = |order: &[usize], signs: u32| -> Vec<VectorLps> {
        let sign = |n: usize| if (signs >> n) & 1 == 0 { 1.0 } else { -1.0 };
        let axes = order.iter().filter_map(|at| axes.get(*at)).enumerate();
        axes.map(|(n, axis)| *axis * sign(n)).collect()
    };
    let of_order = |order: &&[usize]| -> Vec<Vec<VectorLps>> {
        signs.clone().map(|signs| signed(order, signs)).collect()
    };
    orders.iter().flat_map(of_order).collect()
}

/// Whether axes are right-handed; two of them as seen from the side from which those of `other` are.
fn handedness(axes: &[VectorLps], other: &[VectorLps]) -> bool {
    match (axes, other) {
        ([a, b], [c, d]) => a.cross(*b).dot(c.cross(*d)) > 0.0,
        ([a, b, c], _) => a.dot(b.cross(*c)) > 0.0,
        _ => false,
    }
}

/// Three perpendicular unit vectors, the first along the first axis.
fn frame(axes: &[VectorLps]) -> Option<Vec<VectorLps>> {
    let (first, second) = (axes.first()?.normalized()?, axes.get(1)?);
    let second = (*second - first * first.dot(*second)).normalized()?;
    let third = first.cross(second);
    let side = axes.get(2).map_or(1.0, |axis| axis.dot(third).signum());
    Some(vec![first, second, third * side])
}

/// The axis and angle by which a frame becomes another: `R = Σ to fromᵀ`, `tr R = 1 + 2 cos`, and
/// `Σ from × to` is the axis by `2 sin`. Axes that may be counted in any order turn by less than 180°.
fn turn(from: &[VectorLps], to: &[VectorLps]) -> (VectorLps, f64) {
    let pairs = || from.iter().zip(to);
    let trace: f64 = pairs().map(|(a, b)| a.dot(*b)).sum();
    let twice = pairs().map(|(a, b)| a.cross(*b));
    let twice = twice.fold(VectorLps([0.0; 3]), |sum, part| sum + part);
    let angle = twice.norm().atan2(trace - 1.0);
    match twice.normalized() {
        Some(about) => (about, angle),
        None => (VectorLps([0.0, 0.0, 1.0]), 0.0),
    }
}

/// Rodrigues' rotation of a vector about a unit vector.
fn turned(vector: VectorLps, about: VectorLps, angle: f64) -> VectorLps {
    let (sin, cos) = angle.sin_cos();
    let along = about * (about.dot(vector) * (1.0 - cos));
    vector * cos + about.cross(vector) * sin + along
}
