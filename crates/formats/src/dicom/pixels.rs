//! Reads the pixels of one image into its place in the volume.

use super::codec::{NativeSpan, decode_frame, decode_native, is_bomb};
use super::frames;
use super::image_file::ImageFile;
use super::slice::Slice;
use super::syntax::PixelCoding;
use crate::error::FormatError;

/// Fills `out`, which has as many bytes as the decoded image, with stored values or colours.
pub(crate) fn read_pixels(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    match slice.file.syntax.pixels {
        PixelCoding::Native => read_native(&slice.file, slice.frame, out),
        _ => read_encapsulated(&slice.file, slice.frame, out),
    }
}

fn read_native(file: &ImageFile, frame: usize, out: &mut [u8]) -> Result<(), FormatError> {
    let (form, order) = (&file.pixel.form, file.pixel.order);
    let span = NativeSpan::new(form, order, frame);
    let mut bytes = vec![0; span.n_bytes];
    frames::read_native(file, span.at, &mut bytes)?;
    decode_native(bytes, span, order, form, out).map_err(|fault| fault.in_file(&file.path))
}

/// The same of a frame that is kept in fragments.
pub(crate) fn read_encapsulated(
    file: &ImageFile,
    frame: usize,
    out: &mut [u8],
) -> Result<(), FormatError> {
    let path = &file.path;
    let encoded = frames::read_encapsulated(file, frame)?;
    if is_bomb(out.len(), encoded.len()) {
        let what = format!(
            "{} bytes of fragments for an image of {} bytes",
            encoded.len(),
            out.len()
        );
        return Err(FormatError::limit(path, what));
    }
    decode_frame(file.syntax.pixels, &encoded, &file.pixel.form, out)
        .map_err(|fault| fault.in_file(path))
}
