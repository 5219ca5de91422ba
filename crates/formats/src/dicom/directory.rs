//! DICOMDIR: the index of a medium (DICOM PS3.3 annex F), followed inside its own folder only.

use super::open::Opened;
use super::values::Values;
use crate::error::FormatError;
use dicom_dictionary_std::tags;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Records in one index.
const MAX_RECORDS: usize = 500_000;

/// Files that an index lists and that are there, and what was wrong with others.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) errors: Vec<FormatError>,
}

/// Whether a data set is an index.
pub(super) fn is_directory(values: &Values<'_>) -> bool {
    values.has(tags::DIRECTORY_RECORD_SEQUENCE)
}

/// The files that the index at `path` lists.
pub(super) fn read_directory(path: &Path, opened: &Opened) -> Directory {
    let values = Values::new(opened);
    let records = values.items(tags::DIRECTORY_RECORD_SEQUENCE, MAX_RECORDS);
    let in_use = records.filter(|record| record.integer(tags::RECORD_IN_USE_FLAG) != Some(0));
    let names = in_use.filter_map(|record| record.code(tags::REFERENCED_FILE_ID));
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut folders = Folders::default();
    let mut found = Directory::default();
    let (mut missing, mut outside) = (0_usize, 0_usize);
    for name in names {
        match folders.find(folder, &name) {
            Place::Found(file) => found.files.push(file),
            Place::Missing => missing = missing.saturating_add(1),
            Place::Outside => outside = outside.saturating_add(1),
        }
    }
    let damaged = |reason| FormatError::damaged(path, reason);
    if missing > 0 {
        let reason = format!("the DICOMDIR lists {missing} file(s) that are not there");
        found.errors.push(damaged(reason));
    }
    if outside > 0 {
        let reason = format!(
            "the DICOMDIR lists {outside} file(s) outside its folder, which were not followed"
        );
        found.errors.push(damaged(reason));
    }
    if found.files.is_empty() && found.errors.is_empty() {
        let what = "a DICOMDIR that lists no files";
        found.errors.push(FormatError::not_an_image(path, what));
    }
    found
}

enum Place {
    Found(PathBuf),
    Missing,
    Outside,
}

/// Names in folders by their capitals: an index writes capitals, a disk may show small letters.
#[derive(Debug, Default)]
struct Folders {
    names: BTreeMap<PathBuf, BTreeMap<String, PathBuf>>,
}

impl Folders {
    /// Finds `A\B\C` below a folder.
    fn find(&mut self, folder: &Path, name: &str) -> Place {
        let mut path = folder.to_owned();
        for part in name.split('\\') {
            let part = part.trim_matches([' ', '\0']);
            if matches!(part, "" | "." | "..") || part.contains(['/', ':', '\0']) {
                return Place::Outside;
            }
            let exact = path.join(part);
            path = match exact.symlink_metadata() {
                Ok(_) => exact,
                Err(_) => match self.like(&path, part) {
                    Some(found) => found,
                    None => return Place::Missing,
                },
            };
        }
        // A link may lead out.
        match (path.canonicalize(), folder_of(folder).canonicalize()) {
            (Ok(real), Ok(root)) if !real.starts_with(&root) => Place::Outside,
            (Ok(real), Ok(_)) if real.is_file() => Place::Found(path),
            _ => Place::Missing,
        }
    }

    fn like(&mut self, folder: &Path, part: &str) -> Option<PathBuf> {
        let list = || {
            let entries = std::fs::read_dir(folder_of(folder)).into_iter().flatten();
            let names = entries.flatten().map(|entry| entry.file_name());
            let named = |name: std::ffi::OsString| {
                (name.to_string_lossy().to_uppercase(), folder.join(name))
            };
            names.map(named).collect()
        };
        let names = self.names.entry(folder.to_owned()).or_insert_with(list);
        names.get(&part.to_uppercase()).cloned()
    }
}

/// A path without a folder is in the current one.
fn folder_of(path: &Path) -> &Path {
    match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    }
}
