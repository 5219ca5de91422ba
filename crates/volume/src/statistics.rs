//! Measures of the image inside each label.

use crate::labels::{BRICK_EDGE, Brick, BrickIndex, Label, LabelMap};
use crate::space::VoxelIndex;
use crate::volume::{Scalar, Volume};
use crate::with_voxels;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Measures of one label. Mean and deviation cover the finite values only, without padding.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LabelStatistics {
    /// Voxels with the label.
    pub n_voxels: usize,
    n_finite: usize,
    mean: f64,
    squares: f64,
}

impl LabelStatistics {
    /// Mean of the rescaled values, if any is finite.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.n_finite > 0).then_some(self.mean)
    }

    /// Standard deviation (divided by n) of the rescaled values, if any is finite.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        (self.n_finite > 0).then(|| (self.squares / self.n_finite as f64).sqrt())
    }

    /// Welford's update.
    fn add(&mut self, value: f64) {
        self.n_voxels += 1;
        if value.is_finite() {
            self.n_finite += 1;
            let off = value - self.mean;
            self.mean += off / self.n_finite as f64;
            self.squares += off * (value - self.mean);
        }
    }

    /// Chan, Golub & LeVeque (1979), pairwise update.
    fn merge(self, other: Self) -> Self {
        let n_finite = self.n_finite + other.n_finite;
        if other.n_finite == 0 || self.n_finite == 0 {
            let full = if self.n_finite == 0 { other } else { self };
            return Self {
                n_voxels: self.n_voxels + other.n_voxels,
                ..full
            };
        }
        let (a, b, n) = (self.n_finite as f64, other.n_finite as f64, n_finite as f64);
        let off = other.mean - self.mean;
        Self {
            n_voxels: self.n_voxels + other.n_voxels,
            n_finite,
            mean: self.mean + off * b / n,
            squares: self.squares + other.squares + off * off * a * b / n,
        }
    }
}

/// Measures of every label of `labels` in `volume`; both must have the same size.
#[must_use]
pub fn label_statistics(volume: &Volume, labels: &LabelMap) -> BTreeMap<Label, LabelStatistics> {
    assert_eq!(
        volume.geometry().size(),
        labels.size(),
        "labels lie on the image's own grid"
    );
    let bricks: Vec<_> = labels.bricks().collect();
    bricks
        .par_iter()
        .map(|(index, brick)| brick_statistics(volume, *index, brick))
        .reduce(BTreeMap::new, |mut all, part| {
            for (label, statistics) in part {
                let entry = all.entry(label).or_default();
                *entry = entry.merge(statistics);
            }
            all
        })
}

fn brick_statistics(
    volume: &Volume,
    index: BrickIndex,
    brick: &Brick,
) -> BTreeMap<Label, LabelStatistics> {
    let [i, j, k] = index.first_voxel();
    let geometry = volume.geometry();
    // What is no number counts as a voxel, but not as a value.
    let is_padding = |stored| {
        volume
            .padding()
            .is_some_and(|padding| padding.holds(stored))
    };
    let value = |stored| match is_padding(stored) {
        true => f64::NAN,
        false => volume.rescale().value(stored),
    };
    let n_columns = BRICK_EDGE.min(geometry.size()[0] - i);
    let mut all: BTreeMap<Label, LabelStatistics> = BTreeMap::new();
    for (row, labels) in brick.labels().chunks_exact(BRICK_EDGE).enumerate() {
        if labels.iter().all(|&label| label == 0) {
            continue;
        }
        let first = VoxelIndex([i, j + row % BRICK_EDGE, k + row / BRICK_EDGE]);
        let offset = geometry.offset(first);
        with_voxels!(volume.voxels(), voxels => {
            for (&label, &stored) in labels.iter().zip(&voxels[offset..offset + n_columns]) {
                if label != 0 {
                    all.entry(label).or_default().add(value(stored.to_f64()));
                }
            }
        });
    }
    all
}
