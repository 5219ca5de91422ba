//! MetaImage files (`.mha`, `.mhd`; <https://github.com/Kitware/MetaIO>), as ITK reads and writes
//! them: their world is LPS millimetres.

mod file;
mod header;
pub(crate) mod write;

pub(crate) use file::open;
pub(crate) use header::is_metaimage;
