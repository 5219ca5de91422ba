//! The bytes door: slices, label slices and thumbnails, never inside JSON.
//!
//! A reply is a 40-byte little-endian header followed by the body:
//!
//! | offset | type | meaning |
//! | --- | --- | --- |
//! | 0 | 4 bytes | `ANMY` |
//! | 4 | u16 | header version, 1 |
//! | 6 | u16 | kind: 1 image slice, 2 label slice, 3 thumbnail |
//! | 8 | u32 | `request` as sent |
//! | 12 | u16 | scalar type: 0 u8, 1 i8, 2 u16, 3 i16, 4 u32, 5 i32, 6 f32, 7 f64, 8 rgb (3 x u8) |
//! | 14 | u16 | index axis across which the slice lies |
//! | 16 | u32 | slice along that axis |
//! | 20 | u32 | columns |
//! | 24 | u32 | rows |
//! | 28 | u32 | bytes of body |
//! | 32 | u32 | document revision of a label slice, else 0 |
//! | 36 | u32 | layer of a label slice, volume of an image slice, else 0 |
//!
//! A slice's body holds stored values, columns fastest; columns run along the lower of the two
//! in-plane index axes (i before j before k), rows along the higher; nothing is flipped. A label
//! slice is u8 where every label of its layer fits, else u16. A thumbnail is a PNG.

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
    /// A small picture of a series.
    Thumbnail {
        /// Number chosen by the client, sent back in the header.
        request: u32,
        /// The series.
        series: String,
    },
}
