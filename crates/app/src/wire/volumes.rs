//! Segments of images with several volumes: of all of them, or of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which volumes of an image a segment's voxels belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentScope {
    /// All of them: one document.
    AllVolumes,
    /// One: each volume has a document of its own.
    EachVolume,
}

/// Asks for the document that holds the segments of a volume.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeDocumentRequest {
    /// The image.
    pub image: String,
    /// Which of its volumes, 0 first.
    pub volume: u32,
}

/// Chooses whether segments are those of all volumes or of each. Segments drawn under the other
/// choice are kept and are there again when it is made again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseScopeRequest {
    /// The image.
    pub image: String,
    /// The choice.
    pub scope: SegmentScope,
    /// What documents without labelled voxels start with.
    pub start: ScopeStart,
    /// The volume, 0 first, whose segments are copied where those of all volumes start with a copy.
    #[serde(default)]
    pub volume: u32,
}

/// What documents without labelled voxels start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeStart {
    /// The names of the segments, nothing painted.
    Empty,
    /// A copy of the segments with their voxels.
    Copy,
}

/// Gives the segments of one volume the same voxels in another; segments keep their identity.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CopySegmentsRequest {
    /// The document that changes.
    pub document: String,
    /// The document of another volume of the same image, or of all, which is copied.
    pub from: String,
    /// Whether copies may take the place of voxels that have a label; refused otherwise.
    pub replace: bool,
}

/// Of an image's volumes, those whose segments an export writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportVolumes {
    /// What the document holds.
    #[default]
    Own,
    /// All, as volumes of one label map.
    Together,
    /// All, in a numbered file each.
    Apart,
}
