//! Run lengths (DICOM PS3.5 annex G): each byte of each sample is a segment of its own, the most
//! significant first.
//!
//! Our own, because the library's indexes past a short segment and refuses 32-bit pixels.

use super::fault::FrameFault;
use super::form::FrameForm;

const CODEC: &str = "RLE";

fn damaged(reason: impl Into<String>) -> FrameFault {
    FrameFault::Damaged {
        codec: CODEC,
        reason: reason.into(),
    }
}

/// Fills `out` with samples, interleaved by pixel, machine byte order (little endian).
pub(super) fn decode(frame: &[u8], form: &FrameForm, out: &mut [u8]) -> Result<(), FrameFault> {
    let header = frame.split_first_chunk::<64>();
    let (words, _) = header.ok_or_else(|| damaged("the header is incomplete"))?;
    let [n_segments, offsets @ ..] = words.as_chunks::<4>().0 else {
        return Err(damaged("the header is incomplete"));
    };
    let n_bytes = form.sample_bytes();
    let n_expected = n_bytes.saturating_mul(form.samples);
    let n_segments = u32::from_le_bytes(*n_segments) as usize;
    if n_segments != n_expected || n_expected > offsets.len() {
        let reason = format!("{n_segments} segments, {n_expected} expected");
        return Err(damaged(reason));
    }
    let mut plane = vec![0; form.n_pixels()];
    for (segment, offset) in offsets.iter().take(n_expected).enumerate() {
        let offset = u32::from_le_bytes(*offset) as usize;
        let packed = frame.get(offset..).filter(|_| offset >= 64);
        let packed =
            packed.ok_or_else(|| damaged(format!("segment {segment} lies outside the frame")))?;
        let n_found = unpack(packed, &mut plane);
        if n_found < plane.len() {
            let reason = format!(
                "segment {segment} ends after {n_found} of {} pixels",
                plane.len()
            );
            return Err(damaged(reason));
        }
        // Little endian in memory: the first segment is the last byte of its sample.
        let last = segment
            .checked_div(n_bytes)
            .unwrap_or(0)
            .saturating_add(1)
            .saturating_mul(n_bytes);
        let place = last
            .saturating_sub(segment.checked_rem(n_bytes).unwrap_or(0))
            .saturating_sub(1);
        spread(&plane, place, n_expected, out);
    }
    Ok(())
}

/// Puts byte n of the plane at `place` of pixel n, which has `size` bytes.
fn spread(plane: &[u8], place: usize, size: usize, out: &mut [u8]) {
    macro_rules! spread {
        ($size:literal) => {
            for (pixel, byte) in out.as_chunks_mut::<$size>().0.iter_mut().zip(plane) {
                if let Some(to) = pixel.get_mut(place) {
                    *to = *byte;
                }
            }
        };
    }
    match size {
        1 => out.iter_mut().zip(plane).for_each(|(to, byte)| *to = *byte),
        2 => spread!(2),
        3 => spread!(3),
        _ => {
            for (pixel, byte) in out.chunks_exact_mut(size).zip(plane) {
                if let Some(to) = pixel.get_mut(place) {
                    *to = *byte;
                }
            }
        }
    }
}

/// PackBits; answers how many bytes were filled.
fn unpack(mut packed: &[u8], out: &mut [u8]) -> usize {
    let n_all = out.len();
    let mut left = out;
    while let Some((&control, rest)) = packed.split_first() {
        if left.is_empty() {
            break;
        }
        packed = match control {
            0..128 => {
                let n = usize::from(control).saturating_add(1);
                let n = n.min(rest.len()).min(left.len());
                let (literal, after) = rest.split_at(n);
                let (here, behind) = std::mem::take(&mut left).split_at_mut(n);
                here.copy_from_slice(literal);
                left = behind;
                after
            }
            128 => rest,
            129.. => {
                let Some((&value, after)) = rest.split_first() else {
                    break;
                };
                let n = 257_usize.saturating_sub(control.into()).min(left.len());
                let (here, behind) = std::mem::take(&mut left).split_at_mut(n);
                here.fill(value);
                left = behind;
                after
            }
        };
    }
    n_all.saturating_sub(left.len())
}
