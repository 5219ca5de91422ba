//! The bytes of voxels behind a file's compression.

use super::element::StoredType;
use super::text::TextReader;
use crate::error::FormatError;
use crate::progress::Progress;
use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How voxels were packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Plain,
    /// Any number of members.
    Gzip,
    Zlib,
    /// Any number of members.
    Bzip2,
    /// Decimal numbers.
    Text,
}

impl Encoding {
    /// Of a whole file, by its first bytes.
    pub(crate) fn of_file(bytes: &[u8]) -> Self {
        match bytes.starts_with(&[0x1F, 0x8B]) {
            true => Self::Gzip,
            false => Self::Plain,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Bzip2 => "bzip2",
            Self::Text => "text",
        }
    }

    /// The most bytes that one stored byte can become.
    const fn max_ratio(self) -> u64 {
        match self {
            Self::Plain => 1,
            // Deflate cannot do better (zlib technical details, "maximum compression").
            Self::Gzip | Self::Zlib => 1032,
            // A block of 900 kB of runs of 259 in 5 bytes, coded in some 40 bytes.
            Self::Bzip2 => 1 << 21,
            // A digit and a space for a double, and no space after the last.
            Self::Text => 8,
        }
    }
}

/// Voxels in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) path: PathBuf,
    /// Where the stream begins in the file.
    pub(crate) start: u64,
    /// Bytes to pass over at the beginning of the stream, once inflated.
    pub(crate) skip: u64,
}

impl Part {
    /// What to pass over so that `n_bytes` of plain voxels end where the file ends.
    pub(crate) fn skip_to_last(path: &Path, start: u64, n_bytes: u128) -> Result<u64, FormatError> {
        let metadata = std::fs::metadata(path).map_err(FormatError::io(path))?;
        let n_bytes = u64::try_from(n_bytes).unwrap_or(u64::MAX);
        let there = metadata.len().saturating_sub(start);
        Ok(there.saturating_sub(n_bytes))
    }

    /// Refuses a file that cannot hold `n_bytes` of voxels.
    pub(crate) fn check(&self, encoding: Encoding, n_bytes: u128) -> Result<(), FormatError> {
        let metadata = std::fs::metadata(&self.path).map_err(FormatError::io(&self.path))?;
        // A pipe or device would block or never end.
        if !metadata.is_file() {
            return Err(FormatError::not_an_image(&self.path, "not a regular file"));
        }
        let stored = metadata.len().saturating_sub(self.start);
        let found = stored
            .saturating_mul(encoding.max_ratio())
            .saturating_sub(self.skip);
        if n_bytes <= u128::from(found) {
            return Ok(());
        }
        let found = match encoding {
            Encoding::Plain => found.to_string(),
            _ => format!("at most {found}"),
        };
        let at = self.start.saturating_add(self.skip);
        let reason = format!("{n_bytes} bytes of voxels expected from byte {at} on, {found} found");
        Err(FormatError::damaged(&self.path, reason))
    }

    /// Opens the inflated bytes at the first voxel.
    fn open(
        &self,
        encoding: Encoding,
        stored: StoredType,
        progress: &dyn Progress,
    ) -> Result<Box<dyn Read>, FormatError> {
        let mut file = File::open(&self.path).map_err(FormatError::io(&self.path))?;
        file.seek(SeekFrom::Start(self.start))
            .map_err(FormatError::io(&self.path))?;
        let file = BufReader::with_capacity(1 << 18, file);
        let mut stream: Box<dyn Read> = match encoding {
            Encoding::Plain => Box::new(file),
            Encoding::Gzip => Box::new(MultiGzDecoder::new(file)),
            Encoding::Zlib => Box::new(ZlibDecoder::new(file)),
            Encoding::Bzip2 => Box::new(MultiBzDecoder::new(file)),
            Encoding::Text => match TextReader::new(file, stored) {
                Some(reader) => Box::new(reader),
                None => {
                    let what = "voxels of this type as text";
                    return Err(FormatError::unsupported(&self.path, what));
                }
            },
        };
        pass(&mut stream, self.skip, progress)
            .map_err(|fault| fault.map_or(FormatError::Cancelled, |e| self.broken(encoding, e)))?;
        Ok(stream)
    }

    /// A fault in the compressed stream is a fault of the file, not of the disk.
    fn broken(&self, encoding: Encoding, error: io::Error) -> FormatError {
        use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
        match error.kind() {
            InvalidData | InvalidInput | UnexpectedEof | Other if encoding != Encoding::Plain => {
                FormatError::damaged(&self.path, format!("{}: {error}", encoding.name()))
            }
            _ => FormatError::Io {
                path: self.path.clone(),
                source: error,
            },
        }
    }
}

/// Reads `n_bytes` away, or less if the stream ends; `Err(None)` if cancelled.
fn pass(
    stream: &mut dyn Read,
    n_bytes: u64,
    progress: &dyn Progress,
) -> Result<(), Option<io::Error>> {
    let mut left = n_bytes;
    while left > 0 {
        if progress.is_cancelled() {
            return Err(None);
        }
        let mut piece = stream.take(left.min(1 << 24));
        let n = io::copy(&mut piece, &mut io::sink())?;
        if n == 0 {
            break;
        }
        left = left.saturating_sub(n);
    }
    Ok(())
}

/// Reads parts that follow each other as one run of bytes.
pub(crate) struct Reader<'a> {
    parts: &'a [Part],
    encoding: Encoding,
    stored: StoredType,
    /// Bytes of voxels in each part.
    part_bytes: usize,
    progress: &'a dyn Progress,
    open: Option<Open>,
}

struct Open {
    part: usize,
    /// Bytes of voxels already read.
    at: usize,
    stream: Box<dyn Read>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        parts: &'a [Part],
        encoding: Encoding,
        stored: StoredType,
        part_bytes: usize,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            parts,
            encoding,
            stored,
            part_bytes,
            progress,
            open: None,
        }
    }

    /// Fills `out` with the bytes of voxels from `offset` on. Forward is cheap; backward inflates
    /// the part again.
    pub(crate) fn read_at(&mut self, offset: usize, mut out: &mut [u8]) -> Result<(), FormatError> {
        let mut offset = offset;
        while !out.is_empty() {
            let divided = offset.checked_div(self.part_bytes);
            let number = divided.unwrap_or(usize::MAX);
            let within = offset.checked_rem(self.part_bytes).unwrap_or(0);
            let left = self.part_bytes.saturating_sub(within);
            let (now, later) = out.split_at_mut(left.min(out.len()));
            self.read_part(number, within, now)?;
            offset = offset.saturating_add(now.len());
            out = later;
        }
        Ok(())
    }

    fn read_part(
        &mut self,
        number: usize,
        within: usize,
        out: &mut [u8],
    ) -> Result<(), FormatError> {
        let (encoding, n_bytes) = (self.encoding, self.part_bytes);
        let Some(part) = self.parts.get(number) else {
            // Offsets come from a layout whose bytes were shared out over the parts.
            let path = self.parts.first().map(|part| part.path.clone());
            return Err(FormatError::damaged(
                &path.unwrap_or_default(),
                "voxels end early",
            ));
        };
        if encoding == Encoding::Plain {
            let at = part.start.saturating_add(part.skip);
            return crate::file::read_exact_at(&part.path, at.saturating_add(within as u64), out);
        }
        let reusable = self
            .open
            .take()
            .filter(|o| o.part == number && o.at <= within);
        let mut open = match reusable {
            Some(open) => open,
            None => Open {
                part: number,
                at: 0,
                stream: part.open(encoding, self.stored, self.progress)?,
            },
        };
        let ahead = within.saturating_sub(open.at) as u64;
        pass(&mut open.stream, ahead, self.progress)
            .map_err(|fault| fault.map_or(FormatError::Cancelled, |e| part.broken(encoding, e)))?;
        fill(&mut open.stream, out).map_err(|(error, filled)| {
            let found = within.saturating_add(filled);
            match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    let reason = format!("{n_bytes} bytes of voxels expected, {found} found");
                    FormatError::damaged(&part.path, reason)
                }
                _ => part.broken(encoding, error),
            }
        })?;
        open.at = within.saturating_add(out.len());
        if open.at == n_bytes {
            // Checksums are compared at the end of the stream.
            let end = open.stream.read(&mut [0]);
            end.map_err(|error| part.broken(encoding, error))?;
        }
        self.open = Some(open);
        Ok(())
    }
}

/// Fills `out`, or says how far it came.
fn fill(stream: &mut dyn Read, out: &mut [u8]) -> Result<(), (io::Error, usize)> {
    let mut filled = 0;
    while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) => return Err((io::ErrorKind::UnexpectedEof.into(), filled)),
            Ok(n) => filled = filled.saturating_add(n),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((error, filled)),
        }
    }
    Ok(())
}

/// Up to `n_bytes` from the beginning of a file of which `bytes` are in memory, inflated if it is
/// gzipped.
pub(crate) fn beginning(bytes: &[u8], n_bytes: usize) -> Vec<u8> {
    if Encoding::of_file(bytes) == Encoding::Plain {
        return bytes.get(..n_bytes).unwrap_or(bytes).to_vec();
    }
    let mut found = Vec::new();
    let mut inflated = MultiGzDecoder::new(bytes).take(n_bytes as u64);
    // A damaged or short stream leaves a short beginning, which is then refused.
    drop(inflated.read_to_end(&mut found));
    found
}

/// Up to `n_bytes` of a file, plain or gzipped, from `skip` on.
pub(crate) fn inflated(
    path: &Path,
    encoding: Encoding,
    skip: u64,
    n_bytes: u64,
    progress: &dyn Progress,
) -> Result<Vec<u8>, FormatError> {
    let part = Part {
        path: path.to_owned(),
        start: 0,
        skip,
    };
    let bytes = StoredType::Plain(annotomy_volume::volume::ScalarType::U8);
    let mut found = Vec::new();
    let stream = part.open(encoding, bytes, progress)?;
    stream
        .take(n_bytes)
        .read_to_end(&mut found)
        .map_err(|error| part.broken(encoding, error))?;
    Ok(found)
}
