//! The invertible steps that operations are made of.

use crate::pixel_size::PixelSize;
use crate::protocol::Class;
use crate::segment::Segment;
use crate::shape::Shape;
use annotomy_volume::delta::{DeltaDecodeError, LabelDelta};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::sync::Arc;

/// One step. It holds what was there before, so that its inverse needs no other knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A segment appears at a place of the list.
    InsertSegment {
        /// Its place, 0 first.
        position: u32,
        /// The segment.
        segment: Segment,
    },
    /// A segment without voxels disappears.
    RemoveSegment {
        /// Its place, 0 first.
        position: u32,
        /// The segment.
        segment: Segment,
    },
    /// A segment gets other properties; identity, layer and label stay.
    ReplaceSegment {
        /// As it was.
        before: Segment,
        /// As it is.
        after: Segment,
    },
    /// A segment moves in the list.
    MoveSegment {
        /// Its place before.
        from: u32,
        /// Its place after.
        to: u32,
    },
    /// A layer without voxels appears after the last one.
    AddLayer,
    /// The last layer, which has no voxels and no segments, disappears.
    RemoveLayer,
    /// Somebody says, or no longer says, how large pixels are.
    SetPixelSize {
        /// As it was; none where nobody had said.
        before: Option<PixelSize>,
        /// As it is.
        after: Option<PixelSize>,
    },
    /// A class appears at a place of the protocol.
    InsertClass {
        /// Its place, 0 first.
        position: u32,
        /// The class.
        class: Class,
    },
    /// A class disappears.
    RemoveClass {
        /// Its place, 0 first.
        position: u32,
        /// The class.
        class: Class,
    },
    /// A class gets other properties; its identity stays.
    ReplaceClass {
        /// As it was.
        before: Class,
        /// As it is.
        after: Class,
    },
    /// A class moves in the protocol.
    MoveClass {
        /// Its place before.
        from: u32,
        /// Its place after.
        to: u32,
    },
    /// A shape appears at a place of the list.
    InsertShape {
        /// Its place, 0 first.
        position: u32,
        /// The shape.
        shape: Shape,
    },
    /// A shape disappears.
    RemoveShape {
        /// Its place, 0 first.
        position: u32,
        /// The shape.
        shape: Shape,
    },
    /// A shape gets another form or other properties; its identity stays.
    ReplaceShape {
        /// As it was.
        before: Shape,
        /// As it is.
        after: Shape,
    },
    /// Voxels of a layer change.
    Labels {
        /// The layer.
        layer: u16,
        /// Which voxels, from which label, to which. Shared: that of the whole volume is large.
        #[serde(
            serialize_with = "delta_to_bytes",
            deserialize_with = "delta_from_bytes"
        )]
        delta: Arc<LabelDelta>,
    },
}

impl Change {
    /// Voxels of a layer change.
    #[must_use]
    pub fn labels(layer: u16, delta: LabelDelta) -> Self {
        let delta = Arc::new(delta);
        Self::Labels { layer, delta }
    }

    /// The step that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::InsertSegment { position, segment } => Self::RemoveSegment { position, segment },
            Self::RemoveSegment { position, segment } => Self::InsertSegment { position, segment },
            Self::ReplaceSegment { before, after } => Self::ReplaceSegment {
                before: after,
                after: before,
            },
            Self::MoveSegment { from, to } => Self::MoveSegment { from: to, to: from },
            Self::AddLayer => Self::RemoveLayer,
            Self::RemoveLayer => Self::AddLayer,
            Self::SetPixelSize { before, after } => Self::SetPixelSize {
                before: after,
                after: before,
            },
            Self::InsertClass { position, class } => Self::RemoveClass { position, class },
            Self::RemoveClass { position, class } => Self::InsertClass { position, class },
            Self::ReplaceClass { before, after } => Self::ReplaceClass {
                before: after,
                after: before,
            },
            Self::MoveClass { from, to } => Self::MoveClass { from: to, to: from },
            Self::InsertShape { position, shape } => Self::RemoveShape { position, shape },
            Self::RemoveShape { position, shape } => Self::InsertShape { position, shape },
            Self::ReplaceShape { before, after } => Self::ReplaceShape {
                before: after,
                after: before,
            },
            Self::Labels { layer, delta } => Self::Labels {
                layer,
                delta: Arc::new(delta.inverse()),
            },
        }
    }
}

/// The steps that take back `changes`.
#[must_use]
pub fn inverse(changes: &[Change]) -> Vec<Change> {
    changes.iter().rev().map(Change::inverse).collect()
}

fn delta_to_bytes<S: Serializer>(
    delta: &Arc<LabelDelta>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(&delta.encode())
}

fn delta_from_bytes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Arc<LabelDelta>, D::Error> {
    struct Bytes;
    impl de::Visitor<'_> for Bytes {
        type Value = LabelDelta;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the bytes of a label delta")
        }
        fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<LabelDelta, E> {
            LabelDelta::decode(bytes).map_err(|e: DeltaDecodeError| E::custom(e))
        }
    }
    deserializer.deserialize_byte_buf(Bytes).map(Arc::new)
}
