//! Saving an archive: written beside its place, read back and checked there, then published.

use super::images::find;
use super::{ENDING, blocking_on, count, length, scratch_in, summary};
use crate::app::{App, Caller, program};
use crate::export::{Staged, differs, refuse_existing, target};
use crate::jobs::Job;
use crate::protocol;
use crate::time::now_us;
use crate::volumes::place_of;
use crate::wire::{self, Finding, Severity, Stage, WireError};
use annotomy_formats::Series;
use annotomy_store::{self as store, ArchiveRequest, DocumentId, ImageKey, SourceImage};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) async fn create_archive(
    app: &Arc<App>,
    _: &Caller,
    request: wire::CreateArchiveRequest,
) -> Result<wire::CreatedArchive, WireError> {
    let path = target(&request.path, &[ENDING])?;
    if !request.replace_existing {
        refuse_existing(&path)?;
    }
    let mut documents = request.documents.as_deref().map(parse).transpose()?;
    if let Some(documents) = &mut documents {
        // Segments name their classes: the protocol comes along.
        documents.extend(protocol::document_id(app).await?);
    }
    let mut job = Job::start(app, &request.job, Stage::Archiving);
    let mut notes = Vec::new();
    let mut images = BTreeMap::new();
    if request.include_images {
        let wanted = wanted_images(app, documents.as_ref()).await?;
        (images, job) = find(app, wanted.clone(), job).await?;
        notes.extend(missing(wanted.len() - images.len()));
    }
    let request = ArchiveRequest {
        documents,
        images: images.iter().map(source).collect(),
        program: program(),
        now_us: now_us(),
    };
    let app = Arc::clone(app);
    // The images come along: some lie in folders that go away with them.
    blocking_on(move || write(app, job, path, request, (images, notes))).await
}

async fn write(
    app: Arc<App>,
    job: Job,
    path: PathBuf,
    request: ArchiveRequest,
    (images, notes): (BTreeMap<ImageKey, Arc<Series>>, Vec<Finding>),
) -> Result<wire::CreatedArchive, WireError> {
    let files = request.images.iter().flat_map(|image| &image.files);
    let n_bytes = length(app.library().path()) + files.map(|file| length(file)).sum::<u64>();
    // Each byte is written, sealed, and read twice.
    let watch = count(&job, 4 * n_bytes);
    let staged = Staged::beside(&path)?;
    let written = app
        .library()
        .write_archive(&staged.path(), &request, &watch)
        .await?;
    drop(images);
    let scratch = scratch_in(path.parent().unwrap_or(&path))?;
    let read = store::Staged::read(&staged.path(), scratch.path(), None, &watch).await?;
    let found = read.summary();
    let verification = &found.verification;
    let has_all = (verification.n_records, verification.head) == (written.n_records, written.head)
        && found.images.len() == request.images.len();
    if !has_all {
        return Err(differs(&path, "the archive"));
    }
    staged.publish()?;
    Ok(wire::CreatedArchive {
        path: path.display().to_string(),
        summary: summary(found),
        notes,
    })
}

fn parse(ids: &[String]) -> Result<BTreeSet<DocumentId>, WireError> {
    let no_such = |id| WireError::invalid(format!("there is no document `{id}`"));
    ids.iter()
        .map(|id| Uuid::parse_str(id).map(DocumentId).map_err(|_| no_such(id)))
        .collect()
}

/// Images of the documents that go in.
async fn wanted_images(
    app: &App,
    chosen: Option<&BTreeSet<DocumentId>>,
) -> Result<BTreeSet<ImageKey>, WireError> {
    let documents = app.library().documents().await?;
    let is_wanted = |id| chosen.is_none_or(|chosen| chosen.contains(&id));
    let wanted = documents
        .into_iter()
        .filter(|d| is_wanted(d.id) && d.image.0 != protocol::KEY);
    Ok(wanted.map(|document| place_of(&document).0).collect())
}

fn source((key, series): (&ImageKey, &Arc<Series>)) -> SourceImage {
    SourceImage {
        key: key.clone(),
        files: series.paths(),
    }
}

fn missing(n_missing: usize) -> Option<Finding> {
    (n_missing > 0).then(|| Finding {
        code: "image_not_found".to_owned(),
        severity: Severity::Warning,
        message: format!(
            "{n_missing} image(s) are not among the studies opened lately, or no longer where they \
             were: the archive names them only. Open them once, then save the archive again."
        ),
        file: None,
    })
}
