//! Classifiers are taught, listed, exported, imported and taken off the list.

use super::{ENDINGS, Named, find, kept, write};
use crate::app::{App, Caller};
use crate::drawing::{length, painted_labels, segment_id, values};
use crate::export::{refuse_existing, target};
use crate::jobs::{Job, blocking};
use crate::seeds::cannot_learn;
use crate::time::{now_us, rfc3339};
use crate::wire::{self, ErrorCode, Nothing, Stage, WireError};
use annotomy_annotation::edit::{EditError, checked_name};
use annotomy_segmentation::{Classifier, Spacing};
use annotomy_store::NewClassifier;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The classifiers that have a name.
pub(crate) async fn list_classifiers(
    app: &Arc<App>,
    _: &Caller,
    _: Nothing,
) -> Result<wire::Classifiers, WireError> {
    let mut classifiers = Vec::new();
    for listed in app.library().classifiers().await? {
        let hash = blake3::Hash::from_bytes(listed.hash);
        let named = find(app, &hash.to_hex()).await?;
        classifiers.push(view(&named, listed.name, listed.kept_us));
    }
    Ok(wire::Classifiers { classifiers })
}

/// Teaches a classifier, and keeps it under a name.
pub(crate) async fn teach_classifier(
    app: &Arc<App>,
    _: &Caller,
    request: wire::TeachClassifierRequest,
) -> Result<wire::Classifier, WireError> {
    let name = free_name(app, request.name, request.replace_existing).await?;
    let finest = length(request.finest)?;
    let document = app.documents.find(app, &request.document).await?;
    let image = values(app, &document, request.volume).await?;
    let id = segment_id(&request.segment)?;
    let job = Job::start(app, &request.job, Stage::Editing);
    let (snapshot, geometry) = (document.snapshot(), document.geometry());
    let taught = blocking(move || {
        let state = &snapshot.state;
        let segment = state.segments().iter().find(|segment| segment.id == id);
        let segment = segment.ok_or(EditError::NoSuchSegment)?;
        let painted = painted_labels(state, segment)?;
        let with = (&Spacing::of(&geometry), finest);
        let classifier = Classifier::learn(&image.volume, &painted, with, &job);
        let segments = state.segments().iter();
        let of_layer = segments.filter(|other| other.layer == segment.layer);
        Named::new(classifier.map_err(cannot_learn)?, |label| {
            let found = of_layer.clone().find(|other| other.label == label);
            found.map_or_else(|| label.to_string(), |other| other.name.clone())
        })
    })
    .await?;
    keep(app, taught, name).await
}

/// Writes a classifier to a file.
pub(crate) async fn export_classifier(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ExportClassifierRequest,
) -> Result<Nothing, WireError> {
    let path = target(&request.path, ENDINGS)?;
    if !request.replace_existing {
        refuse_existing(&path)?;
    }
    let (_, file) = kept(app, &request.classifier).await?;
    blocking(move || write(&file, &path)).await?;
    Ok(Nothing {})
}

/// Keeps a classifier that a file holds, under the name that is given or that of the file.
pub(crate) async fn import_classifier(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ImportClassifierRequest,
) -> Result<wire::Classifier, WireError> {
    let path = PathBuf::from(&request.path);
    let name = request.name.unwrap_or_else(|| stem(&path));
    let name = free_name(app, name, request.replace_existing).await?;
    let read = blocking(move || Named::read(&path)).await?;
    keep(app, read, name).await
}

/// Takes a classifier off the list; what was done with it can still be repeated.
pub(crate) async fn forget_classifier(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ForgetClassifierRequest,
) -> Result<Nothing, WireError> {
    let (hash, _) = kept(app, &request.classifier).await?;
    app.library().forget_classifier(*hash.as_bytes()).await?;
    Ok(Nothing {})
}

/// A name that no classifier has, or one that it may lose.
async fn free_name(app: &App, name: String, may_replace: bool) -> Result<String, WireError> {
    let name = checked_name(name).map_err(|_| {
        WireError::invalid("a classifier needs a name").hint("Give it one of a line.")
    })?;
    let all = app.library().classifiers().await?;
    if !may_replace && all.iter().any(|listed| listed.name == name) {
        let message = "another classifier has this name";
        return Err(WireError::new(ErrorCode::Conflict, message).hint("Choose another name."));
    }
    Ok(name)
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

async fn keep(
    app: &App,
    (named, file): (Named, Vec<u8>),
    name: String,
) -> Result<wire::Classifier, WireError> {
    let new = NewClassifier {
        hash: *named.hash.as_bytes(),
        name: &name,
        now_us: now_us(),
        file: &file,
    };
    app.library().keep_classifier(new).await?;
    let named = Arc::new(named);
    app.classifiers.hold(&named);
    Ok(view(&named, name.clone(), new.now_us))
}

fn view(named: &Named, name: String, kept_us: i64) -> wire::Classifier {
    wire::Classifier {
        id: named.id(),
        name,
        finest: named.classifier.finest().0,
        classes: named
            .classes
            .iter()
            .map(|class| class.name.clone())
            .collect(),
        kept_at: rfc3339(kept_us),
    }
}
