//! An outline drawn again: what the one before made of the segments is undone, and the new one is done in
//! its place. The log keeps both, and the undo between them.

use super::effect::computed;
use super::made;
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

/// The operation that takes back the outline which made `revision`, if it is the latest that was not
/// undone.
async fn undo_of_outline(
    app: &App,
    document: DocumentId,
    now: &Snapshot,
    revision: u32,
) -> Result<Operation, WireError> {
    let refused = || {
        let message = "the segments have changed since the outline was drawn";
        WireError::new(ErrorCode::Conflict, message)
            .hint("Undo what was done since, or draw a new outline; nothing was changed.")
    };
    let latest = now.undo.to_undo().ok_or_else(refused)?;
    // Every record of a document makes a revision.
    let since = now.revision.checked_sub(u64::from(revision));
    let since = since.filter(|since| *since <= MAX_SINCE);
    let since = since.ok_or_else(refused)?;
    let library = app.library();
    let mut records = library.history(document, None, since as u32 + 1).await?;
    match records.pop() {
        Some(record) if record.sequence == latest => match record.operation.kind {
            OperationKind::Outline => Ok(record.operation.undo(latest)),
            _ => Err(refused()),
        },
        _ => Err(refused()),
    }
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
