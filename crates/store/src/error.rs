//! Why the library could not do what was asked.

use annotomy_annotation::document::StateMismatch;
use std::path::PathBuf;
use thiserror::Error;

/// A failure of the library. Unless it says otherwise, nothing was changed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another program holds the library.
    #[error("{path}: the library is open in another window or program")]
    InUse {
        /// The library's file.
        path: PathBuf,
    },
    /// A later version of this program wrote the file.
    #[error(
        "{path}: written by a newer version (format {found}, this version reads up to {known})"
    )]
    Newer {
        /// The library's file.
        path: PathBuf,
        /// Format of the file.
        found: i64,
        /// Newest format this version knows.
        known: i64,
    },
    /// The disk is full.
    #[error("{path}: the disk is full; the change was not made")]
    Full {
        /// The library's file.
        path: PathBuf,
    },
    /// The file is damaged or is not a library.
    #[error("{path}: not a sound library: {reason}")]
    Damaged {
        /// The library's file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The document does not exist.
    #[error("this document is not in the library")]
    NoSuchDocument,
    /// The document has no such record.
    #[error("record {0} is not one of this document")]
    NoSuchRecord(u64),
    /// The document was changed since the operation was made.
    #[error("the document was changed meanwhile; the change was not made")]
    Stale,
    /// A library that an archive is to be opened into holds something already.
    #[error("{path}: the library holds {n_records} record(s) already; nothing was changed")]
    Occupied {
        /// The library's file.
        path: PathBuf,
        /// Records it holds.
        n_records: u64,
    },
    /// The operation does not fit the document's state.
    #[error("the change does not fit the document: {0}")]
    Mismatch(#[from] StateMismatch),
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file concerned.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("{path}: {source}")]
    Database {
        /// The library's file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
}

/// Why a record was not written.
#[derive(Debug, Error)]
pub(crate) enum WriteError {
    /// The document is not in the state that the record starts from.
    #[error("the document was changed meanwhile")]
    Stale,
    /// The log does not end with the record that this one follows.
    #[error("its log was cut short or changed: the library's last record is another")]
    Cut,
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] sqlx::Error),
}

/// SQLite's primary result codes that have a meaning of their own here
/// (<https://www.sqlite.org/rescode.html>).
const SQLITE_ERROR: i32 = 1;
const SQLITE_IOERR: i32 = 10;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_NOTADB: i32 = 26;

/// Whether SQLite does not know what a statement names: a file of an older format has fewer tables.
pub(crate) fn is_absent(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(SQLITE_ERROR)
}

/// Whether a part of the file cannot be read.
pub(crate) fn is_unreadable(error: &sqlx::Error) -> bool {
    matches!(
        primary_code(error),
        Some(SQLITE_CORRUPT | SQLITE_NOTADB | SQLITE_IOERR)
    )
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

impl StoreError {
    /// Sorts why a record was not written by who is at fault.
    pub(crate) fn from_write(path: &std::path::Path, error: WriteError) -> Self {
        match error {
            WriteError::Stale => Self::Stale,
            WriteError::Cut => Self::Damaged {
                path: path.to_owned(),
                reason: error.to_string(),
            },
            WriteError::Sqlite(source) => Self::from_sqlite(path, source),
        }
    }

    /// Sorts what SQLite said by who is at fault.
    pub(crate) fn from_sqlite(path: &std::path::Path, source: sqlx::Error) -> Self {
        let path = path.to_owned();
        match primary_code(&source) {
            Some(SQLITE_FULL) => Self::Full { path },
            Some(SQLITE_CORRUPT | SQLITE_NOTADB) => Self::Damaged {
                path,
                reason: source.to_string(),
            },
            _ => Self::Database { path, source },
        }
    }
}
