//! Margins and shells in true millimetres, whatever the voxels' proportions.
//!
//! A voxel joins a grown segment when its centre is within the margin of the centre of one of the
//! segment's voxels, and leaves a shrunken one when its centre is within the margin of the centre of
//! a voxel outside; each is the other's mirror image.

use crate::distance::{DistanceMap, signed_distance};
use crate::mask::{Mask, grown_box};
use crate::spacing::Spacing;
use crate::steps::Cancelled;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;

/// Relative; distances are in single precision, and one of exactly the margin counts.
const ROUNDING: f32 = 1e-6;

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
    let grown = band(mask, spacing, margin, progress)?;
    Ok(grown.map_or_else(|| mask.clone(), |map| map.select(|mm| mm <= within)))
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
    let shrunken = band(mask, spacing, margin, progress)?;
    Ok(shrunken.map_or_else(|| mask.clone(), |map| map.select(|mm| mm < within)))
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
    let Some(map) = band(mask, spacing, reach, progress)? else {
        return Ok(Mask::empty(mask.grid()));
    };
    let within = beyond(reach);
    let [inside, outside] = [-within, within];
    Ok(match wall {
        Wall::Inside => map.select(|mm| inside <= mm && mm < 0.0),
        Wall::Middle => map.select(|mm| inside <= mm && mm <= outside),
        Wall::Outside => map.select(|mm| 0.0 < mm && mm <= outside),
    })
}

fn beyond(Mm(mm): Mm) -> f32 {
    mm as f32 * (1.0 + ROUNDING)
}

/// Distances up to `reach` in the box of the segment and as far around it; `None` if there is
/// nothing to do.
fn band(
    mask: &Mask,
    spacing: &Spacing,
    reach: Mm,
    progress: &dyn Progress,
) -> Result<Option<DistanceMap>, Cancelled> {
    let Some(bounds) = mask.bounds().filter(|_| reach.0 > 0.0) else {
        return Ok(None);
    };
    let region = grown_box(bounds, spacing.reach(reach).map(|n| n.max(1)), mask.grid());
    let limit = Mm(reach.0 * 1.01);
    signed_distance(mask, spacing, region, Some(limit), progress).map(Some)
}
