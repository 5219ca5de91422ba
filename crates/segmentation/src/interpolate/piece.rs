//! How deep places between two drawn slices lie inside a group of parts.
//!
//! A pair of single parts is moved along the line that joins their middles where they overlap more
//! when moved.

use super::grid::Frame;
use super::matches::{Goes, MatchedGroup};
use super::parts::{Depth, Parts};
use super::solve::BAND_MOST;
use std::sync::Arc;

/// How far a cubic may leave the straight line, in lengths of the gap.
const BEND: f32 = 0.2;

/// How far a border moves at most across the axis for each millimetre along it, seen from the nearer
/// slice, where parts are not moved as a whole: two slices that have little in common say nothing of
/// a place close to one of them.
const STEEPEST: f32 = 1.25;

/// A group of parts between two slices.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Between(Between),
    Held(Held),
}

/// From one slice to the other.
#[derive(Debug, Clone)]
pub(super) struct Between {
    ends: [Depth; 2],
    /// In the slices beyond, for a cubic.
    beyond: [Option<Depth>; 2],
    /// From the lower slice to the higher, in columns and rows.
    shift: [f32; 2],
    /// Millimetres that the depth changes at most for each one along the axis.
    steepest: f32,
}

/// Straight on from the lower slice (0) or from the higher.
#[derive(Debug, Clone)]
pub(super) struct Held {
    depth: Depth,
    from: usize,
    /// Where along the axis it ends.
    to_mm: f32,
    /// The depth beyond that: so far outside that there is no doubt.
    outside: f32,
}

impl Piece {
    /// A group of the parts in two slices. A cubic looks at the slices `beyond`.
    pub(super) fn new(
        frame: &Frame,
        parts: [Option<&Parts>; 2],
        group: &MatchedGroup,
        beyond: [Option<Depth>; 2],
    ) -> Option<Self> {
        let [from, to] = &group.parts;
        if let ([Some(low), Some(high)], Goes::Joined) = (parts, group.goes) {
            let shift = low.shift_to(high, [from, to]);
            return Some(Self::Between(Between {
                shift,
                steepest: if shift == [0.0; 2] {
                    STEEPEST
                } else {
                    f32::INFINITY
                },
                ends: [low.depth_of(frame, from), high.depth_of(frame, to)],
                beyond,
            }));
        }
        let side = usize::from(from.is_empty());
        let (parts, chosen) = (parts[side]?, &group.parts[side]);
        match group.goes {
            Goes::Joined => None,
            Goes::Tapers => taper(frame, parts, chosen, side),
            Goes::Ends { held_to } => {
                let to_mm = held_to.and_then(|slice| frame.mm.get(slice.min(frame.mm.len() - 1)));
                let nowhere = [f32::NEG_INFINITY, f32::INFINITY][side];
                Some(Self::Held(Held {
                    depth: parts.depth_of(frame, chosen),
                    from: side,
                    to_mm: to_mm.copied().unwrap_or(nowhere),
                    outside: -2.0 * BAND_MOST * frame.step[0].min(frame.step[1]),
                }))
            }
        }
    }

    /// The depth at a place `at` millimetres along the axis, on which the four slices lie at `mm`.
    pub(super) fn at(&self, frame: &Frame, place: [usize; 2], mm: [f32; 4], at: f32) -> f32 {
        match self {
            Self::Between(between) => between.at(frame, place, mm, at),
            Self::Held(held) => held.at(frame, place, at),
        }
    }

    /// Whether it lies before or behind a place and has ended there.
    pub(super) fn has_ended(&self, frame: &Frame, place: [usize; 2], at: f32) -> bool {
        match self {
            Self::Between(_) => false,
            Self::Held(held) => !held.is_held(at) && held.depth_at(frame, place) > 0.0,
        }
    }
}

impl Held {
    fn at(&self, frame: &Frame, place: [usize; 2], at: f32) -> f32 {
        if self.is_held(at) {
            self.depth_at(frame, place)
        } else {
            self.outside
        }
    }

    fn is_held(&self, at: f32) -> bool {
        match self.from {
            0 => at <= self.to_mm,
            _ => at >= self.to_mm,
        }
    }

    fn depth_at(&self, frame: &Frame, place: [usize; 2]) -> f32 {
        self.depth[place[1] * frame.size[0] + place[0]]
    }
}

impl Between {
    fn at(&self, frame: &Frame, place: [usize; 2], mm: [f32; 4], at: f32) -> f32 {
        let span = mm[2] - mm[1];
        let t = (at - mm[1]) / span;
        let [u, v] = place.map(|x| x as f32);
        let low = [u - t * self.shift[0], v - t * self.shift[1]];
        let high = [low[0] + self.shift[0], low[1] + self.shift[1]];
        let is_moved = self.shift != [0.0; 2];
        let value = |depth: &[f32], [u, v]: [f32; 2]| {
            if is_moved {
                sampled(depth, frame.size, [u, v])
            } else {
                depth[place[1] * frame.size[0] + place[0]]
            }
        };
        let (a, b) = (value(&self.ends[0], low), value(&self.ends[1], high));
        let slope = b - a;
        let tangent = |n: usize, from: [f32; 2]| {
            let beyond = self.beyond[n].as_ref()?;
            let other = value(beyond, from);
            let (length, rise) = if n == 0 {
                (mm[2] - mm[0], b - other)
            } else {
                (mm[3] - mm[1], other - a)
            };
            Some(rise * span / length)
        };
        let before = [low[0] - self.shift[0], low[1] - self.shift[1]];
        let after = [high[0] + self.shift[0], high[1] + self.shift[1]];
        let [m0, m1] = [tangent(0, before), tangent(1, after)];
        let [m0, m1] = match (m0, m1) {
            (None, None) => [slope; 2],
            (m0, m1) => [m0.unwrap_or(slope), m1.unwrap_or(slope)],
        };
        let (t2, t3) = (t * t, t * t * t);
        let cubic = (t3 - 2.0 * t2 + t) * (m0 - slope) + (t3 - t2) * (m1 - slope);
        let most = BEND * span;
        let depth = a + t * slope + cubic.clamp(-most, most);
        let (nearer, away) = if t <= 0.5 { (a, t) } else { (b, 1.0 - t) };
        let most = self.steepest * away * span;
        depth.clamp(nearer - most, nearer + most)
    }
}

/// Bilinear; beyond the slice as at its border.
fn sampled(depth: &[f32], [columns, rows]: [usize; 2], [u, v]: [f32; 2]) -> f32 {
    let u = u.clamp(0.0, (columns - 1) as f32);
    let v = v.clamp(0.0, (rows - 1) as f32);
    let (i, j) = (u as usize, v as usize);
    let (s, t) = (u - i as f32, v - j as f32);
    let (i1, j1) = ((i + 1).min(columns - 1), (j + 1).min(rows - 1));
    let at = |i: usize, j: usize| depth[j * columns + i];
    let low = at(i, j) + s * (at(i1, j) - at(i, j));
    let high = at(i, j1) + s * (at(i1, j1) - at(i, j1));
    low + t * (high - low)
}

/// Parts that end before the other slice.
fn taper(frame: &Frame, parts: &Parts, chosen: &[usize], side: usize) -> Option<Piece> {
    let deepest = parts.radius_of(chosen)?;
    let depth = parts.depth_of(frame, chosen);
    // What is beside a part is as far from what is left of it at least.
    let other = parts.numbers.iter().zip(depth.iter()).enumerate();
    let other = other.map(|(at, (&number, &depth))| {
        if parts.has(at, chosen) {
            -parts.all[number as usize - 1].radius
        } else {
            depth.min(0.0) - deepest
        }
    });
    let other: Depth = Arc::new(other.collect());
    Some(Piece::Between(Between {
        ends: if side == 0 {
            [depth, other]
        } else {
            [other, depth]
        },
        beyond: [None, None],
        shift: [0.0; 2],
        steepest: f32::INFINITY,
    }))
}
