//! The bytes door: slices, label slices, surfaces and thumbnails, never inside JSON.
//!
//! A reply is a 40-byte little-endian header followed by the body:
//!
//! | offset | type | meaning |
//! | --- | --- | --- |
//! | 0 | 4 bytes | `ANMY` |
//! | 4 | u16 | header version, 1 |
//! | 6 | u16 | kind: 1 image slice, 2 label slice, 3 thumbnail, 4 surface |
//! | 8 | u32 | `request` as sent |
//! | 12 | u16 | scalar type: 0 u8, 1 i8, 2 u16, 3 i16, 4 u32, 5 i32, 6 f32, 7 f64, 8 rgb (3 x u8) |
//! | 14 | u16 | index axis across which the slice lies |
//! | 16 | u32 | slice along that axis |
//! | 20 | u32 | columns; pieces of a surface |
//! | 24 | u32 | rows; 1 if these are all pieces of a surface, 0 if those that changed |
//! | 28 | u32 | bytes of body |
//! | 32 | u32 | document revision of a label slice or surface, else 0 |
//! | 36 | u32 | layer of a label slice, volume of an image slice, else 0 |
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
        /// The document, or that of a preview.
        document: String,
        /// The layer, 0 first.
        layer: u32,
        /// Index axis across which the slice lies: 0, 1 or 2.
        axis: u32,
        /// The slice along that axis.
        index: u32,
    },
    /// The surface of a segment, or what changed of it.
    Surface {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The document.
        document: String,
        /// The segment.
        segment: String,
        /// The revision of the surface that the client has; 0 for all of it.
        #[serde(default)]
        since: u32,
    },
    /// A small picture of a series.
    Thumbnail {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The series.
        series: String,
    },
}
