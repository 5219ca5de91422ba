//! Scissors: an outline on the canvas of a camera cuts what it is seen around, through all depths or
//! near a plane. A voxel is cut when its centre is seen inside.

use super::cut_plane;
use super::flat_outline::FlatOutline;
use super::outline::MAX_CORNERS;
use super::plane_outline::{centre, whole};
use crate::wire::{self, OutlineMode, WireError};
use annotomy_segmentation::{Mask, voxels_where};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::PointLps;

/// Relative and in mm: a voxel just as far from a slab's middle as the slab reaches is in it.
const ROUNDING: f64 = 1e-9;

/// A segment's voxels after scissors.
pub(super) fn scissored(
    geometry: &Geometry,
    now: &Mask,
    scissors: &wire::Scissors,
    progress: &dyn Progress,
) -> Result<Mask, WireError> {
    let view = View::new(scissors)?;
    let is_inside = match scissors.mode {
        OutlineMode::FillInside | OutlineMode::EraseInside => true,
        OutlineMode::FillOutside | OutlineMode::EraseOutside => false,
    };
    let is_meant = |voxel| view.is_inside(centre(geometry, voxel)) == Some(is_inside);
    let grid = geometry.size();
    Ok(match scissors.mode {
        OutlineMode::FillInside | OutlineMode::FillOutside => {
            now.union(&voxels_where(grid, whole(geometry), is_meant, progress)?)
        }
        OutlineMode::EraseInside | OutlineMode::EraseOutside => match now.bounds() {
            Some(bounds) => {
                let is_cut = |voxel| now.contains(voxel) && is_meant(voxel);
                now.difference(&voxels_where(grid, bounds, is_cut, progress)?)
            }
            None => now.clone(),
        },
    })
}

/// An outline before a camera.
struct View {
    outline: FlatOutline,
    canvas_from_lps: [[f64; 4]; 3],
    within: Option<(CutPlane, f64)>,
}

impl View {
    fn new(scissors: &wire::Scissors) -> Result<Self, WireError> {
        let path = &scissors.path;
        let is_finite = |numbers: &[f64]| numbers.iter().all(|x| x.is_finite());
        if path.len() < 3 || path.len() > MAX_CORNERS || !is_finite(path.as_flattened()) {
            let message = format!("an outline has 3 to {MAX_CORNERS} corners");
            return Err(WireError::invalid(message));
        }
        if !is_finite(scissors.canvas_from_lps.as_flattened()) {
            return Err(WireError::invalid("this is no camera"));
        }
        let within = scissors.within.map(|wire::Slab { plane, mm }| {
            let plane = cut_plane(plane)?;
            match mm >= 0.0 && mm.is_finite() {
                true => Ok((plane, mm * (1.0 + ROUNDING) + ROUNDING)),
                false => Err(WireError::invalid("a depth is a length in mm")),
            }
        });
        Ok(Self {
            outline: FlatOutline::new(path),
            canvas_from_lps: scissors.canvas_from_lps,
            within: within.transpose()?,
        })
    }

    /// Whether a point is seen inside the outline; none where it is not seen or too far from the plane.
    fn is_inside(&self, point: PointLps) -> Option<bool> {
        let is_far = |(plane, mm): &(CutPlane, f64)| plane.height_mm(point).abs() > *mm;
        if self.within.as_ref().is_some_and(is_far) {
            return None;
        }
        let [x, y, w] = self.canvas_from_lps.map(|[a, b, c, d]| {
            let [i, j, k] = point.0;
            a * i + b * j + c * k + d
        });
        (w > 0.0).then(|| self.outline.contains([x / w, y / w]))
    }
}
