//! The box around a segment.

use crate::mask::{Mask, grown_box};
use crate::spacing::Spacing;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::space::Mm;

/// Voxels: a margin of just so many is not one more for the rounding of its length.
const ROUNDING: f64 = 1e-6;

/// The smallest box around a mask with at least a margin on each side, cut at the grid; none around
/// no voxels.
#[must_use]
pub fn box_around(mask: &Mask, spacing: &Spacing, Mm(margin): Mm) -> Option<VoxelBox> {
    let by = spacing
        .smallest()
        .map(|step| (margin / step - ROUNDING).ceil().max(0.0) as usize);
    Some(grown_box(mask.bounds()?, by, mask.grid()))
}
