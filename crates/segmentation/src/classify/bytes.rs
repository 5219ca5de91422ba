//! A classifier as bytes, little endian: the number of features, the finest scale in mm, the labels,
//! and of each tree its nodes (threshold, feature, next, first share) and the shares of its leaves.
//!
//! What is read back asks only about features that there are, and every way through a tree ends:
//! bytes that say otherwise are refused.

use super::Classifier;
use super::features::N_FEATURES;
use super::forest::Forest;
use super::tree::{Node, Tree};
use annotomy_volume::labels::Label;
use annotomy_volume::space::Mm;
use thiserror::Error;

/// Trees that a classifier has at most: far more than are made.
const MOST_TREES: usize = 10_000;
/// Labels that it tells apart at most: all that there are.
const MOST_LABELS: usize = Label::MAX as usize;

/// Bytes are no classifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClassifierBytesError {
    /// They end too early, or go on.
    #[error("it does not end where it should")]
    Length,
    /// It looks at other features than this program.
    #[error("it looks at {found} features of a voxel, not at {N_FEATURES}")]
    Features {
        /// How many.
        found: u32,
    },
    /// A number is out of its limits.
    #[error("{what} is out of its limits")]
    Limits {
        /// Which.
        what: &'static str,
    },
}

impl Classifier {
    /// As bytes, from which [`Self::from_bytes`] makes the same classifier.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let count = |n: usize| (n as u32).to_le_bytes();
        out.extend(count(N_FEATURES));
        out.extend(self.finest.0.to_le_bytes());
        out.extend(count(self.forest.labels.len()));
        out.extend(self.forest.labels.iter().flat_map(|n| n.to_le_bytes()));
        out.extend(count(self.forest.trees.len()));
        for tree in &self.forest.trees {
            out.extend(count(tree.nodes.len()));
            out.extend(count(tree.shares.len()));
            for node in &tree.nodes {
                out.extend(node.threshold.to_le_bytes());
                let numbers = [node.feature, node.next, node.shares];
                out.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
            }
            out.extend(tree.shares.iter().flat_map(|share| share.to_le_bytes()));
        }
        out
    }

    /// The classifier that bytes hold.
    ///
    /// # Errors
    /// [`ClassifierBytesError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ClassifierBytesError> {
        let mut rest = Rest(bytes);
        let found = u32::from_le_bytes(rest.take()?);
        if found as usize != N_FEATURES {
            return Err(ClassifierBytesError::Features { found });
        }
        let finest = f64::from_le_bytes(rest.take()?);
        if !(finest.is_finite() && finest > 0.0) {
            return Err(limits("the finest scale"));
        }
        let n_labels = rest.count(2..=MOST_LABELS, "the number of labels")?;
        let labels = (0..n_labels).map(|_| rest.take().map(Label::from_le_bytes));
        let labels: Vec<Label> = labels.collect::<Result<_, _>>()?;
        if labels.first() == Some(&0) || !labels.is_sorted_by(|a, b| a < b) {
            return Err(limits("a label"));
        }
        let n_trees = rest.count(1..=MOST_TREES, "the number of trees")?;
        let trees = (0..n_trees).map(|_| rest.tree(n_labels));
        let trees = trees.collect::<Result<_, _>>()?;
        if !rest.0.is_empty() {
            return Err(ClassifierBytesError::Length);
        }
        Ok(Self {
            finest: Mm(finest),
            forest: Forest { labels, trees },
        })
    }
}

const fn limits(what: &'static str) -> ClassifierBytesError {
    ClassifierBytesError::Limits { what }
}

/// Bytes that are still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], ClassifierBytesError> {
        let (first, rest) = self
            .0
            .split_first_chunk()
            .ok_or(ClassifierBytesError::Length)?;
        self.0 = rest;
        Ok(*first)
    }

    fn count(
        &mut self,
        within: std::ops::RangeInclusive<usize>,
        what: &'static str,
    ) -> Result<usize, ClassifierBytesError> {
        let n = u32::from_le_bytes(self.take()?) as usize;
        within.contains(&n).then_some(n).ok_or(limits(what))
    }

    fn tree(&mut self, n_labels: usize) -> Result<Tree, ClassifierBytesError> {
        // No more than the bytes that are left can say.
        let n_nodes = self.count(1..=self.0.len(), "the number of nodes")?;
        let n_shares = self.count(n_labels..=self.0.len(), "the number of shares")?;
        let nodes: Vec<Node> = (0..n_nodes)
            .map(|_| self.node())
            .collect::<Result<_, _>>()?;
        for (at, node) in nodes.iter().enumerate() {
            let (next, first) = (node.next as usize, node.shares as usize);
            let is_leaf = next == at && node.threshold == f32::INFINITY;
            let is_question = next > at && next + 1 < n_nodes;
            let has_shares = first + n_labels <= n_shares;
            if !(is_leaf && has_shares || is_question) || node.feature as usize >= N_FEATURES {
                return Err(limits("a node"));
            }
        }
        let shares = (0..n_shares).map(|_| self.take().map(f32::from_le_bytes));
        let shares: Vec<f32> = shares.collect::<Result<_, _>>()?;
        match shares.iter().all(|share| (0.0..=1.0).contains(share)) {
            true => Ok(Tree { nodes, shares }),
            false => Err(limits("a share")),
        }
    }

    fn node(&mut self) -> Result<Node, ClassifierBytesError> {
        Ok(Node {
            threshold: f32::from_le_bytes(self.take()?),
            feature: u32::from_le_bytes(self.take()?),
            next: u32::from_le_bytes(self.take()?),
            shares: u32::from_le_bytes(self.take()?),
        })
    }
}
