//! RLE lossless decoding of one monochrome frame (DICOM PS3.5 annex G).
//!
//! Our own, because the library's indexes past a short segment and refuses 32-bit pixels.

use thiserror::Error;

/// What is wrong with a frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum RleFault {
    #[error("the run length header is incomplete")]
    Header,
    #[error("{found} run length segments, {expected} expected")]
    SegmentCount { found: u32, expected: usize },
    #[error("run length segment {0} lies outside the frame")]
    Offset(usize),
    #[error("run length segment {segment} ends after {found} of {expected} pixels")]
    Short {
        segment: usize,
        found: usize,
        expected: usize,
    },
}

/// Fills `out` with pixels of `n_bytes` bytes each, machine byte order (little endian). Segment 0
/// holds the most significant byte of every pixel.
pub(crate) fn decode(frame: &[u8], n_bytes: usize, out: &mut [u8]) -> Result<(), RleFault> {
    let (words, _) = frame.split_first_chunk::<64>().ok_or(RleFault::Header)?;
    let mut words = words
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word));
    let found = words.next().ok_or(RleFault::Header)?;
    if found as usize != n_bytes {
        return Err(RleFault::SegmentCount {
            found,
            expected: n_bytes,
        });
    }
    for (segment, offset) in words.take(n_bytes).enumerate() {
        let packed = frame.get(offset as usize..).filter(|_| offset >= 64);
        let packed = packed.ok_or(RleFault::Offset(segment))?;
        let byte = n_bytes.saturating_sub(segment).saturating_sub(1);
        let expected = out.len().checked_div(n_bytes).unwrap_or(0);
        let found = unpack(packed, out.iter_mut().skip(byte).step_by(n_bytes));
        if found < expected {
            return Err(RleFault::Short {
                segment,
                found,
                expected,
            });
        }
    }
    Ok(())
}

/// PackBits; answers how many bytes were filled.
fn unpack<'a>(packed: &[u8], mut out: impl Iterator<Item = &'a mut u8>) -> usize {
    let mut packed = packed.iter().copied();
    let mut filled = 0_usize;
    while let Some(control) = packed.next() {
        let n = match control {
            0..128 => usize::from(control).saturating_add(1),
            128 => continue,
            129.. => 257_usize.saturating_sub(control.into()),
        };
        let is_run = control > 128;
        let mut value = if is_run { packed.next() } else { None };
        for _ in 0..n {
            if !is_run {
                value = packed.next();
            }
            let Some(value) = value else { return filled };
            match out.next() {
                Some(to) => *to = value,
                None => return filled,
            }
            filled = filled.saturating_add(1);
        }
    }
    filled
}
