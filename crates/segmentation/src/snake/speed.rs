//! Speed images: how fast a contour moves outwards at each voxel of a box, from -1 to 1.

use crate::mask::box_size;
use crate::maths::tanh;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::VoxelIndex;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use rayon::prelude::*;

/// What a speed of 1 is stored as.
pub(super) const ONE: f32 = i16::MAX as f32;

/// A speed image in a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speed {
    region: VoxelBox,
    values: Vec<i16>,
}

impl Speed {
    /// From speeds in memory order, i fastest. `None` unless they fill the box.
    pub(super) fn from_values(region: VoxelBox, values: Vec<i16>) -> Option<Self> {
        let fills = box_size(region).iter().product::<usize>() == values.len();
        fills.then_some(Self { region, values })
    }

    /// The same speed, from -1 to 1, everywhere.
    #[must_use]
    pub fn uniform(region: VoxelBox, speed: f64) -> Self {
        let n_voxels = box_size(region).iter().product();
        Self {
            region,
            values: vec![stored(speed); n_voxels],
        }
    }

    /// The box.
    #[must_use]
    pub const fn region(&self) -> VoxelBox {
        self.region
    }

    pub(super) fn size(&self) -> [usize; 3] {
        box_size(self.region)
    }

    /// In memory order, i fastest; 32767 is a speed of 1.
    #[must_use]
    pub fn values(&self) -> &[i16] {
        &self.values
    }

    /// The speed at a voxel of the box.
    #[must_use]
    pub fn at(&self, voxel: VoxelIndex) -> Option<f64> {
        let VoxelBox { min, max } = self.region;
        if (0..3).any(|n| voxel.0[n] < min[n] || voxel.0[n] > max[n]) {
            return None;
        }
        let [i, j, k]: [usize; 3] = std::array::from_fn(|n| voxel.0[n] - min[n]);
        let [n_i, n_j, _] = self.size();
        let value = self.values[(k * n_j + j) * n_i + i];
        Some(f64::from(value) / f64::from(ONE))
    }
}

/// A speed as it is stored.
pub(super) fn stored(speed: f64) -> i16 {
    (speed.clamp(-1.0, 1.0) * f64::from(ONE)).round() as i16
}

/// Outwards where values lie between two, or on one side of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThresholdSpeed {
    /// Lowest value, in the image's unit.
    pub low: Option<f64>,
    /// Highest value.
    pub high: Option<f64>,
    /// Beyond the border by so much the speed is -0.76, the hyperbolic tangent of -1; a step if 0.
    pub softness: f64,
}

impl ThresholdSpeed {
    fn of(&self, value: f64) -> f64 {
        let soft = |from_border: f64| match self.softness > 0.0 {
            true => tanh(from_border / self.softness),
            false if from_border >= 0.0 => 1.0,
            false => -1.0,
        };
        let above = self.low.map_or(1.0, |low| soft(value - low));
        let below = self.high.map_or(1.0, |high| soft(high - value));
        above + below - 1.0
    }
}

/// The speed by a threshold in a box of a volume: `tanh((v - low) / s) + tanh((high - v) / s) - 1`,
/// as ITK-SNAP has it. Padding and what is no number is never entered.
///
/// # Errors
/// [`Cancelled`].
pub fn threshold_speed(
    volume: &Volume,
    region: VoxelBox,
    threshold: &ThresholdSpeed,
    progress: &dyn Progress,
) -> Result<Speed, Cancelled> {
    speed_of_values(volume, region, |value| threshold.of(value), progress)
}

/// A speed that follows from each voxel's own value.
pub(super) fn speed_of_values(
    volume: &Volume,
    region: VoxelBox,
    speed: impl Fn(f64) -> f64 + Sync,
    progress: &dyn Progress,
) -> Result<Speed, Cancelled> {
    let values = map_values(volume, region, progress, |value| {
        stored(value.map_or(-1.0, &speed))
    })?;
    Ok(Speed { region, values })
}

/// Something of each value in a box of a volume, i fastest: of rescaled ones, `None` for padding and
/// what is no number. The box lies in the volume.
pub(super) fn map_values<R: Copy + Default + Send>(
    volume: &Volume,
    region: VoxelBox,
    progress: &dyn Progress,
    map: impl Fn(Option<f64>) -> R + Sync,
) -> Result<Vec<R>, Cancelled> {
    let [n_i, n_j, n_k] = box_size(region);
    let steps = Steps::new(progress, n_k);
    let mut out = vec![R::default(); n_i * n_j * n_k];
    with_voxels!(volume.voxels(), voxels => {
        let slices = out.par_chunks_mut(n_i * n_j).enumerate();
        slices.try_for_each(|(k, slice)| {
            for (j, row) in slice.chunks_exact_mut(n_i).enumerate() {
                let values = row_of(voxels, volume, region, [j, k]);
                row.iter_mut()
                    .zip(values)
                    .for_each(|(out, stored)| *out = map(volume.meaning_of(stored.to_f64())));
            }
            steps.step()
        })
    })?;
    Ok(out)
}

/// Row (j, k) of a box.
fn row_of<'v, T: Scalar>(
    voxels: &'v [T],
    volume: &Volume,
    region: VoxelBox,
    [j, k]: [usize; 2],
) -> &'v [T] {
    let [n_i, n_j, _] = volume.geometry().size();
    let row = ((region.min[2] + k) * n_j + region.min[1] + j) * n_i;
    &voxels[row + region.min[0]..=row + region.max[0]]
}
