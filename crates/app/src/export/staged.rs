//! Files that are written beside their place and checked there before they take it.

use crate::wire::WireError;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempDir};

/// Files of one export, in a hidden folder beside the target until they are published.
#[derive(Debug)]
pub(crate) struct Staged {
    folder: TempDir,
    target: PathBuf,
    /// Files of other names, in the order in which they appear; the main one comes last, so that
    /// what belongs to it is there when it is.
    others: Vec<PathBuf>,
}

impl Staged {
    /// For an export to `target`.
    pub(crate) fn beside(target: &Path) -> Result<Self, WireError> {
        let parent = target.parent().unwrap_or(Path::new("/"));
        let folder = Builder::new()
            .prefix(".annotomy-")
            .tempdir_in(parent)
            .map_err(|e| WireError::io(parent, &e))?;
        Ok(Self {
            folder,
            target: target.to_owned(),
            others: Vec::new(),
        })
    }

    /// Where the main file is written and checked.
    pub(crate) fn path(&self) -> PathBuf {
        self.place_of(&self.target)
    }

    /// Where a file that goes with the main one, under another name, is written and checked.
    pub(crate) fn add(&mut self, target: &Path) -> PathBuf {
        self.others.push(target.to_owned());
        self.place_of(target)
    }

    fn place_of(&self, target: &Path) -> PathBuf {
        self.folder
            .path()
            .join(target.file_name().unwrap_or_default())
    }

    /// Puts every file in its place. Each replaces an older one at once; the folders are synced.
    pub(crate) fn publish(self) -> Result<(), WireError> {
        let mut parents = BTreeSet::new();
        for target in self.others.iter().chain([&self.target]) {
            std::fs::rename(self.place_of(target), target)
                .map_err(|e| WireError::io(target, &e))?;
            parents.insert(target.parent().unwrap_or(Path::new("/")));
        }
        // Only Unix lets a folder be opened to make new names durable.
        if cfg!(unix) {
            for parent in parents {
                std::fs::File::open(parent)
                    .and_then(|folder| folder.sync_all())
                    .map_err(|e| WireError::io(parent, &e))?;
            }
        }
        Ok(())
    }
}

/// Writes bytes, and compares what is read back. `what` they are of the export to `target`.
pub(crate) fn write_bytes(
    path: &Path,
    bytes: &[u8],
    (target, what): (&Path, &str),
) -> Result<(), WireError> {
    let write = || {
        let mut file = std::fs::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::read(path)
    };
    match write().map_err(|e| WireError::io(target, &e))? == bytes {
        true => Ok(()),
        false => Err(differs(target, what)),
    }
}

/// What was written differs from what is read back.
pub(crate) fn differs(target: &Path, what: &str) -> WireError {
    let name = target.display();
    WireError::new(
        crate::wire::ErrorCode::Io,
        format!("{name}: {what} read back differs from what was written; nothing was exported"),
    )
    .hint("Export to another disk.")
}
