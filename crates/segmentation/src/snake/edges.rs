//! The speed by edges: 1 where the image is even, near 0 where it changes.

use super::speed::{Speed, stored};
use crate::block::{Source, tiled};
use crate::gaussian::Kernel;
use crate::mask::{box_size, grown_box};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Part, Steps, made};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;
use annotomy_volume::volume::Volume;
use rayon::prelude::*;

/// Of the steepest change, what counts as an edge where nothing else is said, as in ITK-SNAP.
const CONTRAST: f32 = 0.04;

/// How edges make a speed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeSpeed {
    /// Standard deviation of the Gaussian that smooths before.
    pub sigma: Mm,
    /// A change by so much a mm halves the speed; 0.04 of the steepest one in the box if absent.
    pub contrast: Option<f64>,
    /// How suddenly: the change in `contrast` to the power of it, 1 to 8.
    pub exponent: u32,
}

/// The speed by edges in a box of a volume: `1 / (1 + (g / contrast)^exponent)` of the gradient's
/// length `g` after smoothing. Padding and what is no number is not entered.
///
/// # Errors
/// [`Cancelled`].
pub fn edge_speed(
    volume: &Volume,
    spacing: &Spacing,
    region: VoxelBox,
    edges: &EdgeSpeed,
    progress: &dyn Progress,
) -> Result<Speed, Cancelled> {
    let grid = volume.geometry().size();
    let kernels = Kernel::along_axes(spacing, edges.sigma);
    let reach = kernels.each_ref().map(Kernel::reach);
    // Differences reach a voxel further.
    let around = grown_box(region, [1; 3], grid);
    let source = Source::new(volume);
    let part = |n| Part::new(progress, n, 2);
    let smooth = tiled(around, &part(0), |tile, steps| {
        let block = source.block(grown_box(tile, reach, grid));
        Ok(block.blurred(tile, &kernels, steps)?.values)
    })?;
    let lengths = gradients(&smooth, around, region, spacing, &part(1))?;
    let steepest = lengths.par_iter().copied().reduce(|| 0.0, f32::max);
    let contrast = edges
        .contrast
        .map_or(CONTRAST * steepest, |contrast| contrast as f32);
    let speed = |length: f32| {
        // Where nothing changes there is no edge, however faint one may be.
        if length <= 0.0 || length.is_nan() {
            return 1.0;
        }
        let power = (1..edges.exponent.clamp(1, 8))
            .fold(1.0, |power, _| power * f64::from(length / contrast));
        1.0 / (1.0 + power * f64::from(length / contrast))
    };
    let [n_i, n_j, _] = box_size(region);
    let values = made(lengths.len(), progress, |n| {
        let [i, j, k] = [n % n_i, n / n_i % n_j, n / (n_i * n_j)];
        let [i0, j0, k0] = region.min;
        let is_known = source.has_value([i0 + i, j0 + j, k0 + k]);
        stored(if is_known { speed(lengths[n]) } else { 0.0 })
    })?;
    Ok(Speed::from_values(region, values).unwrap_or(Speed::uniform(region, 0.0)))
}

/// Lengths of the gradient in a box within a larger one, in values a mm, by central differences.
fn gradients(
    values: &[f32],
    around: VoxelBox,
    region: VoxelBox,
    spacing: &Spacing,
    progress: &dyn Progress,
) -> Result<Vec<f32>, Cancelled> {
    let size = box_size(around);
    let [n_i, n_j, n_k] = box_size(region);
    let strides = [1, size[0], size[0] * size[1]];
    let lines = [0, 1, 2].map(|axis| spacing.line(axis, around.min[axis]..=around.max[axis]));
    let from: [usize; 3] = std::array::from_fn(|n| region.min[n] - around.min[n]);
    let steps = Steps::new(progress, n_k);
    let mut out = vec![0.0; n_i * n_j * n_k];
    let slices = out.par_chunks_mut(n_i * n_j).enumerate();
    slices.try_for_each(|(k, slice)| {
        for (n, out) in slice.iter_mut().enumerate() {
            let at = [from[0] + n % n_i, from[1] + n / n_i, from[2] + k];
            let here = at
                .iter()
                .zip(strides)
                .map(|(at, stride)| at * stride)
                .sum::<usize>();
            let squared = (0..3).map(|axis| {
                let [below, above] = [
                    usize::from(at[axis] > 0),
                    usize::from(at[axis] + 1 < size[axis]),
                ];
                let line = &lines[axis];
                let apart = line.squared(line.at[at[axis] + above], line.at[at[axis] - below]);
                let change =
                    values[here + above * strides[axis]] - values[here - below * strides[axis]];
                if apart > 0.0 {
                    change * change / apart
                } else {
                    0.0
                }
            });
            *out = squared.sum::<f32>().sqrt();
        }
        steps.step()
    })?;
    Ok(out)
}
