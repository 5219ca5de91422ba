//! What makes a scan the same scan wherever it lies: its bytes.

use crate::error::FormatError;
use crate::progress::Progress;
use blake3::Hasher;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Keeps these keys apart from those of other kinds of series, whatever bytes they hash.
const CONTEXT: &str =
    "annotomy 2026-11 formats raster: identity of a series by the bytes of its files";

/// Bytes hashed between two looks at the cancel flag, and at each end of a gzip file.
const BLOCK: usize = 1 << 20;

/// Identity by content, hexadecimal: every byte of every file, each with its length.
///
/// Of a file that is one gzip member, only length and both ends, up to a megabyte each: the last
/// eight bytes are the CRC-32 and the length of all of the content (RFC 1952), so that two scans
/// that differ anywhere differ there but for one chance in 4 billion, and large libraries open
/// without being read whole. Blocked gzip (bgzip, marked by its extra field) has many members
/// whose checksums lie all over the file; it is read whole.
pub(crate) fn identity(files: &[PathBuf], progress: &dyn Progress) -> Result<String, FormatError> {
    let mut all = Hasher::new_derive_key(CONTEXT);
    for path in files {
        all.update(content_hash(path, progress)?.as_bytes());
    }
    Ok(all.finalize().to_string())
}

/// Of one file: its length and bytes.
pub(crate) fn content_hash(
    path: &Path,
    progress: &dyn Progress,
) -> Result<blake3::Hash, FormatError> {
    let mut file = File::open(path).map_err(FormatError::io(path))?;
    let n_bytes = file.metadata().map_err(FormatError::io(path))?.len();
    let mut hasher = Hasher::new();
    hasher.update(&n_bytes.to_le_bytes());
    let n_block = BLOCK.min(usize::try_from(n_bytes).unwrap_or(BLOCK).saturating_add(1));
    let mut block = vec![0; n_block];
    let mut n_read: u64 = 0;
    let mut is_first = true;
    loop {
        if progress.is_cancelled() {
            return Err(FormatError::Cancelled);
        }
        let n = fill(&mut file, &mut block).map_err(FormatError::io(path))?;
        let bytes = block.get(..n).unwrap_or_default();
        hasher.update_rayon(bytes);
        n_read = n_read.saturating_add(n as u64);
        if n < n_block {
            break;
        }
        if is_first && is_one_member(bytes) {
            let end = n_bytes.saturating_sub(BLOCK as u64).max(n_read);
            file.seek(SeekFrom::Start(end))
                .map_err(FormatError::io(path))?;
        }
        is_first = false;
    }
    Ok(hasher.finalize())
}

/// Reads until `block` is full or the file ends.
fn fill(file: &mut File, block: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(n) => filled = filled.saturating_add(n),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// A gzip header without an extra field (`FEXTRA`, RFC 1952 section 2.3.1).
fn is_one_member(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1F, 0x8B, _, flags, ..] if flags & 4 == 0)
}
