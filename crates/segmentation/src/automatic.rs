//! Thresholds found from a histogram, as ITK and Fiji's *Auto Threshold* have them.
//!
//! Values up to the threshold are one class, those above it the other. Where ITK rounds a mean to a
//! whole number (Huang, Li) the mean is taken as it is, so that values between 0 and 1 work too.

use crate::entropy;
use crate::histogram::Histogram;

/// Rounds of smoothing before [`AutoThreshold::Intermodes`] gives up, as in ITK.
const MAX_SMOOTHINGS: usize = 10_000;
/// Rounds before an iteration that goes in circles is ended.
const MAX_ROUNDS: usize = 1_000;

/// How a threshold is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutoThreshold {
    /// Otsu 1979: the largest variance between the classes.
    Otsu,
    /// Huang and Wang 1995: the least fuzziness by Shannon's function.
    Huang,
    /// Intermodes, Prewitt and Mendelsohn 1966: midway between two peaks of the smoothed histogram.
    Intermodes,
    /// IsoData, Ridler and Calvard 1978: midway between the means of the classes.
    IsoData,
    /// Kittler and Illingworth 1986: the least classification error of two normal distributions.
    KittlerIllingworth,
    /// Li and Tam 1998: the least cross entropy, by iteration.
    Li,
    /// Kapur, Sahoo and Wong 1985: the largest entropy of both classes.
    MaxEntropy,
    /// Tsai 1985: the first moments are kept.
    Moments,
    /// Sahoo, Wilkins and Yeager 1997: entropies of Rényi of three orders.
    RenyiEntropy,
    /// Shanbhag 1994: equal information of both classes.
    Shanbhag,
    /// Zack, Rogers and Latt 1977: the point furthest below the line from the peak to the tail.
    Triangle,
    /// Yen, Chang and Chang 1995: the largest correlation.
    Yen,
}

impl AutoThreshold {
    /// All of them, by name.
    pub const ALL: [Self; 12] = [
        Self::Otsu,
        Self::Huang,
        Self::Intermodes,
        Self::IsoData,
        Self::KittlerIllingworth,
        Self::Li,
        Self::MaxEntropy,
        Self::Moments,
        Self::RenyiEntropy,
        Self::Shanbhag,
        Self::Triangle,
        Self::Yen,
    ];

    /// The threshold; `None` where the histogram has none by this method.
    #[must_use]
    pub fn of(self, histogram: &Histogram) -> Option<f64> {
        let bins = Bins::new(histogram)?;
        let bin = match self {
            // The end of the class below, not the middle of its last bin, as in ITK.
            Self::Otsu => return otsu(&bins).map(|bin| histogram.end(bin)),
            Self::Huang => huang(&bins),
            Self::Intermodes => intermodes(&bins),
            Self::IsoData => isodata(&bins),
            Self::KittlerIllingworth => kittler_illingworth(&bins),
            Self::Li => li(&bins),
            Self::MaxEntropy => entropy::kapur(&bins),
            Self::Moments => moments(&bins),
            Self::RenyiEntropy => entropy::renyi(&bins),
            Self::Shanbhag => entropy::shanbhag(&bins),
            Self::Triangle => triangle(&bins),
            Self::Yen => entropy::yen(&bins),
        };
        bin.map(|bin| histogram.middle(bin))
    }
}

/// A histogram with more than one value, and sums over it.
pub(crate) struct Bins<'a> {
    histogram: &'a Histogram,
    pub(crate) counts: Vec<f64>,
    /// Value in the middle of each bin.
    values: Vec<f64>,
    /// Up to and with each bin: number, sum of values, sum of squared values.
    sums: Vec<[f64; 3]>,
    /// First and last bin that are not empty.
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl<'a> Bins<'a> {
    fn new(histogram: &'a Histogram) -> Option<Self> {
        let counts: Vec<f64> = histogram.counts().iter().map(|&n| n as f64).collect();
        let values: Vec<f64> = (0..counts.len()).map(|bin| histogram.middle(bin)).collect();
        let mut sum = [0.0; 3];
        let sums = counts.iter().zip(&values).map(|(n, x)| {
            sum = [sum[0] + n, sum[1] + n * x, sum[2] + n * x * x];
            sum
        });
        let first = counts.iter().position(|&n| n > 0.0)?;
        let last = counts.iter().rposition(|&n| n > 0.0)?;
        (first < last).then_some(Self {
            histogram,
            sums: sums.collect(),
            counts,
            values,
            first,
            last,
        })
    }

    fn total(&self) -> [f64; 3] {
        self.sums[self.sums.len() - 1]
    }

    /// Number and sums of the bins up to and with one, and of those above it.
    fn split(&self, bin: usize) -> [[f64; 3]; 2] {
        let below = self.sums[bin];
        let total = self.total();
        [below, std::array::from_fn(|n| total[n] - below[n])]
    }

    /// Share of each bin.
    pub(crate) fn shares(&self) -> Vec<f64> {
        let [total, ..] = self.total();
        self.counts.iter().map(|n| n / total).collect()
    }
}

/// The first bin with the largest score; scores that are no number do not count.
pub(crate) fn best(
    bins: impl Iterator<Item = usize>,
    score: impl Fn(usize) -> f64,
) -> Option<usize> {
    let mut best = None;
    for bin in bins {
        let score = score(bin);
        if best.is_none_or(|(_, most)| score > most) && !score.is_nan() {
            best = Some((bin, score));
        }
    }
    best.map(|(bin, _)| bin)
}

fn otsu(bins: &Bins<'_>) -> Option<usize> {
    best(bins.first..bins.last, |bin| {
        let parts = bins.split(bin);
        parts.iter().map(|[n, sum, _]| sum * sum / n).sum()
    })
}

fn huang(bins: &Bins<'_>) -> Option<usize> {
    let range = (bins.last - bins.first) as f64;
    let fuzziness = |distance: usize| {
        if distance == 0 {
            return 0.0;
        }
        let membership = 1.0 / (1.0 + distance as f64 / range);
        -membership * membership.ln() - (1.0 - membership) * (1.0 - membership).ln()
    };
    best(bins.first..bins.last, |bin| {
        let parts = [bins.first..bin + 1, bin + 1..bins.last + 1];
        let parts = parts.into_iter().zip(bins.split(bin));
        let all = parts.map(|(part, [n, sum, _])| {
            let mean = bins.histogram.bin(sum / n);
            mean.map_or(f64::NAN, |mean| {
                part.map(|bin| fuzziness(bin.abs_diff(mean)) * bins.counts[bin])
                    .sum()
            })
        });
        -all.sum::<f64>()
    })
}

fn intermodes(bins: &Bins<'_>) -> Option<usize> {
    let mut smooth = bins.counts.clone();
    for _ in 0..MAX_SMOOTHINGS {
        let is_peak = |(_, h): &(usize, &[f64])| h[0] < h[1] && h[2] < h[1];
        let peaks: Vec<usize> = smooth
            .windows(3)
            .enumerate()
            .filter(is_peak)
            .map(|(n, _)| n + 1)
            .take(3)
            .collect();
        if let [low, high] = peaks[..] {
            return Some(usize::midpoint(low, high));
        }
        let at = |n: Option<usize>| n.and_then(|n| smooth.get(n)).copied().unwrap_or(0.0);
        let mean = |n: usize| (at(n.checked_sub(1)) + at(Some(n)) + at(Some(n + 1))) / 3.0;
        smooth = (0..smooth.len()).map(mean).collect();
    }
    None
}

fn isodata(bins: &Bins<'_>) -> Option<usize> {
    (bins.first..bins.last).find(|&bin| {
        let [low, high] = bins.split(bin).map(|[n, sum, _]| sum / n);
        bins.counts[bin] > 0.0 && bins.values[bin] >= (low + high) / 2.0
    })
}

fn kittler_illingworth(bins: &Bins<'_>) -> Option<usize> {
    let [total, sum, _] = bins.total();
    let mut bin = bins.histogram.bin(sum / total)?;
    for _ in 0..MAX_ROUNDS {
        let parts = bins.split(bin);
        let [p, q] = parts.map(|[n, ..]| n / total);
        let [mu, nu] = parts.map(|[n, sum, _]| sum / n);
        let [sigma2, tau2] = parts.map(|[n, sum, squares]| squares / n - (sum / n).powi(2));
        // The threshold solves w0 x² - 2 w1 x + w2 = 0.
        let w0 = 1.0 / sigma2 - 1.0 / tau2;
        let w1 = mu / sigma2 - nu / tau2;
        let w2 = mu * mu / sigma2 - nu * nu / tau2 + ((sigma2 * q * q) / (tau2 * p * p)).log10();
        let root = w1 * w1 - w0 * w2;
        let next = bins.histogram.bin((w1 + root.sqrt()) / w0);
        match next {
            Some(next) if root >= f64::EPSILON && next != bin => bin = next,
            _ => return Some(bin),
        }
    }
    Some(bin)
}

fn li(bins: &Bins<'_>) -> Option<usize> {
    // Logarithms need positive values.
    let shift = bins.histogram.start().min(0.0);
    let [total, sum, _] = bins.total();
    let mut bin = bins.histogram.bin(sum / total)?;
    for _ in 0..MAX_ROUNDS {
        let [low, high] = bins.split(bin).map(|[n, sum, _]| sum / n - shift);
        let next = (low - high) / (low.ln() - high.ln()) + shift;
        match bins.histogram.bin(next) {
            Some(next) if next != bin => bin = next,
            _ => return Some(bin),
        }
    }
    Some(bin)
}

fn moments(bins: &Bins<'_>) -> Option<usize> {
    let shares = bins.shares();
    let moment = |power: i32| {
        let all = shares.iter().zip(&bins.values);
        all.map(|(share, x)| share * x.powi(power)).sum::<f64>()
    };
    let [m1, m2, m3] = [1, 2, 3].map(moment);
    // Two values with the same moments: Tsai's appendix.
    let determinant = m2 - m1 * m1;
    let c0 = (m1 * m3 - m2 * m2) / determinant;
    let c1 = (m1 * m2 - m3) / determinant;
    let root = (c1 * c1 - 4.0 * c0).sqrt();
    let [z0, z1] = [(-c1 - root) / 2.0, (-c1 + root) / 2.0];
    let below = (z1 - m1) / (z1 - z0);
    let mut sum = 0.0;
    shares.iter().position(|share| {
        sum += share;
        sum > below
    })
}

fn triangle(bins: &Bins<'_>) -> Option<usize> {
    let [total, ..] = bins.total();
    let peak = best(0..bins.counts.len(), |bin| bins.counts[bin])?;
    let height = bins.counts[peak];
    let low = bins.sums.iter().position(|[n, ..]| n / total >= 0.01)?;
    let high = (0..bins.counts.len())
        .rev()
        .find(|&bin| (bins.sums[bin][0] - bins.counts[bin]) / total <= 0.99)?;
    // The line falls from the peak to the further tail.
    let (tail, line) = if peak.abs_diff(low) > peak.abs_diff(high) {
        (low, low..peak)
    } else {
        (high, peak..high)
    };
    let length = peak.abs_diff(tail) as f64;
    let depth = |bin: usize| height * bin.abs_diff(tail) as f64 / length - bins.counts[bin];
    let deepest = best(line, depth)?;
    Some((deepest + 1).min(bins.counts.len() - 1))
}
