//! Where the frames of a file are, and reading the bytes of one without the others.
//!
//! Native frames follow each other. Encapsulated ones are runs of fragments (DICOM PS3.5 annex
//! A.4): an offset table says where each begins, or every frame is one fragment, or a fragment that
//! begins a frame is known by how its codestream begins. The headers of the fragments are read
//! once, when the first frame is.

use super::image_file::ImageFile;
use super::open::open;
use super::syntax::PixelCoding;
use super::values::Values;
use crate::error::FormatError;
use crate::file::{Head, read_exact_at};
use dicom_dictionary_std::tags;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

const ITEM: [u8; 4] = [0xFE, 0xFF, 0x00, 0xE0];
const END: [u8; 4] = [0xFE, 0xFF, 0xDD, 0xE0];

/// Bytes of a fragment that tell whether a codestream begins there.
const BEGINNING: usize = 4;

/// What is known of a file's frames.
#[derive(Debug)]
pub(crate) struct FrameTable {
    /// Extended Offset Table (PS3.3 C.7.6.3.1.8), if the file has one.
    extended: Vec<u64>,
    index: OnceLock<Result<Index, String>>,
    /// The data set of a deflated file, while somebody reads it.
    inflated: Mutex<Weak<Vec<u8>>>,
}

/// One fragment.
#[derive(Debug, Clone, Copy)]
struct Fragment {
    at: u64,
    len: u32,
    begins_codestream: bool,
}

/// The fragments of each frame.
#[derive(Debug)]
struct Index {
    fragments: Vec<Fragment>,
    frames: Vec<Range<usize>>,
    has_wrong_table: bool,
    /// Where the sequence of fragments ends.
    end: u64,
}

impl FrameTable {
    pub(super) fn new(values: &Values<'_>) -> Self {
        let offsets = values.longs(tags::EXTENDED_OFFSET_TABLE);
        Self {
            extended: offsets.unwrap_or_default(),
            index: OnceLock::new(),
            inflated: Mutex::default(),
        }
    }

    /// Whether an offset table was found to point elsewhere than to frames.
    pub(crate) fn has_wrong_table(&self) -> bool {
        matches!(self.index.get(), Some(Ok(index)) if index.has_wrong_table)
    }
}

/// Fills `out` with the bytes of native pixel data from `from` on.
pub(crate) fn read_native(
    file: &ImageFile,
    from: usize,
    out: &mut [u8],
) -> Result<(), FormatError> {
    let path = &file.path;
    let from = file.pixels_at.saturating_add(from);
    if !file.syntax.is_deflated {
        return read_exact_at(path, from as u64, out);
    }
    let bytes = inflated(file)?;
    let changed = || FormatError::damaged(path, "the file changed since it was opened");
    let end = from.saturating_add(out.len());
    out.copy_from_slice(bytes.get(from..end).ok_or_else(changed)?);
    Ok(())
}

/// The inflated data set of a deflated file. Who holds it spares the next frame inflating it again.
pub(crate) fn inflated(file: &ImageFile) -> Result<Arc<Vec<u8>>, FormatError> {
    let shared = &file.frames.inflated;
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = shared.upgrade() {
        return Ok(bytes);
    }
    let opened = open(&file.path, Head::open(&file.path, usize::MAX)?)?;
    let bytes = Arc::new(opened.bytes);
    *shared = Arc::downgrade(&bytes);
    Ok(bytes)
}

/// The encoded bytes of a frame, its fragments joined.
pub(crate) fn read_encapsulated(file: &ImageFile, frame: usize) -> Result<Vec<u8>, FormatError> {
    let path = &file.path;
    let index = indexed(file)?;
    let fragments = index.frames.get(frame).cloned();
    let fragments = fragments.and_then(|fragments| index.fragments.get(fragments));
    let fragments = fragments.unwrap_or_default();
    // The lengths were checked against the file.
    let n_bytes = fragments.iter().map(|fragment| fragment.len as usize).sum();
    let mut joined = vec![0; n_bytes];
    let mut rest = joined.as_mut_slice();
    for fragment in fragments {
        let (part, after) = rest.split_at_mut(fragment.len as usize);
        read_exact_at(path, fragment.at, part)?;
        rest = after;
    }
    Ok(joined)
}

/// Where the fragments of a file end.
pub(crate) fn end_of_fragments(file: &ImageFile) -> Result<u64, FormatError> {
    indexed(file).map(|index| index.end)
}

fn indexed(file: &ImageFile) -> Result<&Index, FormatError> {
    let index = file.frames.index.get_or_init(|| index(file));
    let damaged = |reason: &String| FormatError::damaged(&file.path, reason.clone());
    index.as_ref().map_err(damaged)
}

/// Reads the headers of all fragments and finds which belong to which frame.
fn index(file: &ImageFile) -> Result<Index, String> {
    let mut reader = Fragments::open(&file.path, file.pixels_at as u64)?;
    let mut table = Vec::new();
    if let Some(first) = reader.next(file.syntax.pixels)? {
        // Offsets of 32 bits (PS3.5 A.4).
        let len = (first.len as usize).min(file.n_frames.saturating_mul(4));
        let mut bytes = vec![0; len];
        read_exact_at(&file.path, first.at, &mut bytes).map_err(|error| error.reason())?;
        let offsets = bytes.as_chunks::<4>().0.iter();
        table = offsets
            .map(|bytes| u32::from_le_bytes(*bytes).into())
            .collect();
    }
    let base = reader.at;
    let mut fragments = Vec::new();
    while let Some(fragment) = reader.next(file.syntax.pixels)? {
        fragments.push(fragment);
    }
    let n_frames = file.n_frames;
    let tables = [file.frames.extended.as_slice(), table.as_slice()];
    let by_table = tables
        .into_iter()
        .find_map(|table| by_table(&fragments, base, table, n_frames));
    let has_wrong_table = by_table.is_none() && tables.iter().any(|table| !table.is_empty());
    let frames = by_table.or_else(|| by_content(&fragments, n_frames));
    let frames = frames.ok_or_else(|| {
        format!(
            "{n_frames} frames cannot be told apart in {} fragments",
            fragments.len()
        )
    })?;
    Ok(Index {
        fragments,
        frames,
        has_wrong_table,
        // Behind the delimiter's header.
        end: reader.at.saturating_add(8),
    })
}

/// The frames that an offset table tells apart, if each begins with a fragment.
fn by_table(
    fragments: &[Fragment],
    base: u64,
    table: &[u64],
    n_frames: usize,
) -> Option<Vec<Range<usize>>> {
    if table.len() != n_frames {
        return None;
    }
    // A fragment's value begins behind its header of 8 bytes.
    let begin = |offset: &u64| {
        let at = base.checked_add(*offset)?.checked_add(8)?;
        fragments
            .binary_search_by_key(&at, |fragment| fragment.at)
            .ok()
    };
    let begins: Vec<usize> = table.iter().map(begin).collect::<Option<_>>()?;
    let is_whole = begins.first() == Some(&0) && begins.is_sorted_by(|a, b| a < b);
    is_whole.then(|| ranges(&begins, fragments.len()))
}

/// The frames that the fragments themselves tell apart.
fn by_content(fragments: &[Fragment], n_frames: usize) -> Option<Vec<Range<usize>>> {
    let n_fragments = fragments.len();
    if n_fragments == n_frames {
        let starts: Vec<usize> = (0..n_fragments).collect();
        return Some(ranges(&starts, n_fragments));
    }
    if n_frames == 1 {
        return Some(ranges(&[0], n_fragments));
    }
    let numbered = fragments.iter().enumerate();
    let starts = numbered.filter(|(_, fragment)| fragment.begins_codestream);
    let starts: Vec<usize> = starts.map(|(n, _)| n).collect();
    (starts.len() == n_frames && starts.first() == Some(&0)).then(|| ranges(&starts, n_fragments))
}

fn ranges(starts: &[usize], end: usize) -> Vec<Range<usize>> {
    let ends = starts.iter().skip(1).copied().chain([end]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| *start..end)
        .collect()
}

/// Walks the fragments of a file.
struct Fragments {
    file: File,
    at: u64,
    total: u64,
}

impl Fragments {
    fn open(path: &Path, at: u64) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let total = file.metadata().map_err(|error| error.to_string())?.len();
        Ok(Self { file, at, total })
    }

    /// The next fragment, or none where the sequence ends.
    fn next(&mut self, coding: PixelCoding) -> Result<Option<Fragment>, String> {
        let at = self.at;
        let mut head = [0; 8 + BEGINNING];
        let n_read = self
            .read(at, &mut head)
            .map_err(|error| error.to_string())?;
        let &[a, b, c, d, e, f, g, h, ref beginning @ ..] = &head;
        match [a, b, c, d] {
            _ if n_read < 8 => {}
            END => return Ok(None),
            ITEM => {
                let (len, at) = (u32::from_le_bytes([e, f, g, h]), at.saturating_add(8));
                let left = self.total.saturating_sub(at);
                if u64::from(len) > left {
                    return Err(format!(
                        "the fragment at byte {} declares {len} bytes, but only {left} are left",
                        self.at
                    ));
                }
                self.at = at.saturating_add(len.into());
                let begins_codestream = len >= 4 && begins(coding, *beginning);
                return Ok(Some(Fragment {
                    at,
                    len,
                    begins_codestream,
                }));
            }
            _ => {}
        }
        Err(format!("no fragment where one should begin, at byte {at}"))
    }

    fn read(&mut self, at: u64, out: &mut [u8]) -> std::io::Result<usize> {
        self.file.seek(SeekFrom::Start(at))?;
        let mut n_read = 0_usize;
        while let Some(rest) = out.get_mut(n_read..).filter(|rest| !rest.is_empty()) {
            match self.file.read(rest) {
                Ok(0) => break,
                Ok(n) => n_read = n_read.saturating_add(n),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(n_read)
    }
}

/// Whether a codestream begins with these bytes: JPEG and JPEG-LS (start of image), JPEG 2000
/// (start of codestream, or its file format), JPEG XL (codestream or container).
fn begins(coding: PixelCoding, bytes: [u8; BEGINNING]) -> bool {
    match coding {
        PixelCoding::Native | PixelCoding::Fragments | PixelCoding::Rle => false,
        _ => matches!(
            bytes,
            [0xFF, 0xD8, 0xFF, _] | [0xFF, 0x4F, 0xFF, 0x51] | [0xFF, 0x0A, ..] | [0, 0, 0, 0x0C]
        ),
    }
}
