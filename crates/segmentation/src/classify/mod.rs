//! Pixel classifier: what is painted of some segments teaches a random forest what each looks like;
//! it then says of any voxel which of them it is.
//!
//! The same strokes on the same image give the same forest, and the same labels, on any number of
//! threads and whatever is looked at.

mod bytes;
mod derivatives;
mod features;
mod forest;
mod sample;
mod tree;

pub use bytes::ClassifierBytesError;

use crate::block::{Source, tiled, tiles};
use crate::mask::{Mask, box_size};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Part, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Mm, VoxelIndex};
use annotomy_volume::volume::Volume;
use features::{N_FEATURES, features};
use forest::Forest;
use rayon::prelude::*;
use thiserror::Error;

/// Voxels of a tile at most, and tiles of a small box at least.
const TILE_VOXELS: usize = 1 << 17;
const N_TILES: usize = 8;
/// Voxels that are told apart between two looks at whether to go on.
const BATCH: usize = 1 << 9;

/// Nothing can be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LearnError {
    /// The work was cancelled; nothing came of it.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Fewer than two labels are painted where the image has values.
    #[error("two or more segments have to be painted to be told apart, not {n_labels}")]
    TooFew {
        /// Labels that are.
        n_labels: usize,
    },
}

/// Knows segments by what their voxels look like.
#[derive(Debug, Clone, PartialEq)]
pub struct Classifier {
    finest: Mm,
    forest: Forest,
}

impl Classifier {
    /// Learns from labels painted on an image's grid. `finest` is the smallest scale that is looked
    /// at, about the size of the finest detail; scales go up to eight times as much.
    ///
    /// # Errors
    /// [`LearnError`].
    pub fn learn(
        volume: &Volume,
        painted: &LabelMap,
        (spacing, finest): (&Spacing, Mm),
        progress: &dyn Progress,
    ) -> Result<Self, LearnError> {
        let source = Source::new(volume);
        let voxels = sample::chosen(painted, &source);
        let labels: Vec<Label> = voxels.iter().map(|(_, label)| *label).collect();
        // They come label by label.
        let n_labels = labels.chunk_by(|a, b| a == b).count();
        if n_labels < 2 {
            return Err(LearnError::TooFew { n_labels });
        }
        let part = |n| Part::new(progress, n, 2);
        let samples = sample::looks(&source, &voxels, (spacing, finest), &part(0))?;
        Ok(Self {
            finest,
            forest: Forest::grow(&samples, &labels, &part(1))?,
        })
    }

    /// The labels that it knows, ascending.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.forest.labels
    }

    /// The smallest scale that it looks at.
    #[must_use]
    pub const fn finest(&self) -> Mm {
        self.finest
    }

    /// The label of each voxel of `wanted` in an image, that it learned from or another whose values
    /// mean the same; 0 elsewhere and where the image has no values.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn classify(
        &self,
        (volume, spacing): (&Volume, &Spacing),
        wanted: &Mask,
        progress: &dyn Progress,
    ) -> Result<LabelMap, Cancelled> {
        let grid = wanted.grid();
        let Some(region) = wanted.bounds() else {
            return Ok(LabelMap::empty(grid));
        };
        let source = Source::new(volume);
        let n_voxels: usize = box_size(region).iter().product();
        let most = (n_voxels / N_TILES).clamp(1, TILE_VOXELS);
        let tiles = tiles(region, most);
        let steps = Steps::new(progress, tiles.len());
        let parts: Vec<(VoxelBox, Vec<Label>)> = tiles
            .into_par_iter()
            .map(|tile| {
                let labels = self.classify_tile((&source, spacing), (tile, wanted), &steps)?;
                steps.step()?;
                Ok((tile, labels))
            })
            .collect::<Result<_, Cancelled>>()?;
        Ok(joined(grid, &parts))
    }

    fn classify_tile(
        &self,
        (source, spacing): (&Source<'_>, &Spacing),
        (tile, wanted): (VoxelBox, &Mask),
        steps: &Steps<'_>,
    ) -> Result<Vec<Label>, Cancelled> {
        let [n_i, n_j, n_k] = box_size(tile);
        let mut labels = vec![0; n_i * n_j * n_k];
        let is_wanted = |n: usize| {
            let at = [n % n_i, n / n_i % n_j, n / (n_i * n_j)];
            let at: [usize; 3] = std::array::from_fn(|axis| tile.min[axis] + at[axis]);
            wanted.contains(VoxelIndex(at)) && source.has_value(at)
        };
        let some: Vec<usize> = (0..labels.len()).filter(|&n| is_wanted(n)).collect();
        if some.is_empty() {
            return Ok(labels);
        }
        let all = features(source, tile, (spacing, self.finest), steps)?;
        for batch in some.chunks(BATCH) {
            steps.check()?;
            let looks: Vec<_> = batch.iter().map(|&n| all[n]).collect();
            for (&n, label) in batch.iter().zip(self.forest.labels(&looks)) {
                labels[n] = label;
            }
        }
        Ok(labels)
    }

    /// How likely each voxel of a box in the grid has a label, i fastest; 0 where the image has no
    /// values, and if it does not know the label.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn likeness(
        &self,
        (volume, spacing): (&Volume, &Spacing),
        (region, label): (VoxelBox, Label),
        progress: &dyn Progress,
    ) -> Result<Vec<f32>, Cancelled> {
        let source = Source::new(volume);
        tiled(region, progress, |tile, steps| {
            let [n_i, n_j, _] = box_size(tile);
            let all = features(&source, tile, (spacing, self.finest), steps)?;
            let mut found = Vec::with_capacity(all.len());
            for batch in all.chunks(BATCH) {
                steps.check()?;
                found.extend(self.forest.likeness(batch, label));
            }
            for (n, likeness) in found.iter_mut().enumerate() {
                let at = [n % n_i, n / n_i % n_j, n / (n_i * n_j)];
                if !source.has_value(std::array::from_fn(|axis| tile.min[axis] + at[axis])) {
                    *likeness = 0.0;
                }
            }
            Ok(found)
        })
    }
}

/// Learns from what is painted on an image's grid, and labels each voxel of `wanted`: see
/// [`Classifier`].
///
/// # Errors
/// [`LearnError`].
pub fn classify(
    volume: &Volume,
    (painted, wanted): (&LabelMap, &Mask),
    (spacing, finest): (&Spacing, Mm),
    progress: &dyn Progress,
) -> Result<LabelMap, LearnError> {
    let part = |n| Part::new(progress, n, 2);
    let classifier = Classifier::learn(volume, painted, (spacing, finest), &part(0))?;
    Ok(classifier.classify((volume, spacing), wanted, &part(1))?)
}

/// What each voxel of a box in the grid looks like to a [`Classifier`], i fastest: its value and, at
/// each scale, the blurred value, the magnitude of its gradient per mm and the eigenvalues of its
/// Hessian per mm², ascending.
///
/// # Errors
/// [`Cancelled`].
pub fn voxel_features(
    volume: &Volume,
    region: VoxelBox,
    with: (&Spacing, Mm),
    progress: &dyn Progress,
) -> Result<Vec<[f32; N_FEATURES]>, Cancelled> {
    let source = Source::new(volume);
    features(&source, region, with, &Steps::new(progress, 1))
}

/// The label map of boxes that do not overlap.
fn joined(grid: [usize; 3], parts: &[(VoxelBox, Vec<Label>)]) -> LabelMap {
    let labels = map_from_slices(grid, |k, slice| {
        for (tile, labels) in parts {
            let [n_i, n_j, _] = box_size(*tile);
            if !(tile.min[2]..=tile.max[2]).contains(&k) {
                continue;
            }
            let rows = labels[(k - tile.min[2]) * n_i * n_j..].chunks_exact(n_i);
            for (row, j) in rows.zip(tile.min[1]..=tile.max[1]) {
                slice[j * grid[0] + tile.min[0]..][..n_i].copy_from_slice(row);
            }
        }
    });
    labels.unwrap_or(LabelMap::empty(grid))
}
