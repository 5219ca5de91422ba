//! The bytes door: slices, label slices, planes at any angle, surfaces, live wires,
//! iso-contours, dabs and thumbnails, never inside JSON.
//!
//! A reply is a 40-byte little-endian header followed by the body:
//!
//! | offset | type | meaning |
//! | --- | --- | --- |
//! | 0 | 4 bytes | `ANMY` |
//! | 4 | u16 | header version, 1 |
//! | 6 | u16 | kind: 1 image slice, 2 label slice, 3 thumbnail, 4 image plane, 5 label plane, 6 surface, 7 live wire, 8 dabs, 9 iso-contour |
//! | 8 | u32 | `request` as sent |
//! | 12 | u16 | scalar type: 0 u8, 1 i8, 2 u16, 3 i16, 4 u32, 5 i32, 6 f32, 7 f64, 8 rgb (3 x u8) |
//! | 14 | u16 | index axis across which a slice lies, else 0 |
//! | 16 | u32 | a slice's place along that axis; of a plane the [sum](ImagePlane::sum) of what was asked |
//! | 20 | u32 | columns; pieces of a surface; runs of dabs; corners of a contour |
//! | 24 | u32 | rows; 1 if these are all pieces of a surface, 0 if those that changed |
//! | 28 | u32 | bytes of body |
//! | 32 | u32 | document revision of labels, a surface or dabs, else 0 |
//! | 36 | u32 | layer of labels, volume of an image, else 0 |
//!
//! A slice's body holds stored values, columns fastest; columns run along the lower of the two
//! in-plane index axes (i before j before k), rows along the higher; nothing is flipped. A label
//! slice is u8 where every label of its layer fits, else u16. A thumbnail is a PNG.
//!
//! A surface's body holds its pieces, one for each brick of the grid, one after the other: the
//! brick (3 x u32), the numbers of vertices and triangles (2 x u32), positions in LPS millimetres
//! (3 x f32 a vertex), unit normals out of the segment (3 x f32 a vertex), and triangles (3 x u32
//! each, vertices of the piece, counter-clockwise as seen from outside). Pieces fit each other
//! exactly. One without vertices is no more.
//!
//! A live wire's body tells of each pixel, by rows, which neighbour is next on the way to the anchor:
//! 0 to 7, clockwise from the next column, and 8 of the anchor itself.
//!
//! An iso-contour's body holds its corners (2 x f64 each), columns and rows from the first pixel that was
//! asked about, centres of pixels at the whole numbers; the last one is joined to the first. It has none
//! where the image is the same all around or where there are no values.
//!
//! The body of dabs holds runs of the voxels that a stroke would change, as the rules let it: first
//! column, row, slice and how many along the row (4 x u32).

use super::{DabsRequest, IsoContourRequest, LiveWireRequest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes of the header in front of every reply.
pub const HEADER_BYTES: usize = 40;

/// What the bytes door can be asked for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum BytesRequest {
    /// One slice of an image, stored values.
    Slice {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The image.
        image: String,
        /// Which of its volumes, 0 first.
        #[serde(default)]
        volume: u32,
        /// Index axis across which the slice lies: 0, 1 or 2.
        axis: u32,
        /// The slice along that axis.
        index: u32,
    },
    /// One slice of one layer of a document.
    Labels {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The document, or that of a preview, a moment or a comparison.
        document: String,
        /// The layer, 0 first.
        layer: u32,
        /// Index axis across which the slice lies: 0, 1 or 2.
        axis: u32,
        /// The slice along that axis.
        index: u32,
    },
    /// An image in a plane at any angle, or a slab around it as one picture.
    Plane {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The image.
        image: String,
        /// Which of its volumes, 0 first.
        #[serde(default)]
        volume: u32,
        /// The plane.
        plane: ImagePlane,
        /// How thick; a plane if absent. Not of colours.
        #[serde(default)]
        slab: Option<ImageSlab>,
    },
    /// One layer of a document in a plane at any angle.
    LabelPlane {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The document, or that of a preview, a moment or a comparison.
        document: String,
        /// The layer, 0 first.
        layer: u32,
        /// The plane.
        plane: ImagePlane,
    },
    /// The surface of a segment, or what changed of it.
    Surface {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The document, or that of a preview, a moment or a comparison.
        document: String,
        /// The segment.
        segment: String,
        /// The revision of the surface that the client has; 0 for all of it.
        #[serde(default)]
        since: u32,
        /// The document that that surface is of, where it is another one: what the client shows is
        /// replaced by what was shown in its place, or the other way round.
        #[serde(default)]
        since_document: Option<String>,
    },
    /// Ways that follow edges.
    LiveWire(LiveWireRequest),
    /// The contour of one value.
    IsoContour(IsoContourRequest),
    /// Which voxels a stroke, or a piece of it, would change.
    Dabs(DabsRequest),
    /// A small picture of a series.
    Thumbnail {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The series.
        series: String,
    },
}

/// A rectangle of pixels in the patient (LPS, mm).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImagePlane {
    /// Centre of the first pixel.
    pub origin: [f64; 3],
    /// From a pixel to the next one in its row.
    pub column_step: [f64; 3],
    /// From a pixel to the one below.
    pub row_step: [f64; 3],
    /// Pixels in a row.
    pub columns: u32,
    /// Pixels in a column.
    pub rows: u32,
}

/// Layers behind each other that become one picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageSlab {
    /// Along the plane's normal, half on either side, in mm.
    pub thickness_mm: f64,
    /// How.
    pub projection: Projection,
}

/// How values behind each other become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Projection {
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The average.
    Mean,
}

impl ImagePlane {
    /// FNV-1a, 32 bits, of the nine numbers and the slab's thickness and projection (0 without a
    /// slab, 1 the largest, 2 the smallest, 3 the average), each as a little-endian f32 and without the
    /// sign of a zero: so a reply tells which plane it shows, however JSON wrote its numbers.
    #[must_use]
    pub fn sum(&self, slab: Option<ImageSlab>) -> u32 {
        let slab = slab.map_or([0.0, 0.0], |slab| {
            let projection = match slab.projection {
                Projection::Max => 1.0,
                Projection::Min => 2.0,
                Projection::Mean => 3.0,
            };
            [slab.thickness_mm, projection]
        });
        let numbers = [self.origin, self.column_step, self.row_step];
        let numbers = numbers.as_flattened().iter().chain(&slab);
        numbers
            .flat_map(|number| (*number as f32 + 0.0).to_le_bytes())
            .fold(0x811c_9dc5, |sum: u32, byte| {
                (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            })
    }
}
