//! Tracks: shapes of one thing on several slices, or at several times. Some are keys, the others are
//! found between them.

use super::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a track runs along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrackAxis {
    /// Slices parallel to the plane of a shape.
    Slices,
    /// Volumes of the image, where each has shapes of its own.
    Times,
}

/// A shape's place in a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShapeTrack {
    /// The same of all shapes of a track.
    pub id: String,
    /// What it runs along.
    pub along: TrackAxis,
    /// The keys that the shape was found between; absent: it is a key.
    pub between: Option<[String; 2]>,
}

/// Finds the shapes between keys, in place of those found earlier. Keys are not changed. Slices are
/// those of the image where a plane is parallel to them, else as far apart as a turned plane steps.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterpolateShapesRequest {
    /// The document of the shape.
    pub document: String,
    /// A key, or a shape of a track.
    pub shape: String,
    /// Further keys, of this volume or others. Where there is none: the other keys of the shape's
    /// track, and shapes of the same kind, class and text that are in no track.
    #[serde(default)]
    pub keys: Vec<String>,
    /// What lies between the keys.
    pub along: TrackAxis,
}

/// Shapes between keys were found, as one operation of each document concerned.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InterpolatedShapes {
    /// The document asked for, as it is now.
    pub document: Document,
    /// Keys of the track.
    pub n_keys: u32,
    /// Shapes between them.
    pub n_between: u32,
}

/// Deletes what was found between the keys of a track; the keys stay, as shapes of their own.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteInterpolatedRequest {
    /// A document that holds shapes of the track.
    pub document: String,
    /// The track.
    pub track: String,
}

/// Shapes between keys were deleted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DeletedInterpolated {
    /// The document asked for, as it is now.
    pub document: Document,
    /// Shapes that were deleted, in all volumes.
    pub n_deleted: u32,
}
