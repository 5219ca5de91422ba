//! Drawing an outline again.

use super::EffectRequest;
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
