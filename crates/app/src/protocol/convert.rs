//! Classes, attributes and answers between the wire and the domain.

use crate::wire::{self, WireError};
use annotomy_annotation::code::Code;
use annotomy_annotation::protocol::{
    Answer, Attribute, AttributeId, AttributeKind, Class, ClassId, Meaning, ToolKind, Under,
};
use annotomy_annotation::segment::Color;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) fn wire_class(class: &Class) -> wire::Class {
    let Meaning {
        category,
        property_type,
        laterality,
    } = &class.meaning;
    let tools = class.tools.as_ref();
    wire::Class {
        id: class.id.0.to_string(),
        name: class.name.clone(),
        color: class.color.to_string(),
        shortcut: class.shortcut.map(String::from),
        category: category.as_ref().map(wire_code),
        property_type: property_type.as_ref().map(wire_code),
        laterality: laterality.as_ref().map(wire_code),
        tools: tools.map(|tools| tools.iter().copied().map(wire_tool).collect()),
        is_required: class.is_required,
        is_archived: class.is_archived,
        attributes: class.attributes.iter().map(wire_attribute).collect(),
    }
}

pub(super) fn wire_code(code: &Code) -> wire::Code {
    wire::Code {
        value: code.value.clone(),
        scheme: code.scheme.clone(),
        meaning: code.meaning.clone(),
    }
}

const fn wire_tool(tool: ToolKind) -> wire::ToolKind {
    match tool {
        ToolKind::Brush => wire::ToolKind::Brush,
        ToolKind::Eraser => wire::ToolKind::Eraser,
        ToolKind::Outline => wire::ToolKind::Outline,
        ToolKind::Threshold => wire::ToolKind::Threshold,
        ToolKind::FloodFill => wire::ToolKind::FloodFill,
        ToolKind::Refine => wire::ToolKind::Refine,
        ToolKind::Point => wire::ToolKind::Point,
        ToolKind::Line => wire::ToolKind::Line,
        ToolKind::Polyline => wire::ToolKind::Polyline,
        ToolKind::Angle => wire::ToolKind::Angle,
        ToolKind::CobbAngle => wire::ToolKind::CobbAngle,
        ToolKind::Ellipse => wire::ToolKind::Ellipse,
        ToolKind::Rectangle => wire::ToolKind::Rectangle,
        ToolKind::Box3d => wire::ToolKind::Box3d,
        ToolKind::Polygon => wire::ToolKind::Polygon,
        ToolKind::Spline => wire::ToolKind::Spline,
        ToolKind::Freehand => wire::ToolKind::Freehand,
        ToolKind::Arrow => wire::ToolKind::Arrow,
        ToolKind::Bidirectional => wire::ToolKind::Bidirectional,
        ToolKind::Plane => wire::ToolKind::Plane,
        ToolKind::Slice => wire::ToolKind::Slice,
        ToolKind::Image => wire::ToolKind::Image,
        ToolKind::Study => wire::ToolKind::Study,
    }
}

fn wire_attribute(attribute: &Attribute) -> wire::Attribute {
    let (kind, unit) = match &attribute.kind {
        AttributeKind::Radio(_) => (wire::AttributeKind::Radio, None),
        AttributeKind::Checklist(_) => (wire::AttributeKind::Checklist, None),
        AttributeKind::Text => (wire::AttributeKind::Text, None),
        AttributeKind::Number { unit } => (wire::AttributeKind::Number, unit.clone()),
    };
    wire::Attribute {
        id: attribute.id.0.to_string(),
        name: attribute.name.clone(),
        kind,
        options: attribute.kind.options().to_vec(),
        unit,
        is_required: attribute.is_required,
        under: attribute.under.as_ref().map(|under| wire::Under {
            attribute: under.attribute.0.to_string(),
            option: under.option.clone(),
        }),
    }
}

/// Reads a class; one without an identity gets a new one. Whether it fits the others is checked later.
pub(super) fn parse(class: wire::Class) -> Result<Class, WireError> {
    let color = Color::parse(&class.color)
        .ok_or_else(|| WireError::invalid("a colour looks like #rrggbb"))?;
    let shortcut = class.shortcut.map(|key| {
        let mut letters = key.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => Ok(letter),
            _ => Err(WireError::invalid("a shortcut is one letter")),
        }
    });
    let tool = |tool| match tool {
        wire::ToolKind::Brush => ToolKind::Brush,
        wire::ToolKind::Eraser => ToolKind::Eraser,
        wire::ToolKind::Outline => ToolKind::Outline,
        wire::ToolKind::Threshold => ToolKind::Threshold,
        wire::ToolKind::FloodFill => ToolKind::FloodFill,
        wire::ToolKind::Refine => ToolKind::Refine,
        wire::ToolKind::Point => ToolKind::Point,
        wire::ToolKind::Line => ToolKind::Line,
        wire::ToolKind::Polyline => ToolKind::Polyline,
        wire::ToolKind::Angle => ToolKind::Angle,
        wire::ToolKind::CobbAngle => ToolKind::CobbAngle,
        wire::ToolKind::Ellipse => ToolKind::Ellipse,
        wire::ToolKind::Rectangle => ToolKind::Rectangle,
        wire::ToolKind::Box3d => ToolKind::Box3d,
        wire::ToolKind::Polygon => ToolKind::Polygon,
        wire::ToolKind::Spline => ToolKind::Spline,
        wire::ToolKind::Freehand => ToolKind::Freehand,
        wire::ToolKind::Arrow => ToolKind::Arrow,
        wire::ToolKind::Bidirectional => ToolKind::Bidirectional,
        wire::ToolKind::Plane => ToolKind::Plane,
        wire::ToolKind::Slice => ToolKind::Slice,
        wire::ToolKind::Image => ToolKind::Image,
        wire::ToolKind::Study => ToolKind::Study,
    };
    let attributes = class.attributes.into_iter().map(parse_attribute);
    Ok(Class {
        id: ClassId(parse_id(&class.id)?),
        name: class.name.trim().to_owned(),
        color,
        shortcut: shortcut.transpose()?,
        meaning: Meaning {
            category: class.category.map(code),
            property_type: class.property_type.map(code),
            laterality: class.laterality.map(code),
        },
        tools: class
            .tools
            .map(|tools| tools.into_iter().map(tool).collect()),
        is_required: class.is_required,
        is_archived: class.is_archived,
        attributes: attributes.collect::<Result<_, _>>()?,
    })
}

fn parse_attribute(attribute: wire::Attribute) -> Result<Attribute, WireError> {
    let options = attribute.options;
    let has_extra = match attribute.kind {
        wire::AttributeKind::Radio | wire::AttributeKind::Checklist => attribute.unit.is_some(),
        wire::AttributeKind::Text => attribute.unit.is_some() || !options.is_empty(),
        wire::AttributeKind::Number => !options.is_empty(),
    };
    if has_extra {
        return Err(WireError::invalid(
            "options belong to a radio or checklist, a unit to a number",
        ));
    }
    let under = attribute.under.map(|under| {
        Ok::<_, WireError>(Under {
            attribute: AttributeId(parse_id(&under.attribute)?),
            option: under.option,
        })
    });
    Ok(Attribute {
        id: AttributeId(parse_id(&attribute.id)?),
        name: attribute.name.trim().to_owned(),
        kind: match attribute.kind {
            wire::AttributeKind::Radio => AttributeKind::Radio(options),
            wire::AttributeKind::Checklist => AttributeKind::Checklist(options),
            wire::AttributeKind::Text => AttributeKind::Text,
            wire::AttributeKind::Number => AttributeKind::Number {
                unit: attribute.unit,
            },
        },
        is_required: attribute.is_required,
        under: under.transpose()?,
    })
}

fn code(code: wire::Code) -> Code {
    Code {
        value: code.value,
        scheme: code.scheme,
        meaning: code.meaning,
    }
}

fn parse_id(id: &str) -> Result<Uuid, WireError> {
    match id {
        "" => Ok(Uuid::new_v4()),
        id => Uuid::parse_str(id).map_err(|_| WireError::invalid("an id is a UUID, or left out")),
    }
}

/// The answers about a segment or a shape.
pub(crate) fn given_answers(answers: &BTreeMap<AttributeId, Answer>) -> Vec<wire::GivenAnswer> {
    let given = |(attribute, answer): (&AttributeId, &Answer)| wire::GivenAnswer {
        attribute: attribute.0.to_string(),
        answer: match answer {
            Answer::Option(option) => wire::Answer::Radio {
                option: option.clone(),
            },
            Answer::Options(options) => wire::Answer::Checklist {
                options: options.iter().cloned().collect(),
            },
            Answer::Text(text) => wire::Answer::Text { text: text.clone() },
            Answer::Number(digits) => wire::Answer::Number {
                value: digits.parse().unwrap_or(f64::NAN),
            },
        },
    };
    answers.iter().map(given).collect()
}

/// An answer about a segment, with its question.
pub(crate) fn parse_answer(
    attribute: &str,
    answer: Option<wire::Answer>,
) -> Result<(AttributeId, Option<Answer>), WireError> {
    let id =
        Uuid::parse_str(attribute).map_err(|_| annotomy_annotation::edit::EditError::NoAnswer)?;
    let answer = answer.map(|answer| match answer {
        wire::Answer::Radio { option } => Answer::Option(option),
        wire::Answer::Checklist { options } => Answer::Options(options.into_iter().collect()),
        wire::Answer::Text { text } => Answer::Text(text),
        wire::Answer::Number { value } => Answer::Number(value.to_string()),
    });
    Ok((AttributeId(id), answer))
}
