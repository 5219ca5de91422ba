//! The library, as its users see it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod archive;
mod archive_classifiers;
mod classifier;
mod common;
mod hostile_archive;
mod library;
mod past;
mod shapes;
mod step;
mod tables;
mod tampering;
