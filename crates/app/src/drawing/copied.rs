//! Copying a section of a segment to the slice, or to the plane, beside it.

use super::compute::Work;
use super::plane_outline::{centre, voxels_near};
use super::{cut_plane, whole};
use crate::wire::{self, Reach, WireError};
use annotomy_annotation::draw::MAX_RADIUS;
use annotomy_segmentation::Mask;
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::space::{Axis, PointLps};

impl Work<'_> {
    pub(super) fn copied(
        &self,
        now: &Mask,
        from: wire::SlicePlace,
        to: u32,
    ) -> Result<Mask, WireError> {
        let to = wire::SlicePlace { index: to, ..from };
        Ok(now.union(&self.moved(now, self.place(from)?, self.place(to)?.1)))
    }

    pub(super) fn copied_across(
        &self,
        now: &Mask,
        from: wire::CutPlane,
        mm: f64,
    ) -> Result<Mask, WireError> {
        let plane = cut_plane(from)?;
        if !(-MAX_RADIUS..=MAX_RADIUS).contains(&mm) {
            let message = format!("the other plane lies at most {MAX_RADIUS} mm away");
            return Err(WireError::invalid(message));
        }
        let way = plane.normal() * mm;
        let other = CutPlane::new(plane.foot(PointLps(from.point)) + way, plane.normal());
        let other = other.ok_or_else(|| WireError::invalid("this is no plane"))?;
        let there = voxels_near(self.geometry, other, Reach::Slice, self.progress)?;
        let region = there.bounds().unwrap_or_else(|| whole(self.geometry));
        let copy = Mask::from_voxels(now.grid(), region, |voxel| {
            let across = centre(self.geometry, voxel) + way * -1.0;
            let origin = self.geometry.nearest_voxel(self.geometry.index_at(across));
            there.contains(voxel) && origin.is_some_and(|origin| now.contains(origin))
        });
        Ok(now.union(&copy))
    }

    /// The voxels of one slice, in another.
    fn moved(&self, mask: &Mask, (axis, from): (Axis, usize), to: usize) -> Mask {
        let slice = mask.cropped(self.slice_box((axis, from)));
        Mask::from_voxels(mask.grid(), self.slice_box((axis, to)), |voxel| {
            let mut at = voxel;
            at.0[axis.position()] = from;
            slice.contains(at)
        })
    }
}
