//! Does the library hold what its log says?

use crate::bricks::StoredBrick;
use crate::documents::{DocumentId, classes_of, pixel_size_of, shapes_of};
use crate::error::{StoreError, is_unreadable};
use crate::library::Library;
use crate::origin::Origins;
use crate::record::{Record, RecordHash};
use crate::replay::{Chain, Replayed};
use crate::writer::commitment;
use annotomy_annotation::segment::Segment;
use annotomy_volume::labels::{BrickIndex, ContentHash};
use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// The result of walking the log and the voxels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Records that hold.
    pub n_records: u64,
    /// Of these, the ones of which only the hash is here: the archive that the library was opened
    /// from left them out. What they say is unknown, and that they follow each other is taken on
    /// trust.
    pub n_withheld: u64,
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
pub(crate) enum Stop {
    Fault(Fault),
    Sqlite(sqlx::Error),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A fault is a result; what SQLite fails for otherwise is not.
pub(crate) fn fault_of<T>(result: Result<T, Stop>) -> Result<Result<T, Fault>, sqlx::Error> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Fault(fault)) => Ok(Err(fault)),
        Err(Stop::Sqlite(error)) => Err(error),
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
    /// Walks the whole chain, then the records of one document after the other, and compares what
    /// the UI reads with what they add up to. Holds one document in memory at a time.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite cannot open the file at all.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        let mut connection = self.read().await?;
        // One transaction, so that a stroke written meanwhile is seen whole or not at all.
        let mut snapshot = sqlx::Connection::begin(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let verified = verify(&mut snapshot).await;
        verified.map_err(|e| self.sqlite_error(e))
    }
}

async fn verify(connection: &mut SqliteConnection) -> Result<Verification, sqlx::Error> {
    let (chain, mut broken) = walk(connection).await?;
    // What the log itself says comes first: what the UI reads cannot be judged by a broken log.
    let mut differs = fault_of(check_library(connection, &chain).await)?.err();
    let mut n_bricks = 0;
    for &id in chain.documents.keys() {
        let is_sound = broken.is_none() && differs.is_none();
        match fault_of(replay(connection, id, chain.n_records).await)? {
            Err(fault) => {
                let earlier = broken.as_ref().is_none_or(|b| fault.sequence < b.sequence);
                broken = if earlier { Some(fault) } else { broken };
            }
            Ok(document) if is_sound => {
                let checked = check(connection, id, &document, &mut n_bricks).await;
                differs = fault_of(checked)?.err();
            }
            Ok(_) => {}
        }
    }
    let (n_records, head) = match &broken {
        Some(fault) if fault.sequence <= chain.n_records => {
            let n_records = fault.sequence - 1;
            (n_records, hash_of(connection, n_records).await?)
        }
        _ => (chain.n_records, chain.head),
    };
    Ok(Verification {
        n_records,
        n_withheld: chain.n_withheld,
        n_bricks,
        head,
        first_fault: broken.or(differs),
    })
}

/// Walks the chain up to the first record that does not hold.
pub(crate) async fn walk(
    connection: &mut SqliteConnection,
) -> Result<(Chain, Option<Fault>), sqlx::Error> {
    let origins = Origins::read(&mut *connection).await;
    let mut chain = match fault_of(origins.map_err(unreadable(1)))? {
        Ok(origins) => Chain::new(origins),
        Err(fault) => return Ok((Chain::new(Origins::default()), Some(fault))),
    };
    let mut rows = sqlx::query(
        "SELECT sequence, bytes, hash, document, kind, target FROM record ORDER BY sequence",
    )
    .fetch(connection);
    loop {
        let next = rows.try_next().await;
        match fault_of(next.map_err(unreadable(chain.n_records + 1)))? {
            Ok(Some(row)) => {
                if let Err(reason) = chain.step(&row) {
                    let sequence = row.get::<i64, _>("sequence").cast_unsigned();
                    return Ok((chain, Some(Fault { sequence, reason })));
                }
            }
            Ok(None) => return Ok((chain, None)),
            Err(fault) => return Ok((chain, Some(fault))),
        }
    }
}

/// Replays the records of one document, of those whose chain holds.
pub(crate) async fn replay(
    connection: &mut SqliteConnection,
    id: DocumentId,
    n_records: u64,
) -> Result<Replayed, Stop> {
    let mut rows = sqlx::query(
        "SELECT sequence, bytes FROM record WHERE document = ? AND sequence <= ? ORDER BY sequence",
    )
    .bind(id.0.as_bytes().as_slice())
    .bind(n_records.cast_signed())
    .fetch(connection);
    let mut replayed: Option<Replayed> = None;
    let mut last = 0;
    while let Some(row) = rows.try_next().await.map_err(unreadable(last + 1))? {
        last = row.get::<i64, _>("sequence").cast_unsigned();
        let record = Record::decode(row.get("bytes")).map_err(|e| Fault::new(last, e.to_string()));
        let record = record?;
        let mut document = match replayed.take() {
            Some(document) => document,
            None => Replayed::begin(&record).map_err(|reason| Fault::new(last, reason))?,
        };
        document
            .step(&record)
            .map_err(|reason| Fault::new(last, reason))?;
        replayed = Some(document);
    }
    let missing = || Fault::new(last, "the records of a document are missing");
    Ok(replayed.ok_or_else(missing)?)
}

/// The hash that is noted beside a record.
async fn hash_of(
    connection: &mut SqliteConnection,
    sequence: u64,
) -> Result<Option<RecordHash>, sqlx::Error> {
    let row = sqlx::query("SELECT hash FROM record WHERE sequence = ?")
        .bind(sequence.cast_signed())
        .fetch_optional(connection)
        .await?;
    let hash = |row: SqliteRow| row.get::<&[u8], _>("hash").try_into().ok();
    Ok(row.and_then(hash).map(RecordHash))
}

/// What the library says about itself.
async fn check_library(connection: &mut SqliteConnection, chain: &Chain) -> Result<(), Stop> {
    let next = chain.n_records + 1;
    let library = sqlx::query("SELECT head, head_hash FROM library")
        .fetch_one(&mut *connection)
        .await
        .map_err(unreadable(next))?;
    let head = chain.head.unwrap_or(RecordHash::NONE);
    let noted = library.get::<i64, _>("head").cast_unsigned();
    if noted != chain.n_records || library.get::<&[u8], _>("head_hash") != head.0 {
        let reason = format!("the log ends before it, but the library's last record is {noted}");
        return Err(Fault::new(next, reason).into());
    }
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM document")
        .fetch_one(connection)
        .await
        .map_err(unreadable(next))?;
    if usize::try_from(stored) != Ok(chain.documents.len()) {
        let reason = "there are not as many documents as the log begins";
        return Err(Fault::new(chain.n_records, reason).into());
    }
    Ok(())
}

async fn check(
    connection: &mut SqliteConnection,
    id: DocumentId,
    document: &Replayed,
    n_bricks: &mut u64,
) -> Result<(), Stop> {
    check_document(connection, id, document).await?;
    check_bricks(connection, id, document, n_bricks).await
}

async fn check_document(
    connection: &mut SqliteConnection,
    id: DocumentId,
    document: &Replayed,
) -> Result<(), Stop> {
    let library = sqlx::query("SELECT salt FROM library")
        .fetch_one(&mut *connection)
        .await
        .map_err(unreadable(document.begun_by))?;
    let salt = library.get::<&[u8], _>("salt").try_into();
    let salt: ContentHash =
        salt.map_err(|_| Fault::new(1, "the library has lost the key of its commitments"))?;
    let row = sqlx::query("SELECT * FROM document WHERE id = ?")
        .bind(id.0.as_bytes().as_slice())
        .fetch_optional(connection)
        .await
        .map_err(unreadable(document.begun_by))?
        .ok_or_else(|| Fault::new(document.begun_by, "the document it begins is missing"))?;
    let number = |column| row.get::<i64, _>(column).cast_unsigned();
    let beginning = &document.beginning;
    if commitment(&salt, row.get("image_key")) != beginning.image_commitment {
        let reason = "the document is kept for another image than it was begun on";
        return Err(Fault::new(document.begun_by, reason).into());
    }
    if ["size_i", "size_j", "size_k"].map(number) != beginning.size {
        let reason = "the document's grid is not the one it was begun on";
        return Err(Fault::new(document.begun_by, reason).into());
    }
    if !has_lists(&row, document) {
        let reason = "the stored segments or shapes are not what the log adds up to";
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

fn has_lists(row: &SqliteRow, document: &Replayed) -> bool {
    let stored: Option<Vec<Segment>> = ciborium::from_reader(row.get::<&[u8], _>("segments")).ok();
    let n_layers = usize::try_from(row.get::<i64, _>("n_layers"));
    stored.is_some_and(|stored| stored == document.state.segments())
        && pixel_size_of(row).is_ok_and(|stored| stored == document.state.pixel_size())
        && classes_of(row).is_ok_and(|stored| stored == document.state.classes())
        && shapes_of(row).is_ok_and(|stored| stored == *document.state.shapes())
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
