//! Floor 1: what an annotation is.
//!
//! A document is never saved; it is grown. Each edit is one [`operation::Operation`] made of
//! invertible [`change::Change`]s; [`document::DocumentState`] is what they add up to. No I/O, no
//! clock, no randomness: identifiers and times come in as arguments.

pub mod change;
pub mod code;
pub mod compare;
pub mod copy;
pub mod document;
pub mod draw;
pub mod edit;
pub mod import;
pub mod merge;
pub mod operation;
pub mod permit;
pub mod pixel_size;
pub mod protocol;
pub mod protocol_edit;
pub mod restore;
pub mod scope;
pub mod segment;
mod segment_list;
pub mod shape;
pub mod sources;
pub mod transfer;
pub mod undo;
