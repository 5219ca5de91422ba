//! The library file: opening it, and appending to its log.

use crate::bricks;
use crate::documents::{DocumentId, ImageKey, kind_text};
use crate::error::StoreError;
use crate::record::{Author, Beginning, Link, Record, RecordHash};
use crate::schema::{FORMAT, MIGRATIONS};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_volume::labels::ContentHash;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Row};
use std::fs::{File, TryLockError};
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

#[derive(Debug)]
struct Writer {
    connection: SqliteConnection,
    device: Uuid,
    salt: ContentHash,
    head: (u64, RecordHash),
    /// Held for as long as the library is open; the system lets go of it if the program dies.
    _lock: File,
}

/// What a new library is given by its host, since the library has neither clock nor randomness.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry {
    /// Origin of the log, for a library that does not exist yet.
    pub device: Uuid,
    /// Key for commitments, for a library that does not exist yet.
    pub salt: [u8; 32],
    /// Microseconds since 1970-01-01 UTC.
    pub now_us: i64,
}

/// An operation that is now durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its place in the log.
    pub sequence: u64,
    /// Hash of its record.
    pub hash: RecordHash,
}

impl Library {
    /// Opens a library for writing, and makes it if it is not there.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Newer`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub async fn open(path: &Path, new: NewEntry) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        let sqlite_error = |e| StoreError::from_sqlite(path, e);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let mut connection = options.connect().await.map_err(sqlite_error)?;
        migrate(path, &mut connection, new).await?;
        let row = sqlx::query("SELECT device, salt FROM library")
            .fetch_one(&mut connection)
            .await
            .map_err(sqlite_error)?;
        let damaged = || StoreError::Damaged {
            path: path.to_owned(),
            reason: "it does not say which device it belongs to".to_owned(),
        };
        let device = Uuid::from_slice(row.get("device")).map_err(|_| damaged())?;
        let salt = row
            .get::<&[u8], _>("salt")
            .try_into()
            .map_err(|_| damaged())?;
        let head = head(&mut connection)
            .await
            .map_err(sqlite_error)?
            .ok_or_else(damaged)?;
        let writer = Writer {
            connection,
            device,
            salt,
            head,
            _lock: lock,
        };
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
        let state = DocumentState::empty(size);
        let operation = Operation::trace(OperationKind::CreateDocument);
        let beginning = Beginning {
            image_commitment: *blake3::keyed_hash(&writer.salt, image.0.as_bytes()).as_bytes(),
            size: size.map(|n| n as u64),
        };
        let root = state.root();
        let mut record = Record::new(writer.link(), author, id, operation, [root, root]);
        record.begins = Some(beginning);
        let projection = Projection::Begin {
            image,
            state: &state,
        };
        writer
            .commit(&record, projection)
            .await
            .map_err(|e| self.sqlite_error(e))
    }

    /// Appends an operation that takes a document from `before` to `after`. When this returns,
    /// the operation is on disk.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was changed.
    pub async fn append(
        &self,
        id: DocumentId,
        operation: Operation,
        [before, after]: [&DocumentState; 2],
        author: Author,
    ) -> Result<Appended, StoreError> {
        let mut writer = self.writer().await?;
        let roots = [before.root(), after.root()];
        let record = Record::new(writer.link(), author, id, operation, roots);
        let projection = Projection::Step { before, after };
        writer
            .commit(&record, projection)
            .await
            .map_err(|e| self.sqlite_error(e))
    }

    async fn writer(&self) -> Result<tokio::sync::MutexGuard<'_, Writer>, StoreError> {
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
        write(&mut writer.connection)
            .await
            .map_err(|e| self.sqlite_error(e))
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

/// What a record does to the tables that the UI reads.
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
    const fn link(&self) -> Link {
        let (sequence, previous) = self.head;
        Link {
            device: self.device,
            sequence: sequence + 1,
            previous,
        }
    }

    /// Record and projection in one transaction. Dropping the transaction early, as every error
    /// does, rolls it back.
    async fn commit(
        &mut self,
        record: &Record,
        projection: Projection<'_>,
    ) -> Result<Appended, sqlx::Error> {
        let bytes = record.encode();
        let hash = RecordHash::of(&bytes);
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        insert_record(&mut transaction, record, &bytes, hash).await?;
        let id = record.document;
        match projection {
            Projection::Begin { image, state } => {
                insert_document(&mut transaction, id, image, state).await?;
            }
            Projection::Step { before, after } => {
                if before.segments() != after.segments() {
                    update_segments(&mut transaction, id, after).await?;
                }
                bricks::write_changed(&mut transaction, id, before, after).await?;
            }
        }
        transaction.commit().await?;
        self.head = (record.sequence, hash);
        Ok(Appended {
            sequence: record.sequence,
            hash,
        })
    }
}

async fn insert_record(
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

pub(crate) async fn insert_document(
    connection: &mut SqliteConnection,
    id: DocumentId,
    image: &ImageKey,
    state: &DocumentState,
) -> Result<(), sqlx::Error> {
    let [i, j, k] = state.size().map(|n| n as i64);
    sqlx::query(
        "INSERT INTO document (id, image_key, size_i, size_j, size_k, n_layers, segments)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0.as_bytes().as_slice())
    .bind(&image.0)
    .bind(i)
    .bind(j)
    .bind(k)
    .bind(state.layers().len() as i64)
    .bind(segments_bytes(state))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn update_segments(
    connection: &mut SqliteConnection,
    id: DocumentId,
    state: &DocumentState,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE document SET segments = ?, n_layers = ? WHERE id = ?")
        .bind(segments_bytes(state))
        .bind(state.layers().len() as i64)
        .bind(id.0.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

fn segments_bytes(state: &DocumentState) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(state.segments(), &mut bytes).expect("a Vec takes all bytes");
    bytes
}

/// One program a library: a lock on a file beside it.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let io_error = |source| StoreError::Io {
        path: lock_path.clone(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Io {
            path: folder.to_owned(),
            source,
        })?;
    }
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(io_error)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(io_error(source)),
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

async fn check_format(path: &Path, connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let found: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await
        .map_err(|e| StoreError::from_sqlite(path, e))?;
    if found > FORMAT {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: FORMAT,
        });
    }
    Ok(found)
}

async fn migrate(
    path: &Path,
    connection: &mut SqliteConnection,
    new: NewEntry,
) -> Result<(), StoreError> {
    let found = check_format(path, connection).await?;
    let sqlite_error = |e| StoreError::from_sqlite(path, e);
    let first = usize::try_from(found).unwrap_or(0);
    for (number, migration) in MIGRATIONS.iter().enumerate().skip(first) {
        let mut transaction = connection
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(sqlite_error)?;
        sqlx::raw_sql(*migration)
            .execute(&mut *transaction)
            .await
            .map_err(sqlite_error)?;
        if number == 0 {
            sqlx::query("INSERT INTO library (device, salt, created_us) VALUES (?, ?, ?)")
                .bind(new.device.as_bytes().as_slice())
                .bind(new.salt.as_slice())
                .bind(new.now_us)
                .execute(&mut *transaction)
                .await
                .map_err(sqlite_error)?;
        }
        let version = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {}", number + 1));
        sqlx::raw_sql(version)
            .execute(&mut *transaction)
            .await
            .map_err(sqlite_error)?;
        transaction.commit().await.map_err(sqlite_error)?;
    }
    Ok(())
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
