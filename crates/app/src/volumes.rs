//! Segments of an image with several volumes: one document for all of them, or one for each, as the
//! user chooses.
//!
//! The document for all volumes is the image's own, and its log holds the choice. That of a volume
//! is kept for the image's key with the volume's number behind it. A segment has the same identity
//! in every volume: what it is called and how it looks is changed in all of them, its voxels only
//! where they are drawn. A volume without a record lists the segments of its neighbours.

use crate::app::{App, Caller};
use crate::documents::{OpenDocument, Place};
use crate::edits::{self, commit};
use crate::image_view;
use crate::wire::{self, Edit, Event, ScopeStart, SegmentScope, WireError};
use annotomy_annotation::change::Change;
use annotomy_annotation::copy::{CopyRule, copy_segments as copied, list_segments};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit::{EditError, set_pixel_size};
use annotomy_annotation::operation::Operation;
use annotomy_annotation::pixel_size::PixelSize;
use annotomy_annotation::scope::Scope;
use annotomy_annotation::segment::{Segment, SegmentId};
use annotomy_formats::Series;
use annotomy_store::{ImageKey, LibraryDocument};
use std::sync::Arc;

/// What a record says of segments that were listed without their voxels.
const NAMES_ONLY: &str = "names only";

/// Follows an image's key in the keys of the documents of its volumes.
const VOLUME: &str = "#volume=";

/// What the document of an image is kept for, or that of one of its volumes.
pub(crate) fn key_of(image: &str, volume: Option<usize>) -> ImageKey {
    ImageKey(match volume {
        Some(volume) => format!("{image}{VOLUME}{volume}"),
        None => image.to_owned(),
    })
}

/// The image that a document is kept for, and the volume, if it is for one only.
pub(crate) fn place_of(document: &LibraryDocument) -> (ImageKey, Option<usize>) {
    let key = &document.image;
    let of_volume = key.0.rsplit_once(VOLUME);
    let of_volume = of_volume.and_then(|(image, n)| Some((image, n.parse::<usize>().ok()?)));
    match of_volume {
        Some((image, volume)) => (ImageKey(image.to_owned()), Some(volume)),
        None => (key.clone(), None),
    }
}

/// The document that holds the segments of a volume, as the image's scope has it.
pub(crate) async fn document_of(
    app: &App,
    series: &Arc<Series>,
    volume: usize,
) -> Result<Arc<OpenDocument>, WireError> {
    if volume >= series.n_volumes() {
        return Err(WireError::invalid("this volume is outside the image"));
    }
    let main = app.documents.main(app, series).await?;
    match main.snapshot().scope {
        Scope::AllVolumes => Ok(main),
        Scope::EachVolume => of_one(app, series, volume).await,
    }
}

async fn of_one(
    app: &App,
    series: &Arc<Series>,
    volume: usize,
) -> Result<Arc<OpenDocument>, WireError> {
    let (series, volume) = (Arc::clone(series), Some(volume));
    let document = app.documents.at(app, Place { series, volume }).await?;
    if document.snapshot().revision == 0 {
        drop(document.begin_edit(app).await?);
    }
    Ok(document)
}

/// The document of every volume, in their order.
pub(crate) async fn documents_of_all(
    app: &App,
    series: &Arc<Series>,
) -> Result<Vec<Arc<OpenDocument>>, WireError> {
    let mut documents = Vec::new();
    for volume in 0..series.n_volumes() {
        documents.push(of_one(app, series, volume).await?);
    }
    Ok(documents)
}

/// What a document shows before its first record: for a volume the segments of the nearest volume
/// before that has some, else of the nearest after, else of the document for all, without voxels; and
/// the size of pixels that was said there.
pub(crate) async fn unwritten_state(app: &App, place: &Place) -> Result<DocumentState, WireError> {
    let empty = DocumentState::empty(place.series.geometry().size());
    let Some(volume) = place.volume else {
        return Ok(empty);
    };
    let listed = written(app, &place.series).await?;
    let nearest = listed.iter().min_by_key(|(other, _)| match other {
        Some(other) if *other < volume => (0, volume - other),
        Some(other) => (1, other - volume),
        None => (2, 0),
    });
    let Some((_, nearest)) = nearest else {
        return Ok(empty);
    };
    let operations = beginning(&empty, nearest.pixel_size, &nearest.segments)?;
    let changes: Vec<Change> = operations.into_iter().flat_map(|o| o.changes).collect();
    let state = empty.after(&changes);
    Ok(state.map_err(annotomy_store::StoreError::Mismatch)?)
}

/// What makes a document from an empty one that is shown before it has a record.
pub(crate) fn first_operations(shown: &DocumentState) -> Result<Vec<Operation>, WireError> {
    let empty = DocumentState::empty(shown.size());
    beginning(&empty, shown.pixel_size(), shown.segments())
}

/// Says how large pixels are, if anybody did, and lists segments; only what changes something.
fn beginning(
    empty: &DocumentState,
    pixel_size: Option<PixelSize>,
    segments: &[Segment],
) -> Result<Vec<Operation>, WireError> {
    let sized = pixel_size.map(|said| set_pixel_size(empty, said));
    let listed = list_segments(empty, segments, NAMES_ONLY)?;
    let operations = sized.into_iter().chain([listed]);
    Ok(operations.filter(|o| !o.changes.is_empty()).collect())
}

/// The documents of an image that have records, with their volumes.
async fn written(
    app: &App,
    series: &Series,
) -> Result<Vec<(Option<usize>, LibraryDocument)>, WireError> {
    let listed = app.library().documents_of(series.key()).await?;
    let of_image = |document: LibraryDocument| {
        let (image, volume) = place_of(&document);
        (image.0 == series.key()).then_some((volume, document))
    };
    Ok(listed.into_iter().filter_map(of_image).collect())
}

pub(crate) async fn volume_document(
    app: &Arc<App>,
    _: &Caller,
    request: wire::VolumeDocumentRequest,
) -> Result<wire::Document, WireError> {
    let image = app.images.find(&request.image)?;
    let document = document_of(app, &image.series, request.volume as usize).await?;
    Ok(document.view())
}

pub(crate) async fn choose_scope(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::ChooseScopeRequest,
) -> Result<wire::Image, WireError> {
    let image = app.images.find(&request.image)?;
    let series = &image.series;
    if series.n_volumes() < 2 {
        return Err(WireError::invalid("this image has one volume only"));
    }
    let main = app.documents.main(app, series).await?;
    let scope = match request.scope {
        SegmentScope::AllVolumes => Scope::AllVolumes,
        SegmentScope::EachVolume => Scope::EachVolume,
    };
    if main.snapshot().scope != scope {
        match (request.start, scope) {
            (ScopeStart::Empty, _) => {}
            (ScopeStart::Copy, Scope::AllVolumes) => {
                if request.volume as usize >= series.n_volumes() {
                    return Err(WireError::invalid("this volume is outside the image"));
                }
                let from = of_one(app, series, request.volume as usize).await?;
                start_with_copy(app, caller, &main, &from).await?;
            }
            (ScopeStart::Copy, Scope::EachVolume) => {
                for volume in 0..series.n_volumes() {
                    let document = of_one(app, series, volume).await?;
                    start_with_copy(app, caller, &document, &main).await?;
                }
            }
        }
        // Last: the choice stands only once every volume has what it starts with.
        let _editing = main.begin_edit(app).await?;
        commit(app, caller, &main, Operation::trace(scope.chosen_by())).await?;
        app.events.send(Event::ScopeChanged {
            image: request.image.clone(),
            by: caller.user.clone(),
        });
    }
    image_view::of(app, &image, &image).await
}

/// Copies into a document that has no labelled voxels; another one is left as it is.
async fn start_with_copy(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    from: &OpenDocument,
) -> Result<(), WireError> {
    let is_blank = |document: &OpenDocument| {
        let snapshot = document.snapshot();
        snapshot
            .state
            .layers()
            .iter()
            .all(|layer| layer.bricks().len() == 0)
    };
    if !is_blank(document) || is_blank(from) {
        return Ok(());
    }
    copy(app, caller, document, from, CopyRule::Keep)
        .await
        .map(drop)
}

pub(crate) async fn copy_segments(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::CopySegmentsRequest,
) -> Result<wire::EditResponse, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let from = app.documents.find(app, &request.from).await?;
    let is_same_image = document.series().key() == from.series().key();
    if !is_same_image || document.id == from.id {
        return Err(WireError::invalid(
            "segments are copied between volumes of one image",
        ));
    }
    let rule = match request.replace {
        true => CopyRule::Replace,
        false => CopyRule::Keep,
    };
    copy(app, caller, &document, &from, rule).await
}

async fn copy(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    from: &OpenDocument,
    rule: CopyRule,
) -> Result<wire::EditResponse, WireError> {
    let name = name_of(from.place.volume);
    let source = from.snapshot();
    let make = move |state: &DocumentState| Ok(copied(state, &source.state, rule, &name)?);
    edits::change(app, caller, document, make).await
}

/// A document as records and users name it, by the volume whose segments it holds.
fn name_of(volume: Option<usize>) -> String {
    match volume {
        Some(volume) => format!("volume {}", volume + 1),
        None => "all volumes".to_owned(),
    }
}

/// Makes an edit of one volume's document in the other volumes that have records too, where it is
/// about what a segment is and how it looks. The size of pixels is the image's: it is said in every
/// document of it.
pub(crate) async fn spread(
    app: &Arc<App>,
    caller: &Caller,
    document: &OpenDocument,
    (edit, fresh): (&Edit, SegmentId),
) -> Result<(), WireError> {
    let own = document.place.volume;
    let is_of_image = matches!(edit, Edit::SetPixelSize { .. });
    let is_of_segment = matches!(
        edit,
        Edit::AddSegment { .. }
            | Edit::RenameSegment { .. }
            | Edit::RecolorSegment { .. }
            | Edit::SetClass { .. }
            | Edit::SetVisibility { .. }
            | Edit::SetOpacity { .. }
    );
    let is_spread = is_of_image || (is_of_segment && own.is_some());
    if !is_spread {
        return Ok(());
    }
    let series = document.series();
    let volumes = written(app, series).await?.into_iter();
    let others = volumes.map(|(volume, _)| volume);
    for volume in others.filter(|other| *other != own && (is_of_image || other.is_some())) {
        let other = match volume {
            Some(volume) => of_one(app, series, volume).await?,
            None => app.documents.main(app, series).await?,
        };
        let (edited, edit) = (Arc::clone(&other), edit.clone());
        let make =
            move |state: &DocumentState| edits::operation(state, &edited, edit, (fresh, None));
        let done = edits::change(app, caller, &other, make).await;
        // A volume from which the segment was deleted has nothing to change.
        if let Err(error) = done
            && error != WireError::from(EditError::NoSuchSegment)
        {
            let message = format!(
                "changed here, but not in the segments of {}: {}",
                name_of(volume),
                error.message
            );
            return Err(WireError { message, ..error });
        }
    }
    Ok(())
}
