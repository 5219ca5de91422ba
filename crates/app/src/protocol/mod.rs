//! The label protocol of the library: read, edited, taken back, and told to every window. It is a
//! document of the library like those of images, so that its log, its undo and its archive are theirs.

mod convert;
mod file;

pub(crate) use convert::{given_answers, parse_answer};
pub(crate) use file::{export_protocol, import_protocol};

use crate::app::{App, Caller};
use crate::history::name_of;
use crate::wire::{self, ErrorCode, Event, Nothing, ProtocolEdit, WireError};
use annotomy_annotation::code::{self, CodeGroup};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::Operation;
use annotomy_annotation::protocol::{Class, ClassId};
use annotomy_annotation::protocol_edit::{self as edits, ClassError};
use annotomy_annotation::undo::UndoStacks;
use annotomy_store::{DocumentId, ImageKey, StoreError, StoredDocument};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::MutexGuard;
use uuid::Uuid;

/// What the protocol's document is kept for: no image has such a key.
pub(crate) const KEY: &str = "annotomy:label-protocol";

/// A document has a grid; nothing is ever labelled in this one.
const SIZE: [usize; 3] = [1, 1, 1];

/// Held while the protocol changes or a segment gets a class: a class that gets a segment is not
/// deleted at the same time.
#[derive(Debug, Default)]
pub(crate) struct Editing(tokio::sync::Mutex<()>);

impl Editing {
    pub(crate) async fn begin(&self) -> MutexGuard<'_, ()> {
        self.0.lock().await
    }
}

/// The protocol as it is stored; `None` before its first edit.
async fn stored(app: &App) -> Result<Option<StoredDocument>, WireError> {
    let library = app.library();
    match library.find_document(&ImageKey(KEY.to_owned())).await? {
        Some(id) => Ok(Some(library.document(id).await?)),
        None => Ok(None),
    }
}

/// The name of the protocol's document, if there is one.
pub(crate) async fn document_id(app: &App) -> Result<Option<DocumentId>, WireError> {
    Ok(app
        .library()
        .find_document(&ImageKey(KEY.to_owned()))
        .await?)
}

/// All classes, archived ones too.
pub(crate) async fn classes(app: &App) -> Result<Vec<Class>, WireError> {
    let stored = stored(app).await?;
    Ok(stored.map_or_else(Vec::new, |stored| stored.state.classes().to_vec()))
}

/// A class by its identity.
pub(crate) async fn class(app: &App, id: ClassId) -> Result<Option<Class>, WireError> {
    let mut classes = classes(app).await?.into_iter();
    Ok(classes.find(|class| class.id == id))
}

/// A class that new segments may have.
pub(crate) async fn class_in_use(app: &App, id: &str) -> Result<Class, WireError> {
    let found = class(app, parse_class(id)?).await?;
    let class = found.ok_or(ClassError::NoSuchClass)?;
    match class.is_archived {
        false => Ok(class),
        true => Err(
            WireError::new(ErrorCode::NotPermitted, "this class is archived")
                .hint("Restore it in the label protocol, or choose another."),
        ),
    }
}

pub(crate) async fn protocol(
    app: &Arc<App>,
    _: &Caller,
    _: Nothing,
) -> Result<wire::Protocol, WireError> {
    view(app).await
}

pub(crate) async fn edit_protocol(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::EditProtocolRequest,
) -> Result<wire::Protocol, WireError> {
    change(app, caller, |state| operation(state, request.edit)).await
}

pub(crate) async fn undo_protocol(
    app: &Arc<App>,
    caller: &Caller,
    _: Nothing,
) -> Result<wire::Protocol, WireError> {
    repeat(app, caller, UndoStacks::to_undo, Operation::undo).await
}

pub(crate) async fn redo_protocol(
    app: &Arc<App>,
    caller: &Caller,
    _: Nothing,
) -> Result<wire::Protocol, WireError> {
    repeat(app, caller, UndoStacks::to_redo, Operation::redo).await
}

pub(crate) async fn search_codes(
    _: &Arc<App>,
    _: &Caller,
    request: wire::SearchCodesRequest,
) -> Result<wire::CodeList, WireError> {
    let group = match request.group {
        wire::CodeGroup::Category => CodeGroup::Category,
        wire::CodeGroup::Type => CodeGroup::Type,
        wire::CodeGroup::Laterality => CodeGroup::Laterality,
    };
    let found = code::search(group, &request.text, request.limit as usize);
    Ok(wire::CodeList {
        codes: found.into_iter().map(convert::wire_code).collect(),
    })
}

/// Adds classes that a file brings along, as one operation.
pub(crate) async fn add_classes(
    app: &Arc<App>,
    caller: &Caller,
    classes: Vec<Class>,
) -> Result<(), WireError> {
    if !classes.is_empty() {
        change(app, caller, |state| {
            Ok(edits::import_classes(state, classes)?)
        })
        .await?;
    }
    Ok(())
}

fn operation(state: &DocumentState, edit: ProtocolEdit) -> Result<Operation, WireError> {
    Ok(match edit {
        ProtocolEdit::AddClass { class } => edits::add_class(state, convert::parse(class)?)?,
        ProtocolEdit::ChangeClass { class } => edits::change_class(state, convert::parse(class)?)?,
        ProtocolEdit::MoveClass { class, position } => {
            edits::move_class(state, parse_class(&class)?, position as usize)?
        }
        ProtocolEdit::ArchiveClass { class, is_archived } => {
            edits::archive_class(state, parse_class(&class)?, is_archived)?
        }
        ProtocolEdit::DeleteClass { class } => edits::delete_class(state, parse_class(&class)?)?,
    })
}

pub(crate) fn parse_class(id: &str) -> Result<ClassId, WireError> {
    let id = Uuid::parse_str(id).map_err(|_| ClassError::NoSuchClass)?;
    Ok(ClassId(id))
}

/// Makes an operation on the protocol; one that changes nothing leaves no trace.
async fn change(
    app: &Arc<App>,
    caller: &Caller,
    make: impl FnOnce(&DocumentState) -> Result<Operation, WireError>,
) -> Result<wire::Protocol, WireError> {
    let _editing = app.protocol.begin().await;
    let before = stored(app).await?;
    let empty = DocumentState::empty(SIZE);
    let operation = make(before.as_ref().map_or(&empty, |stored| &stored.state))?;
    if !operation.changes.is_empty() {
        commit(app, caller, before, operation).await?;
    }
    view(app).await
}

async fn repeat(
    app: &Arc<App>,
    caller: &Caller,
    choose: fn(&UndoStacks) -> Option<u64>,
    turn: fn(&Operation, u64) -> Operation,
) -> Result<wire::Protocol, WireError> {
    let _editing = app.protocol.begin().await;
    let before = stored(app).await?;
    let sequence = before.as_ref().and_then(|stored| choose(&stored.undo));
    let sequence =
        sequence.ok_or_else(|| WireError::invalid("there is nothing to undo or redo"))?;
    let operation = turn(&app.library().record(sequence).await?.operation, sequence);
    commit(app, caller, before, operation).await?;
    view(app).await
}

async fn commit(
    app: &Arc<App>,
    caller: &Caller,
    before: Option<StoredDocument>,
    operation: Operation,
) -> Result<(), WireError> {
    for class in edits::removed(&operation) {
        refuse_used(app, class).await?;
    }
    let library = app.library();
    let (id, before) = match before {
        Some(stored) => (stored.id, stored.state),
        None => {
            let id = DocumentId(Uuid::new_v4());
            let image = ImageKey(KEY.to_owned());
            library
                .create_document(id, &image, SIZE, caller.author())
                .await?;
            (id, DocumentState::empty(SIZE))
        }
    };
    let after = before.after(&operation.changes);
    let after = after.map_err(StoreError::Mismatch)?;
    let states = [&before, &after];
    library
        .append(id, operation, states, caller.author())
        .await?;
    app.events.send(Event::ProtocolChanged {
        by: caller.user.clone(),
    });
    Ok(())
}

/// A class that a segment has is archived, never deleted.
async fn refuse_used(app: &App, class: &Class) -> Result<(), WireError> {
    let mut places = Vec::new();
    for document in app.library().documents().await? {
        let used = document.segments.iter();
        let used = used.filter(|segment| segment.class == Some(class.id));
        let names: Vec<String> = used
            .map(|segment| format!("\"{}\"", segment.name))
            .collect();
        let shapes = document.shapes.iter();
        let n_shapes = shapes.filter(|shape| shape.class == Some(class.id)).count();
        if n_shapes > 0 {
            let id = document.id.0;
            places.push(format!("{n_shapes} shapes of document {id}"));
        }
        if !names.is_empty() {
            places.push(format!(
                "{} of document {}",
                names.join(", "),
                document.id.0
            ));
        }
    }
    if places.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the class \"{}\" is in use: {}",
        class.name,
        places.join("; ")
    );
    Err(WireError::new(ErrorCode::Conflict, message)
        .hint("Archive it instead: what has it keeps it, and nothing new gets it."))
}

async fn view(app: &App) -> Result<wire::Protocol, WireError> {
    let mut n_segments: BTreeMap<ClassId, u32> = BTreeMap::new();
    for document in app.library().documents().await? {
        let of_segments = document.segments.iter().filter_map(|segment| segment.class);
        let of_shapes = document.shapes.iter().filter_map(|shape| shape.class);
        let classes = of_segments.chain(of_shapes);
        classes.for_each(|class| *n_segments.entry(class).or_default() += 1);
    }
    let Some(stored) = stored(app).await? else {
        return Ok(wire::Protocol {
            revision: 0,
            classes: Vec::new(),
            n_segments: Vec::new(),
            undo: None,
            redo: None,
        });
    };
    let classes = stored.state.classes();
    let n_segments = |class: &Class| n_segments.get(&class.id).copied().unwrap_or(0);
    Ok(wire::Protocol {
        revision: stored.revision as u32,
        n_segments: classes.iter().map(n_segments).collect(),
        classes: classes.iter().map(convert::wire_class).collect(),
        undo: name_of(app, stored.undo.to_undo()).await?,
        redo: name_of(app, stored.undo.to_redo()).await?,
    })
}
