//! Reads the pixels of one image into its place in the volume.

use super::codec::{NativeSpan, decode_frame, decode_native, is_bomb};
use super::fragments::fragments;
use super::slice::Slice;
use super::syntax::PixelCoding;
use crate::error::FormatError;
use crate::file::{Head, read_exact_at};

/// Fills `out`, which has as many bytes as the decoded image, with stored values or colours.
pub(crate) fn read_pixels(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    match slice.syntax.pixels {
        PixelCoding::Native => read_native(slice, out),
        _ => read_encapsulated(slice, out),
    }
}

fn read_native(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    let path = &slice.path;
    let pixel = &slice.pixel;
    let span = NativeSpan::new(&pixel.form, pixel.order, 0);
    let at = (slice.pixels_at as u64).saturating_add(span.at);
    let mut bytes = vec![0; span.n_bytes];
    if slice.syntax.is_deflated {
        let opened = super::open::open(path, Head::open(path, usize::MAX)?)?;
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let end = at.saturating_add(span.n_bytes);
        let changed = || FormatError::damaged(path, "the file changed since it was opened");
        bytes.copy_from_slice(opened.bytes.get(at..end).ok_or_else(changed)?);
    } else {
        read_exact_at(path, at, &mut bytes)?;
    }
    decode_native(bytes, span, pixel.order, &pixel.form, out).map_err(|fault| fault.in_file(path))
}

fn read_encapsulated(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    let path = &slice.path;
    let head = Head::open(path, usize::MAX)?;
    let (encoded, _) = fragments(&head.bytes, slice.pixels_at)
        .map_err(|reason| FormatError::damaged(path, reason.to_string()))?;
    if is_bomb(out.len(), encoded.len()) {
        let what = format!(
            "{} bytes of fragments for an image of {} bytes",
            encoded.len(),
            out.len()
        );
        return Err(FormatError::limit(path, what));
    }
    decode_frame(slice.syntax.pixels, &encoded, &slice.pixel.form, out)
        .map_err(|fault| fault.in_file(path))
}
