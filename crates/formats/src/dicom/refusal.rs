//! Why a data set is refused, and the limits it may be beyond.

use dicom_core::Tag;
use thiserror::Error;

/// Sequences inside sequences. Structured reports, the deepest objects in use, stay below 20.
pub(super) const MAX_NESTING: usize = 64;

/// Elements in one data set outside its sequences; each takes memory.
pub(super) const MAX_ELEMENTS: usize = 1_000_000;

/// Elements and items in all. An image of 12,000 frames has some two million.
pub(super) const MAX_STEPS: usize = 16_000_000;

/// Why a data set is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("element {tag} at byte {at} declares {declared} bytes, but only {left} are left")]
    Length {
        tag: Tag,
        at: usize,
        declared: u32,
        left: usize,
    },
    #[error("sequences are nested more than {MAX_NESTING} deep at byte {at}")]
    Nesting { at: usize },
    #[error("more than {MAX_ELEMENTS} elements")]
    Count,
    #[error("unexpected {tag} at byte {at}")]
    Unexpected { tag: Tag, at: usize },
    #[error("the data set ends inside a sequence or element at byte {at}")]
    Truncated { at: usize },
    #[error("element {tag} at byte {at} has no valid value representation")]
    Vr { tag: Tag, at: usize },
}
