//! A random forest: trees that each saw other samples vote on what a voxel is.

use super::features::Features;
use super::tree::{Bins, Lesson, Tree};
use crate::steps::{Cancelled, Steps};
use annotomy_volume::labels::Label;
use annotomy_volume::progress::Progress;
use rayon::prelude::*;

/// Trees of a forest.
const N_TREES: u64 = 50;
/// Trees that vote before it is asked who may still win.
const ROUND: usize = 5;
/// Voxels that go down a tree one step at a time, so that their ways do not wait for each other.
const ABREAST: usize = 16;

/// Trees, and the labels that they know, ascending.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Forest {
    pub(super) labels: Vec<Label>,
    pub(super) trees: Vec<Tree>,
}

impl Forest {
    /// Learns labels, one a sample, from what the samples look like.
    pub(super) fn grow(
        samples: &[Features],
        labels: &[Label],
        progress: &dyn Progress,
    ) -> Result<Self, Cancelled> {
        let mut known = labels.to_vec();
        known.sort_unstable();
        known.dedup();
        let number = |label: &Label| known.partition_point(|other| other < label) as u16;
        let numbers: Vec<u16> = labels.iter().map(number).collect();
        let bins = Bins::new(samples);
        let lesson = Lesson {
            bins: &bins,
            labels: &numbers,
            n_labels: known.len(),
        };
        let steps = Steps::new(progress, N_TREES as usize);
        let trees = (0..N_TREES).into_par_iter().map(|number| {
            steps.step()?;
            Ok(Tree::grow(lesson, number))
        });
        Ok(Self {
            trees: trees.collect::<Result<_, Cancelled>>()?,
            labels: known,
        })
    }

    /// The label of each voxel: the one with the most votes, of several the lowest.
    pub(super) fn labels(&self, voxels: &[Features]) -> Vec<Label> {
        let n_labels = self.labels.len();
        let mut votes = vec![0.0_f32; voxels.len() * n_labels];
        let mut open: Vec<usize> = (0..voxels.len()).collect();
        let mut at: Vec<u32> = Vec::new();
        let mut n_left = self.trees.len();
        for round in self.trees.chunks(ROUND) {
            for tree in round {
                tree.leaves(voxels, &open, &mut at);
                for (&leaf, &voxel) in at.iter().zip(&open) {
                    let first = tree.nodes[leaf as usize].shares as usize;
                    let shares = &tree.shares[first..first + n_labels];
                    let votes = &mut votes[voxel * n_labels..][..n_labels];
                    votes
                        .iter_mut()
                        .zip(shares)
                        .for_each(|(n, share)| *n += share);
                }
            }
            n_left -= round.len();
            // A little more than what is left, for rounding.
            let most_left = n_left as f32 + 0.01;
            open.retain(|&voxel| {
                let votes = &votes[voxel * n_labels..][..n_labels];
                let (first, second) = leaders(votes);
                first - second <= most_left
            });
        }
        let winner = |votes: &[f32]| {
            let most = votes.iter().copied().fold(0.0, f32::max);
            let first = votes.iter().position(|&n| n >= most).unwrap_or(0);
            self.labels[first]
        };
        votes.chunks_exact(n_labels).map(winner).collect()
    }
}

impl Forest {
    /// How likely each voxel has a label: the mean of the leaves' shares.
    pub(super) fn likeness(&self, voxels: &[Features], label: Label) -> Vec<f32> {
        let Ok(number) = self.labels.binary_search(&label) else {
            return vec![0.0; voxels.len()];
        };
        let all: Vec<usize> = (0..voxels.len()).collect();
        let mut sums = vec![0.0_f32; voxels.len()];
        let mut at = Vec::new();
        for tree in &self.trees {
            tree.leaves(voxels, &all, &mut at);
            for (sum, &leaf) in sums.iter_mut().zip(&at) {
                *sum += tree.shares[tree.nodes[leaf as usize].shares as usize + number];
            }
        }
        let n = self.trees.len().max(1) as f32;
        sums.iter().map(|sum| sum / n).collect()
    }
}

impl Tree {
    /// The leaf of each of some voxels.
    fn leaves(&self, voxels: &[Features], some: &[usize], at: &mut Vec<u32>) {
        at.clear();
        at.resize(some.len(), 0);
        for (at, some) in at.chunks_mut(ABREAST).zip(some.chunks(ABREAST)) {
            let mut is_moving = true;
            while is_moving {
                is_moving = false;
                for (at, &voxel) in at.iter_mut().zip(some) {
                    let node = self.nodes[*at as usize];
                    let value = voxels[voxel][node.feature as usize];
                    let next = node.next + u32::from(value > node.threshold);
                    is_moving |= next != *at;
                    *at = next;
                }
            }
        }
    }
}

/// The most votes, and the second most.
fn leaders(votes: &[f32]) -> (f32, f32) {
    votes.iter().fold((0.0, 0.0), |(first, second), &n| {
        if n > first {
            (n, first)
        } else {
            (first, second.max(n))
        }
    })
}
