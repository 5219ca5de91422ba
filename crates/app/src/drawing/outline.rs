//! Which voxels an outline drawn in a slice encloses, there and in the slices beside it.

use crate::wire::{Reach, WireError};
use annotomy_segmentation::Mask;
use annotomy_volume::contour::{Outline, SlicePoint, fill};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{Axis, ContinuousIndex, PointLps, VoxelIndex};

/// Corners of an outline; more than anybody draws.
const MAX_CORNERS: usize = 60_000;

/// Where slices are uneven an edge is straight in the patient and not in the grid: it is drawn in steps
/// of this length, in mm.
const STEP_MM: f64 = 0.5;

/// Steps of one edge.
const MAX_STEPS: f64 = 4000.0;

/// The voxels whose centres are enclosed, and the box of all slices that the outline reaches.
pub(super) fn enclosed(
    geometry: &Geometry,
    path: &[PointLps],
    (axis, index): (Axis, usize),
    reach: Reach,
) -> Result<(Mask, VoxelBox), WireError> {
    let points = path.iter().flat_map(|point| point.0);
    let is_finite = points.into_iter().all(f64::is_finite);
    if path.len() < 3 || path.len() > MAX_CORNERS || !is_finite {
        let message = format!("an outline has 3 to {MAX_CORNERS} corners");
        return Err(WireError::invalid(message));
    }
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
    let [first, last] = slices(geometry, (axis, index), reach)?;
    let mut region = VoxelBox {
        min: [0; 3],
        max: size.map(|n| n - 1),
    };
    region.min[axis.position()] = first;
    region.max[axis.position()] = last;
    let mask = Mask::from_voxels(size, region, |VoxelIndex(at)| {
        inside[at[down.position()] * columns + at[across.position()]]
    });
    Ok((mask, region))
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
