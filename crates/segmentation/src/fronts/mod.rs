//! Fronts that spread from seeds through an image, fast where it is even or has the values of the
//! seeds: when they arrive at each voxel, and where fronts of two scribbles meet.
//!
//! Times are those of a front that needs a unit of time for a millimetre at full speed, on the true
//! distances of an anisotropic grid: at full speed everywhere the time of arrival is the way in
//! millimetres.

mod fill;
mod march;
mod speed;

pub use fill::{GeodesicFill, geodesic_fill};
pub use speed::FrontSpeed;

use crate::block::Source;
use crate::labelled::LabelBox;
use crate::mask::Mask;
use crate::seeds::GrowthError;
use crate::spacing::Spacing;
use crate::steps::Part;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::Progress;
use annotomy_volume::volume::Volume;

/// Voxels that fronts can go through: two gigabytes of memory.
const MOST_VOXELS: usize = 1 << 27;
/// The label of what a front brings.
const INSIDE: u16 = 1;

/// When a front arrived at the voxels of a box.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    grid: [usize; 3],
    region: VoxelBox,
    times: Vec<f32>,
    in_order: Vec<f32>,
}

/// When a front that starts at `seeds` arrives at each voxel of a box, through the voxels of
/// `permitted`, all if there is none. Padding, and what is no number, is not entered; seeds there do
/// not count.
///
/// # Errors
/// [`GrowthError`].
pub fn arrival(
    volume: &Volume,
    seeds: &Mask,
    (permitted, spacing): (Option<&Mask>, &Spacing),
    (speed, region): (&FrontSpeed, VoxelBox),
    progress: &dyn Progress,
) -> Result<Arrival, GrowthError> {
    let source = Source::new(volume);
    let place = (permitted, region);
    let seeds = labelled(&[(seeds, INSIDE)]);
    let read = LabelBox::read(&source, &seeds, place, (MOST_VOXELS, progress))?;
    let Some(mut labels) = read else {
        return Ok(Arrival {
            grid: source.grid(),
            region: VoxelBox {
                min: [1; 3],
                max: [0; 3],
            },
            times: Vec::new(),
            in_order: Vec::new(),
        });
    };
    let part = |n| Part::new(progress, n, 2);
    let slowness = speed.slowness(&source, &labels, spacing, &part(0))?;
    let marched = march::march(&mut labels, &slowness, spacing, &part(1))?;
    Ok(Arrival {
        grid: source.grid(),
        region: labels.region,
        times: marched.times,
        in_order: marched.in_order,
    })
}

impl Arrival {
    /// Times in memory order of the box, i fastest; infinite where the front never arrived.
    #[must_use]
    pub fn times(&self) -> &[f32] {
        &self.times
    }

    /// Voxels that the front reached, the seeds among them.
    #[must_use]
    pub fn n_reached(&self) -> usize {
        self.in_order.len()
    }

    /// When it arrived at the last of so many voxels; at the last of all if there are fewer.
    #[must_use]
    pub fn time_of(&self, n_voxels: usize) -> f32 {
        let last = n_voxels.min(self.in_order.len()).checked_sub(1);
        last.map_or(0.0, |last| self.in_order[last])
    }

    /// The voxels that it has reached by a time.
    #[must_use]
    pub fn until(&self, time: f32) -> Mask {
        if self.times.is_empty() {
            return Mask::empty(self.grid);
        }
        let is_reached = |arrived: f32| arrived <= time && arrived.is_finite();
        Mask::from_box(self.grid, self.region, &self.times, is_reached)
    }

    /// Bytes of memory that it takes.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        size_of::<f32>() * (self.times.len() + self.in_order.len())
    }
}

/// A label map of masks on one grid, each with its label; a later one does not replace an earlier.
fn labelled(masks: &[(&Mask, u16)]) -> LabelMap {
    let grid = masks.first().map_or([0; 3], |(mask, _)| mask.grid());
    let mut labels = LabelMap::empty(grid);
    for (mask, label) in masks {
        let painted = mask.relabel(&labels, |_, now| if now == 0 { *label } else { now });
        // It was made for these very labels.
        labels.apply(&painted).ok();
    }
    labels
}
