//! Thresholds by the information in the two classes.

use crate::automatic::{Bins, best};

/// By how much an entropy must be larger to count as such, as in ITK and Fiji.
const LARGER: f64 = 1e-5;
/// Bins that are near: the orders of Rényi's entropy agree.
const NEAR: usize = 5;

/// Shares of the bins, and of all bins up to and with each, and above each.
struct Shares {
    each: Vec<f64>,
    below: Vec<f64>,
    above: Vec<f64>,
}

impl Shares {
    fn of(bins: &Bins<'_>) -> Self {
        let each = bins.shares();
        let mut sum = 0.0;
        let below: Vec<f64> = each
            .iter()
            .map(|share| {
                sum += share;
                sum
            })
            .collect();
        let above = below.iter().map(|below| 1.0 - below).collect();
        Self { each, below, above }
    }

    /// A sum over each class of what `term` makes of a bin's share of its class.
    fn classes(&self, bin: usize, term: impl Fn(f64) -> f64) -> [f64; 2] {
        let (low, high) = self.each.split_at(bin + 1);
        let sum = |class: &[f64], whole: f64| {
            let taken = class.iter().filter(|&&share| share > 0.0);
            taken.map(|share| term(share / whole)).sum()
        };
        [sum(low, self.below[bin]), sum(high, self.above[bin])]
    }
}

fn shannon(share: f64) -> f64 {
    -share * share.ln()
}

pub(crate) fn kapur(bins: &Bins<'_>) -> Option<usize> {
    let shares = Shares::of(bins);
    let mut most = f64::MIN_POSITIVE;
    let mut found = None;
    for bin in bins.first..bins.last {
        let entropy: f64 = shares.classes(bin, shannon).iter().sum();
        if most < entropy - LARGER {
            (most, found) = (entropy, Some(bin));
        }
    }
    found
}

pub(crate) fn renyi(bins: &Bins<'_>) -> Option<usize> {
    let shares = Shares::of(bins);
    let all = bins.first..bins.last;
    let of_order = |order: f64| {
        best(all.clone(), |bin| {
            let [low, high] = shares.classes(bin, |share| share.powf(order));
            (low * high).ln() / (1.0 - order)
        })
    };
    let of_order_1 = best(all.clone(), |bin| shares.classes(bin, shannon).iter().sum());
    let mut found = [of_order(0.5)?, of_order_1?, of_order(2.0)?];
    found.sort_unstable();
    let [low, middle, high] = found;
    let weights = match (middle - low <= NEAR, high - middle <= NEAR) {
        (true, false) => [0.0, 1.0, 3.0],
        (false, true) => [3.0, 1.0, 0.0],
        _ => [1.0, 2.0, 1.0],
    };
    let between = (shares.below[high] - shares.below[low]) / 4.0;
    let [a, b, c] = weights.map(|weight| weight * between);
    let threshold = low as f64 * (shares.below[low] + a)
        + middle as f64 * b
        + high as f64 * (shares.above[high] + c);
    Some(threshold as usize)
}

pub(crate) fn shanbhag(bins: &Bins<'_>) -> Option<usize> {
    let shares = Shares::of(bins);
    best(bins.first..bins.last, |bin| {
        let (low, high) = (0.5 / shares.below[bin], 0.5 / shares.above[bin]);
        let below = (1..=bin).map(|n| -shares.each[n] * (1.0 - low * shares.below[n - 1]).ln());
        let above = bin + 1..shares.each.len();
        let above = above.map(|n| -shares.each[n] * (1.0 - high * shares.above[n]).ln());
        -(low * below.sum::<f64>() - high * above.sum::<f64>()).abs()
    })
}

pub(crate) fn yen(bins: &Bins<'_>) -> Option<usize> {
    let shares = Shares::of(bins);
    best(0..shares.each.len(), |bin| {
        let squares = |part: &[f64]| part.iter().map(|share| share * share).sum::<f64>();
        let (low, high) = shares.each.split_at(bin + 1);
        let logarithm = |x: f64| if x > 0.0 { x.ln() } else { 0.0 };
        2.0 * logarithm(shares.below[bin] * shares.above[bin])
            - logarithm(squares(low) * squares(high))
    })
}
