//! Shapes: edits of them, what they measure, and the way from shape to voxels and back.

mod convert;
pub(crate) mod file;
mod fill;
mod frame;
mod measures;
mod of_study;
mod outline;
mod track;

pub(crate) use convert::wire_shapes;
pub(crate) use fill::fill_shape;
pub(crate) use frame::Frame;
pub(crate) use measures::shape_measures;
pub(crate) use of_study::study_labels_elsewhere;
pub(crate) use track::{delete_interpolated, interpolate_shapes};

use crate::app::App;
use crate::documents::OpenDocument;
use crate::protocol::{self, parse_answer, parse_class};
use crate::wire::{Edit, ErrorCode, ShapeChange, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::{Operation, Provenance};
use annotomy_annotation::protocol::Class;
use annotomy_annotation::segment::Color;
use annotomy_annotation::shape::{
    FigureKind, Shape, ShapeError, ShapeId, ShapeProperty, add_shape, delete_shape,
    set_shape_answer, set_shape_property,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Whether an edit gives a shape a class.
pub(crate) const fn gives_class(edit: &Edit) -> bool {
    match edit {
        Edit::AddShape(new) => new.class.is_some(),
        Edit::ChangeShape {
            change: ShapeChange::Class { class },
            ..
        } => class.is_some(),
        _ => false,
    }
}

/// The class that an edit of a shape is about, if the protocol lets it be made.
pub(crate) async fn checked_class(
    app: &App,
    document: &OpenDocument,
    edit: &Edit,
) -> Result<Option<Class>, WireError> {
    let snapshot = document.snapshot();
    let found = |shape: &str| {
        let found = snapshot.state.shapes().find(shape_id(shape)?);
        found.ok_or(ShapeError::NoSuchShape)
    };
    match edit {
        Edit::AddShape(new) => match &new.class {
            Some(class) => {
                let class = protocol::class_in_use(app, class).await?;
                allowed(class, convert::figure_kind(&new.geometry)).map(Some)
            }
            None => Ok(None),
        },
        Edit::ChangeShape { shape, change } => {
            let kind = found(shape)?.figure.kind();
            match (change, found(shape)?.class) {
                (ShapeChange::Class { class: Some(class) }, _) => {
                    let class = protocol::class_in_use(app, class).await?;
                    allowed(class, kind).map(Some)
                }
                (ShapeChange::Answer { .. }, Some(class)) => protocol::class(app, class).await,
                (ShapeChange::Geometry { .. }, Some(class)) => {
                    match protocol::class(app, class).await? {
                        Some(class) => allowed(class, kind).map(Some),
                        None => Ok(None),
                    }
                }
                _ => Ok(None),
            }
        }
        Edit::OutlineSegment(outline) => {
            outline::class_of_polygons(app, &snapshot.state, &outline.segment).await
        }
        _ => Ok(None),
    }
}

fn allowed(class: Class, kind: FigureKind) -> Result<Class, WireError> {
    match class.allows(kind.tool()) {
        true => Ok(class),
        false => {
            let message = "the shape's class does not allow shapes of this kind";
            Err(WireError::new(ErrorCode::NotPermitted, message)
                .hint("Use a tool that it allows, or change the label protocol."))
        }
    }
}

/// The operation that an edit of shapes is; a shape that is added is named `fresh`.
pub(crate) fn operation(
    state: &DocumentState,
    document: &OpenDocument,
    wanted: Edit,
    (fresh, class): (Uuid, Option<Class>),
) -> Result<Operation, WireError> {
    let frame = Frame::of(document);
    match wanted {
        Edit::AddShape(new) => {
            of_study::check(convert::figure_kind(&new.geometry), document)?;
            let (figure, plane) = frame.parse(&new.geometry, new.plane)?;
            let shape = Shape {
                id: ShapeId(fresh),
                figure,
                plane,
                text: new.text.trim().to_owned(),
                class: new.class.as_deref().map(parse_class).transpose()?,
                answers: BTreeMap::new(),
                color: parse_color(new.color)?,
                is_visible: true,
                is_locked: false,
                provenance: Provenance::Manual,
                track: None,
            };
            Ok(add_shape(state, shape)?)
        }
        Edit::ChangeShape { shape, change } => {
            let id = shape_id(&shape)?;
            let property = match change {
                ShapeChange::Answer { attribute, answer } => {
                    let answer = parse_answer(&attribute, answer)?;
                    let class = class.ok_or(ShapeError::NoAnswer)?;
                    return Ok(set_shape_answer(state, id, &class, answer)?);
                }
                ShapeChange::Geometry { geometry, plane } => {
                    let (figure, plane) = frame.parse(&geometry, plane)?;
                    ShapeProperty::Figure(figure, plane)
                }
                ShapeChange::Text { text } => ShapeProperty::Text(text),
                ShapeChange::Color { color } => ShapeProperty::Color(parse_color(color)?),
                ShapeChange::Visibility { is_visible } => ShapeProperty::Visibility(is_visible),
                ShapeChange::Lock { is_locked } => ShapeProperty::Lock(is_locked),
                ShapeChange::Class { class } => {
                    ShapeProperty::Class(class.as_deref().map(parse_class).transpose()?)
                }
            };
            Ok(set_shape_property(state, id, property)?)
        }
        Edit::DeleteShape { shape } => Ok(delete_shape(state, shape_id(&shape)?)?),
        Edit::OutlineSegment(outline) => {
            outline::outline_segment(state, &frame, &outline, (fresh, class))
        }
        _ => Err(WireError::internal()),
    }
}

fn shape_id(text: &str) -> Result<ShapeId, ShapeError> {
    let id = Uuid::parse_str(text).map_err(|_| ShapeError::NoSuchShape)?;
    Ok(ShapeId(id))
}

pub(crate) fn parse_color(color: Option<String>) -> Result<Option<Color>, WireError> {
    let parse = |color: String| Color::parse(&color);
    match color {
        None => Ok(None),
        Some(color) => parse(color)
            .map(Some)
            .ok_or_else(|| WireError::invalid("a colour looks like #rrggbb")),
    }
}

impl From<ShapeError> for WireError {
    fn from(error: ShapeError) -> Self {
        let code = match error {
            ShapeError::NoSuchShape => ErrorCode::NotFound,
            ShapeError::Locked => ErrorCode::NotPermitted,
            ShapeError::TooManyPoints | ShapeError::TooManyShapes => ErrorCode::Limit,
            _ => ErrorCode::InvalidRequest,
        };
        let wire = Self::new(code, error.to_string());
        match error {
            ShapeError::Locked => wire.hint("Unlock it first."),
            _ => wire,
        }
    }
}
