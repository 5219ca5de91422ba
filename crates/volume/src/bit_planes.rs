//! Labels of a brick as bit planes: 4 KiB for each independent bit instead of 64 KiB.
//!
//! A voxel's label is a base, xor the vectors of those planes in which the voxel's bit is set. As
//! the vectors are independent (over GF(2)), a brick of one label needs no plane, one of two labels
//! needs one whatever they are, and none needs more than labels have bits. Each vector has a bit
//! that no other one has, its pivot: the plane is that bit of the labels without the base.

use crate::brick::{BRICK_EDGE, BRICK_VOXELS, Label};
use std::collections::BTreeSet;
use std::ops::Range;

/// Rows of a brick.
pub(crate) const N_ROWS: usize = BRICK_EDGE * BRICK_EDGE;

/// Rows of 32 voxels along i, the lowest bit first, for each row of a brick.
pub type BrickMask = Box<[u32; N_ROWS]>;

#[derive(Clone, Default)]
pub(crate) struct BitPlanes {
    base: Label,
    planes: Vec<Plane>,
}

#[derive(Clone)]
struct Plane {
    vector: Label,
    pivot: Label,
    rows: BrickMask,
}

impl Plane {
    /// All bits where the vector is part of a label, none where it is not.
    const fn expected(&self, difference: Label) -> u32 {
        if difference & self.pivot == 0 {
            0
        } else {
            u32::MAX
        }
    }
}

/// The row and the bit of a position.
const fn row_and_bit(position: usize) -> (usize, usize) {
    (position / BRICK_EDGE, position % BRICK_EDGE)
}

impl BitPlanes {
    /// Of [`BRICK_VOXELS`] labels.
    pub(crate) fn of(labels: &[Label]) -> Self {
        debug_assert_eq!(labels.len(), BRICK_VOXELS);
        let mut all = Self {
            base: labels[0],
            planes: Vec::new(),
        };
        let rows = labels.as_chunks::<BRICK_EDGE>().0;
        let mut last = all.base;
        for row in rows {
            // All of them: a loop that may end early cannot take several at once.
            let differs = |differs: Label, label: &Label| differs | (label ^ last);
            if row.iter().fold(0, differs) == 0 {
                continue;
            }
            for &label in row {
                if label != last {
                    all.span(label ^ all.base);
                    last = label;
                }
            }
        }
        let base = all.base;
        for plane in &mut all.planes {
            for (bits, row) in plane.rows.iter_mut().zip(rows) {
                *bits = row_bits(row, |label| (label ^ base) & plane.pivot != 0);
            }
        }
        all
    }

    /// Whether no voxel has a label; the planes must be tidy.
    pub(crate) const fn is_empty(&self) -> bool {
        self.base == 0 && self.planes.is_empty()
    }

    pub(crate) const fn n_bytes(&self) -> usize {
        self.planes.len() * (size_of::<Plane>() + size_of::<[u32; N_ROWS]>())
    }

    pub(crate) fn label(&self, position: usize) -> Label {
        let (row, bit) = row_and_bit(position);
        let planes = self.planes.iter();
        planes.fold(self.base, |label, plane| {
            let is_set = (plane.rows[row] >> bit & 1) as Label;
            label ^ (plane.vector * is_set)
        })
    }

    pub(crate) fn row(&self, row: usize) -> [Label; BRICK_EDGE] {
        const HALF: usize = BRICK_EDGE / 2;
        const BITS: [Label; HALF] = one_bit_each();
        let mut labels = [self.base; BRICK_EDGE];
        for plane in &self.planes {
            let bits = plane.rows[row];
            let halves = [bits as Label, (bits >> HALF) as Label];
            for (labels, half) in labels.as_chunks_mut::<HALF>().0.iter_mut().zip(halves) {
                for (label, bit) in labels.iter_mut().zip(BITS) {
                    *label ^= if half & bit == 0 { 0 } else { plane.vector };
                }
            }
        }
        labels
    }

    /// The voxels of a row that have a label.
    pub(crate) fn row_of(&self, row: usize, label: Label) -> u32 {
        let difference = label ^ self.base;
        if self.rest(difference) != 0 {
            return 0;
        }
        let planes = self.planes.iter();
        planes.fold(u32::MAX, |found, plane| {
            found & !(plane.rows[row] ^ plane.expected(difference))
        })
    }

    /// Whether a voxel has a label.
    pub(crate) fn contains(&self, label: Label) -> bool {
        (0..N_ROWS).any(|row| self.row_of(row, label) != 0)
    }

    /// The voxels whose label is wanted.
    pub(crate) fn mask(&self, is_wanted: impl Fn(Label) -> bool) -> BrickMask {
        let mut mask = Box::new([0; N_ROWS]);
        if let Some(possible) = self.possible() {
            for label in possible.into_iter().filter(|&label| is_wanted(label)) {
                for (row, bits) in mask.iter_mut().enumerate() {
                    *bits |= self.row_of(row, label);
                }
            }
        } else {
            for (row, bits) in mask.iter_mut().enumerate() {
                *bits = row_bits(&self.row(row), &is_wanted);
            }
        }
        mask
    }

    /// The labels that are there.
    pub(crate) fn present(&self) -> BTreeSet<Label> {
        if let Some(possible) = self.possible() {
            let there = possible.into_iter().filter(|&label| self.contains(label));
            return there.collect();
        }
        let rows = (0..N_ROWS).map(|row| self.row(row));
        let runs = rows.flat_map(|row| {
            let mut last = None;
            row.into_iter()
                .filter(move |&label| last.replace(label) != Some(label))
        });
        runs.collect()
    }

    /// The labels that it may have, where they are few: every one that it has, and others that
    /// their bits make.
    fn possible(&self) -> Option<Vec<Label>> {
        const MANY: usize = 3;
        if self.planes.len() > MANY {
            return None;
        }
        let mut all = vec![self.base];
        for plane in &self.planes {
            let others: Vec<_> = all.iter().map(|label| label ^ plane.vector).collect();
            all.extend(others);
        }
        Some(all)
    }

    /// What of a difference of labels the vectors do not make.
    fn rest(&self, difference: Label) -> Label {
        let parts = self.planes.iter();
        let parts = parts.filter(|plane| difference & plane.pivot != 0);
        parts.fold(difference, |rest, plane| rest ^ plane.vector)
    }

    /// Sees to it that the vectors make a difference of labels.
    fn span(&mut self, difference: Label) {
        let vector = self.rest(difference);
        if vector == 0 {
            return;
        }
        let pivot = 1 << vector.trailing_zeros();
        let mut rows = Box::new([0; N_ROWS]);
        for plane in self.planes.iter_mut().filter(|p| p.vector & pivot != 0) {
            plane.vector ^= vector;
            rows.iter_mut()
                .zip(plane.rows.iter())
                .for_each(|(bits, other)| *bits ^= other);
        }
        self.planes.push(Plane {
            vector,
            pivot,
            rows,
        });
    }

    /// Gives the voxels of some positions, which have the label `from`, the label `to`.
    ///
    /// # Errors
    /// The first label there that is another; some voxels may have changed then.
    pub(crate) fn change(
        &mut self,
        positions: Range<usize>,
        [from, to]: [Label; 2],
    ) -> Result<(), Label> {
        if self.rest(from ^ self.base) == 0 {
            self.span(from ^ to);
            let base = self.base;
            let fits = self.planes.iter_mut().fold(0, |other, plane| {
                let expected = plane.expected(from ^ base);
                let change = plane.expected(from ^ to);
                spans(positions.clone()).fold(other, |other, (row, bits)| {
                    let found = plane.rows[row] ^ expected;
                    plane.rows[row] ^= change & bits;
                    other | (found & bits)
                })
            });
            if fits == 0 {
                return Ok(());
            }
            // Of those that differ, what they were is found from what they became.
            let became = |position| self.label(position) ^ from ^ to;
            let mut found = positions.clone().map(became);
            return Err(found.find(|&label| label != from).unwrap_or(to));
        }
        let mut found = positions.map(|position| self.label(position));
        Err(found.find(|&label| label != from).unwrap_or(from))
    }

    /// Gives up planes that say nothing of their own: those that are the same in every voxel, and
    /// those that are what another one is, or its opposite.
    pub(crate) fn tidy(&mut self) {
        let mut n = 0;
        while n < self.planes.len() {
            let (kept, rest) = self.planes.split_at_mut(n);
            let Plane { vector, rows, .. } = &rest[0];
            if let Some(is_set) = opposite(&[0; N_ROWS], rows) {
                self.base ^= if is_set { *vector } else { 0 };
            } else {
                let twins = kept.iter_mut();
                let mut twins = twins.filter_map(|twin| Some((opposite(&twin.rows, rows)?, twin)));
                let Some((is_opposite, twin)) = twins.next() else {
                    n += 1;
                    continue;
                };
                self.base ^= if is_opposite { *vector } else { 0 };
                twin.vector ^= vector;
            }
            self.planes.remove(n);
        }
    }
}

/// Whether rows are the opposite of others; `None` where they are neither that nor the same.
fn opposite(rows: &[u32; N_ROWS], others: &[u32; N_ROWS]) -> Option<bool> {
    let difference = rows[0] ^ others[0];
    let mut both = rows.iter().zip(others);
    let is_all = (difference == 0 || difference == u32::MAX)
        && both.all(|(row, other)| row ^ other == difference);
    is_all.then_some(difference != 0)
}

/// The rows of some positions, and the bits of each.
fn spans(positions: Range<usize>) -> impl Iterator<Item = (usize, u32)> {
    let (first, first_bit) = row_and_bit(positions.start);
    let n = positions.len();
    let n_rows = (first_bit + n).div_ceil(BRICK_EDGE);
    (0..n_rows).map(move |row| {
        let low = if row == 0 { first_bit } else { 0 };
        let high = (first_bit + n - row * BRICK_EDGE).min(BRICK_EDGE);
        let bits = u32::MAX >> (BRICK_EDGE - (high - low)) << low;
        (first + row, bits)
    })
}

/// Bit `n` tells whether label `n` of a row is wanted.
pub(crate) fn row_bits(row: &[Label; BRICK_EDGE], is_wanted: impl Fn(Label) -> bool) -> u32 {
    const BITS: [u32; BRICK_EDGE] = {
        let mut bits = [1; BRICK_EDGE];
        let mut n = 1;
        while n < BRICK_EDGE {
            bits[n] = bits[n - 1] << 1;
            n += 1;
        }
        bits
    };
    // A choice between constants, unlike a shift, is done for several elements at once.
    let bit = |(&label, bit): (&Label, u32)| if is_wanted(label) { bit } else { 0 };
    let bits = row.iter().zip(BITS).map(bit);
    bits.fold(0, |all, bit| all | bit)
}

/// Bit `n` at place `n`.
const fn one_bit_each() -> [Label; BRICK_EDGE / 2] {
    let mut bits = [1; BRICK_EDGE / 2];
    let mut n = 1;
    while n < bits.len() {
        bits[n] = bits[n - 1] << 1;
        n += 1;
    }
    bits
}
