//! Squared distances along the columns across equally long rows.
//!
//! Near a border a voxel looks at its neighbours up and down until none can be nearer than what it
//! has found: plain loops over several columns at once. Where that would be far, the lower envelope
//! of [`crate::envelope`] is taken instead, column by column. Both are exact.

use crate::envelope::Envelope;
use crate::simd::vectorized;
use crate::spacing::Line;
use std::ops::Range;

/// Columns done at once.
const LANES: usize = 16;
/// Blocks of so many columns that are read from each row at a time: whole pages of memory matter
/// where rows are far apart.
const BLOCKS: usize = 8;
/// Voxels looked at on each side before the envelope is cheaper.
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
    far: Vec<Range<usize>>,
    line: Vec<f32>,
    envelope: Envelope,
}

impl Columns {
    /// Takes each column further: `rows` hold signed squared distances over the axes done so far,
    /// and then over this one too, finished by `finish`. What is `limit` mm² or further away may come out as anything from `limit` on.
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
        let given = &self.given[block * n..][..n];
        self.far.clear();
        vectorized(
            #[inline(always)]
            || look_around(given, axis, limit, &mut self.found, &mut self.far),
        );
        if self.far.is_empty() {
            return;
        }
        for lane in 0..LANES {
            self.line.clear();
            self.line.extend(given.iter().map(|lanes| lanes[lane]));
            let far = &self.far;
            self.envelope.transform(&mut self.line, axis, limit, far);
            for range in far {
                let found = self.found[range.clone()].iter_mut();
                for (lanes, &value) in found.zip(&self.line[range.clone()]) {
                    lanes[lane] = value;
                }
            }
        }
    }
}

/// Fills `found` but for the ranges that it adds to `far`.
#[inline(always)]
fn look_around(
    given: &[Lanes],
    axis: &Line,
    limit: f32,
    found: &mut [Lanes],
    far: &mut Vec<Range<usize>>,
) {
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
            let worst = best
                .iter()
                .fold(0.0, |a: f32, &b| if b > a { b } else { a });
            if below.min(above) >= worst {
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
        match far.last_mut() {
            Some(last) if last.end == y => last.end = end,
            _ => far.push(y..end),
        }
        y = end;
    }
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
