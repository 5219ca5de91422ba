//! NIfTI-1 files (<https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h>).
//!
//! RAS millimetres inside the file; `affine` converts to LPS and back, and no RAS leaves this
//! module.

mod affine;
mod fields;
mod file;
mod header;
mod voxels;
pub(crate) mod write;

pub(crate) use file::{NiftiFile, is_nifti, open};
