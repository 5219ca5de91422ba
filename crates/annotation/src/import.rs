//! Segments from a file become part of a document, beside what is there: nothing is overwritten.

use crate::change::Change;
use crate::document::DocumentState;
use crate::edit::{EditError, checked_name};
use crate::operation::{Operation, OperationKind, Provenance, Tool};
use crate::protocol::ClassId;
use crate::segment::{Color, Opacity, Segment, SegmentId, SegmentState};
use annotomy_volume::labels::{Label, LabelMap};
use std::collections::BTreeMap;

/// A segment that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedSegment {
    /// Its identity in the document.
    pub id: SegmentId,
    /// What it is called.
    pub name: String,
    /// Colour it is drawn in.
    pub color: Color,
    /// Which of the layers that come in holds its voxels, 0 first.
    pub layer: usize,
    /// Its label in that layer; not 0.
    pub label: Label,
    /// Its class of the label protocol.
    pub class: Option<ClassId>,
}

/// Adds segments with their voxels in layers of their own; a document that is still empty gives
/// its first layer. Labels that belong to no segment are left out. `source` says what kind of file
/// they come from. `layers` have the document's size.
///
/// # Errors
/// [`EditError::NoSuchSegment`] where there is nothing to import, [`EditError::NoName`],
/// [`EditError::TooManySegments`] beyond 65535 layers.
pub fn import(
    state: &DocumentState,
    layers: &[LabelMap],
    segments: Vec<ImportedSegment>,
    source: &str,
) -> Result<Operation, EditError> {
    if segments.is_empty() {
        return Err(EditError::NoSuchSegment);
    }
    let is_empty = state.segments().is_empty() && state.layers().len() == 1;
    let first = if is_empty { 0 } else { state.layers().len() };
    let number =
        |layer: usize| u16::try_from(first + layer).map_err(|_| EditError::TooManySegments);
    let n_new = first + layers.len() - state.layers().len();
    let mut changes = vec![Change::AddLayer; n_new];
    let n_segments = state.segments().len();
    let mut known: Vec<(usize, Label)> = Vec::new();
    for (n, imported) in segments.into_iter().enumerate() {
        known.push((imported.layer, imported.label));
        let segment = Segment {
            id: imported.id,
            name: checked_name(imported.name)?,
            color: imported.color,
            is_visible: true,
            opacity: Opacity::HALF,
            is_locked: false,
            layer: number(imported.layer)?,
            label: imported.label,
            class: imported.class,
            answers: BTreeMap::new(),
            state: SegmentState::InProgress,
        };
        let position = (n_segments + n) as u32;
        changes.push(Change::InsertSegment { position, segment });
    }
    for (layer, labels) in layers.iter().enumerate() {
        let is_known = |label| known.contains(&(layer, label));
        let delta = labels.drawn(|label| if is_known(label) { label } else { 0 });
        if !delta.is_empty() {
            let layer = number(layer)?;
            changes.push(Change::labels(layer, delta));
        }
    }
    let tool = Tool::new(&format!("import, {source}"), Provenance::Imported);
    Ok(Operation {
        tool: Some(tool),
        changes,
        ..Operation::trace(OperationKind::Import)
    })
}
