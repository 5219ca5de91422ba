//! Voxels chosen one by one, by where they lie.

use crate::mask::Mask;
use crate::rows::WORD;
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
    let mut mask = Mask::room(grid, region);
    let [first, _, _] = mask.first;
    let [_, n_rows, n_slices] = mask.size;
    let last_row = region.min[1] + n_rows.saturating_sub(1);
    let columns = region.min[0]..region.max[0].saturating_add(1).min(grid[0]);
    let steps = Steps::new(progress, n_slices);
    mask.par_rows_mut().try_for_each(|([j, k], row)| {
        for column in columns.clone() {
            if is_wanted(VoxelIndex([column, j, k])) {
                row[column / WORD - first] |= 1 << (column % WORD);
            }
        }
        match j == last_row {
            true => steps.step(),
            false => steps.check(),
        }
    })?;
    Ok(mask)
}
