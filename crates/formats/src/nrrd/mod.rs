//! NRRD files (<https://teem.sourceforge.net/nrrd/format.html>), with attached and detached
//! voxels, and 3D Slicer's segmentations in them.
//!
//! `space` says the world inside the file; `place` converts to LPS.

mod axes;
mod file;
mod header;
mod place;
pub(crate) mod segmentation;
pub(crate) mod write;

pub(crate) use file::{is_nrrd, open};
