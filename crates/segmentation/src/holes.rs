//! Holes: what a segment encloses.

use crate::components::{Connectivity, components};
use crate::mask::Mask;
use crate::steps::Cancelled;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Axis;

/// What a hole is enclosed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holes {
    /// The volume: it is closed on all sides.
    Volume,
    /// Each slice across an axis: it is closed within the slice.
    Slices(Axis),
}

/// The segment with its holes filled: what is outside it and not connected, by faces, with the
/// border of the grid or slice.
///
/// # Errors
/// [`Cancelled`].
pub fn fill_holes(mask: &Mask, holes: Holes, progress: &dyn Progress) -> Result<Mask, Cancelled> {
    let Some(bounds) = mask.bounds() else {
        return Ok(mask.clone());
    };
    let (connectivity, across) = match holes {
        Holes::Volume => (Connectivity::Faces, None),
        Holes::Slices(axis) => (Connectivity::Sides(axis), Some(axis.position())),
    };
    // What reaches a side of the segment's box is connected with all that is beyond it.
    let found = components(&mask.inverted_in(bounds), connectivity, progress)?;
    let is_open = |hole: VoxelBox| {
        let sides = (0..3).filter(|&n| Some(n) != across);
        sides
            .into_iter()
            .any(|n| hole.min[n] == bounds.min[n] || hole.max[n] == bounds.max[n])
    };
    Ok(mask.union(&found.select(|n| !is_open(found.all()[n].bounds))))
}
