//! The speed by edges: 1 where the image is even, near 0 where it changes.

use super::speed::{Speed, map_values, stored};
use crate::gaussian::Kernel;
use crate::mask::{box_size, grown_box};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Part, Steps};
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
    let reach = kernels.each_ref().map(|kernel| kernel.reach() + 1);
    let around = grown_box(region, reach, grid);
    let part = |n| Part::new(progress, n, 3);
    let values = map_values(volume, around, &part(0), |value| {
        value.map_or(f32::NAN, |value| value as f32)
    })?;
    let lowest = values.par_iter().copied().reduce(|| f32::NAN, f32::min);
    let missing = map_missing(&values, around, region);
    let mut smooth = values;
    smooth
        .iter_mut()
        .filter(|value| value.is_nan())
        .for_each(|value| *value = lowest);
    kernels.iter().enumerate().try_for_each(|(axis, kernel)| {
        smooth = blurred(&smooth, box_size(around), (axis, kernel), &part(1))?;
        Ok(())
    })?;
    let lengths = gradients(&smooth, around, region, spacing, &part(2))?;
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
    let values = lengths
        .par_iter()
        .zip(&missing)
        .map(|(&length, &is_missing)| stored(if is_missing { 0.0 } else { speed(length) }));
    Ok(Speed::from_values(region, values.collect()).unwrap_or(Speed::uniform(region, 0.0)))
}

/// Which voxels of a box have no value.
fn map_missing(values: &[f32], around: VoxelBox, region: VoxelBox) -> Vec<bool> {
    let mut missing = Vec::with_capacity(box_size(region).iter().product());
    for_each_row(around, region, |row| {
        missing.extend(values[row].iter().map(|value| value.is_nan()))
    });
    missing
}

/// Calls `found` with the range of each row of a box within a larger one.
fn for_each_row(around: VoxelBox, region: VoxelBox, mut found: impl FnMut(std::ops::Range<usize>)) {
    let [n_i, n_j, _] = box_size(around);
    let from: [usize; 3] = std::array::from_fn(|n| region.min[n] - around.min[n]);
    let [size_i, size_j, size_k] = box_size(region);
    for k in from[2]..from[2] + size_k {
        for j in from[1]..from[1] + size_j {
            let row = (k * n_j + j) * n_i + from[0];
            found(row..row + size_i);
        }
    }
}

/// Smoothed along one axis; the outermost values go on beyond the box.
fn blurred(
    values: &[f32],
    size: [usize; 3],
    (axis, kernel): (usize, &Kernel),
    progress: &dyn Progress,
) -> Result<Vec<f32>, Cancelled> {
    let [n_i, n_j, n_k] = size;
    let steps = Steps::new(progress, n_k);
    let mut out = vec![0.0; values.len()];
    let slices = out.par_chunks_mut(n_i * n_j).enumerate();
    slices.try_for_each(|(k, slice)| {
        for (j, row) in slice.chunks_exact_mut(n_i).enumerate() {
            let row_at = |j: usize, k: usize| &values[(k * n_j + j) * n_i..][..n_i];
            match axis {
                0 => kernel.blur_row(row_at(j, k), row),
                1 => crate::gaussian::blur_across(j, n_j, kernel, row, |j| row_at(j, k)),
                _ => crate::gaussian::blur_across(k, n_k, kernel, row, |k| row_at(j, k)),
            }
        }
        steps.step()
    })?;
    Ok(out)
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
