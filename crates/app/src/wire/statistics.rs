//! What segments measure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks for the measures of a document's segments.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatisticsRequest {
    /// The document, or that of a moment.
    pub document: String,
    /// The volume whose values are measured, 0 first.
    #[serde(default)]
    pub volume: u32,
}

/// Measures of every segment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Statistics {
    /// Revision of the document they hold for.
    pub revision: u32,
    /// Unit of mean and deviation, if known.
    pub unit: Option<String>,
    /// In the order of the segments.
    pub segments: Vec<SegmentStatistics>,
}

/// Measures of one segment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SegmentStatistics {
    /// Which.
    pub segment: String,
    /// Number of voxels.
    pub n_voxels: u32,
    /// Volume, where all distances on the grid are known.
    pub volume_ml: Option<f64>,
    /// Area, where distances within a slice are known and those between slices are not; summed over
    /// slices.
    pub area_mm2: Option<f64>,
    /// Mean of the image's values inside; absent without finite values.
    pub mean: Option<f64>,
    /// Standard deviation of the image's values inside (divided by n).
    pub standard_deviation: Option<f64>,
}
