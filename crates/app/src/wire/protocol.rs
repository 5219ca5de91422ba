//! The label protocol: classes of segments, their codes and attributes.

use super::OperationName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A coded concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Code value.
    pub value: String,
    /// Coding scheme designator, as `SCT` or `RADLEX`.
    pub scheme: String,
    /// Code meaning.
    pub meaning: String,
}

/// What a code is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeGroup {
    /// Segmentation property category.
    Category,
    /// Segmentation property type.
    Type,
    /// Left, right, both.
    Laterality,
}

/// Asks for bundled codes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchCodesRequest {
    /// What they are used for.
    pub group: CodeGroup,
    /// Beginnings of words of the meaning, or a code value.
    pub text: String,
    /// At most so many.
    pub limit: u32,
}

/// Bundled codes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CodeList {
    /// Best first.
    pub codes: Vec<Code>,
}

/// Tools that a class can allow.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
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

/// A class of segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// A UUID; empty where a new one is wanted.
    #[serde(default)]
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// Letter a to z that begins a segment of it.
    #[serde(default)]
    pub shortcut: Option<String>,
    /// Segmentation property category.
    #[serde(default)]
    pub category: Option<Code>,
    /// Segmentation property type.
    #[serde(default)]
    pub property_type: Option<Code>,
    /// Laterality.
    #[serde(default)]
    pub laterality: Option<Code>,
    /// The only tools that may change its segments; absent: all.
    #[serde(default)]
    pub tools: Option<Vec<ToolKind>>,
    /// Whether every image needs a segment of it.
    #[serde(default)]
    pub is_required: bool,
    /// Whether it is no longer given to new segments.
    #[serde(default)]
    pub is_archived: bool,
    /// What is asked about its segments.
    #[serde(default)]
    pub attributes: Vec<Attribute>,
}

/// Something asked about a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// A UUID; empty where a new one is wanted.
    #[serde(default)]
    pub id: String,
    /// The question.
    pub name: String,
    /// How it is answered.
    pub kind: AttributeKind,
    /// What can be chosen of a radio or checklist.
    #[serde(default)]
    pub options: Vec<String>,
    /// Unit of a number.
    #[serde(default)]
    pub unit: Option<String>,
    /// Whether a segment without an answer is unfinished.
    #[serde(default)]
    pub is_required: bool,
    /// The answer under which it is asked; absent: always.
    #[serde(default)]
    pub under: Option<Under>,
}

/// How an attribute is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// One option.
    Radio,
    /// Any options.
    Checklist,
    /// Free text.
    Text,
    /// A number.
    Number,
}

/// An answer to an earlier attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// Which.
    pub attribute: String,
    /// The chosen option.
    pub option: String,
}

/// An answer about a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// To a radio.
    Radio {
        /// The chosen one.
        option: String,
    },
    /// To a checklist.
    Checklist {
        /// The chosen ones; not empty.
        options: Vec<String>,
    },
    /// To a text.
    Text {
        /// Not empty.
        text: String,
    },
    /// To a number.
    Number {
        /// In the attribute's unit.
        value: f64,
    },
}

/// An answer with its question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GivenAnswer {
    /// The attribute.
    pub attribute: String,
    /// The answer.
    pub answer: Answer,
}

/// The label protocol as the UI shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Protocol {
    /// Counts its operations.
    pub revision: u32,
    /// In the user's order.
    pub classes: Vec<Class>,
    /// How many segments and shapes have each class.
    pub n_segments: Vec<u32>,
    /// What `undo_protocol` would take back.
    pub undo: Option<OperationName>,
    /// What `redo_protocol` would bring back.
    pub redo: Option<OperationName>,
}

/// Changes the protocol.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditProtocolRequest {
    /// What to change.
    pub edit: ProtocolEdit,
}

/// One change of the protocol.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProtocolEdit {
    /// Adds a class at the end.
    AddClass {
        /// The class.
        class: Class,
    },
    /// Gives a class other properties.
    ChangeClass {
        /// As it is to be; its identity says which.
        class: Class,
    },
    /// Moves a class in the list.
    MoveClass {
        /// Which.
        class: String,
        /// Its new place, 0 first.
        position: u32,
    },
    /// Archives a class, or gives it to new segments again.
    ArchiveClass {
        /// Which.
        class: String,
        /// Whether it is no longer given to new segments.
        is_archived: bool,
    },
    /// Deletes a class that no segment has.
    DeleteClass {
        /// Which.
        class: String,
    },
}

/// Writes the protocol to a file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportProtocolRequest {
    /// Absolute path, ends in `.json`.
    pub path: String,
    /// Whether an existing file is replaced.
    #[serde(default)]
    pub replace_existing: bool,
}

/// Reads a protocol from a file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportProtocolRequest {
    /// Absolute path.
    pub path: String,
}

/// A protocol as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProtocolFile {
    /// `annotomy-protocol`.
    pub format: String,
    /// 1.
    pub version: u32,
    /// In the user's order.
    pub classes: Vec<Class>,
}
