//! DICOM image series.
//!
//! A file passes the guard (`walk`) and gives up its header (`image_file`, `attributes`); its frames
//! land in stacks (`group`, `stack`) of one or more volumes (`volumes`). Pixels are located
//! (`frames`) and read (`pixels`) when the series is loaded.

pub(crate) mod annotation_kind;
mod attributes;
mod beside;
mod charset;
mod codec;
mod directory;
mod frames;
mod group;
mod image_file;
mod items;
mod label;
mod marks;
mod meaning;
mod metadata;
mod object;
mod open;
mod padding;
mod pet;
mod pixel;
mod pixels;
mod placed;
mod refusal;
mod render;
pub(crate) mod rtstruct;
pub(crate) mod seg;
mod series;
mod slice;
mod spacing;
pub(crate) mod sr;
mod stack;
mod syntax;
mod time;
mod values;
mod voi;
mod volumes;
mod walk;
pub(crate) mod write;

pub(crate) use codec::swap;
pub(crate) use image_file::{Contents, read_contents};
pub(crate) use metadata::{metadata, patient};
pub(crate) use open::{FIRST_READ, is_dicom};
pub(crate) use series::{DicomSeries, assemble, blank_slice};
pub(crate) use slice::Slice;
