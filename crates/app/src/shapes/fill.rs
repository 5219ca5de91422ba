//! From a shape to voxels of a segment, and from a segment to polygons.

use super::frame::Frame;
use super::{allowed, shape_id};
use crate::app::App;
use crate::edits::{domain_rule, segment_id};
use crate::protocol;
use crate::wire::{self, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit::{self, EditError};
use annotomy_annotation::operation::{Operation, OperationKind, Provenance};
use annotomy_annotation::protocol::Class;
use annotomy_annotation::segment::Segment;
use annotomy_annotation::shape::{
    Figure, FigureKind, MAX_POINTS, Shape, ShapeError, ShapeId, add_shapes,
};
use annotomy_volume::contour::outlines;
use annotomy_volume::region::{voxels_in_box, voxels_in_outline};
use annotomy_volume::space::{Axis, ContinuousIndex, PointLps};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Gives the voxels whose centres a shape encloses to a segment.
pub(super) fn fill_shape(
    state: &DocumentState,
    frame: &Frame,
    fill: &wire::FillShape,
) -> Result<Operation, WireError> {
    let shape = state.shapes().find(shape_id(&fill.shape)?);
    let shape = shape.ok_or(ShapeError::NoSuchShape)?;
    let figure = frame.show(&shape.figure);
    let geometry = frame.shown();
    let voxels = match &figure {
        Figure::Box3d { centre, ends } => {
            let half = ends.map(|end| end - *centre);
            Some(voxels_in_box(geometry, *centre, half))
        }
        figure => match figure.outline() {
            Some(outline) => voxels_in_outline(geometry, &outline),
            None => return Err(WireError::invalid("the shape is not closed")),
        },
    };
    let voxels = voxels.ok_or_else(|| {
        WireError::new(
            wire::ErrorCode::Unsupported,
            "the shape does not lie in a slice of the image",
        )
        .hint("Draw it on the image's own slices.")
    })?;
    let segment = segment_id(&fill.segment)?;
    let rule = domain_rule(fill.overwrite);
    let filled = edit::fill(state, segment, rule, voxels)?;
    Ok(Operation {
        shape: Some(shape.text.clone()),
        ..filled
    })
}

/// The class that polygons of a segment get: its own, if that allows polygons.
pub(super) async fn class_of_polygons(
    app: &App,
    state: &DocumentState,
    segment: &str,
) -> Result<Option<Class>, WireError> {
    match find(state, segment)?.class {
        Some(class) => {
            let class = protocol::class(app, class).await?;
            Ok(class.and_then(|class| allowed(class, FigureKind::Polygon).ok()))
        }
        None => Ok(None),
    }
}

/// Makes polygons of a segment's outlines in a slice.
pub(super) fn outline_segment(
    state: &DocumentState,
    frame: &Frame,
    wanted: &wire::OutlineSegment,
    (fresh, class): (Uuid, Option<Class>),
) -> Result<Operation, WireError> {
    let segment = find(state, &wanted.segment)?;
    let geometry = frame.shown();
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
    let labels = state.layers()[usize::from(segment.layer)].slice(axis, slice);
    let [column, row] = axis.in_plane().map(Axis::position);
    let found = outlines(&labels, size[column], segment.label);
    if found.is_empty() {
        return Err(WireError::invalid("the segment has no voxel in this slice"));
    }
    let point_at = |[x, y]: [f64; 2]| -> PointLps {
        let mut index = [slice as f64; 3];
        (index[column], index[row]) = (x, y);
        geometry.lps_at(ContinuousIndex(index))
    };
    let [origin, right, down] = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].map(point_at);
    let plane = frame.keep_plane(origin, (right - origin).cross(down - origin))?;
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
        });
    }
    let name = segment.name.clone();
    let added = add_shapes(state, OperationKind::OutlineSegment, shapes)?;
    Ok(Operation {
        shape: Some(name),
        ..added
    })
}

fn find<'a>(state: &'a DocumentState, segment: &str) -> Result<&'a Segment, WireError> {
    let id = segment_id(segment)?;
    let position = state.position(id).ok_or(EditError::NoSuchSegment)?;
    Ok(&state.segments()[position])
}
