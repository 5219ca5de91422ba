//! Region growing by confidence: the voxels connected with a seed whose values lie near the mean of
//! what has been found so far (as ITK's ConfidenceConnectedImageFilter).
//!
//! The first mean and standard deviation are those of the voxels around the seed; then, some times
//! over, those of the region itself.

use crate::components::Connectivity;
use crate::mask::{Mask, whole_box};
use crate::steps::{Cancelled, Part};
use crate::threshold::{Flood, flood_fill};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::VoxelIndex;
use annotomy_volume::volume::Volume;
use rayon::prelude::*;
use std::ops::RangeInclusive;

/// Where a region begins and how it grows.
#[derive(Debug, Clone, PartialEq)]
pub struct Confidence {
    /// Where it begins.
    pub seed: VoxelIndex,
    /// How many voxels the first mean reaches on each side, along i, j and k.
    pub radius: [usize; 3],
    /// How many standard deviations from the mean values may be.
    pub multiplier: f64,
    /// How often the mean is taken anew.
    pub n_iterations: usize,
    /// Which voxels it goes to next.
    pub connectivity: Connectivity,
    /// The box that it does not leave; the whole grid if none.
    pub region: Option<VoxelBox>,
}

/// A region that grew, and the values that it ended with.
#[derive(Debug, Clone, PartialEq)]
pub struct Confident {
    /// Its voxels; none if the seed itself has no value or is not open.
    pub mask: Mask,
    /// Rescaled values that it goes through, both ends included.
    pub range: RangeInclusive<f64>,
}

/// Grows a region through voxels that are all `open` where that is given. Padding, and what is no
/// number, belongs to no region and counts in no mean.
///
/// # Errors
/// [`Cancelled`].
pub fn confidence_connected(
    volume: &Volume,
    confidence: &Confidence,
    open: Option<&Mask>,
    progress: &dyn Progress,
) -> Result<Confident, Cancelled> {
    let grid = volume.geometry().size();
    let seed = confidence.seed;
    let nowhere = || Confident {
        mask: Mask::empty(grid),
        range: 0.0..=0.0,
    };
    let Some(centre) = inside(grid, seed)
        .then(|| volume.known_value(seed))
        .flatten()
    else {
        return Ok(nowhere());
    };
    let n_floods = confidence.n_iterations + 1;
    let mut range = around(volume, confidence, centre);
    let mut mask = Mask::empty(grid);
    for n in 0..n_floods {
        if n > 0 {
            let spread = Spread::of(volume, &mask, centre);
            // All alike: nothing new can come of it.
            if spread.variance() <= 0.0 {
                break;
            }
            range = spread.range(confidence.multiplier, centre);
        }
        let flood = Flood {
            seed,
            range: range.clone(),
            connectivity: confidence.connectivity,
            region: confidence.region.or(whole_box(grid)),
        };
        mask = flood_fill(volume, &flood, open, &Part::new(progress, n, n_floods))?;
        if mask.is_empty() {
            return Ok(nowhere());
        }
    }
    Ok(Confident { mask, range })
}

/// The first range: that of the voxels around the seed, those at the border counted again for what
/// lies beyond.
fn around(volume: &Volume, confidence: &Confidence, centre: f64) -> RangeInclusive<f64> {
    let grid = volume.geometry().size();
    let [i, j, k]: [Vec<usize>; 3] = std::array::from_fn(|n| {
        let (at, by) = (confidence.seed.0[n], confidence.radius[n]);
        let clamped = |m: usize| (at + m).saturating_sub(by).min(grid[n] - 1);
        (0..=2 * by).map(clamped).collect()
    });
    let mut spread = Spread::new(centre);
    for &k in &k {
        for &j in &j {
            for &i in &i {
                if let Some(value) = volume.known_value(VoxelIndex([i, j, k])) {
                    spread.add(value);
                }
            }
        }
    }
    spread.range(confidence.multiplier, centre)
}

fn inside(grid: [usize; 3], VoxelIndex(at): VoxelIndex) -> bool {
    at.iter().zip(grid).all(|(&n, size)| n < size)
}

/// Values added up, as differences from one of them: sums of squares stay exact.
#[derive(Debug, Clone, Copy)]
struct Spread {
    from: f64,
    n: f64,
    sum: f64,
    squares: f64,
}

impl Spread {
    const fn new(from: f64) -> Self {
        Self {
            from,
            n: 0.0,
            sum: 0.0,
            squares: 0.0,
        }
    }

    /// The voxels of a mask, added up slice by slice.
    fn of(volume: &Volume, mask: &Mask, from: f64) -> Self {
        let [_, n_j, n_k] = mask.grid();
        let slice = |k: usize| {
            let mut spread = Self::new(from);
            for j in 0..n_j {
                for i in mask.runs(j, k).into_iter().flatten() {
                    spread.add(volume.value(VoxelIndex([i, j, k])));
                }
            }
            spread
        };
        let slices: Vec<Self> = (0..n_k).into_par_iter().map(slice).collect();
        slices.iter().fold(Self::new(from), |all, one| Self {
            from,
            n: all.n + one.n,
            sum: all.sum + one.sum,
            squares: all.squares + one.squares,
        })
    }

    fn add(&mut self, value: f64) {
        let difference = value - self.from;
        self.n += 1.0;
        self.sum += difference;
        self.squares += difference * difference;
    }

    /// Of a sample, as ITK has it; 0 of fewer than two values.
    fn variance(&self) -> f64 {
        if self.n < 2.0 {
            return 0.0;
        }
        (self.squares - self.sum * self.sum / self.n) / (self.n - 1.0)
    }

    /// Values so many standard deviations from the mean at most, and one that always belongs.
    fn range(&self, multiplier: f64, always: f64) -> RangeInclusive<f64> {
        let mean = self.from + self.sum / self.n.max(1.0);
        let reach = multiplier * self.variance().max(0.0).sqrt();
        (mean - reach).min(always)..=(mean + reach).max(always)
    }
}
