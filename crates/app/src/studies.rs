//! The home screen and opening studies.

use crate::app::{App, Caller};
use crate::jobs::{Job, blocking};
use crate::study_labels::study_labels;
use crate::time::{now_us, rfc3339};
use crate::wire::{self, Nothing, Stage, WireError};
use annotomy_formats::{self as formats, Series};
use annotomy_store::{ImageKey, Library, RecentPath};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Recent studies on the home screen.
const N_RECENT: u32 = 20;

/// Series found since the program started, by key.
#[derive(Debug, Default)]
pub(crate) struct SeriesRegistry(Mutex<BTreeMap<String, Arc<Series>>>);

impl SeriesRegistry {
    fn add(&self, series: Vec<Series>) -> Vec<Arc<Series>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let series: Vec<_> = series.into_iter().map(Arc::new).collect();
        known.extend(series.iter().map(|s| (s.key().to_owned(), Arc::clone(s))));
        series
    }

    pub(crate) fn find(&self, key: &str) -> Result<Arc<Series>, WireError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(key)
            .cloned()
            .ok_or_else(|| WireError::not_found("series"))
    }

    /// Those of the study that a series belongs to, by key; none where it belongs to none.
    pub(crate) fn of_study_of(&self, series: &Series) -> Vec<Arc<Series>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |series: &Series| series.study().map(|study| study.key.clone());
        let Some(study) = key(series) else {
            return Vec::new();
        };
        let of_study = |other: &&Arc<Series>| key(other).as_ref() == Some(&study);
        known.values().filter(of_study).cloned().collect()
    }
}

pub(crate) async fn home(
    app: &Arc<App>,
    caller: &Caller,
    _: Nothing,
) -> Result<wire::Home, WireError> {
    let recent = app.library().recent(N_RECENT).await?;
    Ok(wire::Home {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        user: caller.user.clone(),
        library_path: app.library().path().display().to_string(),
        is_own_library: app.library().path() == app.config.library_path(),
        n_records: app.library().n_records().await? as u32,
        has_sample: app.config.sample.is_some(),
        recent: recent.into_iter().map(recent_study).collect(),
    })
}

fn recent_study(recent: RecentPath) -> wire::RecentStudy {
    let path = Path::new(&recent.path);
    wire::RecentStudy {
        title: title(path),
        modality: recent.modality,
        n_series: recent.n_series,
        opened_at: rfc3339(recent.opened_us),
        exists: path.exists(),
        path: recent.path,
    }
}

pub(crate) async fn open_study(
    app: &Arc<App>,
    _: &Caller,
    request: wire::OpenStudyRequest,
) -> Result<wire::Study, WireError> {
    let paths: Vec<PathBuf> = request.paths.into_iter().map(PathBuf::from).collect();
    if paths.is_empty() || paths.iter().any(|path| !path.is_absolute()) {
        return Err(WireError::invalid("a study is opened by absolute paths"));
    }
    open(app, &request.job, paths).await
}

pub(crate) async fn open_sample(
    app: &Arc<App>,
    _: &Caller,
    request: wire::OpenSampleRequest,
) -> Result<wire::Study, WireError> {
    let sample = app
        .config
        .sample
        .clone()
        .ok_or_else(|| WireError::not_found("sample"))?;
    open(app, &request.job, vec![sample]).await
}

async fn open(app: &Arc<App>, job: &str, paths: Vec<PathBuf>) -> Result<wire::Study, WireError> {
    let job = Job::start(app, job, Stage::Scanning);
    let opened = paths.first().cloned().unwrap_or_default();
    let study = blocking(move || Ok(formats::scan(&paths, &job)?)).await?;
    let all = app.series.add(study.series);
    note_opened(&app.library(), &opened, all.iter().map(AsRef::as_ref)).await;
    let mut series = Vec::with_capacity(all.len());
    for found in &all {
        let document = app
            .library()
            .find_document(&ImageKey(found.key().to_owned()))
            .await?;
        series.push(wire_series(found, document.is_some()));
    }
    let report = study.report.into_iter().map(wire::Finding::from).collect();
    Ok(wire::Study {
        title: title(&opened),
        path: opened.display().to_string(),
        studies: study_labels(all.iter().filter_map(|series| series.study())),
        series,
        report,
    })
}

/// A library that cannot be written must not keep a study from being looked at: edits will say so.
pub(crate) async fn note_opened<'a>(
    library: &Library,
    opened: &Path,
    series: impl ExactSizeIterator<Item = &'a Series>,
) {
    let n_series = series.len() as u32;
    let mut modalities: Vec<&str> = series.map(Series::modality).collect();
    modalities.sort_unstable();
    modalities.dedup();
    let recent = RecentPath {
        path: opened.display().to_string(),
        modality: modalities.join(", "),
        n_series,
        opened_us: now_us(),
    };
    drop(library.note_opened(&recent).await);
}

fn wire_series(series: &Series, is_annotated: bool) -> wire::Series {
    wire::Series {
        id: series.key().to_owned(),
        study: series.study().map(|study| study.key.clone()),
        modality: series.modality().to_owned(),
        description: series.description().to_owned(),
        size: series.geometry().size().map(|n| n as u32),
        n_volumes: series.n_volumes() as u32,
        spacing_mm: series.geometry().spacing_mm(),
        meaning: series.meaning().clone().into(),
        scalar_type: series.scalar_type().name().to_owned(),
        n_files: series.n_files() as u32,
        is_annotated,
        report: series
            .report()
            .iter()
            .cloned()
            .map(wire::Finding::from)
            .collect(),
    }
}

impl From<formats::Finding> for wire::Finding {
    fn from(finding: formats::Finding) -> Self {
        let severity = match finding.severity {
            formats::Severity::Note => wire::Severity::Note,
            formats::Severity::Warning => wire::Severity::Warning,
            formats::Severity::Error => wire::Severity::Error,
        };
        Self {
            code: finding.code.to_owned(),
            severity,
            message: finding.message,
            file: finding.file.map(|file| file.display().to_string()),
        }
    }
}

impl wire::Finding {
    /// Good to know; no file concerned.
    pub(crate) fn note(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            severity: wire::Severity::Note,
            message: message.into(),
            file: None,
        }
    }

    /// Something was assumed or may matter; no file concerned.
    pub(crate) fn warning(code: &str, message: impl Into<String>) -> Self {
        Self {
            severity: wire::Severity::Warning,
            ..Self::note(code, message)
        }
    }
}

pub(crate) async fn cancel(
    app: &Arc<App>,
    _: &Caller,
    request: wire::CancelRequest,
) -> Result<Nothing, WireError> {
    // First, while the image still knows the job.
    app.images.leave(&request.job);
    app.jobs.cancel(&request.job);
    Ok(Nothing {})
}

pub(crate) async fn list_folder(
    _: &Arc<App>,
    _: &Caller,
    request: wire::ListFolderRequest,
) -> Result<wire::Folder, WireError> {
    let home = || directories::UserDirs::new().map(|user| user.home_dir().to_owned());
    let path = request
        .path
        .map(PathBuf::from)
        .or_else(home)
        .unwrap_or_else(|| PathBuf::from("/"));
    blocking(move || list(&path)).await
}

fn list(path: &Path) -> Result<wire::Folder, WireError> {
    let io_error = |e| WireError::io(path, &e);
    let mut entries: Vec<wire::FolderEntry> = std::fs::read_dir(path)
        .map_err(io_error)?
        .filter_map(Result::ok)
        .map(|entry| wire::FolderEntry {
            name: entry.file_name().to_string_lossy().into_owned(),
            path: entry.path().display().to_string(),
            is_folder: entry.path().is_dir(),
        })
        .filter(|entry| !entry.name.starts_with('.'))
        .collect();
    entries.sort_by(|a, b| (!a.is_folder, &a.name).cmp(&(!b.is_folder, &b.name)));
    Ok(wire::Folder {
        path: path.display().to_string(),
        parent: path.parent().map(|parent| parent.display().to_string()),
        entries,
    })
}

fn title(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}
