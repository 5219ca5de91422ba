//! Shapes as JSON: everything that a document says of them, in LPS millimetres.

use super::names::Names;
use super::{Described, Incoming, Onto, Taken, is_open_to};
use crate::protocol::parse_answer;
use crate::shapes::convert::{figure_kind, wire_shape};
use crate::shapes::frame::Frame;
use crate::shapes::parse_color;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_annotation::protocol::{Answer, AttributeId, Class};
use annotomy_annotation::shape::{Shape, Track};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Says which program's file it is.
const FORMAT: &str = "annotomy-shapes";

/// Grows when older programs would read something else than was written.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    /// Of points and vectors.
    coordinates: String,
    /// Of lengths.
    unit: wire::LengthUnit,
    /// Of the image's values.
    value_unit: Option<String>,
    shapes: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    shape: wire::Shape,
    class_name: Option<String>,
    #[serde(default, skip_deserializing)]
    measures: Option<wire::ShapeMeasure>,
}

/// The text of a file.
pub(crate) fn text(
    frame: &Frame,
    shapes: &[Described<'_>],
    (unit, value_unit): (wire::LengthUnit, Option<&str>),
) -> Result<String, WireError> {
    let entry = |described: &Described<'_>| Entry {
        shape: wire_shape(frame, described.shape),
        class_name: described.class.map(|class| class.name.clone()),
        measures: Some(described.measure.clone()),
    };
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        coordinates: "LPS".to_owned(),
        unit,
        value_unit: value_unit.map(str::to_owned),
        shapes: shapes.iter().map(entry).collect(),
    };
    serde_json::to_string_pretty(&file).map_err(|_| WireError::internal())
}

/// Reads a file of this program.
pub(crate) fn read(
    path: &Path,
    text: &str,
    onto: &Onto<'_>,
    classes: &[Class],
) -> Result<Incoming, WireError> {
    let refused = |why: String| {
        let message = format!("{}: is no file of shapes: {why}", path.display());
        WireError::new(ErrorCode::BadInput, message)
    };
    let file: File = serde_json::from_str(text).map_err(|e| {
        let (line, column) = (e.line(), e.column());
        refused(format!(
            "line {line}, column {column} is not as it should be"
        ))
    })?;
    if file.format != FORMAT || file.coordinates != "LPS" {
        return Err(refused("it is of another format".to_owned()));
    }
    if file.version > VERSION {
        return Err(refused("a newer version of Annotomy wrote it".to_owned()));
    }
    if file.unit != onto.unit {
        return Err(super::other_unit(path));
    }
    let (mut taken, mut names) = (Taken::default(), Names::default());
    for entry in file.shapes {
        let class = class_of(&entry, classes);
        if class.is_none() && entry.shape.class.is_some() {
            taken.miss_class();
        }
        let color = parse_color(entry.shape.color.clone())?;
        let (id, track) = (
            names.shape(&entry.shape.id),
            track(&entry.shape, &mut names),
        );
        let shape = onto.frame.parse(&entry.shape.geometry, entry.shape.plane);
        taken.take(shape.ok().map(|(figure, plane)| Shape {
            id,
            track,
            plane,
            text: entry.shape.text.trim().to_owned(),
            class: class.map(|class| class.id),
            answers: class.map_or_else(BTreeMap::new, |class| answers(&entry.shape, class)),
            color,
            is_visible: entry.shape.is_visible,
            is_locked: entry.shape.is_locked,
            ..super::imported(figure)
        }));
    }
    Ok(taken.incoming("shapes, JSON", Vec::new()))
}

fn track(shape: &wire::Shape, names: &mut Names) -> Option<Track> {
    let track = shape.track.as_ref()?;
    let between = track.between.as_ref();
    let between = between.map(|keys| keys.each_ref().map(String::as_str));
    Some(names.track(&track.id, track.along.into(), between))
}

/// The class of an entry: the same, or one of the same name.
fn class_of<'a>(entry: &Entry, classes: &'a [Class]) -> Option<&'a Class> {
    let kind = figure_kind(&entry.shape.geometry);
    let mut open = classes.iter().filter(|class| is_open_to(class, kind));
    let id = entry.shape.class.as_ref()?;
    let same = open.clone().find(|class| class.id.0.to_string() == *id);
    same.or_else(|| open.find(|class| Some(&class.name) == entry.class_name.as_ref()))
}

/// Answers that the class takes.
fn answers(shape: &wire::Shape, class: &Class) -> BTreeMap<AttributeId, Answer> {
    let given = shape.answers.iter().filter_map(|given| {
        let (id, answer) = parse_answer(&given.attribute, Some(given.answer.clone())).ok()?;
        let asked = class.attributes.iter().find(|asked| asked.id == id)?;
        Some((id, asked.kind.checked(answer?).ok()?))
    });
    given.collect()
}
