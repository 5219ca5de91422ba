//! Floor 2: reads image files, DICOM and NIfTI-1, into volumes and writes volumes back.
//!
//! [`scan`] reads headers only and sorts what it finds into [`Series`]; a series then loads its
//! voxels. Nothing odd about a file is repaired in silence: it becomes a [`Finding`].
//!
//! Files are not trusted. Every size they declare is checked against the bytes that are there
//! before memory is taken for it, and nesting is walked without recursion.
//!
//! World coordinates are LPS millimetres, as in `annotomy_volume`; RAS exists inside `nifti` only.
#![warn(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects
)]

mod dicom;
mod element;
mod error;
mod file;
mod finding;
mod nifti;
mod progress;
mod scan;
mod series;

pub use element::Element;
pub use error::FormatError;
pub use finding::{Finding, Severity};
pub use nifti::write::{write_labels, write_nifti};
pub use progress::{NoProgress, Progress};
pub use scan::{Study, read_nifti, scan};
pub use series::Series;
