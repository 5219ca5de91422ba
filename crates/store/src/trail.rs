//! Who drew a voxel: the log is walked back, but only over records whose box holds the voxel.

use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::library::Library;
use crate::record::Record;
use annotomy_annotation::change::Change;
use annotomy_annotation::operation::Operation;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::space::VoxelIndex;
use futures_util::TryStreamExt;

/// Where each record of a document changed voxels, as far as the log was followed.
#[derive(Debug, Default)]
pub struct Trail {
    /// Ascending.
    steps: Vec<Step>,
    /// The last record that was looked at.
    last: u64,
}

#[derive(Debug)]
struct Step {
    sequence: u64,
    /// A layer each time, with the box around what changed.
    places: Vec<(u16, VoxelBox)>,
}

impl Step {
    fn holds(&self, layer: u16, voxel: VoxelIndex) -> bool {
        let mut places = self.places.iter();
        places.any(|(of, voxels)| *of == layer && voxels.holds(voxel))
    }
}

impl Trail {
    fn note(&mut self, record: &Record) {
        let changes = record.operation.changes.iter();
        let places = changes.filter_map(|change| match change {
            Change::Labels { layer, delta } => Some((*layer, delta.region()?)),
            _ => None,
        });
        let (sequence, places) = (record.sequence, places.collect::<Vec<_>>());
        self.last = sequence;
        if !places.is_empty() {
            self.steps.push(Step { sequence, places });
        }
    }

    /// The last record up to `until` that may have changed a voxel.
    fn before(&self, until: u64, layer: u16, voxel: VoxelIndex) -> Option<u64> {
        let end = self.steps.partition_point(|step| step.sequence <= until);
        let mut steps = self.steps[..end].iter().rev();
        let found = steps.find(|step| step.holds(layer, voxel));
        found.map(|step| step.sequence)
    }
}

impl Library {
    /// Follows the log of a document to its end.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a record cannot be read.
    pub async fn follow(&self, document: DocumentId, trail: &mut Trail) -> Result<(), StoreError> {
        let mut connection = self.read().await?;
        let mut rows = sqlx::query(
            "SELECT sequence, bytes, hash FROM record WHERE document = ? AND sequence > ?
             ORDER BY sequence",
        )
        .bind(document.0.as_bytes().as_slice())
        .bind(trail.last.cast_signed())
        .fetch(&mut *connection);
        while let Some(row) = rows.try_next().await.map_err(|e| self.sqlite_error(e))? {
            trail.note(&self.record_of(&row)?.0);
        }
        Ok(())
    }

    /// The operation that gave a voxel the label that it had after the record `until`: what was taken
    /// back, brought back or restored since is laid at the door of whoever drew it first. None where
    /// nobody ever changed the voxel.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a record cannot be read.
    pub async fn drawn_by(
        &self,
        trail: &Trail,
        until: u64,
        (layer, voxel): (u16, VoxelIndex),
    ) -> Result<Option<Record>, StoreError> {
        let mut until = until;
        while let Some(sequence) = trail.before(until, layer, voxel) {
            let record = self.record(sequence).await?;
            until = match record.operation.repeats_up_to() {
                _ if !changes(&record.operation, layer, voxel) => sequence.saturating_sub(1),
                // Later than itself would be a record that does not hold.
                Some(earlier) => earlier.min(sequence.saturating_sub(1)),
                None => return Ok(Some(record)),
            };
        }
        Ok(None)
    }
}

fn changes(operation: &Operation, layer: u16, voxel: VoxelIndex) -> bool {
    operation.changes.iter().any(|change| match change {
        Change::Labels { layer: of, delta } => *of == layer && delta.changes(voxel),
        _ => false,
    })
}
