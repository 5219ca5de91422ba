//! Masks made slice by slice, each slice from others around it.
//!
//! Only slices within reach are held, so that a whole volume takes no more memory than some of its
//! slices do.

use crate::mask::{Mask, box_size};
use crate::rows::{WORD, word_in_row};
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use rayon::prelude::*;

/// Slices done at once.
const BATCH: usize = 32;

/// A box of a grid whose slices depend on those that lie so many away.
pub(crate) struct Sliding {
    pub(crate) grid: [usize; 3],
    pub(crate) region: VoxelBox,
    pub(crate) reach: usize,
}

impl Sliding {
    /// The voxels whose values are wanted. `slice` makes slice `k` of the box, all zeros at first,
    /// and `row` the values of a row of slice `k` from the same row of the slices around. Takes two
    /// steps a slice.
    pub(crate) fn mask<T: Copy + Default + Send + Sync>(
        &self,
        steps: &Steps<'_>,
        slice: impl Fn(usize, &mut [T]) + Sync,
        row: impl for<'a> Fn(usize, &mut [T], &dyn Fn(usize) -> &'a [T]) + Sync,
        is_wanted: impl Fn(T) -> bool + Sync,
    ) -> Result<Mask, Cancelled> {
        let [n_i, n_j, n_k] = box_size(self.region);
        let [min_i, ..] = self.region.min;
        let mut mask = Mask::room(self.grid, self.region);
        let [n_words, first_i] = [mask.size[0], mask.first[0] * WORD];
        // In one piece, which goes back whole to the system: slice `k` has the place `k % n_held`.
        let n_held = (BATCH + 2 * self.reach).min(n_k);
        let mut held = vec![T::default(); n_held * n_i * n_j];
        let mut n_made = 0;
        for begin in (0..n_k).step_by(BATCH) {
            let end = (begin + BATCH).min(n_k);
            let missing = n_made..(end + self.reach).min(n_k);
            n_made = missing.end;
            let places = held.par_chunks_exact_mut(n_i * n_j).enumerate();
            places.try_for_each(|(place, held)| {
                let ahead = (place + n_held - missing.start % n_held) % n_held;
                let k = missing.start + ahead;
                if missing.contains(&k) {
                    held.fill(T::default());
                    slice(k, held);
                    steps.step()?;
                }
                Ok(())
            })?;
            let words = &mut mask.words[begin * n_words * n_j..end * n_words * n_j];
            let slices = words.par_chunks_exact_mut(n_words * n_j);
            slices.enumerate().try_for_each_init(
                || vec![T::default(); n_i],
                |values, (n, words)| {
                    for (j, words) in words.chunks_exact_mut(n_words).enumerate() {
                        let around = |k: usize| &held[(k % n_held * n_j + j) * n_i..][..n_i];
                        row(begin + n, values, &around);
                        for (bits, i) in words.iter_mut().zip((first_i..).step_by(WORD)) {
                            *bits = word_in_row(values, min_i, i, &is_wanted);
                        }
                    }
                    steps.step()
                },
            )?;
        }
        Ok(mask)
    }
}
