//! How much shape and image count, learnt from drawn sections: a conditional logit.

use super::candidates::MOST;
use super::maths::exp;

/// What speaks for each candidate: its depth, and two votes of the image.
pub(super) const N_FEATURES: usize = 3;

/// What is known of a voxel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) features: [[f32; MOST]; N_FEATURES],
    pub(super) n: usize,
    /// The candidate that is drawn there.
    pub(super) truth: usize,
}

/// How much each feature counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights(pub(super) [f32; N_FEATURES]);

/// Without sections to learn from; and what learning starts from.
const SHAPE_ALONE: Weights = Weights([2.0, 0.0, 0.0]);
/// Voxels that the start counts as.
const PRIOR: f64 = 30.0;
/// Newton's steps at most.
const N_STEPS: usize = 12;

impl Weights {
    /// Fits the weights that the samples say; an image vote never counts against what it is for.
    pub(super) fn fit(samples: &[Sample]) -> Self {
        let mut is_used = [true; N_FEATURES];
        loop {
            let weights = Self::newton(samples, is_used);
            let worst = (1..N_FEATURES)
                .filter(|&n| is_used[n] && weights.0[n] < 0.0)
                .min_by(|&a, &b| weights.0[a].total_cmp(&weights.0[b]));
            let Some(worst) = worst else {
                return weights.held();
            };
            is_used[worst] = false;
        }
    }

    /// No surer than shape alone is. Learning knows shape's errors only in part, as those of a wider
    /// gap, and so can be too sure of it for neighbours to be heard; what shape and image count
    /// against each other stays.
    fn held(self) -> Self {
        let scale = (SHAPE_ALONE.0[0] / self.0[0]).min(1.0);
        Self(self.0.map(|weight| weight * scale))
    }

    /// The shape counts, the image does not.
    pub(super) fn shape_alone() -> Self {
        SHAPE_ALONE
    }

    /// Whether the image counts.
    pub(super) fn uses_image(&self) -> bool {
        self.0[1..].iter().any(|&weight| weight > 0.0)
    }

    fn newton(samples: &[Sample], is_used: [bool; N_FEATURES]) -> Self {
        let mut weights = SHAPE_ALONE.0.map(f64::from);
        for _ in 0..N_STEPS {
            let mut gradient = [0.0; N_FEATURES];
            let mut curvature = [[0.0; N_FEATURES]; N_FEATURES];
            for n in 0..N_FEATURES {
                gradient[n] = -PRIOR * (weights[n] - f64::from(SHAPE_ALONE.0[n]));
                curvature[n][n] = PRIOR;
            }
            let at = Self(weights.map(|x| x as f32));
            for sample in samples {
                let shares = at.shares(sample);
                let mean: [f64; N_FEATURES] = std::array::from_fn(|f| {
                    let pairs = shares.iter().zip(&sample.features[f]).take(sample.n);
                    pairs.map(|(p, x)| f64::from(p * x)).sum()
                });
                for a in 0..N_FEATURES {
                    gradient[a] += f64::from(sample.features[a][sample.truth]) - mean[a];
                    for b in 0..N_FEATURES {
                        let both = (0..sample.n).map(|n| {
                            f64::from(shares[n] * sample.features[a][n] * sample.features[b][n])
                        });
                        curvature[a][b] += both.sum::<f64>() - mean[a] * mean[b];
                    }
                }
            }
            for n in (0..N_FEATURES).filter(|&n| !is_used[n]) {
                curvature[n] = [0.0; N_FEATURES];
                (0..N_FEATURES).for_each(|m| curvature[m][n] = 0.0);
                (curvature[n][n], gradient[n]) = (1.0, 0.0);
            }
            let step = solved(curvature, gradient);
            let longest = step.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
            // A long step would leave where the model is nearly quadratic.
            let scale = if longest > 2.0 { 2.0 / longest } else { 1.0 };
            (0..N_FEATURES).for_each(|n| weights[n] += scale * step[n]);
            weights[0] = weights[0].max(0.1);
            if longest < 1e-4 {
                break;
            }
        }
        Self(weights.map(|x| x as f32))
    }

    /// What speaks for each candidate in all.
    pub(super) fn scores(&self, features: &[[f32; MOST]; N_FEATURES]) -> [f32; MOST] {
        std::array::from_fn(|n| (0..N_FEATURES).map(|f| self.0[f] * features[f][n]).sum())
    }

    fn shares(&self, sample: &Sample) -> [f32; MOST] {
        shares(&self.scores(&sample.features), sample.n)
    }
}

/// The share of each of `n` candidates: softmax.
pub(super) fn shares(scores: &[f32; MOST], n: usize) -> [f32; MOST] {
    let most = scores[..n]
        .iter()
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    let mut shares = [0.0; MOST];
    for (share, score) in shares.iter_mut().zip(scores).take(n) {
        *share = exp((score - most).max(-30.0));
    }
    let sum: f32 = shares.iter().sum();
    shares.map(|share| share / sum)
}

/// Gauss elimination; the matrix is symmetric and positive.
fn solved(mut a: [[f64; N_FEATURES]; N_FEATURES], mut b: [f64; N_FEATURES]) -> [f64; N_FEATURES] {
    for n in 0..N_FEATURES {
        for row in n + 1..N_FEATURES {
            let factor = a[row][n] / a[n][n];
            (n..N_FEATURES).for_each(|col| a[row][col] -= factor * a[n][col]);
            b[row] -= factor * b[n];
        }
    }
    for n in (0..N_FEATURES).rev() {
        let known: f64 = (n + 1..N_FEATURES).map(|col| a[n][col] * b[col]).sum();
        b[n] = (b[n] - known) / a[n][n];
    }
    b
}
