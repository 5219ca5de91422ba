//! Active contours, live in a window and for the command line.

use super::{Document, Editable, EffectPreview, Finding, OverwriteRule, Region};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All that says what an active contour becomes, but for how long it goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnakeForm {
    /// Where it begins.
    pub bubbles: Vec<SnakeBubble>,
    /// Whether it begins in the segment as it is, too. Then the segment is what the contour becomes;
    /// else what the contour becomes joins the segment.
    pub from_segment: bool,
    /// How far around the start it may go, in mm; anywhere if absent.
    #[serde(default)]
    pub margin: Option<f64>,
    /// What moves it.
    pub speed: SnakeSpeed,
    /// How much the speed counts.
    pub propagation: f64,
    /// How stiff it is, in mm.
    pub curvature: f64,
    /// How much edges draw it, in mm; only by edges.
    #[serde(default)]
    pub advection: f64,
}

/// A sphere.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnakeBubble {
    /// Its centre, patient coordinates (LPS, mm).
    pub center: [f64; 3],
    /// Its radius, in mm.
    pub radius: f64,
}

/// What moves a contour outwards and inwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum SnakeSpeed {
    /// Outwards where values lie in a range, inwards elsewhere.
    Threshold {
        /// Lowest value, in the image's unit; none if absent.
        #[serde(default)]
        low: Option<f64>,
        /// Highest value; none if absent.
        #[serde(default)]
        high: Option<f64>,
        /// How softly the range ends: the difference of values over which the speed falls by 0.76.
        softness: f64,
    },
    /// Outwards up to where the image changes.
    Edge {
        /// Standard deviation of the Gaussian that smooths before, in mm.
        sigma: f64,
        /// What change of values a mm halves the speed; 0.04 of the steepest one if absent.
        #[serde(default)]
        contrast: Option<f64>,
        /// How suddenly: 1 to 8.
        exponent: u32,
    },
    /// Outwards where values are of chosen classes, which are found from the image.
    Clusters {
        /// How many classes there are.
        classes: u32,
        /// Which are wanted, 0 that of the lowest values.
        chosen: Vec<u32>,
    },
    /// Outwards where voxels look like a class of a classifier, inwards elsewhere.
    Classifier {
        /// A classifier of the library; of files the absolute path of one.
        classifier: String,
        /// The class, by its name.
        class: String,
    },
}

/// Bubbles, as a file holds them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BubbleFile {
    /// The bubbles.
    pub bubbles: Vec<SnakeBubble>,
}

/// Begins an active contour on a segment. It goes on when it is told to, beside other work.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSnakeRequest {
    /// Names the work in progress events and for `cancel`.
    pub job: String,
    /// The document.
    pub document: String,
    /// The segment.
    pub segment: String,
    /// The contour.
    pub contour: SnakeForm,
    /// The volume whose values are looked at, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// Contours that the window has already: these are never let go for this one.
    #[serde(default)]
    pub beside: Vec<String>,
}

/// An active contour has begun.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BegunSnake {
    /// Names it.
    pub id: String,
    /// Where it may go.
    pub region: Region,
    /// By clusters: the classes that were found, the lowest first.
    pub classes: Vec<SnakeClass>,
}

/// A class of values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SnakeClass {
    /// Its mean, in the image's unit.
    pub mean: f64,
    /// Its standard deviation.
    pub deviation: f64,
    /// The share of voxels in it.
    pub weight: f64,
}

/// Moves an active contour on or back, and shows what would become of the segment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvanceSnakeRequest {
    /// Names the work in progress events and for `cancel`: then it stays where it is.
    pub job: String,
    /// The contour.
    pub snake: String,
    /// After how many iterations since the start.
    pub iteration: u32,
    /// Which other segments may be replaced.
    pub overwrite: OverwriteRule,
    /// What may be changed.
    #[serde(default)]
    pub editable: Editable,
    /// Contours that are shown together, itself if it is to be seen.
    #[serde(default)]
    pub together: Vec<String>,
    /// The document under which they are shown so far.
    #[serde(default)]
    pub shown_as: Option<String>,
}

/// Where an active contour is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SnakeState {
    /// Iterations since the start.
    pub iteration: u32,
    /// Voxels inside.
    pub n_voxels: u32,
    /// Whether nothing is left that can move.
    pub is_still: bool,
    /// What would become of the segment; `apply_preview` does it.
    pub preview: EffectPreview,
    /// The document as it would be if all that are shown together were applied, the one that began first
    /// before the others. It keeps its name and has ever newer revisions, until it is dropped as previews
    /// are. Absent where none is to be shown.
    pub together: Option<Document>,
}

/// Names an active contour.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSnakeRequest {
    /// The contour.
    pub snake: String,
}

/// Asks for what an active contour becomes, from files to a file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentSnakeRequest {
    /// Absolute path of the image: a folder or file that holds one series.
    pub image: String,
    /// Absolute path of a JSON file with bubbles to begin in ([`BubbleFile`]).
    pub bubbles: Option<String>,
    /// Absolute path of a label map on the image's voxels; the contour begins in all that is painted.
    pub start: Option<String>,
    /// Absolute path of the label map to write: `.nii`, `.nii.gz`, `.nrrd` or `.mha`.
    pub output: String,
    /// How far around the start it may go, in mm; anywhere if absent.
    pub margin_mm: Option<f64>,
    /// What moves it.
    pub speed: SnakeSpeed,
    /// How much the speed counts.
    pub propagation: f64,
    /// How stiff it is, in mm.
    pub curvature: f64,
    /// How much edges draw it, in mm; only by edges.
    pub advection: f64,
    /// For how long it goes on.
    pub iterations: u32,
    /// Whether an existing file may be replaced.
    pub replace_existing: bool,
}

/// What an active contour became was written.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SegmentedBySnake {
    /// The label map.
    pub path: String,
    /// Voxels inside.
    pub n_voxels: u32,
    /// Iterations that were done.
    pub iterations: u32,
    /// Where it could go.
    pub region: Region,
    /// By clusters: the classes that were found.
    pub classes: Vec<SnakeClass>,
    /// What was odd about the input.
    pub report: Vec<Finding>,
}
