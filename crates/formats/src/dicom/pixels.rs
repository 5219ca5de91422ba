//! Reads the pixels of one image into its place in the volume.

use super::frames;
use super::image_file::{ImageFile, MAX_EXPANSION, Pixel};
use super::slice::Slice;
use super::syntax::PixelCoding;
use super::{jpeg, rle};
use crate::error::FormatError;
use annotomy_volume::volume::ScalarType;

/// Fills `out`, which has as many bytes as the decoded image, with stored values.
pub(crate) fn read_pixels(slice: &Slice, out: &mut [u8]) -> Result<(), FormatError> {
    let file = &*slice.file;
    match file.syntax.pixels {
        PixelCoding::Native => read_native(file, slice.frame, out)?,
        _ => read_encapsulated(file, slice.frame, out)?,
    }
    normalize(file.pixel, out);
    Ok(())
}

fn read_native(file: &ImageFile, frame: usize, out: &mut [u8]) -> Result<(), FormatError> {
    let from = frame.saturating_mul(out.len());
    if file.pixel.is_word_swapped {
        // A frame may begin or end inside a word of 16 bits.
        let begin = from.saturating_sub(from % 2);
        let end = from.saturating_add(out.len()).next_multiple_of(2);
        let mut words = vec![0; end.saturating_sub(begin)];
        frames::read_native(file, begin, &mut words)?;
        swap::<2>(&mut words);
        let bytes = words.into_iter().skip(from.saturating_sub(begin));
        out.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        return Ok(());
    }
    frames::read_native(file, from, out)?;
    if file.syntax.encoding.is_big_endian {
        match file.pixel.scalar_type.n_bytes() {
            2 => swap::<2>(out),
            4 => swap::<4>(out),
            8 => swap::<8>(out),
            _ => {}
        }
    }
    Ok(())
}

fn read_encapsulated(file: &ImageFile, frame: usize, out: &mut [u8]) -> Result<(), FormatError> {
    let path = &file.path;
    let encoded = frames::read_encapsulated(file, frame)?;
    if out.len() > encoded.len().saturating_mul(MAX_EXPANSION) {
        let what = format!(
            "{} bytes of fragments for an image of {} bytes",
            encoded.len(),
            out.len()
        );
        return Err(FormatError::limit(path, what));
    }
    match file.syntax.pixels {
        PixelCoding::Rle => rle::decode(&encoded, file.pixel.scalar_type.n_bytes(), out)
            .map_err(|fault| FormatError::damaged(path, fault.to_string())),
        PixelCoding::Jpeg => jpeg::decode(file, encoded, out),
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
