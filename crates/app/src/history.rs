//! What was done to documents, as the history panel and menus tell it.

use crate::app::{App, Caller};
use crate::steps::operation_of;
use crate::time::rfc3339;
use crate::wire::{self, WireError};
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_annotation::undo::UndoStacks;
use annotomy_store::Record;
use std::sync::Arc;

pub(crate) async fn history(
    app: &Arc<App>,
    _: &Caller,
    request: wire::HistoryRequest,
) -> Result<wire::History, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let snapshot = document.snapshot();
    let before = request.before.map(u64::from);
    let records = app
        .library()
        .history(document.id, before, request.limit)
        .await?;
    let entry = |record| history_entry(record, &snapshot.undo);
    Ok(wire::History {
        entries: records.into_iter().map(entry).collect(),
    })
}

/// A record as the history lists it.
pub(crate) fn history_entry(record: Record, undo: &UndoStacks) -> wire::HistoryEntry {
    let Record {
        sequence,
        operation,
        author,
        ..
    } = record;
    wire::HistoryEntry {
        sequence: sequence as u32,
        at: rfc3339(author.at_us),
        is_undone: operation.kind.is_undoable() && !undo.is_in_effect(sequence),
        operation: operation_name(&operation),
        by: author.user,
    }
}

/// The name of the operation with some sequence number.
pub(crate) async fn name_of(
    app: &App,
    sequence: Option<u64>,
) -> Result<Option<wire::OperationName>, WireError> {
    match sequence {
        Some(sequence) => Ok(Some(operation_name(&operation_of(app, sequence).await?))),
        None => Ok(None),
    }
}

pub(crate) fn operation_name(operation: &Operation) -> wire::OperationName {
    wire::OperationName {
        kind: wire_kind(operation.kind),
        of: operation.target_kind.map(wire_kind),
        segment: operation
            .segment
            .as_ref()
            .map(|s| s.name.clone())
            .or_else(|| operation.class.clone())
            .or_else(|| operation.shape.clone()),
    }
}

const fn wire_kind(kind: OperationKind) -> wire::OperationKind {
    match kind {
        OperationKind::CreateDocument => wire::OperationKind::CreateDocument,
        OperationKind::AddSegment => wire::OperationKind::AddSegment,
        OperationKind::RenameSegment => wire::OperationKind::RenameSegment,
        OperationKind::RecolorSegment => wire::OperationKind::RecolorSegment,
        OperationKind::SetVisibility => wire::OperationKind::SetVisibility,
        OperationKind::SetOpacity => wire::OperationKind::SetOpacity,
        OperationKind::SetLock => wire::OperationKind::SetLock,
        OperationKind::MoveSegment => wire::OperationKind::MoveSegment,
        OperationKind::DeleteSegment => wire::OperationKind::DeleteSegment,
        OperationKind::SetPixelSize => wire::OperationKind::SetPixelSize,
        OperationKind::SetClass => wire::OperationKind::SetClass,
        OperationKind::SetAnswer => wire::OperationKind::SetAnswer,
        OperationKind::SetState => wire::OperationKind::SetState,
        OperationKind::AddClass => wire::OperationKind::AddClass,
        OperationKind::ChangeClass => wire::OperationKind::ChangeClass,
        OperationKind::MoveClass => wire::OperationKind::MoveClass,
        OperationKind::ArchiveClass => wire::OperationKind::ArchiveClass,
        OperationKind::RestoreClass => wire::OperationKind::RestoreClass,
        OperationKind::DeleteClass => wire::OperationKind::DeleteClass,
        OperationKind::ImportProtocol => wire::OperationKind::ImportProtocol,
        OperationKind::Paint => wire::OperationKind::Paint,
        OperationKind::Erase => wire::OperationKind::Erase,
        OperationKind::Undo => wire::OperationKind::Undo,
        OperationKind::Redo => wire::OperationKind::Redo,
        OperationKind::Restore => wire::OperationKind::Restore,
        OperationKind::Import => wire::OperationKind::Import,
        OperationKind::Export => wire::OperationKind::Export,
        OperationKind::CopySegments => wire::OperationKind::CopySegments,
        OperationKind::SplitVolumes => wire::OperationKind::SplitVolumes,
        OperationKind::JoinVolumes => wire::OperationKind::JoinVolumes,
        OperationKind::Threshold => wire::OperationKind::Threshold,
        OperationKind::FloodFill => wire::OperationKind::FloodFill,
        OperationKind::Islands => wire::OperationKind::Islands,
        OperationKind::SplitIslands => wire::OperationKind::SplitIslands,
        OperationKind::Merge => wire::OperationKind::Merge,
        OperationKind::Margin => wire::OperationKind::Margin,
        OperationKind::Hollow => wire::OperationKind::Hollow,
        OperationKind::Smooth => wire::OperationKind::Smooth,
        OperationKind::SmoothJointly => wire::OperationKind::SmoothJointly,
        OperationKind::FillHoles => wire::OperationKind::FillHoles,
        OperationKind::Combine => wire::OperationKind::Combine,
        OperationKind::Outline => wire::OperationKind::Outline,
        OperationKind::CopySlice => wire::OperationKind::CopySlice,
        OperationKind::Cut => wire::OperationKind::Cut,
        OperationKind::Interpolate => wire::OperationKind::Interpolate,
        OperationKind::GrowSeeds => wire::OperationKind::GrowSeeds,
        OperationKind::Classify => wire::OperationKind::Classify,
        OperationKind::ConfidenceConnected => wire::OperationKind::ConfidenceConnected,
        OperationKind::Watershed => wire::OperationKind::Watershed,
        OperationKind::RandomWalk => wire::OperationKind::RandomWalk,
        OperationKind::Snake => wire::OperationKind::Snake,
        OperationKind::Mirror => wire::OperationKind::Mirror,
        OperationKind::Tube => wire::OperationKind::Tube,
        OperationKind::Scissors => wire::OperationKind::Scissors,
        OperationKind::FastMarch => wire::OperationKind::FastMarch,
        OperationKind::GeodesicFill => wire::OperationKind::GeodesicFill,
        OperationKind::Propagate => wire::OperationKind::Propagate,
        OperationKind::AddShape => wire::OperationKind::AddShape,
        OperationKind::Reshape => wire::OperationKind::Reshape,
        OperationKind::SetShapeText => wire::OperationKind::SetShapeText,
        OperationKind::RecolorShape => wire::OperationKind::RecolorShape,
        OperationKind::SetShapeVisibility => wire::OperationKind::SetShapeVisibility,
        OperationKind::SetShapeLock => wire::OperationKind::SetShapeLock,
        OperationKind::SetShapeClass => wire::OperationKind::SetShapeClass,
        OperationKind::SetShapeAnswer => wire::OperationKind::SetShapeAnswer,
        OperationKind::DeleteShape => wire::OperationKind::DeleteShape,
        OperationKind::FillShape => wire::OperationKind::FillShape,
        OperationKind::OutlineSegment => wire::OperationKind::OutlineSegment,
        OperationKind::InterpolateShapes => wire::OperationKind::InterpolateShapes,
        OperationKind::DeleteInterpolated => wire::OperationKind::DeleteInterpolated,
    }
}
