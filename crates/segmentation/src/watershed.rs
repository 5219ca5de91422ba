//! Watershed from markers: what is painted floods the image's gradient until all meet on its ridges
//! (Beare and Lehmann, "The watershed transform in ITK", Insight Journal 2006, without the lines:
//! every voxel that is reached gets a label).

use crate::block::{Smoothed, Source, tiled};
use crate::labelled::LabelBox;
use crate::mask::{Mask, box_size};
use crate::seeds::GrowthError;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Part, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;
use annotomy_volume::volume::Volume;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Voxels that can be flooded.
const MOST_VOXELS: usize = u32::MAX as usize;
/// Voxels flooded between two looks at whether to go on.
const CHECK_EVERY: usize = 1 << 14;

/// How smooth the image is made first, and the box that is not left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watershed {
    /// Standard deviation of the Gaussian before the gradient.
    pub sigma: Mm,
    /// The box.
    pub region: VoxelBox,
}

/// The labels of the voxels that markers, painted on an image's grid, reach through the voxels of
/// `permitted`, all if there is none; the markers among them. Padding, and what is no number, is
/// not flooded.
///
/// # Errors
/// [`GrowthError`].
pub fn watershed(
    volume: &Volume,
    markers: &LabelMap,
    (permitted, spacing): (Option<&Mask>, &Spacing),
    asked: &Watershed,
    progress: &dyn Progress,
) -> Result<LabelMap, GrowthError> {
    let source = Source::new(volume);
    let place = (permitted, asked.region);
    let Some(mut labels) = LabelBox::read(&source, markers, place, (MOST_VOXELS, progress))? else {
        return Ok(LabelMap::empty(source.grid()));
    };
    let smoothing = (spacing, asked.sigma);
    let part = |n| Part::new(progress, n, 2);
    let heights = gradient(&source, labels.region, smoothing, &part(0))?;
    flood(&mut labels, &heights, &part(1))?;
    Ok(labels.into_map())
}

/// The magnitude of the gradient at each voxel of a box, i fastest.
pub(crate) fn gradient(
    source: &Source<'_>,
    region: VoxelBox,
    smoothing: (&Spacing, Mm),
    progress: &dyn Progress,
) -> Result<Vec<f32>, Cancelled> {
    tiled(region, progress, |tile, steps| {
        let grid = source.grid();
        let block = source.block(Smoothed::needed(tile, grid, smoothing));
        let smoothed = Smoothed::new(&block, (tile, grid), smoothing, steps)?;
        let mut heights = vec![0.0; box_size(tile).iter().product()];
        smoothed.for_each(|n, around| heights[n] = around.gradient_magnitude());
        Ok(heights)
    })
}

/// Lets labels flood, the lowest voxels first, of equally low ones the first that was reached.
fn flood(labels: &mut LabelBox, heights: &[f32], progress: &dyn Progress) -> Result<(), Cancelled> {
    let steps = Steps::new(progress, labels.n_open().div_ceil(CHECK_EVERY).max(1));
    let mut n_reached = 0;
    // Heights are not negative: their bits ascend as they do.
    let height = |at: usize| heights[at].to_bits();
    let mut waiting = BinaryHeap::new();
    let mut n_waiting = 0_u64;
    for at in labels.borders(progress)? {
        waiting.push(Reverse((height(at), n_waiting, at as u32)));
        n_waiting += 1;
    }
    let mut level = VecDeque::new();
    while let Some(Reverse((now, _, at))) = waiting.pop() {
        level.push_back(at);
        while let Some(&Reverse((height, _, at))) = waiting.peek()
            && height == now
        {
            level.push_back(at);
            waiting.pop();
        }
        while let Some(at) = level.pop_front() {
            let at = at as usize;
            let label = labels.labels[at];
            for next in labels.beside(at).into_iter().flatten() {
                if !labels.is_open(next) {
                    continue;
                }
                labels.labels[next] = label;
                n_reached += 1;
                if n_reached % CHECK_EVERY == 0 {
                    steps.step()?;
                }
                if height(next) <= now {
                    level.push_back(next as u32);
                } else {
                    waiting.push(Reverse((height(next), n_waiting, next as u32)));
                    n_waiting += 1;
                }
            }
        }
    }
    Ok(())
}
