//! Reading the log.

use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::library::Library;
use crate::record::{Record, RecordHash};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

impl Library {
    /// At most `limit` records after a sequence number, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a record cannot be read.
    pub async fn records(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(Record, RecordHash)>, StoreError> {
        let query = sqlx::query(
            "SELECT sequence, bytes, hash FROM record WHERE sequence > ? AND bytes <> x''
             ORDER BY sequence LIMIT ?",
        )
        .bind(after.cast_signed())
        .bind(i64::from(limit));
        let mut connection = self.read().await?;
        let rows = query
            .fetch_all(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        rows.iter().map(|row| self.record_of(row)).collect()
    }

    /// The last `limit` records of a document before a sequence number, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a record cannot be read.
    pub async fn history(
        &self,
        document: DocumentId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let query = sqlx::query(
            "SELECT sequence, bytes, hash FROM record WHERE document = ? AND sequence < ?
             ORDER BY sequence DESC LIMIT ?",
        )
        .bind(document.0.as_bytes().as_slice())
        .bind(before.map_or(i64::MAX, u64::cast_signed))
        .bind(i64::from(limit));
        let mut connection = self.read().await?;
        let rows = query
            .fetch_all(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        rows.iter()
            .map(|row| self.record_of(row).map(|(record, _)| record))
            .collect()
    }

    /// One record.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it is missing or cannot be read.
    pub async fn record(&self, sequence: u64) -> Result<Record, StoreError> {
        let mut connection = self.read().await?;
        let row = sqlx::query("SELECT sequence, bytes, hash FROM record WHERE sequence = ?")
            .bind(sequence.cast_signed())
            .fetch_optional(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?
            .ok_or_else(|| self.damaged(format!("record {sequence} is missing")))?;
        self.record_of(&row).map(|(record, _)| record)
    }

    pub(crate) async fn last_record(
        &self,
        connection: &mut SqliteConnection,
        document: DocumentId,
    ) -> Result<Record, StoreError> {
        let row = sqlx::query(
            "SELECT sequence, bytes, hash FROM record WHERE document = ?
             ORDER BY sequence DESC LIMIT 1",
        )
        .bind(document.0.as_bytes().as_slice())
        .fetch_optional(connection)
        .await
        .map_err(|e| self.sqlite_error(e))?
        .ok_or_else(|| self.damaged("a document has no record".to_owned()))?;
        self.record_of(&row).map(|(record, _)| record)
    }

    pub(crate) fn record_of(&self, row: &SqliteRow) -> Result<(Record, RecordHash), StoreError> {
        let sequence: i64 = row.get("sequence");
        let record = Record::decode(row.get("bytes"))
            .map_err(|e| self.damaged(format!("record {sequence}: {e}")))?;
        let hash = row.get::<&[u8], _>("hash").try_into().map(RecordHash);
        hash.map(|hash| (record, hash))
            .map_err(|_| self.damaged(format!("record {sequence} has no valid hash")))
    }
}
