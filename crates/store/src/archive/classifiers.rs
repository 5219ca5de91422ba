//! Classifiers in an archive: all of a library's, or those that the records of chosen documents name.

use super::container::Container;
use super::error::ArchiveError;
use super::fill::database;
use super::hex::Hex;
use super::manifest::ClassifierFacts;
use super::zipping::Writing;
use super::{ArchiveRequest, MANIFEST, classifier_entry};
use crate::error::StoreError;
use crate::library::Library;
use crate::record::Record;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;

/// Bytes at the end of a classifier's file that say the hash of those before.
const HASH_BYTES: usize = 32;

impl Library {
    pub(super) async fn write_classifiers(
        &self,
        connection: &mut SqliteConnection,
        request: &ArchiveRequest,
        writing: &mut Writing<'_>,
    ) -> Result<Vec<ClassifierFacts>, ArchiveError> {
        let rows = sqlx::query("SELECT hash, name, kept_us, file FROM classifier ORDER BY hash")
            .fetch_all(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let mut hashes = Vec::with_capacity(rows.len());
        for row in &rows {
            let hash = row.get::<&[u8], _>("hash").try_into().map(Hex);
            hashes
                .push(hash.map_err(|_| self.damaged("a classifier has no valid hash".to_owned()))?);
        }
        let named = match rows.is_empty() {
            true => BTreeSet::new(),
            false => self.named_to_tools(connection, request, &hashes).await?,
        };
        let mut written = Vec::new();
        for (row, hash) in rows.into_iter().zip(hashes) {
            if request.documents.is_some() && !named.contains(&hash.to_string()) {
                continue;
            }
            let mut entry = writing.entry(&classifier_entry(hash))?;
            entry.put(|out| out.write_all(row.get("file")))?;
            entry.finish();
            written.push(ClassifierFacts {
                hash,
                name: row.get("name"),
                kept_us: row.get("kept_us"),
            });
        }
        Ok(written)
    }

    /// Which classifiers the records of chosen documents name: some parameters of tools are, or hold,
    /// the hash of one.
    async fn named_to_tools(
        &self,
        connection: &mut SqliteConnection,
        request: &ArchiveRequest,
        hashes: &[Hex],
    ) -> Result<BTreeSet<String>, StoreError> {
        let hashes: Vec<String> = hashes.iter().map(ToString::to_string).collect();
        let mut named = BTreeSet::new();
        for document in request.documents.iter().flatten() {
            let rows = sqlx::query("SELECT sequence, bytes FROM record WHERE document = ?")
                .bind(document.0.as_bytes().as_slice())
                .fetch_all(&mut *connection)
                .await
                .map_err(|e| self.sqlite_error(e))?;
            for row in rows {
                let record = Record::decode(row.get("bytes")).map_err(|reason| {
                    let sequence: i64 = row.get("sequence");
                    self.damaged(format!("record {sequence}: {reason}"))
                })?;
                let tool = record.operation.tool.iter();
                for told in tool.flat_map(|tool| tool.parameters.values()) {
                    named.extend(hashes.iter().filter(|hash| told.contains(*hash)).cloned());
                }
            }
        }
        Ok(named)
    }
}

/// Puts the classifiers of an archive into its library.
pub(super) async fn fill_classifiers(
    connection: &mut SqliteConnection,
    container: &mut Container,
    classifiers: &[ClassifierFacts],
) -> Result<(), ArchiveError> {
    let mut names = BTreeSet::new();
    for ClassifierFacts {
        hash,
        name,
        kept_us,
    } in classifiers
    {
        let entry = classifier_entry(*hash);
        let file = container.whole(&entry)?;
        let is_its_own = file
            .split_last_chunk::<HASH_BYTES>()
            .is_some_and(|(content, said)| {
                *said == hash.0 && Hex::from(blake3::hash(content)) == *hash
            });
        if !is_its_own {
            return Err(container.fault(&entry, "its content does not match its name"));
        }
        if name.as_ref().is_some_and(|name| !names.insert(name)) {
            return Err(container.fault(MANIFEST, "two classifiers have the same name"));
        }
        sqlx::query("INSERT INTO classifier (hash, name, kept_us, file) VALUES (?, ?, ?, ?)")
            .bind(hash.0.as_slice())
            .bind(name)
            .bind(kept_us)
            .bind(file)
            .execute(&mut *connection)
            .await
            .map_err(database)?;
    }
    Ok(())
}
