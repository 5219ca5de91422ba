//! Smoothing of one segment: median, opening, closing and Gaussian, with kernels in millimetres.

use crate::gaussian::{Kernel, MAX_REACH, blurred};
use crate::margin::{grow, shrink};
use crate::mask::{Mask, box_size, grown_box};
use crate::rows::{WORD, expand};
use crate::simd::vectorized;
use crate::sliding::Sliding;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Part, Steps};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;

/// How a segment is smoothed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Smoothing {
    /// Each voxel as most of the voxels in a box around it: as many on each side as lie within
    /// this length along each axis. Takes away grains and fills pits.
    Median(Mm),
    /// Without what a ball of this radius does not fit into.
    Opening(Mm),
    /// With what a ball of this radius outside does not fit into.
    Closing(Mm),
    /// Where a Gaussian of this standard deviation leaves at least a half.
    Gaussian(Mm),
}

/// Smooths a segment. Beyond the grid its outermost voxels go on. Kernels of a median and a Gaussian
/// reach 128 voxels at most on each side.
///
/// # Errors
/// [`Cancelled`].
pub fn smooth(
    mask: &Mask,
    spacing: &Spacing,
    smoothing: Smoothing,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let [first, second] = [0, 1].map(|n| Part::new(progress, n, 2));
    match smoothing {
        Smoothing::Median(reach) => median(mask, spacing, reach, progress),
        Smoothing::Opening(radius) => {
            let shrunken = shrink(mask, spacing, radius, &first)?;
            grow(&shrunken, spacing, radius, &second)
        }
        Smoothing::Closing(radius) => {
            let grown = grow(mask, spacing, radius, &first)?;
            shrink(&grown, spacing, radius, &second)
        }
        Smoothing::Gaussian(sigma) => gaussian(mask, spacing, sigma, progress),
    }
}

fn gaussian(
    mask: &Mask,
    spacing: &Spacing,
    sigma: Mm,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let kernels = Kernel::along_axes(spacing, sigma);
    let Some(bounds) = mask.bounds() else {
        return Ok(mask.clone());
    };
    let reach = kernels.each_ref().map(Kernel::reach);
    let region = grown_box(bounds, reach, mask.grid());
    let steps = Steps::new(progress, 2 * box_size(region)[2]);
    blurred(mask, region, &kernels, &steps)
}

fn median(
    mask: &Mask,
    spacing: &Spacing,
    Mm(mm): Mm,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let reach = spacing
        .smallest()
        .map(|step| ((mm / step + 1e-6).floor().max(0.0) as usize).min(MAX_REACH));
    let Some(bounds) = mask.bounds() else {
        return Ok(mask.clone());
    };
    let grid = mask.grid();
    let region = grown_box(bounds, reach, grid);
    let [n_i, n_j, n_k] = box_size(region);
    let steps = Steps::new(progress, 2 * n_k);
    let slice = |k: usize, slice: &mut [u32]| {
        let mut bits = vec![0; n_i];
        let mut along_i = vec![0; n_i * n_j];
        for (j, row) in along_i.chunks_exact_mut(n_i).enumerate() {
            let at = mask.row(region.min[1] + j, region.min[2] + k);
            expand(at, mask.first[0] * WORD, region.min[0], &mut bits);
            box_sums_of_row(&bits, reach[0], row);
        }
        for (j, sum) in slice.chunks_exact_mut(n_i).enumerate() {
            box_sum_of_rows([j, n_j], reach[1], sum, &|j| &along_i[j * n_i..][..n_i]);
        }
    };
    let n_voxels: u32 = reach.iter().map(|&n| 2 * n as u32 + 1).product();
    let sliding = Sliding {
        grid,
        region,
        reach: reach[2],
    };
    sliding.mask(
        &steps,
        slice,
        |k, sum, around| box_sum_of_rows([k, n_k], reach[2], sum, around),
        |n| n > n_voxels / 2,
    )
}

/// Sums over `2 * reach + 1` neighbours, the ends repeated.
fn box_sums_of_row(bits: &[u8], reach: usize, sums: &mut [u32]) {
    let last = bits.len() - 1;
    let at = |n: usize| u32::from(bits[n.saturating_sub(reach).min(last)]);
    // The window of the first voxel, moved by one each time.
    let mut sum: u32 = (0..=2 * reach).map(at).sum();
    for (n, out) in sums.iter_mut().enumerate() {
        *out = sum;
        sum += at(n + 2 * reach + 1);
        sum -= at(n);
    }
}

/// Adds up the rows around the `n`-th of `n_rows`, the first and the last repeated.
fn box_sum_of_rows<'a>(
    [n, n_rows]: [usize; 2],
    reach: usize,
    sum: &mut [u32],
    row: &dyn Fn(usize) -> &'a [u32],
) {
    sum.fill(0);
    for m in 0..=2 * reach {
        let row = row((n + m).saturating_sub(reach).min(n_rows - 1));
        vectorized(
            #[inline(always)]
            || sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x),
        );
    }
}
