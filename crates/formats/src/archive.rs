//! Zip archives: unpacked into a temporary folder that is removed with the last series from it.
//!
//! A folder, not memory: images are read slice by slice from files, an archive may be larger than
//! memory, and its deflated entries cannot be read from the middle. Only the user can enter the
//! folder. Sizes that an archive declares are not believed: bytes are counted as they come.

use crate::error::FormatError;
use crate::progress::Progress;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use zip::ZipArchive;
use zip::read::ZipFile;

/// Bytes of all entries once unpacked, and how often more than the archive; a small archive of blank
/// images may be beyond that ratio and does no harm.
const MAX_BYTES: u64 = 20 << 30;
const MAX_RATIO: u64 = 200;
const HARMLESS_BYTES: u64 = 16 << 20;

/// Entries in one archive.
const MAX_ENTRIES: usize = 200_000;

/// An unpacked archive.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub(crate) folder: TempDir,
    pub(crate) files: Vec<PathBuf>,
    /// Entries that were not unpacked.
    pub(crate) errors: Vec<FormatError>,
}

/// Whether these first bytes of a file are those of a zip archive.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Unpacks an archive. Archives inside it are files like others.
pub(crate) fn unpack(path: &Path, progress: &dyn Progress) -> Result<Unpacked, FormatError> {
    let file = File::open(path).map_err(FormatError::io(path))?;
    let n_bytes = file.metadata().map_err(FormatError::io(path))?.len();
    let mut left = n_bytes
        .saturating_mul(MAX_RATIO)
        .clamp(HARMLESS_BYTES, MAX_BYTES);
    let damaged = |error: zip::result::ZipError| {
        FormatError::damaged(path, format!("the zip archive cannot be read: {error}"))
    };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let n_entries = archive.len();
    if n_entries > MAX_ENTRIES {
        let what = format!("{n_entries} files in one archive, more than {MAX_ENTRIES}");
        return Err(FormatError::limit(path, what));
    }
    let folder = tempfile::Builder::new().prefix("annotomy-").tempdir();
    let folder = folder.map_err(FormatError::io(path))?;
    // Messages then end in the archive's name and the entry's.
    let root = folder.path().join(path.file_name().unwrap_or_default());
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for n in 0..n_entries {
        if progress.is_cancelled() {
            return Err(FormatError::Cancelled);
        }
        let place = match archive.by_index_raw(n).map_err(damaged)? {
            entry if entry.is_dir() => continue,
            entry => place(&entry),
        };
        let refused =
            |reason: String| FormatError::damaged(&path.join(format!("entry {n}")), reason);
        let written = match place {
            Err(reason) => Err(refused(reason.to_owned())),
            Ok(place) => match archive.by_index(n) {
                Ok(mut entry) => write(path, &mut entry, &root.join(place), &mut left),
                Err(error) => Err(refused(error.to_string())),
            },
        };
        match written {
            Ok(file) => files.push(file),
            Err(error @ (FormatError::Limit { .. } | FormatError::Io { .. })) => return Err(error),
            Err(error) => errors.push(error),
        }
        progress.advance(files.len(), n_entries);
    }
    Ok(Unpacked {
        folder,
        files,
        errors,
    })
}

/// Where in the folder an entry belongs; entries that would leave it have no place.
fn place(entry: &ZipFile<'_, impl Read>) -> Result<PathBuf, &'static str> {
    if entry.encrypted() {
        return Err("the entry is encrypted");
    }
    if entry.is_symlink() {
        return Err("the entry is a link, which is not followed");
    }
    entry
        .enclosed_name()
        .filter(|name| name.file_name().is_some())
        .ok_or("the entry's name leads out of the archive")
}

fn write(
    archive: &Path,
    entry: &mut impl Read,
    path: &Path,
    left: &mut u64,
) -> Result<PathBuf, FormatError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(FormatError::io(path))?;
    }
    let mut file = match File::create_new(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(FormatError::damaged(
                path,
                "the archive has two files of this name",
            ));
        }
        Err(error) => return Err(FormatError::io(path)(error)),
    };
    let copied = io::copy(&mut entry.take(left.saturating_add(1)), &mut file);
    let n_bytes = copied.map_err(|error| match error.raw_os_error() {
        // The system refused, for want of space.
        Some(_) => FormatError::io(path)(error),
        None => FormatError::damaged(path, format!("cannot be unpacked: {error}")),
    })?;
    *left = left.checked_sub(n_bytes).ok_or_else(|| {
        let what = format!("unpacks to more than {MAX_RATIO} times its size, or {MAX_BYTES} bytes");
        FormatError::limit(archive, what)
    })?;
    Ok(path.to_owned())
}
