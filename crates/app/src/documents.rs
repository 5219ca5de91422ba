//! Open documents, and what the UI reads of them.

use crate::app::{App, Caller};
use crate::drawn_at::DrawnAt;
use crate::history::name_of;
use crate::protocol::given_answers;
use crate::shapes::wire_shapes;
use crate::volumes;
use crate::wire::{self, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::pixel_size::PixelSize;
use annotomy_annotation::scope::Scope;
use annotomy_annotation::segment::{Segment, SegmentState};
use annotomy_annotation::undo::UndoStacks;
use annotomy_formats::{GridMeaning, InPlane, Series};
use annotomy_store::{DocumentId, ImageKey};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::MutexGuard;
use uuid::Uuid;

/// Labels kept in memory; documents beyond are read again from the library when they are wanted.
const BUDGET_BYTES: usize = 1 << 30;

/// A document as of some revision.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) state: DocumentState,
    pub(crate) undo: UndoStacks,
    /// Operations so far; none of a document that is stored with its first edit.
    pub(crate) revision: u64,
    /// When the voxels of its segments changed last.
    pub(crate) drawn_at: DrawnAt,
    /// What its operations chose last; that of the document for all volumes is the image's.
    pub(crate) scope: Scope,
    /// Names of the operations that undo and redo would concern.
    pub(crate) undo_name: Option<wire::OperationName>,
    pub(crate) redo_name: Option<wire::OperationName>,
}

impl Snapshot {
    /// Of a document that has no record yet.
    fn unwritten(state: DocumentState) -> Self {
        Self {
            state,
            undo: UndoStacks::default(),
            revision: 0,
            drawn_at: DrawnAt::default(),
            scope: Scope::default(),
            undo_name: None,
            redo_name: None,
        }
    }

    fn n_bytes(&self) -> usize {
        let bricks = self.state.layers().iter().flat_map(|layer| layer.bricks());
        bricks.map(|(_, brick)| brick.n_bytes()).sum()
    }
}

/// What a document is kept for.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) series: Arc<Series>,
    /// The volume whose segments it holds, 0 first; those of all where there is none.
    pub(crate) volume: Option<usize>,
}

impl Place {
    fn is_same(&self, other: &Self) -> bool {
        (self.series.key(), self.volume) == (other.series.key(), other.volume)
    }

    pub(crate) fn image_key(&self) -> ImageKey {
        volumes::key_of(self.series.key(), self.volume)
    }
}

/// A document that some window works on.
#[derive(Debug)]
pub(crate) struct OpenDocument {
    pub(crate) id: DocumentId,
    pub(crate) place: Place,
    /// Held while an edit is made: edits of one document are made one after the other.
    editing: tokio::sync::Mutex<()>,
    snapshot: Mutex<Arc<Snapshot>>,
}

impl OpenDocument {
    pub(crate) fn series(&self) -> &Arc<Series> {
        &self.place.series
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_snapshot(&self, snapshot: Snapshot) {
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// The image's grid, with what a person said of the size of its pixels.
    pub(crate) fn geometry(&self) -> Geometry {
        let geometry = self.series().geometry();
        let said = self.pixel_size().and_then(PixelSize::mm);
        let said = said.and_then(|mm| geometry.with_in_plane_mm(mm));
        said.unwrap_or_else(|| geometry.clone())
    }

    /// What that grid means.
    pub(crate) fn meaning(&self) -> GridMeaning {
        let meaning = self.series().meaning().clone();
        match self.pixel_size().and_then(PixelSize::mm) {
            Some(_) => GridMeaning {
                in_plane: InPlane::Patient,
                ..meaning
            },
            None => meaning,
        }
    }

    fn pixel_size(&self) -> Option<PixelSize> {
        self.snapshot().state.pixel_size()
    }

    /// Waits until nobody else changes the document. One that has no record yet lists the segments
    /// that its neighbours have by then.
    pub(crate) async fn begin_edit(&self, app: &App) -> Result<MutexGuard<'_, ()>, WireError> {
        let editing = self.editing.lock().await;
        if self.snapshot().revision == 0 {
            let state = volumes::unwritten_state(app, &self.place).await?;
            self.set_snapshot(Snapshot::unwritten(state));
        }
        Ok(editing)
    }

    /// As the UI shows it.
    pub(crate) fn view(&self) -> wire::Document {
        self.view_as(self.id, &self.snapshot())
    }

    /// As the UI shows it if it were another, under a name of its own.
    pub(crate) fn view_as(&self, id: DocumentId, snapshot: &Snapshot) -> wire::Document {
        let segments = snapshot.state.segments();
        let segment = |segment| wire_segment(segment, snapshot.drawn_at.of(segment));
        wire::Document {
            id: id.0.to_string(),
            volume: self.place.volume.map(|volume| volume as u32),
            revision: snapshot.revision as u32,
            segments: segments.iter().map(segment).collect(),
            shapes: wire_shapes(self, snapshot.state.shapes().iter()),
            n_layers: snapshot.state.layers().len() as u32,
            pixel_size: snapshot.state.pixel_size().map(wire::PixelSize::from),
            undo: snapshot.undo_name.clone(),
            redo: snapshot.redo_name.clone(),
            suggested_export_path: suggested_export_path(self.series()),
        }
    }
}

/// Documents that windows know of.
#[derive(Debug, Default)]
pub(crate) struct Documents(tokio::sync::Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Of every document that a window was told of.
    places: BTreeMap<DocumentId, Place>,
    /// Those in memory, the one asked for last at the end.
    open: Vec<Arc<OpenDocument>>,
}

impl Documents {
    /// The document kept for a place: the stored one, or a new one that is stored with its first
    /// edit.
    pub(crate) async fn at(&self, app: &App, place: Place) -> Result<Arc<OpenDocument>, WireError> {
        let mut known = self.0.lock().await;
        let named = known.places.iter().find(|(_, known)| known.is_same(&place));
        let id = match named {
            Some((id, _)) => *id,
            None => {
                let stored = app.library().find_document(&place.image_key()).await?;
                let id = stored.unwrap_or_else(|| DocumentId(Uuid::new_v4()));
                known.places.insert(id, place);
                id
            }
        };
        known.open(app, id).await
    }

    /// The document for all volumes of an image, which knows its scope.
    pub(crate) async fn main(
        &self,
        app: &App,
        series: &Arc<Series>,
    ) -> Result<Arc<OpenDocument>, WireError> {
        let (series, volume) = (Arc::clone(series), None);
        self.at(app, Place { series, volume }).await
    }

    /// Lets go of the documents of images that are no longer in memory. Nothing is lost: every
    /// edit is in the library.
    pub(crate) async fn keep_only(&self, is_kept: impl Fn(&Series) -> bool) {
        let mut known = self.0.lock().await;
        // Others hold a document while they work on it.
        known
            .open
            .retain(|document| Arc::strong_count(document) > 1 || is_kept(document.series()));
        let Known { places, open } = &mut *known;
        places.retain(|id, place| {
            is_kept(&place.series) || open.iter().any(|document| document.id == *id)
        });
    }

    /// Lets go of all documents: the library is another one.
    pub(crate) async fn clear(&self) {
        *self.0.lock().await = Known::default();
    }

    pub(crate) async fn find(&self, app: &App, id: &str) -> Result<Arc<OpenDocument>, WireError> {
        let id = Uuid::parse_str(id).map_err(|_| WireError::not_found("document"))?;
        self.0.lock().await.open(app, DocumentId(id)).await
    }
}

impl Known {
    /// Takes the document that is in memory, or reads it. Documents beyond the budget are let go.
    async fn open(&mut self, app: &App, id: DocumentId) -> Result<Arc<OpenDocument>, WireError> {
        if let Some(at) = self.open.iter().position(|document| document.id == id) {
            let document = self.open.remove(at);
            self.open.push(Arc::clone(&document));
            return Ok(document);
        }
        let place = self.places.get(&id).cloned();
        let place = place.ok_or_else(|| WireError::not_found("document"))?;
        let is_stored = app
            .library()
            .find_document(&place.image_key())
            .await?
            .is_some();
        let snapshot = match is_stored {
            true => read_snapshot(app, id).await?,
            false => Snapshot::unwritten(volumes::unwritten_state(app, &place).await?),
        };
        let document = Arc::new(OpenDocument {
            id,
            place,
            editing: tokio::sync::Mutex::default(),
            snapshot: Mutex::new(Arc::new(snapshot)),
        });
        self.open.push(Arc::clone(&document));
        self.keep_within(BUDGET_BYTES);
        Ok(document)
    }

    fn keep_within(&mut self, budget: usize) {
        let n_bytes = |document: &Arc<OpenDocument>| document.snapshot().n_bytes();
        let mut held: usize = self.open.iter().map(n_bytes).sum();
        self.open.retain(|document| {
            let goes = held > budget && Arc::strong_count(document) == 1;
            if goes {
                held -= n_bytes(document);
            }
            !goes
        });
    }
}

async fn read_snapshot(app: &App, id: DocumentId) -> Result<Snapshot, WireError> {
    let stored = app.library().document(id).await?;
    let undo_name = name_of(app, stored.undo.to_undo()).await?;
    let redo_name = name_of(app, stored.undo.to_redo()).await?;
    Ok(Snapshot {
        state: stored.state,
        undo: stored.undo,
        revision: stored.revision,
        drawn_at: DrawnAt::all(stored.revision),
        scope: stored.scope,
        undo_name,
        redo_name,
    })
}

pub(crate) async fn document(
    app: &Arc<App>,
    _: &Caller,
    request: wire::DocumentRequest,
) -> Result<wire::Document, WireError> {
    Ok(app.documents.find(app, &request.document).await?.view())
}

fn wire_segment(segment: &Segment, drawn_at: u64) -> wire::Segment {
    wire::Segment {
        id: segment.id.0.to_string(),
        name: segment.name.clone(),
        color: segment.color.to_string(),
        is_visible: segment.is_visible,
        opacity: segment.opacity.fraction(),
        is_locked: segment.is_locked,
        layer: segment.layer.into(),
        label: segment.label.into(),
        drawn_at: drawn_at as u32,
        class: segment.class.map(|class| class.0.to_string()),
        answers: given_answers(&segment.answers),
        state: match segment.state {
            SegmentState::NotStarted => wire::SegmentState::NotStarted,
            SegmentState::InProgress => wire::SegmentState::InProgress,
            SegmentState::Completed => wire::SegmentState::Completed,
            SegmentState::Flagged => wire::SegmentState::Flagged,
        },
    }
}

impl From<PixelSize> for wire::PixelSize {
    fn from(size: PixelSize) -> Self {
        size.mm().map_or(Self::Unknown, |mm| Self::Measured { mm })
    }
}

impl From<VoxelBox> for wire::Region {
    fn from(voxels: VoxelBox) -> Self {
        Self {
            min: voxels.min.map(|n| n as u32),
            max: voxels.max.map(|n| n as u32),
        }
    }
}

/// In the user's documents folder, named after the image.
fn suggested_export_path(series: &Series) -> String {
    let folders = directories::UserDirs::new();
    let folder = folders
        .as_ref()
        .map(|user| {
            user.document_dir()
                .unwrap_or_else(|| user.home_dir())
                .to_owned()
        })
        .unwrap_or_else(|| PathBuf::from("/"));
    let name = series
        .description()
        .trim_end_matches(".gz")
        .trim_end_matches(".nii");
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let stem = if safe.trim_matches('_').is_empty() {
        "image"
    } else {
        safe.trim_matches('_')
    };
    folder
        .join(format!("{stem}-labels.nii.gz"))
        .display()
        .to_string()
}
