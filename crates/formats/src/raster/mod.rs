//! What formats share whose voxels lie one after another in a file or several: streams, stored
//! types, reading in the wanted order, identity.
//!
//! Index space only: each format says where its voxels lie in the patient.

mod datafile;
mod element;
mod header;
mod identity;
mod layout;
mod load;
mod open;
mod stream;
mod text;

pub(crate) use datafile::DataFiles;
pub(crate) use element::StoredType;
pub(crate) use header::{element, numbers, read_until};
pub(crate) use identity::content_hash;
pub(crate) use layout::Layout;
pub(crate) use load::Raster;
pub(crate) use open::{Described, RasterFile, Times};
pub(crate) use stream::{Encoding, Part, beginning, inflated};
