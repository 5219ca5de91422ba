//! What windows look at: a document as it is, as it would become, or as it was.

use crate::app::App;
use crate::documents::{OpenDocument, Snapshot};
use crate::wire::WireError;
use annotomy_store::DocumentId;
use annotomy_volume::geometry::Geometry;
use std::sync::Arc;

/// Something of a document that the bytes door shows.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// As it is.
    Now(Arc<OpenDocument>),
    /// Under a name of its own, as of one revision.
    Fixed {
        id: DocumentId,
        of: Arc<OpenDocument>,
        snapshot: Arc<Snapshot>,
    },
}

impl Shown {
    pub(crate) async fn find(app: &App, id: &str) -> Result<Self, WireError> {
        let shown = app.previews.shown(id).or_else(|| app.past.shown(id));
        match shown.or_else(|| app.snakes.looks.shown(id)) {
            Some(shown) => Ok(shown),
            None => Ok(Self::Now(app.documents.find(app, id).await?)),
        }
    }

    pub(crate) fn id(&self) -> DocumentId {
        match self {
            Self::Now(document) => document.id,
            Self::Fixed { id, .. } => *id,
        }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        match self {
            Self::Now(document) => document.snapshot(),
            Self::Fixed { snapshot, .. } => Arc::clone(snapshot),
        }
    }

    /// The image's grid, with what is now said of the size of its pixels.
    pub(crate) fn geometry(&self) -> Geometry {
        self.document().geometry()
    }

    /// The document that it is of.
    pub(crate) fn document(&self) -> &Arc<OpenDocument> {
        match self {
            Self::Now(document) => document,
            Self::Fixed { of, .. } => of,
        }
    }
}
