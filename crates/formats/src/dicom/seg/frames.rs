//! Reads where frames lie and which segment they belong to (PS3.3 C.7.6.16), and their pixels.

use super::compressed::decompressed;
use crate::dicom::object::Parsed;
use crate::dicom::object::{array, first, integer, items, text};
use crate::dicom::syntax::PixelCoding;
use crate::error::FormatError;
use crate::file::read_exact_at;
use annotomy_volume::space::{PointLps, VectorLps};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use std::path::Path;

/// Where an image lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    /// Centre of the first pixel.
    pub(crate) position: PointLps,
    /// Unit vectors along a row and along a column.
    pub(crate) along_row: VectorLps,
    pub(crate) along_column: VectorLps,
    /// Between columns, between rows; mm.
    pub(crate) spacing: [f64; 2],
}

impl Placed {
    /// Across the image, of length 1 if rows and columns are at a right angle.
    pub(crate) fn normal(&self) -> VectorLps {
        self.along_row.cross(self.along_column)
    }
}

/// What a frame's functional groups say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) placed: Placed,
    /// Segment Number; `None` in a label map.
    pub(crate) segment: Option<u16>,
    /// Distance to the next frame's plane as far as it is said, mm.
    pub(crate) between: Option<f64>,
}

/// How the pixels are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Bits,
    /// A part of the maximum value.
    Fraction(u8),
    Numbers8,
    Numbers16,
}

/// All pixels of the file.
#[derive(Debug)]
pub(crate) struct Pixels {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    coding: Coding,
    bytes: Vec<u8>,
}

impl Pixels {
    fn n_pixels(&self) -> usize {
        self.columns.saturating_mul(self.rows)
    }

    /// The pixels of a frame that belong to its segment, as bits, the lowest of a byte first.
    pub(crate) fn mask(&self, frame: usize) -> Vec<u8> {
        let n = self.n_pixels();
        let first = frame.saturating_mul(n);
        match self.coding {
            Coding::Bits => shifted(&self.bytes, first, n),
            Coding::Fraction(maximum) => {
                let pixels = self.bytes.get(first..).unwrap_or_default();
                let half = u16::from(maximum);
                let is_set = |value: &u8| u16::from(*value).saturating_mul(2) >= half;
                let byte = |pixels: &[u8]| {
                    let set = pixels.iter().enumerate().filter(|(_, value)| is_set(value));
                    set.fold(0, |byte, (n, _)| byte | (1_u8 << n))
                };
                let pixels = pixels.get(..n).unwrap_or(pixels);
                pixels.chunks(8).map(byte).collect()
            }
            Coding::Numbers8 | Coding::Numbers16 => Vec::new(),
        }
    }

    /// The values of a frame of a label map.
    pub(crate) fn numbers(&self, frame: usize) -> Vec<u16> {
        let n = self.n_pixels();
        let first = frame.saturating_mul(n);
        match self.coding {
            Coding::Numbers8 => {
                let pixels = self.bytes.iter().skip(first).take(n);
                pixels.map(|value| u16::from(*value)).collect()
            }
            Coding::Numbers16 => {
                let pixels = self.bytes.as_chunks::<2>().0.iter().skip(first).take(n);
                pixels.map(|value| u16::from_le_bytes(*value)).collect()
            }
            Coding::Bits | Coding::Fraction(_) => Vec::new(),
        }
    }
}

/// `n` bits from bit `first` on, moved to the beginning.
fn shifted(bytes: &[u8], first: usize, n: usize) -> Vec<u8> {
    let n_bytes = n.div_ceil(8);
    let (at, shift) = (first / 8, first % 8);
    let source = bytes.get(at..).unwrap_or_default();
    let next = source.iter().skip(1).chain(&[0]);
    let word = |(low, high): (&u8, &u8)| u16::from_le_bytes([*low, *high]) >> shift;
    let mut bits: Vec<u8> = source
        .iter()
        .zip(next)
        .take(n_bytes)
        .map(|pair| word(pair).to_le_bytes()[0])
        .collect();
    if let (Some(last), 1..) = (bits.last_mut(), n % 8) {
        *last &= (1_u8 << (n % 8)).wrapping_sub(1);
    }
    bits
}

/// Reads the pixels, after a check of their number against the bytes that are there.
pub(crate) fn read_pixels(path: &Path, parsed: &Parsed) -> Result<(Pixels, usize), FormatError> {
    let set = &parsed.dataset;
    let count = |tag: Tag, name: &str| {
        let n = integer(set, tag).and_then(|n| usize::try_from(n).ok());
        n.filter(|n| *n > 0)
            .ok_or_else(|| FormatError::damaged(path, format!("no valid number of {name}")))
    };
    let (rows, columns) = (count(tags::ROWS, "rows")?, count(tags::COLUMNS, "columns")?);
    let n_frames = count(tags::NUMBER_OF_FRAMES, "frames")?;
    let coding = coding(path, set)?;
    let bits = match coding {
        Coding::Bits => 1,
        Coding::Fraction(_) | Coding::Numbers8 => 8,
        Coding::Numbers16 => 16,
    };
    let n_bits = rows
        .checked_mul(columns)
        .and_then(|n| n.checked_mul(n_frames))
        .and_then(|n| n.checked_mul(bits));
    let n_bytes = n_bits
        .map(|n| n.div_ceil(8))
        .ok_or_else(|| FormatError::limit(path, "more pixels than memory"))?;
    let opened = &parsed.opened;
    let pixels = opened
        .layout
        .pixels
        .ok_or_else(|| FormatError::damaged(path, "no pixel data"))?;
    if opened.syntax.pixels != PixelCoding::Native {
        let pixels = Pixels {
            columns,
            rows,
            // A bit becomes a byte.
            coding: if coding == Coding::Bits {
                Coding::Fraction(1)
            } else {
                coding
            },
            bytes: decompressed(path, opened, pixels)?,
        };
        return Ok((pixels, n_frames));
    }
    // Big endian words are as old as they are rare; bytes are the same in either order.
    let is_swapped = opened.syntax.encoding.is_big_endian && (bits > 8 || pixels.vr == VR::OW);
    if is_swapped {
        let what = format!("a segmentation in {}", opened.syntax.name());
        return Err(FormatError::unsupported(path, what));
    }
    let left = opened.total.saturating_sub(pixels.value_at);
    let declared = pixels.len.unwrap_or(0);
    if declared > left || declared < n_bytes {
        let reason =
            format!("{n_bytes} bytes of pixels expected, {declared} declared, {left} in the file");
        return Err(FormatError::damaged(path, reason));
    }
    let end = pixels.value_at.saturating_add(n_bytes);
    let bytes = match opened.bytes.get(pixels.value_at..end) {
        Some(bytes) => bytes.to_vec(),
        None => {
            let mut bytes = vec![0; n_bytes];
            read_exact_at(path, pixels.value_at as u64, &mut bytes)?;
            bytes
        }
    };
    let pixels = Pixels {
        columns,
        rows,
        coding,
        bytes,
    };
    Ok((pixels, n_frames))
}

fn coding(path: &Path, set: &InMemDicomObject) -> Result<Coding, FormatError> {
    let kind = text(set, tags::SEGMENTATION_TYPE).unwrap_or_default();
    let bits = integer(set, tags::BITS_ALLOCATED).unwrap_or_default();
    match (kind.as_str(), bits) {
        ("BINARY", 1) => Ok(Coding::Bits),
        ("FRACTIONAL", 8) => {
            let maximum = integer(set, tags::MAXIMUM_FRACTIONAL_VALUE);
            let maximum = maximum
                .and_then(|n| u8::try_from(n).ok())
                .filter(|n| *n > 0);
            let reason = "no valid maximum fractional value";
            maximum
                .map(Coding::Fraction)
                .ok_or_else(|| FormatError::damaged(path, reason))
        }
        ("LABELMAP", 8) => Ok(Coding::Numbers8),
        ("LABELMAP", 16) => Ok(Coding::Numbers16),
        _ => {
            let what = format!("a segmentation of type {kind} with {bits} bits a pixel");
            Err(FormatError::unsupported(path, what))
        }
    }
}

/// Reads the functional groups of `n_frames` frames.
pub(crate) fn read_frames(
    path: &Path,
    set: &InMemDicomObject,
    n_frames: usize,
) -> Result<Vec<Frame>, FormatError> {
    let damaged = |reason: String| FormatError::damaged(path, reason);
    let own = items(set, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    if own.len() != n_frames {
        let n = own.len();
        return Err(damaged(format!(
            "functional groups for {n} of {n_frames} frames"
        )));
    }
    let shared = first(set, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let frames = own.iter().enumerate().map(|(n, own)| {
        frame(own, shared).ok_or_else(|| {
            let number = n.saturating_add(1);
            damaged(format!(
                "frame {number} has no position, orientation or spacing"
            ))
        })
    });
    frames.collect()
}

fn frame(own: &InMemDicomObject, shared: Option<&InMemDicomObject>) -> Option<Frame> {
    let group = |tag: Tag| first(own, tag).or_else(|| first(shared?, tag));
    let position: [f64; 3] = array(
        group(tags::PLANE_POSITION_SEQUENCE)?,
        tags::IMAGE_POSITION_PATIENT,
    )?;
    let [a, b, c, d, e, f] = array(
        group(tags::PLANE_ORIENTATION_SEQUENCE)?,
        tags::IMAGE_ORIENTATION_PATIENT,
    )?;
    let measures = group(tags::PIXEL_MEASURES_SEQUENCE)?;
    let [between_rows, between_columns] = array(measures, tags::PIXEL_SPACING)?;
    if between_rows <= 0.0 || between_columns <= 0.0 {
        return None;
    }
    let positive = |tag| {
        let [mm] = array(measures, tag)?;
        (mm > 0.0).then_some(mm)
    };
    let segment = group(tags::SEGMENT_IDENTIFICATION_SEQUENCE)
        .and_then(|item| integer(item, tags::REFERENCED_SEGMENT_NUMBER))
        .and_then(|n| u16::try_from(n).ok());
    Some(Frame {
        placed: Placed {
            position: PointLps(position),
            along_row: VectorLps([a, b, c]).normalized()?,
            along_column: VectorLps([d, e, f]).normalized()?,
            spacing: [between_columns, between_rows],
        },
        segment,
        between: positive(tags::SPACING_BETWEEN_SLICES).or_else(|| positive(tags::SLICE_THICKNESS)),
    })
}
