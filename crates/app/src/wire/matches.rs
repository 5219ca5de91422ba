//! Which parts of a segment go on as which from one drawn slice to the next.

use super::SlicePlace;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a part of a segment in a drawn slice goes on to the next drawn slice, in the place of what the
/// rule says of it. Places are voxels (i, j, k).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartMatch {
    /// The segment's label: 1 to 65535.
    pub label: u16,
    /// A voxel of the part, in its slice: names it, however the rest of it is drawn anew.
    pub part: [u32; 3],
    /// The next drawn slice, on one side or the other.
    pub toward: SlicePlace,
    /// How it goes on to there.
    pub goes: PartWay,
}

/// How a part goes on to the next drawn slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "way", rename_all = "snake_case", deny_unknown_fields)]
pub enum PartWay {
    /// To a part there.
    Join {
        /// A voxel of that part.
        with: [u32; 3],
    },
    /// To its middle, half way.
    Taper,
    /// Straight on to a slice, or no further than where it is drawn.
    End {
        /// The last slice that has it, by its index across the same axis; if absent its own.
        #[serde(default)]
        held_to: Option<u32>,
    },
}

/// How parts go on, as a file holds it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchFile {
    /// The parts of which something else is said than the rule finds.
    pub matches: Vec<PartMatch>,
}

/// What the parts of segments become between drawn slices, and which of the request's matches fit none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedParts {
    /// By label, axis and slice.
    pub gaps: Vec<MatchedGap>,
    /// Gaps that are not told of, beyond the most that are.
    pub n_more: u32,
    /// Numbers of the request's matches that had no effect: the part that they name is not there, or
    /// other slices are drawn by now.
    pub unfollowed: Vec<u32>,
}

/// What the parts of a segment become between two neighbouring drawn slices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedGap {
    /// The segment's label.
    pub label: u16,
    /// The lower slice.
    pub low: PartsOfSlice,
    /// The higher slice.
    pub high: PartsOfSlice,
    /// Which parts belong together: each is in one group.
    pub groups: Vec<MatchedGroup>,
}

/// The parts of a segment in a drawn slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartsOfSlice {
    /// Which slice.
    pub slice: SlicePlace,
    /// Its parts, numbered from 0 on.
    pub parts: Vec<SectionPart>,
}

/// A part of a segment in a drawn slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SectionPart {
    /// A voxel where it is deepest; names it.
    pub voxel: [u32; 3],
    /// The mean of its voxels, patient coordinates (LPS, mm).
    pub middle: [f64; 3],
    /// Voxels of the slice that it has.
    pub n_voxels: u32,
    /// Which of the request's matches it follows.
    pub follows: Option<u32>,
}

/// Parts that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedGroup {
    /// Numbers of parts in the lower slice; none where they end on the way to it.
    pub low: Vec<u32>,
    /// In the higher slice likewise.
    pub high: Vec<u32>,
    /// What becomes of them.
    pub goes: PartsGo,
}

/// What becomes of parts between two slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum PartsGo {
    /// From those in one slice to those in the other.
    Joined,
    /// To their middle, half way.
    Tapers,
    /// Straight on to a slice, or no further than where they are drawn.
    Ends {
        /// The last slice that has them, by its index; if absent their own.
        held_to: Option<u32>,
    },
}
