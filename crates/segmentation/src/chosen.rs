//! Voxels chosen one by one, by where they lie.

use crate::mask::Mask;
use crate::rows::{WORD, bits_between};
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::VoxelIndex;
use rayon::prelude::*;

/// As [`Mask::from_voxels`], for questions that take their time.
///
/// # Errors
/// [`Cancelled`].
pub fn voxels_where(
    grid: [usize; 3],
    region: VoxelBox,
    is_wanted: impl Fn(VoxelIndex) -> bool + Sync,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    runs_where(grid, region, (|_| None, is_wanted), progress)
}

/// The same, where many voxels of a row can be answered for at once: `are_wanted` is given the first and
/// the last of some, and answers for all of them, or with nothing where each has to be asked for.
///
/// # Errors
/// [`Cancelled`].
pub fn runs_where(
    grid: [usize; 3],
    region: VoxelBox,
    (are_wanted, is_wanted): (
        impl Fn([VoxelIndex; 2]) -> Option<bool> + Sync,
        impl Fn(VoxelIndex) -> bool + Sync,
    ),
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let mut mask = Mask::room(grid, region);
    let [first, _, _] = mask.first;
    let [_, n_rows, n_slices] = mask.size;
    let last_row = region.min[1] + n_rows.saturating_sub(1);
    let columns = region.min[0]..region.max[0].saturating_add(1).min(grid[0]);
    let steps = Steps::new(progress, n_slices);
    mask.par_rows_mut().try_for_each(|([j, k], row)| {
        for (n, word) in row.iter_mut().enumerate() {
            let start = (first + n) * WORD;
            let some = columns.start.max(start)..columns.end.min(start + WORD);
            let Some(last) = some.clone().next_back() else {
                continue;
            };
            *word = match are_wanted([some.start, last].map(|i| VoxelIndex([i, j, k]))) {
                Some(true) => bits_between(start, &some),
                Some(false) => 0,
                None => some
                    .filter(|&i| is_wanted(VoxelIndex([i, j, k])))
                    .fold(0, |bits, i| bits | 1 << (i - start)),
            };
        }
        match j == last_row {
            true => steps.step(),
            false => steps.check(),
        }
    })?;
    Ok(mask)
}
