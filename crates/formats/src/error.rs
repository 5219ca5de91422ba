//! Why a file could not be read or written.

use annotomy_volume::geometry::GeometryError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a file could not be read or written. Every message names the file and the reason; none
/// holds patient data.
#[derive(Debug, Error)]
pub enum FormatError {
    /// The file is something else, or holds no image.
    #[error("{}: {reason}", path.display())]
    NotAnImage {
        /// The file.
        path: PathBuf,
        /// Why it is not taken for an image.
        reason: String,
    },
    /// The file contradicts itself or its format.
    #[error("{}: damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not hold.
        reason: String,
    },
    /// The file is sound but uses something that is not read.
    #[error("{}: not supported: {what}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What is not supported.
        what: String,
    },
    /// The file asks for more than a safety limit.
    #[error("{}: beyond a safety limit: {what}", path.display())]
    Limit {
        /// The file.
        path: PathBuf,
        /// Which limit.
        what: String,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing to read.
    #[error("{}: the folder holds no files", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The voxels cannot be placed in the patient.
    #[error("{}: no usable geometry: {source}", path.display())]
    NoGeometry {
        /// The file.
        path: PathBuf,
        /// What is wrong with the geometry.
        source: GeometryError,
    },
}

impl FormatError {
    pub(crate) fn not_an_image(path: &Path, reason: impl Into<String>) -> Self {
        Self::NotAnImage {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    pub(crate) fn unsupported(path: &Path, what: impl Into<String>) -> Self {
        Self::Unsupported {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    pub(crate) fn limit(path: &Path, what: impl Into<String>) -> Self {
        Self::Limit {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    /// For `map_err` on an [`io::Result`] about `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The file concerned.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::NotAnImage { path, .. }
            | Self::Damaged { path, .. }
            | Self::Unsupported { path, .. }
            | Self::Limit { path, .. }
            | Self::Io { path, .. }
            | Self::Empty { path }
            | Self::NoGeometry { path, .. } => Some(path),
            Self::Cancelled => None,
        }
    }

    /// The message without the file's name, so that many files with one fault can share it.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::NotAnImage { reason, .. } => reason.clone(),
            Self::Damaged { reason, .. } => format!("damaged: {reason}"),
            Self::Unsupported { what, .. } => format!("not supported: {what}"),
            Self::Limit { what, .. } => format!("beyond a safety limit: {what}"),
            Self::Io { source, .. } => source.to_string(),
            Self::NoGeometry { source, .. } => format!("no usable geometry: {source}"),
            Self::Empty { .. } => "the folder holds no files".to_owned(),
            Self::Cancelled => "cancelled".to_owned(),
        }
    }
}
