//! The seal: the zip's comment is the BLAKE3 of all bytes before it.

use super::Watch;
use super::error::ArchiveError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

const MARK: &str = "BLAKE3 ";
const SEAL_BYTES: u64 = MARK.len() as u64 + 64;

/// Bytes read at once.
pub(super) const CHUNK: usize = 1 << 20;

/// What is written into a zip as its comment until the file is sealed.
pub(super) fn blank() -> String {
    format!("{MARK}{}", "0".repeat(64))
}

/// Seals a finished zip whose comment is [`blank`].
pub(super) fn seal(path: &Path, file: &mut File, watch: Watch<'_>) -> Result<(), ArchiveError> {
    let seal = expected(path, file, watch)?;
    file.write_all(seal.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(ArchiveError::io(path))
}

/// Whether the file is as it was sealed.
pub(super) fn is_whole(
    path: &Path,
    file: &mut File,
    watch: Watch<'_>,
) -> Result<bool, ArchiveError> {
    let expected = expected(path, file, watch)?;
    let mut found = Vec::new();
    file.read_to_end(&mut found)
        .map_err(ArchiveError::io(path))?;
    Ok(found == expected.as_bytes())
}

/// The seal of what is in a file; leaves the file where the seal begins.
fn expected(path: &Path, file: &mut File, watch: Watch<'_>) -> Result<String, ArchiveError> {
    let io = ArchiveError::io(path);
    let length = file.seek(SeekFrom::End(0)).map_err(&io)?;
    file.rewind().map_err(&io)?;
    let mut sealed = Read::take(&mut *file, length.saturating_sub(SEAL_BYTES));
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = sealed.read(&mut chunk).map_err(&io)?;
        if n == 0 {
            return Ok(format!("{MARK}{}", hasher.finalize()));
        }
        hasher.update(&chunk[..n]);
        if watch(n as u64).is_break() {
            return Err(ArchiveError::Cancelled);
        }
    }
}
