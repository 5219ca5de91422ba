//! Which voxels an outline drawn in a slice or plane encloses, there and beside it.

use super::plane_outline::{enclosed_in_plane, voxels_near};
use super::{cut_plane, place_in, whole};
use crate::wire::{self, OutlineMode, Reach, WireError};
use annotomy_segmentation::Mask;
use annotomy_volume::contour::{Outline, SlicePoint, fill};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Axis, ContinuousIndex, PointLps, VoxelIndex};

/// Corners of an outline; more than anybody draws.
pub(super) const MAX_CORNERS: usize = 60_000;

/// Where slices are uneven an edge is straight in the patient and not in the grid: it is drawn in steps
/// of this length, in mm.
const STEP_MM: f64 = 0.5;

/// Steps of one edge.
const MAX_STEPS: f64 = 4000.0;

/// Where an outline was drawn.
#[derive(Debug, Clone, Copy)]
pub(super) enum DrawnIn {
    /// A slice of the grid.
    Slice((Axis, usize)),
    /// A plane that is none.
    Plane(CutPlane),
}

impl DrawnIn {
    pub(super) fn of(
        geometry: &Geometry,
        slice: Option<wire::SlicePlace>,
        plane: Option<wire::CutPlane>,
    ) -> Result<Self, WireError> {
        match (slice, plane) {
            (None, Some(plane)) => Ok(Self::Plane(cut_plane(plane)?)),
            (Some(slice), None) => Ok(Self::Slice(place_in(geometry, slice)?)),
            _ => Err(WireError::invalid("an outline lies in a slice or a plane")),
        }
    }
}

/// A segment's voxels after an outline.
pub(super) fn outlined(
    geometry: &Geometry,
    now: &Mask,
    path: &[[f64; 3]],
    (place, reach): (DrawnIn, Reach),
    (mode, progress): (OutlineMode, &dyn Progress),
) -> Result<Mask, WireError> {
    let is_finite = path.as_flattened().iter().all(|x| x.is_finite());
    if path.len() < 3 || path.len() > MAX_CORNERS || !is_finite {
        let message = format!("an outline has 3 to {MAX_CORNERS} corners");
        return Err(WireError::invalid(message));
    }
    let path: Vec<PointLps> = path.iter().copied().map(PointLps).collect();
    let inside = match place {
        DrawnIn::Slice(slice) => enclosed(geometry, &path, slice, reach)?,
        DrawnIn::Plane(plane) => enclosed_in_plane(geometry, &path, (plane, reach), progress)?,
    };
    let outside = || {
        let reached = match place {
            DrawnIn::Slice(slice) => Mask::filled(geometry.size(), region(geometry, slice, reach)?),
            DrawnIn::Plane(plane) => voxels_near(geometry, plane, reach, progress)?,
        };
        Ok::<_, WireError>(reached.difference(&inside))
    };
    Ok(match mode {
        OutlineMode::FillInside => now.union(&inside),
        OutlineMode::EraseInside => now.difference(&inside),
        OutlineMode::FillOutside => now.union(&outside()?),
        OutlineMode::EraseOutside => now.difference(&outside()?),
    })
}

/// The voxels whose centres are enclosed.
fn enclosed(
    geometry: &Geometry,
    path: &[PointLps],
    (axis, index): (Axis, usize),
    reach: Reach,
) -> Result<Mask, WireError> {
    let size = geometry.size();
    let [across, down] = axis.in_plane();
    let [columns, rows] = [across, down].map(|axis| size[axis.position()]);
    let corner = |point: PointLps| {
        let at = geometry.index_at(point).0;
        SlicePoint([at[across.position()], at[down.position()]])
    };
    let outline = Outline {
        points: corners(geometry, path).map(corner).collect(),
    };
    let mut inside = vec![false; columns * rows];
    fill(&[outline], columns, &mut inside);
    let region = region(geometry, (axis, index), reach)?;
    Ok(Mask::from_voxels(size, region, |VoxelIndex(at)| {
        inside[at[down.position()] * columns + at[across.position()]]
    }))
}

/// All slices that an outline reaches.
fn region(
    geometry: &Geometry,
    (axis, index): (Axis, usize),
    reach: Reach,
) -> Result<VoxelBox, WireError> {
    let [first, last] = slices(geometry, (axis, index), reach)?;
    let mut region = whole(geometry);
    region.min[axis.position()] = first;
    region.max[axis.position()] = last;
    Ok(region)
}

/// The corners, with points between them where a straight line is none in the grid.
fn corners<'a>(
    geometry: &'a Geometry,
    path: &'a [PointLps],
) -> impl Iterator<Item = PointLps> + 'a {
    let ends = path.iter().zip(path.iter().cycle().skip(1));
    ends.flat_map(move |(&from, &to)| {
        let n = match geometry.is_straight() {
            true => 1.0,
            false => ((to - from).norm() / STEP_MM).ceil().clamp(1.0, MAX_STEPS),
        };
        (0..n as usize).map(move |step| from + (to - from) * (step as f64 / n))
    })
}

/// First and last slice of an outline.
fn slices(
    geometry: &Geometry,
    (axis, index): (Axis, usize),
    reach: Reach,
) -> Result<[usize; 2], WireError> {
    let last = geometry.size()[axis.position()] - 1;
    match reach {
        Reach::Slice => Ok([index, index]),
        Reach::All => Ok([0, last]),
        Reach::Depth { mm } if mm >= 0.0 && mm.is_finite() => {
            let at = |n: usize| {
                let mut at = [0.0; 3];
                at[axis.position()] = n as f64;
                geometry.lps_at(ContinuousIndex(at))
            };
            let normal = geometry.directions();
            let [across, down] = axis.in_plane().map(|axis| normal[axis.position()]);
            let normal = across.cross(down);
            let normal = normal * (1.0 / normal.norm());
            let is_near = |n: &usize| (at(*n) - at(index)).dot(normal).abs() <= mm * (1.0 + 1e-9);
            let first = (0..=index).rev().take_while(is_near).last();
            let end = (index..=last).take_while(is_near).last();
            Ok([first.unwrap_or(index), end.unwrap_or(index)])
        }
        Reach::Depth { .. } => Err(WireError::invalid("a depth is a length in mm")),
    }
}
