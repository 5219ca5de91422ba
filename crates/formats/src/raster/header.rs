//! Headers of text before, or beside, the voxels.

use crate::element::{Element, cut};
use crate::error::FormatError;
use crate::file::Head;
use std::path::Path;

/// Headers hold names and terms of segments and lists of files, but no voxels.
const MAX_HEADER: usize = 16 << 20;

/// Reads on until `end` finds where the header ends, or the file does.
pub(crate) fn read_until(
    path: &Path,
    head: &mut Head,
    end: impl Fn(&[u8]) -> Option<usize>,
) -> Result<Option<usize>, FormatError> {
    loop {
        if let Some(at) = end(&head.bytes) {
            return Ok(Some(at));
        }
        let n_bytes = head.bytes.len();
        if n_bytes >= head.total {
            return Ok(None);
        }
        if n_bytes >= MAX_HEADER {
            return Err(FormatError::limit(path, "a header of more than 16 MB"));
        }
        head.grow(path, n_bytes.saturating_mul(2).min(MAX_HEADER))?;
    }
}

/// A line of a header for display.
pub(crate) fn element(number: usize, name: &str, value: &str) -> Element {
    Element {
        tag: format!("line {number}"),
        name: cut(name),
        vr: "text".to_owned(),
        value: cut(value),
        items: Vec::new(),
        varies: false,
    }
}

/// Numbers apart by white space; `None` if one of them is none.
pub(crate) fn numbers<T: std::str::FromStr>(text: &str) -> Option<Vec<T>> {
    let words = text.split_whitespace();
    words.map(|word| word.parse().ok()).collect()
}
