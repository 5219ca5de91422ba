//! Tools that follow edges: live wires, iso-contours, and what a brush takes.

use super::{ImagePlane, Stroke};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks the bytes door for the ways to an anchor that follow edges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveWireRequest {
    /// Number chosen by the client, sent back in the header.
    pub request: u32,
    /// The image.
    pub image: String,
    /// Which of its volumes, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// The wires.
    pub wire: LiveWire,
}

/// Ways from all pixels of a rectangle to one of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveWire {
    /// Where the pixels lie.
    pub place: PixelPlace,
    /// The pixel to which the ways lead: column, row.
    pub anchor: [u32; 2],
    /// Values are smoothed by a Gaussian of this standard deviation before edges are looked for, mm.
    pub sigma_mm: f64,
}

/// Pixels that a tool looks at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PixelPlace {
    /// A part of a slice, its columns and rows as the bytes door has them.
    Slice {
        /// Index axis across which the slice lies: 0, 1 or 2.
        axis: u32,
        /// The slice along that axis.
        index: u32,
        /// The first column and row.
        first: [u32; 2],
        /// Columns, rows.
        size: [u32; 2],
    },
    /// A rectangle at any angle.
    Plane {
        /// The pixels.
        plane: ImagePlane,
    },
}

/// Asks the bytes door for the contour of one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IsoContourRequest {
    /// Number chosen by the client, sent back in the header.
    pub request: u32,
    /// The image.
    pub image: String,
    /// Which of its volumes, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// The contour.
    pub contour: IsoContour,
}

/// The closed contour through a place along which the image has the value that it has there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IsoContour {
    /// Where the pixels lie.
    pub place: PixelPlace,
    /// Column and row that it goes through, centres of pixels at the whole numbers.
    pub at: [f64; 2],
    /// Values are smoothed by a Gaussian of this standard deviation before, mm; 0 for none.
    pub sigma_mm: f64,
}

/// Asks the bytes door which voxels a stroke would change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DabsRequest {
    /// Number chosen by the client, sent back in the header.
    pub request: u32,
    /// The document.
    pub document: String,
    /// The stroke, or a piece of it: a stroke changes what its pieces change.
    pub stroke: Stroke,
}

/// A brush takes only what looks like the voxels in its middle and hangs together with them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdaptiveBrush {
    /// The volume whose values are looked at, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// How many standard deviations values may lie from the mean in the middle; at most 20.
    pub tolerance: f64,
}
