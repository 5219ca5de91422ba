//! Walking the log: every record is checked against the one before and against the state that
//! the records so far add up to.

use crate::documents::{DocumentId, kind_text};
use crate::record::{Beginning, Record, RecordHash};
use annotomy_annotation::change::Change;
use annotomy_annotation::document::DocumentState;
use annotomy_volume::labels::BrickIndex;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the records so far add up to.
#[derive(Debug)]
pub(crate) struct Replay {
    device: Uuid,
    pub(crate) head: Option<RecordHash>,
    pub(crate) n_records: u64,
    pub(crate) documents: BTreeMap<DocumentId, Replayed>,
}

/// One document as its records describe it.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) state: DocumentState,
    /// The record that begins it, and what it says of the image.
    pub(crate) begun_by: u64,
    pub(crate) beginning: Beginning,
    /// Its last record, and how many it has.
    pub(crate) last: u64,
    pub(crate) n_records: u64,
    /// The record that last changed the list of segments.
    pub(crate) segments_by: u64,
    /// The record that last changed each brick of each layer.
    pub(crate) bricks_by: BTreeMap<(u16, BrickIndex), u64>,
}

impl Replay {
    pub(crate) const fn new(device: Uuid) -> Self {
        Self {
            device,
            head: None,
            n_records: 0,
            documents: BTreeMap::new(),
        }
    }

    /// Checks and applies the next row of the log. The error says what does not hold.
    pub(crate) fn step(&mut self, row: &SqliteRow) -> Result<(), String> {
        let bytes: &[u8] = row.get("bytes");
        let hash = RecordHash::of(bytes);
        if hash.0.as_slice() != row.get::<&[u8], _>("hash") {
            return Err("its content does not match its hash".to_owned());
        }
        let record = Record::decode(bytes).map_err(|e| e.to_string())?;
        self.check_link(&record, row)?;
        self.apply(&record)?;
        self.head = Some(hash);
        self.n_records += 1;
        Ok(())
    }

    fn check_link(&self, record: &Record, row: &SqliteRow) -> Result<(), String> {
        let link = record.link();
        if link.sequence != self.n_records + 1
            || row.get::<i64, _>("sequence") != link.sequence.cast_signed()
        {
            return Err("it is not the record that should stand here".to_owned());
        }
        if link.previous != self.head.unwrap_or(RecordHash::NONE) {
            return Err("it does not follow the record before it".to_owned());
        }
        if link.device != self.device {
            return Err("it was written for another library".to_owned());
        }
        let operation = &record.operation;
        let columns_hold = row.get::<&[u8], _>("document") == record.document.0.as_bytes()
            && row.get::<&str, _>("kind") == kind_text(operation.kind)
            && row.get::<Option<i64>, _>("target") == operation.target.map(u64::cast_signed);
        if columns_hold {
            Ok(())
        } else {
            Err("its query columns were changed".to_owned())
        }
    }

    fn apply(&mut self, record: &Record) -> Result<(), String> {
        let sequence = record.link().sequence;
        if let Some(beginning) = &record.begins {
            let state = DocumentState::empty(beginning.size.map(|n| n as usize));
            let begun = Replayed {
                state,
                begun_by: sequence,
                beginning: beginning.clone(),
                last: sequence,
                n_records: 0,
                segments_by: sequence,
                bricks_by: BTreeMap::new(),
            };
            if self.documents.insert(record.document, begun).is_some() {
                return Err("it begins a document that exists already".to_owned());
            }
        }
        let document = self
            .documents
            .get_mut(&record.document)
            .ok_or("it changes a document that was never begun")?;
        if document.state.root() != record.before {
            return Err("the document before it is not the one it was made on".to_owned());
        }
        let changes = &record.operation.changes;
        document.state = document.state.after(changes).map_err(|e| e.to_string())?;
        if document.state.root() != record.after {
            return Err("the document after it is not what it says".to_owned());
        }
        document.last = sequence;
        document.n_records += 1;
        for change in changes {
            match change {
                Change::Labels { layer, delta } => document
                    .bricks_by
                    .extend(delta.bricks().map(|(index, _)| ((*layer, index), sequence))),
                _ => document.segments_by = sequence,
            }
        }
        Ok(())
    }
}
