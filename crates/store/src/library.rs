//! A library: opening it, and appending to its log.

use crate::documents::{DocumentId, ImageKey};
use crate::error::StoreError;
use crate::record::Author;
use crate::schema::check_format;
use crate::writer::{Appended, Writer};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::Operation;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Windows read while one stroke is written.
const N_READERS: u32 = 4;

/// A library that is open. At most one program writes to a library at a time.
#[derive(Debug)]
pub struct Library {
    path: PathBuf,
    readers: SqlitePool,
    writer: Option<Mutex<Writer>>,
}

/// What a new library is given by its host, since the library has neither clock nor randomness.
#[derive(Debug, Clone, Copy)]
pub struct NewLibrary {
    /// Origin of the log, for a library that does not exist yet.
    pub device: Uuid,
    /// Key for commitments, for a library that does not exist yet.
    pub salt: [u8; 32],
    /// Microseconds since 1970-01-01 UTC.
    pub now_us: i64,
}

impl Library {
    /// Opens a library for writing, and makes it if it is not there.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Newer`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub async fn open(path: &Path, new: NewLibrary) -> Result<Self, StoreError> {
        let writer = Writer::open(path, new).await?;
        let readers = readers(path);
        Ok(Self {
            path: path.to_owned(),
            readers,
            writer: Some(Mutex::new(writer)),
        })
    }

    /// Opens a library to look at it only, also while another program writes to it.
    ///
    /// # Errors
    /// [`StoreError::Io`] where there is none, [`StoreError::Newer`], [`StoreError::Damaged`].
    pub async fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        std::fs::metadata(path).map_err(|source| StoreError::Io {
            path: path.to_owned(),
            source,
        })?;
        let library = Self {
            path: path.to_owned(),
            readers: readers(path),
            writer: None,
        };
        let mut connection = library.read().await?;
        check_format(path, &mut connection).await?;
        drop(connection);
        Ok(library)
    }

    /// The library's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins the document of an image. Its first record says so.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was changed.
    pub async fn create_document(
        &self,
        id: DocumentId,
        image: &ImageKey,
        size: [usize; 3],
        author: Author,
    ) -> Result<Appended, StoreError> {
        let mut writer = self.writer().await?;
        let begun = writer.begin(id, image, size, author).await;
        begun.map_err(|e| StoreError::from_write(&self.path, e))
    }

    /// Appends an operation that takes a document from `before` to `after`. When this returns,
    /// the operation is on disk.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where the stored document is not in the state `before`,
    /// [`StoreError::Damaged`] where the log was cut short; nothing was changed.
    pub async fn append(
        &self,
        id: DocumentId,
        operation: Operation,
        [before, after]: [&DocumentState; 2],
        author: Author,
    ) -> Result<Appended, StoreError> {
        let mut writer = self.writer().await?;
        let appended = writer.append(id, operation, [before, after], author).await;
        appended.map_err(|e| StoreError::from_write(&self.path, e))
    }

    /// Moves what was appended from the write-ahead log to its place in the file. It is on disk before
    /// that too, so nothing is lost where this cannot be done: it is done later, or when the library
    /// is opened the next time.
    pub async fn checkpoint(&self) {
        if let Ok(mut writer) = self.writer().await {
            writer.checkpoint().await;
        }
    }

    pub(crate) async fn writer(&self) -> Result<tokio::sync::MutexGuard<'_, Writer>, StoreError> {
        match &self.writer {
            Some(writer) => Ok(writer.lock().await),
            None => Err(StoreError::InUse {
                path: self.path.clone(),
            }),
        }
    }

    pub(crate) async fn with_writer<T>(
        &self,
        write: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let mut writer = self.writer().await?;
        let written = writer.with_connection(write).await;
        written.map_err(|e| self.sqlite_error(e))
    }

    pub(crate) async fn read(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.readers
            .acquire()
            .await
            .map_err(|e| self.sqlite_error(e))
    }

    pub(crate) fn sqlite_error(&self, source: sqlx::Error) -> StoreError {
        StoreError::from_sqlite(&self.path, source)
    }

    pub(crate) fn damaged(&self, reason: String) -> StoreError {
        StoreError::Damaged {
            path: self.path.clone(),
            reason,
        }
    }
}

/// Readers never checkpoint: the writer alone does (SQLite's WAL-reset defect needs two).
fn readers(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("wal_autocheckpoint", "0");
    SqlitePoolOptions::new()
        .max_connections(N_READERS)
        .connect_lazy_with(options)
}
