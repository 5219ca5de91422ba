//! Islands: the pieces of a segment, and which of them to keep.

use crate::components::{Components, Connectivity, components};
use crate::mask::Mask;
use crate::steps::Cancelled;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::VoxelIndex;
use std::cmp::Reverse;

/// Which pieces of a segment stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Islands {
    /// The largest; of equals the one whose first voxel comes first.
    Largest,
    /// Those of at least so many voxels.
    AtLeast(usize),
    /// The one that has a voxel. All stay when none has it.
    With(VoxelIndex),
    /// All but the one that has a voxel.
    Without(VoxelIndex),
}

/// The pieces of a segment that stay.
///
/// # Errors
/// [`Cancelled`].
pub fn islands(
    mask: &Mask,
    which: Islands,
    connectivity: Connectivity,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let found = components(mask, connectivity, progress)?;
    let size = |n: usize| found.all()[n].n_voxels;
    Ok(match which {
        Islands::Largest => {
            let largest = found.by_size().first().copied();
            found.select(|n| Some(n) == largest)
        }
        Islands::AtLeast(n_voxels) => found.select(|n| size(n) >= n_voxels),
        Islands::With(voxel) => match found.at(voxel) {
            Some(kept) => found.select(|n| n == kept),
            None => mask.clone(),
        },
        Islands::Without(voxel) => {
            let removed = found.at(voxel);
            found.select(|n| Some(n) != removed)
        }
    })
}

/// The pieces of a segment of at least `n_voxels`, the largest first, at most `n_pieces` of them;
/// equals as their first voxels come.
///
/// # Errors
/// [`Cancelled`].
pub fn split_islands(
    mask: &Mask,
    n_voxels: usize,
    n_pieces: usize,
    connectivity: Connectivity,
    progress: &dyn Progress,
) -> Result<Vec<Mask>, Cancelled> {
    let found: Components = components(mask, connectivity, progress)?;
    let size = |n: usize| found.all()[n].n_voxels;
    // Noise has millions of pieces: none of the small ones is sorted.
    let mut large: Vec<usize> = (0..found.all().len())
        .filter(|&n| size(n) >= n_voxels)
        .collect();
    large.sort_by_key(|&n| Reverse(size(n)));
    large
        .into_iter()
        .take(n_pieces)
        .map(|piece| {
            if progress.is_cancelled() {
                return Err(Cancelled);
            }
            Ok(found.select(|n| n == piece))
        })
        .collect()
}
