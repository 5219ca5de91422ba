//! The past of a document: shown, compared, and made the present again.
//!
//! A moment is shown under a name of its own, as a preview is: the same doors serve its labels, planes
//! and surfaces. Nothing is changed by looking.

mod moments;
mod shown;
mod who;

pub(crate) use moments::Past;
pub(crate) use shown::Shown;
pub(crate) use who::who_drew;

use crate::app::{App, Caller};
use crate::documents::{OpenDocument, Snapshot};
use crate::drawn_at::DrawnAt;
use crate::edits::change;
use crate::history::history_entry;
use crate::jobs::blocking;
use crate::wire::{self, WireError};
use annotomy_annotation::compare::{self, ADDED, REMOVED, TAKEN_OVER};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::restore::restore;
use annotomy_annotation::segment::{Color, Opacity, Segment, SegmentId, SegmentState};
use annotomy_annotation::undo::UndoStacks;
use annotomy_store::Moment;
use annotomy_volume::labels::Label;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Shows a document as it was after one of its operations.
pub(crate) async fn show_moment(
    app: &Arc<App>,
    _: &Caller,
    request: wire::MomentRequest,
) -> Result<wire::Moment, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let now = document.snapshot();
    let (moment, state) = state_at(app, &document, &now, request.sequence).await?;
    let snapshot = Snapshot {
        state,
        revision: moment.revision,
        ..unmoved(&now)
    };
    let look = app
        .past
        .add(&document, snapshot, Some(moment.record.sequence));
    Ok(wire::Moment {
        entry: history_entry(moment.record, &now.undo),
        document: document.view_as(look.id, &look.snapshot),
    })
}

/// Shows what led from one moment to another.
pub(crate) async fn compare_moments(
    app: &Arc<App>,
    _: &Caller,
    request: wire::CompareRequest,
) -> Result<wire::Comparison, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let now = document.snapshot();
    let (from, earlier) = state_at(app, &document, &now, request.from).await?;
    let (to, later) = match request.to {
        Some(to) => {
            let (to, later) = state_at(app, &document, &now, to).await?;
            (Some(to), later)
        }
        None => (None, now.state.clone()),
    };
    let (found, later) = blocking(move || Ok((compare::compare(&earlier, &later), later))).await?;
    let revision = to.as_ref().map_or(now.revision, |to| to.revision);
    let voxels = vec![found.voxels];
    let state = DocumentState::from_parts(later.size(), later.pixel_size(), marks(), voxels);
    let state = state.ok_or_else(WireError::internal)?;
    let snapshot = Snapshot {
        state: state.with_shapes(later.shapes().clone()),
        revision,
        ..unmoved(&now)
    };
    let look = app.past.add(&document, snapshot, None);
    let [added, removed, changed] = found.n_shapes.map(|n| n as u32);
    let segments = found.segments.into_iter();
    let differences = segments.map(|change| wire::SegmentDifference {
        id: change.segment.id.0.to_string(),
        color: change.segment.color.to_string(),
        name: change.segment.name,
        n_added: change.n_added as u32,
        n_removed: change.n_removed as u32,
    });
    Ok(wire::Comparison {
        from: history_entry(from.record, &now.undo),
        to: to.map(|to| history_entry(to.record, &now.undo)),
        document: document.view_as(look.id, &look.snapshot),
        segments: differences.collect(),
        n_shapes_added: added,
        n_shapes_removed: removed,
        n_shapes_changed: changed,
    })
}

/// Makes a document what it was after one of its operations.
pub(crate) async fn restore_moment(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::MomentRequest,
) -> Result<wire::EditResponse, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let now = document.snapshot();
    let (moment, then) = state_at(app, &document, &now, request.sequence).await?;
    let target = (moment.record.sequence, moment.record.operation.kind);
    let make = move |state: &DocumentState| Ok(restore(state, &then, target)?);
    change(app, caller, &document, make).await
}

async fn state_at(
    app: &App,
    document: &OpenDocument,
    now: &Snapshot,
    sequence: u32,
) -> Result<(Moment, DocumentState), WireError> {
    let library = app.library();
    let moment = library.moment(document.id, sequence.into()).await?;
    let mut known = app.past.known(document.id);
    known.push((now.revision, now.state.clone()));
    let state = library.state_at(document.id, &moment, &known).await?;
    Ok((moment, state))
}

/// What is said of a document beside its state, when nothing can be done to it.
fn unmoved(now: &Snapshot) -> Snapshot {
    Snapshot {
        undo: UndoStacks::default(),
        undo_name: None,
        redo_name: None,
        drawn_at: DrawnAt::default(),
        ..now.clone()
    }
}

/// Changed voxels as segments, in colours that differ for everybody (Okabe and Ito, Color Universal
/// Design, 2008): blue, vermilion and yellow.
fn marks() -> Vec<Segment> {
    let mark = |label: Label, name: &str, color: [u8; 3]| Segment {
        id: SegmentId(Uuid::from_u128(label.into())),
        name: name.to_owned(),
        color: Color(color),
        is_visible: true,
        opacity: Opacity::from_fraction(0.8).unwrap_or(Opacity::HALF),
        is_locked: true,
        layer: 0,
        label,
        class: None,
        answers: BTreeMap::new(),
        state: SegmentState::Completed,
    };
    vec![
        mark(ADDED, "added", [0x00, 0x72, 0xb2]),
        mark(REMOVED, "removed", [0xd5, 0x5e, 0x00]),
        mark(TAKEN_OVER, "taken over", [0xf0, 0xe4, 0x42]),
    ]
}
