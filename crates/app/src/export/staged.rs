//! Files that are written beside their place and checked there before they take it.

use crate::wire::WireError;
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempDir};

/// Files of one export, in a hidden folder beside the target until they are published.
#[derive(Debug)]
pub(crate) struct Staged {
    folder: TempDir,
    target: PathBuf,
    /// In the order in which they appear; the main file comes last, so that what belongs to it is
    /// there when it is.
    names: Vec<std::ffi::OsString>,
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
            names: target
                .file_name()
                .map(ToOwned::to_owned)
                .into_iter()
                .collect(),
        })
    }

    /// Where the main file is written and checked.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder
            .path()
            .join(self.target.file_name().unwrap_or_default())
    }

    /// Where a file that goes beside the main one is written and checked.
    pub(crate) fn add(&mut self, target: &Path) -> PathBuf {
        let name = target.file_name().unwrap_or_default();
        self.names.insert(0, name.to_owned());
        self.folder.path().join(name)
    }

    /// Puts every file in its place. Each replaces an older one at once; the folder is synced.
    pub(crate) fn publish(self) -> Result<(), WireError> {
        for name in &self.names {
            let target = self.target.with_file_name(name);
            std::fs::rename(self.folder.path().join(name), &target)
                .map_err(|e| WireError::io(&target, &e))?;
        }
        let parent = self.target.parent().unwrap_or(Path::new("/"));
        // Only Unix lets a folder be opened to make new names durable.
        if cfg!(unix) {
            std::fs::File::open(parent)
                .and_then(|folder| folder.sync_all())
                .map_err(|e| WireError::io(parent, &e))?;
        }
        Ok(())
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
