//! Projections can be dropped and rebuilt: the log is the truth.

use crate::bricks::write_changed;
use crate::error::StoreError;
use crate::library::Library;
use crate::verify::{fault_of, replay, walk};
use crate::writer::rewrite_document;
use annotomy_annotation::document::DocumentState;
use sqlx::Connection;

impl Library {
    /// Writes the tables that the UI reads anew from the log.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the log itself does not hold; nothing was changed.
    pub async fn rebuild_projections(&self) -> Result<(), StoreError> {
        let fault = self
            .with_writer(async |connection| {
                let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
                let (chain, fault) = walk(&mut transaction).await?;
                if fault.is_some() {
                    return Ok(fault);
                }
                sqlx::raw_sql("DELETE FROM brick")
                    .execute(&mut *transaction)
                    .await?;
                for &id in chain.documents.keys() {
                    let replayed = replay(&mut transaction, id, chain.n_records).await;
                    let document = match fault_of(replayed)? {
                        Ok(document) => document,
                        Err(fault) => return Ok(Some(fault)),
                    };
                    let empty = DocumentState::empty(document.state.size());
                    rewrite_document(&mut transaction, id, &document.state, document.n_records)
                        .await?;
                    write_changed(&mut transaction, id, &empty, &document.state).await?;
                }
                transaction.commit().await?;
                Ok(None)
            })
            .await?;
        match fault {
            None => Ok(()),
            Some(fault) => {
                Err(self.damaged(format!("record {}: {}", fault.sequence, fault.reason)))
            }
        }
    }
}
