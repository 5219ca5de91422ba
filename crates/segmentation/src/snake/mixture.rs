//! Classes of values: a mixture of normal distributions, begun by the best division into k groups.
//!
//! Of sorted values the division with the least squares is found exactly (Wang and Song,
//! "Ckmeans.1d.dp", The R Journal 2011), which k-means++ only comes near to and by chance; from there
//! expectation and maximisation (Dempster, Laird and Rubin 1977).

use crate::maths::exp;

/// Groups of sorted values between which divisions are looked for.
const N_GROUPS: usize = 512;
/// Rounds of expectation and maximisation at most.
const N_ROUNDS: usize = 500;
/// Of the deviation of all values: a mean that moves by less has come to rest.
const AT_REST: f64 = 1e-6;
/// The least deviation of a class, in that of all values: a class of one value only is no spike.
const LEAST_DEVIATION: f64 = 1e-3;

/// A class of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Class {
    /// The share of voxels in it.
    pub weight: f64,
    /// Its mean, in the image's unit.
    pub mean: f64,
    /// Its standard deviation.
    pub deviation: f64,
}

impl Class {
    /// Its density at a value, times its weight, up to a factor that all classes share; `scale` is
    /// the logarithm of that factor.
    fn exponent(&self, value: f64) -> f64 {
        let x = (value - self.mean) / self.deviation;
        -0.5 * x * x
    }
}

/// Classes of values by their means, the lowest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    classes: Vec<Class>,
}

impl Mixture {
    /// Classes that are known.
    #[must_use]
    pub const fn new(classes: Vec<Class>) -> Self {
        Self { classes }
    }

    /// The classes, the lowest mean first.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The most likely mixture of `n_classes`, near the best division; `None` without that many
    /// different values.
    pub(super) fn fit(mut values: Vec<f64>, n_classes: usize) -> Option<Self> {
        values.sort_unstable_by(f64::total_cmp);
        let n_different = values.chunk_by(|a, b| a == b).count();
        if n_classes == 0 || n_different < n_classes {
            return None;
        }
        let (_, spread) = moments(&values);
        let least = (LEAST_DEVIATION * spread).max(f64::MIN_POSITIVE);
        let classes = division(&values, n_classes).into_iter().map(|part| {
            let (mean, deviation) = moments(&values[part.clone()]);
            Class {
                weight: part.len() as f64 / values.len() as f64,
                mean,
                deviation: deviation.max(least),
            }
        });
        let mut mixture = Self::new(classes.collect());
        for _ in 0..N_ROUNDS {
            let before = mixture.clone();
            mixture.maximise(&values, least);
            let pairs = mixture.classes.iter().zip(&before.classes);
            let moved = pairs.map(|(now, before)| (now.mean - before.mean).abs());
            if moved.fold(0.0, f64::max) <= AT_REST * spread {
                break;
            }
        }
        mixture.classes.sort_by(|a, b| a.mean.total_cmp(&b.mean));
        Some(mixture)
    }

    /// The share that each class has in a value; adds up to 1.
    pub(super) fn shares(&self, value: f64, shares: &mut [f64]) {
        let exponents = self.classes.iter().map(|class| class.exponent(value));
        let nearest = exponents.fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for (share, class) in shares.iter_mut().zip(&self.classes) {
            *share = class.weight / class.deviation * exp(class.exponent(value) - nearest);
            sum += *share;
        }
        shares.iter_mut().for_each(|share| *share /= sum);
    }

    fn maximise(&mut self, values: &[f64], least: f64) {
        let n = self.classes.len();
        let (mut count, mut sum, mut squares) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let means: Vec<f64> = self.classes.iter().map(|class| class.mean).collect();
        let mut shares = vec![0.0; n];
        for &value in values {
            self.shares(value, &mut shares);
            for (at, &share) in shares.iter().enumerate() {
                // Around the old mean, where little is lost to rounding.
                let away = value - means[at];
                count[at] += share;
                sum[at] += share * away;
                squares[at] += share * away * away;
            }
        }
        for (at, class) in self.classes.iter_mut().enumerate() {
            if count[at] > 0.0 {
                let shift = sum[at] / count[at];
                let variance = (squares[at] / count[at] - shift * shift).max(0.0);
                *class = Class {
                    weight: count[at] / values.len() as f64,
                    mean: class.mean + shift,
                    deviation: variance.sqrt().max(least),
                };
            }
        }
    }
}

/// Mean and standard deviation.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, (squares / n).sqrt())
}

/// The division of sorted values into parts with the least squared distances to their means, between
/// groups of equally many.
fn division(values: &[f64], n_parts: usize) -> Vec<std::ops::Range<usize>> {
    let mut ends = group_ends(values);
    if ends.len() < n_parts {
        // Few different values, most of them alike.
        ends = different_ends(values);
    }
    let n = ends.len();
    let start = |group: usize| group.checked_sub(1).map_or(0, |before| ends[before]);
    let (sums, squares) = running_sums(values);
    let cost = |from: usize, to: usize| {
        let (from, to) = (start(from), ends[to]);
        let sum = sums[to] - sums[from];
        (squares[to] - squares[from] - sum * sum / (to - from) as f64).max(0.0)
    };
    let mut least: Vec<f64> = (0..n).map(|to| cost(0, to)).collect();
    let mut first = vec![vec![0; n]];
    for part in 1..n_parts {
        let mut next = vec![f64::INFINITY; n];
        let mut from = vec![part; n];
        for to in part..n {
            for cut in part..=to {
                let total = least[cut - 1] + cost(cut, to);
                if total < next[to] {
                    (next[to], from[to]) = (total, cut);
                }
            }
        }
        least = next;
        first.push(from);
    }
    let mut parts = Vec::with_capacity(n_parts);
    let mut to = n - 1;
    for first in first.iter().rev() {
        parts.push(start(first[to])..ends[to]);
        to = first[to].saturating_sub(1);
    }
    parts.reverse();
    parts
}

/// Where groups of about equally many values end, equal values in one.
fn group_ends(values: &[f64]) -> Vec<usize> {
    let n = values.len();
    let ends = (1..=N_GROUPS).map(|group| {
        let end = (group * n).div_ceil(N_GROUPS).max(1);
        end + values[end..].partition_point(|&value| value <= values[end - 1])
    });
    let mut ends: Vec<usize> = ends.collect();
    ends.dedup();
    ends
}

/// Where equal values end, for at most as many as there are groups.
fn different_ends(values: &[f64]) -> Vec<usize> {
    let mut end = 0;
    let ends = values.chunk_by(|a, b| a == b).map(|alike| {
        end += alike.len();
        end
    });
    let mut ends: Vec<usize> = ends.collect();
    // Too many to look at all: the first ones apart, the others together.
    let last = values.len();
    ends.truncate(N_GROUPS);
    if ends.last() != Some(&last) {
        ends.push(last);
    }
    ends
}

/// Sums of values and of their squares up to each, about the middle one.
fn running_sums(values: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let middle = values[values.len() / 2];
    let (mut sum, mut square) = (0.0, 0.0);
    let (mut sums, mut squares) = (vec![0.0], vec![0.0]);
    for value in values {
        let value = value - middle;
        sum += value;
        square += value * value;
        sums.push(sum);
        squares.push(square);
    }
    (sums, squares)
}
