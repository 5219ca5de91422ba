//! Which voxels a plane at any angle cuts, and which of them an outline drawn in it encloses.

use super::flat_outline::FlatOutline;
use crate::wire::{Reach, WireError};
use annotomy_segmentation::Mask;
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{ContinuousIndex, PointLps, VectorLps, VoxelIndex};

/// All voxels of a grid.
pub(super) fn whole(geometry: &Geometry) -> VoxelBox {
    VoxelBox {
        min: [0; 3],
        max: geometry.size().map(|n| n - 1),
    }
}

/// The voxels that a plane cuts, or those whose centres are so far from it.
pub(super) fn voxels_near(
    geometry: &Geometry,
    plane: CutPlane,
    reach: Reach,
) -> Result<Mask, WireError> {
    let thick = thickness_mm(geometry, plane, reach)?;
    let is_near = |voxel| plane.height_mm(centre(geometry, voxel)).abs() <= thick;
    Ok(Mask::from_voxels(geometry.size(), whole(geometry), is_near))
}

/// Of those the voxels whose centres an outline encloses, seen along the normal.
pub(super) fn enclosed_in_plane(
    geometry: &Geometry,
    path: &[PointLps],
    plane: CutPlane,
    reach: Reach,
) -> Result<Mask, WireError> {
    let thick = thickness_mm(geometry, plane, reach)?;
    let outline = PlaneOutline::new(path, plane);
    let region = match thick.is_finite() {
        true => region_around(geometry, path, plane, thick),
        false => Some(whole(geometry)),
    };
    let Some(region) = region else {
        return Ok(Mask::empty(geometry.size()));
    };
    Ok(Mask::from_voxels(geometry.size(), region, |voxel| {
        let point = centre(geometry, voxel);
        plane.height_mm(point).abs() <= thick && outline.contains(point)
    }))
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

/// A box around all voxels that may be enclosed.
fn region_around(
    geometry: &Geometry,
    path: &[PointLps],
    plane: CutPlane,
    thick: f64,
) -> Option<VoxelBox> {
    let reach = plane.normal() * thick;
    let around = path.iter().flat_map(|&corner| {
        let foot = plane.foot(corner);
        [foot + reach, foot + reach * -1.0]
    });
    let places: Vec<[f64; 3]> = around.map(|point| geometry.index_at(point).0).collect();
    let size = geometry.size();
    let bound = |axis: usize, start: f64, pick: fn(f64, f64) -> f64| {
        places.iter().map(|at| at[axis]).fold(start, pick)
    };
    let low: [f64; 3] = std::array::from_fn(|n| bound(n, f64::INFINITY, f64::min).floor().max(0.0));
    let high: [f64; 3] = std::array::from_fn(|n| {
        let last = size[n] as f64 - 1.0;
        bound(n, f64::NEG_INFINITY, f64::max).ceil().min(last)
    });
    (0..3).all(|n| low[n] <= high[n]).then(|| VoxelBox {
        min: low.map(|x| x as usize),
        max: high.map(|x| x as usize),
    })
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
        let [right, down] = axes_of(plane.normal());
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

    fn contains(&self, point: PointLps) -> bool {
        let offset = point - self.origin;
        let at = [offset.dot(self.right), offset.dot(self.down)];
        self.outline.contains(at)
    }
}

/// Two unit vectors in a plane, at right angles.
fn axes_of(normal: VectorLps) -> [VectorLps; 2] {
    let unit = |n: usize| VectorLps(std::array::from_fn(|axis| f64::from(u8::from(axis == n))));
    let smallest = (0..3).fold(0, |best, n| {
        match normal.0[n].abs() < normal.0[best].abs() {
            true => n,
            false => best,
        }
    });
    let right = normal.cross(unit(smallest));
    let right = right * (1.0 / right.norm());
    [right, normal.cross(right)]
}
