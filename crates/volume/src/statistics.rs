//! Measures of the image inside each label.

use crate::geometry::Geometry;
use crate::labels::{BRICK_EDGE, Brick, BrickIndex, Label, LabelMap};
use crate::percentile::percentiles;
use crate::space::VoxelIndex;
use crate::volume::{Scalar, Volume};
use crate::with_voxels;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Measures of one label. Mean, deviation and range cover the finite values only, without
/// padding.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LabelStatistics {
    /// Voxels with the label.
    pub n_voxels: usize,
    /// Their volume in the grid's mean voxels: as many where slices are evenly spaced.
    n_mean_voxels: f64,
    n_finite: usize,
    mean: f64,
    squares: f64,
    /// Smallest and largest; 0 without finite values.
    range: [f64; 2],
}

impl LabelStatistics {
    /// Volume of the voxels with the label, which lie on the grid of `geometry`, in mm³.
    #[must_use]
    pub fn volume_mm3(&self, geometry: &Geometry) -> f64 {
        self.n_mean_voxels * geometry.voxel_volume_mm3()
    }

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

    /// Smallest and largest rescaled value, if any is finite.
    #[must_use]
    pub fn range(&self) -> Option<[f64; 2]> {
        (self.n_finite > 0).then_some(self.range)
    }

    /// Welford's update.
    pub(crate) fn add(&mut self, value: f64, share: f64) {
        self.n_voxels += 1;
        self.n_mean_voxels += share;
        if value.is_finite() {
            self.n_finite += 1;
            let off = value - self.mean;
            self.mean += off / self.n_finite as f64;
            self.squares += off * (value - self.mean);
            self.range = match self.n_finite {
                1 => [value; 2],
                _ => [self.range[0].min(value), self.range[1].max(value)],
            };
        }
    }

    /// Chan, Golub & LeVeque (1979), pairwise update.
    fn merge(self, other: Self) -> Self {
        let n_finite = self.n_finite + other.n_finite;
        if other.n_finite == 0 || self.n_finite == 0 {
            let full = if self.n_finite == 0 { other } else { self };
            return Self {
                n_voxels: self.n_voxels + other.n_voxels,
                n_mean_voxels: self.n_mean_voxels + other.n_mean_voxels,
                ..full
            };
        }
        let (a, b, n) = (self.n_finite as f64, other.n_finite as f64, n_finite as f64);
        let off = other.mean - self.mean;
        Self {
            n_voxels: self.n_voxels + other.n_voxels,
            n_mean_voxels: self.n_mean_voxels + other.n_mean_voxels,
            n_finite,
            mean: self.mean + off * b / n,
            squares: self.squares + other.squares + off * off * a * b / n,
            range: [
                self.range[0].min(other.range[0]),
                self.range[1].max(other.range[1]),
            ],
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

/// Median of the finite rescaled values, without padding, of every label that has one; the mean of
/// the middle two where they are even in number (as `numpy.median`). Both must have the same size.
#[must_use]
pub fn label_medians(volume: &Volume, labels: &LabelMap) -> BTreeMap<Label, f64> {
    with_voxels!(volume.voxels(), voxels => medians(volume, voxels, labels))
}

fn medians<T: Scalar>(volume: &Volume, voxels: &[T], labels: &LabelMap) -> BTreeMap<Label, f64> {
    let mut inside: BTreeMap<Label, Vec<T>> = BTreeMap::new();
    for (index, brick) in labels.bricks() {
        for (first, labels) in rows(volume, index, brick) {
            let voxels = &voxels[volume.geometry().offset(first)..];
            for (label, &stored) in labels.zip(voxels) {
                if label != 0 {
                    inside.entry(label).or_default().push(stored);
                }
            }
        }
    }
    let median = |stored| {
        let found = percentiles(&T::wrap(stored), volume.padding(), &[50.0]);
        found.first().copied()
    };
    inside
        .into_iter()
        .filter_map(|(label, stored)| Some((label, median(stored)?)))
        .filter(|(_, median)| median.is_finite())
        .map(|(label, median)| (label, volume.rescale().value(median)))
        .collect()
}

fn brick_statistics(
    volume: &Volume,
    index: BrickIndex,
    brick: &Brick,
) -> BTreeMap<Label, LabelStatistics> {
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
    let mut all: BTreeMap<Label, LabelStatistics> = BTreeMap::new();
    for (first, labels) in rows(volume, index, brick) {
        let offset = volume.geometry().offset(first);
        let share = volume.geometry().slice_share(first.0[2]);
        with_voxels!(volume.voxels(), voxels => {
            for (label, &stored) in labels.zip(&voxels[offset..]) {
                if label != 0 {
                    all.entry(label).or_default().add(value(stored.to_f64()), share);
                }
            }
        });
    }
    all
}

/// The rows of a brick that hold labels, inside the grid, and the first voxel of each.
fn rows(
    volume: &Volume,
    index: BrickIndex,
    brick: &Brick,
) -> impl Iterator<Item = (VoxelIndex, impl Iterator<Item = Label>)> {
    let [i, j, k] = index.first_voxel();
    let n_columns = BRICK_EDGE.min(volume.geometry().size()[0] - i);
    let rows = brick.rows().enumerate();
    rows.filter(|(_, labels)| *labels != [0; BRICK_EDGE])
        .map(move |(row, labels)| {
            let first = VoxelIndex([i, j + row % BRICK_EDGE, k + row / BRICK_EDGE]);
            (first, labels.into_iter().take(n_columns))
        })
}
