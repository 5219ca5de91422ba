//! Labels of a study. Each is kept by the image on which it was made, with its history; the other
//! images of the study show it.

use super::convert::wire_shape;
use super::frame::Frame;
use crate::app::{App, Caller};
use crate::documents::OpenDocument;
use crate::volumes::place_of;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_annotation::shape::{FigureKind, Shape};
use std::sync::Arc;

/// Refuses to label a study that nobody can tell.
pub(super) fn check(kind: FigureKind, document: &OpenDocument) -> Result<(), WireError> {
    if kind != FigureKind::Study || document.series().study().is_some() {
        return Ok(());
    }
    let message = "the image does not say which study it belongs to";
    Err(WireError::new(ErrorCode::NotPermitted, message).hint("Label the image instead."))
}

/// What other images say of the document's study.
pub(crate) async fn study_labels_elsewhere(
    app: &Arc<App>,
    _: &Caller,
    request: wire::DocumentRequest,
) -> Result<wire::StudyLabelsElsewhere, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let own = document.series();
    let frame = Frame::of(&document);
    let mut labels = Vec::new();
    for series in app.series.of_study_of(own) {
        if series.key() == own.key() {
            continue;
        }
        for other in app.library().documents_of(series.key()).await? {
            if place_of(&other).0.0 != series.key() {
                continue;
            }
            let of_study = |shape: &&Shape| shape.figure.kind() == FigureKind::Study;
            labels.extend(other.shapes.iter().filter(of_study).map(|shape| {
                wire::StudyLabelElsewhere {
                    series: series.key().to_owned(),
                    description: series.description().to_owned(),
                    shape: wire_shape(&frame, shape),
                }
            }));
        }
    }
    Ok(wire::StudyLabelsElsewhere { labels })
}
