//! Margins and shells in true millimetres, whatever the voxels' proportions.
//!
//! A voxel joins a grown segment when its centre is within the margin of the centre of one of the
//! segment's voxels, and leaves a shrunken one when its centre is within the margin of the centre of
//! a voxel outside; each is the other's mirror image.

use crate::distance::signed_distance;
use crate::mask::{Mask, box_size, grown_box};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Part};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;

/// Relative; distances are in single precision, and one of exactly the margin counts.
const ROUNDING: f32 = 1e-6;

/// Voxels whose distances are held at once, in 32 MiB, unless the reach asks for more.
const AT_ONCE: usize = 8 << 20;

/// Where the wall of a hollow segment lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// Within the segment, along its surface.
    Inside,
    /// Half within, half around.
    Middle,
    /// Around the segment.
    Outside,
}

/// The segment and all voxels within `margin` of it.
///
/// # Errors
/// [`Cancelled`].
pub fn grow(
    mask: &Mask,
    spacing: &Spacing,
    margin: Mm,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let within = beyond(margin);
    let grown = band((mask, spacing), margin, |mm| mm <= within, progress)?;
    Ok(grown.unwrap_or_else(|| mask.clone()))
}

/// The segment without all voxels within `margin` of what is around it.
///
/// # Errors
/// [`Cancelled`].
pub fn shrink(
    mask: &Mask,
    spacing: &Spacing,
    margin: Mm,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let within = -beyond(margin);
    let shrunken = band((mask, spacing), margin, |mm| mm < within, progress)?;
    Ok(shrunken.unwrap_or_else(|| mask.clone()))
}

/// A wall along the segment's surface in place of the segment.
///
/// # Errors
/// [`Cancelled`].
pub fn hollow(
    mask: &Mask,
    spacing: &Spacing,
    (wall, thickness): (Wall, Mm),
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let reach = match wall {
        Wall::Middle => Mm(thickness.0 / 2.0),
        Wall::Inside | Wall::Outside => thickness,
    };
    let within = beyond(reach);
    let [inside, outside] = [-within, within];
    let is_wall = |mm: f32| match wall {
        Wall::Inside => inside <= mm && mm < 0.0,
        Wall::Middle => inside <= mm && mm <= outside,
        Wall::Outside => 0.0 < mm && mm <= outside,
    };
    let hollow = band((mask, spacing), reach, is_wall, progress)?;
    Ok(hollow.unwrap_or_else(|| Mask::empty(mask.grid())))
}

fn beyond(Mm(mm): Mm) -> f32 {
    mm as f32 * (1.0 + ROUNDING)
}

/// The voxels of the segment's box, and as far around it, whose distance is wanted; it is known up
/// to `reach`. `None` if there is nothing to do.
///
/// A large box is done in slabs of slices, so that no more than some distances are held at once.
fn band(
    (mask, spacing): (&Mask, &Spacing),
    reach: Mm,
    is_wanted: impl Fn(f32) -> bool + Sync,
    progress: &dyn Progress,
) -> Result<Option<Mask>, Cancelled> {
    let Some(bounds) = mask.bounds().filter(|_| reach.0 > 0.0) else {
        return Ok(None);
    };
    let grid = mask.grid();
    let around = spacing.reach(reach).map(|n| n.max(1));
    let region = grown_box(bounds, around, grid);
    let limit = Some(Mm(reach.0 * 1.01));
    let [n_i, n_j, n_k] = box_size(region);
    let beside = around[2].min(n_k);
    let held = (AT_ONCE / (n_i * n_j)).saturating_sub(2 * beside);
    let n_slices = held.max(2 * beside);
    let n_slabs = n_k.div_ceil(n_slices);
    let slab = |n: usize| {
        let mut slab = region;
        slab.min[2] += n * n_slices;
        slab.max[2] = region.max[2].min(slab.min[2] + n_slices - 1);
        let part = Part::new(progress, n, n_slabs);
        let seen = grown_box(slab, [0, 0, beside], grid);
        let distances = signed_distance(mask, spacing, seen, limit, &part)?;
        Ok(distances.select_in(slab, &is_wanted))
    };
    let slabs: Vec<Mask> = (0..n_slabs).map(slab).collect::<Result<_, Cancelled>>()?;
    Ok(Some(Mask::stacked(grid, region, slabs)))
}
