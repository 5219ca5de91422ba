//! The library's tables, and how an older file becomes a newer one.

use crate::error::StoreError;
use crate::library::NewLibrary;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use std::path::Path;

/// Each entry brings a file from format `n` to `n + 1`. No entry so far keeps a file readable for
/// older programs: they refuse any format above their own.
const MIGRATIONS: &[&str] = &[
    r"
CREATE TABLE library (
    device      BLOB NOT NULL,   -- UUID of this log's origin
    salt        BLOB NOT NULL,   -- key of the commitments that records hold instead of identifiers
    created_us  INTEGER NOT NULL,
    head        INTEGER NOT NULL DEFAULT 0,  -- the log's last record, so that a log cut short shows
    head_hash   BLOB NOT NULL DEFAULT (zeroblob(32))
) STRICT;

-- The log. Records are never changed or removed.
CREATE TABLE record (
    sequence    INTEGER PRIMARY KEY,
    bytes       BLOB NOT NULL,   -- CBOR, exactly as hashed
    hash        BLOB NOT NULL,   -- SHA-256, see record.rs
    document    BLOB NOT NULL,   -- from here on: read off the bytes, for queries
    kind        TEXT NOT NULL,
    target      INTEGER
) STRICT;
CREATE INDEX record_by_document ON record (document, sequence);

-- An accident guard, not a security claim: the hash chain is that.
CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
CREATE TRIGGER record_is_not_removed BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'a record is never removed'); END;

CREATE TABLE document (
    id          BLOB PRIMARY KEY,
    image_key   TEXT NOT NULL UNIQUE,
    size_i      INTEGER NOT NULL,
    size_j      INTEGER NOT NULL,
    size_k      INTEGER NOT NULL,
    n_layers    INTEGER NOT NULL,
    segments    BLOB NOT NULL,   -- CBOR list in the user's order
    root        BLOB NOT NULL,   -- hash of segments and bricks, as the last record says
    n_records   INTEGER NOT NULL
) STRICT;

CREATE TABLE brick (
    document    BLOB NOT NULL REFERENCES document (id),
    layer       INTEGER NOT NULL,
    i           INTEGER NOT NULL,
    j           INTEGER NOT NULL,
    k           INTEGER NOT NULL,
    hash        BLOB NOT NULL,   -- BLAKE3 of the labels
    content     BLOB NOT NULL,   -- the labels as u16 little endian, zstd
    PRIMARY KEY (document, layer, k, j, i)
) STRICT, WITHOUT ROWID;

CREATE TABLE recent (
    path        TEXT PRIMARY KEY,
    modality    TEXT NOT NULL,
    n_series    INTEGER NOT NULL,
    opened_us   INTEGER NOT NULL
) STRICT;
",
    r"
-- What a person said of the size of pixels, CBOR. Older programs do not know the records that say so.
ALTER TABLE document ADD COLUMN pixel_size BLOB;
",
    r"
-- Whose log this one goes on from: an archive that was opened here. A device never goes on under
-- another's name, so that no two records of one origin have the same number.
CREATE TABLE origin (
    until       INTEGER PRIMARY KEY,  -- the last record that it wrote
    device      BLOB NOT NULL,
    n_withheld  INTEGER NOT NULL      -- of its records, those of which the hash alone is here:
                                      -- bytes, document and kind of such a row are empty
) STRICT;
",
    r"
-- Classes of the label protocol, CBOR, in the document that holds it. Older programs know neither the
-- records that change it nor what records say of a segment's class, answers and state.
ALTER TABLE document ADD COLUMN classes BLOB;
",
    r"
-- Shapes, CBOR list in the user's order. Older programs do not know the records that change them.
ALTER TABLE document ADD COLUMN shapes BLOB;
",
    r"
-- No table changes: older programs do not know the records of restoring and of the tools that learn,
-- flood, walk and move contours.
",
    r"
-- No table changes: older programs know neither labels of slices and images, nor what is said of a
-- shape's place in a track, nor the records of mirrors, tubes, scissors, fronts, propagated sections and
-- shapes between keys.
",
    r"
-- Classifiers. Records name those that they used by their hash, so none is ever removed. Older programs
-- do not know what such records say.
CREATE TABLE classifier (
    hash        BLOB PRIMARY KEY,        -- BLAKE3 of the file without its last 32 bytes, which say it
    name        TEXT UNIQUE,             -- in the user's list; null once it was taken off it
    kept_us     INTEGER NOT NULL,
    file        BLOB NOT NULL
) STRICT;
",
    r"
-- No table changes: older programs do not know the records of segments that became one.
",
    r"
-- No table changes: older programs do not know that a model found voxels.
",
];

/// Newest format this program reads and writes; kept in SQLite's `user_version`.
const FORMAT: i64 = MIGRATIONS.len() as i64;

/// The file's format, if it is not newer than this program.
pub(crate) async fn check_format(
    path: &Path,
    connection: &mut SqliteConnection,
) -> Result<i64, StoreError> {
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

/// Brings a file, new or old, to the newest format.
pub(crate) async fn migrate(
    path: &Path,
    connection: &mut SqliteConnection,
    new: NewLibrary,
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
