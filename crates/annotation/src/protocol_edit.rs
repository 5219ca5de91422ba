//! Edits of the label protocol: from what a user wants to the operation that does it.

use crate::change::Change;
use crate::document::DocumentState;
use crate::operation::{Operation, OperationKind};
use crate::protocol::{Class, ClassId, ProtocolError, check};
use thiserror::Error;

/// Why an edit of a protocol is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClassError {
    /// No such class.
    #[error("this class does not exist any more")]
    NoSuchClass,
    /// What it would become is no protocol.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

/// Adds a class at the end.
///
/// # Errors
/// [`ClassError::Protocol`].
pub fn add_class(state: &DocumentState, class: Class) -> Result<Operation, ClassError> {
    let name = class.name.clone();
    let position = state.classes().len() as u32;
    let changes = vec![Change::InsertClass { position, class }];
    checked(state, OperationKind::AddClass, name, changes)
}

/// Gives a class other properties; no change if it has them already.
///
/// # Errors
/// [`ClassError`].
pub fn change_class(state: &DocumentState, after: Class) -> Result<Operation, ClassError> {
    let (_, before) = find(state, after.id)?;
    let kind = match (before.is_archived, after.is_archived) {
        (false, true) => OperationKind::ArchiveClass,
        (true, false) => OperationKind::RestoreClass,
        _ => OperationKind::ChangeClass,
    };
    let name = before.name.clone();
    checked(state, kind, name, replaced(before, after))
}

/// Archives a class, or gives it to new segments again.
///
/// # Errors
/// [`ClassError`].
pub fn archive_class(
    state: &DocumentState,
    id: ClassId,
    is_archived: bool,
) -> Result<Operation, ClassError> {
    let class = find(state, id)?.1.clone();
    change_class(
        state,
        Class {
            is_archived,
            ..class
        },
    )
}

/// Moves a class to a place of the list; beyond the end means last.
///
/// # Errors
/// [`ClassError::NoSuchClass`].
pub fn move_class(
    state: &DocumentState,
    id: ClassId,
    position: usize,
) -> Result<Operation, ClassError> {
    let (from, class) = find(state, id)?;
    let to = position.min(state.classes().len() - 1);
    let (from, to) = (from as u32, to as u32);
    let changes = match from == to {
        true => Vec::new(),
        false => vec![Change::MoveClass { from, to }],
    };
    checked(state, OperationKind::MoveClass, class.name.clone(), changes)
}

/// Deletes a class. Whether a segment has it is for the caller to know: segments are in other documents.
///
/// # Errors
/// [`ClassError::NoSuchClass`].
pub fn delete_class(state: &DocumentState, id: ClassId) -> Result<Operation, ClassError> {
    let (position, class) = find(state, id)?;
    let class = class.clone();
    let (name, position) = (class.name.clone(), position as u32);
    let changes = vec![Change::RemoveClass { position, class }];
    checked(state, OperationKind::DeleteClass, name, changes)
}

/// Takes over the classes of a file: those that are known change, the others are added. Nothing is
/// removed.
///
/// # Errors
/// [`ClassError::Protocol`].
pub fn import_classes(state: &DocumentState, classes: Vec<Class>) -> Result<Operation, ClassError> {
    check(&classes)?;
    let mut position = state.classes().len() as u32;
    let mut changes = Vec::new();
    for class in classes {
        match find(state, class.id) {
            Ok((_, before)) => changes.extend(replaced(before, class)),
            Err(_) => {
                changes.push(Change::InsertClass { position, class });
                position += 1;
            }
        }
    }
    let operation = Operation {
        changes,
        ..Operation::trace(OperationKind::ImportProtocol)
    };
    sound(state, operation)
}

/// The classes that a change of the protocol takes away.
pub fn removed(operation: &Operation) -> impl Iterator<Item = &Class> {
    operation.changes.iter().filter_map(|change| match change {
        Change::RemoveClass { class, .. } => Some(class),
        _ => None,
    })
}

fn replaced(before: &Class, after: Class) -> Vec<Change> {
    match *before == after {
        true => Vec::new(),
        false => vec![Change::ReplaceClass {
            before: before.clone(),
            after,
        }],
    }
}

fn find(state: &DocumentState, id: ClassId) -> Result<(usize, &Class), ClassError> {
    let mut classes = state.classes().iter().enumerate();
    let found = classes.find(|(_, class)| class.id == id);
    found.ok_or(ClassError::NoSuchClass)
}

fn checked(
    state: &DocumentState,
    kind: OperationKind,
    class: String,
    changes: Vec<Change>,
) -> Result<Operation, ClassError> {
    let operation = Operation {
        class: Some(class),
        changes,
        ..Operation::trace(kind)
    };
    sound(state, operation)
}

fn sound(state: &DocumentState, operation: Operation) -> Result<Operation, ClassError> {
    let after = state.after(&operation.changes);
    let after = after.map_err(|_| ClassError::NoSuchClass)?;
    check(after.classes())?;
    Ok(operation)
}
