//! Reads the pixels of one image into its place in the volume.

use super::fragments::fragments;
use super::slice::{MAX_EXPANSION, Pixel, Slice};
use super::syntax::PixelCoding;
use super::{jpeg, rle};
use crate::error::FormatError;
use crate::file::{Head, read_exact_at};
use annotomy_volume::volume::ScalarType;

/// Fills `out`, which has as many bytes as the decoded image, with stored values.
pub(crate) fn read_pixels(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    match slice.syntax.pixels {
        PixelCoding::Native if slice.syntax.is_deflated => read_deflated(slice, out)?,
        PixelCoding::Native => read_native(slice, out)?,
        _ => read_encapsulated(slice, out)?,
    }
    normalize(slice.pixel, out);
    Ok(())
}

fn read_native(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    let path = &slice.path;
    if slice.pixel.is_word_swapped && !out.len().is_multiple_of(2) {
        // The last pixel is the second byte of a word of which only the first belongs to the image.
        let mut words = vec![0; out.len().saturating_add(1)];
        read_exact_at(path, slice.pixels_at as u64, &mut words)?;
        swap::<2>(&mut words);
        out.iter_mut().zip(words).for_each(|(to, from)| *to = from);
        return Ok(());
    }
    read_exact_at(path, slice.pixels_at as u64, out)?;
    if slice.pixel.is_word_swapped {
        swap::<2>(out);
    }
    if slice.syntax.encoding.is_big_endian {
        match slice.pixel.scalar_type.n_bytes() {
            2 => swap::<2>(out),
            4 => swap::<4>(out),
            8 => swap::<8>(out),
            _ => {}
        }
    }
    Ok(())
}

fn read_deflated(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    let path = &slice.path;
    let opened = super::open::open(path, Head::open(path, usize::MAX)?)?;
    let end = slice.pixels_at.saturating_add(out.len());
    let changed = || FormatError::damaged(path, "the file changed since it was opened");
    out.copy_from_slice(opened.bytes.get(slice.pixels_at..end).ok_or_else(changed)?);
    Ok(())
}

fn read_encapsulated(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    let path = &slice.path;
    let head = Head::open(path, usize::MAX)?;
    let (encoded, _) = fragments(&head.bytes, slice.pixels_at)
        .map_err(|reason| FormatError::damaged(path, reason.to_string()))?;
    if out.len() > encoded.len().saturating_mul(MAX_EXPANSION) {
        let what = format!(
            "{} bytes of fragments for an image of {} bytes",
            encoded.len(),
            out.len()
        );
        return Err(FormatError::limit(path, what));
    }
    match slice.syntax.pixels {
        PixelCoding::Rle => rle::decode(&encoded, slice.pixel.scalar_type.n_bytes(), out)
            .map_err(|fault| FormatError::damaged(path, fault.to_string())),
        PixelCoding::Jpeg => jpeg::decode(slice, encoded, out),
        _ => match encoded.get(..out.len()) {
            Some(values) => {
                out.copy_from_slice(values);
                Ok(())
            }
            None => Err(FormatError::damaged(
                path,
                "the fragments end before the image does",
            )),
        },
    }
}

/// Reverses the bytes of each group of `N`.
pub(crate) fn swap<const N: usize>(bytes: &mut [u8]) {
    bytes
        .as_chunks_mut::<N>()
        .0
        .iter_mut()
        .for_each(|value| value.reverse());
}

/// Keeps only the stored bits, at the low end, with their sign (PS3.5 section 8.1.1): bits above
/// may hold anything, such as an overlay.
fn normalize(pixel: Pixel, out: &mut [u8]) {
    let allocated = u32::try_from(pixel.scalar_type.n_bytes().saturating_mul(8)).unwrap_or(0);
    let left = allocated.saturating_sub(pixel.high_bit).saturating_sub(1);
    let right = allocated.saturating_sub(pixel.bits_stored);
    if right == 0 {
        return;
    }
    macro_rules! shift {
        ($type:ty) => {
            for value in out.as_chunks_mut().0 {
                let moved = <$type>::from_ne_bytes(*value).unbounded_shl(left);
                *value = moved.unbounded_shr(right).to_ne_bytes();
            }
        };
    }
    match pixel.scalar_type {
        ScalarType::U8 => shift!(u8),
        ScalarType::I8 => shift!(i8),
        ScalarType::U16 => shift!(u16),
        ScalarType::I16 => shift!(i16),
        ScalarType::U32 => shift!(u32),
        ScalarType::I32 => shift!(i32),
        ScalarType::F32 | ScalarType::F64 | ScalarType::Rgb8 => {}
    }
}
