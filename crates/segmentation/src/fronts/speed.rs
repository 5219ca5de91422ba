//! How fast a front goes: as fast as it can where the image is even, or where values are like those
//! of its seeds.

use crate::block::Source;
use crate::labelled::LabelBox;
use crate::maths::exp;
use crate::spacing::Spacing;
use crate::steps::{CHUNK, Cancelled, filled, look, made};
use crate::watershed::gradient;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;

/// A front is never slower than this: below it stands still.
const SLOWEST: f64 = 1e-6;
/// Of fewer seeds the voxels around them have a part in their mean and spread.
const FEW_SEEDS: usize = 27;

/// What the speed of a front, from 0 to 1, follows from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FrontSpeed {
    /// Full speed everywhere.
    Even,
    /// `1 / (1 + exp((g - contrast) / width))` of the gradient's length `g` a mm after smoothing, a
    /// sigmoid as in ITK.
    Edges {
        /// Standard deviation of the Gaussian that smooths before.
        sigma: Mm,
        /// The change of values a mm that halves the speed; the mean one in the box if absent.
        contrast: Option<f64>,
        /// How suddenly: over so much more the speed falls to 0.27; a fifth of the contrast if absent.
        width: Option<f64>,
    },
    /// `exp(-((v - mean) / deviation)² / 2)` of the value `v`, by the mean of the seeds' values and
    /// a multiple of their standard deviation.
    Values {
        /// The multiple.
        multiplier: f64,
    },
}

impl FrontSpeed {
    /// The time that a millimetre takes at each voxel of a box, i fastest; the labelled are the seeds.
    pub(super) fn slowness(
        &self,
        source: &Source<'_>,
        labels: &LabelBox,
        spacing: &Spacing,
        progress: &dyn Progress,
    ) -> Result<Vec<f32>, Cancelled> {
        match *self {
            Self::Even => filled(labels.labels.len(), 1.0, progress),
            Self::Edges {
                sigma,
                contrast,
                width,
            } => {
                let lengths = gradient(source, labels.region, (spacing, sigma), progress)?;
                let contrast = match contrast {
                    Some(contrast) => contrast,
                    None => mean_of_open(&lengths, labels, progress)?,
                };
                let width = width.unwrap_or(contrast / 5.0);
                let speed = |length: f32| {
                    let above = f64::from(length) - contrast;
                    match width > 0.0 {
                        true => 1.0 / (1.0 + exp(above / width)),
                        false => f64::from(u8::from(above <= 0.0)),
                    }
                };
                made(lengths.len(), progress, |at| slow(speed(lengths[at])))
            }
            Self::Values { multiplier } => {
                let values = source.large_block(labels.region, progress)?.values;
                let (mean, deviation) = like_seeds(&values, labels, progress)?;
                let deviation = deviation * multiplier;
                let speed = |value: f32| {
                    let away = f64::from(value) - mean;
                    match deviation > 0.0 {
                        true => exp(-0.5 * (away / deviation) * (away / deviation)),
                        false => f64::from(u8::from(away == 0.0)),
                    }
                };
                made(values.len(), progress, |at| slow(speed(values[at])))
            }
        }
    }
}

fn slow(speed: f64) -> f32 {
    match speed >= SLOWEST {
        true => (1.0 / speed) as f32,
        false => f32::INFINITY,
    }
}

/// The mean of what the voxels of a box have that are not closed; 0 if all are.
pub(super) fn mean_of_open(
    values: &[f32],
    labels: &LabelBox,
    progress: &dyn Progress,
) -> Result<f64, Cancelled> {
    let (mut sum, mut n) = (0.0, 0_usize);
    for (at, &value) in values.iter().enumerate() {
        if at % CHUNK == 0 {
            look(progress)?;
        }
        if !labels.is_closed(at) {
            (sum, n) = (sum + f64::from(value), n + 1);
        }
    }
    Ok(sum / n.max(1) as f64)
}

/// Mean and standard deviation of the values of the seeds, and of those around them if they are few.
fn like_seeds(
    values: &[f32],
    labels: &LabelBox,
    progress: &dyn Progress,
) -> Result<(f64, f64), Cancelled> {
    let mut seeds = Vec::new();
    for (n, some) in labels.labels.chunks(CHUNK).enumerate() {
        look(progress)?;
        let painted = some.iter().enumerate().filter(|(_, label)| **label != 0);
        seeds.extend(painted.map(|(at, _)| n * CHUNK + at));
    }
    if seeds.len() < FEW_SEEDS {
        let around = seeds.iter().flat_map(|&at| around(labels, at));
        let mut all: Vec<usize> = around.filter(|&at| !labels.is_closed(at)).collect();
        all.sort_unstable();
        all.dedup();
        seeds = all;
    }
    let n = seeds.len().max(1) as f64;
    let of_seeds = || seeds.iter().map(|&at| f64::from(values[at]));
    let mean = of_seeds().sum::<f64>() / n;
    let squares = of_seeds().map(|value| (value - mean) * (value - mean));
    Ok((mean, (squares.sum::<f64>() / n).sqrt()))
}

/// A voxel and those that touch it, as far as the box goes.
fn around(labels: &LabelBox, at: usize) -> Vec<usize> {
    let [n_i, n_j, _] = labels.size;
    let place = [at % n_i, at / n_i % n_j, at / (n_i * n_j)];
    let [i, j, k] = [0, 1, 2].map(|axis: usize| {
        let last = labels.size[axis] - 1;
        place[axis].saturating_sub(1)..=(place[axis] + 1).min(last)
    });
    let rows = k.flat_map(|k| j.clone().map(move |j| (k * n_j + j) * n_i));
    rows.flat_map(|first| i.clone().map(move |i| first + i))
        .collect()
}
