//! Rows of bits: which voxels along i are set, 64 to a word, the lowest bit first.

use crate::simd::vectorized;
use std::ops::Range;

/// Voxels of a word.
pub(crate) const WORD: usize = u64::BITS as usize;

/// The bits `range` of a word whose first voxel is at `first`.
pub(crate) fn bits_between(first: usize, range: &Range<usize>) -> u64 {
    let from = range.start.saturating_sub(first).min(WORD);
    let to = range.end.saturating_sub(first).min(WORD);
    let below = |n: usize| if n == WORD { u64::MAX } else { (1 << n) - 1 };
    below(to) & !below(from)
}

/// Calls `found` with each range of set bits, in order. `first` is the first word's voxel.
pub(crate) fn for_each_run(words: &[u64], first: usize, mut found: impl FnMut(Range<usize>)) {
    let mut open: Option<usize> = None;
    for (n, &word) in words.iter().enumerate() {
        let at = first + n * WORD;
        if open.is_none() && word == 0 || open.is_some() && word == u64::MAX {
            continue;
        }
        let mut rest = word;
        let mut position = 0;
        loop {
            match open {
                None if rest == 0 => break,
                None => {
                    position += rest.trailing_zeros() as usize;
                    open = Some(at + position);
                    rest = word >> position;
                }
                Some(start) => {
                    let n_set = rest.trailing_ones() as usize;
                    position += n_set;
                    if position >= WORD {
                        break;
                    }
                    found(start..at + position);
                    open = None;
                    rest = word >> position;
                }
            }
        }
    }
    if let Some(start) = open {
        found(start..first + words.len() * WORD);
    }
}

/// Sets the bits of `range`.
pub(crate) fn set_run(words: &mut [u64], first: usize, range: &Range<usize>) {
    if range.is_empty() {
        return;
    }
    let touched = (range.start - first) / WORD..=(range.end - 1 - first) / WORD;
    for n in touched {
        words[n] |= bits_between(first + n * WORD, range);
    }
}

/// A word from 64 or fewer answers, the first in the lowest bit.
#[inline(always)]
pub(crate) fn word_of<T: Copy>(values: &[T], is_set: impl Fn(T) -> bool) -> u64 {
    let mut flags = [0_u8; WORD];
    for (flag, &value) in flags.iter_mut().zip(values) {
        *flag = u8::from(is_set(value));
    }
    // A product gathers the lowest bits of eight bytes in its highest byte.
    let gathered =
        flags.as_chunks().0.iter().map(|&eight| {
            u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> (WORD - 8)
        });
    gathered
        .zip(0_u32..)
        .fold(0, |word, (bits, n)| word | bits << (8 * n))
}

/// The word that begins at voxel `i` of a row of values, whose first voxel is `start`: the bits of
/// those that are wanted.
pub(crate) fn word_in_row<T: Copy>(
    row: &[T],
    start: usize,
    i: usize,
    is_wanted: impl Fn(T) -> bool,
) -> u64 {
    let part = &row[i.saturating_sub(start)..(i + WORD - start).min(row.len())];
    let bits = vectorized(
        #[inline(always)]
        || word_of(part, &is_wanted),
    );
    bits << start.saturating_sub(i)
}

/// The bits `start..start + out.len()` as 0 or 1; voxels beyond the words are 0.
pub(crate) fn expand(words: &[u64], first: usize, start: usize, out: &mut [u8]) {
    out.fill(0);
    for (n, &word) in words.iter().enumerate() {
        let at = first + n * WORD;
        if word == 0 || at + WORD <= start || at >= start + out.len() {
            continue;
        }
        let from = at.max(start);
        let to = (at + WORD).min(start + out.len());
        let shifted = word >> (from - at);
        for (value, bit) in out[from - start..to - start].iter_mut().zip(0_u32..) {
            *value = (shifted >> bit & 1) as u8;
        }
    }
}
