//! Effects: tools that change many voxels at once. They can be looked at before they are done, show how
//! far they are, and can be cancelled; each is one operation.
//!
//! A preview is the document as it would be. It is shown under a name of its own, and applied only to
//! the very state that it was made for.

use super::compute::{Computed, Work};
use super::{Asked, made, permission, segment_id, values};
use crate::app::{App, Caller};
use crate::documents::{OpenDocument, Snapshot, operation_name};
use crate::edits::commit;
use crate::jobs::{Job, blocking};
use crate::past::Shown;
use crate::wire::{self, Effect, Stage, WireError};
use annotomy_annotation::draw::Drawn;
use annotomy_annotation::operation::Operation;
use annotomy_annotation::protocol::ToolKind;
use annotomy_annotation::segment::SegmentId;
use annotomy_store::DocumentId;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Previews kept; a window has one at a time.
const MAX_PREVIEWS: usize = 8;

/// What would become of a document.
#[derive(Debug)]
pub(crate) struct Preview {
    id: DocumentId,
    document: Arc<OpenDocument>,
    /// The revision that it was made for.
    revision: u64,
    operation: Operation,
    after: Arc<Snapshot>,
}

/// Previews that windows look at, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Previews(Mutex<VecDeque<Arc<Preview>>>);

impl Previews {
    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Preview>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, preview: Arc<Preview>) {
        let mut all = self.all();
        all.push_back(preview);
        while all.len() > MAX_PREVIEWS {
            all.pop_front();
        }
    }

    fn find(&self, id: &str) -> Option<Arc<Preview>> {
        let id = DocumentId(Uuid::parse_str(id).ok()?);
        let all = self.all();
        all.iter().find(|preview| preview.id == id).map(Arc::clone)
    }

    fn remove(&self, id: &str) -> Option<Arc<Preview>> {
        let found = self.find(id)?;
        self.all().retain(|preview| !Arc::ptr_eq(preview, &found));
        Some(found)
    }

    /// The document that a preview would make, as the bytes door shows it.
    pub(crate) fn shown(&self, id: &str) -> Option<Shown> {
        let preview = self.find(id)?;
        Some(Shown::Fixed {
            id: preview.id,
            of: Arc::clone(&preview.document),
            snapshot: Arc::clone(&preview.after),
        })
    }
}

/// Shows what an effect would do.
pub(crate) async fn preview_effect(
    app: &Arc<App>,
    _: &Caller,
    request: wire::EffectRequest,
) -> Result<wire::EffectPreview, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let before = document.snapshot();
    let segment = segment_id(&request.segment)?;
    let computed = computed(app, &document, &before, request).await?;
    let shown = preview_of(app, document, before, (segment, computed.drawn)).await?;
    Ok(wire::EffectPreview {
        least_certain: computed.least_certain,
        ..shown
    })
}

/// Keeps what would become of a document, and shows it.
pub(crate) async fn preview_of(
    app: &Arc<App>,
    document: Arc<OpenDocument>,
    before: Arc<Snapshot>,
    (segment, drawn): (SegmentId, Drawn),
) -> Result<wire::EffectPreview, WireError> {
    let Drawn { operation, kept } = drawn;
    let label = before.state.segments().iter().find(|s| s.id == segment);
    let [n_gained, n_lost] = match label {
        Some(segment) => operation.n_gained_and_lost(segment.layer, segment.label),
        None => [0; 2],
    };
    let mut answer = wire::EffectPreview {
        document: None,
        n_gained: n_gained as u32,
        n_lost: n_lost as u32,
        region: operation.region().map(wire::Region::from),
        kept: kept.into(),
        least_certain: None,
    };
    if operation.changes.is_empty() {
        return Ok(answer);
    }
    let preview = blocking(move || {
        let after = before.state.after(&operation.changes);
        let after = after.map_err(annotomy_store::StoreError::Mismatch)?;
        Ok(Preview {
            id: DocumentId(Uuid::new_v4()),
            document,
            revision: before.revision,
            after: Arc::new(Snapshot {
                state: after,
                undo_name: Some(operation_name(&operation)),
                ..Snapshot::clone(&before)
            }),
            operation,
        })
    })
    .await?;
    answer.document = Some(preview.document.view_as(preview.id, &preview.after));
    app.previews.add(Arc::new(preview));
    Ok(answer)
}

/// Does what a preview shows.
pub(crate) async fn apply_preview(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::PreviewRequest,
) -> Result<wire::EditResponse, WireError> {
    let preview = app.previews.remove(&request.preview);
    let preview = preview.ok_or_else(|| WireError::not_found("preview"))?;
    let document = &preview.document;
    let _editing = document.begin_edit(app).await?;
    if document.snapshot().revision != preview.revision {
        let message = "the segments have changed since the preview was made";
        return Err(WireError::new(wire::ErrorCode::Conflict, message)
            .hint("Look at a new preview; nothing was changed."));
    }
    commit(app, caller, document, preview.operation.clone()).await
}

/// Forgets a preview.
pub(crate) async fn drop_preview(
    app: &Arc<App>,
    _: &Caller,
    request: wire::PreviewRequest,
) -> Result<wire::Nothing, WireError> {
    app.previews.remove(&request.preview);
    Ok(wire::Nothing {})
}

/// Does an effect at once.
pub(crate) async fn run_effect(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::EffectRequest,
) -> Result<wire::EditResponse, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let _editing = document.begin_edit(app).await?;
    let before = document.snapshot();
    let computed = computed(app, &document, &before, request).await?;
    made(app, caller, &document, computed.drawn).await
}

/// What an effect makes of a document.
pub(super) async fn computed(
    app: &Arc<App>,
    document: &Arc<OpenDocument>,
    before: &Arc<Snapshot>,
    request: wire::EffectRequest,
) -> Result<Computed, WireError> {
    let wire::EffectRequest {
        job,
        segment,
        effect,
        volume,
        overwrite,
        editable,
        ..
    } = request;
    let asked = Asked {
        segment: &segment,
        tool: tool_kind(&effect),
        overwrite,
        editable,
    };
    let permission = permission(app, document, asked).await?;
    let image = match effect {
        Effect::Threshold { .. }
        | Effect::FloodFill { .. }
        | Effect::GrowSeeds { .. }
        | Effect::Classify { .. }
        | Effect::ConfidenceConnected { .. }
        | Effect::Watershed { .. }
        | Effect::RandomWalk { .. }
        | Effect::Snake { .. }
        | Effect::Interpolate {
            uses_image: true, ..
        } => Some(values(app, document, volume).await?),
        _ => None,
    };
    let job = Job::start(app, &job, Stage::Editing);
    let (before, geometry) = (Arc::clone(before), document.geometry());
    blocking(move || {
        let work = Work {
            state: &before.state,
            geometry: &geometry,
            image: image.as_ref().map(|loaded| &loaded.volume),
            permission: &permission,
            progress: &job,
        };
        work.done(&effect)
    })
    .await
}

/// The tool that an effect belongs to, for classes that allow some only.
const fn tool_kind(effect: &Effect) -> ToolKind {
    match effect {
        Effect::Threshold { .. } => ToolKind::Threshold,
        Effect::FloodFill { .. } => ToolKind::FloodFill,
        Effect::Outline { .. } | Effect::CopySlice { .. } => ToolKind::Outline,
        _ => ToolKind::Refine,
    }
}
