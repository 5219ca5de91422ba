//! Grow from seeds: all segments at once grow from what was painted of them until they meet.
//!
//! The shortest paths of Zhu, Kolesov, Gao, Kikinis and Tannenbaum ("An effective interactive
//! medical image segmentation method using fast GrowCut", MICCAI-IMIC 2014), as 3D Slicer and MITK
//! have them: a voxel belongs to the segment whose seed has the cheapest way to it, by steps to one
//! of 26 neighbours that cost the difference of the values and, by [`Growth::locality`], their
//! length. Seeds that come and go change only what depends on them, and what comes of it is what
//! all of them would have given at once.

mod field;
mod levels;
pub(crate) mod queue;

use crate::mask::{Mask, box_size};
use crate::spacing::Spacing;
use crate::steps::Cancelled;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Mm, VoxelIndex};
use annotomy_volume::volume::Volume;
use annotomy_volume::with_voxels;
use field::{Field, OPEN};
use levels::{Levels, Place};
use rayon::prelude::*;
use thiserror::Error;

/// How far and through what seeds grow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// What a millimetre costs, as a difference of rescaled values; 0 and below: the values alone.
    pub locality: f64,
    /// The box that is not left.
    pub region: VoxelBox,
}

/// Seeds cannot grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GrowthError {
    /// The work was cancelled; nothing came of it.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// More voxels than can be counted.
    #[error("a box of {n_voxels} voxels is too large to grow in")]
    TooLarge {
        /// Voxels of the box.
        n_voxels: usize,
    },
}

/// Seeds and what grew from them.
#[derive(Debug)]
pub struct Grown {
    grid: [usize; 3],
    /// None if no voxel of the grid is in it.
    region: Option<VoxelBox>,
    field: Field,
}

/// The box around what is painted in a label map, larger by a margin and at least by a voxel; `None`
/// if nothing is.
#[must_use]
pub fn seed_region(seeds: &LabelMap, spacing: &Spacing, margin: Mm) -> Option<VoxelBox> {
    let bounds = Mask::of_labels(seeds, |label| label != 0).bounds()?;
    Some(spacing.box_around(bounds, margin, seeds.size()))
}

/// Grows seeds, the labels painted on an image's grid, into the voxels of `permitted`, all if there
/// is none. Seeds elsewhere, on padding and on what is no number do not grow.
///
/// # Errors
/// [`GrowthError`].
pub fn grow_seeds(
    volume: &Volume,
    seeds: &LabelMap,
    (permitted, spacing): (Option<&Mask>, &Spacing),
    growth: &Growth,
    progress: &dyn Progress,
) -> Result<Grown, GrowthError> {
    let grid = volume.geometry().size();
    let region = cut(growth.region, grid);
    let size = region.map_or([0; 3], box_size).map(|n| n + 2);
    let n_voxels = size.iter().product::<usize>();
    if n_voxels >= OPEN as usize {
        return Err(GrowthError::TooLarge { n_voxels });
    }
    let empty = Field {
        size,
        cells: Vec::new(),
        lengths: Vec::new(),
        per_value: 1,
    };
    let field = match region {
        None => empty,
        Some(region) => {
            let place = Place {
                grid,
                region,
                permitted,
            };
            with_voxels!(volume.voxels(), voxels => {
                let levels = Levels::of(voxels, volume, &place, progress)?;
                Field {
                    cells: place.cells(voxels, &levels, size, progress)?,
                    lengths: levels.lengths(spacing, &place, growth.locality),
                    per_value: levels.cost,
                    ..empty
                }
            })
        }
    };
    let grown = Grown {
        grid,
        region,
        field,
    };
    Ok(grown.with_seeds(seeds, progress)?)
}

impl Grown {
    /// The same with other seeds, of which those that were there before are not grown again.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn with_seeds(
        mut self,
        seeds: &LabelMap,
        progress: &dyn Progress,
    ) -> Result<Self, Cancelled> {
        let changes = self.changes(seeds);
        let was_seed = |&(at, _): &(u32, Label)| self.field.cells[at as usize].distance == 0;
        let gone: Vec<u32> = changes
            .iter()
            .filter(|c| was_seed(c))
            .map(|c| c.0)
            .collect();
        let mut queue = self.field.release(&gone, progress)?;
        for &(at, label) in changes.iter().filter(|(_, label)| *label != 0) {
            self.field.seed(at as usize, label, &mut queue);
        }
        self.field.spread(&mut queue, progress)?;
        Ok(self)
    }

    /// Where the seeds differ from those that grew, and which label is there now.
    fn changes(&self, seeds: &LabelMap) -> Vec<(u32, Label)> {
        let Some(region) = self.region.filter(|_| seeds.size() == self.grid) else {
            return Vec::new();
        };
        let [n_i, n_j, n_k] = box_size(region);
        let change = |row: usize| {
            let [j, k] = [row % n_j, row / n_j];
            let first = self.offset([0, j, k]);
            let cells = &self.field.cells[first..first + n_i];
            let mut changed = Vec::new();
            let mut i = 0;
            while i < n_i {
                let at = [region.min[0] + i, region.min[1] + j, region.min[2] + k];
                let brick = BrickIndex::of(VoxelIndex(at));
                let end = n_i.min(i + BRICK_EDGE - at[0] % BRICK_EDGE);
                let painted = seeds.brick(brick).map(|brick| {
                    let [j, k] = [at[1] % BRICK_EDGE, at[2] % BRICK_EDGE];
                    brick.row(k * BRICK_EDGE + j)
                });
                for (n, cell) in cells[i..end].iter().enumerate() {
                    let now = painted.map_or(0, |row| row[at[0] % BRICK_EDGE + n]);
                    let before = if cell.distance == 0 { cell.label } else { 0 };
                    if now != before && !cell.is_closed() {
                        changed.push(((first + i + n) as u32, now));
                    }
                }
                i = end;
            }
            changed
        };
        let rows = (0..n_j * n_k).into_par_iter();
        rows.flat_map_iter(change).collect()
    }

    /// Where a voxel of the region lies among the cells.
    fn offset(&self, [i, j, k]: [usize; 3]) -> usize {
        let [n_i, n_j, _] = self.field.size;
        ((k + 1) * n_j + j + 1) * n_i + i + 1
    }

    /// Of every voxel the label of the segment that has it, the seeds among them; 0 outside the
    /// region and where no seed reached.
    #[must_use]
    pub fn labels(&self) -> LabelMap {
        let [n_i, _, _] = self.grid;
        let labels = map_from_slices(self.grid, |k, slice| {
            let Some(region) = self.region else { return };
            let Some(k) = k
                .checked_sub(region.min[2])
                .filter(|k| *k < box_size(region)[2])
            else {
                return;
            };
            for (j, row) in (region.min[1]..=region.max[1]).enumerate() {
                let out = &mut slice[row * n_i..][region.min[0]..=region.max[0]];
                let first = self.offset([0, j, k]);
                for (label, cell) in out.iter_mut().zip(&self.field.cells[first..]) {
                    *label = cell.label;
                }
            }
        });
        labels.unwrap_or(LabelMap::empty(self.grid))
    }
}

/// The part of a box that lies in a grid.
pub(crate) fn cut(region: VoxelBox, grid: [usize; 3]) -> Option<VoxelBox> {
    let end: [usize; 3] = std::array::from_fn(|n| region.max[n].saturating_add(1).min(grid[n]));
    let has_any = (0..3).all(|n| region.min[n] < end[n]);
    has_any.then(|| VoxelBox {
        min: region.min,
        max: end.map(|end| end - 1),
    })
}
