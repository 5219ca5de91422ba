//! Inputs of several files: name, end of line, bytes; a mark between two files.

use std::ops::Range;
use std::path::{Path, PathBuf};

pub(crate) const NEXT_FILE: &[u8] = b"\0next file\0";

/// More than any sound input has.
const MAX_FILES: usize = 16;

/// Where the files of a bundle lie, names included.
pub(crate) fn pieces(bundle: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let marks = bundle.windows(NEXT_FILE.len()).enumerate();
    for (at, _) in marks.filter(|(_, window)| *window == NEXT_FILE) {
        if at >= from {
            pieces.push(from..at);
            from = at + NEXT_FILE.len();
        }
    }
    pieces.push(from..bundle.len());
    pieces.truncate(MAX_FILES);
    pieces
}

/// Writes the files of a bundle into a folder and answers where the first one is. Names that are
/// damaged stay inside the folder.
pub(crate) fn unpack(bundle: &[u8], folder: &Path) -> Option<PathBuf> {
    let mut first = None;
    for piece in pieces(bundle) {
        let piece = &bundle[piece];
        let end = piece.iter().position(|byte| *byte == b'\n')?;
        let path = folder.join(place(&piece[..end])?);
        std::fs::create_dir_all(path.parent()?).ok()?;
        // Two files of one name, or a folder and a file: no such bundle.
        std::fs::write(&path, &piece[end + 1..]).ok()?;
        first.get_or_insert(path);
    }
    first
}

/// A relative path of plain names, or nothing.
fn place(name: &[u8]) -> Option<PathBuf> {
    let is_plain = |part: &&str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        (1..=64).contains(&part.len()) && part.chars().all(is_letter) && !part.starts_with('.')
    };
    let parts: Vec<&str> = std::str::from_utf8(name).ok()?.split('/').collect();
    (parts.len() <= 6 && parts.iter().all(is_plain)).then(|| parts.iter().collect())
}
