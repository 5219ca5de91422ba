//! NIfTI-1, NIfTI-2 (<https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h>, `nifti2.h`) and
//! Analyze 7.5, single files and pairs.
//!
//! RAS millimetres inside the file; `affine` converts to LPS and back, and no RAS leaves this
//! module.

mod affine;
mod extension;
mod fields;
mod file;
mod header;
pub(crate) mod write;

pub(crate) use file::{header_of, is_nifti, open};
