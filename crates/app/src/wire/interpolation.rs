//! Interpolating between drawn sections, for the command line.

use super::{Finding, MatchedParts, SlicePlace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks for what lies between drawn sections.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterpolateRequest {
    /// Absolute path of the image: a folder or file that holds one series.
    pub image: String,
    /// Absolute path of a label map on the image's voxels in which the drawn slices are filled.
    pub sections: String,
    /// Absolute path of a JSON file with outlines on other planes ([`ContourFile`]).
    pub contours: Option<String>,
    /// Absolute path of a JSON file that says how parts go on (a `MatchFile`).
    pub matches: Option<String>,
    /// Absolute path of the label map to write: `.nii`, `.nii.gz`, `.nrrd` or `.mha`.
    pub output: String,
    /// Absolute path of a map to write of how certain each voxel is, from 0 to 1.
    pub confidence: Option<String>,
    /// Whether the image's values help, or shapes alone count.
    pub uses_image: bool,
    /// Whether existing files may be replaced.
    pub replace_existing: bool,
}

/// Outlines on planes across the grid, as a file holds them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContourFile {
    /// The planes. What no outline of a plane encloses counts as drawn outside.
    pub planes: Vec<ContourPlane>,
}

/// Outlines on one plane.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContourPlane {
    /// The outlines; of one label, what an odd number of them encloses.
    pub contours: Vec<Contour>,
}

/// One outline.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contour {
    /// What it encloses: 1 to 65535.
    pub label: u16,
    /// Corners in order, in patient coordinates; three or more on one plane.
    pub points_lps: Vec<[f64; 3]>,
}

/// What lies between drawn sections was written.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Interpolation {
    /// The label map.
    pub path: String,
    /// The slices that were taken as drawn.
    pub drawn: Vec<SlicePlace>,
    /// Planes of the contours.
    pub n_planes: u32,
    /// The slice across the axis of most drawn ones that is least certain, where to draw next.
    pub least_certain: Option<SlicePlace>,
    /// What the parts of each segment become between neighbouring drawn slices.
    pub matches: MatchedParts,
    /// What was odd about the input.
    pub report: Vec<Finding>,
}
