//! Grow from seeds: all segments at once grow from what was painted of them until they meet.
//!
//! The shortest paths of Zhu, Kolesov, Gao, Kikinis and Tannenbaum ("An effective interactive
//! medical image segmentation method using fast GrowCut", MICCAI-IMIC 2014), as 3D Slicer and MITK
//! have them: a voxel belongs to the segment whose seed has the cheapest way to it, by steps to one
//! of 26 neighbours that cost the difference of the values and, by [`Growth::locality`], their
//! length. Seeds that come and go change only what depends on them, and what comes of it is what
//! all of them would have given at once.

mod cell;
mod field;
mod layout;
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
use cell::Key;
use field::Field;
use layout::Layout;
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
    grown: Option<(VoxelBox, Cells)>,
}

/// The voxels in as few bytes as labels and distances allow.
#[derive(Debug)]
enum Cells {
    Narrow(Field<u32>),
    Wide(Field<u64>),
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
    let Some(region) = cut(growth.region, grid) else {
        return Ok(Grown { grid, grown: None });
    };
    let layout = Layout::new(box_size(region));
    let n_voxels = layout.len();
    if n_voxels >= u32::MAX as usize {
        return Err(GrowthError::TooLarge { n_voxels });
    }
    let place = Place {
        grid,
        region,
        permitted,
    };
    let field = with_voxels!(volume.voxels(), voxels => {
        let levels = Levels::of(voxels, volume, &place, progress)?;
        Field {
            cells: place.cells(voxels, &levels, &layout, progress)?,
            costs: levels.costs(spacing, &place, growth.locality),
            layout,
        }
    });
    let grown = Grown {
        grid,
        grown: Some((region, Cells::Narrow(field))),
    };
    Ok(grown.with_seeds(seeds, progress)?)
}

impl Grown {
    /// The same with other seeds, of which those that were there before are not grown again.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn with_seeds(self, seeds: &LabelMap, progress: &dyn Progress) -> Result<Self, Cancelled> {
        let grid = self.grid;
        if seeds.size() != grid {
            return Ok(self);
        }
        let Some((region, cells)) = self.grown else {
            return Ok(self);
        };
        let cells = match cells {
            Cells::Narrow(mut field) => {
                if change(&mut field, (region, seeds), progress)? {
                    Cells::Narrow(field)
                } else {
                    let mut field = field.emptied(progress)?;
                    change(&mut field, (region, seeds), progress)?;
                    Cells::Wide(field)
                }
            }
            Cells::Wide(mut field) => {
                change(&mut field, (region, seeds), progress)?;
                Cells::Wide(field)
            }
        };
        let grown = Some((region, cells));
        Ok(Self { grid, grown })
    }

    /// Of every voxel the label of the segment that has it, the seeds among them; 0 outside the
    /// region and where no seed reached.
    #[must_use]
    pub fn labels(&self) -> LabelMap {
        let labels = self.grown.as_ref().and_then(|(region, cells)| match cells {
            Cells::Narrow(field) => labels(field, *region, self.grid),
            Cells::Wide(field) => labels(field, *region, self.grid),
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

/// Where the seeds differ from those that grew, and which label is there now.
fn changes<K: Key>(field: &Field<K>, region: VoxelBox, seeds: &LabelMap) -> Vec<(u32, Label)> {
    let [n_i, n_j, n_k] = box_size(region);
    let of_row = |row: usize| {
        let [j, k] = [row % n_j, row / n_j];
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
            for n in i..end {
                let place = field.layout.at([n, j, k]);
                let key = field.cells[place].key();
                let now = painted.map_or(0, |row| row[at[0] % BRICK_EDGE + n - i]);
                let before = if key.is_seed() { key.label() } else { 0 };
                if now != before && key != K::CLOSED {
                    changed.push((place as u32, now));
                }
            }
            i = end;
        }
        changed
    };
    let rows = (0..n_j * n_k).into_par_iter();
    rows.flat_map_iter(of_row).collect()
}

/// Has seeds come, go and change; answers whether there were keys for all labels and distances.
fn change<K: Key>(
    field: &mut Field<K>,
    (region, seeds): (VoxelBox, &LabelMap),
    progress: &dyn Progress,
) -> Result<bool, Cancelled> {
    let changes = changes(field, region, seeds);
    if changes.iter().any(|(_, label)| *label > K::LAST_LABEL) {
        return Ok(false);
    }
    let was_seed = |(at, _): &&(u32, Label)| field.cells[*at as usize].key().is_seed();
    let gone: Vec<u32> = changes.iter().filter(was_seed).map(|c| c.0).collect();
    let mut queue = field.release(&gone, progress)?;
    for &(at, label) in changes.iter().filter(|(_, label)| *label != 0) {
        field.seed(at as usize, label, &mut queue);
    }
    field.spread(&mut queue, progress)
}

/// The labels of a region.
fn labels<K: Key>(field: &Field<K>, region: VoxelBox, grid: [usize; 3]) -> Option<LabelMap> {
    let [n_i, n_j, n_k] = box_size(region);
    map_from_slices(grid, |k, slice| {
        let Some(k) = k.checked_sub(region.min[2]).filter(|k| *k < n_k) else {
            return;
        };
        for j in 0..n_j {
            let first = (region.min[1] + j) * grid[0] + region.min[0];
            for (i, label) in slice[first..first + n_i].iter_mut().enumerate() {
                *label = field.cells[field.layout.at([i, j, k])].key().label();
            }
        }
    })
}
