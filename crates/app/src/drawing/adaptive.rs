//! The adaptive brush: a stroke that takes only what looks like the voxels under its middle.

use super::{Permission, values};
use crate::app::App;
use crate::documents::OpenDocument;
use crate::image_cache::Loaded;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{Drawn, MAX_RADIUS, Proposal, StrokeMode, propose};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::operation::{OperationKind, Provenance, StrokeTrace, Tool};
use annotomy_segmentation::{Adaptive, adaptive_stroke};
use annotomy_volume::brush::{BrushStroke, dab};
use annotomy_volume::geometry::Geometry;
use std::sync::Arc;

/// More standard deviations take anything.
const MAX_TOLERANCE: f64 = 20.0;

/// Voxels that one dab may cover: so many are looked at in some 50 ms.
const MAX_COVERED: usize = 300_000;

/// The values that an adaptive brush looks at, and how.
pub(super) struct Sight {
    image: Arc<Loaded>,
    rule: Adaptive,
}

impl Sight {
    pub(super) async fn new(
        app: &Arc<App>,
        document: &OpenDocument,
        wire::AdaptiveBrush { volume, tolerance }: wire::AdaptiveBrush,
        brush: &BrushStroke,
    ) -> Result<Self, WireError> {
        if !(tolerance > 0.0 && tolerance <= MAX_TOLERANCE) {
            let message = format!("a tolerance is 0 to {MAX_TOLERANCE} standard deviations");
            return Err(WireError::invalid(message));
        }
        let numbers = brush.path.iter().flat_map(|point| point.0);
        let radius = brush.radius.0;
        let is_sound = radius > 0.0 && radius <= MAX_RADIUS;
        let Some(&first) = brush.path.first().filter(|_| is_sound) else {
            return Err(EditError::NoStroke.into());
        };
        if !numbers.into_iter().all(f64::is_finite) {
            return Err(EditError::NoStroke.into());
        }
        let rows = dab(&document.geometry(), brush, first).rows;
        let n_covered: usize = rows.iter().map(|([low, high], ..)| high - low + 1).sum();
        if n_covered > MAX_COVERED {
            let message = "so large a brush cannot follow edges in this image";
            return Err(WireError::new(ErrorCode::Limit, message).hint("Take a smaller brush."));
        }
        Ok(Self {
            image: values(app, document, volume).await?,
            rule: Adaptive { tolerance },
        })
    }

    /// What the stroke changes, as far as the rules allow it.
    pub(super) fn drawn(
        &self,
        state: &DocumentState,
        geometry: &Geometry,
        (mode, brush): (StrokeMode, &BrushStroke),
        permission: &Permission,
    ) -> Result<Drawn, WireError> {
        let id = permission.segment;
        let segment = state.segments().iter().find(|segment| segment.id == id);
        let segment = segment.ok_or(EditError::NoSuchSegment)?;
        let labels = &state.layers()[usize::from(segment.layer)];
        let seen = (&self.image.volume, geometry);
        let delta = adaptive_stroke(labels, seen, brush, self.rule, |_, from| match mode {
            StrokeMode::Paint => segment.label,
            StrokeMode::Erase if from == segment.label => 0,
            StrokeMode::Erase => from,
        });
        let proposal = Proposal {
            kind: match mode {
                StrokeMode::Paint => OperationKind::Paint,
                StrokeMode::Erase => OperationKind::Erase,
            },
            tool: self.tool(mode, brush),
            delta,
        };
        Ok(propose(state, id, proposal, permission.under())?)
    }

    fn tool(&self, mode: StrokeMode, brush: &BrushStroke) -> Tool {
        let device = match mode {
            StrokeMode::Paint => "adaptive brush",
            StrokeMode::Erase => "adaptive eraser",
        };
        let trace = StrokeTrace {
            radius_um: (brush.radius.0 * 1000.0).round() as u64,
            n_points: brush.path.len() as u32,
            overwrite: None,
        };
        Tool {
            stroke: Some(trace),
            ..Tool::new(&brush.named(device), Provenance::Algorithm)
        }
        .with("tolerance", self.rule.tolerance.to_string())
    }
}
