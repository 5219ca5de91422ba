//! Random walker (Grady, IEEE PAMI 28 (2006) 1768): a voxel belongs to the segment whose paint a
//! walker from it reaches first most likely, when steps between unlike values are rare.
//!
//! The likelihood of each segment is 1 on its paint, 0 on that of others, and solves Laplace's
//! equation between: found by conjugate gradients with the diagonal as preconditioner. Steps are
//! weighed as in scikit-image, `exp(-beta / 10 * (difference / spacing)²)`, with differences in
//! standard deviations of the box and spacing in the smallest, so that units do not matter.

use crate::block::Source;
use crate::labelled::LabelBox;
use crate::mask::Mask;
use crate::seeds::GrowthError;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Part, made};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::volume::Volume;
use rayon::prelude::*;

/// Voxels that can be walked.
const MOST_VOXELS: usize = 1 << 22;
/// The weight of the least likely step: what is cut off still belongs to something.
const LEAST_WEIGHT: f64 = 1e-10;
/// What is left of the error when a solution is good enough.
const TOLERANCE: f64 = 1e-12;
/// Steps of a solution at most: far more than boxes of the largest size take.
const MOST_ITERATIONS: usize = 5000;
/// Rows that a thread takes at once.
const ROWS: usize = 32;

/// How much differences of values count, and the box that is not left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Walk {
    /// The larger, the less likely steps between unlike values are; scikit-image's default is 130.
    pub beta: f64,
    /// The box.
    pub region: VoxelBox,
}

/// The most likely label of each voxel that walkers from it reach through the voxels of
/// `permitted`, all if there is none; what is painted keeps its own. Padding, and what is no number,
/// is not walked through.
///
/// # Errors
/// [`GrowthError`].
pub fn random_walk(
    volume: &Volume,
    painted: &LabelMap,
    (permitted, spacing): (Option<&Mask>, &Spacing),
    walk: &Walk,
    progress: &dyn Progress,
) -> Result<LabelMap, GrowthError> {
    let source = Source::new(volume);
    let place = (permitted, walk.region);
    let Some(mut labels) = LabelBox::read(&source, painted, place, (MOST_VOXELS, progress))? else {
        return Ok(LabelMap::empty(source.grid()));
    };
    labels.close_unreached(progress)?;
    let mut known: Vec<Label> = labels.labels.iter().copied().filter(|&n| n != 0).collect();
    known.sort_unstable();
    known.dedup();
    let Some((last, others)) = known.split_last() else {
        return Ok(labels.into_map());
    };
    let laplacian = Laplacian::new(&source, &labels, (spacing, walk.beta), progress)?;
    // What is left for the last label when the likelihoods of all others are known.
    let mut rest = vec![1.0_f64; labels.labels.len()];
    let mut best = vec![0.0_f64; labels.labels.len()];
    let mut winners = vec![0; labels.labels.len()];
    for (n, &label) in others.iter().enumerate() {
        let part = Part::new(progress, n, others.len());
        let likelihoods = laplacian.solve(&labels, label, &part)?;
        let voxels = likelihoods.iter().zip(&mut rest).zip(&mut best);
        for (((likelihood, rest), best), winner) in voxels.zip(&mut winners) {
            *rest -= likelihood;
            if *likelihood > *best {
                (*best, *winner) = (*likelihood, label);
            }
        }
    }
    for at in 0..winners.len() {
        if labels.is_open(at) {
            let is_last = rest[at] > best[at];
            labels.labels[at] = if is_last { *last } else { winners[at] };
        }
    }
    Ok(labels.into_map())
}

/// The steps between the voxels of a box.
struct Laplacian {
    size: [usize; 3],
    /// Of the steps from each voxel to the next along i, j, k; 0 where there is none.
    weights: [Vec<f64>; 3],
    /// 1 / the sum of the weights of all steps from an open voxel; 0 of others.
    inverse: Vec<f64>,
}

impl Laplacian {
    fn new(
        source: &Source<'_>,
        labels: &LabelBox,
        (spacing, beta): (&Spacing, f64),
        progress: &dyn Progress,
    ) -> Result<Self, Cancelled> {
        let size = labels.size;
        let values = source.block(labels.region).values;
        let deviation = deviation(&values, labels);
        let mm = spacing.smallest();
        let least = mm.into_iter().fold(f64::INFINITY, f64::min);
        let steps = [1, size[0], size[0] * size[1]];
        let weights = |axis: usize| {
            let per_difference = least / mm[axis] / deviation;
            let weight = |at: usize| {
                let place = at / steps[axis] % size[axis];
                let next = at + steps[axis];
                if place + 1 == size[axis] || labels.is_closed(at) || labels.is_closed(next) {
                    return 0.0;
                }
                let difference = f64::from(values[at] - values[next]) * per_difference;
                let exponent = -beta / 10.0 * difference * difference;
                exponent.exp() + LEAST_WEIGHT
            };
            made(values.len(), progress, weight)
        };
        let weights = [weights(0)?, weights(1)?, weights(2)?];
        let inverse = |at: usize| {
            if !labels.is_open(at) {
                return 0.0;
            }
            let sums = weights.iter().zip(steps).map(|(weights, step)| {
                weights[at] + at.checked_sub(step).map_or(0.0, |before| weights[before])
            });
            let sum: f64 = sums.sum();
            if sum > 0.0 { 1.0 / sum } else { 0.0 }
        };
        let inverse = made(values.len(), progress, inverse)?;
        Ok(Self {
            size,
            weights,
            inverse,
        })
    }

    /// The likelihood of a label at each voxel.
    fn solve(
        &self,
        labels: &LabelBox,
        label: Label,
        progress: &dyn Progress,
    ) -> Result<Vec<f64>, Cancelled> {
        let is_painted = |&found: &Label| f64::from(u8::from(found == label));
        let painted: Vec<f64> = labels.labels.iter().map(is_painted).collect();
        let mut found = painted.clone();
        // With nothing but the paint known, the residual is what comes from it.
        let mut residual = self.applied(&painted);
        self.for_each_row(&mut residual, |at, row| {
            for (at, value) in (at..).zip(row) {
                *value = if self.inverse[at] > 0.0 { -*value } else { 0.0 };
            }
            0.0
        });
        let mut direction: Vec<f64> = residual
            .iter()
            .zip(&self.inverse)
            .map(|(r, m)| r * m)
            .collect();
        let mut error = self.dot(&residual, &direction);
        let goal = error * TOLERANCE * TOLERANCE;
        let first = error;
        for _ in 0..MOST_ITERATIONS {
            if progress.is_cancelled() {
                return Err(Cancelled);
            }
            if error <= goal || error <= 0.0 {
                break;
            }
            progress.advance(
                (1000.0 * (error / first).ln() / (TOLERANCE * TOLERANCE).ln()).clamp(0.0, 1000.0)
                    as usize,
                1000,
            );
            let applied = self.applied(&direction);
            let alpha = error / self.dot(&applied, &direction);
            self.for_each_row(&mut found, |at, row| {
                row.iter_mut()
                    .zip(&direction[at..])
                    .for_each(|(x, p)| *x += alpha * p);
                0.0
            });
            let next = self.for_each_row(&mut residual, |at, row| {
                let voxels = row.iter_mut().zip(&applied[at..]).zip(&self.inverse[at..]);
                let squares = voxels.map(|((r, applied), inverse)| {
                    if *inverse > 0.0 {
                        *r -= alpha * applied;
                    }
                    *r * *r * inverse
                });
                squares.sum()
            });
            let beta = next / error;
            error = next;
            self.for_each_row(&mut direction, |at, row| {
                let voxels = row.iter_mut().zip(&residual[at..]).zip(&self.inverse[at..]);
                voxels.for_each(|((p, r), inverse)| *p = r * inverse + beta * *p);
                0.0
            });
        }
        Ok(found)
    }

    /// The sum over each voxel's steps of weight times difference.
    fn applied(&self, values: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; values.len()];
        let steps = [1, self.size[0], self.size[0] * self.size[1]];
        self.for_each_row(&mut out, |first, row| {
            for (axis, step) in steps.into_iter().enumerate() {
                let weights = &self.weights[axis];
                for (at, out) in (first..).zip(row.iter_mut()) {
                    // A step beyond the box has no weight.
                    if let Some(next) = values.get(at + step) {
                        *out += weights[at] * (values[at] - next);
                    }
                    if let Some(before) = at.checked_sub(step) {
                        *out += weights[before] * (values[at] - values[before]);
                    }
                }
            }
            0.0
        });
        out
    }

    fn dot(&self, a: &[f64], b: &[f64]) -> f64 {
        let parts: Vec<f64> = a
            .par_chunks(self.size[0] * ROWS)
            .zip(b.par_chunks(self.size[0] * ROWS))
            .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum())
            .collect();
        parts.iter().sum()
    }

    /// Calls `work` with the first voxel of some rows and their values; the sum of its answers, in
    /// order.
    fn for_each_row(
        &self,
        values: &mut [f64],
        work: impl Fn(usize, &mut [f64]) -> f64 + Sync,
    ) -> f64 {
        let n = self.size[0] * ROWS;
        let parts = values.par_chunks_mut(n).enumerate();
        let parts: Vec<f64> = parts.map(|(part, values)| work(part * n, values)).collect();
        parts.iter().sum()
    }
}

/// The standard deviation of the values of a box that are not closed; 1 if all are alike.
fn deviation(values: &[f32], labels: &LabelBox) -> f64 {
    let open = || {
        let all = values.iter().enumerate();
        all.filter(|(at, _)| !labels.is_closed(*at))
            .map(|(_, value)| f64::from(*value))
    };
    let n = open().count().max(1) as f64;
    let mean = open().sum::<f64>() / n;
    let variance = open()
        .map(|value| (value - mean) * (value - mean))
        .sum::<f64>()
        / n;
    if variance > 0.0 { variance.sqrt() } else { 1.0 }
}
