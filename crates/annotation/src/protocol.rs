//! The label protocol: which classes segments belong to, and what is asked about them. It is a document
//! of its own, without voxels, so that its edits are operations like all others.

use crate::code::Code;
use crate::edit::{EditError, MAX_NAME_CHARS, checked_name};
use crate::segment::Color;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;
use uuid::Uuid;

/// Names a class wherever its protocol goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClassId(pub Uuid);

/// Names an attribute of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AttributeId(pub Uuid);

/// Classes of a protocol.
pub const MAX_CLASSES: usize = 1000;

/// Attributes of a class, and options of an attribute.
pub const MAX_ATTRIBUTES: usize = 100;

/// Tools that a class can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolKind {
    /// Adds voxels.
    Brush,
    /// Removes voxels.
    Eraser,
    /// Fills and cuts what an outline encloses.
    Outline,
    /// Chooses voxels by their values.
    Threshold,
    /// Fills what is connected with a place.
    FloodFill,
    /// Changes the segment as a whole: islands, margins, smoothing, holes, combinations.
    Refine,
    /// Marks a position.
    Point,
    /// Measures a length.
    Line,
    /// Measures a length along several lines.
    Polyline,
    /// Measures an angle.
    Angle,
    /// Measures the angle between two lines.
    CobbAngle,
    /// Draws an ellipse.
    Ellipse,
    /// Draws a rectangle.
    Rectangle,
    /// Draws a box in space.
    Box3d,
    /// Draws a closed polygon.
    Polygon,
    /// Draws a closed curve through points.
    Spline,
    /// Draws a curve freely.
    Freehand,
    /// Draws an arrow with a text.
    Arrow,
    /// Measures the longest diameter and the one across it.
    Bidirectional,
    /// Marks a plane.
    Plane,
    /// Says something of a slice.
    Slice,
    /// Says something of the image.
    Image,
    /// Says something of the study.
    Study,
}

/// What segments of a class are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// Anatomical structure, morphologically abnormal structure, ...
    pub category: Option<Code>,
    /// Liver, mass, ...
    pub property_type: Option<Code>,
    /// Left, right, both.
    pub laterality: Option<Code>,
}

/// A class of segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Its identity.
    pub id: ClassId,
    /// What it is called, and what a new segment of it is called.
    pub name: String,
    /// Colour of a new segment.
    pub color: Color,
    /// Letter that begins a segment of it.
    pub shortcut: Option<char>,
    /// What its segments are.
    pub meaning: Meaning,
    /// The only tools that may change its segments; all where there is no list.
    pub tools: Option<BTreeSet<ToolKind>>,
    /// Whether every image needs a segment of it.
    pub is_required: bool,
    /// Whether it is kept for the segments that have it, but no longer given to new ones.
    pub is_archived: bool,
    /// What is asked about each segment of it, in order.
    pub attributes: Vec<Attribute>,
}

impl Class {
    /// Whether a tool may be used on what is of it.
    #[must_use]
    pub fn allows(&self, tool: ToolKind) -> bool {
        let tools = self.tools.as_ref();
        tools.is_none_or(|tools| tools.contains(&tool))
    }
}

/// Something asked about a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its identity.
    pub id: AttributeId,
    /// The question.
    pub name: String,
    /// How it is answered.
    pub kind: AttributeKind,
    /// Whether a segment without an answer is unfinished.
    pub is_required: bool,
    /// The answer to an earlier attribute that it is asked under; asked always where there is none.
    pub under: Option<Under>,
}

/// The answer under which an attribute is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Under {
    /// A radio or checklist before it.
    pub attribute: AttributeId,
    /// The option that has to be chosen there.
    pub option: String,
}

/// How an attribute is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// One of several options.
    Radio(Vec<String>),
    /// Any of several options.
    Checklist(Vec<String>),
    /// Free text.
    Text,
    /// A number in a unit.
    Number {
        /// As it is shown, if it has one.
        unit: Option<String>,
    },
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To a radio.
    Option(String),
    /// To a checklist; not empty.
    Options(BTreeSet<String>),
    /// Free text; not empty.
    Text(String),
    /// A number in decimal digits: a record holds no floats.
    Number(String),
}

/// Why a protocol is refused. Names the class, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProtocolError {
    /// A name needs letters, and not too many.
    #[error("class {0}: a name has 1 to {MAX_NAME_CHARS} printable characters")]
    Name(usize),
    /// Two classes in use have one name.
    #[error("class {0} has the name of an earlier class")]
    SameName(usize),
    /// Two classes have one identity.
    #[error("class {0} has the identity of an earlier class")]
    SameId(usize),
    /// A shortcut is a letter.
    #[error("class {0}: a shortcut is one letter a to z")]
    Shortcut(usize),
    /// Two classes in use have one shortcut.
    #[error("class {0} has the shortcut of an earlier class")]
    SameShortcut(usize),
    /// A code lacks a part, or it is too long.
    #[error("class {0}: a code needs a value, a scheme and a meaning that DICOM can hold")]
    Code(usize),
    /// A list of tools without tools.
    #[error("class {0} allows no tool at all")]
    NoTool(usize),
    /// An attribute's name or options.
    #[error(
        "class {0}, attribute {1}: its name and options need 1 to {MAX_NAME_CHARS} characters, and no option twice"
    )]
    Attribute(usize, usize),
    /// An attribute under what is not there.
    #[error(
        "class {0}, attribute {1}: it is asked under an answer that no attribute before it has"
    )]
    Under(usize, usize),
    /// Too much of something.
    #[error(
        "a protocol has at most {MAX_CLASSES} classes, each with at most {MAX_ATTRIBUTES} attributes of as many options"
    )]
    TooMany,
}

/// Whether classes make a protocol.
///
/// # Errors
/// [`ProtocolError`].
pub fn check(classes: &[Class]) -> Result<(), ProtocolError> {
    if classes.len() > MAX_CLASSES {
        return Err(ProtocolError::TooMany);
    }
    let (mut ids, mut names, mut shortcuts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (number, class) in (1..).zip(classes) {
        check_class(number, class)?;
        if !ids.insert(class.id) {
            return Err(ProtocolError::SameId(number));
        }
        if class.is_archived {
            continue;
        }
        if !names.insert(class.name.to_lowercase()) {
            return Err(ProtocolError::SameName(number));
        }
        if class.shortcut.is_some_and(|key| !shortcuts.insert(key)) {
            return Err(ProtocolError::SameShortcut(number));
        }
    }
    Ok(())
}

fn check_class(number: usize, class: &Class) -> Result<(), ProtocolError> {
    if !is_name(&class.name) {
        return Err(ProtocolError::Name(number));
    }
    let is_key = |key: char| key.is_ascii_lowercase();
    if class.shortcut.is_some_and(|key| !is_key(key)) {
        return Err(ProtocolError::Shortcut(number));
    }
    let Meaning {
        category,
        property_type,
        laterality,
    } = &class.meaning;
    let mut codes = [category, property_type, laterality].into_iter().flatten();
    if !codes.all(Code::is_sound) {
        return Err(ProtocolError::Code(number));
    }
    if class.tools.as_ref().is_some_and(BTreeSet::is_empty) {
        return Err(ProtocolError::NoTool(number));
    }
    check_attributes(number, &class.attributes)
}

fn check_attributes(number: usize, attributes: &[Attribute]) -> Result<(), ProtocolError> {
    if attributes.len() > MAX_ATTRIBUTES {
        return Err(ProtocolError::TooMany);
    }
    let mut before: Vec<&Attribute> = Vec::new();
    for (n, attribute) in (1..).zip(attributes) {
        let options = attribute.kind.options();
        if options.len() > MAX_ATTRIBUTES {
            return Err(ProtocolError::TooMany);
        }
        let distinct: BTreeSet<&String> = options.iter().collect();
        let has_options = match &attribute.kind {
            AttributeKind::Radio(_) | AttributeKind::Checklist(_) => !options.is_empty(),
            AttributeKind::Text => true,
            AttributeKind::Number { unit } => unit.iter().all(|unit| is_name(unit)),
        };
        let is_sound = is_name(&attribute.name)
            && has_options
            && distinct.len() == options.len()
            && options.iter().all(|option| is_name(option))
            && before.iter().all(|other| other.id != attribute.id);
        if !is_sound {
            return Err(ProtocolError::Attribute(number, n));
        }
        if let Some(under) = &attribute.under {
            let parent = before.iter().find(|other| other.id == under.attribute);
            let has_option = |parent: &&Attribute| parent.kind.options().contains(&under.option);
            if !parent.is_some_and(has_option) {
                return Err(ProtocolError::Under(number, n));
            }
        }
        before.push(attribute);
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    checked_name(text.to_owned()).is_ok_and(|name| name == text)
}

impl AttributeKind {
    /// What can be chosen; nothing of text and numbers.
    #[must_use]
    pub fn options(&self) -> &[String] {
        match self {
            Self::Radio(options) | Self::Checklist(options) => options,
            Self::Text | Self::Number { .. } => &[],
        }
    }

    /// The answer as it is recorded, if it answers this.
    ///
    /// # Errors
    /// [`EditError::NoAnswer`].
    pub fn checked(&self, answer: Answer) -> Result<Answer, EditError> {
        let has = |option: &String| self.options().contains(option);
        match (self, answer) {
            (Self::Radio(_), Answer::Option(option)) if has(&option) => Ok(Answer::Option(option)),
            (Self::Checklist(_), Answer::Options(options))
                if !options.is_empty() && options.iter().all(has) =>
            {
                Ok(Answer::Options(options))
            }
            (Self::Text, Answer::Text(text)) => checked_name(text)
                .map(Answer::Text)
                .map_err(|_| EditError::NoAnswer),
            (Self::Number { .. }, Answer::Number(digits)) => match digits.parse::<f64>() {
                Ok(number) if number.is_finite() && digits.len() <= 32 => {
                    Ok(Answer::Number(digits))
                }
                _ => Err(EditError::NoAnswer),
            },
            _ => Err(EditError::NoAnswer),
        }
    }
}
