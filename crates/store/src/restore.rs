//! An archive becomes the library: only an empty one, and all at once.
//!
//! Two logs are not put into one file. A record's number and its predecessor are part of its hash,
//! so neither log could be renumbered to follow the other; and where both know an image, nothing
//! says which of its two documents is shown. That is for the server that will merge logs. Until
//! then an archive that comes to a library in use is opened as a library of its own.

use crate::archive::Staged;
use crate::error::StoreError;
use crate::library::Library;
use sqlx::{Connection, Row};

/// What is copied, every byte of it. An empty library may keep classifiers: its own keep their names.
/// The library keeps its own device: the records that follow are
/// this device's, so that two machines that go on from one archive never write the same number under
/// the same name.
const COPY: &str = "
UPDATE main.library SET (salt, head, head_hash) = (SELECT salt, head, head_hash FROM staged.library);
INSERT INTO main.origin SELECT * FROM staged.origin;
INSERT INTO main.record SELECT * FROM staged.record;
INSERT INTO main.document SELECT * FROM staged.document;
INSERT INTO main.brick SELECT * FROM staged.brick;
INSERT INTO main.classifier (hash, name, kept_us, file)
    SELECT hash,
           CASE WHEN EXISTS (SELECT 1 FROM main.classifier AS own
                             WHERE own.name = came.name AND own.hash != came.hash)
                THEN name || ' (' || substr(lower(hex(hash)), 1, 8) || ')' ELSE name END,
           kept_us, file
    FROM staged.classifier AS came WHERE true
    ON CONFLICT (hash) DO UPDATE SET name = coalesce(name, excluded.name);
";

impl Library {
    /// How many records the log has.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be read.
    pub async fn n_records(&self) -> Result<u64, StoreError> {
        let mut connection = self.read().await?;
        let row = sqlx::query("SELECT count(*) AS n FROM record")
            .fetch_one(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        Ok(row.get::<i64, _>("n").cast_unsigned())
    }

    /// Takes over everything that an archive holds, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Occupied`] where the library is not empty; nothing was changed.
    pub async fn restore(&self, staged: &Staged) -> Result<(), StoreError> {
        let source = staged.library.path().to_string_lossy().into_owned();
        let mut writer = self.writer().await?;
        let n_records = writer
            .with_connection(async |connection| {
                sqlx::query("ATTACH DATABASE ? AS staged")
                    .bind(source)
                    .execute(&mut *connection)
                    .await?;
                let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
                let row = sqlx::query("SELECT count(*) AS n FROM main.record")
                    .fetch_one(&mut *transaction)
                    .await?;
                let n_records: i64 = row.get("n");
                if n_records == 0 {
                    sqlx::raw_sql(COPY).execute(&mut *transaction).await?;
                    transaction.commit().await?;
                }
                Ok(n_records.cast_unsigned())
            })
            .await
            .map_err(|e| self.sqlite_error(e))?;
        // Lets go of the archive, and takes up the log where it ends now.
        let reconnected = writer.reconnect().await;
        reconnected.map_err(|e| self.sqlite_error(e))?;
        match n_records {
            0 => Ok(()),
            n_records => Err(StoreError::Occupied {
                path: self.path().to_owned(),
                n_records,
            }),
        }
    }
}
