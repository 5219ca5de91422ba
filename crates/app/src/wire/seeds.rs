//! Spreading what is painted of segments, for the command line.

use super::{Finding, Region};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks for what segments become that grow from what is painted of them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrowSeedsRequest {
    /// Absolute path of the image: a folder or file that holds one series.
    pub image: String,
    /// Absolute path of a label map on the image's voxels in which some of each segment is painted.
    pub seeds: String,
    /// Absolute path of the label map to write: `.nii`, `.nii.gz`, `.nrrd` or `.mha`.
    pub output: String,
    /// What a millimetre of the way counts, as a difference of values in the image's unit.
    pub locality: f64,
    /// How far around what is painted they grow, in mm; anywhere if absent.
    pub margin_mm: Option<f64>,
    /// Whether an existing file may be replaced.
    pub replace_existing: bool,
}

/// Asks for what segments become when every voxel goes to the one that it looks like.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyRequest {
    /// Absolute path of the image: a folder or file that holds one series.
    pub image: String,
    /// Absolute path of a label map on the image's voxels in which some of each segment is painted; none
    /// with a classifier.
    pub scribbles: Option<String>,
    /// Absolute path of a classifier that was exported, instead.
    pub classifier: Option<String>,
    /// Absolute path of a file to write what was learned to: `.classifier`.
    pub export_classifier: Option<String>,
    /// Absolute path of the label map to write: `.nii`, `.nii.gz`, `.nrrd` or `.mha`.
    pub output: String,
    /// The finest detail that is looked at, in mm; as fine as the image if absent.
    pub finest_mm: Option<f64>,
    /// How far around what is painted, in mm; everywhere if absent.
    pub margin_mm: Option<f64>,
    /// A label whose segment gains nothing: it says what is none of the others.
    pub background: Option<u16>,
    /// Whether an existing file may be replaced.
    pub replace_existing: bool,
}

/// What segments became was written.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GrownSeeds {
    /// The label map.
    pub path: String,
    /// The segments, by their labels.
    pub segments: Vec<GrownSegment>,
    /// Where they grew.
    pub region: Region,
    /// The hash of the classifier that told voxels apart, if one did.
    pub classifier: Option<String>,
    /// What was odd about the input.
    pub report: Vec<Finding>,
}

/// What became of one segment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GrownSegment {
    /// Its label.
    pub label: u16,
    /// Voxels that were painted.
    pub n_painted: u32,
    /// Voxels that it has.
    pub n_voxels: u32,
}
