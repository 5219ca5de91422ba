//! A tube along a path: what a ball covers that goes there.

use super::compute::{Work, length};
use crate::wire::{self, TubeMode, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_annotation::shape::MAX_POINTS;
use annotomy_volume::brush::{BrushShape, BrushStroke, paint};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::space::PointLps;

impl Work<'_> {
    pub(super) fn tubed(
        &self,
        segment: &Segment,
        tube: &wire::Tube,
    ) -> Result<LabelDelta, WireError> {
        let is_finite = tube.path.as_flattened().iter().all(|x| x.is_finite());
        if tube.path.is_empty() || tube.path.len() > MAX_POINTS || !is_finite {
            let message = format!("a path has 1 to {MAX_POINTS} points");
            return Err(WireError::invalid(message));
        }
        let stroke = BrushStroke {
            path: tube.path.iter().copied().map(PointLps).collect(),
            radius: length(tube.diameter / 2.0)?,
            shape: BrushShape::Sphere,
        };
        let labels = self.labels(segment);
        Ok(paint(
            labels,
            self.geometry,
            &stroke,
            |_, from| match tube.mode {
                TubeMode::Add => segment.label,
                TubeMode::Remove if from == segment.label => 0,
                TubeMode::Remove => from,
            },
        ))
    }
}
