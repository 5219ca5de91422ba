//! Parts of DICOM files: the value of an element or a fragment of pixels, whose length is made anew.

use crate::region::Region;
use fastrand::Rng;
use std::ops::Range;

/// Preamble and mark (PS3.10 section 7.1).
const N_PREAMBLE: usize = 132;

/// Elements whose length has 4 bytes, behind 2 reserved ones (PS3.5 section 7.1.2).
const LONG: [&[u8]; 10] = [
    b"OB", b"OD", b"OF", b"OL", b"OW", b"SQ", b"UC", b"UN", b"UR", b"UT",
];

const DEFLATED: &[u8] = b"1.2.840.10008.1.2.1.99";

/// More than any sound input has.
const MAX_ELEMENTS: usize = 4000;

/// An element of known length.
#[derive(Clone)]
struct Value {
    /// Where its length stands, in 2 or 4 bytes.
    length: Range<usize>,
    bytes: Range<usize>,
}

fn is_dicom(file: &[u8]) -> bool {
    file.get(N_PREAMBLE - 4..N_PREAMBLE) == Some(b"DICM")
}

/// Where the compressed data set begins, if it is.
pub(crate) fn deflated_at(file: &[u8]) -> Option<usize> {
    let head = &file[..file.len().min(600)];
    let is_deflated = head
        .windows(DEFLATED.len())
        .any(|window| window == DEFLATED);
    let n_meta = *file.get(N_PREAMBLE + 8..)?.first_chunk::<4>()?;
    let n_meta = u32::from_le_bytes(n_meta) as usize;
    (is_dicom(file) && is_deflated).then_some(n_meta.saturating_add(N_PREAMBLE + 12))
}

/// The values of explicit VR little endian elements, also of those inside sequences.
fn values(file: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut at = N_PREAMBLE;
    while values.len() < MAX_ELEMENTS {
        let Some(&[g, h, _, _, a, b, c, d]) = file.get(at..).and_then(|rest| rest.first_chunk())
        else {
            break;
        };
        let is_item = [g, h] == [0xFE, 0xFF];
        let is_long = LONG.contains(&&[a, b][..]);
        let length = match (is_item, is_long) {
            (true, _) => at + 4..at + 8,
            (false, true) => at + 8..at + 12,
            (false, false) => at + 6..at + 8,
        };
        let Some(digits) = file.get(length.clone()) else {
            break;
        };
        let n_bytes = digits
            .iter()
            .rev()
            .fold(0, |n, byte| n << 8 | usize::from(*byte));
        let from = length.end;
        at = match from.checked_add(n_bytes) {
            // What is inside comes next.
            Some(_) if [a, b] == *b"SQ" || n_bytes == 0xFFFF_FFFF => from,
            Some(end) if is_item && is_element(&file[from..]) => end.min(from),
            Some(end) if end <= file.len() => {
                values.push(Value {
                    length,
                    bytes: from..end,
                });
                end
            }
            _ => break,
        };
        // Neither has a value of its own.
        if [c, d] == [0xFF, 0xFF] && is_item && n_bytes == 0xFFFF_FFFF {
            at = from;
        }
    }
    values
}

/// Whether an item holds elements, not pixels.
fn is_element(bytes: &[u8]) -> bool {
    matches!(bytes, [_, _, _, _, a, b, ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

pub(crate) fn region<'a>(file: &'a [u8], rng: &mut Rng) -> Option<Region<'a>> {
    is_dicom(file).then_some(())?;
    let values = values(file);
    // Fragments come last, if there are any.
    let number = match rng.bool() {
        true => values.len().checked_sub(1)?,
        false => rng.usize(..values.len().max(1)),
    };
    let Value { length, bytes } = values.get(number)?.clone();
    Some(Region::new(
        file[bytes.clone()].to_vec(),
        move |mut inner| {
            if inner.len() % 2 == 1 {
                inner.push(0);
            }
            let n_bytes = (inner.len() as u64).to_le_bytes();
            let mut copy = file[..bytes.start].to_vec();
            let width = length.len();
            copy[length].copy_from_slice(&n_bytes[..width]);
            copy.extend(inner);
            copy.extend(&file[bytes.end..]);
            copy
        },
    ))
}
