//! Effects: tools that change many voxels at once. They can be looked at before they are done, show how
//! far they are, and can be cancelled; each is one operation.
//!
//! A preview is the document as it would be. It is shown under a name of its own, and applied only to
//! the very state that it was made for.

use super::compute::{Computed, Told, Work};
use super::front::front_of;
use super::sections::Origin;
use super::{Asked, made, permission, segment_id, values};
use crate::app::{App, Caller};
use crate::classifiers;
use crate::documents::{OpenDocument, Snapshot};
use crate::edits::commit;
use crate::history::operation_name;
use crate::interpolation::least_certain;
use crate::jobs::{Job, blocking};
use crate::past::Shown;
use crate::snake;
use crate::wire::{self, CutOff, Effect, Stage, WireError};
use annotomy_annotation::draw::Drawn;
use annotomy_annotation::operation::Operation;
use annotomy_annotation::permit::Kept;
use annotomy_annotation::protocol::ToolKind;
use annotomy_annotation::segment::SegmentId;
use annotomy_store::DocumentId;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Previews kept; a window has one at a time, and one of each active contour.
const MAX_PREVIEWS: usize = 32;

/// What would become of a document.
#[derive(Debug)]
pub(crate) struct Preview {
    id: DocumentId,
    pub(super) document: Arc<OpenDocument>,
    /// The revision that it was made for.
    revision: u64,
    pub(super) segment: SegmentId,
    pub(super) operation: Operation,
    pub(super) kept: Kept,
    pub(super) told: Told,
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

    pub(super) fn find(&self, id: &str) -> Option<Arc<Preview>> {
        let id = DocumentId(Uuid::parse_str(id).ok()?);
        let all = self.all();
        all.iter().find(|preview| preview.id == id).map(Arc::clone)
    }

    pub(super) fn remove(&self, id: &str) -> Option<Arc<Preview>> {
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
    let segment = segment_id(told_of(&request))?;
    let computed = computed(app, &document, &before, request).await?;
    keep(app, document, before, (segment, computed)).await
}

/// Keeps what would become of a document, and shows it.
pub(crate) async fn preview_of(
    app: &Arc<App>,
    document: Arc<OpenDocument>,
    before: Arc<Snapshot>,
    (segment, drawn): (SegmentId, Drawn),
) -> Result<wire::EffectPreview, WireError> {
    keep(app, document, before, (segment, drawn.into())).await
}

/// The same, with what is told of it.
pub(super) async fn keep(
    app: &Arc<App>,
    document: Arc<OpenDocument>,
    before: Arc<Snapshot>,
    (segment, computed): (SegmentId, Computed),
) -> Result<wire::EffectPreview, WireError> {
    let Computed { drawn, told } = computed;
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
        least_certain: told.least_certain.or_else(|| {
            let between = told.between.as_ref();
            between.and_then(|between| least_certain(&between.doubts))
        }),
        sections: told
            .between
            .as_ref()
            .map(|between| between.sections.clone()),
        matches: told
            .between
            .as_ref()
            .and_then(|between| between.matches.clone()),
        is_coarse: told.is_coarse(),
        front: told.front,
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
            segment,
            operation,
            kept,
            told,
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
    fits(&preview)?;
    app.fronts.clear();
    app.surfaces.forget(preview.id);
    commit(app, caller, document, preview.operation.clone()).await
}

/// A preview can be applied: the document is still what it was made of.
pub(super) fn fits(preview: &Preview) -> Result<(), WireError> {
    if preview.told.is_coarse() {
        return Err(WireError::invalid("this preview is coarse")
            .hint("Wait for the full one; nothing was changed."));
    }
    if preview.document.snapshot().revision == preview.revision {
        return Ok(());
    }
    let message = "the segments have changed since the preview was made";
    Err(WireError::new(wire::ErrorCode::Conflict, message)
        .hint("Look at a new preview; nothing was changed."))
}

/// Forgets a preview, or how contours were shown together.
pub(crate) async fn drop_preview(
    app: &Arc<App>,
    _: &Caller,
    request: wire::PreviewRequest,
) -> Result<wire::Nothing, WireError> {
    let preview = app.previews.remove(&request.preview);
    let preview = preview.map(|preview| preview.id);
    if let Some(gone) = preview.or_else(|| app.snakes.looks.remove(&request.preview)) {
        app.surfaces.forget(gone);
    }
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
    let front = front_of(&request, before.revision);
    let wire::EffectRequest {
        job,
        segment,
        effect,
        volume,
        overwrite,
        editable,
        coarse,
        ..
    } = request;
    let asked = |segment| Asked {
        segment,
        tool: tool_kind(&effect),
        overwrite,
        editable: editable.clone(),
    };
    for other in others_of(&effect) {
        permission(app, document, asked(other)).await?;
    }
    let permission = permission(app, document, asked(&segment)).await?;
    let image = match effect {
        Effect::Interpolate { .. } if coarse => None,
        Effect::Threshold { .. }
        | Effect::FloodFill { .. }
        | Effect::GrowSeeds { .. }
        | Effect::Classify { .. }
        | Effect::ConfidenceConnected { .. }
        | Effect::Watershed { .. }
        | Effect::RandomWalk { .. }
        | Effect::Snake { .. }
        | Effect::FastMarch { .. }
        | Effect::GeodesicFill { .. }
        | Effect::Propagate { .. }
        | Effect::PropagatePlane { .. }
        | Effect::Interpolate {
            uses_image: true, ..
        } => Some(values(app, document, volume).await?),
        _ => None,
    };
    let origin = match &effect {
        Effect::Interpolate { all_segments, .. } => {
            let of = (permission.segment, *all_segments);
            Some(Origin::of_effect(app, document, before, of).await?)
        }
        _ => None,
    };
    let classifier = match classifier_of(&effect) {
        Some(id) => Some(classifiers::find(app, id).await?),
        None => None,
    };
    let job = Job::start(app, &job, Stage::Editing);
    let (app, before) = (Arc::clone(app), Arc::clone(before));
    let geometry = document.geometry();
    blocking(move || {
        let work = Work {
            state: &before.state,
            geometry: &geometry,
            image: image.as_ref().map(|loaded| &loaded.volume),
            permission: &permission,
            origin: origin.as_ref(),
            fronts: (&app.fronts, front.as_ref()),
            classifier: classifier.as_deref(),
            is_coarse: coarse,
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
        Effect::Outline { .. }
        | Effect::CopySlice { .. }
        | Effect::CopyPlane { .. }
        | Effect::Scissors(_) => ToolKind::Outline,
        _ => ToolKind::Refine,
    }
}

/// The classifier that an effect goes by.
fn classifier_of(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Classify { classifier, .. } => classifier.as_deref(),
        Effect::Snake { contour, .. } => snake::classifier_of(&contour.speed),
        _ => None,
    }
}

/// Segments that an effect changes besides its own.
fn others_of(effect: &Effect) -> &[String] {
    match effect {
        Effect::Mirror(mirror) => mirror.into.as_slice(),
        Effect::Merge { segments } => segments,
        Effect::Cut(wire::Cut { goes, .. }) | Effect::Scissors(wire::Scissors { goes, .. }) => {
            match goes {
                CutOff::Segment { segment } => std::slice::from_ref(segment),
                CutOff::Nothing | CutOff::NewSegment => &[],
            }
        }
        _ => &[],
    }
}

/// The segment of which it is told what it gains and loses.
fn told_of(request: &wire::EffectRequest) -> &str {
    match &request.effect {
        Effect::Mirror(mirror) => mirror.into.as_ref().unwrap_or(&request.segment),
        _ => &request.segment,
    }
}
