//! Histograms of an image's values: what automatic thresholds are found from.

use crate::mask::Mask;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use rayon::prelude::*;

/// Parts that are counted on their own and then added up.
const N_TASKS: usize = 32;
/// The highest bin ends this share of a bin above the largest value, so that it is in the bin: as
/// ITK's `MarginalScale` of 100 has it.
const MARGIN: f64 = 0.01;

/// How many values lie in each of some equal bins, which reach from the smallest value to the
/// largest.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    low: f64,
    width: f64,
    counts: Vec<u64>,
}

impl Histogram {
    /// Of the rescaled values, all or those of a mask's voxels; without padding and what is not
    /// finite. `None` if no value counts, or there are no bins.
    #[must_use]
    pub fn of(volume: &Volume, mask: Option<&Mask>, n_bins: usize) -> Option<Self> {
        with_voxels!(volume.voxels(), voxels => of_stored(voxels, volume, mask, n_bins))
    }

    /// Values in each bin, the lowest first.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Where the first bin begins.
    #[must_use]
    pub const fn start(&self) -> f64 {
        self.low
    }

    /// The value in the middle of a bin.
    #[must_use]
    pub fn middle(&self, bin: usize) -> f64 {
        self.low + (bin as f64 + 0.5) * self.width
    }

    /// Where a bin ends and the next begins.
    #[must_use]
    pub fn end(&self, bin: usize) -> f64 {
        self.low + (bin as f64 + 1.0) * self.width
    }

    /// The bin that has a value; `None` beyond all.
    #[must_use]
    pub fn bin(&self, value: f64) -> Option<usize> {
        let bin = ((value - self.low) / self.width).floor();
        let is_there = bin >= 0.0 && bin < self.counts.len() as f64;
        is_there.then_some(bin as usize)
    }
}

fn of_stored<T: Scalar>(
    voxels: &[T],
    volume: &Volume,
    mask: Option<&Mask>,
    n_bins: usize,
) -> Option<Histogram> {
    let values = Values {
        voxels,
        volume,
        mask,
    };
    let range = values.folded(
        || None,
        |range: &mut Option<[f64; 2]>, stored| {
            let [low, high] = range.unwrap_or([stored; 2]);
            *range = Some([low.min(stored), high.max(stored)]);
        },
        |a, b| match (a, b) {
            (Some([a, b]), Some([c, d])) => Some([a.min(c), b.max(d)]),
            (a, b) => a.or(b),
        },
    )?;
    let [low, high] = range.map(|stored| volume.rescale().value(stored));
    let (low, high) = (low.min(high), low.max(high));
    if n_bins == 0 {
        return None;
    }
    let bins = n_bins as f64;
    let width = (high - low) * (1.0 + MARGIN / bins) / bins;
    let empty = Histogram {
        low,
        // Of one value: any width will do.
        width: if width > 0.0 { width } else { 1.0 },
        counts: vec![0; n_bins],
    };
    let bin = |stored: f64| empty.bin(volume.rescale().value(stored));
    let mut counts = vec![0; n_bins];
    if let 1 | 2 = T::TYPE.n_bytes() {
        // Few values: each is counted, and put into its bin once.
        let of_each = values.counted(N_STORED, |stored| Some((stored - LOWEST) as usize));
        for (n, stored) in of_each.into_iter().zip(0_u32..) {
            if let Some(bin) = bin(f64::from(stored) + LOWEST).filter(|_| n > 0) {
                counts[bin] += n;
            }
        }
    } else {
        counts = values.counted(n_bins, bin);
    }
    Some(Histogram { counts, ..empty })
}

/// Values of all types of up to 16 bits, and the lowest of them.
const N_STORED: usize = 3 << 15;
const LOWEST: f64 = -32768.0;

/// Stored values that count.
struct Values<'a, T> {
    voxels: &'a [T],
    volume: &'a Volume,
    mask: Option<&'a Mask>,
}

impl<T: Scalar> Values<'_, T> {
    /// How many have each of `n` numbers.
    fn counted(&self, n: usize, number: impl Fn(f64) -> Option<usize> + Sync) -> Vec<u64> {
        self.folded(
            || vec![0; n],
            |counts, stored| {
                if let Some(number) = number(stored) {
                    counts[number] += 1;
                }
            },
            |mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                a
            },
        )
    }

    fn folded<R: Send>(
        &self,
        new: impl Fn() -> R + Send + Sync,
        take: impl Fn(&mut R, f64) + Sync,
        merge: impl Fn(R, R) -> R + Send + Sync,
    ) -> R {
        let [n_i, n_j, _] = self.volume.geometry().size();
        let padding = self.volume.padding();
        let take_all = |all: &mut R, part: &[T]| {
            for stored in part.iter().map(|stored| stored.to_f64()) {
                if stored.is_finite() && padding.is_none_or(|padding| !padding.holds(stored)) {
                    take(all, stored);
                }
            }
        };
        let rows = self.voxels.par_chunks_exact(n_i).enumerate();
        let n_rows = (self.voxels.len() / n_i).div_ceil(N_TASKS);
        let parts = rows
            .with_min_len(n_rows)
            .fold(&new, |mut all, (row, part)| {
                match self.mask {
                    None => take_all(&mut all, part),
                    Some(mask) => {
                        let runs = mask.runs(row % n_j, row / n_j).into_iter();
                        runs.for_each(|run| take_all(&mut all, &part[run]));
                    }
                }
                all
            });
        parts.reduce(&new, merge)
    }
}
