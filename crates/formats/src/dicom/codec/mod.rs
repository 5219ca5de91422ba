//! Decodes one frame of pixels.
//!
//! A frame comes as bytes and a [`FrameForm`], what the header says about it, and leaves as values
//! or as colours. Nothing here knows files or series.
//!
//! # Faults
//! Bytes are hostile. Every decoder is Rust without unsafe code of its own: the JPEG, JPEG-LS and
//! run length decoders of this folder; `hayro-jpeg2000` and `dicom-toolkit-jpeg2000`, which forbid
//! it; `jxl-oxide`, whose unsafe code is confined to vector instructions and buffers. A fault in
//! one is an error or a panic, not a write to foreign memory, so no process of its own is needed:
//! a panic is caught here and becomes a [`FrameFault`]. What a panic does not cover is memory, so
//! each decoder's own header is compared with the form before memory is taken for the image.
//! Bindings to C and C++ (CharLS, OpenJPEG, libjpeg-turbo) were left out for this reason.

mod colour;
mod fault;
mod form;
mod jpeg;
mod jpeg_2000;
mod jpeg_ls;
mod jpeg_xl;
mod marker;
mod native;
mod palette;
mod rle;
mod table;

pub(crate) use colour::Photometric;
pub(crate) use fault::FrameFault;
pub(crate) use form::FrameForm;
pub(crate) use native::{NativeOrder, NativeSpan, swap};
pub(crate) use palette::{Channel, Palette};
pub(crate) use table::ValueTable;

use super::syntax::PixelCoding;
use annotomy_volume::volume::ScalarType;
use colour::Model;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A frame may be so many times larger than its fragments. Run lengths reach 64, JPEG of an even
/// image some 250; more is an attack, unless the frame is small.
const MAX_EXPANSION: usize = 1024;

/// Bytes of a frame that any number of fragments may have: JPEG 2000 keeps an even image of this
/// size in a few hundred bytes.
const SMALL_FRAME: usize = 16 << 20;

/// Whether so many bytes of pixels cannot come from so many encoded ones.
pub(crate) fn is_bomb(n_decoded: usize, n_encoded: usize) -> bool {
    n_decoded > n_encoded.saturating_mul(MAX_EXPANSION).max(SMALL_FRAME)
}

/// Decodes the joined fragments of one frame into `out`, which has
/// [`decoded_bytes`](FrameForm::decoded_bytes) bytes: values of the pixel type, machine byte order
/// (little endian), or three bytes red, green, blue.
pub(crate) fn decode_frame(
    coding: PixelCoding,
    encoded: &[u8],
    form: &FrameForm,
    out: &mut [u8],
) -> Result<(), FrameFault> {
    let decode = |samples: &mut [u8]| match coding {
        PixelCoding::Native | PixelCoding::Fragments => {
            let order = NativeOrder::default();
            let span = NativeSpan::new(form, order, 0);
            native::decode(encoded.to_vec(), span, order, form, samples).map(|()| Model::Declared)
        }
        PixelCoding::Rle => rle::decode(encoded, form, samples).map(|()| Model::Declared),
        PixelCoding::JpegLs => jpeg_ls::decode(encoded, form, samples).map(|()| Model::Declared),
        PixelCoding::Jpeg => jpeg::decode(encoded, form, samples),
        PixelCoding::Jpeg2000 => jpeg_2000::decode(encoded, form, samples),
        PixelCoding::JpegXl => jpeg_xl::decode(encoded, form, samples),
        PixelCoding::Unread => Err(FrameFault::Unsupported {
            codec: "pixel data",
            what: "an unknown compression".to_owned(),
        }),
    };
    contained(|| finish(form, out, decode))
}

/// The same of plain values: the bytes of `span`.
pub(crate) fn decode_native(
    bytes: Vec<u8>,
    span: NativeSpan,
    order: NativeOrder,
    form: &FrameForm,
    out: &mut [u8],
) -> Result<(), FrameFault> {
    contained(|| {
        finish(form, out, |samples| {
            native::decode(bytes, span, order, form, samples).map(|()| Model::Declared)
        })
    })
}

/// Turns a panic into a fault.
fn contained(decode: impl FnOnce() -> Result<(), FrameFault>) -> Result<(), FrameFault> {
    let failed = |_| {
        Err(FrameFault::Damaged {
            codec: "pixel data",
            reason: "the decoder failed".to_owned(),
        })
    };
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(failed)
}

/// Decodes samples and makes values or colours of them.
fn finish(
    form: &FrameForm,
    out: &mut [u8],
    decode: impl FnOnce(&mut [u8]) -> Result<Model, FrameFault>,
) -> Result<(), FrameFault> {
    if form.photometric == Photometric::Monochrome {
        decode(out)?;
        normalize(form, out);
        return Ok(());
    }
    let mut samples = vec![0; form.samples_bytes()];
    let model = decode(&mut samples)?;
    normalize(form, &mut samples);
    if let Photometric::Values(table) = &form.photometric {
        table.apply(form.sample_type, &samples, out);
        return Ok(());
    }
    colour::to_rgb(form, model, &samples, out)
}

/// Keeps only the stored bits, at the low end, with their sign (PS3.5 section 8.1.1): bits above
/// may hold anything, such as an overlay.
fn normalize(form: &FrameForm, samples: &mut [u8]) {
    let allocated = u32::try_from(form.sample_bytes().saturating_mul(8)).unwrap_or(0);
    let left = allocated.saturating_sub(form.high_bit).saturating_sub(1);
    let right = allocated.saturating_sub(form.bits_stored);
    if right == 0 {
        return;
    }
    macro_rules! shift {
        ($type:ty) => {
            for value in samples.as_chunks_mut().0 {
                let moved = <$type>::from_ne_bytes(*value).unbounded_shl(left);
                *value = moved.unbounded_shr(right).to_ne_bytes();
            }
        };
    }
    match form.sample_type {
        ScalarType::U8 => shift!(u8),
        ScalarType::I8 => shift!(i8),
        ScalarType::U16 => shift!(u16),
        ScalarType::I16 => shift!(i16),
        ScalarType::U32 => shift!(u32),
        ScalarType::I32 => shift!(i32),
        _ => {}
    }
}
