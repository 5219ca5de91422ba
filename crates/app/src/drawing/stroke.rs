//! Strokes of brush and eraser.

use super::{Asked, axis_of, cut_plane, made, permission};
use crate::app::{App, Caller};
use crate::documents::OpenDocument;
use crate::jobs::blocking;
use crate::wire::{self, WireError};
use annotomy_annotation::draw::{self, StrokeMode};
use annotomy_annotation::protocol::ToolKind;
use annotomy_volume::brush::{BrushShape, BrushStroke};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{Mm, PointLps};
use std::sync::Arc;

/// Corners of one stroke; a minute of drawing at 1000 points a second.
const MAX_STROKE_POINTS: usize = 60_000;

/// Draws a stroke on the document as it is when its turn comes.
pub(crate) async fn stroke(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    stroke: wire::Stroke,
) -> Result<wire::EditResponse, WireError> {
    let (mode, tool) = match stroke.mode {
        wire::StrokeMode::Paint => (StrokeMode::Paint, ToolKind::Brush),
        wire::StrokeMode::Erase => (StrokeMode::Erase, ToolKind::Eraser),
    };
    let asked = Asked {
        segment: &stroke.segment,
        tool,
        overwrite: stroke.overwrite,
        editable: stroke.editable.clone(),
    };
    let permission = permission(app, document, asked).await?;
    let geometry = document.geometry();
    let brush = brush_of(&geometry, &stroke)?;
    let _editing = document.begin_edit(app).await?;
    let before = document.snapshot();
    let drawn = blocking(move || {
        let (state, path) = (&before.state, (mode, &brush));
        let (segment, under) = (permission.segment, permission.under());
        Ok(draw::stroke(state, &geometry, segment, path, under)?)
    });
    made(app, caller, document, drawn.await?).await
}

fn brush_of(geometry: &Geometry, stroke: &wire::Stroke) -> Result<BrushStroke, WireError> {
    if stroke.path.len() > MAX_STROKE_POINTS {
        return Err(WireError::invalid(format!(
            "a stroke has at most {MAX_STROKE_POINTS} points"
        )));
    }
    let axis = axis_of(stroke.slice_axis)?;
    let index = stroke.slice_index as usize;
    if index >= geometry.size()[axis.position()] {
        return Err(WireError::invalid("the painted slice is outside the image"));
    }
    Ok(BrushStroke {
        path: stroke.path.iter().copied().map(PointLps).collect(),
        radius: Mm(stroke.radius_mm),
        shape: match stroke.shape {
            wire::BrushShape::Round => match stroke.plane {
                Some(plane) => BrushShape::Cut(cut_plane(plane)?),
                None => BrushShape::Disc { axis, index },
            },
            wire::BrushShape::Sphere => BrushShape::Sphere,
        },
    })
}
