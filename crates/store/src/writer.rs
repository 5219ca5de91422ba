//! The one connection that writes: record and projection in one transaction.

use crate::bricks;
use crate::documents::{DocumentId, ImageKey, kind_text};
use crate::error::{StoreError, WriteError};
use crate::library::NewLibrary;
use crate::lock::lock;
use crate::record::{Author, Beginning, Link, Record, RecordHash};
use crate::schema::migrate;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_annotation::shape::Shapes;
use annotomy_volume::labels::ContentHash;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Pages of 4 KiB in the write-ahead log before a commit itself moves them to their place: that is
/// done between edits, where there is a pause.
const MOST_PAGES: &str = "16384";

#[derive(Debug)]
pub(crate) struct Writer {
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    /// Whether the connection has to be made anew before it is used again.
    is_broken: bool,
    identity: Identity,
    /// Held for as long as the library is open.
    _lock: File,
}

/// What a library says of itself, as the writer goes on from it.
#[derive(Debug)]
struct Identity {
    device: Uuid,
    salt: ContentHash,
    /// Sequence and hash of the last record.
    head: (u64, RecordHash),
}

impl Identity {
    /// `None` where a part of it is not what it should be.
    async fn read(connection: &mut SqliteConnection) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query("SELECT device, salt FROM library")
            .fetch_one(&mut *connection)
            .await?;
        let device = Uuid::from_slice(row.get("device")).ok();
        let salt = row.get::<&[u8], _>("salt").try_into().ok();
        let head = head(connection).await?;
        let parts = device.zip(salt).zip(head);
        Ok(parts.map(|((device, salt), head)| Self { device, salt, head }))
    }
}

/// An operation that is now durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its place in the log.
    pub sequence: u64,
    /// Hash of its record.
    pub hash: RecordHash,
}

/// What a record does to the tables that the UI reads.
#[derive(Clone, Copy)]
enum Projection<'a> {
    Begin {
        image: &'a ImageKey,
        state: &'a DocumentState,
    },
    Step {
        before: &'a DocumentState,
        after: &'a DocumentState,
    },
}

impl Writer {
    /// Opens a library's file for writing, and makes it if it is not there.
    pub(crate) async fn open(path: &Path, new: NewLibrary) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        let sqlite_error = |e| StoreError::from_sqlite(path, e);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", MOST_PAGES)
            .foreign_keys(true);
        let mut connection = options.connect().await.map_err(sqlite_error)?;
        migrate(path, &mut connection, new).await?;
        let identity = Identity::read(&mut connection)
            .await
            .map_err(sqlite_error)?;
        let identity = identity.ok_or_else(|| StoreError::Damaged {
            path: path.to_owned(),
            reason: "it does not say which device it belongs to".to_owned(),
        })?;
        Ok(Self {
            connection,
            options,
            is_broken: false,
            identity,
            _lock: lock,
        })
    }

    /// Begins the document of an image.
    pub(crate) async fn begin(
        &mut self,
        id: DocumentId,
        image: &ImageKey,
        size: [usize; 3],
        author: Author,
    ) -> Result<Appended, WriteError> {
        self.mend().await?;
        let state = DocumentState::empty(size);
        let operation = Operation::trace(OperationKind::CreateDocument);
        let beginning = Beginning {
            image_commitment: commitment(&self.identity.salt, &image.0),
            size: size.map(|n| n as u64),
        };
        let root = state.root();
        let mut record = Record::new(self.link(), author, id, operation, [root, root]);
        record.begins = Some(beginning);
        self.commit(
            record,
            Projection::Begin {
                image,
                state: &state,
            },
        )
        .await
    }

    /// Appends an operation that takes a document from one state to the next.
    pub(crate) async fn append(
        &mut self,
        id: DocumentId,
        operation: Operation,
        [before, after]: [&DocumentState; 2],
        author: Author,
    ) -> Result<Appended, WriteError> {
        self.mend().await?;
        let roots = [before.root(), after.root()];
        let record = Record::new(self.link(), author, id, operation, roots);
        self.commit(record, Projection::Step { before, after })
            .await
    }

    const fn link(&self) -> Link {
        let (sequence, previous) = self.identity.head;
        Link {
            device: self.identity.device,
            sequence: sequence + 1,
            previous,
        }
    }

    /// Makes a broken connection anew. It may turn out that the log ends elsewhere, so this comes
    /// before a record is linked to it.
    async fn mend(&mut self) -> Result<(), sqlx::Error> {
        if self.is_broken {
            self.reconnect().await?;
        }
        Ok(())
    }

    /// Record and projection in one transaction.
    ///
    /// When it fails, SQLite may have ended the transaction by itself (a full disk does), which
    /// sqlx does not notice; and a commit that reports a failure may have reached the disk all the
    /// same. So the connection is made anew, and the log itself says what happened.
    async fn commit(
        &mut self,
        record: Record,
        projection: Projection<'_>,
    ) -> Result<Appended, WriteError> {
        let record = Arc::new(record);
        let mut encoding = Encoding::begin(&record);
        match self.write(&record, &mut encoding, projection).await {
            Ok(hash) => {
                let sequence = record.sequence;
                self.identity.head = (sequence, hash);
                Ok(Appended { sequence, hash })
            }
            Err(refused @ (WriteError::Stale | WriteError::Cut)) => Err(refused),
            Err(error) => {
                self.is_broken = true;
                let (sequence, hash) = (record.sequence, encoding.done().await.1);
                match self.reconnect().await {
                    Ok(()) if self.identity.head == (sequence, hash) => {
                        Ok(Appended { sequence, hash })
                    }
                    // What failed first says more than what failed after it.
                    _ => Err(error),
                }
            }
        }
    }

    /// See [`Library::checkpoint`](crate::Library::checkpoint).
    pub(crate) async fn checkpoint(&mut self) {
        let moved = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)");
        self.is_broken |= moved.execute(&mut self.connection).await.is_err();
    }

    /// Writes what is not part of the log.
    pub(crate) async fn with_connection<T>(
        &mut self,
        write: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        self.mend().await?;
        let written = write(&mut self.connection).await;
        self.is_broken = written.is_err();
        written
    }

    pub(crate) async fn reconnect(&mut self) -> Result<(), sqlx::Error> {
        let mut connection = self.options.connect().await?;
        let identity = Identity::read(&mut connection).await?;
        self.identity = identity.ok_or(sqlx::Error::RowNotFound)?;
        self.connection = connection;
        self.is_broken = false;
        Ok(())
    }

    async fn write(
        &mut self,
        record: &Record,
        encoding: &mut Encoding,
        projection: Projection<'_>,
    ) -> Result<RecordHash, WriteError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        let id = record.document;
        if let Projection::Step { before, after } = projection {
            bricks::write_changed(&mut transaction, id, before, after).await?;
        }
        let (bytes, hash) = encoding.done().await;
        insert_record(&mut transaction, record, bytes, *hash).await?;
        move_head(&mut transaction, record, *hash).await?;
        match projection {
            Projection::Begin { image, state } => {
                insert_document(&mut transaction, id, image, state).await?;
            }
            Projection::Step { before, after } => {
                step_document(&mut transaction, id, before, after).await?;
            }
        }
        transaction.commit().await?;
        Ok(*hash)
    }
}

/// A record's bytes and their hash, which are made while its voxels are written: both take long where
/// an operation changes the whole volume.
enum Encoding {
    Begun(JoinHandle<(Vec<u8>, RecordHash)>),
    Done((Vec<u8>, RecordHash)),
}

impl Encoding {
    fn begin(record: &Arc<Record>) -> Self {
        let record = Arc::clone(record);
        Self::Begun(tokio::task::spawn_blocking(move || {
            let bytes = record.encode();
            let hash = RecordHash::of(&bytes);
            (bytes, hash)
        }))
    }

    async fn done(&mut self) -> &(Vec<u8>, RecordHash) {
        if let Self::Begun(task) = self {
            *self = Self::Done(task.await.expect("a record can be encoded"));
        }
        match self {
            Self::Done(done) => done,
            Self::Begun(_) => unreachable!("it was awaited"),
        }
    }
}

/// What a record says about an image's key: without the library's salt it identifies nobody.
pub(crate) fn commitment(salt: &ContentHash, image_key: &str) -> ContentHash {
    *blake3::keyed_hash(salt, image_key.as_bytes()).as_bytes()
}

/// The library's own note of its last record moves on, if it stands where the record follows.
async fn move_head(
    connection: &mut SqliteConnection,
    record: &Record,
    hash: RecordHash,
) -> Result<(), WriteError> {
    let moved =
        sqlx::query("UPDATE library SET head = ?, head_hash = ? WHERE head = ? AND head_hash = ?")
            .bind(record.sequence.cast_signed())
            .bind(hash.0.as_slice())
            .bind(record.sequence.cast_signed() - 1)
            .bind(record.previous.0.as_slice())
            .execute(connection)
            .await?;
    match moved.rows_affected() {
        1 => Ok(()),
        _ => Err(WriteError::Cut),
    }
}

pub(crate) async fn insert_record(
    connection: &mut SqliteConnection,
    record: &Record,
    bytes: &[u8],
    hash: RecordHash,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO record (sequence, bytes, hash, document, kind, target)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(record.sequence.cast_signed())
    .bind(bytes)
    .bind(hash.0.as_slice())
    .bind(record.document.0.as_bytes().as_slice())
    .bind(kind_text(record.operation.kind))
    .bind(record.operation.target.map(u64::cast_signed))
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_document(
    connection: &mut SqliteConnection,
    id: DocumentId,
    image: &ImageKey,
    state: &DocumentState,
) -> Result<(), sqlx::Error> {
    let [i, j, k] = state.size().map(|n| n as i64);
    sqlx::query(
        "INSERT INTO document
             (id, image_key, size_i, size_j, size_k, n_layers, segments, root, n_records)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
    )
    .bind(id.0.as_bytes().as_slice())
    .bind(&image.0)
    .bind(i)
    .bind(j)
    .bind(k)
    .bind(state.layers().len() as i64)
    .bind(state.encoded_segments())
    .bind(state.root().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Segments, root and count of a document, if it is stored in the state `before`.
async fn step_document(
    connection: &mut SqliteConnection,
    id: DocumentId,
    before: &DocumentState,
    after: &DocumentState,
) -> Result<(), WriteError> {
    let stepped = sqlx::query(
        "UPDATE document SET segments = ?, pixel_size = ?, classes = ?, shapes = ?, n_layers = ?,
             root = ?, n_records = n_records + 1
         WHERE id = ? AND root = ?",
    )
    .bind(after.encoded_segments())
    .bind(encode_pixel_size(after))
    .bind(encode_classes(after))
    .bind(encode_shapes(after.shapes()))
    .bind(after.layers().len() as i64)
    .bind(after.root().as_slice())
    .bind(id.0.as_bytes().as_slice())
    .bind(before.root().as_slice())
    .execute(connection)
    .await?;
    match stepped.rows_affected() {
        1 => Ok(()),
        _ => Err(WriteError::Stale),
    }
}

/// Writes everything of a document but its bricks and its image anew.
pub(crate) async fn rewrite_document(
    connection: &mut SqliteConnection,
    id: DocumentId,
    state: &DocumentState,
    n_records: u64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE document SET segments = ?, pixel_size = ?, classes = ?, shapes = ?, n_layers = ?,
             root = ?, n_records = ?
         WHERE id = ?",
    )
    .bind(state.encoded_segments())
    .bind(encode_pixel_size(state))
    .bind(encode_classes(state))
    .bind(encode_shapes(state.shapes()))
    .bind(state.layers().len() as i64)
    .bind(state.root().as_slice())
    .bind(n_records.cast_signed())
    .bind(id.0.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// The pixel size as it is stored.
fn encode_pixel_size(state: &DocumentState) -> Option<Vec<u8>> {
    state.pixel_size().as_ref().map(encode)
}

/// The classes of a label protocol as they are stored: nothing where there are none.
fn encode_classes(state: &DocumentState) -> Option<Vec<u8>> {
    let classes = state.classes();
    (!classes.is_empty()).then(|| encode(classes))
}

/// Shapes as they are stored: nothing where there are none.
pub(crate) fn encode_shapes(shapes: &Shapes) -> Option<Vec<u8>> {
    (!shapes.is_empty()).then(|| encode(shapes))
}

/// CBOR, as values in columns are stored.
pub(crate) fn encode(value: &(impl Serialize + ?Sized)) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("a Vec takes all bytes");
    bytes
}

/// Sequence and hash of the last record; `None` where the hash is not one.
async fn head(connection: &mut SqliteConnection) -> Result<Option<(u64, RecordHash)>, sqlx::Error> {
    let row = sqlx::query("SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok(Some((0, RecordHash::NONE)));
    };
    let hash = row.get::<&[u8], _>("hash").try_into().ok().map(RecordHash);
    Ok(hash.map(|hash| (row.get::<i64, _>("sequence").cast_unsigned(), hash)))
}
