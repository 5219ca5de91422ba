//! Strokes of brush and eraser: what they change, shown while they are drawn and made when they are
//! done.

use super::adaptive::Sight;
use super::{Asked, Permission, axis_of, cut_plane, made, permission};
use crate::app::{App, Caller};
use crate::bytes::Header;
use crate::documents::OpenDocument;
use crate::jobs::blocking;
use crate::wire::{self, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{self, Drawn, StrokeMode};
use annotomy_annotation::protocol::ToolKind;
use annotomy_volume::brush::{BrushShape, BrushStroke, Rim, Sheet};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::BRICK_EDGE;
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use std::sync::Arc;

/// Corners of one stroke; a minute of drawing at 1000 points a second.
const MAX_STROKE_POINTS: usize = 60_000;

/// A direction whose part in a plane is shorter, of a length of 1, is as good as across it.
const LEAST_SLANT: f64 = 1e-3;

/// Draws a stroke on the document as it is when its turn comes.
pub(crate) async fn stroke(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    stroke: wire::Stroke,
) -> Result<wire::EditResponse, WireError> {
    let prepared = Prepared::new(app, document, &stroke).await?;
    let _editing = document.begin_edit(app).await?;
    let before = document.snapshot();
    let drawn = blocking(move || prepared.drawn(&before.state));
    made(app, caller, document, drawn.await?).await
}

/// For the bytes door: the voxels that a stroke would change.
pub(crate) async fn dabs(app: &Arc<App>, asked: wire::DabsRequest) -> Result<Vec<u8>, WireError> {
    let document = app.documents.find(app, &asked.document).await?;
    let prepared = Prepared::new(app, &document, &asked.stroke).await?;
    let snapshot = document.snapshot();
    let revision = snapshot.revision as u32;
    let drawn = blocking(move || prepared.drawn(&snapshot.state)).await?;
    let runs: Vec<[u32; 4]> = drawn.operation.deltas().flat_map(runs_of).collect();
    let numbers = runs.as_flattened().iter();
    let body: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
    Ok(Header {
        kind: 8,
        request: asked.request,
        size: [runs.len() as u32, 0],
        revision,
        ..Header::default()
    }
    .with_body(&body))
}

/// A stroke with all that it needs but the document's state.
struct Prepared {
    permission: Permission,
    geometry: Geometry,
    mode: StrokeMode,
    brush: BrushStroke,
    /// What an adaptive brush looks at.
    sight: Option<Sight>,
}

impl Prepared {
    async fn new(
        app: &Arc<App>,
        document: &OpenDocument,
        stroke: &wire::Stroke,
    ) -> Result<Self, WireError> {
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
        let geometry = document.geometry();
        let brush = brush_of(&geometry, stroke)?;
        let sight = match stroke.adaptive {
            Some(adaptive) => Some(Sight::new(app, document, adaptive, &brush).await?),
            None => None,
        };
        Ok(Self {
            permission: permission(app, document, asked).await?,
            geometry,
            mode,
            brush,
            sight,
        })
    }

    fn drawn(&self, state: &DocumentState) -> Result<Drawn, WireError> {
        let path = (self.mode, &self.brush);
        if let Some(sight) = &self.sight {
            return sight.drawn(state, &self.geometry, path, &self.permission);
        }
        let (segment, under) = (self.permission.segment, self.permission.under());
        Ok(draw::stroke(state, &self.geometry, segment, path, under)?)
    }
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
    let sheet = match stroke.plane {
        Some(plane) => Sheet::Cut(cut_plane(plane)?),
        None => Sheet::Slice { axis, index },
    };
    let along = || {
        let across = sheet.normal(geometry);
        let along = stroke.along.and_then(|along| VectorLps(along).normalized());
        along
            .filter(|along| along.cross(across).norm() > LEAST_SLANT)
            .ok_or_else(|| WireError::invalid("no direction tells how a square brush lies"))
    };
    Ok(BrushStroke {
        path: stroke.path.iter().copied().map(PointLps).collect(),
        radius: Mm(stroke.radius_mm),
        shape: match stroke.shape {
            wire::BrushShape::Sphere => BrushShape::Sphere,
            wire::BrushShape::Round => BrushShape::Flat(sheet, Rim::Round),
            wire::BrushShape::Square => BrushShape::Flat(sheet, Rim::Square(along()?)),
        },
    })
}

/// The voxels of a change, as first column, row, slice and how many along the row.
fn runs_of(delta: &LabelDelta) -> Vec<[u32; 4]> {
    let mut runs: Vec<[u32; 4]> = Vec::new();
    for (brick, changes) in delta.bricks() {
        let [first_i, first_j, first_k] = brick.first_voxel();
        for position in changes.iter().flat_map(|run| run.positions()) {
            let (row, i) = (position / BRICK_EDGE, position % BRICK_EDGE);
            let (j, k) = (first_j + row % BRICK_EDGE, first_k + row / BRICK_EDGE);
            let at = [first_i + i, j, k].map(|n| n as u32);
            match runs.last_mut() {
                Some([i, j, k, n]) if [*i + *n, *j, *k] == at => *n += 1,
                _ => runs.push([at[0], at[1], at[2], 1]),
            }
        }
    }
    runs
}
