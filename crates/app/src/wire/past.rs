//! The past of a document: its state after any operation, what changed between two, and who drew a
//! voxel.

use super::{Document, HistoryEntry, ShapeSource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names a moment of a document: right after one of its operations.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MomentRequest {
    /// The document.
    pub document: String,
    /// The operation's place in the log.
    pub sequence: u32,
}

/// A document as it was.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// The operation that led to it.
    pub entry: HistoryEntry,
    /// As it was then, under a name of its own: its voxels are to be had at the bytes door, and no edit
    /// takes it.
    pub document: Document,
}

/// Asks what led from one moment to another.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareRequest {
    /// The document.
    pub document: String,
    /// The operation after which it begins.
    pub from: u32,
    /// The operation after which it ends; absent: now.
    #[serde(default)]
    pub to: Option<u32>,
}

/// What led from one moment to another.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The operation after which it begins.
    pub from: HistoryEntry,
    /// The operation after which it ends; absent: now.
    pub to: Option<HistoryEntry>,
    /// Changed voxels as segments of a document under a name of its own: added, removed, and taken
    /// over by one segment from another. Its shapes are those of the later moment.
    pub document: Document,
    /// Segments with changed voxels.
    pub segments: Vec<SegmentDifference>,
    /// Shapes that came.
    pub n_shapes_added: u32,
    /// Shapes that went.
    pub n_shapes_removed: u32,
    /// Shapes that are another place, form or property.
    pub n_shapes_changed: u32,
}

/// What happened to a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SegmentDifference {
    /// The segment.
    pub id: String,
    /// Its name in the later moment; of one that is gone, in the earlier.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// Voxels that it got.
    pub n_added: u32,
    /// Voxels that it lost.
    pub n_removed: u32,
}

/// Asks who drew a voxel.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhoDrewRequest {
    /// The document, or that of a moment.
    pub document: String,
    /// The voxel, (i, j, k).
    pub voxel: [u32; 3],
}

/// Who drew a voxel.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct WhoDrew {
    /// One for each segment that holds the voxel, in the order of the list.
    pub segments: Vec<Drawn>,
}

/// Who made a voxel part of a segment. What was taken back, brought back or restored since is laid at
/// the door of whoever drew it first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Drawn {
    /// The segment's name.
    pub segment: String,
    /// `#rrggbb`.
    pub color: String,
    /// The operation, who and when.
    pub entry: HistoryEntry,
    /// Where the voxel came from; absent where the operation does not say.
    pub source: Option<ShapeSource>,
    /// The tool: form of a brush, kind of a file, name of an algorithm.
    pub tool: Option<String>,
    /// What was chosen of the tool, by name.
    pub parameters: BTreeMap<String, String>,
}
