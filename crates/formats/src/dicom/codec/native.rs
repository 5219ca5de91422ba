//! Pixels as plain values (DICOM PS3.5 8.1.1, 8.2, annex D).

use super::colour::Photometric;
use super::fault::FrameFault;
use super::form::FrameForm;

const CODEC: &str = "pixel data";

/// How plain values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NativeOrder {
    pub(crate) is_big_endian: bool,
    /// Whether 8-bit samples and packed bits are bytes of 16-bit words (value representation OW).
    pub(crate) is_words: bool,
}

impl NativeOrder {
    /// Whether the bytes of each word have to change places.
    fn is_swapped(self, form: &FrameForm) -> bool {
        self.is_big_endian && self.is_words && form.bits_allocated <= 8
    }
}

/// Where the plain values of a frame lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NativeSpan {
    /// From the beginning of the pixel data.
    pub(crate) at: usize,
    pub(crate) n_bytes: usize,
    /// Of the first byte: bits that belong to the frame before. Bits are packed continuously
    /// across frames.
    pub(crate) n_skipped_bits: u8,
    /// First bytes read because of a word that begins before the frame.
    n_skipped_bytes: usize,
}

impl NativeSpan {
    /// Of a frame, counted from 0, with whole words where words are swapped.
    pub(crate) fn new(form: &FrameForm, order: NativeOrder, frame: usize) -> Self {
        let n_bits = frame_bits(form);
        let first = n_bits.saturating_mul(frame as u64);
        let from = first >> 3;
        let to = first.saturating_add(n_bits).div_ceil(8);
        let (at, to) = match order.is_swapped(form) {
            true => (from & !1, to.next_multiple_of(2)),
            false => (from, to),
        };
        let (n_skipped_bits, n_skipped_bytes) = ((first & 7) as u8, (from & 1) as usize);
        Self {
            at: usize::try_from(at).unwrap_or(usize::MAX),
            n_bytes: usize::try_from(to.saturating_sub(at)).unwrap_or(usize::MAX),
            n_skipped_bits,
            n_skipped_bytes: if at == from { 0 } else { n_skipped_bytes },
        }
    }
}

/// Bits of a frame as stored.
fn frame_bits(form: &FrameForm) -> u64 {
    let per_pixel = match form.photometric {
        // Two pixels share the blue and the red difference.
        Photometric::YbrFull422 | Photometric::YbrPartial422 => 2,
        _ => form.samples as u64,
    };
    (form.n_pixels() as u64)
        .saturating_mul(per_pixel)
        .saturating_mul(form.bits_allocated.into())
}

/// Fills `out` with samples, interleaved by pixel, machine byte order (little endian).
pub(super) fn decode(
    mut bytes: Vec<u8>,
    span: NativeSpan,
    order: NativeOrder,
    form: &FrameForm,
    out: &mut [u8],
) -> Result<(), FrameFault> {
    if bytes.len() < span.n_bytes {
        return Err(FrameFault::Damaged {
            codec: CODEC,
            reason: format!("{} bytes, {} expected", bytes.len(), span.n_bytes),
        });
    }
    if order.is_swapped(form) {
        swap::<2>(&mut bytes);
    }
    let bytes = bytes.get(span.n_skipped_bytes..).unwrap_or_default();
    match (form.bits_allocated, form.photometric.is_halved()) {
        (1, _) => unpack_bits(bytes, span.n_skipped_bits, out),
        (_, true) => double(bytes, out),
        _ if form.samples > 1 && form.is_planar => interleave(bytes, form, out),
        _ => out.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte),
    }
    if order.is_big_endian {
        match form.sample_bytes() {
            2 => swap::<2>(out),
            4 => swap::<4>(out),
            8 => swap::<8>(out),
            _ => {}
        }
    }
    Ok(())
}

/// The first pixel is the lowest bit (PS3.5 8.1.1).
fn unpack_bits(bytes: &[u8], n_skipped: u8, out: &mut [u8]) {
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).map(move |bit| (byte >> bit) & 1));
    let bits = bits.skip(n_skipped.into());
    out.iter_mut().zip(bits).for_each(|(to, bit)| *to = bit);
}

/// Y1 Y2 Cb Cr for two pixels (PS3.3 C.7.6.3.1.2) to Y Cb Cr for each.
fn double(bytes: &[u8], out: &mut [u8]) {
    let pairs = out.as_chunks_mut::<6>().0;
    for (pair, &[y1, y2, cb, cr]) in pairs.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *pair = [y1, cb, cr, y2, cb, cr];
    }
}

/// Planes to pixels.
fn interleave(bytes: &[u8], form: &FrameForm, out: &mut [u8]) {
    let n_bytes = form.sample_bytes().max(1);
    let n_plane_bytes = form.n_pixels().saturating_mul(n_bytes).max(1);
    for (place, plane) in bytes.chunks_exact(n_plane_bytes).enumerate() {
        let pixels = out.chunks_exact_mut(n_bytes.saturating_mul(form.samples));
        for (pixel, sample) in pixels.zip(plane.chunks_exact(n_bytes)) {
            let from = place.saturating_mul(n_bytes);
            let to = pixel.get_mut(from..).unwrap_or_default();
            to.iter_mut().zip(sample).for_each(|(to, byte)| *to = *byte);
        }
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
