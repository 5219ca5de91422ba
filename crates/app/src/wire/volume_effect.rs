//! Effects in the space of the patient: cuts, mirrors, tubes, and scissors as a space is seen.

use super::OutlineMode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A plane at any angle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutPlane {
    /// A point of it, patient coordinates (LPS, mm).
    pub point: [f64; 3],
    /// Perpendicular to it, of any length.
    pub normal: [f64; 3],
}

/// The part of a segment on one side of a plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// A point of the plane, patient coordinates (LPS, mm).
    pub point: [f64; 3],
    /// Perpendicular to the plane; points to what is cut off.
    pub normal: [f64; 3],
    /// What becomes of it.
    #[serde(default)]
    pub goes: CutOff,
}

/// What becomes of voxels that are cut off a segment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
pub enum CutOff {
    /// They are of no segment.
    #[default]
    Nothing,
    /// They are a segment of their own.
    NewSegment,
    /// They are another's.
    Segment {
        /// Which.
        segment: String,
    },
}

/// The mirror image of the segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mirror {
    /// Across this plane.
    pub plane: CutPlane,
    /// The segment that gets it; the segment itself if absent.
    #[serde(default)]
    pub into: Option<String>,
    /// What becomes of the segment.
    pub mode: MirrorMode,
}

/// What becomes of a segment that is mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MirrorMode {
    /// It stays.
    Copy,
    /// It goes.
    Move,
}

/// All voxels whose centres are within half a diameter of a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tube {
    /// Points that straight lines join, patient coordinates (LPS, mm); the ends are round.
    pub path: Vec<[f64; 3]>,
    /// In mm.
    pub diameter: f64,
    /// What becomes of them.
    pub mode: TubeMode,
}

/// What becomes of the voxels of a tube.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TubeMode {
    /// They join the segment.
    Add,
    /// They leave the segment.
    Remove,
}

/// All voxels whose centres a camera sees inside an outline, or outside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scissors {
    /// Corners on the camera's canvas; the last is joined to the first. Where an outline crosses
    /// itself, what it goes around twice is outside.
    pub path: Vec<[f64; 2]>,
    /// From patient coordinates (LPS, mm) to the canvas, 3x4 by rows: x and y divided by the third
    /// are the place; where the third is not above 0, the camera sees nothing.
    pub canvas_from_lps: [[f64; 4]; 3],
    /// Only near a plane; however deep if absent.
    #[serde(default)]
    pub within: Option<Slab>,
    /// What becomes of them.
    pub mode: OutlineMode,
    /// What becomes of those that leave the segment.
    #[serde(default)]
    pub goes: CutOff,
}

/// What is near a plane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slab {
    /// In its middle.
    pub plane: CutPlane,
    /// How far it reaches on each side, in mm.
    pub mm: f64,
}
