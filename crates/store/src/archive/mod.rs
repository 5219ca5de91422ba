//! Archives: a whole library, or some documents of it, as one file for another machine.
//!
//! An archive is a zip file that any tool opens. Its entries:
//!
//! - `manifest.json`: what is in it ([`manifest::Manifest`]), with length and BLAKE3 of every entry
//!   but itself and the bricks;
//! - `records`: the log, oldest record first. Each is its length (u32, little endian) and the exact
//!   bytes stored; a length of 0 stands for a record that was left out, and its SHA-256 follows;
//! - `documents/ID.json`: what the log adds up to, for each document ([`manifest::Contents`]);
//! - `bricks/HASH`: 32x32x32 labels, u16 little endian, i fastest, named by their BLAKE3;
//! - `classifiers/HASH`: the pixel classifiers that the library keeps, or those that the records of
//!   chosen documents name;
//! - `images/N/...`: the source files of images, where they were asked for.
//!
//! Only bricks are compressed: each is 64 KiB, so there is nothing that inflates beyond measure, and
//! every other entry lies in the file byte for byte. The zip's comment seals the file: it is the
//! BLAKE3 of all bytes before it, so that a change anywhere is noticed. Against somebody who makes
//! all hashes anew only the head of the log helps, told by another way.

mod classifiers;
mod container;
mod error;
mod fill;
mod hex;
mod images;
mod manifest;
mod names;
mod records;
mod seal;
mod stage;
mod write;
mod zipping;

pub use error::ArchiveError;
pub use images::{IncludedImage, SourceImage};
pub use stage::{Staged, Summary};
pub use write::{ArchiveRequest, Written};

use std::ops::ControlFlow;

/// Is told how many bytes are done, and answers whether to go on.
pub type Watch<'a> = &'a dyn Fn(u64) -> ControlFlow<()>;

const MANIFEST: &str = "manifest.json";
const RECORDS: &str = "records";

fn document_entry(id: crate::documents::DocumentId) -> String {
    format!("documents/{}.json", id.0)
}

fn brick_entry(hash: hex::Hex) -> String {
    format!("bricks/{hash}")
}

fn classifier_entry(hash: hex::Hex) -> String {
    format!("classifiers/{hash}")
}

/// The folder of an image's files, 1 first.
fn image_folder(number: usize) -> String {
    format!("images/{number}")
}
