//! The past of a document: its state after any of its records.
//!
//! No state but the last is stored. Every record holds what it changed, so that the log can be walked
//! both ways, from whichever known state is nearest; the record arrived at says what the state has to
//! be.

use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::library::Library;
use crate::record::Record;
use annotomy_annotation::change::inverse;
use annotomy_annotation::document::DocumentState;
use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

/// A document right after one of its records.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The record.
    pub record: Record,
    /// Operations up to it, itself among them.
    pub revision: u64,
}

/// In which order records are applied.
#[derive(Debug, Clone, Copy)]
enum Way {
    Forward,
    Back,
}

impl Library {
    /// The moment right after a record of a document.
    ///
    /// # Errors
    /// [`StoreError::NoSuchRecord`] where the document has none with this number.
    pub async fn moment(&self, document: DocumentId, sequence: u64) -> Result<Moment, StoreError> {
        let mut connection = self.read().await?;
        let row = sqlx::query(
            "SELECT sequence, bytes, hash, (
                 SELECT count(*) FROM record WHERE document = ?1 AND sequence <= ?2
             ) AS revision FROM record WHERE document = ?1 AND sequence = ?2",
        )
        .bind(document.0.as_bytes().as_slice())
        .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
        .fetch_optional(&mut *connection)
        .await
        .map_err(|e| self.sqlite_error(e))?;
        let row = row.ok_or(StoreError::NoSuchRecord(sequence))?;
        Ok(Moment {
            record: self.record_of(&row)?.0,
            revision: row.get::<i64, _>("revision").cast_unsigned(),
        })
    }

    /// The state of a document at a moment. `known` are states of it with their revisions, which
    /// shorten the way; the state shares all it can with the one it is made from.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the log does not lead to the state that the moment's record says.
    pub async fn state_at(
        &self,
        document: DocumentId,
        moment: &Moment,
        known: &[(u64, DocumentState)],
    ) -> Result<DocumentState, StoreError> {
        let mut connection = self.read().await?;
        let (parts, _) = self.document_row(&mut connection, document).await?;
        let beginning = (0, DocumentState::empty(parts.size));
        let distance = |state: &&(u64, DocumentState)| state.0.abs_diff(moment.revision);
        let nearest = known.iter().min_by_key(distance);
        let start = nearest.filter(|state| distance(state) < moment.revision);
        let (from, state) = start.unwrap_or(&beginning);
        let state = self
            .walked(&mut connection, document, state, [*from, moment.revision])
            .await?;
        if state.root() != moment.record.after {
            let sequence = moment.record.sequence;
            let reason = format!("the log does not lead to the state that record {sequence} says");
            return Err(self.damaged(reason));
        }
        Ok(state)
    }

    /// A state taken from one revision to another.
    async fn walked(
        &self,
        connection: &mut SqliteConnection,
        document: DocumentId,
        state: &DocumentState,
        [from, to]: [u64; 2],
    ) -> Result<DocumentState, StoreError> {
        let mut state = state.clone();
        let (way, query) = match from <= to {
            true => (Way::Forward, FORWARD),
            false => (Way::Back, BACK),
        };
        let mut rows = sqlx::query(query)
            .bind(document.0.as_bytes().as_slice())
            .bind(from.min(to).cast_signed())
            .bind(from.abs_diff(to).cast_signed())
            .fetch(connection);
        while let Some(row) = rows.try_next().await.map_err(|e| self.sqlite_error(e))? {
            let (record, _) = self.record_of(&row)?;
            let changes = &record.operation.changes;
            let walked = match way {
                Way::Forward => state.after(changes),
                Way::Back => state.after(&inverse(changes)),
            };
            state = walked.map_err(|e| {
                self.damaged(format!("record {} does not fit: {e}", record.sequence))
            })?;
        }
        Ok(state)
    }
}

/// So many records of a document after the first so many.
const FORWARD: &str = "
SELECT sequence, bytes, hash FROM record WHERE document = ?1 AND sequence IN (
    SELECT sequence FROM record WHERE document = ?1 ORDER BY sequence LIMIT ?3 OFFSET ?2
) ORDER BY sequence";

const BACK: &str = "
SELECT sequence, bytes, hash FROM record WHERE document = ?1 AND sequence IN (
    SELECT sequence FROM record WHERE document = ?1 ORDER BY sequence LIMIT ?3 OFFSET ?2
) ORDER BY sequence DESC";
