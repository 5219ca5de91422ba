//! Images whose files are in an archive.

use super::image_folder;
use super::names::portable;
use crate::documents::ImageKey;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// An image on this machine.
#[derive(Debug, Clone)]
pub struct SourceImage {
    /// Identity of its content.
    pub key: ImageKey,
    /// Its files.
    pub files: Vec<PathBuf>,
}

/// An image in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncludedImage {
    /// Identity of its content.
    pub key: ImageKey,
    /// Its folder, below that of all images.
    pub folder: String,
    /// How many files it has.
    pub n_files: usize,
    /// Their bytes.
    pub n_bytes: u64,
}

/// Names for an image's files: those they have, below the folder that holds them all, since headers
/// name their data files. Files whose names not every system can have are numbered.
pub(super) fn entry_names(number: usize, files: &[PathBuf]) -> Vec<String> {
    let folder = image_folder(number);
    let common = common_folder(files);
    // Names that differ in case only are one file on many systems.
    let mut taken = BTreeSet::new();
    let mut name_of = |(n, file): (usize, &PathBuf)| {
        let below = file.strip_prefix(common).ok().and_then(portable);
        let name = below.filter(|name| taken.insert(name.to_lowercase()));
        let name = name.unwrap_or_else(|| format!("file-{}", n + 1));
        format!("{folder}/{name}")
    };
    files.iter().enumerate().map(&mut name_of).collect()
}

fn common_folder(files: &[PathBuf]) -> &Path {
    let first = files.first().and_then(|file| file.parent());
    let mut folders = first.into_iter().flat_map(Path::ancestors);
    let is_common = |folder: &&Path| files.iter().all(|file| file.starts_with(folder));
    folders.find(is_common).unwrap_or(Path::new(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[&str], expected: &[&str]) {
        let files: Vec<_> = files.iter().map(PathBuf::from).collect();
        assert_eq!(entry_names(3, &files), expected);
    }

    #[test]
    fn names_say_nothing_of_where_the_files_were() {
        check(&["/home/eve/head.nii"], &["images/3/head.nii"]);
        let pair = ["/data/eve/a.mhd", "/data/eve/raw/a.raw"];
        check(&pair, &["images/3/a.mhd", "images/3/raw/a.raw"]);
        check(
            &["/d/a/1.dcm", "/d/b/1.dcm"],
            &["images/3/a/1.dcm", "images/3/b/1.dcm"],
        );
    }

    #[test]
    fn files_that_cannot_have_their_names_everywhere_are_numbered() {
        check(
            &["/d/I.dcm", "/d/i.dcm", "/d/a:b"],
            &["images/3/I.dcm", "images/3/file-2", "images/3/file-3"],
        );
    }
}
