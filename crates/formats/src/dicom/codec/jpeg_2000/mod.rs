//! JPEG 2000 (ITU-T T.800) and high-throughput JPEG 2000 (ITU-T T.814), lossless and lossy
//! (DICOM PS3.5 8.2.4, A.4.4), by the `hayro-jpeg2000` crate and, for the high-throughput block
//! coder that it lacks, its fork `dicom-toolkit-jpeg2000`. Both forbid unsafe code.
//!
//! The size segment is read here first and compared with the DICOM image, and what the image is
//! divided into is counted.

mod blocks;
mod segments;

use super::colour::Model;
use super::fault::FrameFault;
use super::form::FrameForm;
use dicom_toolkit_jpeg2000 as high_throughput;
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use segments::main_segments;

const CODEC: &str = "JPEG 2000";

fn damaged(reason: impl Into<String>) -> FrameFault {
    FrameFault::Damaged {
        codec: CODEC,
        reason: reason.into(),
    }
}

fn unsupported(what: &str) -> FrameFault {
    FrameFault::Unsupported {
        codec: CODEC,
        what: what.to_owned(),
    }
}

/// Fills `out` with samples, interleaved by pixel, each as wide as the form says; answers in which
/// colours they are.
pub(super) fn decode(
    encoded: &[u8],
    form: &FrameForm,
    out: &mut [u8],
) -> Result<Model, FrameFault> {
    let stream = codestream(encoded).ok_or_else(|| damaged("no codestream"))?;
    let size = Size::read(stream).ok_or_else(|| damaged("an incomplete size segment"))?;
    size.check(stream, form)?;
    if size.is_high_throughput {
        high_throughput_samples(stream, form, &size, out)?;
    } else {
        samples(stream, form, &size, out)?;
    }
    Ok(match form.samples == 3 && has_colour_transform(stream) {
        true => Model::Rgb,
        false => Model::Declared,
    })
}

/// Some writers wrap the codestream in a JP2 file, whose boxes DICOM ignores (PS3.5 A.4.4).
fn codestream(encoded: &[u8]) -> Option<&[u8]> {
    let mut rest = encoded;
    while !rest.starts_with(&[0xFF, 0x4F]) {
        let (&[a, b, c, d, kind @ ..], body) = rest.split_first_chunk::<8>()?;
        if kind == *b"jp2c" {
            rest = body;
            continue;
        }
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        // A box of unstated or 64-bit length is the codestream's, if any.
        rest = rest.get(length.max(8)..)?;
    }
    Some(rest)
}

/// The size segment (T.800 A.5.1).
#[derive(Debug)]
struct Size {
    is_high_throughput: bool,
    columns: u32,
    rows: u32,
    n_tiles: u64,
    n_components: u16,
    precision: u32,
    is_signed: bool,
    is_uniform: bool,
}

impl Size {
    fn read(stream: &[u8]) -> Option<Self> {
        let body = stream.strip_prefix(&[0xFF, 0x4F, 0xFF, 0x51])?.get(2..)?;
        let (&[capabilities_high, _], body) = body.split_first_chunk::<2>()?;
        let (words, body) = body.split_first_chunk::<32>()?;
        let mut words = words
            .as_chunks::<4>()
            .0
            .iter()
            .map(|w| u32::from_be_bytes(*w));
        let mut pair = || Some((words.next()?, words.next()?));
        let (far, near, tile, tile_at) = (pair()?, pair()?, pair()?, pair()?);
        let (n_components, body) = body.split_first_chunk::<2>()?;
        let n_components = u16::from_be_bytes(*n_components);
        let components = body.as_chunks::<3>().0.get(..n_components.into())?;
        let first @ &[depth, ..] = components.first()?;
        let n_tiles = |far: u32, at: u32, side: u32| {
            u64::from(far.checked_sub(at)?)
                .checked_add(u64::from(side).checked_sub(1)?)?
                .checked_div(side.into())
        };
        let across = n_tiles(far.0, tile_at.0, tile.0)?;
        let down = n_tiles(far.1, tile_at.1, tile.1)?;
        Some(Self {
            is_high_throughput: capabilities_high & 0x40 != 0,
            columns: far.0.checked_sub(near.0)?,
            rows: far.1.checked_sub(near.1)?,
            n_tiles: across.checked_mul(down)?,
            n_components,
            precision: u32::from(depth & 0x7F).saturating_add(1),
            is_signed: depth & 0x80 != 0,
            is_uniform: components.iter().all(|c| c == first) && first.ends_with(&[1, 1]),
        })
    }

    fn check(&self, stream: &[u8], form: &FrameForm) -> Result<(), FrameFault> {
        let (columns, rows) = (self.columns as usize, self.rows as usize);
        form.check(CODEC, columns, rows, self.n_components.into())?;
        form.check_precision(CODEC, self.precision)?;
        // Decoders count in single precision, which holds 24 bits.
        if self.precision > 16 {
            return Err(unsupported("more than 16 bits"));
        }
        if !self.is_uniform {
            return Err(unsupported("components of different size or depth"));
        }
        // A tile has two markers, of 14 bytes together, at least.
        if self.n_tiles.saturating_mul(14) > stream.len() as u64 {
            return Err(damaged(format!(
                "{} tiles in {} bytes",
                self.n_tiles,
                stream.len()
            )));
        }
        blocks::check(stream, self)
    }

    /// Smallest and largest sample.
    fn range(&self) -> (f32, f32) {
        let whole = 2_f32.powi(i32::try_from(self.precision).unwrap_or(16));
        match self.is_signed {
            true => (-whole / 2.0, whole / 2.0 - 1.0),
            false => (0.0, whole - 1.0),
        }
    }
}

/// Whether the first three components are mixed (SGcod of the coding style, T.800 A.6.1).
fn has_colour_transform(stream: &[u8]) -> bool {
    main_segments(stream)
        .filter(|(code, _)| *code == 0x52)
        .any(|(_, body)| stream.get(body).and_then(|body| body.get(4)) == Some(&1))
}

/// The same codestream with quantization steps of half the size, for which there is a bit more.
/// The high-throughput decoder takes the lower end of a step where others, and the encoders, take
/// its middle (T.800 E.1.1.2 leaves it open): the middle is the bit that this makes room for.
fn with_halved_steps(stream: &[u8]) -> Vec<u8> {
    let mut halved = stream.to_vec();
    for (code, body) in main_segments(stream) {
        let n_before = match code {
            0x5C => 0,
            // The component's number comes first.
            0x5D => 1,
            _ => continue,
        };
        let Some(body) = halved.get_mut(body).and_then(|b| b.get_mut(n_before..)) else {
            continue;
        };
        let Some((style, steps)) = body.split_first_mut() else {
            continue;
        };
        let (guard, style) = (u16::from(*style >> 5), *style & 0x1F);
        let steps = steps.as_chunks_mut::<2>().0;
        let has_room = |step: &[u8; 2]| guard.saturating_add(u16::from_be_bytes(*step) >> 11) < 30;
        if style == 0 || !steps.iter().all(has_room) {
            continue;
        }
        for step in steps {
            // One more in the exponent, the five highest bits (A.6.4).
            *step = u16::from_be_bytes(*step)
                .saturating_add(1 << 11)
                .to_be_bytes();
        }
    }
    halved
}

fn samples(stream: &[u8], form: &FrameForm, size: &Size, out: &mut [u8]) -> Result<(), FrameFault> {
    let fault = |fault: hayro_jpeg2000::DecodeError| damaged(fault.to_string());
    let settings = DecodeSettings {
        strict: true,
        ..DecodeSettings::default()
    };
    let image = Image::new(stream, &settings).map_err(fault)?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(fault)?;
    let components = decoded.components();
    if components.len() != form.samples {
        return Err(damaged(format!("{} components", components.len())));
    }
    let (low, high) = size.range();
    // The crate lifts samples to be positive, signed ones too.
    let lift = if size.is_signed { -low } else { 0.0 };
    for (place, component) in components.iter().enumerate() {
        let values = component.samples();
        if values.len() != form.n_pixels() {
            return Err(damaged(format!("{} samples", values.len())));
        }
        let rows = out.chunks_exact_mut(form.row_bytes().max(1));
        for (row, values) in rows.zip(values.chunks_exact(form.columns.max(1))) {
            #[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits")]
            let whole = |value: &f32| (value - lift).round_ties_even().clamp(low, high) as i32;
            form.put_row(row, place, values.iter().map(whole));
        }
    }
    Ok(())
}

fn high_throughput_samples(
    stream: &[u8],
    form: &FrameForm,
    size: &Size,
    out: &mut [u8],
) -> Result<(), FrameFault> {
    let settings = high_throughput::DecodeSettings {
        strict: true,
        ..high_throughput::DecodeSettings::default()
    };
    let stream = with_halved_steps(stream);
    let decoded = high_throughput::Image::new(&stream, &settings)
        .and_then(|image| image.decode_native())
        .map_err(|fault| damaged(fault.to_string()))?;
    let n_bytes = usize::from(decoded.bytes_per_sample);
    let n_expected = form.n_pixels().saturating_mul(form.samples);
    if !matches!(n_bytes, 1 | 2) || decoded.data.len() != n_expected.saturating_mul(n_bytes) {
        return Err(damaged(format!("{} bytes of samples", decoded.data.len())));
    }
    let (low, _) = size.range();
    #[expect(clippy::cast_possible_truncation, reason = "at most 16 bits")]
    let lift = if size.is_signed { low as i32 } else { 0 };
    let n_row_bytes = form
        .columns
        .saturating_mul(form.samples)
        .saturating_mul(n_bytes);
    let rows = out.chunks_exact_mut(form.row_bytes().max(1));
    for (row, values) in rows.zip(decoded.data.chunks_exact(n_row_bytes.max(1))) {
        for place in 0..form.samples {
            let values = values
                .chunks_exact(n_bytes)
                .skip(place)
                .step_by(form.samples);
            let value = |bytes: &[u8]| match *bytes {
                [low, high] => i32::from(u16::from_le_bytes([low, high])),
                _ => bytes.first().copied().map_or(0, i32::from),
            };
            form.put_row(
                row,
                place,
                values.map(|bytes| value(bytes).wrapping_add(lift)),
            );
        }
    }
    Ok(())
}
