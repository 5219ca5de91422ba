//! DICOM image series.
//!
//! A file passes the guard (`walk`) and gives up its header (`image_file`, `attributes`); its frames
//! land in stacks (`group`, `stack`) of one or more volumes (`volumes`). Pixels are located
//! (`frames`) and read (`pixels`) when the series is loaded.

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
mod metadata;
mod open;
mod pet;
mod pixel;
mod pixels;
mod placed;
mod refusal;
mod render;
mod series;
mod slice;
mod spacing;
mod stack;
mod syntax;
mod time;
mod values;
mod volumes;
mod walk;

pub(crate) use codec::swap;
pub(crate) use image_file::{Contents, read_contents};
pub(crate) use metadata::{metadata, patient};
pub(crate) use open::{FIRST_READ, is_dicom};
pub(crate) use series::{DicomSeries, assemble, blank_slice};
pub(crate) use slice::Slice;
