//! Pictures: PNG, JPEG, TIFF and BMP, single or in stacks.
//!
//! Index space has columns along i and rows along j, pictures of a stack along k. Nothing says how
//! a picture lies in the patient: in LPS millimetres i runs along +x and j along +y, which is
//! reported as guessed.

mod bmp;
mod decode;
mod exif;
mod ifd;
mod imagej;
mod jpeg;
mod orientation;
mod picture;
mod png;
mod sequence;
mod series;
mod spacing;
mod stack;
mod tiff;
mod tiff_pixels;
mod write;

pub(crate) use series::BitmapSeries;
pub(crate) use stack::{Hashed, assemble};
pub use write::write_png;

use crate::error::FormatError;
use crate::file::Head;
use crate::progress::Progress;
use crate::raster::content_hash;
use crate::series::Series;
use picture::BitmapFile;
use std::path::Path;

/// Bytes at the beginning of a file that headers of fixed size lie in.
const LONGEST_HEADER: usize = 64;

/// Whether a file begins like one of these formats.
pub(crate) fn is_bitmap(bytes: &[u8]) -> bool {
    bytes.starts_with(png::MARK)
        || bytes.starts_with(jpeg::MARK)
        || tiff::is_tiff(bytes)
        || bmp::is_bmp(bytes)
}

/// Describes a file whose beginning was read.
fn read(path: &Path, head: &Head) -> Result<BitmapFile, FormatError> {
    if head.bytes.starts_with(png::MARK) {
        png::read(path, head.total)
    } else if head.bytes.starts_with(jpeg::MARK) {
        jpeg::read(path, head.total)
    } else if tiff::is_tiff(&head.bytes) {
        tiff::read(path, head.total)
    } else {
        bmp::read(path, head)
    }
}

/// Describes a file whose beginning was read, and hashes all of it.
pub(crate) fn open(
    path: &Path,
    head: &Head,
    progress: &dyn Progress,
) -> Result<Hashed, FormatError> {
    let file = read(path, head)?;
    let hash = content_hash(path, progress)?;
    Ok(Hashed { file, hash })
}

/// The only series of a file.
pub(crate) fn open_one(
    path: &Path,
    head: &Head,
    progress: &dyn Progress,
) -> Result<Series, FormatError> {
    let (mut series, mut errors) = assemble(vec![open(path, head, progress)?]);
    match (series.pop(), errors.pop()) {
        (Some(one), None) if series.is_empty() => Ok(one),
        (_, Some(error)) => Err(error),
        (_, None) => {
            let what = "pictures of several sizes in one file, where one is asked for";
            Err(FormatError::unsupported(path, what))
        }
    }
}
