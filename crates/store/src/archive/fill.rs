//! An archive becomes the tables of a library. What they say is checked afterwards, as that of any
//! library; here only what could not be written at all.

use super::classifiers::fill_classifiers;
use super::container::Container;
use super::error::ArchiveError;
use super::manifest::{Contents, LibraryFacts, Manifest, OriginFacts};
use super::records::Entry;
use super::{MANIFEST, RECORDS, Watch, document_entry};
use crate::bricks::insert_labels;
use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::record::{Record, RecordHash};
use crate::writer::{encode, encode_shapes, insert_record};
use annotomy_volume::labels::BrickIndex;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;
use std::path::Path;

/// Everything but the images, in one transaction.
pub(super) async fn fill(
    connection: &mut SqliteConnection,
    container: &mut Container,
    manifest: &Manifest,
    watch: Watch<'_>,
) -> Result<(), ArchiveError> {
    let mut transaction = connection.begin().await.map_err(database)?;
    fill_library(&mut transaction, container, &manifest.library).await?;
    fill_records(
        &mut transaction,
        container,
        RecordHash(manifest.library.head.0),
        watch,
    )
    .await?;
    let mut image_keys = BTreeSet::new();
    let mut used = BTreeSet::new();
    for &id in &manifest.documents {
        let name = document_entry(DocumentId(id));
        let json = container.whole(&name)?;
        let contents: Contents =
            serde_json::from_slice(&json).map_err(|e| container.fault(&name, e))?;
        if contents.id != id || !image_keys.insert(contents.image_key.clone()) {
            return Err(container.fault(&name, "it is of another document or image"));
        }
        fill_document(&mut transaction, &contents).await?;
        let mut before = None;
        for brick in &contents.bricks {
            let place = (brick.layer, BrickIndex(brick.index));
            if before.is_some_and(|before| before >= place) {
                return Err(container.fault(&name, "its bricks are not in order"));
            }
            before = Some(place);
            let labels = container.brick(brick.hash)?;
            if used.insert(brick.hash) && watch(0).is_break() {
                return Err(ArchiveError::Cancelled);
            }
            let at = (DocumentId(id), usize::from(brick.layer), place.1);
            insert_labels(&mut transaction, at, brick.hash.0, &labels)
                .await
                .map_err(database)?;
        }
    }
    fill_classifiers(&mut transaction, container, &manifest.classifiers).await?;
    if used.len() != container.n_bricks() {
        return Err(container.fault("the zip", "it holds bricks that no document has"));
    }
    transaction.commit().await.map_err(database)?;
    Ok(())
}

async fn fill_library(
    connection: &mut SqliteConnection,
    container: &Container,
    facts: &LibraryFacts,
) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE library SET head = ?, head_hash = ?")
        .bind(facts.n_records.cast_signed())
        .bind(facts.head.0.as_slice())
        .execute(&mut *connection)
        .await
        .map_err(database)?;
    let n_withheld = facts.origins.iter().map(|origin| origin.n_withheld);
    let is_ascending = facts.origins.is_sorted_by(|a, b| a.until < b.until);
    let until = facts.origins.last().map_or(0, |origin| origin.until);
    let holds = is_ascending
        && until == facts.n_records
        && facts.n_records <= i64::MAX.cast_unsigned()
        && n_withheld.fold(0_u64, u64::saturating_add) == facts.n_withheld
        && facts.n_withheld <= facts.n_records;
    if !holds {
        let reason = "what it says of the log's origins makes no sense";
        return Err(container.fault(MANIFEST, reason));
    }
    for OriginFacts {
        device,
        until,
        n_withheld,
    } in &facts.origins
    {
        sqlx::query("INSERT INTO origin (until, device, n_withheld) VALUES (?, ?, ?)")
            .bind(until.cast_signed())
            .bind(device.as_bytes().as_slice())
            .bind(n_withheld.cast_signed())
            .execute(&mut *connection)
            .await
            .map_err(database)?;
    }
    Ok(())
}

/// The log, link by link: what changes a record shows here, at that record. That the links also add
/// up to the documents is checked later.
async fn fill_records(
    connection: &mut SqliteConnection,
    container: &mut Container,
    head: RecordHash,
    watch: Watch<'_>,
) -> Result<(), ArchiveError> {
    let mut stream = container.stream(RECORDS)?;
    let (mut sequence, mut previous) = (0, RecordHash::NONE);
    loop {
        let n_before = stream.n_read();
        let entry = Entry::read(&mut stream).map_err(|e| stream.error(e))?;
        let Some(entry) = entry else {
            if previous != head {
                let reason = "it is not the log's last record, or it was changed";
                return Err(stream.fault(sequence, reason));
            }
            return stream.finish();
        };
        sequence += 1;
        let hash = match &entry {
            Entry::Whole(bytes) => RecordHash::of(bytes),
            Entry::Withheld(hash) => *hash,
        };
        let inserted = match &entry {
            Entry::Whole(bytes) => {
                let record = Record::decode(bytes).map_err(|e| stream.fault(sequence, e))?;
                if record.sequence != sequence || record.previous != previous {
                    let reason = "it does not follow the record before it: one of them was changed";
                    return Err(stream.fault(sequence, reason));
                }
                insert_record(connection, &record, bytes, hash).await
            }
            Entry::Withheld(_) => insert_withheld(connection, sequence, hash).await,
        };
        inserted.map_err(database)?;
        previous = hash;
        if watch(stream.n_read() - n_before).is_break() {
            return Err(ArchiveError::Cancelled);
        }
    }
}

async fn insert_withheld(
    connection: &mut SqliteConnection,
    sequence: u64,
    hash: RecordHash,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO record (sequence, bytes, hash, document, kind) VALUES (?, x'', ?, x'', '')",
    )
    .bind(sequence.cast_signed())
    .bind(hash.0.as_slice())
    .execute(connection)
    .await
    .map(drop)
}

async fn fill_document(
    connection: &mut SqliteConnection,
    contents: &Contents,
) -> Result<(), ArchiveError> {
    let [i, j, k] = contents.size.map(u64::cast_signed);
    sqlx::query(
        "INSERT INTO document
             (id, image_key, size_i, size_j, size_k, n_layers, segments, pixel_size, classes, shapes,
              root, n_records)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(contents.id.as_bytes().as_slice())
    .bind(&contents.image_key)
    .bind(i)
    .bind(j)
    .bind(k)
    .bind(i64::from(contents.n_layers))
    .bind(encode(&contents.segments))
    .bind(contents.pixel_size.as_ref().map(encode))
    .bind((!contents.classes.is_empty()).then(|| encode(&contents.classes)))
    .bind(encode_shapes(&contents.shapes))
    .bind(contents.root.0.as_slice())
    .bind(contents.n_records.cast_signed())
    .execute(connection)
    .await
    .map_err(database)?;
    Ok(())
}

/// For `map_err`: the library in the hidden folder.
pub(super) fn database(source: sqlx::Error) -> StoreError {
    StoreError::from_sqlite(Path::new("the archive's library"), source)
}
