//! Writes a slice as a PNG.

use crate::error::FormatError;
use crate::save::save;
use annotomy_volume::volume::Voxels;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use std::io::Error;
use std::path::Path;

/// Writes pixels, row by row from the top, as a grey or colour PNG of 8 bits. An existing file is
/// replaced only when the new one is complete and on disk.
///
/// # Errors
/// [`FormatError::Unsupported`] for pixels that are neither uint8 nor RGB or do not fill `size`
/// (columns and rows); [`FormatError::Io`] if the file system refuses.
pub fn write_png(path: &Path, size: [usize; 2], pixels: &Voxels) -> Result<(), FormatError> {
    let color = match pixels {
        Voxels::U8(_) => ExtendedColorType::L8,
        Voxels::Rgb8(_) => ExtendedColorType::Rgb8,
        other => {
            let what = format!("pictures of type {}", other.scalar_type().name());
            return Err(FormatError::unsupported(path, what));
        }
    };
    let [columns, rows] = size;
    let sides = (u32::try_from(columns), u32::try_from(rows));
    let (Ok(width), Ok(height)) = sides else {
        return Err(FormatError::unsupported(
            path,
            format!("{columns} x {rows} pixels"),
        ));
    };
    if columns.checked_mul(rows) != Some(pixels.len()) {
        let what = format!("{} pixels on {columns} x {rows}", pixels.len());
        return Err(FormatError::unsupported(path, what));
    }
    save(path, |out| {
        let encoder = PngEncoder::new(out);
        encoder
            .write_image(pixels.bytes(), width, height, color)
            .map_err(Error::other)
    })
}
