//! Edits of shapes: from what a user wants to the operation that does it. The one place where their
//! locks are enforced.

use super::{DrawingPlane, Figure, MAX_SHAPES, PointNm, Shape, ShapeError, ShapeId};
use crate::change::Change;
use crate::document::DocumentState;
use crate::operation::{Operation, OperationKind};
use crate::protocol::{Answer, AttributeId, Class, ClassId};
use crate::segment::Color;

/// A new property of a shape.
#[derive(Debug, Clone, PartialEq)]
pub enum ShapeProperty {
    /// Another place or form, of the same kind.
    Figure(Figure<PointNm>, Option<DrawingPlane>),
    /// Another text.
    Text(String),
    /// Another colour, or that of its class.
    Color(Option<Color>),
    /// Shown or hidden.
    Visibility(bool),
    /// Locked or unlocked.
    Lock(bool),
    /// Of another class, or of none; answers to what the class before asked go.
    Class(Option<ClassId>),
}

/// Adds a shape at the end of the list.
///
/// # Errors
/// [`ShapeError`] where it is none.
pub fn add_shape(state: &DocumentState, shape: Shape) -> Result<Operation, ShapeError> {
    let text = shape.text.clone();
    let add = add_shapes(state, OperationKind::AddShape, vec![shape])?;
    Ok(Operation {
        shape: Some(text),
        ..add
    })
}

/// Adds shapes at the end of the list, as one operation of a kind.
///
/// # Errors
/// [`ShapeError`] where one is none.
pub fn add_shapes(
    state: &DocumentState,
    kind: OperationKind,
    shapes: Vec<Shape>,
) -> Result<Operation, ShapeError> {
    let n = state.shapes().len();
    if n + shapes.len() > MAX_SHAPES {
        return Err(ShapeError::TooManyShapes);
    }
    shapes.iter().try_for_each(Shape::check)?;
    let insert = |(position, shape)| Change::InsertShape { position, shape };
    Ok(Operation {
        changes: (n as u32..).zip(shapes).map(insert).collect(),
        ..Operation::trace(kind)
    })
}

/// Gives a shape a property; no change if it has it already. A locked shape can only be unlocked,
/// shown and hidden. One that was found between keys becomes a key, unless it is just shown or hidden.
///
/// # Errors
/// [`ShapeError`].
pub fn set_shape_property(
    state: &DocumentState,
    id: ShapeId,
    property: ShapeProperty,
) -> Result<Operation, ShapeError> {
    let before = state.shapes().find(id).ok_or(ShapeError::NoSuchShape)?;
    let is_free = matches!(
        property,
        ShapeProperty::Lock(_) | ShapeProperty::Visibility(_)
    );
    if before.is_locked && !is_free {
        return Err(ShapeError::Locked);
    }
    let is_of_key = !matches!(
        property,
        ShapeProperty::Lock(false) | ShapeProperty::Visibility(_)
    );
    let mut after = before.clone();
    let kind = match property {
        ShapeProperty::Figure(figure, plane) => {
            if figure.kind() != before.figure.kind() {
                return Err(ShapeError::NoSuchShape);
            }
            (after.figure, after.plane) = (figure, plane);
            OperationKind::Reshape
        }
        ShapeProperty::Text(text) => {
            text.trim().clone_into(&mut after.text);
            OperationKind::SetShapeText
        }
        ShapeProperty::Color(color) => {
            after.color = color;
            OperationKind::RecolorShape
        }
        ShapeProperty::Visibility(is_visible) => {
            after.is_visible = is_visible;
            OperationKind::SetShapeVisibility
        }
        ShapeProperty::Lock(is_locked) => {
            after.is_locked = is_locked;
            OperationKind::SetShapeLock
        }
        ShapeProperty::Class(class) => {
            if class != after.class {
                after.answers.clear();
            }
            after.class = class;
            OperationKind::SetShapeClass
        }
    };
    if is_of_key && after != *before {
        after = after.into_key();
    }
    replacing(kind, before, after)
}

/// Answers a question of a shape's class, or takes the answer back.
///
/// # Errors
/// [`ShapeError::NoSuchShape`], [`ShapeError::Locked`], [`ShapeError::NoAnswer`].
pub fn set_shape_answer(
    state: &DocumentState,
    id: ShapeId,
    class: &Class,
    (attribute, answer): (AttributeId, Option<Answer>),
) -> Result<Operation, ShapeError> {
    let before = state.shapes().find(id).ok_or(ShapeError::NoSuchShape)?;
    if before.is_locked {
        return Err(ShapeError::Locked);
    }
    let mut attributes = class.attributes.iter();
    let asked = attributes.find(|asked| asked.id == attribute);
    let asked = asked.filter(|_| before.class == Some(class.id));
    let asked = asked.ok_or(ShapeError::NoAnswer)?;
    let mut after = before.clone();
    match answer {
        Some(answer) => {
            let answer = asked.kind.checked(answer);
            let answer = answer.map_err(|_| ShapeError::NoAnswer)?;
            after.answers.insert(attribute, answer)
        }
        None => after.answers.remove(&attribute),
    };
    if after != *before {
        after = after.into_key();
    }
    replacing(OperationKind::SetShapeAnswer, before, after)
}

/// Deletes a shape.
///
/// # Errors
/// [`ShapeError::NoSuchShape`], [`ShapeError::Locked`].
pub fn delete_shape(state: &DocumentState, id: ShapeId) -> Result<Operation, ShapeError> {
    let position = state.shapes().position(id);
    let found = position.and_then(|at| Some((at, state.shapes().get(at)?)));
    let (position, shape) = found.ok_or(ShapeError::NoSuchShape)?;
    if shape.is_locked {
        return Err(ShapeError::Locked);
    }
    let removal = Change::RemoveShape {
        position: position as u32,
        shape: shape.clone(),
    };
    Ok(about(OperationKind::DeleteShape, shape, vec![removal]))
}

fn replacing(kind: OperationKind, before: &Shape, after: Shape) -> Result<Operation, ShapeError> {
    after.check()?;
    let changes = match *before == after {
        true => Vec::new(),
        false => vec![Change::ReplaceShape {
            before: before.clone(),
            after,
        }],
    };
    Ok(about(kind, before, changes))
}

fn about(kind: OperationKind, shape: &Shape, changes: Vec<Change>) -> Operation {
    Operation {
        shape: Some(shape.text.clone()),
        changes,
        ..Operation::trace(kind)
    }
}
