//! Opening an archive: read into hidden folders and checked there; only then do the images take
//! their places, and last of all the library, in one transaction.

use super::{absolute, blocking_on, count, length, scratch_in, summary};
use crate::app::{App, Caller, new_library};
use crate::config::library_in;
use crate::jobs::Job;
use crate::studies::note_opened;
use crate::wire::{self, Finding, Severity, Stage, WireError};
use annotomy_formats::{NoProgress, scan};
use annotomy_store::{ArchiveError, IncludedImage, Library, Staged, StoreError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) async fn verify_archive(
    app: &Arc<App>,
    _: &Caller,
    request: wire::VerifyArchiveRequest,
) -> Result<wire::ArchiveVerification, WireError> {
    let archive = absolute(&request.path)?;
    let job = Job::start(app, &request.job, Stage::Archiving);
    blocking_on(move || async move {
        // The archive's own folder may be on a disk that cannot be written.
        let scratch = scratch_in(&std::env::temp_dir())?;
        let watch = count(&job, 2 * length(&archive));
        match Staged::read(&archive, scratch.path(), None, &watch).await {
            Ok(staged) => Ok(wire::ArchiveVerification {
                summary: Some(summary(staged.summary())),
                first_fault: None,
            }),
            Err(ArchiveError::Fault { place, reason, .. }) => Ok(wire::ArchiveVerification {
                summary: None,
                first_fault: Some(wire::ArchiveFault { place, reason }),
            }),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

pub(crate) async fn open_archive(
    app: &Arc<App>,
    _: &Caller,
    request: wire::OpenArchiveRequest,
) -> Result<wire::OpenedArchive, WireError> {
    let data_folder = request.data_folder.as_deref().map(absolute).transpose()?;
    let is_own = data_folder.is_some();
    let in_use = app.library().path().parent().map(Path::to_owned);
    let data_folder = data_folder.or(in_use).unwrap_or_default();
    let image_folder = request.image_folder.as_deref().map(absolute).transpose()?;
    let opening = Opening {
        archive: absolute(&request.path)?,
        image_folder: image_folder.unwrap_or_else(|| data_folder.join("images")),
        data_folder,
    };
    // Known before long work: a library in use stays as it is.
    let library = library_in(&opening.data_folder);
    let n_records = match is_own {
        false => app.library().n_records().await?,
        true if library.exists() => {
            let other = Library::open_read_only(&library).await?;
            other.n_records().await?
        }
        true => 0,
    };
    if n_records > 0 {
        return Err(StoreError::Occupied {
            path: library,
            n_records,
        }
        .into());
    }
    let job = Job::start(app, &request.job, Stage::Archiving);
    let app = Arc::clone(app);
    blocking_on(move || async move {
        let made = Made::new([&opening.data_folder, &opening.image_folder])?;
        let opened = opening.run(&app, is_own, &job).await;
        made.clear_away();
        opened
    })
    .await
}

/// What is opened where.
struct Opening {
    archive: PathBuf,
    data_folder: PathBuf,
    image_folder: PathBuf,
}

impl Opening {
    async fn run(
        &self,
        app: &App,
        is_own: bool,
        job: &Job,
    ) -> Result<wire::OpenedArchive, WireError> {
        let watch = count(job, 2 * length(&self.archive));
        let scratch = scratch_in(&self.data_folder)?;
        let images = scratch_in(&self.image_folder)?;
        let staged = Staged::read(&self.archive, scratch.path(), Some(images.path()), &watch);
        let staged = staged.await?;
        let placed = Placed::from(images.path(), &self.image_folder, &staged.summary().images)?;
        let library = match is_own {
            false => app.library(),
            true => Arc::new(Library::open(&library_in(&self.data_folder), new_library()).await?),
        };
        library.restore(&staged).await?;
        let folders = placed.keep();
        let mut report = Vec::new();
        for (image, folder) in staged.summary().images.iter().zip(&folders) {
            report.extend(note_image(&library, image, folder).await);
        }
        if !is_own {
            app.library_changed().await;
        }
        Ok(wire::OpenedArchive {
            library_path: library.path().display().to_string(),
            summary: summary(staged.summary()),
            image_folders: folders.iter().map(|f| f.display().to_string()).collect(),
            report,
        })
    }
}

/// Puts an image among the recent studies, where its document is found by its content.
async fn note_image(library: &Library, image: &IncludedImage, folder: &Path) -> Option<Finding> {
    let study = scan(&[folder.to_owned()], &NoProgress).ok();
    let series = study.map(|study| study.series).unwrap_or_default();
    note_opened(library, folder, series.iter()).await;
    let is_found = series.iter().any(|series| series.key() == image.key.0);
    (!is_found).then(|| Finding {
        code: "image_differs".to_owned(),
        severity: Severity::Warning,
        message: "the files are as they were sent, but are not the image that was annotated"
            .to_owned(),
        file: Some(folder.display().to_string()),
    })
}

/// Folders of images that took their places; they go away again unless they are kept.
struct Placed(Vec<PathBuf>);

impl Placed {
    /// Nothing that is there already is replaced: the folder's name gets a number.
    fn from(staged: &Path, folder: &Path, images: &[IncludedImage]) -> Result<Self, WireError> {
        let mut placed = Self(Vec::new());
        for image in images {
            let name = blake3::hash(image.key.0.as_bytes()).to_hex();
            let name = name.get(..12).unwrap_or_default();
            let numbered = |n: usize| match n {
                1 => folder.join(name),
                n => folder.join(format!("{name}-{n}")),
            };
            let place = (1..).map(numbered).find(|place| !place.exists());
            let place = place.ok_or_else(WireError::internal)?;
            fs::rename(staged.join(&image.folder), &place)
                .map_err(|e| WireError::io(&place, &e))?;
            placed.0.push(place);
        }
        Ok(placed)
    }

    fn keep(mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        for folder in &self.0 {
            // What stays behind is copies of images, and no library speaks of them.
            drop(fs::remove_dir_all(folder));
        }
    }
}

/// Folders that were made for an archive; those that stay empty go away again.
struct Made(Vec<PathBuf>);

impl Made {
    fn new(folders: [&PathBuf; 2]) -> Result<Self, WireError> {
        let missing = folders.into_iter().filter(|folder| !folder.exists());
        let made = Self(missing.cloned().collect());
        for folder in folders {
            fs::create_dir_all(folder).map_err(|e| WireError::io(folder, &e))?;
        }
        Ok(made)
    }

    fn clear_away(self) {
        for folder in self.0.iter().rev() {
            // One with something in it stays, which is what it was made for.
            drop(fs::remove_dir(folder));
        }
    }
}
