//! Bidirectional measurements: the ends of the long axis go straight, the short one keeps its place
//! beside it, so that a right angle stays one.

use super::along;
use annotomy_volume::space::{PointLps, VectorLps};

/// A long axis, and the short one in its terms.
#[derive(Debug, Clone, Copy)]
struct Placed {
    long: [PointLps; 2],
    /// Unit vector across the long axis, towards the end of the short one.
    across: VectorLps,
    /// Of both ends of the short axis: how far along the long one, as a part of it, and how far
    /// across, mm.
    short: [[f64; 2]; 2],
}

impl Placed {
    fn new([a, b, c, d]: [PointLps; 4]) -> Option<Self> {
        let (long, direction) = (b - a, (b - a).normalized()?);
        let short = d - c;
        let across = (short - direction * direction.dot(short)).normalized()?;
        let place = |end: PointLps| {
            let part = direction.dot(end - a) / long.norm();
            [part, across.dot(end - a)]
        };
        Some(Self {
            long: [a, b],
            across,
            short: [place(c), place(d)],
        })
    }
}

/// Two measurements, the ends of the second counted as those of the first.
#[derive(Debug, Clone)]
pub(super) struct Bidirectional([Placed; 2]);

impl Bidirectional {
    /// `None` where an axis has no extent, or both lie on one line.
    pub(super) fn new(a: [PointLps; 4], [e, f, g, h]: [PointLps; 4]) -> Option<Self> {
        let orders = [[e, f, g, h], [f, e, g, h], [e, f, h, g], [f, e, h, g]];
        let way = |order: &[PointLps; 4]| -> f64 {
            let ways = a.iter().zip(order).map(|(from, to)| *to - *from);
            ways.map(|way| way.dot(way)).sum()
        };
        let nearest = orders.iter().min_by(|a, b| way(a).total_cmp(&way(b)))?;
        Some(Self([Placed::new(a)?, Placed::new(*nearest)?]))
    }

    /// Ends of the long axis, then of the short one, at `t`.
    pub(super) fn at(&self, t: f64) -> Vec<PointLps> {
        let [from, to] = self.0;
        let between = |a: f64, b: f64| a + (b - a) * t;
        let [a, b] = [0, 1].map(|end| along(from.long[end], to.long[end], t));
        let long = b - a;
        let across = from.across + (to.across - from.across) * t;
        let square = long.dot(long).max(f64::MIN_POSITIVE);
        let across = across - long * (long.dot(across) / square);
        let across = across.normalized().unwrap_or(from.across);
        let end = |n: usize| {
            let [part, mm] = [0, 1].map(|of| between(from.short[n][of], to.short[n][of]));
            a + long * part + across * mm
        };
        vec![a, b, end(0), end(1)]
    }
}
