//! The mirror image of a segment across a plane.
//!
//! A voxel belongs to the image when the mirror image of its centre lies in a voxel of the segment:
//! nothing is between voxels, so that the image has no holes, however the grid lies to the plane.
//! Where the plane takes voxels to voxels (it passes along centres or faces of a grid's axis) this is
//! exact, and twice is the segment again; elsewhere it is the nearest voxel.

use crate::chosen::voxels_where;
use crate::mask::{Mask, whole_box};
use crate::steps::Cancelled;
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{ContinuousIndex, PointLps, VoxelIndex};

/// Voxels. A place as near as this to the face between two voxels is in the upper one, whatever the
/// rounding: all voxels of a slice go the same way.
const TIE: f64 = 1e-6;

/// The voxels that a mask has in the mirror; what lies beyond the grid there is lost.
///
/// # Errors
/// [`Cancelled`].
pub fn mirrored(
    mask: &Mask,
    geometry: &Geometry,
    plane: CutPlane,
    progress: &dyn Progress,
) -> Result<Mask, Cancelled> {
    let grid = mask.grid();
    let Some(region) = mirrored_box(mask, geometry, plane) else {
        return Ok(Mask::empty(grid));
    };
    let is_seen = |VoxelIndex(at)| {
        let centre = geometry.lps_at(ContinuousIndex(at.map(|n: usize| n as f64)));
        let ContinuousIndex(seen) = geometry.index_at(in_mirror(plane, centre));
        let seen = geometry.nearest_voxel(ContinuousIndex(seen.map(|x| x + TIE)));
        seen.is_some_and(|voxel| mask.contains(voxel))
    };
    voxels_where(grid, region, is_seen, progress)
}

fn in_mirror(plane: CutPlane, point: PointLps) -> PointLps {
    point + plane.normal() * (-2.0 * plane.height_mm(point))
}

/// A box that holds all voxels of the image; none if it has none.
fn mirrored_box(mask: &Mask, geometry: &Geometry, plane: CutPlane) -> Option<VoxelBox> {
    let bounds = mask.bounds()?;
    if !geometry.is_straight() {
        return whole_box(mask.grid());
    }
    let ends = [
        bounds.min.map(|n| n as f64 - 0.5),
        bounds.max.map(|n| n as f64 + 0.5),
    ];
    let corners = (0..8_usize).map(|corner| {
        let at = std::array::from_fn(|axis| ends[corner >> axis & 1][axis]);
        let seen = in_mirror(plane, geometry.lps_at(ContinuousIndex(at)));
        geometry.index_at(seen).0
    });
    let corners: Vec<[f64; 3]> = corners.collect();
    let last = mask.grid().map(|n| n as f64 - 1.0);
    let at = |axis: usize| corners.iter().map(move |corner| corner[axis]);
    let low: [f64; 3] =
        std::array::from_fn(|n| at(n).fold(f64::INFINITY, f64::min).floor().max(0.0));
    let high: [f64; 3] =
        std::array::from_fn(|n| at(n).fold(f64::NEG_INFINITY, f64::max).ceil().min(last[n]));
    (0..3).all(|n| low[n] <= high[n]).then(|| VoxelBox {
        min: low.map(|x| x as usize),
        max: high.map(|x| x as usize),
    })
}
