//! What an archive says about itself.

use super::hex::Hex;
use crate::origin::Origin;
use annotomy_annotation::pixel_size::PixelSize;
use annotomy_annotation::protocol::Class;
use annotomy_annotation::segment::Segment;
use annotomy_annotation::shape::Shapes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Newest layout of an archive: with classifiers.
pub(super) const VERSION: u32 = 2;

/// The layout that has none, which older programs read.
pub(super) const WITHOUT_CLASSIFIERS: u32 = 1;

/// Says in every archive of any version what it is.
pub(super) const FORMAT: &str = "annotomy-archive";

/// The part of a manifest that every version has.
#[derive(Debug, Deserialize)]
pub(super) struct Heading {
    pub(super) format: String,
    pub(super) version: u32,
}

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u32,
    /// The program that wrote the archive.
    pub(super) program: String,
    /// When, microseconds since 1970-01-01 UTC.
    pub(super) created_us: i64,
    pub(super) library: LibraryFacts,
    pub(super) documents: Vec<Uuid>,
    pub(super) images: Vec<ImageFacts>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) classifiers: Vec<ClassifierFacts>,
    /// Every entry but this one and the bricks, whose names are their hashes.
    pub(super) files: Vec<FileFacts>,
}

/// The library as it was when the archive was written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LibraryFacts {
    /// Who wrote the log, part after part.
    pub(super) origins: Vec<OriginFacts>,
    /// Key of the commitments in records, without which nobody can check which image they mean.
    pub(super) salt: Hex,
    /// Records of the log, and how many of them are here by their hash only.
    pub(super) n_records: u64,
    pub(super) n_withheld: u64,
    /// SHA-256 of the last record; zeros where there is none.
    pub(super) head: Hex,
}

/// A device that wrote a part of the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OriginFacts {
    pub(super) device: Uuid,
    /// Its last record.
    pub(super) until: u64,
    /// How many of its records are here by their hash only.
    pub(super) n_withheld: u64,
}

impl From<&OriginFacts> for Origin {
    fn from(facts: &OriginFacts) -> Self {
        Self {
            until: facts.until,
            device: facts.device,
            n_withheld: facts.n_withheld,
        }
    }
}

/// An image whose files are in the archive.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImageFacts {
    /// Identity of its content.
    pub(super) key: String,
    /// Names of its entries.
    pub(super) files: Vec<String>,
}

/// A pixel classifier that the library keeps.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassifierFacts {
    /// BLAKE3 of its file without the last 32 bytes, which say it.
    pub(super) hash: Hex,
    /// In the user's list; none where it is kept only for the records that name it.
    pub(super) name: Option<String>,
    /// Microseconds since 1970-01-01 UTC.
    pub(super) kept_us: i64,
}

/// An entry.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileFacts {
    pub(super) name: String,
    pub(super) length: u64,
    pub(super) blake3: Hex,
}

/// `documents/ID.json`: what the log adds up to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contents {
    pub(super) id: Uuid,
    /// Identity of the image's content.
    pub(super) image_key: String,
    /// Voxels along i, j, k.
    pub(super) size: [u64; 3],
    pub(super) n_layers: u16,
    /// In the user's order.
    pub(super) segments: Vec<Segment>,
    /// What a person said of the size of pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pixel_size: Option<PixelSize>,
    /// Classes of the label protocol, in the document that holds it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) classes: Vec<Class>,
    /// In the user's order.
    #[serde(default, skip_serializing_if = "Shapes::is_empty")]
    pub(super) shapes: Shapes,
    /// Hash of segments and bricks, as the document's last record says.
    pub(super) root: Hex,
    pub(super) n_records: u64,
    pub(super) bricks: Vec<BrickFacts>,
}

/// Where a brick lies.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BrickFacts {
    pub(super) layer: u16,
    /// Its first voxel divided by 32, along i, j, k.
    pub(super) index: [u16; 3],
    pub(super) hash: Hex,
}
