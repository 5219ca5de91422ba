//! Histograms of an image's values: what automatic thresholds are found from.

use crate::mask::Mask;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::progress::Progress;
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
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn of(
        volume: &Volume,
        mask: Option<&Mask>,
        n_bins: usize,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Cancelled> {
        let steps = Steps::new(progress, 2 * N_TASKS);
        with_voxels!(volume.voxels(), voxels => {
            let values = Values { voxels, volume, mask, steps: &steps };
            of_stored(&values, n_bins)
        })
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
    values: &Values<'_, T>,
    n_bins: usize,
) -> Result<Option<Histogram>, Cancelled> {
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
    let Some(range) = range.filter(|_| n_bins > 0) else {
        return Ok(None);
    };
    let rescale = values.volume.rescale();
    let [low, high] = range.map(|stored| rescale.value(stored));
    let (low, high) = (low.min(high), low.max(high));
    let bins = n_bins as f64;
    let width = (high - low) * (1.0 + MARGIN / bins) / bins;
    let empty = Histogram {
        low,
        // Of one value: any width will do.
        width: if width > 0.0 { width } else { 1.0 },
        counts: vec![0; n_bins],
    };
    let bin = |stored: f64| empty.bin(rescale.value(stored));
    let mut counts = vec![0; n_bins];
    if let 1 | 2 = T::TYPE.n_bytes() {
        // Few values: each is counted, and put into its bin once.
        let of_each = values.counted(N_STORED, |stored| Some((stored - LOWEST) as usize))?;
        for (n, stored) in of_each.into_iter().zip(0_u32..) {
            if let Some(bin) = bin(f64::from(stored) + LOWEST).filter(|_| n > 0) {
                counts[bin] += n;
            }
        }
    } else {
        counts = values.counted(n_bins, bin)?;
    }
    Ok(Some(Histogram { counts, ..empty }))
}

/// Values of all types of up to 16 bits, and the lowest of them.
const N_STORED: usize = 3 << 15;
const LOWEST: f64 = -32768.0;

/// Stored values that count.
struct Values<'a, T> {
    voxels: &'a [T],
    volume: &'a Volume,
    mask: Option<&'a Mask>,
    steps: &'a Steps<'a>,
}

impl<T: Scalar> Values<'_, T> {
    /// How many have each of `n` numbers.
    fn counted(
        &self,
        n: usize,
        number: impl Fn(f64) -> Option<usize> + Sync,
    ) -> Result<Vec<u64>, Cancelled> {
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
    ) -> Result<R, Cancelled> {
        let [n_i, n_j, _] = self.volume.geometry().size();
        let padding = self.volume.padding();
        let take_all = |all: &mut R, part: &[T]| {
            for stored in part.iter().map(|stored| stored.to_f64()) {
                if stored.is_finite() && padding.is_none_or(|padding| !padding.holds(stored)) {
                    take(all, stored);
                }
            }
        };
        let n_rows = (self.voxels.len() / n_i).div_ceil(N_TASKS);
        let parts = self.voxels.par_chunks(n_rows * n_i).enumerate();
        let parts = parts.map(|(n, part)| {
            let mut all = new();
            let rows = part.chunks_exact(n_i).zip(n * n_rows..);
            for (values, row) in rows {
                self.steps.check()?;
                let Some(mask) = self.mask else {
                    take_all(&mut all, values);
                    continue;
                };
                for run in mask.runs(row % n_j, row / n_j) {
                    take_all(&mut all, values.get(run).unwrap_or(&[]));
                }
            }
            self.steps.step().map(|()| all)
        });
        parts.try_reduce(&new, |a, b| Ok(merge(a, b)))
    }
}
