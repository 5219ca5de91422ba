//! The items of a sequence.

use super::refusal::Refusal;
use super::walk::{Encoding, Step, Walker};
use std::ops::Range;

/// Where the contents of a sequence's items lie, in order; at most `max` of them. The sequence is
/// one that a walk has found.
pub(crate) fn items(
    bytes: &[u8],
    sequence: Range<usize>,
    encoding: Encoding,
    max: usize,
) -> Result<Vec<Range<usize>>, Refusal> {
    let bytes = bytes.get(..sequence.end).unwrap_or(bytes);
    let mut walker = Walker::in_sequence(bytes, sequence.start, encoding);
    let mut found: Vec<Range<usize>> = Vec::new();
    while found.len() <= max {
        let (depth, end) = (walker.depth(), walker.at);
        walker.close_finished();
        if let (2.., 0..2, Some(item)) = (depth, walker.depth(), found.last_mut()) {
            item.end = end;
        }
        let (depth, end) = (walker.depth(), walker.at);
        if depth == 0 || walker.is_at_end()? {
            break;
        }
        match walker.step()? {
            Step::On => {}
            Step::NeedMore(at) => return Err(Refusal::Truncated { at }),
            Step::Pixels(pixels) => {
                let (tag, at) = (pixels.tag, pixels.header_at);
                return Err(Refusal::Unexpected { tag, at });
            }
        }
        match (depth, walker.depth(), found.last_mut()) {
            (1, 2, _) => found.push(walker.at..walker.at),
            (2, 1, Some(item)) => item.end = end,
            _ => {}
        }
    }
    found.truncate(max);
    Ok(found)
}
