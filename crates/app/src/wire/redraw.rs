//! Drawing an outline again.

use super::{Effect, EffectRequest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Replaces the outline that was drawn last.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedrawRequest {
    /// The revision that the outline made; all that was done since has to be undone.
    pub revision: u32,
    /// The outline that takes its place.
    pub outline: EffectRequest,
}

/// The outline that can be drawn again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LastOutline {
    /// None where the last thing done that is in effect is no outline, or one of more corners than are
    /// recorded.
    pub outline: Option<DrawnOutline>,
}

/// An outline as it was drawn.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DrawnOutline {
    /// The revision that it made.
    pub revision: u32,
    /// The segment that it was drawn for.
    pub segment: String,
    /// Its corners, where they lie, and what became of the voxels.
    pub effect: Effect,
}
