//! Images of which only what is in segments, or around them, is left.

use super::{Finding, Region};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is left of an image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImageMask {
    /// Which voxels keep their values.
    pub keep: KeepVoxels,
    /// The value of all others, in the image's unit; the image's lowest if absent.
    pub outside: Option<f64>,
    /// Only the box around the segments, larger by so many mm on each side; the whole grid if absent.
    pub crop_mm: Option<f64>,
}

/// Voxels that keep their values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeepVoxels {
    /// Those of the segments.
    #[default]
    Inside,
    /// Those of none of the segments.
    Outside,
    /// All.
    All,
}

/// Asks for an image of which only what is in segments is left, as a file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskImageRequest {
    /// Absolute path of a folder or file that holds one series.
    pub image: String,
    /// Absolute path of a label map or segmentation on the image's voxels.
    pub labels: String,
    /// Labels of the segments; all if none are named.
    #[serde(default)]
    pub segments: Vec<u16>,
    /// What is left.
    pub mask: ImageMask,
    /// Absolute path that ends in `.nii`, `.nii.gz`, `.nrrd` or `.mha`.
    pub output: String,
    /// Whether an existing file may be replaced.
    pub replace_existing: bool,
}

/// An image of which only a part is left, after reading it back and comparing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MaskedImage {
    /// The file.
    pub path: String,
    /// Its voxels, as those of the image.
    pub region: Region,
    /// Voxels in it that kept their values.
    pub n_kept: u32,
    /// The value of all others, in the image's unit; none where all are kept.
    pub outside: Option<f64>,
    /// What was odd about the input, and what the file does not say.
    pub report: Vec<Finding>,
}
