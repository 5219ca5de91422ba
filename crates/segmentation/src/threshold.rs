//! Voxels of an image whose values lie in a range, and those of them connected with a seed.

use crate::components::{Connectivity, components};
use crate::mask::{Mask, whole_box};
use crate::rows::{WORD, word_of};
use crate::simd::vectorized;
use crate::steps::{Cancelled, Part, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::VoxelIndex;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use rayon::prelude::*;
use std::ops::RangeInclusive;

/// The voxels of a box whose rescaled values lie in a range, both ends included. Padding, and what
/// is no number, lies in none.
///
/// # Errors
/// [`Cancelled`].
pub fn threshold(
    volume: &Volume,
    range: &RangeInclusive<f64>,
    region: VoxelBox,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let grid = volume.geometry().size();
    let mask = Mask::filled(grid, region);
    let steps = Steps::new(progress, mask.size[2]);
    let rescale = volume.rescale();
    let is_wanted = |stored: f64| {
        let value = rescale.value(stored);
        *range.start() <= value && value <= *range.end()
    };
    with_voxels!(volume.voxels(), voxels => match volume.padding() {
        None => select(voxels, mask, is_wanted, &steps),
        Some(padding) => select(voxels, mask, |stored| is_wanted(stored) && !padding.holds(stored), &steps),
    })
}

/// Takes away those voxels of a mask whose stored values are not wanted.
fn select<T: Scalar>(
    voxels: &[T],
    mut mask: Mask,
    is_wanted: impl Fn(f64) -> bool + Sync,
    steps: &Steps<'_>,
) -> Result<Mask, Cancelled> {
    let [n_i, n_j, _] = mask.grid();
    let [first, first_j, first_k] = mask.first;
    let [n_words, n_rows, _] = mask.size;
    let slices = mask
        .words
        .par_chunks_mut((n_words * n_rows).max(1))
        .enumerate();
    slices.try_for_each(|(k, slice)| {
        for (j, row) in slice.chunks_exact_mut(n_words).enumerate() {
            let values = &voxels[((first_k + k) * n_j + first_j + j) * n_i..][..n_i];
            let values = values[first * WORD..].chunks(WORD);
            vectorized(
                #[inline(always)]
                || {
                    for (bits, values) in row.iter_mut().zip(values) {
                        *bits &= word_of(values, |stored| is_wanted(stored.to_f64()));
                    }
                },
            );
        }
        steps.step()
    })?;
    Ok(mask)
}

/// Where a flood fill begins and how far it may go.
#[derive(Debug, Clone, PartialEq)]
pub struct Flood {
    /// Where it begins.
    pub seed: VoxelIndex,
    /// Rescaled values that it goes through, both ends included.
    pub range: RangeInclusive<f64>,
    /// Which voxels it goes to next.
    pub connectivity: Connectivity,
    /// The box that it does not leave; one slice for a fill in the plane. The whole grid if none.
    pub region: Option<VoxelBox>,
}

/// The voxels connected with a seed by voxels of a range, all of them `editable` where that is
/// given; none if the seed itself is not such a voxel.
///
/// # Errors
/// [`Cancelled`].
pub fn flood_fill(
    volume: &Volume,
    flood: &Flood,
    editable: Option<&Mask>,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let grid = volume.geometry().size();
    let Some(region) = flood.region.or(whole_box(grid)) else {
        return Ok(Mask::empty(grid));
    };
    let mut open = threshold(volume, &flood.range, region, &Part::new(progress, 0, 2))?;
    if let Some(editable) = editable {
        open = open.intersection(editable);
    }
    if !open.contains(flood.seed) {
        return Ok(Mask::empty(grid));
    }
    let found = components(&open, flood.connectivity, &Part::new(progress, 1, 2))?;
    let filled = found.at(flood.seed);
    Ok(found.select(|n| Some(n) == filled))
}
