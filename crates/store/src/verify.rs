//! Does the library hold what its log says?

use crate::bricks::StoredBrick;
use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::library::Library;
use crate::record::RecordHash;
use crate::replay::{Replay, Replayed};
use annotomy_annotation::segment::Segment;
use annotomy_volume::labels::BrickIndex;
use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
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
    /// The record concerned; for voxels, the one that last changed them.
    pub sequence: u64,
    /// What is wrong.
    pub reason: String,
}

impl Library {
    /// Walks the whole chain, then compares what the UI reads with what the chain adds up to.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite cannot read the file at all.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        let mut connection = self.read().await?;
        let sqlite_error = |e| self.sqlite_error(e);
        // One transaction, so that a stroke written meanwhile is seen whole or not at all.
        let mut snapshot = sqlx::Connection::begin(&mut *connection)
            .await
            .map_err(sqlite_error)?;
        let (replay, mut fault) = replay(&mut snapshot).await.map_err(sqlite_error)?;
        let mut n_bricks = 0;
        if fault.is_none() {
            (n_bricks, fault) = check_projections(&mut snapshot, &replay)
                .await
                .map_err(sqlite_error)?;
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
    while let Some(row) = rows.try_next().await? {
        if let Err(reason) = replay.step(&row) {
            let sequence = row.get::<i64, _>("sequence").cast_unsigned();
            drop(rows);
            return Ok((replay, Some(Fault { sequence, reason })));
        }
    }
    drop(rows);
    Ok((replay, None))
}

/// Counts the bricks that hold, up to the first fault.
async fn check_projections(
    connection: &mut SqliteConnection,
    replay: &Replay,
) -> Result<(u64, Option<Fault>), sqlx::Error> {
    let mut n_bricks = 0;
    for (&id, document) in &replay.documents {
        let fault = match check_segments(connection, id, document).await? {
            None => check_bricks(connection, id, document, &mut n_bricks).await?,
            fault => fault,
        };
        if fault.is_some() {
            return Ok((n_bricks, fault));
        }
    }
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM document")
        .fetch_one(connection)
        .await?;
    let is_complete = usize::try_from(stored) == Ok(replay.documents.len());
    let fault = (!is_complete).then(|| Fault {
        sequence: replay.n_records,
        reason: "there are documents that no record begins".to_owned(),
    });
    Ok((n_bricks, fault))
}

async fn check_segments(
    connection: &mut SqliteConnection,
    id: DocumentId,
    document: &Replayed,
) -> Result<Option<Fault>, sqlx::Error> {
    let row = sqlx::query("SELECT segments FROM document WHERE id = ?")
        .bind(id.0.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?;
    let stored: Option<Vec<Segment>> =
        row.and_then(|row| ciborium::from_reader(row.get::<&[u8], _>("segments")).ok());
    let holds = stored.is_some_and(|stored| stored == document.state.segments());
    let reason = "the stored segments are not what the log adds up to".to_owned();
    Ok((!holds).then_some(Fault {
        sequence: document.segments_by,
        reason,
    }))
}

async fn check_bricks(
    connection: &mut SqliteConnection,
    id: DocumentId,
    document: &Replayed,
    n_bricks: &mut u64,
) -> Result<Option<Fault>, sqlx::Error> {
    let mut rows = sqlx::query(
        "SELECT layer, i, j, k, hash, content FROM brick WHERE document = ? ORDER BY layer, k, j, i",
    )
    .bind(id.0.as_bytes().as_slice())
    .fetch(connection);
    let layers = document.state.layers();
    let mut n_stored = 0;
    while let Some(row) = rows.try_next().await? {
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
        let sequence = document
            .bricks_by
            .get(&key)
            .copied()
            .unwrap_or(document.segments_by);
        return Ok(Some(Fault { sequence, reason }));
    }
    drop(rows);
    let n_expected: usize = layers.iter().map(|layer| layer.bricks().len()).sum();
    let sequence = document
        .bricks_by
        .values()
        .max()
        .copied()
        .unwrap_or(document.segments_by);
    let reason = "a stored brick is missing".to_owned();
    Ok((n_stored != n_expected).then_some(Fault { sequence, reason }))
}
