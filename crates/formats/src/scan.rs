//! Finds the image series among files and folders. Reads headers only.

use crate::dicom::{self, FIRST_READ, Slice};
use crate::error::FormatError;
use crate::file::Head;
use crate::finding::{Finding, summarize};
use crate::progress::Progress;
use crate::raster::beginning;
use crate::series::Series;
use crate::{metaimage, mgh, nifti, nrrd};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What was found.
#[derive(Debug)]
pub struct Study {
    /// Readable image series, sorted by series number, then description.
    pub series: Vec<Series>,
    /// What was odd about files that belong to no series; worst first.
    pub report: Vec<Finding>,
}

/// What a file turned out to be.
enum Found {
    /// The frames of a DICOM file.
    Slices(Vec<Slice>),
    Series(Box<Series>),
    /// Voxels of a pair whose header is this file.
    DataOf(PathBuf),
}

/// Reads the headers of files, and of all files in folders at any depth, and sorts them into
/// series. Files are recognized by content; names and extensions do not matter, but for the data
/// files of pairs (`.img`), which nothing else marks. Works on the current rayon pool.
///
/// # Errors
/// [`FormatError::Cancelled`], or why nothing at all can be read.
pub fn scan(paths: &[PathBuf], progress: &dyn Progress) -> Result<Study, FormatError> {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        list(path, &mut files, &mut errors, progress)?;
    }
    files.sort();
    files.dedup();
    let n_files = files.len();
    let n_done = AtomicUsize::new(0);
    let read = |path: &PathBuf| {
        if progress.is_cancelled() {
            return Err(FormatError::Cancelled);
        }
        let found = read(path, progress);
        progress.advance(
            n_done.fetch_add(1, Ordering::Relaxed).saturating_add(1),
            n_files,
        );
        found
    };
    let found: Vec<Result<Found, FormatError>> = files.par_iter().map(read).collect();
    if progress.is_cancelled() {
        return Err(FormatError::Cancelled);
    }
    let (mut slices, mut series) = (Vec::new(), Vec::new());
    let mut headers = Vec::new();
    for found in found {
        match found {
            Ok(Found::Slices(frames)) => slices.extend(frames),
            Ok(Found::Series(one)) => series.push(*one),
            Ok(Found::DataOf(header)) => headers.push(header),
            Err(error) => errors.push(error),
        }
    }
    // A header that was among the files has been read already.
    headers.retain(|header| files.binary_search(header).is_err());
    headers.sort();
    headers.dedup();
    for header in headers {
        match open_one(&header, progress) {
            Ok(one) => series.push(one),
            Err(FormatError::Cancelled) => return Err(FormatError::Cancelled),
            Err(error) => errors.push(error),
        }
    }
    // The files of voxels beside a header are no images of their own.
    let used: BTreeSet<PathBuf> = series.iter().flat_map(Series::paths).collect();
    errors.retain(|error| error.path().is_none_or(|path| !used.contains(path)));
    let (stacks, unplaced) = dicom::assemble(slices);
    series.extend(stacks);
    errors.extend(unplaced);
    if series.is_empty() {
        return Err(nothing(paths, errors));
    }
    series.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    Ok(Study {
        series,
        report: summarize(&errors),
    })
}

fn sort_key(series: &Series) -> (bool, Option<i64>, &str, &str) {
    (
        series.number().is_none(),
        series.number(),
        series.description(),
        series.key(),
    )
}

/// Adds the files at or below a path. Folders are visited once each, without recursion; links to
/// folders inside a folder are not followed, since they may lead in circles.
fn list(
    path: &Path,
    files: &mut Vec<PathBuf>,
    errors: &mut Vec<FormatError>,
    progress: &dyn Progress,
) -> Result<(), FormatError> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(source) => {
            errors.push(FormatError::Io {
                path: path.to_owned(),
                source,
            });
            return Ok(());
        }
    };
    if !metadata.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        if progress.is_cancelled() {
            return Err(FormatError::Cancelled);
        }
        match list_folder(&folder, &mut folders, files) {
            Ok(links) => errors.extend(links),
            Err(source) => errors.push(FormatError::Io {
                path: folder,
                source,
            }),
        }
        progress.advance(files.len(), 0);
    }
    Ok(())
}

fn list_folder(
    folder: &Path,
    folders: &mut Vec<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> std::io::Result<Vec<FormatError>> {
    let mut links = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folders.push(path);
        } else if kind.is_symlink() && path.is_dir() {
            links.push(FormatError::not_an_image(
                &path,
                "a link to a folder, not followed",
            ));
        } else {
            files.push(path);
        }
    }
    Ok(links)
}

fn read(path: &Path, progress: &dyn Progress) -> Result<Found, FormatError> {
    let mut head = Head::open(path, FIRST_READ)?;
    if head.bytes.is_empty() {
        return Err(FormatError::not_an_image(path, "the file is empty"));
    }
    if let Some(series) = open_raster(path, &mut head, progress) {
        return series.map(|series| Found::Series(Box::new(series)));
    }
    if !dicom::is_dicom(&head.bytes)
        && let Some(header) = nifti::header_of(path)
    {
        return Ok(Found::DataOf(header));
    }
    dicom::read_slices(path, head).map(Found::Slices)
}

/// The series in a file that is known to hold one, but for DICOM.
pub(crate) fn open_one(path: &Path, progress: &dyn Progress) -> Result<Series, FormatError> {
    let mut head = Head::open(path, FIRST_READ)?;
    open_raster(path, &mut head, progress).unwrap_or_else(|| {
        Err(FormatError::not_an_image(
            path,
            "no volume in a known format",
        ))
    })
}

/// `None` if the file begins like none of these formats.
fn open_raster(
    path: &Path,
    head: &mut Head,
    progress: &dyn Progress,
) -> Option<Result<Series, FormatError>> {
    if dicom::is_dicom(&head.bytes) {
        return None;
    }
    let first = beginning(&head.bytes, LONGEST_MARK);
    if nifti::is_nifti(&first) {
        Some(nifti::open(path, head, progress))
    } else if nrrd::is_nrrd(&head.bytes) {
        Some(nrrd::open(path, head, progress))
    } else if mgh::is_mgh(&first) {
        Some(mgh::open(path, head, progress))
    } else if metaimage::is_metaimage(&head.bytes) {
        Some(metaimage::open(path, head, progress))
    } else {
        None
    }
}

/// Bytes at the beginning of a file, inflated, that tell formats apart.
const LONGEST_MARK: usize = 352;

/// Why nothing could be read: the reason of the only file, or of the worst one.
fn nothing(paths: &[PathBuf], mut errors: Vec<FormatError>) -> FormatError {
    let n_errors = errors.len();
    let weight = |error: &FormatError| Finding::kind_of(error).1;
    errors.sort_by_key(|error| std::cmp::Reverse(weight(error)));
    let first = paths.first().cloned().unwrap_or_default();
    let Some(worst) = errors.into_iter().next() else {
        return FormatError::Empty { path: first };
    };
    match (n_errors, &worst) {
        (2.., FormatError::NotAnImage { .. }) => {
            let reason = format!(
                "none of the {n_errors} files found is an image; one is {}: {}",
                worst.path().unwrap_or(&first).display(),
                worst.reason()
            );
            FormatError::NotAnImage {
                path: first,
                reason,
            }
        }
        _ => worst,
    }
}
