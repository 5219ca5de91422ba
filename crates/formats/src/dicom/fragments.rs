//! Encapsulated pixel data: a run of items, the first of which is the offset table (DICOM PS3.5
//! annex A.4).

use thiserror::Error;

const ITEM: [u8; 4] = [0xFE, 0xFF, 0x00, 0xE0];
const END: [u8; 4] = [0xFE, 0xFF, 0xDD, 0xE0];

/// What is wrong with the fragments.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum FragmentFault {
    #[error("the fragment at byte {at} declares {declared} bytes, but only {left} are left")]
    Length {
        at: usize,
        declared: u32,
        left: usize,
    },
    #[error("no fragment where one should begin, at byte {at}")]
    NotAnItem { at: usize },
}

/// The bytes of all fragments of the only frame, joined, and where they end; `at` is where the
/// first item begins.
pub(crate) fn fragments(bytes: &[u8], mut at: usize) -> Result<(Vec<u8>, usize), FragmentFault> {
    let mut joined = Vec::new();
    let mut is_offset_table = true;
    loop {
        let not_an_item = FragmentFault::NotAnItem { at };
        let rest = bytes.get(at..).unwrap_or_default();
        let Some((header, rest)) = rest.split_first_chunk::<8>() else {
            return Err(not_an_item);
        };
        let &[a, b, c, d, e, f, g, h] = header;
        match [a, b, c, d] {
            END => return Ok((joined, at.saturating_add(8))),
            ITEM => {}
            _ => return Err(not_an_item),
        }
        let declared = u32::from_le_bytes([e, f, g, h]);
        let Some(value) = rest.get(..declared as usize) else {
            return Err(FragmentFault::Length {
                at,
                declared,
                left: rest.len(),
            });
        };
        if !is_offset_table {
            joined.extend_from_slice(value);
        }
        is_offset_table = false;
        at = at.saturating_add(8).saturating_add(value.len());
    }
}
