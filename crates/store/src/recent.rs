//! Recently opened studies. Kept on this device only; not part of the log.

use crate::error::StoreError;
use crate::library::Library;
use sqlx::Row;

/// A path that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentPath {
    /// Folder or file.
    pub path: String,
    /// Modalities of its series.
    pub modality: String,
    /// Number of series.
    pub n_series: u32,
    /// Microseconds since 1970-01-01 UTC.
    pub opened_us: i64,
}

impl Library {
    /// Notes that a path was opened.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be written.
    pub async fn note_opened(&self, recent: &RecentPath) -> Result<(), StoreError> {
        self.with_writer(async |connection| {
            sqlx::query(
                "INSERT INTO recent (path, modality, n_series, opened_us) VALUES (?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET modality = excluded.modality,
                     n_series = excluded.n_series, opened_us = excluded.opened_us",
            )
            .bind(&recent.path)
            .bind(&recent.modality)
            .bind(recent.n_series)
            .bind(recent.opened_us)
            .execute(connection)
            .await
            .map(drop)
        })
        .await
    }

    /// The last `limit` paths, newest first.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be read.
    pub async fn recent(&self, limit: u32) -> Result<Vec<RecentPath>, StoreError> {
        let mut connection = self.read().await?;
        let rows = sqlx::query(
            "SELECT path, modality, n_series, opened_us FROM recent
             ORDER BY opened_us DESC LIMIT ?",
        )
        .bind(limit)
        .fetch_all(&mut *connection)
        .await
        .map_err(|e| self.sqlite_error(e))?;
        Ok(rows
            .iter()
            .map(|row| RecentPath {
                path: row.get("path"),
                modality: row.get("modality"),
                n_series: row.get("n_series"),
                opened_us: row.get("opened_us"),
            })
            .collect())
    }
}
