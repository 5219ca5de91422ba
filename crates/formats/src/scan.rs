//! Finds the image series among files and folders. Reads headers only.

use crate::archive::{is_zip, unpack};
use crate::bitmap::{self, Hashed, is_bitmap};
use crate::dicom::{self, Contents, FIRST_READ, Slice};
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
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

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
    /// DICOM frames, or an index of files.
    Dicom(Contents),
    Series(Box<Series>),
    /// Pictures, which may be part of a stack.
    Bitmap(Box<Hashed>),
    /// Voxels of a pair whose header is this file.
    DataOf(PathBuf),
}

/// What has been found so far.
#[derive(Default)]
struct Findings {
    slices: Vec<Slice>,
    series: Vec<Series>,
    bitmaps: Vec<Hashed>,
    errors: Vec<FormatError>,
    /// Headers of pairs whose voxels were found.
    headers: Vec<PathBuf>,
    /// Of archives that were unpacked.
    folders: Vec<Arc<TempDir>>,
}

/// Reads the headers of files, and of all files in folders at any depth, and sorts them into
/// series. Files are recognized by content; names and extensions do not matter, but for the data
/// files of pairs (`.img`), which nothing else marks. A DICOMDIR adds the files it lists inside its
/// own folder; a zip archive that is named by itself is unpacked into a temporary folder, which
/// lives as long as the series from it. Works on the current rayon pool.
///
/// # Errors
/// [`FormatError::Cancelled`], or why nothing at all can be read.
pub fn scan(paths: &[PathBuf], progress: &dyn Progress) -> Result<Study, FormatError> {
    let mut found = Findings::default();
    let mut files = Vec::new();
    for path in paths {
        if path.is_file() && Head::open(path, 4).is_ok_and(|head| is_zip(&head.bytes)) {
            let unpacked = unpack(path, progress)?;
            files.extend(unpacked.files);
            found.errors.extend(unpacked.errors);
            found.folders.push(Arc::new(unpacked.folder));
        } else {
            list(path, &mut files, &mut found.errors, progress)?;
        }
    }
    let mut known = BTreeSet::new();
    // Files listed in an index may be indices themselves.
    while !files.is_empty() {
        files.sort();
        files.dedup();
        files.retain(|file| !known.contains(file));
        let listed = found.read(&files, progress)?;
        known.extend(files);
        files = listed;
    }
    // A header that was among the files has been read already.
    found.headers.retain(|header| !known.contains(header));
    found.read_headers(progress)?;
    let Findings {
        slices,
        mut series,
        mut bitmaps,
        mut errors,
        folders,
        ..
    } = found;
    // The files of voxels beside a header are no images of their own.
    let used: BTreeSet<PathBuf> = series.iter().flat_map(Series::paths).collect();
    errors.retain(|error| error.path().is_none_or(|path| !used.contains(path)));
    bitmaps.retain(|hashed| !used.contains(&hashed.file.path));
    for (assembled, unplaced) in [dicom::assemble(slices), bitmap::assemble(bitmaps)] {
        series.extend(assembled);
        errors.extend(unplaced);
    }
    if series.is_empty() {
        return Err(nothing(paths, errors));
    }
    let mut report = summarize(&errors);
    report.extend(drop_copies(&mut series));
    series.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    for series in &mut series {
        folders.iter().for_each(|folder| series.keep(folder));
    }
    Ok(Study { series, report })
}

impl Findings {
    /// Reads files and answers those that indices among them list.
    fn read(
        &mut self,
        files: &[PathBuf],
        progress: &dyn Progress,
    ) -> Result<Vec<PathBuf>, FormatError> {
        let n_done = AtomicUsize::new(0);
        let read = |path: &PathBuf| {
            if progress.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
            let found = read(path, progress);
            let done = n_done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            progress.advance(done, files.len());
            found
        };
        let found: Vec<Result<Found, FormatError>> = files.par_iter().map(read).collect();
        if progress.is_cancelled() {
            return Err(FormatError::Cancelled);
        }
        let mut listed = Vec::new();
        for found in found {
            match found {
                Ok(Found::Dicom(Contents::Slices(frames))) => self.slices.extend(frames),
                Ok(Found::Dicom(Contents::Directory(directory))) => {
                    listed.extend(directory.files);
                    self.errors.extend(directory.errors);
                }
                Ok(Found::Series(one)) => self.series.push(*one),
                Ok(Found::Bitmap(one)) => self.bitmaps.push(*one),
                Ok(Found::DataOf(header)) => self.headers.push(header),
                Err(error) => self.errors.push(error),
            }
        }
        Ok(listed)
    }

    fn read_headers(&mut self, progress: &dyn Progress) -> Result<(), FormatError> {
        let mut headers = std::mem::take(&mut self.headers);
        headers.sort();
        headers.dedup();
        for header in headers {
            match open_one(&header, progress) {
                Ok(one) => self.series.push(one),
                Err(FormatError::Cancelled) => return Err(FormatError::Cancelled),
                Err(error) => self.errors.push(error),
            }
        }
        Ok(())
    }
}

/// Leaves one series of each identity; the report names the first copy.
fn drop_copies(series: &mut Vec<Series>) -> Option<Finding> {
    let place = |series: &Series| series.paths().into_iter().next().unwrap_or_default();
    series.sort_by_cached_key(|series| (series.key().to_owned(), place(series)));
    let mut copies = Vec::new();
    series.dedup_by(|copy, kept| {
        let is_copy = copy.key() == kept.key();
        copies.extend(is_copy.then(|| (place(copy), place(kept))));
        is_copy
    });
    let (copy, kept) = copies.first()?;
    let (n, name) = (copies.len(), kept.file_name().unwrap_or_default());
    let name = name.to_string_lossy();
    let message =
        format!("{n} file(s) are copies of others and were left out; the first is one of {name}.");
    Some(Finding::note("duplicate_files", message).in_file(copy))
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
    if is_zip(&head.bytes) {
        let what = "a zip archive, which is unpacked only when it is opened by itself";
        return Err(FormatError::not_an_image(path, what));
    }
    if let Some(series) = open_raster(path, &mut head, progress) {
        return series.map(|series| Found::Series(Box::new(series)));
    }
    if !dicom::is_dicom(&head.bytes) && is_bitmap(&head.bytes) {
        let hashed = bitmap::open(path, &head, progress)?;
        return Ok(Found::Bitmap(Box::new(hashed)));
    }
    if !dicom::is_dicom(&head.bytes)
        && let Some(header) = nifti::header_of(path)
    {
        return Ok(Found::DataOf(header));
    }
    dicom::read_contents(path, head).map(Found::Dicom)
}

/// The series in a file that is known to hold one, but for DICOM.
pub(crate) fn open_one(path: &Path, progress: &dyn Progress) -> Result<Series, FormatError> {
    let mut head = Head::open(path, FIRST_READ)?;
    if !dicom::is_dicom(&head.bytes) && is_bitmap(&head.bytes) {
        return bitmap::open_one(path, &head, progress);
    }
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
