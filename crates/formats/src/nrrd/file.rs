//! A NRRD file: recognized, described, its voxels found.

use super::axes::Axes;
use super::header::Header;
use super::place::lps_from_index;
use crate::error::FormatError;
use crate::file::Head;
use crate::progress::Progress;
use crate::raster::{DataFiles, Described, Encoding, Part, Raster, numbers};
use crate::series::Series;
use annotomy_volume::volume::Rescale;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Longest line passed over before voxels.
const MAX_LINE: u64 = 1 << 20;

/// More lines than any other file's header has.
const MAX_LINES: i64 = 1 << 16;

pub(crate) fn is_nrrd(bytes: &[u8]) -> bool {
    bytes.starts_with(b"NRRD000")
}

/// Describes a file whose beginning was read.
pub(crate) fn open(
    path: &Path,
    head: &mut Head,
    progress: &dyn Progress,
) -> Result<Series, FormatError> {
    let header = Header::read(path, head)?;
    series(path, &header, progress)
}

/// The series that a header describes.
pub(crate) fn series(
    path: &Path,
    header: &Header,
    progress: &dyn Progress,
) -> Result<Series, FormatError> {
    let damaged = |reason: String| FormatError::damaged(path, reason);
    let mut report = Vec::new();
    let axes = Axes::read(header, &mut report).map_err(damaged)?;
    let lps_from_index = lps_from_index(header, &axes, &mut report).map_err(damaged)?;
    let encoding = encoding(path, header)?;
    let n_bytes = axes.layout.n_bytes(axes.stored);
    let parts = parts(path, header, encoding, n_bytes)?;
    let is_big_endian = header.field("endian") == Some("big") && encoding != Encoding::Text;
    let raster = Raster::new(
        axes.layout,
        (axes.stored, is_big_endian),
        (encoding, parts),
        &mut report,
        progress,
    )?;
    let described = Described {
        size: axes.layout.size,
        lps_from_index,
        rescale: Rescale::IDENTITY,
        window: None,
        times: None,
        elements: header.elements(),
        report,
    };
    described.series(path, raster, progress)
}

fn encoding(path: &Path, header: &Header) -> Result<Encoding, FormatError> {
    let name = header.field("encoding").unwrap_or_default().to_lowercase();
    match &*name {
        "raw" => Ok(Encoding::Plain),
        "gz" | "gzip" => Ok(Encoding::Gzip),
        "bz2" | "bzip2" => Ok(Encoding::Bzip2),
        "txt" | "text" | "ascii" => Ok(Encoding::Text),
        "hex" => Err(FormatError::unsupported(path, "NRRD in hexadecimal")),
        _ => Err(FormatError::damaged(path, "its encoding is not known")),
    }
}

/// The voxels: after the header, or in the files it names.
fn parts(
    path: &Path,
    header: &Header,
    encoding: Encoding,
    n_bytes: u128,
) -> Result<Vec<Part>, FormatError> {
    let (files, start) = match header.field("datafile") {
        Some(name) => (data_files(path, header, name)?, 0),
        None => {
            let missing =
                || FormatError::damaged(path, "its header neither ends nor names a data file");
            (
                vec![path.to_owned()],
                header.end.ok_or_else(missing)? as u64,
            )
        }
    };
    let number = |name: &str, least: i64, most: i64| {
        let number = header.field(name).map_or(Some(0), |text| text.parse().ok());
        let number = number.filter(|n| (least..=most).contains(n));
        number.ok_or_else(|| FormatError::damaged(path, "what it passes over makes no sense"))
    };
    let n_lines = number("lineskip", 0, MAX_LINES)?;
    let n_skipped = number("byteskip", -1, i64::MAX)?;
    if n_skipped < 0 && encoding != Encoding::Plain {
        let reason = "only plain voxels can be counted from the end of the file";
        return Err(FormatError::damaged(path, reason));
    }
    let n_mine = n_bytes.checked_div(files.len() as u128).unwrap_or(0);
    let part = |path: PathBuf| {
        let start = after_lines(&path, start, n_lines)?;
        let skip = match u64::try_from(n_skipped) {
            Ok(skip) => skip,
            // The voxels end where the file ends.
            Err(_) => Part::skip_to_last(&path, start, n_mine)?,
        };
        Ok(Part { path, start, skip })
    };
    files.into_iter().map(part).collect()
}

fn data_files(path: &Path, header: &Header, name: &str) -> Result<Vec<PathBuf>, FormatError> {
    let files = DataFiles::of(path);
    if name.starts_with("LIST") {
        return files.list(header.list.iter().map(String::as_str));
    }
    // A pattern, then first, last and step, and perhaps the dimension of each file, which
    // follows from the number of files.
    let words: Vec<&str> = name.split_whitespace().collect();
    if let [pattern, range @ ..] = words.as_slice()
        && pattern.contains('%')
        && let Some([first, last, step, ..]) = numbers::<i64>(&range.join(" ")).as_deref()
    {
        return files.pattern(pattern, (*first, *last, *step));
    }
    files.one(name).map(|path| vec![path])
}

/// Where the bytes after some lines begin.
fn after_lines(path: &Path, start: u64, n_lines: i64) -> Result<u64, FormatError> {
    let io = |source| FormatError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = BufReader::new(File::open(path).map_err(io)?);
    file.seek(SeekFrom::Start(start)).map_err(io)?;
    let mut at = start;
    for _ in 0..n_lines {
        let mut line = Vec::new();
        let mut piece = (&mut file).take(MAX_LINE);
        let n = piece.read_until(b'\n', &mut line).map_err(io)?;
        if line.last() != Some(&b'\n') {
            let reason = "it has fewer lines than its header says";
            return Err(FormatError::damaged(path, reason));
        }
        at = at.saturating_add(n as u64);
    }
    Ok(at)
}
