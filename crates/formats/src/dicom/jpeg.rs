//! JPEG frames, through the transfer syntax registry's codec.
//!
//! The codec allocates from the sizes in the JPEG header and may panic on damaged data, so the
//! header is compared with the DICOM image first, and a panic is caught.

use super::image_file::ImageFile;
use crate::error::FormatError;
use dicom_encoding::TransferSyntaxIndex;
use dicom_encoding::adapters::{PixelDataObject, RawPixelData};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Decodes one frame into `out`.
pub(crate) fn decode(
    file: &ImageFile,
    encoded: Vec<u8>,
    out: &mut [u8],
) -> Result<(), FormatError> {
    let path = &file.path;
    let damaged = |reason: String| FormatError::damaged(path, reason);
    let frame = frame_header(&encoded).ok_or_else(|| damaged("no JPEG frame header".to_owned()))?;
    let expected = (file.columns, file.rows, 1);
    let found = (frame.columns.into(), frame.rows.into(), frame.n_components);
    if found != expected {
        let reason = format!("JPEG of {found:?} columns, rows, components; {expected:?} expected");
        return Err(damaged(reason));
    }
    if frame.precision > 8 && !frame.is_lossless {
        let what = format!("lossy JPEG with {} bits per pixel", frame.precision);
        return Err(FormatError::unsupported(path, what));
    }
    let syntax = TransferSyntaxRegistry.get(&file.syntax.uid);
    let Some(codec) = syntax.and_then(|syntax| syntax.pixel_data_reader()) else {
        let what = format!("pixels compressed as {}", file.syntax.name());
        return Err(FormatError::unsupported(path, what));
    };
    let source = Frame {
        file,
        encoded,
        bits: if frame.precision > 8 { 16 } else { 8 },
    };
    let mut decoded = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        codec.decode_frame(&source, 0, &mut decoded)
    }));
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => return Err(damaged(format!("JPEG: {fault}"))),
        Err(_) => return Err(damaged("JPEG: the decoder failed".to_owned())),
    }
    let n_bytes = file.pixel.scalar_type.n_bytes();
    match (decoded.len() == out.len(), n_bytes) {
        (true, _) => out.copy_from_slice(&decoded),
        // 8-bit JPEG in 16 bits allocated.
        (false, 2) if decoded.len() == file.n_pixels() => {
            let wide = decoded
                .iter()
                .flat_map(|value| u16::from(*value).to_ne_bytes());
            out.iter_mut().zip(wide).for_each(|(to, from)| *to = from);
        }
        _ => return Err(damaged(format!("JPEG of {} bytes", decoded.len()))),
    }
    Ok(())
}

struct FrameHeader {
    precision: u8,
    rows: u16,
    columns: u16,
    n_components: u8,
    is_lossless: bool,
}

/// The start of frame segment (ITU-T T.81 annex B.2.2).
fn frame_header(encoded: &[u8]) -> Option<FrameHeader> {
    let mut rest = encoded.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let (&[mark, kind], after) = rest.split_first_chunk::<2>()?;
        if mark != 0xFF {
            return None;
        }
        // Fill bytes may precede a marker.
        if kind == 0xFF {
            rest = rest.get(1..)?;
            continue;
        }
        let is_frame = matches!(kind, 0xC0..=0xCF) && !matches!(kind, 0xC4 | 0xC8 | 0xCC);
        if is_frame {
            let &[_, _, precision, a, b, c, d, n_components] = after.first_chunk::<8>()?;
            return Some(FrameHeader {
                precision,
                rows: u16::from_be_bytes([a, b]),
                columns: u16::from_be_bytes([c, d]),
                n_components,
                is_lossless: matches!(kind, 0xC3 | 0xC7 | 0xCB | 0xCF),
            });
        }
        let length = u16::from_be_bytes(*after.first_chunk::<2>()?);
        rest = after.get(usize::from(length.max(2))..)?;
    }
}

/// One frame as the codec wants to see it.
struct Frame<'a> {
    file: &'a ImageFile,
    encoded: Vec<u8>,
    bits: u16,
}

impl PixelDataObject for Frame<'_> {
    fn transfer_syntax_uid(&self) -> &str {
        &self.file.syntax.uid
    }

    fn rows(&self) -> Option<u16> {
        u16::try_from(self.file.rows).ok()
    }

    fn cols(&self) -> Option<u16> {
        u16::try_from(self.file.columns).ok()
    }

    fn samples_per_pixel(&self) -> Option<u16> {
        Some(1)
    }

    fn bits_allocated(&self) -> Option<u16> {
        Some(self.bits)
    }

    fn bits_stored(&self) -> Option<u16> {
        Some(self.bits)
    }

    fn photometric_interpretation(&self) -> Option<&str> {
        Some("MONOCHROME2")
    }

    fn number_of_frames(&self) -> Option<u32> {
        Some(1)
    }

    fn number_of_fragments(&self) -> Option<u32> {
        Some(1)
    }

    fn fragment(&self, fragment: usize) -> Option<Cow<'_, [u8]>> {
        (fragment == 0).then_some(Cow::Borrowed(&self.encoded))
    }

    fn offset_table(&self) -> Option<Cow<'_, [u32]>> {
        Some(Cow::Borrowed(&[]))
    }

    fn raw_pixel_data(&self) -> Option<RawPixelData> {
        let fragments = std::iter::once(self.encoded.clone()).collect();
        Some(RawPixelData {
            fragments,
            offset_table: std::iter::empty().collect(),
        })
    }
}
