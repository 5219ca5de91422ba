//! Where the images of documents are: among the studies that were opened lately.

use super::{MEBIBYTE, length};
use crate::app::{App, Caller};
use crate::jobs::{Job, blocking};
use crate::protocol;
use crate::volumes::place_of;
use crate::wire::{self, Stage, WireError};
use annotomy_formats::{Progress, Series, scan};
use annotomy_store::{ImageKey, LibraryDocument};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) async fn list_documents(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ListDocumentsRequest,
) -> Result<wire::DocumentList, WireError> {
    let mut documents = app.library().documents().await?;
    documents.retain(|document| document.image.0 != protocol::KEY);
    let wanted = documents.iter().map(|document| place_of(document).0);
    let job = Job::start(app, &request.job, Stage::Scanning);
    let (images, _) = find(app, wanted.collect(), job).await?;
    let listed = |document: LibraryDocument| {
        let (key, volume) = place_of(&document);
        wire::ListedDocument {
            id: document.id.0.to_string(),
            volume: volume.map(|volume| volume as u32),
            size: document.size.map(|n| n as u32),
            n_records: document.n_records as u32,
            segments: document.segments.into_iter().map(|s| s.name).collect(),
            image: images.get(&key).map(|series| found(series)),
            image_id: key.0,
        }
    };
    Ok(wire::DocumentList {
        documents: documents.into_iter().map(listed).collect(),
    })
}

fn found(series: &Series) -> wire::FoundImage {
    let n_bytes: u64 = series.paths().iter().map(|path| length(path)).sum();
    wire::FoundImage {
        modality: series.modality().to_owned(),
        description: series.description().to_owned(),
        n_files: series.n_files() as u32,
        mebibytes: n_bytes as f64 / MEBIBYTE,
    }
}

/// Images by identity, and the job, which is not over yet.
type Found = (BTreeMap<ImageKey, Arc<Series>>, Job);

/// Looks for images among the series of this session, then in the studies that were opened lately.
pub(super) async fn find(
    app: &App,
    mut wanted: BTreeSet<ImageKey>,
    job: Job,
) -> Result<Found, WireError> {
    let mut images = BTreeMap::new();
    let is_there = |series: &Series| series.paths().iter().all(|path| path.exists());
    wanted.retain(|key| match app.series.find(&key.0) {
        Ok(series) if is_there(&series) => images.insert(key.clone(), series).is_some(),
        _ => true,
    });
    let recent = app.library().recent(u32::MAX).await?;
    blocking(move || {
        for path in recent.into_iter().map(|recent| PathBuf::from(recent.path)) {
            if wanted.is_empty() {
                break;
            }
            let Ok(study) = scan(&[path], &job) else {
                // Gone or damaged: its images are not found.
                if job.is_cancelled() {
                    return Err(WireError::cancelled());
                }
                continue;
            };
            for series in study.series {
                let key = ImageKey(series.key().to_owned());
                if wanted.remove(&key) {
                    images.insert(key, Arc::new(series));
                }
            }
        }
        Ok((images, job))
    })
    .await
}
