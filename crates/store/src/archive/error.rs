//! Why an archive could not be written or read.

use crate::error::StoreError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A failure. No library was changed.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The file is something else.
    #[error("{path}: not an Annotomy archive: {reason}")]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        reason: String,
    },
    /// A later version of this program wrote it.
    #[error("{path}: an archive of a newer version (format {found}, this version reads {known})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format this version reads.
        known: u32,
    },
    /// A part of it is not what it should be.
    #[error("{path}: {place}: {reason}")]
    Fault {
        /// The file.
        path: PathBuf,
        /// The entry or record concerned.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// A size is beyond a safety limit.
    #[error("{path}: {what}")]
    Limit {
        /// The file.
        path: PathBuf,
        /// The size and its limit.
        what: String,
    },
    /// The user stopped it.
    #[error("cancelled")]
    Cancelled,
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file concerned.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The library refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ArchiveError {
    pub(super) fn fault(path: &Path, place: &str, reason: impl ToString) -> Self {
        Self::Fault {
            path: path.to_owned(),
            place: place.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// For `map_err`.
    pub(super) fn io(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// For `map_err`, of a read of an entry: what the system did not refuse, the zip reader did.
    pub(super) fn reading(path: &Path, entry: &str) -> impl Fn(io::Error) -> Self {
        move |source| match source.raw_os_error() {
            Some(_) => Self::io(path)(source),
            None => Self::fault(path, entry, source),
        }
    }

    /// For `map_err`, of the zip library.
    pub(super) fn zip(path: &Path, entry: &str) -> impl Fn(zip::result::ZipError) -> Self {
        move |error| match error {
            zip::result::ZipError::Io(source) => Self::reading(path, entry)(source),
            error => Self::fault(path, entry, error),
        }
    }
}
