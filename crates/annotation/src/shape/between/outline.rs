//! Curves of many points: which of one become which of the other.
//!
//! Closed curves are first made to run the same way round, by the vectors of their areas.
//!
//! - As many corners: one becomes one. Of all rotations of the numbering the one with the least sum of
//!   squared distances is taken.
//! - Otherwise places are matched by their share of the perimeter. Of the ways to lay a corner of one
//!   on a corner of the other, the one with the least integral of the squared distance is taken; then
//!   each curve gets a corner wherever the other has one. No corner of either is lost, so that at a key
//!   the curve is that of the key. Of splines the added points lie on the curve, not on its chords.
//! - Open curves go from end to end, whichever way round is nearer.
//!
//! How a curve is numbered, and which way round, makes no difference.

use annotomy_volume::measure::doubled_area;
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::spline::{closed_spline_point, without_repeats};

/// Places whose shares of the perimeter differ less are one.
const SAME_SHARE: f64 = 1e-9;

/// Steps spent on laying corners on corners; of curves with very many, only the corners farthest from
/// the middle are laid.
const MAX_STEPS: usize = 1 << 22;

/// A point on a curve from one of its points to the next, by the part of the way.
type Cut = fn(&[PointLps], usize, f64) -> PointLps;

fn straight(points: &[PointLps], from: usize, part: f64) -> PointLps {
    let [a, b] = [from, from + 1].map(|at| points[at % points.len()]);
    super::along(a, b, part)
}

/// Pairs the corners of two polygons.
pub(super) fn closed(a: &[PointLps], b: &[PointLps]) -> Vec<[PointLps; 2]> {
    rounds(a, b, straight)
}

/// Pairs the control points of two closed splines.
pub(super) fn spline(a: &[PointLps], b: &[PointLps]) -> Vec<[PointLps; 2]> {
    rounds(a, b, closed_spline_point)
}

/// Pairs the corners of two open curves.
pub(super) fn open(a: &[PointLps], b: &[PointLps]) -> Vec<[PointLps; 2]> {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    a.dedup();
    b.dedup();
    if a.len() < 2 || b.len() < 2 {
        return Vec::new();
    }
    let backwards: Vec<PointLps> = b.iter().rev().copied().collect();
    let paired = |b: &[PointLps]| match a.len() == b.len() {
        true => evenly(&a, b),
        false => merged(&Path::open(&a), &Path::open(b)),
    };
    let both = [paired(&b), paired(&backwards)];
    let [forth, back] = both.each_ref().map(|places| way(places));
    let [there, back_there] = both;
    bare(if back < forth { back_there } else { there })
}

fn rounds(a: &[PointLps], b: &[PointLps], cut: Cut) -> Vec<[PointLps; 2]> {
    let (a, mut b) = (without_repeats(a), without_repeats(b));
    if a.len() < 2 || b.len() < 2 {
        return Vec::new();
    }
    if doubled_area(&a).dot(doubled_area(&b)) < 0.0 {
        b.reverse();
    }
    if a.len() == b.len() {
        return rotated(&a, &b);
    }
    if a.len() < b.len() {
        return laid(&a, &b, cut);
    }
    let other_way_round = laid(&b, &a, cut);
    other_way_round.into_iter().map(|[b, a]| [a, b]).collect()
}

/// As many corners each: the rotation with the least sum of squared distances.
fn rotated(a: &[PointLps], b: &[PointLps]) -> Vec<[PointLps; 2]> {
    let n = a.len();
    let pair = |by: usize, at: usize| [a[at], b[(at + by) % n]];
    let way = |by: usize| -> f64 {
        let ways = (0..n).map(|at| pair(by, at)).map(|[a, b]| b - a);
        ways.map(|way| way.dot(way)).sum()
    };
    let best = (0..n).map(|by| (way(by), by));
    let best = best.min_by(|(a, _), (b, _)| a.total_cmp(b));
    let by = best.map_or(0, |(_, by)| by);
    (0..n).map(|at| pair(by, at)).collect()
}

/// Fewer corners on more: the corner on a corner with the least integral of the squared distance.
fn laid(few: &[PointLps], many: &[PointLps], cut: Cut) -> Vec<[PointLps; 2]> {
    let steps = many.len() * (few.len() + many.len());
    let n_anchors = (MAX_STEPS / steps).clamp(1, few.len());
    let mut best: Option<(f64, [usize; 2])> = None;
    for from in anchors(few, n_anchors) {
        let path = Path::round(few, from);
        for to in 0..many.len() {
            let way = way(&merged(&path, &Path::round(many, to)));
            if best.is_none_or(|(least, _)| way < least) {
                best = Some((way, [from, to]));
            }
        }
    }
    let [from, to] = best.map_or([0, 0], |(_, at)| at);
    let [few, many] =
        [Path::round(few, from), Path::round(many, to)].map(|path| Path { cut, ..path });
    let mut pairs = bare(merged(&few, &many));
    // The end is the beginning.
    pairs.pop();
    pairs
}

/// The corners farthest from the middle, the farthest first.
fn anchors(points: &[PointLps], n: usize) -> Vec<usize> {
    let origin = PointLps([0.0; 3]);
    let sum = points.iter().map(|point| *point - origin);
    let sum = sum.fold(VectorLps([0.0; 3]), |sum, at| sum + at);
    let middle = origin + sum * (1.0 / points.len() as f64);
    let mut order: Vec<usize> = (0..points.len()).collect();
    let off = |at: &usize| (points[*at] - middle).norm();
    order.sort_by(|a, b| off(b).total_cmp(&off(a)));
    order.truncate(n);
    order
}

/// A curve from its beginning to its end; of a closed one, that is the same point.
struct Path {
    points: Vec<PointLps>,
    /// How far along the curve each point lies, as a share of its length.
    shares: Vec<f64>,
    cut: Cut,
}

impl Path {
    fn open(points: &[PointLps]) -> Self {
        let mut lengths = vec![0.0];
        let mut length = 0.0;
        for pair in points.windows(2) {
            length += (pair[1] - pair[0]).norm();
            lengths.push(length);
        }
        Self {
            points: points.to_vec(),
            shares: lengths.into_iter().map(|at| at / length).collect(),
            cut: straight,
        }
    }

    /// Once round, from one of its points.
    fn round(points: &[PointLps], from: usize) -> Self {
        let (before, after) = points.split_at(from);
        let all = after.iter().chain(before).chain(&after[..1]);
        Self::open(&all.copied().collect::<Vec<_>>())
    }

    /// The point at a share, which lies on the way to point `to`.
    fn at(&self, to: usize, share: f64) -> PointLps {
        let [from, until] = [to - 1, to].map(|at| self.shares[at]);
        (self.cut)(self.bare(), to - 1, (share - from) / (until - from))
    }

    /// Without the end of a closed curve, which is its beginning.
    fn bare(&self) -> &[PointLps] {
        match self.points.as_slice() {
            [first, rest @ .., last] if first == last && !rest.is_empty() => {
                &self.points[..=rest.len()]
            }
            all => all,
        }
    }
}

/// Where both curves have a point: at a share of both.
type Place = (f64, [PointLps; 2]);

/// Both curves with a point wherever either has one.
fn merged(a: &Path, b: &Path) -> Vec<Place> {
    let mut places = vec![(0.0, [a.points[0], b.points[0]])];
    let (mut i, mut j) = (1, 1);
    while i < a.points.len() && j < b.points.len() {
        let (s, t) = (a.shares[i], b.shares[j]);
        if (s - t).abs() < SAME_SHARE {
            places.push((s, [a.points[i], b.points[j]]));
            (i, j) = (i + 1, j + 1);
        } else if s < t {
            places.push((s, [a.points[i], b.at(j, s)]));
            i += 1;
        } else {
            places.push((t, [a.at(i, t), b.points[j]]));
            j += 1;
        }
    }
    places
}

/// As many points each: place by place, each as much as any other.
fn evenly(a: &[PointLps], b: &[PointLps]) -> Vec<Place> {
    let last = (a.len() - 1) as f64;
    let pairs = a.iter().zip(b).enumerate();
    pairs
        .map(|(n, (a, b))| (n as f64 / last, [*a, *b]))
        .collect()
}

/// The integral of the squared distance: between two places the distance is linear, and so its square
/// integrates to a third of `d₀² + d₀d₁ + d₁²`.
fn way(places: &[Place]) -> f64 {
    let parts = places.windows(2).map(|pair| {
        let [(from, [a, b]), (to, [c, d])] = [pair[0], pair[1]];
        let (first, last) = (b - a, d - c);
        (to - from) * (first.dot(first) + first.dot(last) + last.dot(last)) / 3.0
    });
    parts.sum()
}

fn bare(places: Vec<Place>) -> Vec<[PointLps; 2]> {
    places.into_iter().map(|(_, pair)| pair).collect()
}
