//! Edits: checked, applied, made durable, and told to every window.

use crate::app::{App, Caller};
use crate::documents::{OpenDocument, Snapshot};
use crate::drawing::{self, class_of, segment_id};
use crate::history::{name_of, operation_name};
use crate::image_view::asks_pixel_size;
use crate::jobs::blocking;
use crate::protocol::{self, parse_answer, parse_class};
use crate::rest;
use crate::shapes;
use crate::steps::operation_of;
use crate::volumes;
use crate::wire::{self, Edit, Event, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit::{self, Property};
use annotomy_annotation::operation::Operation;
use annotomy_annotation::pixel_size::PixelSize;
use annotomy_annotation::protocol::Class;
use annotomy_annotation::segment::{Color, Opacity, SegmentId, SegmentState};
use annotomy_annotation::undo::UndoStacks;
use annotomy_formats::Series;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) async fn edit(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::EditRequest,
) -> Result<wire::EditResponse, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let edit = match request.edit {
        Edit::Stroke(stroke) => return drawing::stroke(app, caller, &document, stroke).await,
        Edit::FillShape(fill) => return shapes::fill_shape(app, caller, &document, fill).await,
        edit => edit,
    };
    let edited = Arc::clone(&document);
    let gives_class = matches!(
        edit,
        Edit::AddSegment { class: Some(_), .. } | Edit::SetClass { class: Some(_), .. }
    ) || shapes::gives_class(&edit);
    // Nobody deletes the class until the segment has it.
    let _protocol = match gives_class {
        true => Some(app.protocol.begin().await),
        false => None,
    };
    let asked = checked_class(app, &document, &edit).await?;
    let (wanted, fresh) = (edit.clone(), SegmentId(Uuid::new_v4()));
    let make = move |state: &DocumentState| operation(state, &edited, wanted, (fresh, asked));
    let response = change(app, caller, &document, make).await?;
    volumes::spread(app, caller, &document, (&edit, fresh)).await?;
    Ok(response)
}

/// The class that an edit is about, if the protocol lets it be made: segments get classes that are in
/// use, and a class may allow some tools only.
async fn checked_class(
    app: &App,
    document: &OpenDocument,
    edit: &Edit,
) -> Result<Option<Class>, WireError> {
    match edit {
        Edit::AddSegment {
            class: Some(class), ..
        }
        | Edit::SetClass {
            class: Some(class), ..
        } => protocol::class_in_use(app, class).await.map(Some),
        Edit::SetAnswer { segment, .. } => class_of(app, document, segment).await,
        edit => shapes::checked_class(app, document, edit).await,
    }
}

/// Makes an operation on the document as it is when its turn comes; one that changes nothing leaves
/// no trace.
pub(crate) async fn change(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    make: impl FnOnce(&DocumentState) -> Result<Operation, WireError> + Send + 'static,
) -> Result<wire::EditResponse, WireError> {
    let _editing = document.begin_edit(app).await?;
    let snapshot = document.snapshot();
    let operation = blocking(move || make(&snapshot.state)).await?;
    if operation.changes.is_empty() {
        return Ok(wire::EditResponse {
            document: document.view(),
            region: None,
            kept: wire::Kept::default(),
        });
    }
    commit(app, caller, document, operation).await
}

pub(crate) async fn undo(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::DocumentRequest,
) -> Result<wire::EditResponse, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    repeat(app, caller, &document, UndoStacks::to_undo, Operation::undo).await
}

pub(crate) async fn redo(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::DocumentRequest,
) -> Result<wire::EditResponse, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    repeat(app, caller, &document, UndoStacks::to_redo, Operation::redo).await
}

/// Turns the operation that `choose` finds on the stacks into the one to make now.
async fn repeat(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    choose: fn(&UndoStacks) -> Option<u64>,
    turn: fn(&Operation, u64) -> Operation,
) -> Result<wire::EditResponse, WireError> {
    let _editing = document.begin_edit(app).await?;
    let sequence = choose(&document.snapshot().undo)
        .ok_or_else(|| WireError::invalid("there is nothing to undo or redo"))?;
    let operation = turn(&operation_of(app, sequence).await?, sequence);
    commit(app, caller, document, operation).await
}

/// Writes the first records of a document: that it begins, how large pixels are, and the segments it
/// lists.
async fn begin(
    app: &App,
    caller: &Caller,
    document: &OpenDocument,
    shown: &Snapshot,
) -> Result<(), WireError> {
    let size = shown.state.size();
    let image = document.place.image_key();
    app.library()
        .create_document(document.id, &image, size, caller.author())
        .await?;
    let mut begun = Snapshot {
        state: DocumentState::empty(size),
        revision: 1,
        ..shown.clone()
    };
    document.set_snapshot(begun.clone());
    for operation in volumes::first_operations(&shown.state)? {
        let (kind, name) = (operation.kind, operation_name(&operation));
        let after = begun.state.after(&operation.changes);
        let after = after.map_err(annotomy_store::StoreError::Mismatch)?;
        let states = [&begun.state, &after];
        let appended = app
            .library()
            .append(document.id, operation, states, caller.author())
            .await?;
        begun.undo.note(appended.sequence, kind, None);
        begun = Snapshot {
            state: after,
            revision: begun.revision + 1,
            undo_name: Some(name),
            ..begun
        };
        document.set_snapshot(begun.clone());
    }
    Ok(())
}

/// Makes an operation durable, then visible. The caller has begun to edit the document.
pub(crate) async fn commit(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    operation: Operation,
) -> Result<wire::EditResponse, WireError> {
    let before = document.snapshot();
    if before.revision == 0 {
        begin(app, caller, document, &before).await?;
    }
    let before = document.snapshot();
    let (kind, target) = (operation.kind, operation.target);
    let region = operation.region().map(wire::Region::from);
    let (operation, after, drawn_at) = {
        let (app, before) = (Arc::clone(app), Arc::clone(&before));
        blocking(move || {
            let after = match app.steps.state(&operation, &before.state) {
                Some(after) => after,
                None => {
                    let after = before.state.after(&operation.changes);
                    after.map_err(annotomy_store::StoreError::Mismatch)?
                }
            };
            // Hashed here, so that the library's async thread does not have to.
            let _root = after.root();
            let drawn_at = before
                .drawn_at
                .after(&operation.changes, before.revision + 1);
            Ok((operation, after, drawn_at))
        })
        .await?
    };
    let mut undo = before.undo.clone();
    let is_new = kind.is_undoable();
    let (undo_name, redo_name) = if is_new {
        (Some(operation_name(&operation)), None)
    } else {
        // Of these kinds the stacks note the target only, so the sequence may come later.
        undo.note(0, kind, target);
        (
            name_of(app, undo.to_undo()).await?,
            name_of(app, undo.to_redo()).await?,
        )
    };
    let states = [&before.state, &after];
    let kept = is_new.then(|| operation.clone());
    let appended = app
        .library()
        .append(document.id, operation, states, caller.author())
        .await?;
    // From here on nothing may fail: the operation is durable and has to show.
    rest::begin(app);
    if let Some(operation) = kept {
        undo.note(appended.sequence, kind, target);
        app.steps.keep(appended.sequence, operation, states);
    }
    let revision = before.revision + 1;
    document.set_snapshot(Snapshot {
        state: after,
        undo,
        revision,
        drawn_at,
        scope: before.scope.after(kind),
        undo_name,
        redo_name,
    });
    app.events.send(Event::DocumentChanged {
        document: document.id.0.to_string(),
        revision: revision as u32,
        by: caller.user.clone(),
        region,
    });
    Ok(wire::EditResponse {
        document: document.view(),
        region,
        kept: wire::Kept::default(),
    })
}

/// The operation that an edit is; a segment that is added is named `fresh`, and what is answered is asked
/// by the class `asked`.
pub(crate) fn operation(
    state: &DocumentState,
    document: &OpenDocument,
    wanted: Edit,
    (fresh, asked): (SegmentId, Option<Class>),
) -> Result<Operation, WireError> {
    let property = |segment: &str, property| -> Result<Operation, WireError> {
        Ok(edit::set_property(state, segment_id(segment)?, property)?)
    };
    match wanted {
        Edit::AddSegment {
            name,
            color,
            class,
            overlaps,
        } => {
            let class = class.as_deref().map(parse_class).transpose()?;
            let color = parse_color(&color)?;
            let add = match overlaps {
                true => edit::add_overlapping_segment,
                false => edit::add_segment,
            };
            Ok(add(state, fresh, name, color, class)?)
        }
        Edit::SetClass { segment, class } => {
            let class = class.as_deref().map(parse_class).transpose()?;
            property(&segment, Property::Class(class))
        }
        Edit::SetAnswer {
            segment,
            attribute,
            answer,
        } => {
            let answer = parse_answer(&attribute, answer)?;
            let class = asked.ok_or(edit::EditError::NoAnswer)?;
            Ok(edit::set_answer(
                state,
                segment_id(&segment)?,
                &class,
                answer,
            )?)
        }
        Edit::SetState { segment, state: s } => {
            property(&segment, Property::State(domain_state(s)))
        }
        Edit::RenameSegment { segment, name } => property(&segment, Property::Name(name)),
        Edit::RecolorSegment { segment, color } => {
            property(&segment, Property::Color(parse_color(&color)?))
        }
        Edit::SetVisibility {
            segment,
            is_visible,
        } => property(&segment, Property::Visibility(is_visible)),
        Edit::SetOpacity { segment, opacity } => {
            let opacity = Opacity::from_fraction(opacity)
                .ok_or_else(|| WireError::invalid("an opacity lies between 0 and 1"))?;
            property(&segment, Property::Opacity(opacity))
        }
        Edit::SetLock { segment, is_locked } => property(&segment, Property::Lock(is_locked)),
        Edit::MoveSegment { segment, position } => Ok(edit::move_segment(
            state,
            segment_id(&segment)?,
            position as usize,
        )?),
        Edit::DeleteSegment { segment } => Ok(edit::delete_segment(state, segment_id(&segment)?)?),
        Edit::SetPixelSize { size } => pixel_size_operation(state, document.series(), size),
        Edit::Stroke(_) | Edit::FillShape(_) => {
            Err(WireError::invalid("voxels are drawn in one document"))
        }
        wanted @ (Edit::AddShape(_)
        | Edit::ChangeShape { .. }
        | Edit::DeleteShape { .. }
        | Edit::OutlineSegment(_)) => shapes::operation(state, document, wanted, (fresh.0, asked)),
    }
}

const fn domain_state(state: wire::SegmentState) -> SegmentState {
    match state {
        wire::SegmentState::NotStarted => SegmentState::NotStarted,
        wire::SegmentState::InProgress => SegmentState::InProgress,
        wire::SegmentState::Completed => SegmentState::Completed,
        wire::SegmentState::Flagged => SegmentState::Flagged,
    }
}

/// An image that says how large its pixels are is not contradicted.
fn pixel_size_operation(
    state: &DocumentState,
    series: &Series,
    said: wire::PixelSize,
) -> Result<Operation, WireError> {
    if !asks_pixel_size(series) {
        return Err(WireError::invalid(
            "the image says itself how large its pixels are",
        ));
    }
    let size = match said {
        wire::PixelSize::Unknown => PixelSize::Unknown,
        wire::PixelSize::Measured { mm } => PixelSize::from_mm(mm)
            .ok_or_else(|| WireError::invalid("a pixel is 0.000001 to 1000 mm wide and high"))?,
    };
    Ok(edit::set_pixel_size(state, size))
}

fn parse_color(text: &str) -> Result<Color, WireError> {
    Color::parse(text).ok_or_else(|| WireError::invalid("a colour looks like #rrggbb"))
}
