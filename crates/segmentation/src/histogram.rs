//! Histograms of an image's values: what automatic thresholds are found from.

use crate::mask::Mask;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use rayon::prelude::*;

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
    let [n_i, n_j, _] = volume.geometry().size();
    let (rescale, padding) = (volume.rescale(), volume.padding());
    let value = |&stored: &T| {
        let stored = stored.to_f64();
        let counts = stored.is_finite() && padding.is_none_or(|padding| !padding.holds(stored));
        counts.then(|| rescale.value(stored))
    };
    // Each row's values are handed to `take`, in as many parts as the mask has runs in it.
    let visit = |row: usize, take: &mut dyn FnMut(f64)| {
        let values = &voxels[row * n_i..][..n_i];
        match mask {
            None => values.iter().filter_map(value).for_each(&mut *take),
            Some(mask) => {
                for run in mask.runs(row % n_j, row / n_j) {
                    values[run].iter().filter_map(value).for_each(&mut *take);
                }
            }
        }
    };
    let rows = 0..voxels.len() / n_i;
    let range = rows.clone().into_par_iter().filter_map(|row| {
        let mut range: Option<[f64; 2]> = None;
        visit(row, &mut |x| {
            let [low, high] = range.unwrap_or([x, x]);
            range = Some([low.min(x), high.max(x)]);
        });
        range
    });
    let [low, high] = range.reduce_with(|[a, b], [c, d]| [a.min(c), b.max(d)])?;
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
    let counts = rows
        .into_par_iter()
        .with_min_len(256)
        .fold(
            || vec![0_u64; n_bins],
            |mut counts, row| {
                visit(row, &mut |x| {
                    if let Some(bin) = empty.bin(x) {
                        counts[bin] += 1;
                    }
                });
                counts
            },
        )
        .reduce(
            || vec![0; n_bins],
            |mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                a
            },
        );
    Some(Histogram { counts, ..empty })
}
