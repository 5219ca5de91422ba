//! Classifiers that users keep under a name, and those that records say were used. Not part of the
//! log: a record names its classifier by hash, and what has this hash is never removed.

use crate::error::StoreError;
use crate::library::Library;
use sqlx::{Connection, Row};

/// A classifier to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewClassifier<'a> {
    /// BLAKE3 of what it is; the caller vouches for it.
    pub hash: [u8; 32],
    /// What the user calls it.
    pub name: &'a str,
    /// Microseconds since 1970-01-01 UTC.
    pub now_us: i64,
    /// All of it.
    pub file: &'a [u8],
}

/// A classifier in the user's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptClassifier {
    /// BLAKE3 of what it is.
    pub hash: [u8; 32],
    /// What the user calls it.
    pub name: String,
    /// Microseconds since 1970-01-01 UTC.
    pub kept_us: i64,
}

impl Library {
    /// Keeps a classifier under a name, or an earlier one under another name. One that had the name
    /// loses it.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be written.
    pub async fn keep_classifier(&self, new: NewClassifier<'_>) -> Result<(), StoreError> {
        self.with_writer(async |connection| {
            let mut transaction = connection.begin().await?;
            sqlx::query("UPDATE classifier SET name = NULL WHERE name = ?")
                .bind(new.name)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "INSERT INTO classifier (hash, name, kept_us, file) VALUES (?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET name = excluded.name, kept_us = excluded.kept_us",
            )
            .bind(new.hash.as_slice())
            .bind(new.name)
            .bind(new.now_us)
            .bind(new.file)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await
        })
        .await
    }

    /// Takes a classifier off the list. It is kept for the records that name it.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be written.
    pub async fn forget_classifier(&self, hash: [u8; 32]) -> Result<(), StoreError> {
        self.with_writer(async |connection| {
            sqlx::query("UPDATE classifier SET name = NULL WHERE hash = ?")
                .bind(hash.as_slice())
                .execute(connection)
                .await
                .map(drop)
        })
        .await
    }

    /// Classifiers that have a name, in their order.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be read.
    pub async fn classifiers(&self) -> Result<Vec<KeptClassifier>, StoreError> {
        let mut connection = self.read().await?;
        let rows = sqlx::query(
            "SELECT hash, name, kept_us FROM classifier WHERE name IS NOT NULL ORDER BY name",
        )
        .fetch_all(&mut *connection)
        .await
        .map_err(|e| self.sqlite_error(e))?;
        let kept = rows.iter().map(|row| {
            let hash = row.get::<&[u8], _>("hash").try_into();
            Ok(KeptClassifier {
                hash: hash
                    .map_err(|_| self.damaged("a classifier has no valid hash".to_owned()))?,
                name: row.get("name"),
                kept_us: row.get("kept_us"),
            })
        });
        kept.collect()
    }

    /// The file of a classifier, also of one without a name.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be read.
    pub async fn classifier(&self, hash: [u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut connection = self.read().await?;
        let row = sqlx::query("SELECT file FROM classifier WHERE hash = ?")
            .bind(hash.as_slice())
            .fetch_optional(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        Ok(row.map(|row| row.get("file")))
    }
}
