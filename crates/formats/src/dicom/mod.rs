//! DICOM image series.
//!
//! A file passes the guard (`walk`), gives up its header (`slice`) and lands in a stack (`group`,
//! `stack`). Its pixels are read when the series is loaded (`pixels`).

mod fragments;
mod group;
mod jpeg;
mod metadata;
mod open;
pub(crate) mod pixels;
mod rle;
mod series;
mod slice;
mod spacing;
mod stack;
mod syntax;
mod values;
mod walk;

pub(crate) use metadata::{metadata, patient};
pub(crate) use open::{FIRST_READ, is_dicom};
pub(crate) use pixels::swap;
pub(crate) use series::{DicomSeries, assemble, blank_slice};
pub(crate) use slice::{Slice, read_slice};
