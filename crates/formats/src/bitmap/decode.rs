//! Reads the pixels of a picture.

use super::picture::{Coding, Picture};
use super::{jpeg, tiff_pixels};
use crate::error::FormatError;
use crate::file::Head;
use annotomy_volume::volume::ScalarType;
use image::codecs::bmp::BmpDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::{ColorType, ImageDecoder, ImageError, Limits};
use std::fs::File;
use std::io::{BufReader, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// A JPEG has at most 65535 x 65535 pixels; none that is longer than this is a picture.
const MAX_JPEG_BYTES: usize = 1 << 30;

/// Room for tables and texts of a decoder, beside the pixels.
const DECODER_BYTES: u64 = 64 << 20;

/// Fills `out` with the pixels in the picture's scalar type, upright. A decoder that panics is
/// contained.
pub(crate) fn decode(picture: &Picture, out: &mut [u8]) -> Result<(), FormatError> {
    let form = &picture.form;
    let damaged = |reason: &str| FormatError::damaged(&picture.path, reason);
    if out.len() != form.n_bytes() {
        return Err(damaged("the file has changed"));
    }
    let stored = catch_unwind(AssertUnwindSafe(|| samples(picture)));
    let stored = stored.unwrap_or_else(|_| Err(damaged("the decoder failed")))?;
    if stored.len() != out.len() {
        return Err(damaged("the file has changed"));
    }
    let n_pixel = form.scalar_type.n_bytes();
    form.orientation
        .apply(&stored, form.stored_size, n_pixel, out);
    Ok(())
}

/// The pixels as stored, in the picture's scalar type.
fn samples(picture: &Picture) -> Result<Vec<u8>, FormatError> {
    let path = &picture.path;
    match &picture.coding {
        Coding::Png => {
            let file = BufReader::new(File::open(path).map_err(FormatError::io(path))?);
            let decoder = PngDecoder::with_limits(file, limits(picture));
            read(decoder.map_err(refused(path))?, picture)
        }
        Coding::Jpeg => {
            let head = Head::open(path, MAX_JPEG_BYTES)?;
            if head.total > MAX_JPEG_BYTES {
                let what = format!("a JPEG of more than {MAX_JPEG_BYTES} bytes");
                return Err(FormatError::limit(path, what));
            }
            if !jpeg::is_whole(&head.bytes) {
                let reason = "the file ends before its pixels do";
                return Err(FormatError::damaged(path, reason));
            }
            let decoder = JpegDecoder::new(Cursor::new(head.bytes)).map_err(refused(path))?;
            read(decoder, picture)
        }
        Coding::Bmp => read(bmp_decoder(path)?, picture),
        Coding::Tiff(page) => tiff_pixels::read(picture, page),
    }
}

/// Palettes become colours: the decoder fails on indices of less than 8 bits.
pub(crate) fn bmp_decoder(path: &Path) -> Result<BmpDecoder<BufReader<File>>, FormatError> {
    let file = BufReader::new(File::open(path).map_err(FormatError::io(path))?);
    BmpDecoder::new(file).map_err(refused(path))
}

fn limits(picture: &Picture) -> Limits {
    let mut limits = Limits::default();
    let n_bytes = picture.form.n_bytes().saturating_mul(4) as u64;
    limits.max_alloc = Some(n_bytes.saturating_add(DECODER_BYTES));
    limits
}

fn read(mut decoder: impl ImageDecoder, picture: &Picture) -> Result<Vec<u8>, FormatError> {
    let path = &picture.path;
    let [columns, rows] = picture.form.stored_size;
    let (width, height) = decoder.dimensions();
    // The header was read before; the file may have changed since.
    if (width as usize, height as usize) != (columns, rows) {
        return Err(FormatError::damaged(path, "the file has changed"));
    }
    decoder.set_limits(limits(picture)).map_err(refused(path))?;
    let colour = decoder.color_type();
    let n_pixel = usize::from(colour.bytes_per_pixel());
    let n_bytes = columns.saturating_mul(rows).saturating_mul(n_pixel);
    let mut samples = vec![0; n_bytes];
    decoder.read_image(&mut samples).map_err(refused(path))?;
    let depth = match colour {
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => 2,
        _ => 1,
    };
    let n_channels = usize::from(colour.channel_count());
    narrow(samples, (n_channels, depth), picture.form.scalar_type)
        .ok_or_else(|| FormatError::damaged(path, "its colours are not those of its header"))
}

/// Leaves out alpha, all but one of equal channels where greys are wanted, and the lower half of 16-bit colours. `None` if the samples do not make such
/// pixels.
pub(crate) fn narrow(
    samples: Vec<u8>,
    (n_channels, depth): (usize, usize),
    scalar_type: ScalarType,
) -> Option<Vec<u8>> {
    let n_pixel = n_channels.checked_mul(depth)?;
    let is_colour = scalar_type == ScalarType::Rgb8;
    match (is_colour, n_channels, depth) {
        (true, 3, 1) => Some(samples),
        (true, 4, 1) => Some(pick(&samples, n_pixel, [0, 1, 2])),
        (true, 3 | 4, 2) => {
            // The upper half of each channel, in machine byte order.
            let at = usize::from(cfg!(target_endian = "little"));
            let at = [at, at.saturating_add(2), at.saturating_add(4)];
            Some(pick(&samples, n_pixel, at))
        }
        (false, 1, _) if depth == scalar_type.n_bytes() => Some(samples),
        (false, 2 | 3, _) if depth == scalar_type.n_bytes() => {
            let grey = samples
                .chunks_exact(n_pixel)
                .flat_map(|pixel| pixel.iter().take(depth));
            Some(grey.copied().collect())
        }
        _ => None,
    }
}

fn pick(samples: &[u8], n_pixel: usize, channels: [usize; 3]) -> Vec<u8> {
    let pixels = samples.chunks_exact(n_pixel);
    let colours = pixels.flat_map(|pixel| channels.map(|at| pixel.get(at).copied().unwrap_or(0)));
    colours.collect()
}

/// Colours of a palette, black where it is too short.
pub(crate) fn coloured(indices: &[u8], palette: &[[u8; 3]]) -> Vec<u8> {
    let colour = |index: &u8| {
        palette
            .get(usize::from(*index))
            .copied()
            .unwrap_or_default()
    };
    indices.iter().flat_map(colour).collect()
}

fn refused(path: &Path) -> impl Fn(ImageError) -> FormatError {
    |error| match error {
        ImageError::Limits(error) => FormatError::limit(path, error.to_string()),
        ImageError::Unsupported(error) => FormatError::unsupported(path, error.to_string()),
        ImageError::IoError(source) if source.raw_os_error().is_some() => FormatError::Io {
            path: path.to_owned(),
            source,
        },
        error => FormatError::damaged(path, error.to_string()),
    }
}
