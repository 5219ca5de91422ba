//! Strokes of brush and eraser.

use super::{AdaptiveBrush, CutPlane, Editable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stroke of brush or eraser, pen down to pen up.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Stroke {
    /// Painted segment; for the eraser, the only one erased.
    pub segment: String,
    /// Brush or eraser.
    pub mode: StrokeMode,
    /// Round, square or sphere.
    pub shape: BrushShape,
    /// Radius of the brush, or half the side of a square one, in mm; positive.
    pub radius_mm: f64,
    /// Where the pen went, patient coordinates (LPS, mm); at least one point.
    pub path: Vec<[f64; 3]>,
    /// Index axis across which the painted slice lies: 0, 1 or 2.
    pub slice_axis: u32,
    /// The painted slice along that axis.
    pub slice_index: u32,
    /// Painted instead of the slice, where what is shown is no slice of the grid: a flat brush
    /// covers voxels that it cuts.
    #[serde(default)]
    pub plane: Option<CutPlane>,
    /// Of a square brush, a direction (LPS) along which two of its sides lie, as seen across what is
    /// painted.
    #[serde(default)]
    pub along: Option<[f64; 3]>,
    /// Takes only what looks like the voxels in the middle of the brush; all that it covers if absent.
    #[serde(default)]
    pub adaptive: Option<AdaptiveBrush>,
    /// Which other segments the brush may replace.
    pub overwrite: OverwriteRule,
    /// What may be changed.
    #[serde(default)]
    pub editable: Editable,
}

/// What a stroke does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StrokeMode {
    /// Adds voxels to the segment.
    Paint,
    /// Removes voxels of the segment.
    Erase,
}

/// Form of the brush.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BrushShape {
    /// A disc in the painted slice or plane.
    Round,
    /// A square there.
    Square,
    /// A ball through the neighbouring slices.
    Sphere,
}

/// Which other segments a brush may replace; locked ones never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverwriteRule {
    /// Any.
    All,
    /// None: only empty voxels are painted.
    None,
    /// Those that are shown.
    Visible,
}
