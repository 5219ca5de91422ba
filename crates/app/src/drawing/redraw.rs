//! An outline drawn again: what the one before made of the segments is undone, and the new one is done in
//! its place. The log keeps both, and the undo between them.

use super::effect::computed;
use super::made;
use super::recorded::outline_of;
use crate::app::{App, Caller};
use crate::documents::Snapshot;
use crate::edits::commit;
use crate::jobs::blocking;
use crate::wire::{self, Effect, ErrorCode, WireError};
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_store::DocumentId;
use std::sync::Arc;

/// Records that may follow an outline which is drawn again: exports, and what was undone.
const MAX_SINCE: u64 = 1000;

/// Records that are read at once.
const PAGE: u32 = 16;

/// Replaces the outline that made a revision, as long as nothing that was done since is in effect.
pub(crate) async fn redraw_outline(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::RedrawRequest,
) -> Result<wire::EditResponse, WireError> {
    if !matches!(request.outline.effect, Effect::Outline { .. }) {
        return Err(WireError::invalid("only an outline replaces an outline"));
    }
    let document = app.documents.find(app, &request.outline.document).await?;
    let _editing = document.begin_edit(app).await?;
    let before = document.snapshot();
    let undo = undo_of_outline(app, document.id, &before, request.revision).await?;
    let earlier = {
        let undo = undo.clone();
        blocking(move || {
            let state = before.state.after(&undo.changes);
            Ok(Snapshot {
                state: state.map_err(annotomy_store::StoreError::Mismatch)?,
                ..Snapshot::clone(&before)
            })
        })
        .await?
    };
    // All that may be refused is asked before anything is written.
    let drawn = computed(app, &document, &Arc::new(earlier), request.outline).await?;
    let undone = commit(app, caller, &document, undo).await?;
    let done = made(app, caller, &document, drawn.drawn).await?;
    Ok(wire::EditResponse {
        region: both(undone.region, done.region),
        ..done
    })
}

/// The outline that can be drawn again now, as it was drawn.
pub(crate) async fn last_outline(
    app: &Arc<App>,
    _: &Caller,
    request: wire::DocumentRequest,
) -> Result<wire::LastOutline, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let latest = latest(app, document.id, &document.snapshot()).await?;
    let outline = latest.and_then(|found| {
        Some(wire::DrawnOutline {
            revision: found.made as u32,
            segment: found.operation.segment?.id.0.to_string(),
            effect: outline_of(&found.operation.tool?)?,
        })
    });
    Ok(wire::LastOutline { outline })
}

/// The operation that takes back the outline which made `revision`, if it is the latest that was not
/// undone.
async fn undo_of_outline(
    app: &App,
    document: DocumentId,
    now: &Snapshot,
    revision: u32,
) -> Result<Operation, WireError> {
    match latest(app, document, now).await? {
        Some(Latest {
            sequence,
            made,
            operation,
        }) if made == u64::from(revision) && operation.kind == OperationKind::Outline => {
            Ok(operation.undo(sequence))
        }
        _ => {
            let message = "the segments have changed since the outline was drawn";
            Err(WireError::new(ErrorCode::Conflict, message)
                .hint("Undo what was done since, or draw a new outline; nothing was changed."))
        }
    }
}

/// The latest operation that is in effect.
struct Latest {
    sequence: u64,
    /// The revision that it made.
    made: u64,
    operation: Operation,
}

/// None where there is none, or more than [`MAX_SINCE`] records follow it.
async fn latest(
    app: &App,
    document: DocumentId,
    now: &Snapshot,
) -> Result<Option<Latest>, WireError> {
    let Some(sequence) = now.undo.to_undo() else {
        return Ok(None);
    };
    // Every record of a document makes a revision.
    let (mut made, mut before) = (now.revision, None);
    while now.revision - made <= MAX_SINCE {
        let records = app.library().history(document, before, PAGE).await?;
        if records.is_empty() {
            break;
        }
        for record in records {
            if record.sequence == sequence {
                let operation = record.operation;
                return Ok(Some(Latest {
                    sequence,
                    made,
                    operation,
                }));
            }
            made = made.saturating_sub(1);
            before = Some(record.sequence);
        }
    }
    Ok(None)
}

/// A box around both.
fn both(a: Option<wire::Region>, b: Option<wire::Region>) -> Option<wire::Region> {
    let (Some(a), Some(b)) = (a, b) else {
        return a.or(b);
    };
    Some(wire::Region {
        min: std::array::from_fn(|n| a.min[n].min(b.min[n])),
        max: std::array::from_fn(|n| a.max[n].max(b.max[n])),
    })
}
