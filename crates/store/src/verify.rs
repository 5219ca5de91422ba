//! Does the library hold what its log says?

use crate::bricks::StoredBrick;
use crate::documents::{DocumentId, pixel_size_of};
use crate::error::{StoreError, is_unreadable};
use crate::library::Library;
use crate::record::RecordHash;
use crate::replay::{Replay, Replayed};
use crate::writer::commitment;
use annotomy_annotation::segment::Segment;
use annotomy_volume::labels::{BrickIndex, ContentHash};
use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

/// The result of walking the log and the voxels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Records that hold.
    pub n_records: u64,
    /// Bricks that hold.
    pub n_bricks: u64,
    /// Hash of the last record that holds.
    pub head: Option<RecordHash>,
    /// The first thing that does not hold.
    pub first_fault: Option<Fault>,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The record concerned; for voxels, the one that last changed them; for a log that was cut
    /// short, the first that is missing.
    pub sequence: u64,
    /// What is wrong.
    pub reason: String,
}

impl Fault {
    fn new(sequence: u64, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { sequence, reason }
    }
}

/// A walk stops at what does not hold, or where SQLite fails for another reason.
enum Stop {
    Fault(Fault),
    Sqlite(sqlx::Error),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// For `map_err`: a part of the file that cannot be read is a fault of record `sequence`.
fn unreadable(sequence: u64) -> impl FnOnce(sqlx::Error) -> Stop {
    move |error| match is_unreadable(&error) {
        true => Fault::new(sequence, format!("the file cannot be read here: {error}")).into(),
        false => Stop::Sqlite(error),
    }
}

impl Library {
    /// Walks the whole chain, then compares what the UI reads with what the chain adds up to.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite cannot open the file at all.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        let mut connection = self.read().await?;
        // One transaction, so that a stroke written meanwhile is seen whole or not at all.
        let mut snapshot = sqlx::Connection::begin(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let (replay, mut fault) = replay(&mut snapshot)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let mut n_bricks = 0;
        if fault.is_none() {
            fault = match check_projections(&mut snapshot, &replay, &mut n_bricks).await {
                Ok(()) => None,
                Err(Stop::Fault(fault)) => Some(fault),
                Err(Stop::Sqlite(error)) => return Err(self.sqlite_error(error)),
            };
        }
        Ok(Verification {
            n_records: replay.n_records,
            n_bricks,
            head: replay.head,
            first_fault: fault,
        })
    }
}

/// Replays the log up to the first record that does not hold.
pub(crate) async fn replay(
    connection: &mut SqliteConnection,
) -> Result<(Replay, Option<Fault>), sqlx::Error> {
    let device = sqlx::query("SELECT device FROM library")
        .fetch_one(&mut *connection)
        .await?;
    let mut replay = Replay::new(Uuid::from_slice(device.get("device")).unwrap_or(Uuid::nil()));
    let mut rows = sqlx::query(
        "SELECT sequence, bytes, hash, document, kind, target FROM record ORDER BY sequence",
    )
    .fetch(connection);
    let fault = loop {
        let row = match rows
            .try_next()
            .await
            .map_err(unreadable(replay.n_records + 1))
        {
            Ok(Some(row)) => row,
            Ok(None) => break None,
            Err(Stop::Fault(fault)) => break Some(fault),
            Err(Stop::Sqlite(error)) => return Err(error),
        };
        if let Err(reason) = replay.step(&row) {
            let sequence = row.get::<i64, _>("sequence").cast_unsigned();
            break Some(Fault { sequence, reason });
        }
    };
    drop(rows);
    Ok((replay, fault))
}

/// Counts the bricks that hold, up to the first fault.
async fn check_projections(
    connection: &mut SqliteConnection,
    replay: &Replay,
    n_bricks: &mut u64,
) -> Result<(), Stop> {
    let next = replay.n_records + 1;
    let library = sqlx::query("SELECT salt, head, head_hash FROM library")
        .fetch_one(&mut *connection)
        .await
        .map_err(unreadable(next))?;
    let head = replay.head.unwrap_or(RecordHash::NONE);
    let noted = library.get::<i64, _>("head").cast_unsigned();
    if noted != replay.n_records || library.get::<&[u8], _>("head_hash") != head.0 {
        let reason = format!("the log ends before it, but the library's last record is {noted}");
        return Err(Fault::new(next, reason).into());
    }
    let salt = library.get::<&[u8], _>("salt").try_into();
    let salt =
        salt.map_err(|_| Fault::new(1, "the library has lost the key of its commitments"))?;
    for (&id, document) in &replay.documents {
        check_document(connection, id, document, &salt).await?;
        check_bricks(connection, id, document, n_bricks).await?;
    }
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM document")
        .fetch_one(connection)
        .await
        .map_err(unreadable(next))?;
    if usize::try_from(stored) != Ok(replay.documents.len()) {
        let reason = "there are documents that no record begins";
        return Err(Fault::new(replay.n_records, reason).into());
    }
    Ok(())
}

async fn check_document(
    connection: &mut SqliteConnection,
    id: DocumentId,
    document: &Replayed,
    salt: &ContentHash,
) -> Result<(), Stop> {
    let row = sqlx::query(
        "SELECT image_key, size_i, size_j, size_k, n_layers, segments, pixel_size, root, n_records
         FROM document WHERE id = ?",
    )
    .bind(id.0.as_bytes().as_slice())
    .fetch_optional(connection)
    .await
    .map_err(unreadable(document.begun_by))?
    .ok_or_else(|| Fault::new(document.begun_by, "the document it begins is missing"))?;
    let number = |column| row.get::<i64, _>(column).cast_unsigned();
    let beginning = &document.beginning;
    if commitment(salt, row.get("image_key")) != beginning.image_commitment {
        let reason = "the document is kept for another image than it was begun on";
        return Err(Fault::new(document.begun_by, reason).into());
    }
    if ["size_i", "size_j", "size_k"].map(number) != beginning.size {
        let reason = "the document's grid is not the one it was begun on";
        return Err(Fault::new(document.begun_by, reason).into());
    }
    if !has_segments(&row, document) {
        let reason = "the stored segments are not what the log adds up to";
        return Err(Fault::new(document.segments_by, reason).into());
    }
    let root = document.state.root();
    let holds = row.get::<&[u8], _>("root") == root && number("n_records") == document.n_records;
    if !holds {
        let reason = "the stored document is not in the state that its last record says";
        return Err(Fault::new(document.last, reason).into());
    }
    Ok(())
}

fn has_segments(row: &SqliteRow, document: &Replayed) -> bool {
    let stored: Option<Vec<Segment>> = ciborium::from_reader(row.get::<&[u8], _>("segments")).ok();
    let n_layers = usize::try_from(row.get::<i64, _>("n_layers"));
    stored.is_some_and(|stored| stored == document.state.segments())
        && pixel_size_of(row).is_ok_and(|stored| stored == document.state.pixel_size())
        && n_layers == Ok(document.state.layers().len())
}

async fn check_bricks(
    connection: &mut SqliteConnection,
    id: DocumentId,
    document: &Replayed,
    n_bricks: &mut u64,
) -> Result<(), Stop> {
    let mut rows = sqlx::query(
        "SELECT layer, i, j, k, hash, content FROM brick WHERE document = ? ORDER BY layer, k, j, i",
    )
    .bind(id.0.as_bytes().as_slice())
    .fetch(connection);
    let layers = document.state.layers();
    let last_of_any = document.bricks_by.values().max().copied();
    let last_of_any = last_of_any.unwrap_or(document.segments_by);
    let mut n_stored = 0;
    while let Some(row) = rows.try_next().await.map_err(unreadable(last_of_any))? {
        let at = |column| u16::try_from(row.get::<i64, _>(column)).unwrap_or(u16::MAX);
        let index = BrickIndex([at("i"), at("j"), at("k")]);
        let key = (at("layer"), index);
        let expected = layers
            .get(usize::from(key.0))
            .and_then(|layer| layer.brick(index));
        let reason = match (StoredBrick::read(&row), expected) {
            (Err(reason), _) => reason,
            (Ok(stored), Some(expected)) if stored.brick == **expected => {
                n_stored += 1;
                *n_bricks += 1;
                continue;
            }
            _ => format!(
                "brick {:?} of layer {} is not what the log adds up to",
                index.0, key.0
            ),
        };
        let sequence = document.bricks_by.get(&key).copied();
        return Err(Fault::new(sequence.unwrap_or(document.segments_by), reason).into());
    }
    let n_expected: usize = layers.iter().map(|layer| layer.bricks().len()).sum();
    match n_stored == n_expected {
        true => Ok(()),
        false => Err(Fault::new(last_of_any, "a stored brick is missing").into()),
    }
}
