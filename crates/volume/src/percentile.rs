//! Range and percentiles of the stored values: exact, without sorting or copying the voxels.
//!
//! Each value has an integer key that sorts as the value does. The k-th smallest value is found 16
//! bits of its key at a time: a histogram of the highest 16 says in which bin it lies, a histogram
//! within that bin gives the next 16, and so on. Types of up to 16 bits take one pass. Values that
//! are not finite, and padding, do not count.

use crate::volume::{Padding, Rgb, Scalar, Volume, Voxels};
use crate::with_voxels;
use rayon::prelude::*;

/// Bits of a key found by one pass.
const DIGIT_BITS: u32 = 16;
const N_BINS: usize = 1 << DIGIT_BITS;
/// Histograms are merged once per task: more tasks would spend their time there.
const TASKS_PER_THREAD: usize = 4;

/// Smallest and largest finite rescaled value without padding, if there is any.
#[must_use]
pub fn value_range(volume: &Volume) -> Option<[f64; 2]> {
    let [low, high] =
        with_voxels!(volume.voxels(), voxels => stored_range(voxels, Counted(volume.padding())))?;
    let [a, b] = [low, high].map(|stored| volume.rescale().value(stored));
    Some([a.min(b), a.max(b)])
}

/// Percentiles of the finite stored values that are no `padding`, each of `percents` in 0..=100 (clamped to it), linear
/// between neighbours in rank (as `numpy.percentile` by default). NaN throughout if no value
/// counts, and for a percent that is NaN.
#[must_use]
pub fn percentiles(voxels: &Voxels, padding: Option<Padding>, percents: &[f64]) -> Vec<f64> {
    with_voxels!(voxels, voxels => percentiles_of(voxels, Counted(padding), percents))
}

/// Which stored values count: finite ones that are no padding.
#[derive(Clone, Copy)]
struct Counted(Option<Padding>);

impl Counted {
    fn has(self, stored: f64) -> bool {
        stored.is_finite() && self.0.is_none_or(|padding| !padding.holds(stored))
    }
}

fn stored_range<T: Scalar>(voxels: &[T], counted: Counted) -> Option<[f64; 2]> {
    let range = |part: &[T]| {
        let first = *part.iter().find(|v| counted.has(v.to_f64()))?;
        let (mut low, mut high) = (first, first);
        for &v in part {
            let counts = counted.has(v.to_f64());
            low = if counts && v.is_below(low) { v } else { low };
            high = if counts && high.is_below(v) { v } else { high };
        }
        Some([low.to_f64(), high.to_f64()])
    };
    voxels
        .par_chunks(task_len(voxels.len()))
        .filter_map(range)
        .reduce_with(|[a, b], [c, d]| [a.min(c), b.max(d)])
}

fn percentiles_of<T: Keyed>(voxels: &[T], counted: Counted, percents: &[f64]) -> Vec<f64> {
    let voxels = Values { voxels, counted };
    let counts = count_digits(voxels, T::BITS.saturating_sub(DIGIT_BITS), &[0], T::BITS);
    let n_finite: u64 = counts.iter().flatten().sum();
    if n_finite == 0 {
        return vec![f64::NAN; percents.len()];
    }
    let last_rank = (n_finite - 1) as f64;
    let positions: Vec<f64> = percents
        .iter()
        .map(|percent| percent.clamp(0.0, 100.0) / 100.0 * last_rank)
        .collect();
    let mut ranks: Vec<u64> = positions
        .iter()
        .flat_map(|position| [position.floor() as u64, position.ceil() as u64])
        .collect();
    ranks.sort_unstable();
    ranks.dedup();
    let values = values_at(voxels, &ranks, counts);
    let value = |rank: f64| values[ranks.partition_point(|&r| r < rank as u64)];
    positions
        .into_iter()
        .map(|position| {
            if position.is_nan() {
                return f64::NAN;
            }
            let [low, high] = [position.floor(), position.ceil()];
            let fraction = position - low;
            if fraction == 0.0 {
                return value(low);
            }
            value(low) * (1.0 - fraction) + value(high) * fraction
        })
        .collect()
}

/// Voxels, and which of them count.
#[derive(Clone, Copy)]
struct Values<'a, T> {
    voxels: &'a [T],
    counted: Counted,
}

/// A rank being looked for: the key's digits found so far, and its rank among the values that
/// share them.
#[derive(Clone, Copy)]
struct Search {
    prefix: u64,
    rank: u64,
}

/// The values at `ranks` (0 the smallest), given the histogram of the highest digit.
fn values_at<T: Keyed>(voxels: Values<'_, T>, ranks: &[u64], highest: Vec<Vec<u64>>) -> Vec<f64> {
    let start = |&rank: &u64| Search { prefix: 0, rank };
    let mut searches: Vec<Search> = ranks.iter().map(start).collect();
    let mut prefixes = vec![0];
    let mut counts = highest;
    let mut shift = T::BITS.saturating_sub(DIGIT_BITS);
    loop {
        for search in &mut searches {
            let histogram = &counts[prefixes.partition_point(|&p| p < search.prefix)];
            *search = search.narrowed(histogram);
        }
        if shift == 0 {
            break;
        }
        prefixes = searches.iter().map(|search| search.prefix).collect();
        prefixes.dedup();
        let above = shift;
        shift -= DIGIT_BITS;
        counts = count_digits(voxels, shift, &prefixes, above);
    }
    searches.iter().map(|s| T::value_of(s.prefix)).collect()
}

impl Search {
    fn narrowed(self, histogram: &[u64]) -> Self {
        let mut rank = self.rank;
        for (digit, &n) in histogram.iter().enumerate() {
            if rank < n {
                let prefix = self.prefix << DIGIT_BITS | digit as u64;
                return Self { prefix, rank };
            }
            rank -= n;
        }
        unreachable!("a rank is below the number of values counted")
    }
}

/// For each of `prefixes` (sorted), a histogram of the 16 key bits above `shift`, over the finite
/// values whose key, without its lowest `above` bits, is that prefix.
fn count_digits<T: Keyed>(
    Values { voxels, counted }: Values<'_, T>,
    shift: u32,
    prefixes: &[u64],
    above: u32,
) -> Vec<Vec<u64>> {
    let count = |part: &[T]| {
        let mut counts = vec![vec![0_u64; N_BINS]; prefixes.len()];
        for value in part.iter().filter(|v| counted.has(v.to_f64())) {
            let key = value.key();
            let prefix = key.checked_shr(above).unwrap_or(0);
            if let Ok(found) = prefixes.binary_search(&prefix) {
                counts[found][(key >> shift) as usize & (N_BINS - 1)] += 1;
            }
        }
        counts
    };
    let merge = |mut all: Vec<Vec<u64>>, part: Vec<Vec<u64>>| {
        for (all, part) in all.iter_mut().flatten().zip(part.iter().flatten()) {
            *all += part;
        }
        all
    };
    voxels
        .par_chunks(task_len(voxels.len()))
        .map(count)
        .reduce_with(merge)
        .unwrap_or_else(|| vec![vec![0; N_BINS]; prefixes.len()])
}

fn task_len(n_voxels: usize) -> usize {
    let n_tasks = rayon::current_num_threads() * TASKS_PER_THREAD;
    n_voxels.div_ceil(n_tasks).max(N_BINS)
}

/// A value with an integer key of `BITS` bits that sorts as the value does.
trait Keyed: Scalar {
    const BITS: u32;
    fn key(self) -> u64;
    fn value_of(key: u64) -> f64;
}

macro_rules! keyed_integers {
    ($($type:ty, $unsigned:ty, $zero:expr;)*) => {
        $(impl Keyed for $type {
            const BITS: u32 = <$type>::BITS;
            fn key(self) -> u64 { u64::from(self as $unsigned ^ $zero) }
            fn value_of(key: u64) -> f64 { (key as $unsigned ^ $zero) as $type as f64 }
        })*
    };
}

keyed_integers! {
    u8, u8, 0;
    i8, u8, 1 << 7;
    u16, u16, 0;
    i16, u16, 1 << 15;
    u32, u32, 0;
    i32, u32, 1 << 31;
}

macro_rules! keyed_floats {
    ($($type:ty, $unsigned:ty;)*) => {
        $(impl Keyed for $type {
            const BITS: u32 = <$unsigned>::BITS;
            // Negative numbers sort backwards by their bits: all are flipped; of others the sign.
            fn key(self) -> u64 {
                let bits = self.to_bits();
                let sign: $unsigned = 1 << (<$unsigned>::BITS - 1);
                (if bits & sign == 0 { bits ^ sign } else { !bits }).into()
            }
            fn value_of(key: u64) -> f64 {
                let key = key as $unsigned;
                let sign: $unsigned = 1 << (<$unsigned>::BITS - 1);
                let bits = if key & sign == 0 { !key } else { key ^ sign };
                <$type>::from_bits(bits).into()
            }
        })*
    };
}

keyed_floats! {
    f32, u32;
    f64, u64;
}

/// By luma, in thousandths as it is computed.
impl Keyed for Rgb {
    const BITS: u32 = u32::BITS;
    fn key(self) -> u64 {
        (self.to_f64() * 1000.0).round() as u64
    }
    fn value_of(key: u64) -> f64 {
        key as f64 / 1000.0
    }
}
