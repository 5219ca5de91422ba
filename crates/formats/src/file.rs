//! Reading parts of files.

use crate::error::FormatError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// An open file whose beginning has been read.
#[derive(Debug)]
pub(crate) struct Head {
    file: File,
    /// Bytes from the beginning of the file.
    pub(crate) bytes: Vec<u8>,
    /// Length of the whole file.
    pub(crate) total: usize,
}

impl Head {
    /// Opens a file and reads up to `n_bytes`.
    pub(crate) fn open(path: &Path, n_bytes: usize) -> Result<Self, FormatError> {
        let file = File::open(path).map_err(FormatError::io(path))?;
        let metadata = file.metadata().map_err(FormatError::io(path))?;
        // A pipe or device would block or never end.
        if !metadata.is_file() {
            return Err(FormatError::not_an_image(path, "not a regular file"));
        }
        let total = usize::try_from(metadata.len())
            .map_err(|_| FormatError::limit(path, "the file is longer than memory"))?;
        let mut head = Self {
            file,
            bytes: Vec::new(),
            total,
        };
        head.grow(path, n_bytes)?;
        Ok(head)
    }

    /// Reads on until `n_bytes` from the beginning are there, or the whole file.
    pub(crate) fn grow(&mut self, path: &Path, n_bytes: usize) -> Result<(), FormatError> {
        let have = self.bytes.len();
        let more = n_bytes.min(self.total).saturating_sub(have);
        self.bytes.reserve_exact(more);
        let got = (&mut self.file)
            .take(more as u64)
            .read_to_end(&mut self.bytes)
            .map_err(FormatError::io(path))?;
        if got < more {
            self.total = self.bytes.len();
        }
        Ok(())
    }
}

/// Fills `out` from `offset` on.
pub(crate) fn read_exact_at(path: &Path, offset: u64, out: &mut [u8]) -> Result<(), FormatError> {
    let mut file = File::open(path).map_err(FormatError::io(path))?;
    file.seek(SeekFrom::Start(offset))
        .map_err(FormatError::io(path))?;
    file.read_exact(out).map_err(|source| match source.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            FormatError::damaged(path, "the file ends before its voxels do")
        }
        _ => FormatError::Io {
            path: path.to_owned(),
            source,
        },
    })
}
