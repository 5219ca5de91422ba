//! Squared distances along the columns across equally long rows.
//!
//! Near a border a voxel looks at its neighbours up and down until none can be nearer than what it
//! has found. Where that would be far, [`halving`] is taken instead. Both are exact, and plain loops
//! over several columns at once.

mod halving;

use self::halving::Halving;
use crate::simd::vectorized;
use crate::spacing::Line;
use std::ops::Range;

/// Columns done at once.
const LANES: usize = 16;
/// Blocks of so many columns that are read from each row at a time: whole pages of memory matter
/// where rows are far apart.
const BLOCKS: usize = 8;
/// Voxels looked at on each side before halving is cheaper.
const AROUND: usize = 20;
/// Voxels after a far one that are taken to be far as well.
const FAR_STEP: usize = 8;

/// Values of neighbouring columns.
type Lanes = [f32; LANES];

/// Scratch for columns.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// Rows of each block.
    given: Vec<Lanes>,
    found: Vec<Lanes>,
    far: Vec<Far>,
    halving: Halving,
}

/// Rows of columns whose nearest voxels are far, and between which positions along the axis they are.
#[derive(Debug)]
struct Far {
    rows: Range<usize>,
    nearest: [f32; 2],
}

/// Neighbouring columns before they are taken further.
#[derive(Debug, Clone, Copy)]
struct Given<'a> {
    values: &'a [Lanes],
    axis: &'a Line,
    limit: f32,
}

impl Columns {
    /// Takes each column further: `rows` hold signed squared distances over the axes done so far,
    /// and then over this one too, finished by `finish`. What is `limit` mm² or further away may come
    /// out as anything from `limit` on.
    pub(crate) fn transform(
        &mut self,
        rows: &mut [&mut [f32]],
        axis: &Line,
        limit: f32,
        finish: impl Fn(f32) -> f32 + Copy,
    ) {
        let n = rows.len();
        let n_columns = rows.first().map_or(0, |row| row.len());
        self.given.resize(BLOCKS * n, [0.0; LANES]);
        self.found.resize(n, [0.0; LANES]);
        for first in (0..n_columns).step_by(LANES * BLOCKS) {
            let columns = first..(first + LANES * BLOCKS).min(n_columns);
            for (y, row) in rows.iter().enumerate() {
                let blocks = self.given[y..].iter_mut().step_by(n);
                for (lanes, part) in blocks.zip(row[columns.clone()].chunks(LANES)) {
                    // Lanes beyond the last column repeat it.
                    let last = part[part.len() - 1];
                    *lanes = std::array::from_fn(|n| part.get(n).copied().unwrap_or(last));
                }
            }
            for (block, at) in columns.step_by(LANES).enumerate() {
                self.block(block, axis, limit);
                for (row, found) in rows.iter_mut().zip(&self.found) {
                    let to = &mut row[at..n_columns.min(at + LANES)];
                    vectorized(
                        #[inline(always)]
                        || {
                            to.iter_mut()
                                .zip(found)
                                .for_each(|(to, &v)| *to = finish(v))
                        },
                    );
                }
            }
        }
    }

    fn block(&mut self, block: usize, axis: &Line, limit: f32) {
        let n = axis.at.len();
        let given = Given {
            values: &self.given[block * n..][..n],
            axis,
            limit,
        };
        self.far.clear();
        vectorized(
            #[inline(always)]
            || look_around(given, &mut self.found, &mut self.far),
        );
        self.halving.fill(given, &self.far, &mut self.found);
    }
}

/// Fills `found` but for the rows that it adds to `far`.
#[inline(always)]
fn look_around(given: Given<'_>, found: &mut [Lanes], far: &mut Vec<Far>) {
    let Given {
        values: given,
        axis,
        limit,
    } = given;
    let n = given.len();
    let mut y = 0;
    while y < n {
        let own = given[y];
        let sign = own.map(f32::signum);
        let mut best = own.map(|value| value.abs().min(limit));
        let mut is_near = false;
        for d in 1..=AROUND + 1 {
            let [low, high] = [y.checked_sub(d), Some(y + d).filter(|&high| high < n)];
            let squared = |other: Option<usize>| {
                other.map_or(f32::INFINITY, |other| {
                    axis.squared(axis.at[other], axis.at[y])
                })
            };
            let [below, above] = [squared(low), squared(high)];
            if below.min(above) >= largest(&best) {
                is_near = true;
                break;
            }
            if d > AROUND {
                break;
            }
            if let Some(low) = low {
                nearer(&mut best, &given[low], &sign, below);
            }
            if let Some(high) = high {
                nearer(&mut best, &given[high], &sign, above);
            }
        }
        if is_near {
            found[y] = std::array::from_fn(|n| best[n] * sign[n]);
            y += 1;
            continue;
        }
        let end = (y + FAR_STEP).min(n);
        let steps = axis.at[end - 1] - axis.at[y];
        let reach = (largest(&best) / axis.unit).sqrt();
        let nearest = [axis.at[y] - reach, axis.at[end - 1] + reach + steps];
        match far.last_mut() {
            Some(last) if last.rows.end == y => {
                last.rows.end = end;
                last.nearest[0] = last.nearest[0].min(nearest[0]);
                last.nearest[1] = last.nearest[1].max(nearest[1]);
            }
            _ => far.push(Far {
                rows: y..end,
                nearest,
            }),
        }
        y = end;
    }
}

/// By halves, as vectors do it.
#[inline(always)]
fn largest(lanes: &Lanes) -> f32 {
    let mut lanes = *lanes;
    let mut n = LANES / 2;
    while n > 0 {
        let (low, high) = lanes.split_at_mut(n);
        for (low, &high) in low.iter_mut().zip(&*high) {
            *low = if high > *low { high } else { *low };
        }
        n /= 2;
    }
    lanes[0]
}

/// Takes a neighbour's value into account: one on the other side is at distance 0 itself.
#[inline(always)]
fn nearer(best: &mut Lanes, other: &Lanes, sign: &Lanes, squared: f32) {
    for n in 0..LANES {
        let same_side = other[n] * sign[n];
        let there = if same_side > 0.0 { same_side } else { 0.0 } + squared;
        best[n] = if there < best[n] { there } else { best[n] };
    }
}
