//! A NIfTI or Analyze file or pair, plain or gzipped: recognized and described.

use super::affine::lps_from_index;
use super::extension;
use super::fields;
use super::header::{HEADER_2, Header, Magic};
use crate::error::FormatError;
use crate::file::Head;
use crate::progress::Progress;
use crate::raster::{Described, Encoding, Layout, Part, Raster, beginning, inflated};
use crate::series::Series;
use std::path::{Path, PathBuf};

/// Extensions that are shown.
const MAX_EXTENSION: u64 = 1 << 20;

/// Whether these first bytes of a file, inflated, begin like a NIfTI or Analyze header.
pub(crate) fn is_nifti(bytes: &[u8]) -> bool {
    Magic::of(bytes).is_some()
}

/// Describes a file whose beginning was read, or the pair whose header it is.
pub(crate) fn open(
    path: &Path,
    head: &Head,
    progress: &dyn Progress,
) -> Result<Series, FormatError> {
    let header = Header::parse(path, &beginning(&head.bytes, HEADER_2))?;
    let encoding = Encoding::of_file(&head.bytes);
    let mut report = Vec::new();
    let lps_from_index = lps_from_index(&header, &mut report);
    let rescale = header.rescale(&mut report);
    let (data, data_encoding) = match header.magic.is_pair() {
        true => partner(path, &DATA_ENDINGS).and_then(|data| {
            let encoding = Encoding::of_file(&Head::open(&data, 2)?.bytes);
            Ok((data, encoding))
        })?,
        false => (path.to_owned(), encoding),
    };
    let part = Part {
        path: data,
        start: 0,
        skip: header.offset,
    };
    let raster = Raster::new(
        Layout::volumes(header.size, header.n_volumes),
        (header.stored, header.is_big_endian),
        (data_encoding, vec![part]),
        &mut report,
        progress,
    )?;
    let mut elements = fields::elements(&header);
    if header.magic != Magic::Analyze {
        let header_len = header.raw.len() as u64;
        let n_bytes = match header.magic.is_pair() {
            true => MAX_EXTENSION,
            false => header.offset.saturating_sub(header_len).min(MAX_EXTENSION),
        };
        let bytes = inflated(path, encoding, header_len, n_bytes, progress)?;
        elements.extend(extension::elements(&header, &bytes));
    }
    let described = Described {
        size: header.size,
        lps_from_index,
        rescale,
        window: header.window(),
        times: header.times(),
        elements,
        report,
    };
    described.series(path, raster, progress)
}

const DATA_ENDINGS: [&str; 4] = ["img", "img.gz", "IMG", "IMG.GZ"];
const HEADER_ENDINGS: [&str; 4] = ["hdr", "hdr.gz", "HDR", "HDR.GZ"];

/// The header of the pair that a file of this name may hold the voxels of.
pub(crate) fn header_of(path: &Path) -> Option<PathBuf> {
    let (_, ending) = split(path)?;
    if !DATA_ENDINGS.contains(&ending) {
        return None;
    }
    let header = partner(path, &HEADER_ENDINGS).ok()?;
    let head = Head::open(&header, HEADER_2).ok()?;
    let magic = Magic::of(&beginning(&head.bytes, HEADER_2));
    magic.is_some_and(Magic::is_pair).then_some(header)
}

/// The other file of a pair: the same name with another ending.
fn partner(path: &Path, endings: &[&str]) -> Result<PathBuf, FormatError> {
    let missing = || {
        let what = format!(
            "the other file of this pair ({}) is not beside it",
            endings.join(", ")
        );
        FormatError::damaged(path, what)
    };
    let (stem, _) = split(path).ok_or_else(missing)?;
    let candidates = endings
        .iter()
        .map(|ending| path.with_file_name(format!("{stem}.{ending}")));
    candidates
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(missing)
}

/// A name that ends in one of the endings of a pair, and that ending.
fn split(path: &Path) -> Option<(&str, &str)> {
    let name = path.file_name()?.to_str()?;
    let mut endings = DATA_ENDINGS.iter().chain(&HEADER_ENDINGS);
    endings.find_map(|ending| {
        let stem = name.strip_suffix(ending)?.strip_suffix('.')?;
        Some((stem, *ending))
    })
}
