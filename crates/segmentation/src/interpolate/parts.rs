//! Which parts of a segment in one drawn slice go on as which parts in the next, and how.
//!
//! The rule: parts (of 8 neighbours) that overlap belong together, as one group however many
//! there are, so that branches part and merge. A part that overlaps none joins the nearest part of
//! the other slice that overlaps none either, if their middles are no further apart than twice the
//! sum of their radii. What is left tapers to its middle half way to the other slice. A pair of
//! single parts is moved along the line that joins their middles where they overlap more when moved.

use super::grid::Frame;
use super::maths::length;
use crate::components::{Connectivity, components};
use crate::mask::Mask;
use annotomy_volume::progress::NoProgress;
use std::sync::Arc;

/// How far middles of parts that do not overlap may lie apart, in sums of their radii.
const REACH: f32 = 2.0;

/// How far a cubic may leave the straight line, in lengths of the gap.
const BEND: f32 = 0.2;

/// Depth at each place of a slice.
type Depth = Arc<Vec<f32>>;

/// A group of parts in two slices.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    ends: [Depth; 2],
    /// In the slices beyond, for a cubic.
    beyond: [Option<Depth>; 2],
    /// From the lower slice to the higher, in columns and rows.
    shift: [f32; 2],
}

impl Piece {
    /// The depth at a place `at` millimetres along the axis, on which the four slices lie at `mm`.
    pub(super) fn at(&self, frame: &Frame, place: [usize; 2], mm: [f32; 4], at: f32) -> f32 {
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
        a + t * slope + cubic.clamp(-most, most)
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

/// The pieces of a segment between two slices, in which it may be absent.
pub(super) fn pieces(
    frame: &Frame,
    ends: [Option<&Depth>; 2],
    beyond: [Option<Depth>; 2],
) -> Vec<Piece> {
    let parts = ends.map(|depth| depth.map(|depth| Parts::of(frame, depth)));
    let [Some(low), Some(high)] = &parts else {
        let tapers = parts.iter().enumerate().filter_map(|(n, parts)| {
            let parts = parts.as_ref()?;
            let all: Vec<usize> = (0..parts.all.len()).collect();
            taper(frame, parts, &all, n)
        });
        return tapers.collect();
    };
    let groups = groups(frame, low, high);
    let is_whole = groups.len() == 1;
    let mut pieces = Vec::new();
    for [from, to] in groups {
        let piece = match (from.is_empty(), to.is_empty()) {
            (false, true) => taper(frame, low, &from, 0),
            (true, false) => taper(frame, high, &to, 1),
            _ => Some(Piece {
                shift: shift(low, high, [&from, &to]),
                ends: [low.depth_of(frame, &from), high.depth_of(frame, &to)],
                beyond: if is_whole {
                    beyond.clone()
                } else {
                    [None, None]
                },
            }),
        };
        pieces.extend(piece);
    }
    pieces
}

/// The parts of a segment in a slice.
struct Parts {
    depth: Depth,
    /// At each place: 0, or the number of its part and one.
    numbers: Vec<u32>,
    columns: usize,
    all: Vec<Part>,
}

#[derive(Default, Clone)]
struct Part {
    n_places: usize,
    /// Column and row.
    middle: [f32; 2],
    /// The greatest depth.
    radius: f32,
}

impl Parts {
    fn of(frame: &Frame, depth: &Depth) -> Self {
        let inside: Vec<bool> = depth.iter().map(|&mm| mm > 0.0).collect();
        let [columns, rows] = frame.size;
        let mask = Mask::from_dense([columns, rows, 1], &inside);
        let numbers = mask
            .and_then(|mask| components(&mask, Connectivity::Corners, &NoProgress).ok())
            .map_or(Vec::new(), |found| found.to_dense());
        let n = numbers.iter().max().map_or(0, |&n| n as usize);
        let mut all = vec![Part::default(); n];
        for (at, (&number, &mm)) in numbers.iter().zip(depth.iter()).enumerate() {
            if let Some(part) = (number as usize).checked_sub(1).map(|n| &mut all[n]) {
                part.n_places += 1;
                part.middle[0] += (at % columns) as f32;
                part.middle[1] += (at / columns) as f32;
                part.radius = part.radius.max(mm);
            }
        }
        for part in &mut all {
            part.middle = part.middle.map(|sum| sum / part.n_places as f32);
        }
        Self {
            depth: depth.clone(),
            numbers,
            columns,
            all,
        }
    }

    fn has(&self, at: usize, chosen: &[usize]) -> bool {
        let number = self.numbers[at] as usize;
        number > 0 && chosen.contains(&(number - 1))
    }

    /// The depth in some of the parts, without the others.
    fn depth_of(&self, frame: &Frame, chosen: &[usize]) -> Depth {
        if chosen.len() == self.all.len() {
            return self.depth.clone();
        }
        let inside: Vec<bool> = (0..self.numbers.len())
            .map(|at| self.has(at, chosen))
            .collect();
        Arc::new(frame.depth(&inside))
    }

    fn middle_of(&self, chosen: &[usize]) -> [f32; 2] {
        let n: usize = chosen.iter().map(|&n| self.all[n].n_places).sum();
        let sum = |axis: usize| {
            let weighted = |&n: &usize| self.all[n].middle[axis] * self.all[n].n_places as f32;
            chosen.iter().map(weighted).sum::<f32>() / n.max(1) as f32
        };
        [sum(0), sum(1)]
    }
}

/// Parts that end before the other slice.
fn taper(frame: &Frame, parts: &Parts, chosen: &[usize], end: usize) -> Option<Piece> {
    let deepest = chosen
        .iter()
        .map(|&n| parts.all[n].radius)
        .reduce(f32::max)?;
    let depth = parts.depth_of(frame, chosen);
    let other = parts.numbers.iter().enumerate().map(|(at, &number)| {
        if parts.has(at, chosen) {
            -parts.all[number as usize - 1].radius
        } else {
            -deepest
        }
    });
    let other: Depth = Arc::new(other.collect());
    Some(Piece {
        ends: if end == 0 {
            [depth, other]
        } else {
            [other, depth]
        },
        beyond: [None, None],
        shift: [0.0; 2],
    })
}

/// Numbers of parts in both slices that belong together.
fn groups(frame: &Frame, low: &Parts, high: &Parts) -> Vec<[Vec<usize>; 2]> {
    let n = low.all.len();
    let mut group: Vec<usize> = (0..n + high.all.len()).collect();
    let mut join = |a: usize, b: usize| {
        let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
        if from != to {
            group
                .iter_mut()
                .filter(|g| **g == from)
                .for_each(|g| *g = to);
        }
    };
    let mut is_joined = vec![false; n + high.all.len()];
    for (&a, &b) in low.numbers.iter().zip(&high.numbers) {
        if a > 0 && b > 0 {
            let [a, b] = [a as usize - 1, n + b as usize - 1];
            join(a, b);
            [is_joined[a], is_joined[b]] = [true; 2];
        }
    }
    for (a, b) in apart(frame, low, high, &is_joined) {
        join(a, n + b);
    }
    let mut groups: Vec<[Vec<usize>; 2]> = vec![Default::default(); group.len()];
    for (part, &group) in group.iter().enumerate() {
        match part.checked_sub(n) {
            None => groups[group][0].push(part),
            Some(part) => groups[group][1].push(part),
        }
    }
    groups.retain(|[from, to]| !from.is_empty() || !to.is_empty());
    groups
}

/// Pairs of parts that overlap nothing, the nearest first.
fn apart(frame: &Frame, low: &Parts, high: &Parts, is_joined: &[bool]) -> Vec<(usize, usize)> {
    let n = low.all.len();
    let mut pairs = Vec::new();
    for (a, from) in low.all.iter().enumerate().filter(|(a, _)| !is_joined[*a]) {
        for (b, to) in high.all.iter().enumerate() {
            let [du, dv] = [0, 1].map(|x| (to.middle[x] - from.middle[x]) * frame.step[x]);
            let area = frame.step[0] * frame.step[1] / std::f32::consts::PI;
            let radii = [from, to].map(|part| (part.n_places as f32 * area).sqrt());
            let apart = length([du, dv]) / (radii[0] + radii[1]);
            if !is_joined[n + b] && apart <= REACH {
                pairs.push((apart, a, b));
            }
        }
    }
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut is_taken = is_joined.to_vec();
    let mut found = Vec::new();
    for (_, a, b) in pairs {
        if !is_taken[a] && !is_taken[n + b] {
            [is_taken[a], is_taken[n + b]] = [true; 2];
            found.push((a, b));
        }
    }
    found
}

/// How a group moves from the lower slice to the higher: as its middle, if it is the same
/// few parts and these then overlap more than where they are.
fn shift(low: &Parts, high: &Parts, [from, to]: [&[usize]; 2]) -> [f32; 2] {
    if from.len() != to.len() {
        return [0.0; 2];
    }
    let (a, b) = (low.middle_of(from), high.middle_of(to));
    let shift = [b[0] - a[0], b[1] - a[1]];
    let [du, dv] = shift.map(|x| x.round() as isize);
    let rows = (low.numbers.len() / low.columns) as isize;
    let mut overlaps = [0_usize; 2];
    for at in 0..low.numbers.len() {
        if !low.has(at, from) {
            continue;
        }
        overlaps[0] += usize::from(high.has(at, to));
        let u = (at % low.columns) as isize + du;
        let v = (at / low.columns) as isize + dv;
        if (0..low.columns as isize).contains(&u) && (0..rows).contains(&v) {
            let at = v as usize * low.columns + u as usize;
            overlaps[1] += usize::from(high.has(at, to));
        }
    }
    if overlaps[1] > overlaps[0] {
        shift
    } else {
        [0.0; 2]
    }
}
