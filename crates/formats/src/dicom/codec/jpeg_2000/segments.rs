//! The segments of a codestream's headers (ITU-T T.800 A.4).

use std::ops::Range;

/// Begins the header of a tile-part.
const TILE_PART: u8 = 0x90;

/// Begins its data.
const DATA: u8 = 0x93;

/// Where the segments of the main header lie, then those of the headers of tile-parts: markers and
/// bodies.
pub(super) fn segments(stream: &[u8]) -> impl Iterator<Item = (u8, Range<usize>)> {
    let mut at = 2_usize;
    let mut next_part = None;
    std::iter::from_fn(move || {
        while stream.get(at..)?.starts_with(&[0xFF, DATA]) {
            at = next_part.take().filter(|next| *next > at)?;
        }
        let &[0xFF, code, a, b] = stream.get(at..)?.first_chunk::<4>()? else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([a, b]));
        let range = at.checked_add(4)?..at.checked_add(2)?.checked_add(length)?;
        let body = stream.get(range.clone())?;
        if let (TILE_PART, [_, _, length @ .., _, _]) = (code, body) {
            let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
            next_part = at.checked_add(length);
        }
        at = range.end;
        Some((code, range))
    })
}

/// Those of the main header alone.
pub(super) fn main_segments(stream: &[u8]) -> impl Iterator<Item = (u8, Range<usize>)> {
    segments(stream).take_while(|(code, _)| *code != TILE_PART)
}
