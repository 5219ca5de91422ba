//! Shapes: points, lines, angles, outlines and boxes beside the voxels, and what they measure.
//!
//! Points are patient coordinates (LPS, mm) on the grid that the image shows. Where a figure has a
//! centre, `ends` are points where its half axes end, perpendicular to each other.

use super::{Answer, CutPlane, Editable, GivenAnswer, OverwriteRule, ShapeTrack};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A shape as the UI shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shape {
    /// Names it in edits.
    pub id: String,
    /// Where it lies.
    pub geometry: ShapeGeometry,
    /// The plane it was drawn on; absent: anywhere in space.
    pub plane: Option<DrawingPlane>,
    /// What stands beside it; may be empty.
    pub text: String,
    /// Its class of the label protocol.
    pub class: Option<String>,
    /// Answers to what its class asks.
    pub answers: Vec<GivenAnswer>,
    /// `#rrggbb`; absent: that of its class, or of all shapes.
    pub color: Option<String>,
    /// Whether it is drawn.
    pub is_visible: bool,
    /// Whether nobody may change or delete it.
    pub is_locked: bool,
    /// Where it came from.
    pub source: ShapeSource,
    /// Its place among shapes of the same thing on other slices or at other times.
    #[serde(default)]
    pub track: Option<ShapeTrack>,
}

/// Where a shape or a voxel came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShapeSource {
    /// Drawn by hand.
    Manual,
    /// Read from a file.
    Imported,
    /// As in another volume of the image.
    Copied,
    /// Made of a segment or a shape of the document.
    Converted,
    /// Found by an algorithm.
    Algorithm,
    /// Found by a model that was trained before.
    Model,
    /// Found between what was drawn.
    Interpolated,
}

/// The plane that a shape was drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawingPlane {
    /// A point of it.
    pub point: [f64; 3],
    /// A vector across it, of any length.
    pub normal: [f64; 3],
}

/// Where a shape lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ShapeGeometry {
    /// A position.
    Point {
        /// Where.
        at: [f64; 3],
    },
    /// A length.
    Line {
        /// From, to.
        ends: [[f64; 3]; 2],
    },
    /// Lines one after the other; open. At least two points.
    Polyline {
        /// Corners.
        points: Vec<[f64; 3]>,
    },
    /// The angle at the second point.
    Angle {
        /// End of an arm, vertex, end of the other arm.
        points: [[f64; 3]; 3],
    },
    /// The angle between two lines that do not meet.
    CobbAngle {
        /// Ends of each line.
        lines: [[[f64; 3]; 2]; 2],
    },
    /// An ellipse.
    Ellipse {
        /// Its centre.
        centre: [f64; 3],
        /// Where two half axes end.
        ends: [[f64; 3]; 2],
    },
    /// A rectangle, turned as it may be.
    Rectangle {
        /// Its centre.
        centre: [f64; 3],
        /// The middle of two neighbouring sides.
        ends: [[f64; 3]; 2],
    },
    /// A box in space, turned as it may be.
    Box3d {
        /// Its centre.
        centre: [f64; 3],
        /// The middle of three neighbouring faces.
        ends: [[f64; 3]; 3],
    },
    /// A closed polygon; the last point is joined to the first. At least three points.
    Polygon {
        /// Corners.
        points: Vec<[f64; 3]>,
    },
    /// A closed curve through points: centripetal Catmull-Rom, as straight parts within 0.01 mm of
    /// it. At least three points.
    Spline {
        /// On the curve.
        points: Vec<[f64; 3]>,
    },
    /// A curve drawn freely.
    Freehand {
        /// Along the curve; at least two.
        points: Vec<[f64; 3]>,
        /// Whether its end is joined to its beginning.
        is_closed: bool,
    },
    /// An arrow; its text is the shape's.
    Arrow {
        /// Tail, tip.
        ends: [[f64; 3]; 2],
    },
    /// Longest diameter and the longest one perpendicular to it (RECIST).
    Bidirectional {
        /// Ends of the long axis.
        long: [[f64; 3]; 2],
        /// Ends of the short axis.
        short: [[f64; 3]; 2],
    },
    /// A plane, shown as a rectangle of it.
    Plane {
        /// Its centre.
        centre: [f64; 3],
        /// The middle of two neighbouring sides.
        ends: [[f64; 3]; 2],
    },
    /// A label of a slice as a whole, which is the shape's plane.
    Slice {
        /// A point of it.
        at: [f64; 3],
    },
    /// A label of the image as a whole.
    Image {},
    /// A label of the study that the image belongs to.
    Study {},
}

/// A shape to add; it is visible and not locked.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct NewShape {
    /// Where it lies.
    pub geometry: ShapeGeometry,
    /// The plane it was drawn on; absent: anywhere in space.
    #[serde(default)]
    pub plane: Option<DrawingPlane>,
    /// What stands beside it; may be empty.
    #[serde(default)]
    pub text: String,
    /// Its class of the label protocol, which has to allow its kind.
    #[serde(default)]
    pub class: Option<String>,
    /// `#rrggbb`; absent: that of its class, or of all shapes.
    #[serde(default)]
    pub color: Option<String>,
}

/// A new property of a shape. A locked shape can only be unlocked, shown and hidden.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "property", rename_all = "snake_case", deny_unknown_fields)]
pub enum ShapeChange {
    /// Moves it, or gives it another form of the same kind.
    Geometry {
        /// Where it lies.
        geometry: ShapeGeometry,
        /// The plane it was drawn on.
        plane: Option<DrawingPlane>,
    },
    /// Another text.
    Text {
        /// May be empty.
        text: String,
    },
    /// Another colour.
    Color {
        /// `#rrggbb`; absent: that of its class, or of all shapes.
        color: Option<String>,
    },
    /// Shows or hides it.
    Visibility {
        /// Whether it is drawn.
        is_visible: bool,
    },
    /// Locks or unlocks it.
    Lock {
        /// Whether nobody may change or delete it.
        is_locked: bool,
    },
    /// Gives it to a class of the label protocol, or to none; its answers go.
    Class {
        /// The class.
        class: Option<String>,
    },
    /// Answers a question of its class, or takes the answer back.
    Answer {
        /// The question.
        attribute: String,
        /// The answer.
        answer: Option<Answer>,
    },
}

/// Fills a shape with a segment: a closed shape that lies in a slice of the image, or a box.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct FillShape {
    /// The shape; it stays.
    pub shape: String,
    /// The segment that gets the voxels whose centres it encloses.
    pub segment: String,
    /// Which other segments it may replace.
    pub overwrite: OverwriteRule,
    /// What may be changed.
    #[serde(default)]
    pub editable: Editable,
}

/// Makes polygons of the outlines of a segment in a slice, or in a plane at any angle; a hole is joined to
/// its outline.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct OutlineSegment {
    /// The segment; it stays. The polygons get its class, if that allows polygons.
    pub segment: String,
    /// Index axis across which the slice lies: 0, 1 or 2.
    pub slice_axis: u32,
    /// The slice along that axis.
    pub slice_index: u32,
    /// Outlined in this plane instead, by pixels as fine as the grid.
    #[serde(default)]
    pub plane: Option<CutPlane>,
}

/// Asks for what shapes measure.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShapeMeasuresRequest {
    /// The document.
    pub document: String,
    /// The volume whose values are measured, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// Of these; of all when absent.
    #[serde(default)]
    pub shapes: Option<Vec<String>>,
}

/// What shapes measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShapeMeasures {
    /// Revision of the document they hold for.
    pub revision: u32,
    /// Unit of lengths; that of areas is its square, of volumes its cube.
    pub length_unit: LengthUnit,
    /// Unit of the image's values, if known.
    pub value_unit: Option<String>,
    /// In the order of the shapes.
    pub shapes: Vec<ShapeMeasure>,
}

/// What lengths are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Millimetres.
    Mm,
    /// Pixels: nobody knows how large they are.
    Pixel,
}

/// What a shape measures; what its kind does not have is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShapeMeasure {
    /// Which.
    pub shape: String,
    /// Of a line, an open curve or an arrow.
    pub length: Option<f64>,
    /// Of a closed outline.
    pub perimeter: Option<f64>,
    /// Inside a closed outline.
    pub area: Option<f64>,
    /// Of an angle, 0 to 180; the Cobb angle of two lines.
    pub angle_degrees: Option<f64>,
    /// Longest axis of an ellipse, rectangle, box or bidirectional measurement.
    pub long_axis: Option<f64>,
    /// Shortest axis of these.
    pub short_axis: Option<f64>,
    /// Of a box.
    pub volume: Option<f64>,
    /// The image's values: inside a closed outline or a box, or at a point.
    pub values: Option<ShapeValues>,
}

/// The image's values inside a shape. An outline in a slice has the voxels whose centres it encloses;
/// one on an oblique plane has values between voxels on a square raster of that plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShapeValues {
    /// Voxels, or points of the raster.
    pub n: u32,
    /// Mean; absent without finite values.
    pub mean: Option<f64>,
    /// Standard deviation (divided by n).
    pub standard_deviation: Option<f64>,
    /// Smallest.
    pub min: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
}

/// A label of a study that another image of the study holds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StudyLabelElsewhere {
    /// The series that holds it.
    pub series: String,
    /// Description of the series.
    pub description: String,
    /// The label.
    pub shape: Shape,
}

/// Labels of a study that its other images hold, as far as they were opened.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StudyLabelsElsewhere {
    /// In the order of the series.
    pub labels: Vec<StudyLabelElsewhere>,
}
