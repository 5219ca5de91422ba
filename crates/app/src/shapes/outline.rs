//! From a segment to polygons: its outlines in a slice, or in a plane at any angle.

use super::allowed;
use super::fill::find;
use super::frame::Frame;
use crate::app::App;
use crate::drawing::{cut_plane, segment_id};
use crate::protocol;
use crate::wire::{self, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::{Operation, OperationKind, Provenance};
use annotomy_annotation::protocol::Class;
use annotomy_annotation::shape::{
    Figure, FigureKind, MAX_POINTS, Shape, ShapeError, ShapeId, add_shapes,
};
use annotomy_volume::contour::{Outline, outlines};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::label_plane::labels_in_plane;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::reslice::SlicePlane;
use annotomy_volume::space::{Axis, ContinuousIndex, PointLps};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Pixels along a side of a plane.
const MAX_SIDE: usize = 8192;

/// The class that polygons of a segment get: its own, if that allows polygons.
pub(super) async fn class_of_polygons(
    app: &App,
    state: &DocumentState,
    segment: &str,
) -> Result<Option<Class>, WireError> {
    match find(state, segment_id(segment)?)?.class {
        Some(class) => {
            let class = protocol::class(app, class).await?;
            Ok(class.and_then(|class| allowed(class, FigureKind::Polygon).ok()))
        }
        None => Ok(None),
    }
}

/// Makes polygons of a segment's outlines in a slice, or in a plane.
pub(super) fn outline_segment(
    state: &DocumentState,
    frame: &Frame,
    wanted: &wire::OutlineSegment,
    (fresh, class): (Uuid, Option<Class>),
) -> Result<Operation, WireError> {
    let segment = find(state, segment_id(&wanted.segment)?)?;
    let labels = &state.layers()[usize::from(segment.layer)];
    let (found, pixels) = match wanted.plane {
        None => in_slice(labels, frame.shown(), segment.label, wanted)?,
        Some(plane) => in_plane(labels, frame.shown(), segment.label, cut_plane(plane)?)?,
    };
    if found.is_empty() {
        return Err(WireError::invalid("the segment has no voxel in this slice"));
    }
    let point_at = |[x, y]: [f64; 2]| pixels.origin + pixels.column_step * x + pixels.row_step * y;
    let plane = frame.keep_plane(pixels.origin, pixels.column_step.cross(pixels.row_step))?;
    let mut shapes = Vec::new();
    for (n, outline) in (0_u128..).zip(found) {
        if outline.points.len() > MAX_POINTS {
            return Err(ShapeError::TooManyPoints.into());
        }
        let points = outline.points.iter().map(|point| point_at(point.0));
        shapes.push(Shape {
            // One fresh name makes as many as there are outlines.
            id: ShapeId(Uuid::from_u128(fresh.as_u128().wrapping_add(n))),
            figure: frame.keep(&Figure::Polygon(points.collect()))?,
            plane: Some(plane),
            text: segment.name.clone(),
            class: class.as_ref().map(|class| class.id),
            answers: BTreeMap::new(),
            color: Some(segment.color),
            is_visible: true,
            is_locked: false,
            provenance: Provenance::Converted,
            track: None,
        });
    }
    let name = segment.name.clone();
    let added = add_shapes(state, OperationKind::OutlineSegment, shapes)?;
    Ok(Operation {
        shape: Some(name),
        ..added
    })
}

/// A segment's outlines in a slice, and the slice's pixels.
fn in_slice(
    labels: &LabelMap,
    geometry: &Geometry,
    label: Label,
    wanted: &wire::OutlineSegment,
) -> Result<(Vec<Outline>, SlicePlane), WireError> {
    let axis = *Axis::ALL
        .get(wanted.slice_axis as usize)
        .ok_or_else(|| WireError::invalid("a slice lies across axis 0, 1 or 2"))?;
    let (at, slice) = (axis.position(), wanted.slice_index as usize);
    let size = geometry.size();
    if slice >= size[at] {
        return Err(WireError::invalid("the slice is outside the image"));
    }
    if axis != Axis::K && !geometry.is_straight() {
        let message = "slices that lie unevenly are outlined in their own plane only";
        return Err(WireError::new(wire::ErrorCode::Unsupported, message));
    }
    let [column, row] = axis.in_plane().map(Axis::position);
    let point_at = |[x, y]: [f64; 2]| -> PointLps {
        let mut index = [slice as f64; 3];
        (index[column], index[row]) = (x, y);
        geometry.lps_at(ContinuousIndex(index))
    };
    let [origin, right, down] = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].map(point_at);
    let pixels = SlicePlane {
        origin,
        column_step: right - origin,
        row_step: down - origin,
        size: [size[column], size[row]],
    };
    let found = outlines(&labels.slice(axis, slice), size[column], label);
    Ok((found, pixels))
}

/// A segment's outlines in a plane, and the pixels that it is looked at by.
fn in_plane(
    labels: &LabelMap,
    geometry: &Geometry,
    label: Label,
    plane: CutPlane,
) -> Result<(Vec<Outline>, SlicePlane), WireError> {
    let pixels = pixels_over(geometry, plane);
    if pixels.size.iter().any(|&n| n > MAX_SIDE) {
        let message = "the image is too large to be outlined at an angle";
        return Err(WireError::new(wire::ErrorCode::Limit, message));
    }
    let seen = labels_in_plane(labels, geometry, &pixels);
    Ok((outlines(&seen, pixels.size[0], label), pixels))
}

/// Pixels over a plane as far as it may cut the grid, as fine as the grid's shortest step.
fn pixels_over(geometry: &Geometry, plane: CutPlane) -> SlicePlane {
    let normal = plane.normal();
    let steps = Axis::ALL.map(|axis| geometry.step(axis));
    let fine = steps
        .iter()
        .map(|step| step.norm())
        .fold(f64::INFINITY, f64::min);
    // The step that lies most in the plane gives the direction of columns.
    let slant = |n: usize| (steps[n].dot(normal) / steps[n].norm()).abs();
    let along = (1..3).fold(0, |best, n| if slant(n) < slant(best) { n } else { best });
    let flat = steps[along] + normal * -steps[along].dot(normal);
    let column_step = flat * (fine / flat.norm());
    let row_step = normal.cross(column_step);
    let size = geometry.size().map(|n| n as f64);
    let middle = plane.foot(geometry.lps_at(ContinuousIndex(size.map(|n| (n - 1.0) / 2.0))));
    let mut reach = [0.0_f64; 2];
    for corner in 0..8_usize {
        let index = [0, 1, 2].map(|n| {
            if corner >> n & 1 == 0 {
                -0.5
            } else {
                size[n] - 0.5
            }
        });
        let off = geometry.lps_at(ContinuousIndex(index)) - middle;
        for (reach, step) in reach.iter_mut().zip([column_step, row_step]) {
            *reach = reach.max((off.dot(step) / (fine * fine)).abs().ceil());
        }
    }
    SlicePlane {
        origin: middle + column_step * -reach[0] + row_step * -reach[1],
        column_step,
        row_step,
        size: reach.map(|n| 2 * n as usize + 1),
    }
}
