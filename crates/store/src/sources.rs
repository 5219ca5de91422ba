//! Where the voxels of a segment came from.

use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::library::Library;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::sources::{Sources, Tracing};
use annotomy_volume::labels::Label;
use futures_util::TryStreamExt;

/// The first so many records of a document, the last of them first.
const BACK: &str = "
SELECT sequence, bytes, hash FROM record WHERE document = ?1 AND sequence IN (
    SELECT sequence FROM record WHERE document = ?1 ORDER BY sequence LIMIT ?2
) ORDER BY sequence DESC";

impl Library {
    /// Where the voxels of a segment, or of all segments of a layer if no label is given, came from
    /// when a document had had `revision` operations and was `state`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a record cannot be read.
    pub async fn sources(
        &self,
        document: DocumentId,
        (revision, state): (u64, &DocumentState),
        (layer, label): (u16, Option<Label>),
    ) -> Result<Sources, StoreError> {
        let mut tracing = Tracing::new(state.size(), layer, label);
        let mut connection = self.read().await?;
        let mut rows = sqlx::query(BACK)
            .bind(document.0.as_bytes().as_slice())
            .bind(revision.cast_signed())
            .fetch(&mut *connection);
        while let Some(row) = rows.try_next().await.map_err(|e| self.sqlite_error(e))? {
            let record = self.record_of(&row)?.0;
            tracing.step(record.sequence, &record.operation);
        }
        Ok(tracing.finish())
    }
}
