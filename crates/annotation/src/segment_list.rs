//! The segments of a document and the bytes they are stored as. Cloning shares both.

use crate::segment::Segment;
use annotomy_volume::labels::ContentHash;
use std::sync::{Arc, OnceLock};

/// Segments in the user's order. They change far less often than the voxels beside them, so what is
/// stored and hashed with every stroke is made once.
#[derive(Debug, Clone, Default)]
pub(crate) struct SegmentList(Arc<Kept>);

#[derive(Debug, Clone, Default)]
struct Kept {
    segments: Vec<Segment>,
    encoded: OnceLock<(Vec<u8>, ContentHash)>,
}

impl SegmentList {
    pub(crate) fn new(segments: Vec<Segment>) -> Self {
        Self(Arc::new(Kept {
            segments,
            encoded: OnceLock::new(),
        }))
    }

    pub(crate) fn as_slice(&self) -> &[Segment] {
        &self.0.segments
    }

    /// For a change.
    pub(crate) fn as_mut(&mut self) -> &mut Vec<Segment> {
        let kept = Arc::make_mut(&mut self.0);
        kept.encoded = OnceLock::new();
        &mut kept.segments
    }

    /// As CBOR, and the hash of that.
    pub(crate) fn encoded(&self) -> &(Vec<u8>, ContentHash) {
        self.0.encoded.get_or_init(|| {
            let mut bytes = Vec::new();
            ciborium::into_writer(&self.0.segments, &mut bytes).expect("a Vec takes all bytes");
            let hash = *blake3::hash(&bytes).as_bytes();
            (bytes, hash)
        })
    }
}

impl PartialEq for SegmentList {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_slice() == other.as_slice()
    }
}

impl Eq for SegmentList {}
