//! Drawn sections that an interpolation fills between, and accepting part of what it shows.

use super::{CutPlane, EditResponse, EffectPreview, SlicePlace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks which slices count as drawn.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionsRequest {
    /// The document.
    pub document: String,
    /// The segment.
    pub segment: String,
    /// Whether all segments of its layer are asked about, as one.
    pub all_segments: bool,
}

/// Slices that count as drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DrawnSections {
    /// Why these.
    pub rule: SectionRule,
    /// By axis and index.
    pub sections: Vec<Section>,
}

/// A slice that counts as drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// Where.
    pub slice: SlicePlace,
    /// Voxels in it.
    pub n_voxels: u32,
}

/// Why slices count as drawn: the fewest that hold all of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SectionRule {
    /// They hold what a person drew, or erased where no person had drawn it.
    ByHand,
    /// No person drew anything: they hold what was imported.
    Imported,
    /// Nothing was imported either: they hold all that is filled.
    Filled,
    /// The request names them.
    Chosen,
}

/// Asks for part of what a preview shows.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    /// The document of the preview.
    pub preview: String,
    /// Which part.
    pub part: AcceptedPart,
}

/// Part of what a preview shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AcceptedPart {
    /// What lies in one slice.
    Slice {
        /// Which.
        slice: SlicePlace,
    },
    /// What lies behind and before an outline, through the whole volume.
    Outline {
        /// Corners, patient coordinates (LPS, mm); the last is joined to the first.
        path: Vec<[f64; 3]>,
        /// The slice it was drawn in.
        #[serde(default)]
        slice: Option<SlicePlace>,
        /// The plane it was drawn in, if that is no slice of the grid.
        #[serde(default)]
        plane: Option<CutPlane>,
    },
}

/// Part of a preview was done.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// The document with it.
    pub edit: EditResponse,
    /// What is left to accept; absent where nothing is.
    pub preview: Option<EffectPreview>,
}
