//! A classifier as a file: what it is, its version, a header in JSON with the classes' names, the
//! forest, and a BLAKE3 checksum of all before it. The checksum also names the classifier.
//!
//! The version stands for what is in the file and for how features are computed from an image: the
//! same file gives the same labels with every program that reads it.

use crate::wire::{ErrorCode, WireError};
use annotomy_segmentation::{Classifier, ClassifierBytesError};
use annotomy_volume::labels::Label;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;
use thiserror::Error;

/// What every such file begins with.
const MAGIC: &[u8] = b"annotomy classifier\n";
const VERSION: u32 = 1;
/// Bytes of a file at most.
const MAX_BYTES: u64 = 256 << 20;

/// A classifier with the names of its classes.
#[derive(Debug)]
pub(crate) struct Named {
    /// Its checksum.
    pub(crate) hash: blake3::Hash,
    /// By label, ascending.
    pub(crate) classes: Vec<Class>,
    pub(crate) classifier: Classifier,
}

/// What a label of a classifier is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(crate) label: Label,
    pub(crate) name: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    classes: Vec<Class>,
}

/// Why bytes are no classifier.
#[derive(Debug, Error)]
pub(crate) enum FileProblem {
    #[error("is no classifier of Annotomy")]
    OtherKind,
    #[error("is a classifier of version {found}; this program reads version {VERSION}")]
    OtherVersion { found: u32 },
    #[error("is cut short")]
    Cut,
    #[error("is damaged: its checksum is not that of what it holds")]
    Checksum,
    #[error("has a header that is none: {0}")]
    Header(#[source] serde_json::Error),
    #[error("holds no classifier: {0}")]
    Forest(#[source] ClassifierBytesError),
    #[error("names other classes than it knows")]
    Classes,
}

impl Named {
    /// With the bytes of its file.
    pub(crate) fn new(
        classifier: Classifier,
        name: impl Fn(Label) -> String,
    ) -> Result<(Self, Vec<u8>), WireError> {
        let labels = classifier.labels().iter();
        let classes = labels.map(|&label| Class {
            label,
            name: name(label),
        });
        let header = Header {
            classes: classes.collect(),
        };
        let json = serde_json::to_vec(&header).map_err(|_| WireError::internal())?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((json.len() as u32).to_le_bytes());
        bytes.extend(json);
        bytes.extend(classifier.to_bytes());
        let hash = blake3::hash(&bytes);
        bytes.extend(hash.as_bytes());
        if bytes.len() as u64 > MAX_BYTES {
            let message = "the classifier is too large to be kept";
            return Err(WireError::new(ErrorCode::Limit, message)
                .hint("Paint fewer segments to be told apart."));
        }
        let named = Self {
            hash,
            classes: header.classes,
            classifier,
        };
        Ok((named, bytes))
    }

    /// From a file, with its bytes.
    pub(crate) fn read(path: &Path) -> Result<(Self, Vec<u8>), WireError> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
            .map_err(|e| WireError::io(path, &e))?;
        if bytes.len() as u64 > MAX_BYTES {
            let message = format!("{}: a classifier has at most 256 MiB", path.display());
            return Err(WireError::new(ErrorCode::Limit, message));
        }
        match Self::from_bytes(&bytes) {
            Ok(named) => Ok((named, bytes)),
            Err(problem) => Err(refusal(path, &problem)),
        }
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, FileProblem> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(FileProblem::OtherKind)?;
        let (version, _) = rest.split_first_chunk().ok_or(FileProblem::Cut)?;
        let found = u32::from_le_bytes(*version);
        if found != VERSION {
            return Err(FileProblem::OtherVersion { found });
        }
        let (held, checksum) = bytes.split_last_chunk().ok_or(FileProblem::Cut)?;
        let hash = blake3::hash(held);
        if hash != *checksum {
            return Err(FileProblem::Checksum);
        }
        let rest = held.get(MAGIC.len() + version.len()..);
        let (length, rest) = rest
            .and_then(|rest| rest.split_first_chunk())
            .ok_or(FileProblem::Cut)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (json, forest) = rest.split_at_checked(length).ok_or(FileProblem::Cut)?;
        let header: Header = serde_json::from_slice(json).map_err(FileProblem::Header)?;
        let classifier = Classifier::from_bytes(forest).map_err(FileProblem::Forest)?;
        let named = header.classes.iter().map(|class| class.label);
        if !named.eq(classifier.labels().iter().copied()) {
            return Err(FileProblem::Classes);
        }
        Ok(Self {
            hash,
            classes: header.classes,
            classifier,
        })
    }

    /// What its classes are called.
    pub(crate) fn names(&self) -> String {
        let names = self.classes.iter().map(|class| class.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// The hash as text.
    pub(crate) fn id(&self) -> String {
        self.hash.to_hex().to_string()
    }
}

fn refusal(path: &Path, problem: &FileProblem) -> WireError {
    let code = match problem {
        FileProblem::OtherVersion { .. } => ErrorCode::Unsupported,
        _ => ErrorCode::BadInput,
    };
    WireError::new(code, format!("{}: {problem}", path.display()))
}
