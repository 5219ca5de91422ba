//! How often values occur, and thresholds that follow from it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks how often values occur.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistogramRequest {
    /// The image.
    pub image: String,
    /// Which of its volumes, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// Whose values count.
    #[serde(default)]
    pub of: CountedValues,
}

/// Whose values count.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CountedValues {
    /// All of the volume.
    #[default]
    Volume,
    /// Those in a slice.
    Slice {
        /// Index axis across which it lies: 0, 1 or 2.
        axis: u32,
        /// The slice along that axis.
        index: u32,
    },
    /// Those of the voxels that a plane cuts.
    Plane {
        /// A point of it, LPS mm.
        point: [f64; 3],
        /// The way across it, of any length.
        normal: [f64; 3],
    },
    /// Those of a segment's voxels.
    Segment {
        /// The document.
        document: String,
        /// The segment.
        segment: String,
    },
}

/// How often values occur, and where they divide.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Histogram {
    /// Smallest and largest value, in the image's unit.
    pub range: [f64; 2],
    /// Voxels in each of equally wide steps between them.
    pub counts: Vec<u32>,
    /// Thresholds found from it; those that have none are left out.
    pub thresholds: Vec<FoundThreshold>,
}

/// A threshold found by a method.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FoundThreshold {
    /// By which method.
    pub method: ThresholdMethod,
    /// Values up to it are one class, those above it the other; in the image's unit.
    pub value: f64,
}

/// Ways to find a threshold from a histogram, as ITK and Fiji have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdMethod {
    /// Otsu 1979.
    Otsu,
    /// Huang and Wang 1995.
    Huang,
    /// Prewitt and Mendelsohn 1966.
    Intermodes,
    /// Ridler and Calvard 1978.
    IsoData,
    /// Kittler and Illingworth 1986.
    KittlerIllingworth,
    /// Li and Tam 1998.
    Li,
    /// Kapur, Sahoo and Wong 1985.
    MaxEntropy,
    /// Tsai 1985.
    Moments,
    /// Sahoo, Wilkins and Yeager 1997.
    RenyiEntropy,
    /// Shanbhag 1994.
    Shanbhag,
    /// Zack, Rogers and Latt 1977.
    Triangle,
    /// Yen, Chang and Chang 1995.
    Yen,
}
