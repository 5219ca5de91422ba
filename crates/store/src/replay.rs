//! Walking the log: every record is checked against the one before, then the records of each
//! document against the state that they add up to.

use crate::documents::{DocumentId, kind_text};
use crate::origin::Origins;
use crate::record::{Beginning, Record, RecordHash};
use annotomy_annotation::change::Change;
use annotomy_annotation::document::DocumentState;
use annotomy_volume::labels::BrickIndex;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// Bricks of one document, 8 GiB of labels: a small record can claim any number of them.
const MAX_BRICKS: usize = 1 << 17;

/// The log so far, without what it adds up to.
#[derive(Debug)]
pub(crate) struct Chain {
    origins: Origins,
    pub(crate) head: Option<RecordHash>,
    /// Records walked, also those known by their hash only.
    pub(crate) n_records: u64,
    pub(crate) n_withheld: u64,
    /// Each document with the record that begins it.
    pub(crate) documents: BTreeMap<DocumentId, u64>,
}

impl Chain {
    pub(crate) const fn new(origins: Origins) -> Self {
        Self {
            origins,
            head: None,
            n_records: 0,
            n_withheld: 0,
            documents: BTreeMap::new(),
        }
    }

    /// Checks the next row of the log. The error says what does not hold.
    pub(crate) fn step(&mut self, row: &SqliteRow) -> Result<(), String> {
        let bytes: &[u8] = row.get("bytes");
        let noted: &[u8] = row.get("hash");
        let hash = if bytes.is_empty() {
            self.n_withheld += 1;
            noted.try_into().map(RecordHash).map_err(|_| NO_HASH)?
        } else {
            RecordHash::of(bytes)
        };
        if hash.0.as_slice() != noted {
            return Err("its content does not match its hash".to_owned());
        }
        if self.n_withheld > self.origins.n_withheld() {
            return Err("its content is missing".to_owned());
        }
        if row.get::<i64, _>("sequence").cast_unsigned() != self.n_records + 1 {
            return Err(OUT_OF_PLACE.to_owned());
        }
        if !bytes.is_empty() {
            let record = Record::decode(bytes).map_err(|e| e.to_string())?;
            self.check_link(&record, row)?;
            self.note_document(&record)?;
        }
        self.head = Some(hash);
        self.n_records += 1;
        Ok(())
    }

    fn check_link(&self, record: &Record, row: &SqliteRow) -> Result<(), String> {
        let link = record.link();
        if link.sequence != self.n_records + 1 {
            return Err(OUT_OF_PLACE.to_owned());
        }
        if link.previous != self.head.unwrap_or(RecordHash::NONE) {
            return Err("it does not follow the record before it".to_owned());
        }
        if link.device != self.origins.of(link.sequence) {
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

    fn note_document(&mut self, record: &Record) -> Result<(), String> {
        let is_known = self.documents.contains_key(&record.document);
        match (&record.begins, is_known) {
            (Some(_), true) => Err("it begins a document that exists already".to_owned()),
            (None, false) => Err(NEVER_BEGUN.to_owned()),
            (None, true) => Ok(()),
            (Some(_), false) => {
                self.documents.insert(record.document, record.sequence);
                Ok(())
            }
        }
    }
}

const NO_HASH: &str = "it has no valid hash";
const OUT_OF_PLACE: &str = "it is not the record that should stand here";
const NEVER_BEGUN: &str = "it changes a document that was never begun";

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
    /// The record that last changed the list of segments or of shapes.
    pub(crate) segments_by: u64,
    /// The record that last changed each brick of each layer.
    pub(crate) bricks_by: BTreeMap<(u16, BrickIndex), u64>,
}

impl Replayed {
    /// A document as it is begun, before its first record is applied.
    pub(crate) fn begin(record: &Record) -> Result<Self, String> {
        let beginning = record.begins.clone().ok_or(NEVER_BEGUN)?;
        Ok(Self {
            state: DocumentState::empty(beginning.size.map(|n| n as usize)),
            begun_by: record.sequence,
            beginning,
            last: record.sequence,
            n_records: 0,
            segments_by: record.sequence,
            bricks_by: BTreeMap::new(),
        })
    }

    /// Checks and applies its next record. The error says what does not hold.
    pub(crate) fn step(&mut self, record: &Record) -> Result<(), String> {
        let sequence = record.sequence;
        if self.state.root() != record.before {
            return Err("the document before it is not the one it was made on".to_owned());
        }
        let changes = &record.operation.changes;
        if self.n_bricks() + changes.iter().map(n_bricks).sum::<usize>() > MAX_BRICKS {
            return Err(format!("it labels more than {MAX_BRICKS} bricks"));
        }
        self.state = self.state.after(changes).map_err(|e| e.to_string())?;
        if self.state.root() != record.after {
            return Err("the document after it is not what it says".to_owned());
        }
        self.last = sequence;
        self.n_records += 1;
        for change in changes {
            match change {
                Change::Labels { layer, delta } => self
                    .bricks_by
                    .extend(delta.bricks().map(|(index, _)| ((*layer, index), sequence))),
                _ => self.segments_by = sequence,
            }
        }
        Ok(())
    }

    fn n_bricks(&self) -> usize {
        let layers = self.state.layers().iter();
        layers.map(|layer| layer.bricks().len()).sum()
    }
}

fn n_bricks(change: &Change) -> usize {
    match change {
        Change::Labels { delta, .. } => delta.bricks().count(),
        _ => 0,
    }
}
