//! From an image's values to whole levels, and what steps between them cost.

use super::cell::{Cell, Key};
use super::field::{Costs, Lengths};
use super::layout::{Layout, N_AROUND};
use crate::mask::{Mask, box_size};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, filled, look};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::VoxelIndex;
use annotomy_volume::volume::{Padding, Scalar, ScalarType, Volume};
use rayon::prelude::*;

/// What a difference as large as all of an image's values may cost.
const MOST_FOR_VALUES: u32 = 1 << 20;
/// What a difference of 1 between stored values costs at most.
const MOST_PER_VALUE: u32 = 256;
/// What the length of a step may cost.
const MOST_FOR_LENGTH: f64 = (1 << 24) as f64;
/// Levels between the least and the largest value of an image whose values are not whole numbers.
const N_LEVELS: f64 = u16::MAX as f64;

/// Where seeds grow.
pub(super) struct Place<'a> {
    pub(super) grid: [usize; 3],
    pub(super) region: VoxelBox,
    pub(super) permitted: Option<&'a Mask>,
}

impl Place<'_> {
    /// The voxels of row (j, k) of the region among those of the grid.
    fn row<'v, T>(&self, voxels: &'v [T], [j, k]: [usize; 2]) -> &'v [T] {
        let [n_i, n_j, _] = self.grid;
        let row = (k * n_j + j) * n_i;
        &voxels[row + self.region.min[0]..=row + self.region.max[0]]
    }

    /// The voxels of the region in a shell of closed ones, none reached yet.
    pub(super) fn cells<T: Scalar, K: Key>(
        &self,
        voxels: &[T],
        levels: &Levels,
        layout: &Layout,
        progress: &dyn Progress,
    ) -> Result<Vec<Cell<K>>, Cancelled> {
        let mut cells = filled(layout.len(), Cell::CLOSED, progress)?;
        let region = self.region;
        let parts = cells.par_chunks_mut(layout.n_in_slices()).enumerate();
        parts.try_for_each(|(part, cells)| {
            look(progress)?;
            for k in layout.slices_of(part) {
                for j in 0..box_size(region)[1] {
                    let [first, in_j, in_k] = [region.min[0], region.min[1] + j, region.min[2] + k];
                    let values = self.row(voxels, [in_j, in_k]);
                    for (i, value) in values.iter().enumerate() {
                        let at = VoxelIndex([first + i, in_j, in_k]);
                        let is_permitted = self.permitted.is_none_or(|mask| mask.contains(at));
                        let level = levels.level(value.to_f64()).filter(|_| is_permitted);
                        if let Some(value) = level {
                            let at = layout.at([i, j, k]) - part * layout.n_in_slices();
                            cells[at] = Cell {
                                key: K::OPEN,
                                value,
                            };
                        }
                    }
                }
            }
            Ok(())
        })?;
        Ok(cells)
    }
}

/// Equal steps between the least and the largest value of a region.
pub(super) struct Levels {
    low: f64,
    /// Stored values of a step.
    step: f64,
    /// Rescaled values of a step.
    value: f64,
    padding: Option<Padding>,
    /// What a step costs.
    cost: u32,
    /// Steps between the least and the largest value.
    n_steps: u32,
}

impl Levels {
    pub(super) fn of<T: Scalar>(
        voxels: &[T],
        volume: &Volume,
        place: &Place<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, Cancelled> {
        let [_, n_j, n_k] = box_size(place.region);
        let padding = volume.padding();
        let counts = |value: &f64| value.is_finite() && padding.is_none_or(|p| !p.holds(*value));
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let extent = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        let rows = (0..n_j * n_k).into_par_iter().map(|row| {
            let [j, k] = [
                place.region.min[1] + row % n_j,
                place.region.min[2] + row / n_j,
            ];
            let values = place.row(voxels, [j, k]).iter().map(|value| value.to_f64());
            let values = values.filter(counts).map(|value| (value, value));
            if j == place.region.min[1] {
                look(progress)?;
            }
            Ok(values.fold(none, extent))
        });
        let (low, high) = rows.try_reduce(|| none, |a, b| Ok(extent(a, b)))?;
        let range = if low < high { high - low } else { 0.0 };
        let is_whole = !matches!(
            T::TYPE,
            ScalarType::F32 | ScalarType::F64 | ScalarType::Rgb8
        );
        let step = match is_whole && range <= N_LEVELS {
            true => 1.0,
            false => range / N_LEVELS,
        };
        let step = if step > 0.0 { step } else { 1.0 };
        let n_steps = (range / step).ceil().max(1.0) as u32;
        let cost = (MOST_FOR_VALUES / n_steps).clamp(1, MOST_PER_VALUE);
        Ok(Self {
            low,
            step,
            value: step * volume.rescale().slope.abs(),
            padding,
            cost,
            n_steps,
        })
    }

    /// The level of a stored value; `None` if it does not count.
    fn level(&self, stored: f64) -> Option<u16> {
        let counts = stored.is_finite() && self.padding.is_none_or(|p| !p.holds(stored));
        counts.then(|| ((stored - self.low) / self.step).round() as u16)
    }

    /// What moves cost from each slice of a region in its shell, if a millimetre costs as much as a
    /// difference of `locality`.
    pub(super) fn costs(&self, spacing: &Spacing, place: &Place<'_>, locality: f64) -> Costs {
        let VoxelBox { min, max } = place.region;
        let locality = if locality.is_finite() { locality } else { 0.0 };
        let per_mm = locality.max(0.0) / self.value * f64::from(self.cost);
        let apart = |axis: usize, from: usize, to: usize| {
            let line = spacing.line(axis, from..=to);
            f64::from(line.squared(line.at[0], line.at[to - from]))
        };
        let [i, j] = [0, 1].map(|axis| apart(axis, min[axis], min[axis] + 1));
        // The shell is never moved to: its distances do not count.
        let below = |k: usize| apart(2, k.saturating_sub(1), k.max(1));
        let slice = |k: usize| {
            let ks = [below(k), 0.0, below(k + 1)];
            let cost = |squared: f64| {
                let cost = (squared.sqrt() * per_mm).round();
                cost.clamp(1.0, MOST_FOR_LENGTH) as u32
            };
            std::array::from_fn(|n| {
                let across = [j, 0.0, j][n / 3 % 3] + ks[n / 9];
                cost([i, 0.0, i][n % 3] + across)
            })
        };
        let inside = (min[2]..=max[2]).map(slice);
        let shell = || std::iter::once([1; N_AROUND]);
        let lengths: Vec<Lengths> = shell().chain(inside).chain(shell()).collect();
        let longest = lengths.iter().flatten().copied().max().unwrap_or(1);
        Costs {
            lengths,
            per_value: self.cost,
            most: (self.n_steps * self.cost).saturating_add(longest),
        }
    }
}
