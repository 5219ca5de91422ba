//! An opened image and its metadata.

use super::{Finding, SegmentScope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Starts loading a series. Answers as soon as its first slice can be shown; `image_ready` or
/// `image_failed` follows.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenImageRequest {
    /// Name chosen by the client for progress events and `cancel`.
    pub job: String,
    /// From the study that was opened.
    pub series: String,
}

/// Names an opened image.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageRequest {
    /// The image.
    pub image: String,
    /// The volume, 0 first, whose values are measured for the range and the windows to choose from.
    #[serde(default)]
    pub volume: u32,
}

/// An opened image. Slices come through the bytes door.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// Names it in later requests.
    pub id: String,
    /// The document that holds the annotations of its first volume.
    pub document: String,
    /// Whether that document is the one of every volume.
    pub scope: SegmentScope,
    /// DICOM modality; `OT` where the format does not say.
    pub modality: String,
    /// Series description, or the file's name.
    pub description: String,
    /// Voxels along i, j, k.
    pub size: [u32; 3],
    /// Volumes on that grid, such as time points or b-values; at least 1.
    pub n_volumes: u32,
    /// What each volume is, such as `t = 12.5 s` or `b = 1000`; empty texts, or none, where nothing
    /// is known.
    pub volume_labels: Vec<String>,
    /// Distances between voxel centres along i, j, k.
    pub spacing_mm: [f64; 3],
    /// Patient millimetres from index, 4x4 by rows.
    pub lps_from_index: [[f64; 4]; 4],
    /// Where slices along k do not follow one line in even steps: the centre of the first voxel of
    /// each. The transform is that of even steps from the first to the last then.
    pub slice_origins_lps: Vec<[f64; 3]>,
    /// Stored type, as NumPy spells it.
    pub scalar_type: String,
    /// Value = slope * stored + intercept.
    pub rescale: Rescale,
    /// Stored values, from the first to the second, that mean "no image here": they do not count and
    /// are shown as background.
    pub padding: Option<[f64; 2]>,
    /// Unit of the value (`HU`), if known.
    pub unit: Option<String>,
    /// For PET: what turns its values into standardized uptake values, or why nothing does.
    pub suv: Option<Suv>,
    /// What positions and distances on the grid mean.
    pub meaning: GridMeaning,
    /// Whether the files do not say how large pixels are, so that a person has to: the document
    /// holds the answer.
    pub asks_pixel_size: bool,
    /// Milliseconds from frame to frame of a cine, if the file says.
    pub frame_ms: Option<f64>,
    /// The planes it is shown in: the grid's axial, sagittal and coronal one, or a single one where
    /// the others would show nothing or what is not known.
    pub planes: Vec<Plane>,
    /// Index along k of the slice decoded first, which can be shown at once.
    pub first_slice: u32,
    /// Whether low values are meant to be shown bright.
    pub is_inverted: bool,
    /// Whether every slice can be fetched.
    pub is_ready: bool,
    /// Smallest and largest finite value, once ready.
    pub value_range: Option<[f64; 2]>,
    /// Window to start with: from the file, the modality or percentiles.
    pub window: Window,
    /// Named windows that suit the modality.
    pub window_presets: Vec<WindowPreset>,
    /// What was odd.
    pub report: Vec<Finding>,
}

/// Stored value to value.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub struct Rescale {
    /// Factor.
    pub slope: f64,
    /// Offset.
    pub intercept: f64,
}

/// Window width and level, in values (not stored values).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// Level.
    pub center: f64,
    /// Width; positive.
    pub width: f64,
    /// The formula by which values become greys.
    pub function: WindowFunction,
    /// Instead of the formula: greys from 0 to 255, each from a value on up to the next; smaller
    /// values have the first. Empty where the formula counts.
    pub steps: Vec<GreyStep>,
}

/// Formulas of DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowFunction {
    /// `(value - (center - 0.5)) / (width - 1) + 0.5`.
    Linear,
    /// `(value - center) / width + 0.5`.
    LinearExact,
    /// `1 / (1 + exp(-4 (value - center) / width))`.
    Sigmoid,
}

/// A grey of a table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GreyStep {
    /// The value from which on it counts.
    pub from: f64,
    /// 0 black to 255 white.
    pub grey: u8,
}

/// A named window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WindowPreset {
    /// Which.
    pub name: WindowName,
    /// What the file calls it, of its own ones.
    pub explanation: Option<String>,
    /// Its values.
    pub window: Window,
}

/// Windows that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowName {
    /// CT brain.
    Brain,
    /// CT subdural.
    Subdural,
    /// CT bone.
    Bone,
    /// CT lung.
    Lung,
    /// CT abdomen.
    Abdomen,
    /// CT mediastinum.
    Mediastinum,
    /// PET, uptake from 0 to 5.
    Suv5,
    /// PET, uptake from 0 to 10.
    Suv10,
    /// As the file says.
    File,
    /// From percentiles of the values.
    Automatic,
    /// Smallest to largest value.
    FullRange,
}

/// Standardized uptake values by body weight, g/ml.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Suv {
    /// They can be had.
    Factor {
        /// What a value is multiplied with.
        factor: f64,
    },
    /// They cannot.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// What positions and distances on a grid mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GridMeaning {
    /// Whether it is known where the grid lies in the patient.
    pub is_placed: bool,
    /// Distances from pixel to pixel of a slice along k.
    pub in_plane: InPlane,
    /// Whether the distance from slice to slice along k is known.
    pub has_depth: bool,
}

/// Where distances come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InPlane {
    /// Measured in the patient, or in what the picture shows.
    Patient,
    /// Measured at the detector: lengths in the patient are shorter by the magnification.
    Detector,
    /// Not known: they are given as 1 mm, and lengths are to be told in pixels.
    Unknown,
}

/// Anatomical name of a plane: the one nearest to the grid's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaneName {
    /// Across the body's long axis.
    Axial,
    /// Left from right.
    Sagittal,
    /// Front from back.
    Coronal,
    /// The image's own, of which it is not known how it lies in the patient.
    Own,
}

/// How one plane of the grid is shown, radiological convention: axial seen from the feet, coronal
/// from the front, sagittal from the left.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Plane {
    /// Its name.
    pub name: PlaneName,
    /// Index axis the slices are stacked along: 0, 1 or 2.
    pub slice_axis: u32,
    /// Index axis that runs across the screen.
    pub column_axis: u32,
    /// Whether that axis grows to the left of the screen.
    pub is_column_flipped: bool,
    /// Index axis that runs down the screen.
    pub row_axis: u32,
    /// Whether that axis grows to the top of the screen.
    pub is_row_flipped: bool,
    /// Orientation letters at the screen's left, right, top and bottom edge: one to three of
    /// R L A P S I, the strongest first.
    pub letters: EdgeLetters,
}

/// Orientation letters of a plane's edges.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EdgeLetters {
    /// Left edge of the screen.
    pub left: String,
    /// Right edge.
    pub right: String,
    /// Top edge.
    pub top: String,
    /// Bottom edge.
    pub bottom: String,
}

/// Asks for everything a file says about itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetadataRequest {
    /// The image.
    pub image: String,
    /// Which slice along k, where each slice is a file of its own.
    pub slice: u32,
}

/// The header of one file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// The file.
    pub file: String,
    /// Its elements in file order.
    pub elements: Vec<Element>,
}

/// One DICOM element or NIfTI header field.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Element {
    /// `(gggg,eeee)`, or the byte offset of a NIfTI field.
    pub tag: String,
    /// Its name.
    pub name: String,
    /// DICOM value representation, or the NIfTI field's type.
    pub vr: String,
    /// Readable value; long ones are cut and say so.
    pub value: String,
    /// Items of a sequence.
    pub items: Vec<Vec<Element>>,
    /// Whether another slice of the series has another value.
    pub varies: bool,
}
