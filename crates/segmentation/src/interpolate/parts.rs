//! The parts of a segment in a drawn slice: places that touch, at a corner too.

use super::grid::Frame;
use crate::components::{Connectivity, components};
use crate::mask::Mask;
use annotomy_volume::progress::NoProgress;
use std::sync::Arc;

/// Depth at each place of a slice.
pub(super) type Depth = Arc<Vec<f32>>;

/// A segment in a slice.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) depth: Depth,
    /// At each place: 0, or the number of its part and one.
    pub(super) numbers: Vec<u32>,
    columns: usize,
    pub(super) all: Vec<Part>,
}

/// One of its parts.
#[derive(Debug, Default, Clone)]
pub(super) struct Part {
    pub(super) n_places: usize,
    /// Column and row.
    pub(super) middle: [f32; 2],
    /// The greatest depth.
    pub(super) radius: f32,
    /// Where that is, column and row.
    pub(super) deepest: [usize; 2],
}

impl Parts {
    pub(super) fn of(frame: &Frame, depth: Depth) -> Self {
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
                let place = [at % columns, at / columns];
                part.n_places += 1;
                part.middle = [0, 1].map(|n| part.middle[n] + place[n] as f32);
                if mm > part.radius {
                    (part.radius, part.deepest) = (mm, place);
                }
            }
        }
        for part in &mut all {
            part.middle = part.middle.map(|sum| sum / part.n_places as f32);
        }
        Self {
            depth,
            numbers,
            columns,
            all,
        }
    }

    /// The number of the part at a place.
    pub(super) fn at(&self, [u, v]: [usize; 2]) -> Option<usize> {
        let number = *self.numbers.get(v * self.columns + u)?;
        (number as usize).checked_sub(1)
    }

    /// Whether a place is in one of some parts.
    pub(super) fn has(&self, at: usize, chosen: &[usize]) -> bool {
        let number = self.numbers[at] as usize;
        number > 0 && chosen.contains(&(number - 1))
    }

    /// The depth in some of the parts, without the others.
    pub(super) fn depth_of(&self, frame: &Frame, chosen: &[usize]) -> Depth {
        if chosen.len() == self.all.len() {
            return self.depth.clone();
        }
        let inside: Vec<bool> = (0..self.numbers.len())
            .map(|at| self.has(at, chosen))
            .collect();
        Arc::new(frame.depth(&inside))
    }

    /// The greatest depth in some of the parts.
    pub(super) fn radius_of(&self, chosen: &[usize]) -> Option<f32> {
        let radii = chosen.iter().map(|&n| self.all[n].radius);
        radii.reduce(f32::max)
    }

    fn middle_of(&self, chosen: &[usize]) -> [f32; 2] {
        let n: usize = chosen.iter().map(|&n| self.all[n].n_places).sum();
        let sum = |axis: usize| {
            let weighted = |&n: &usize| self.all[n].middle[axis] * self.all[n].n_places as f32;
            chosen.iter().map(weighted).sum::<f32>() / n.max(1) as f32
        };
        [sum(0), sum(1)]
    }

    /// How some parts move to those of another slice, in columns and rows: as their middle, if they
    /// are as many and these then overlap more than where they are.
    pub(super) fn shift_to(&self, other: &Self, [from, to]: [&[usize]; 2]) -> [f32; 2] {
        if from.len() != to.len() {
            return [0.0; 2];
        }
        let (a, b) = (self.middle_of(from), other.middle_of(to));
        let shift = [b[0] - a[0], b[1] - a[1]];
        let [du, dv] = shift.map(|x| x.round() as isize);
        let rows = (self.numbers.len() / self.columns) as isize;
        let mut overlaps = [0_usize; 2];
        for at in 0..self.numbers.len() {
            if !self.has(at, from) {
                continue;
            }
            overlaps[0] += usize::from(other.has(at, to));
            let u = (at % self.columns) as isize + du;
            let v = (at / self.columns) as isize + dv;
            if (0..self.columns as isize).contains(&u) && (0..rows).contains(&v) {
                let at = v as usize * self.columns + u as usize;
                overlaps[1] += usize::from(other.has(at, to));
            }
        }
        if overlaps[1] > overlaps[0] {
            shift
        } else {
            [0.0; 2]
        }
    }
}
