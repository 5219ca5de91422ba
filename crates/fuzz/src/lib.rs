//! Damaged files for `annotomy-formats`, and damaged classifiers: what is read of them, what that may take, and how they are
//! damaged. One engine for the tests of this crate and for `cargo xtask fuzz`.
//!
//! # What holds for every input
//! It is read through the doors that the app uses. It may be refused, by an error that names its
//! file. Nothing else may happen: no panic outside the decoders that contain theirs, no end of the
//! process, and no memory beyond [`memory`]'s bound. What is read is written, read again and
//! compared.
//!
//! # How inputs are made
//! Sound files come from other software (`tests/peers/fuzz_seeds.py`). [`damage`] changes bytes,
//! numbers, lengths and words, and does so inside what is compressed or has a checksum, which is
//! made to fit again. `cargo xtask fuzz` adds libFuzzer, which keeps inputs that reach new code.
//! What did harm once is kept in `findings`, as small as it gets, and read again by the tests.

mod annotations;
mod bundle;
mod classifier;
mod damage;
mod dicom;
mod memory;
mod png;
mod region;
mod study;
mod target;
mod words;

pub use damage::{damage, mutate};
pub use target::{Outcome, Target};
