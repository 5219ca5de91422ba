//! Squared distances along columns where the nearest voxel is far.
//!
//! Further along a column the nearest voxel is never further back, so a row in the middle says
//! where those before and after it have to look, and halving finds all of them (Aggarwal, Klawe,
//! Moran, Shor and Wilber, Algorithmica 2 (1987) 195, on such matrices). Columns side by side have
//! their nearest voxels in about the same rows: they are done at once, between the least and the
//! greatest of theirs.

use super::{Far, Given, LANES, Lanes};
use crate::simd::vectorized;
use crate::spacing::Line;
use std::ops::Range;

/// So few rows look in all that is left for them.
const FEW: usize = 4;

/// Scratch for some columns.
#[derive(Debug, Default)]
pub(super) struct Halving {
    bases: Vec<Lanes>,
    parts: Vec<Part>,
}

/// Rows, and the first and the last row that may hold what is nearest to them.
#[derive(Debug)]
struct Part {
    rows: Range<usize>,
    nearest: [usize; 2],
}

impl Halving {
    /// Fills the rows `far` of `found`.
    pub(super) fn fill(&mut self, given: Given<'_>, far: &[Far], found: &mut [Lanes]) {
        for sign in [1.0, -1.0] {
            let mut rows = far.iter().flat_map(|far| &given.values[far.rows.clone()]);
            if rows.any(|lanes| lanes.iter().any(|value| value * sign > 0.0)) {
                vectorized(
                    #[inline(always)]
                    || self.fill_side(given, sign, far, found),
                );
            }
        }
    }

    /// Fills what is on the side of a sign. The other side is at distance 0 itself.
    #[inline(always)]
    fn fill_side(&mut self, given: Given<'_>, sign: f32, far: &[Far], found: &mut [Lanes]) {
        let other_at_zero = |lanes: &Lanes| lanes.map(|value| (value * sign).max(0.0));
        self.bases.clear();
        self.bases.extend(given.values.iter().map(other_at_zero));
        let counts = |lanes: &Lanes| lanes.iter().any(|&base| base < given.limit);
        let first = self.bases.iter().position(counts).unwrap_or(0);
        let last = self.bases.iter().rposition(counts).unwrap_or(0);
        let side = Side {
            bases: &self.bases,
            axis: given.axis,
        };
        let mut set = |row: usize, squared: &Lanes| {
            for n in 0..LANES {
                let is_here = given.values[row][n] * sign > 0.0;
                found[row][n] = if is_here {
                    squared[n] * sign
                } else {
                    found[row][n]
                };
            }
        };
        let before = |at| given.axis.at.partition_point(|&x| x < at);
        self.parts.extend(far.iter().map(|far| Part {
            rows: far.rows.clone(),
            // A row more on either side, for what is rounded.
            nearest: [
                first.max(before(far.nearest[0]).saturating_sub(1)),
                last.min(before(far.nearest[1])),
            ],
        }));
        while let Some(Part { rows, nearest }) = self.parts.pop() {
            if rows.len() <= FEW {
                for row in rows {
                    set(row, &side.lowest(row, nearest));
                }
                continue;
            }
            let middle = rows.start + rows.len() / 2;
            let squared = side.lowest(middle, nearest);
            let [least, greatest] = side.found(middle, &squared, nearest);
            set(middle, &squared);
            self.parts.push(Part {
                rows: rows.start..middle,
                nearest: [nearest[0], greatest],
            });
            self.parts.push(Part {
                rows: middle + 1..rows.end,
                nearest: [least, nearest[1]],
            });
        }
    }
}

/// One side of the border in some columns.
struct Side<'a> {
    bases: &'a [Lanes],
    axis: &'a Line,
}

impl<'a> Side<'a> {
    /// The squared distances of a row.
    #[inline(always)]
    fn lowest(&self, row: usize, nearest: [usize; 2]) -> Lanes {
        let mut best = [f32::INFINITY; LANES];
        for (bases, &at) in self.between(nearest) {
            let along = self.axis.squared(at, self.axis.at[row]);
            for n in 0..LANES {
                let there = bases[n] + along;
                best[n] = if there < best[n] { there } else { best[n] };
            }
        }
        best
    }

    /// The first and the last row that hold what is nearest to a row, whose squared distances are
    /// given, in one of the columns.
    #[inline(always)]
    fn found(&self, row: usize, squared: &Lanes, nearest: [usize; 2]) -> [usize; 2] {
        // Nothing equals what is not a number: where nothing is near, anything goes.
        let squared = squared.map(|mm2| if mm2.is_finite() { mm2 } else { f32::NAN });
        let is_there = |(bases, &at): (&Lanes, &f32)| {
            let along = self.axis.squared(at, self.axis.at[row]);
            let equal = (0..LANES).map(|n| bases[n] + along == squared[n]);
            equal.fold(false, |one, other| one | other)
        };
        let [first, last] = nearest;
        let least = self.between(nearest).position(is_there);
        let greatest = self.between(nearest).rposition(is_there);
        [
            least.map_or(last, |n| first + n),
            greatest.map_or(first, |n| first + n),
        ]
    }

    /// Bases and positions from a row to another, of none where they are the wrong way round.
    #[inline(always)]
    fn between(
        &self,
        [first, last]: [usize; 2],
    ) -> impl DoubleEndedIterator<Item = (&'a Lanes, &'a f32)> + ExactSizeIterator {
        let bases = self.bases.get(first..=last).unwrap_or_default();
        let at = self.axis.at.get(first..=last).unwrap_or_default();
        bases.iter().zip(at)
    }
}
