//! Data sets for training: folders that an index file describes, and that each export adds a case to.

use super::grid::Grid;
use super::refuse_existing;
use super::staged::Staged;
use crate::documents::Snapshot;
use crate::image_cache::Loaded;
use crate::wire::{ErrorCode, Finding, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_formats::Series;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Says in an index which program it is of.
pub(crate) const GENERATOR: &str = concat!("Annotomy ", env!("CARGO_PKG_VERSION"));

/// Digits of an image's key that name its case: enough to tell 100 000 images apart.
const CASE_DIGITS: usize = 12;

/// An image with its segments.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) series: Arc<Series>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) grid: Grid,
    /// The volume of the image that goes with the segments.
    pub(crate) loaded: Arc<Loaded>,
    /// Which one that is, 0 first.
    pub(crate) number: usize,
    /// Whether the segments are those of this volume only.
    pub(crate) has_own_segments: bool,
}

impl Source {
    pub(crate) fn state(&self) -> &DocumentState {
        &self.snapshot.state
    }

    /// A name of the image that stays and says nothing about the patient: the image's own names may.
    pub(crate) fn case(&self) -> String {
        let key = self.series.key();
        let digits = key.get(..CASE_DIGITS).unwrap_or(key);
        match self.number {
            0 => format!("case_{digits}"),
            n => format!("case_{digits}_v{}", n + 1),
        }
    }

    /// That other volumes are left out, if there are any.
    pub(crate) fn one_volume(&self) -> Option<Finding> {
        let n_volumes = self.series.n_volumes();
        let number = self.number + 1;
        let segments = match self.has_own_segments {
            true => ", with the segments drawn there",
            false => "",
        };
        let message =
            format!("Of the image's {n_volumes} volumes, only volume {number} is used{segments}.");
        (n_volumes > 1).then(|| Finding::note("one_volume", message))
    }
}

/// What a new file is called and where it is put.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Folder in the data set.
    pub(crate) folder: &'a str,
    pub(crate) name: &'a str,
}

/// Files on their way into a data set.
#[derive(Debug)]
pub(crate) struct Addition {
    staged: Staged,
    folder: PathBuf,
    index: &'static str,
    is_new: bool,
    replaces_existing: bool,
}

impl Addition {
    /// To the data set in `folder`, which is made if it is new.
    pub(crate) fn begin(
        folder: &Path,
        index: &'static str,
        is_new: bool,
        replaces_existing: bool,
    ) -> Result<Self, WireError> {
        let staged = match is_new {
            true => Staged::beside(folder)?,
            false => Staged::beside(&folder.join(index))?,
        };
        if is_new {
            make_folder(&staged.path())?;
        }
        Ok(Self {
            staged,
            folder: folder.to_owned(),
            index,
            is_new,
            replaces_existing,
        })
    }

    /// Where the index is written and checked.
    pub(crate) fn index(&self) -> PathBuf {
        match self.is_new {
            true => self.staged.path().join(self.index),
            false => self.staged.path(),
        }
    }

    /// Where a file of the case is written and checked. One that is there already is not replaced
    /// unasked.
    pub(crate) fn file(&mut self, place: Place<'_>) -> Result<PathBuf, WireError> {
        if self.is_new {
            let folder = self.staged.path().join(place.folder);
            make_folder(&folder)?;
            return Ok(folder.join(place.name));
        }
        let folder = self.folder.join(place.folder);
        make_folder(&folder)?;
        let target = folder.join(place.name);
        if !self.replaces_existing {
            refuse_existing(&target)?;
        }
        Ok(self.staged.add(&target))
    }

    /// Where a file that goes with the index and grows like it is written and checked.
    pub(crate) fn companion(&mut self, name: &str) -> PathBuf {
        match self.is_new {
            true => self.staged.path().join(name),
            false => self.staged.add(&self.folder.join(name)),
        }
    }

    /// Puts every file in its place, the index last.
    pub(crate) fn publish(self) -> Result<(), WireError> {
        if self.is_new && self.folder.exists() {
            // It is empty, else it would not be new; not every system renames onto a folder.
            std::fs::remove_dir(&self.folder).map_err(|e| WireError::io(&self.folder, &e))?;
        }
        self.staged.publish()
    }
}

fn make_folder(folder: &Path) -> Result<(), WireError> {
    std::fs::create_dir_all(folder).map_err(|e| WireError::io(folder, &e))
}

/// Whether there is a data set to add to; what else is in a folder is left alone.
pub(crate) fn is_begun(folder: &Path, index: &str) -> Result<bool, WireError> {
    if folder.join(index).exists() {
        return Ok(true);
    }
    let is_free = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(WireError::io(folder, &error)),
    };
    match is_free {
        true => Ok(false),
        false => Err(
            refusal(folder, &format!("holds other files and no {index}"))
                .hint("Choose a new folder, or a data set that Annotomy has written."),
        ),
    }
}

/// Refuses a data set of another program, whose rules are not known.
pub(crate) fn refuse_others(folder: &Path, generator: Option<&str>) -> Result<(), WireError> {
    match generator.is_some_and(|program| program.starts_with("Annotomy ")) {
        true => Ok(()),
        false => Err(refusal(folder, "was not written by Annotomy")
            .hint("Choose a new folder, and bring the data sets together where you train.")),
    }
}

/// Refuses a case that is there already.
pub(crate) fn refuse_case(folder: &Path, case: &str) -> WireError {
    let message = format!("{}: holds this image already, as {case}", folder.display());
    WireError::new(ErrorCode::Conflict, message)
        .hint("Allow it to be replaced, or choose another data set.")
}

pub(crate) fn refusal(folder: &Path, reason: &str) -> WireError {
    WireError::new(
        ErrorCode::Unsupported,
        format!("{}: {reason}", folder.display()),
    )
}

/// The names of all segments, each of its own: what tells them apart from image to image.
pub(crate) fn names(state: &DocumentState) -> Result<Vec<&str>, WireError> {
    let names: Vec<&str> = state.segments().iter().map(|s| s.name.as_str()).collect();
    for (n, name) in names.iter().enumerate() {
        if names[..n].contains(name) {
            let message =
                format!("two segments are called `{name}`; a data set knows them by name");
            return Err(
                WireError::new(ErrorCode::Unsupported, message).hint("Give each its own name.")
            );
        }
    }
    Ok(names)
}

/// Refuses segments other than those of the images before: a segment that was drawn on some images
/// only would be taught to be absent on the others.
pub(crate) fn refuse_other_names(
    folder: &Path,
    there: &[&str],
    names: &[&str],
) -> Result<(), WireError> {
    let listed = |names: &mut dyn Iterator<Item = &&str>| {
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let new = listed(&mut names.iter().filter(|name| !there.contains(name)));
    let missing = listed(&mut there.iter().filter(|name| !names.contains(name)));
    let reason = match (new.as_str(), missing.as_str()) {
        ("", "") => return Ok(()),
        (new, "") => format!("its segments are others: there is no {new}"),
        ("", missing) => format!("its segments are others: this image has no {missing}"),
        (new, missing) => {
            format!("its segments are others: there is no {new}, this image has no {missing}")
        }
    };
    Err(refusal(folder, &reason).hint(
        "Name the segments alike; add one without voxels where an image does not show a structure.",
    ))
}
