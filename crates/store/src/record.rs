//! Records: the links of the hash chain.
//!
//! What is hashed is the exact bytes stored, never a re-serialisation. A record's hash is
//! SHA-256(0x00 || bytes), the leaf hash of RFC 6962, so that a Merkle tree can later be built
//! over the same log.

use crate::documents::DocumentId;
use annotomy_annotation::operation::Operation;
use annotomy_volume::labels::ContentHash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Layout of [`Record`].
const RECORD_VERSION: u16 = 1;

/// SHA-256 of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHash(pub [u8; 32]);

impl RecordHash {
    /// What the first record names as its predecessor.
    pub(crate) const NONE: Self = Self([0; 32]);

    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update([0])
                .chain_update(bytes)
                .finalize()
                .into(),
        )
    }
}

impl std::fmt::Display for RecordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Who did it, and when. Comes from the host; the library has no clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Name of the user.
    pub user: String,
    /// Microseconds since 1970-01-01 UTC.
    pub at_us: i64,
    /// Version of the program.
    pub program: String,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    version: u16,
    device: Uuid,
    /// Its place in the log, 1 first.
    pub sequence: u64,
    /// Hash of the record before.
    pub previous: RecordHash,
    /// Who and when.
    pub author: Author,
    /// The document concerned.
    pub document: DocumentId,
    /// For the record that begins a document: a commitment to the image's identity, and the
    /// grid's size.
    pub begins: Option<Beginning>,
    /// What was done.
    pub operation: Operation,
    /// Hash of the document's state before.
    pub before: ContentHash,
    /// Hash of the document's state after.
    pub after: ContentHash,
}

/// What the first record of a document says about its image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// BLAKE3, keyed with the library's salt, of the image's key: the record itself identifies
    /// nobody.
    pub image_commitment: ContentHash,
    /// Voxels along i, j, k.
    pub size: [u64; 3],
}

/// Where a record stands in its log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) device: Uuid,
    pub(crate) sequence: u64,
    pub(crate) previous: RecordHash,
}

impl Record {
    pub(crate) fn new(
        link: Link,
        author: Author,
        document: DocumentId,
        operation: Operation,
        [before, after]: [ContentHash; 2],
    ) -> Self {
        let Link {
            device,
            sequence,
            previous,
        } = link;
        let version = RECORD_VERSION;
        let begins = None;
        Self {
            version,
            device,
            sequence,
            previous,
            author,
            document,
            begins,
            operation,
            before,
            after,
        }
    }

    pub(crate) const fn link(&self) -> Link {
        Link {
            device: self.device,
            sequence: self.sequence,
            previous: self.previous,
        }
    }

    /// The bytes to store and hash.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).expect("a Vec takes all bytes");
        bytes
    }

    /// Reads a record; the error says why it is none.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let record: Self = ciborium::from_reader(bytes)?;
        if record.version == RECORD_VERSION {
            Ok(record)
        } else {
            Err(RecordError::Version(record.version))
        }
    }
}

/// Stored bytes are not a record this version reads.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    /// Not CBOR of this shape.
    #[error("it cannot be read: {0}")]
    Malformed(#[from] ciborium::de::Error<std::io::Error>),
    /// Another layout.
    #[error("it has layout {0}, which this version does not know")]
    Version(u16),
}
