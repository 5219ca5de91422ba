//! Scissors: an outline on the canvas of a camera cuts what it is seen around, through all depths or
//! near a plane. A voxel is cut when its centre is seen inside.

use super::flat_outline::FlatOutline;
use super::outline::MAX_CORNERS;
use super::plane_outline::{are_near, centre};
use super::{cut_plane, whole};
use crate::wire::{self, CutOff, OutlineMode, WireError};
use annotomy_segmentation::{Mask, runs_where};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{PointLps, VoxelIndex};

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
    if fills(scissors.mode) && scissors.goes != CutOff::Nothing {
        return Err(WireError::invalid("what is filled is not cut off"));
    }
    let is_inside = match scissors.mode {
        OutlineMode::FillInside | OutlineMode::EraseInside => true,
        OutlineMode::FillOutside | OutlineMode::EraseOutside => false,
    };
    let at = |voxel| centre(geometry, voxel);
    let is_meant = |voxel| view.is_inside(at(voxel)) == Some(is_inside);
    let are_meant = |ends: [VoxelIndex; 2]| match view.are_inside(ends.map(at)) {
        Seen::All(inside) => Some(inside == is_inside),
        Seen::None => Some(false),
        Seen::Some => None,
    };
    let grid = geometry.size();
    let meant = |region| runs_where(grid, region, (are_meant, is_meant), progress);
    Ok(match now.bounds() {
        _ if fills(scissors.mode) => now.union(&meant(whole(geometry))?),
        Some(bounds) => now.difference(&meant(bounds)?),
        None => now.clone(),
    })
}

const fn fills(mode: OutlineMode) -> bool {
    matches!(mode, OutlineMode::FillInside | OutlineMode::FillOutside)
}

/// What is seen of points on a line.
enum Seen {
    /// All of them, inside the outline or outside.
    All(bool),
    /// None: they are all too far from the plane.
    None,
    /// Each has to be looked at.
    Some,
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
        let [x, y, w] = self.canvas_from_lps.map(|row| seen_along(row, point));
        (w > 0.0).then(|| self.outline.contains([x / w, y / w]))
    }

    /// The same of all points of a row between two.
    fn are_inside(&self, ends: [PointLps; 2]) -> Seen {
        if let Some((plane, mm)) = &self.within {
            match are_near(plane, *mm, ends) {
                Some(true) => {}
                Some(false) => return Seen::None,
                None => return Seen::Some,
            }
        }
        // As all cameras here look: without perspective points of a row stay on a line, evenly.
        let [right, down, [a, b, c, w]] = self.canvas_from_lps;
        if [a, b, c] != [0.0; 3] || w <= 0.0 {
            return Seen::Some;
        }
        let places = ends.map(|end| [right, down].map(|row| seen_along(row, end) / w));
        self.outline
            .contains_between(places)
            .map_or(Seen::Some, Seen::All)
    }
}

/// A coordinate of the canvas before it is divided.
fn seen_along([a, b, c, d]: [f64; 4], point: PointLps) -> f64 {
    let [x, y, z] = point.0;
    a * x + b * y + c * z + d
}
