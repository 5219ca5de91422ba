//! DICOM image series.
//!
//! A file passes the guard (`walk`), gives up its header (`slice`) and lands in a stack (`group`,
//! `stack`). Its pixels are read when the series is loaded (`pixels`).

pub(crate) mod annotation_kind;
mod codec;
mod fragments;
mod group;
mod items;
mod metadata;
mod open;
mod pixel;
mod pixels;
pub(crate) mod rtstruct;
pub(crate) mod seg;
mod series;
mod slice;
mod spacing;
mod stack;
mod syntax;
mod values;
mod walk;
pub(crate) mod write;

pub(crate) use codec::swap;
pub(crate) use metadata::{metadata, patient};
pub(crate) use open::{FIRST_READ, is_dicom};
pub(crate) use series::{DicomSeries, assemble, blank_slice};
pub(crate) use slice::{Slice, read_slice};
