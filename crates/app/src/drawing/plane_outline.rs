//! Which voxels a plane at any angle cuts, and which of them an outline drawn in it encloses.

use super::flat_outline::FlatOutline;
use super::whole;
use crate::wire::{Reach, WireError};
use annotomy_segmentation::{Mask, runs_where};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{ContinuousIndex, PointLps, VectorLps, VoxelIndex};

/// Relative: so near its limit a distance is looked at for each voxel.
const ROUNDING: f64 = 1e-9;

/// The voxels that a plane cuts, or those whose centres are so far from it.
pub(super) fn voxels_near(
    geometry: &Geometry,
    plane: CutPlane,
    reach: Reach,
    progress: &dyn Progress,
) -> Result<Mask, WireError> {
    let thick = thickness_mm(geometry, plane, reach)?;
    let at = |voxel| centre(geometry, voxel);
    let is_near = |voxel| plane.height_mm(at(voxel)).abs() <= thick;
    let are_near = |ends: [VoxelIndex; 2]| are_near(&plane, thick, ends.map(at));
    let region = whole(geometry);
    Ok(runs_where(
        geometry.size(),
        region,
        (are_near, is_near),
        progress,
    )?)
}

/// Whether the points of a row between two are all so near a plane, or all further on one side; none
/// where each has to be asked.
pub(super) fn are_near(plane: &CutPlane, mm: f64, ends: [PointLps; 2]) -> Option<bool> {
    let heights = ends.map(|end| plane.height_mm(end));
    let slack = ROUNDING
        * heights
            .iter()
            .fold(1.0, |most: f64, height| most.max(height.abs()));
    let is_beyond = |way: f64| heights.iter().all(|height| way * height > mm + slack);
    match heights.iter().all(|height| height.abs() < mm - slack) {
        true => Some(true),
        false if is_beyond(1.0) || is_beyond(-1.0) => Some(false),
        false => None,
    }
}

/// Of those the voxels whose centres an outline encloses, seen along the normal.
pub(crate) fn enclosed_in_plane(
    geometry: &Geometry,
    path: &[PointLps],
    (plane, reach): (CutPlane, Reach),
    progress: &dyn Progress,
) -> Result<Mask, WireError> {
    let thick = thickness_mm(geometry, plane, reach)?;
    let outline = PlaneOutline::new(path, plane);
    let region = match thick.is_finite() {
        true => plane.region_around(geometry, path, thick),
        false => Some(whole(geometry)),
    };
    let Some(region) = region else {
        return Ok(Mask::empty(geometry.size()));
    };
    let at = |voxel| centre(geometry, voxel);
    let is_enclosed = |voxel| {
        let point = at(voxel);
        plane.height_mm(point).abs() <= thick && outline.contains(point)
    };
    let are_enclosed = |ends: [VoxelIndex; 2]| {
        let ends = ends.map(at);
        match are_near(&plane, thick, ends)? {
            true => outline.contains_between(ends),
            false => Some(false),
        }
    };
    Ok(runs_where(
        geometry.size(),
        region,
        (are_enclosed, is_enclosed),
        progress,
    )?)
}

pub(super) fn centre(geometry: &Geometry, VoxelIndex(at): VoxelIndex) -> PointLps {
    geometry.lps_at(ContinuousIndex(at.map(|n| n as f64)))
}

/// How far from the plane voxels lie at most, mm.
fn thickness_mm(geometry: &Geometry, plane: CutPlane, reach: Reach) -> Result<f64, WireError> {
    let cut = plane.reach_mm(geometry);
    match reach {
        Reach::Slice => Ok(cut),
        Reach::All => Ok(f64::INFINITY),
        Reach::Depth { mm } if mm >= 0.0 && mm.is_finite() => Ok(mm.max(cut)),
        Reach::Depth { .. } => Err(WireError::invalid("a depth is a length in mm")),
    }
}

/// An outline in coordinates of its plane, mm.
struct PlaneOutline {
    origin: PointLps,
    right: VectorLps,
    down: VectorLps,
    outline: FlatOutline,
}

impl PlaneOutline {
    fn new(path: &[PointLps], plane: CutPlane) -> Self {
        let [right, down] = plane.axes();
        let origin = path.first().copied().unwrap_or(PointLps([0.0; 3]));
        let place = |point: PointLps| {
            let offset = point - origin;
            [offset.dot(right), offset.dot(down)]
        };
        let corners: Vec<[f64; 2]> = path.iter().copied().map(place).collect();
        Self {
            origin,
            right,
            down,
            outline: FlatOutline::new(&corners),
        }
    }

    fn place(&self, point: PointLps) -> [f64; 2] {
        let offset = point - self.origin;
        [offset.dot(self.right), offset.dot(self.down)]
    }

    fn contains(&self, point: PointLps) -> bool {
        self.outline.contains(self.place(point))
    }

    fn contains_between(&self, ends: [PointLps; 2]) -> Option<bool> {
        self.outline
            .contains_between(ends.map(|end| self.place(end)))
    }
}
