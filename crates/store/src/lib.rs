//! Floor 2: where annotations are kept.
//!
//! A library is one SQLite file: an append-only log of hash-chained records, and the tables the
//! UI reads, which are projections of that log. An operation, its record and its projection are
//! one transaction, synced to disk before the call returns.

mod archive;
mod bricks;
mod classifiers;
mod documents;
mod error;
mod library;
mod lock;
mod log;
mod origin;
mod past;
mod rebuild;
mod recent;
mod record;
mod replay;
mod restore;
mod schema;
mod sources;
mod step;
mod trail;
mod verify;
mod writer;

pub use archive::{
    ArchiveError, ArchiveRequest, IncludedImage, SourceImage, Staged, Summary, Watch, Written,
};
pub use classifiers::{KeptClassifier, NewClassifier};
pub use documents::{DocumentId, ImageKey, LibraryDocument, StoredDocument};
pub use error::StoreError;
pub use library::{Library, NewLibrary};
pub use past::Moment;
pub use recent::RecentPath;
pub use record::{Author, Record, RecordHash};
pub use step::{Step, StepEnd};
pub use trail::Trail;
pub use verify::{Fault, Verification};
pub use writer::Appended;
