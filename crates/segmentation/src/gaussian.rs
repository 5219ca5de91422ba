//! Gaussian blur of masks, axis by axis, in single precision.

use crate::mask::{Mask, box_size};
use crate::maths::exp;
use crate::rows::{WORD, for_each_run};
use crate::simd::vectorized;
use crate::sliding::Sliding;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::space::Mm;
use std::ops::Range;

/// Standard deviations beyond which a Gaussian counts as 0, as in `scipy.ndimage`.
const TRUNCATE: f64 = 4.0;
/// Voxels that a kernel reaches at most on each side: what is smoothed by more is another shape.
pub(crate) const MAX_REACH: usize = 128;

/// Weights along one axis.
#[derive(Debug, Clone)]
pub(crate) struct Kernel {
    /// From the middle outwards; both halves and the middle add up to 1.
    half: Vec<f32>,
    /// `below[n]`: the weights from the far end up to the `n`-th, of `2 * reach + 1`, added up.
    below: Vec<f32>,
}

impl Kernel {
    /// Of a standard deviation along i, j and k. Unevenly spaced slices count as if all were as
    /// near as the nearest two.
    pub(crate) fn along_axes(spacing: &Spacing, Mm(sigma): Mm) -> [Self; 3] {
        spacing.smallest().map(|step| Self::new(sigma / step))
    }

    /// Of a standard deviation in voxels.
    pub(crate) fn new(sigma: f64) -> Self {
        let reach = ((TRUNCATE * sigma + 0.5).max(0.0) as usize).min(MAX_REACH);
        let weight = |n: usize| {
            if n == 0 {
                1.0
            } else {
                exp(-0.5 * (n as f64 / sigma).powi(2))
            }
        };
        let total: f64 = weight(0) + 2.0 * (1..=reach).map(weight).sum::<f64>();
        let mut sum = 0.0;
        let below = (0..=2 * reach).map(|n| {
            sum += weight(n.abs_diff(reach)) / total;
            sum as f32
        });
        Self {
            below: below.collect(),
            half: (0..=reach).map(|n| (weight(n) / total) as f32).collect(),
        }
    }

    /// Voxels on each side.
    pub(crate) const fn reach(&self) -> usize {
        self.half.len() - 1
    }

    /// Adds a blurred run of ones to a row whose first voxel is `first`: a smooth step up and one
    /// down. An open end goes on beyond the grid.
    pub(crate) fn add_run(
        &self,
        run: Range<usize>,
        [opens_below, opens_above]: [bool; 2],
        first: usize,
        row: &mut [f32],
    ) {
        let reach = self.reach();
        let start = run.start.saturating_sub(reach).max(first);
        let end = (run.end + reach).min(first + row.len());
        for i in start..end {
            let [low, high] = [run.start, run.end].map(|x| x as isize - 1 - i as isize);
            let to_high = if opens_above { 1.0 } else { self.up_to(high) };
            let to_low = if opens_below { 0.0 } else { self.up_to(low) };
            row[i - first] += to_high - to_low;
        }
    }

    /// The weights of everything up to and with `n` voxels above.
    fn up_to(&self, n: isize) -> f32 {
        let n = n + self.reach() as isize;
        match usize::try_from(n) {
            Ok(n) => self.below.get(n).copied().unwrap_or(1.0),
            Err(_) => 0.0,
        }
    }
}

/// Where the mask as 0 and 1, blurred, is a half or more; beyond the grid the outermost voxels go
/// on. The box must reach as far around the mask as the kernels do, or to the grid's border. Takes
/// two steps a slice.
pub(crate) fn blurred(
    mask: &Mask,
    region: VoxelBox,
    kernels: &[Kernel; 3],
    steps: &Steps<'_>,
) -> Result<Mask, Cancelled> {
    let [n_i, n_j, n_k] = box_size(region);
    let slice = |k: usize, slice: &mut [f32]| {
        let k = region.min[2] + k;
        let mut along_i = vec![0.0; n_i * n_j];
        let mut is_blank = true;
        for (j, row) in along_i.chunks_exact_mut(n_i).enumerate() {
            is_blank &= !blur_row(mask, [region.min[1] + j, k], region, &kernels[0], row);
        }
        if !is_blank {
            for (j, out) in slice.chunks_exact_mut(n_i).enumerate() {
                blur_across(j, n_j, &kernels[1], out, |j| &along_i[j * n_i..][..n_i]);
            }
        }
    };
    let sliding = Sliding {
        grid: mask.grid(),
        region,
        reach: kernels[2].reach(),
    };
    sliding.mask(
        steps,
        slice,
        |k, out, around| blur_across(k, n_k, &kernels[2], out, around),
        |value| value >= 0.5,
    )
}

/// Blurs a row of bits along i. Whether there was any run.
fn blur_row(
    mask: &Mask,
    [j, k]: [usize; 2],
    region: VoxelBox,
    kernel: &Kernel,
    row: &mut [f32],
) -> bool {
    let grid = mask.grid()[0];
    let mut found = false;
    for_each_run(mask.row(j, k), mask.first[0] * WORD, |run| {
        found = true;
        let open = [run.start == 0, run.end == grid];
        kernel.add_run(run, open, region.min[0], row);
    });
    found
}

/// Adds up the rows around the `n`-th of `n_rows`, the first and the last repeated.
pub(crate) fn blur_across<'a>(
    n: usize,
    n_rows: usize,
    kernel: &Kernel,
    out: &mut [f32],
    row: impl Fn(usize) -> &'a [f32],
) {
    let middle = row(n);
    vectorized(
        #[inline(always)]
        || {
            let weight = kernel.half[0];
            out.iter_mut()
                .zip(middle)
                .for_each(|(out, x)| *out = weight * x);
            for (m, &weight) in kernel.half.iter().enumerate().skip(1) {
                let low = row(n.saturating_sub(m));
                let high = row((n + m).min(n_rows - 1));
                for ((out, low), high) in out.iter_mut().zip(low).zip(high) {
                    *out += weight * (low + high);
                }
            }
        },
    );
}
