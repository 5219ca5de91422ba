//! Reads the pixels of one page of a TIFF.

use super::decode::{coloured, narrow};
use super::picture::Picture;
use super::tiff::{Page, Photometric};
use crate::error::FormatError;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use tiff::decoder::{Decoder, Limits};
use tiff::{ColorType, TiffError};

/// One of the lists of where strips begin.
const MAX_LIST: usize = 16 << 20;

/// A strip or tile of a picture that is smaller; the decoder keeps several such buffers.
const MAX_CHUNK: usize = 2 << 20;

/// A file of which some bytes are read as others. The decoder walks all pages up to the one it is
/// asked for, inverts greys and knows no palettes; told that the page is the first, and grey, it
/// gives the samples as stored.
struct Overlay {
    file: BufReader<File>,
    position: u64,
    patches: [(u64, Vec<u8>); 2],
}

impl Overlay {
    fn new(path: &Path, page: &Page) -> io::Result<Self> {
        let number = |value: u64, n_bytes: usize| {
            let mut bytes = value
                .to_le_bytes()
                .get(..n_bytes)
                .unwrap_or_default()
                .to_vec();
            if page.is_big_endian {
                bytes.reverse();
            }
            bytes
        };
        let (first_at, n_offset) = if page.is_wide { (8, 8) } else { (4, 4) };
        let grey = match page.photometric {
            Photometric::Rgb => Vec::new(),
            // An entry of one short number, 1.
            _ => [
                number(262, 2),
                number(3, 2),
                number(1, n_offset),
                number(1, 2),
            ]
            .concat(),
        };
        Ok(Self {
            file: BufReader::new(File::open(path)?),
            position: 0,
            patches: [
                (first_at, number(page.at, n_offset)),
                (page.photometric_at, grey),
            ],
        })
    }
}

impl Read for Overlay {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(out)?;
        let end = self.position.saturating_add(n as u64);
        for (at, bytes) in &self.patches {
            for (to, byte) in (*at..).zip(bytes) {
                if (self.position..end).contains(&to) {
                    let here = usize::try_from(to.saturating_sub(self.position)).unwrap_or(n);
                    out.get_mut(here).into_iter().for_each(|out| *out = *byte);
                }
            }
        }
        self.position = end;
        Ok(n)
    }
}

impl Seek for Overlay {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        // Seeking by a distance keeps what has been buffered.
        self.position = match to {
            SeekFrom::Start(at) if at.abs_diff(self.position) < 1 << 13 => {
                let distance = at.cast_signed().wrapping_sub(self.position.cast_signed());
                self.file.seek_relative(distance)?;
                at
            }
            to => self.file.seek(to)?,
        };
        Ok(self.position)
    }
}

/// The pixels as stored, in the picture's scalar type.
pub(crate) fn read(picture: &Picture, page: &Page) -> Result<Vec<u8>, FormatError> {
    let path = &picture.path;
    let scalar_type = picture.form.scalar_type;
    let changed = || FormatError::damaged(path, "its pages are not what its tags say");
    let overlay = Overlay::new(path, page).map_err(FormatError::io(path))?;
    let n_file_bytes = std::fs::metadata(path)
        .map_err(FormatError::io(path))?
        .len();
    let mut limits = Limits::default();
    let n_bytes = picture.form.n_bytes().saturating_mul(4);
    limits.decoding_buffer_size = n_bytes.saturating_add(MAX_CHUNK);
    limits.intermediate_buffer_size = n_bytes.saturating_add(MAX_CHUNK);
    // A list is in the file; the decoder takes eight times as much for it.
    limits.ifd_value_size = usize::try_from(n_file_bytes).map_or(MAX_LIST, |n| n.min(MAX_LIST));
    let decoder = Decoder::new(overlay).map(|decoder| decoder.with_limits(limits));
    let mut decoder = decoder.map_err(refused(path))?;
    let [columns, rows] = picture.form.stored_size;
    let (width, height) = decoder.dimensions().map_err(refused(path))?;
    if (width as usize, height as usize) != (columns, rows) {
        return Err(changed());
    }
    let n_channels = match decoder.colortype().map_err(refused(path))? {
        ColorType::Gray(_) => 1,
        ColorType::Multiband { num_samples, .. } => usize::from(num_samples),
        ColorType::RGB(_) => 3,
        ColorType::RGBA(_) => 4,
        _ => return Err(changed()),
    };
    let row_bits = columns.saturating_mul(page.n_bits);
    let row_bits = row_bits.saturating_mul(if page.is_planar { 1 } else { n_channels });
    let plane_bytes = row_bits.div_ceil(8).saturating_mul(rows);
    let n_planes = if page.is_planar { n_channels } else { 1 };
    let layout = decoder.image_buffer_layout().map_err(refused(path))?;
    if layout.complete_len != plane_bytes.saturating_mul(n_planes) {
        return Err(changed());
    }
    let mut samples = vec![0; layout.complete_len];
    decoder
        .read_image_bytes(&mut samples)
        .map_err(refused(path))?;
    if page.n_bits < 8 {
        samples = unpack(&samples, columns, page);
    }
    let depth = page.n_bits.div_ceil(8);
    if n_planes > 1 {
        samples = interleave(&samples, n_planes, depth);
    }
    if let Photometric::Palette(palette) = &page.photometric {
        return Ok(coloured(&samples, palette));
    }
    narrow(samples, (n_channels, depth), scalar_type).ok_or_else(changed)
}

/// Samples of 1, 2 or 4 bits, the first in the highest bits, each row in whole bytes. Greys are
/// spread over 8 bits, indices stay.
fn unpack(packed: &[u8], columns: usize, page: &Page) -> Vec<u8> {
    let (n_bits, n_in_byte, scale) = match page.n_bits {
        1 => (1_u32, 8_u32, 255),
        2 => (2, 4, 85),
        _ => (4, 2, 17),
    };
    let scale: u8 = match page.photometric {
        Photometric::Palette(_) => 1,
        _ => scale,
    };
    let row_bytes = columns.div_ceil(n_in_byte as usize).max(1);
    let unpack = |byte: &u8| {
        let byte = *byte;
        (0..n_in_byte).map(move |n| {
            let left = byte.wrapping_shl(n.wrapping_mul(n_bits));
            left.wrapping_shr(8_u32.wrapping_sub(n_bits))
                .wrapping_mul(scale)
        })
    };
    let rows = packed.chunks_exact(row_bytes);
    rows.flat_map(|row| row.iter().flat_map(unpack).take(columns))
        .collect()
}

/// One channel after another to pixel after pixel.
fn interleave(planes: &[u8], n_planes: usize, depth: usize) -> Vec<u8> {
    let plane_bytes = planes.len().checked_div(n_planes).unwrap_or(0);
    let mut samples = Vec::with_capacity(planes.len());
    for at in (0..plane_bytes).step_by(depth.max(1)) {
        for plane in planes.chunks_exact(plane_bytes) {
            samples.extend(plane.get(at..at.saturating_add(depth)).unwrap_or_default());
        }
    }
    samples
}

fn refused(path: &Path) -> impl Fn(TiffError) -> FormatError {
    |error| match error {
        TiffError::LimitsExceeded => FormatError::limit(path, "the decoder's memory"),
        TiffError::UnsupportedError(error) => FormatError::unsupported(path, error.to_string()),
        TiffError::IoError(source) if source.raw_os_error().is_some() => FormatError::Io {
            path: path.to_owned(),
            source,
        },
        error => FormatError::damaged(path, error.to_string()),
    }
}
