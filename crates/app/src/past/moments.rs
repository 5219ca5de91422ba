//! Moments and comparisons that windows look at, and trails of documents. All of it can be made again
//! from the log.

use super::shown::Shown;
use crate::documents::{OpenDocument, Snapshot};
use annotomy_annotation::document::DocumentState;
use annotomy_store::{DocumentId, Trail};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Kept at a time; a window looks at one, and the next is made from the nearest.
const MAX_LOOKS: usize = 8;

/// A look into the past.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) id: DocumentId,
    pub(super) of: Arc<OpenDocument>,
    pub(super) snapshot: Arc<Snapshot>,
    /// The last record that counts; none of a comparison, which is no state of the document.
    pub(super) until: Option<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Past {
    /// The newest last.
    looks: Mutex<VecDeque<Arc<Look>>>,
    trails: Mutex<BTreeMap<DocumentId, Arc<tokio::sync::Mutex<Trail>>>>,
}

impl Past {
    /// Lets go of all: the library is another one.
    pub(crate) fn clear(&self) {
        self.looks().clear();
        self.trails().clear();
    }

    /// A moment or a comparison, as the bytes door shows it.
    pub(crate) fn shown(&self, id: &str) -> Option<Shown> {
        let look = self.find(id)?;
        Some(Shown::Fixed {
            id: look.id,
            of: Arc::clone(&look.of),
            snapshot: Arc::clone(&look.snapshot),
        })
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Look>> {
        let id = DocumentId(Uuid::parse_str(id).ok()?);
        let looks = self.looks();
        looks.iter().find(|look| look.id == id).map(Arc::clone)
    }

    /// A look under a new name.
    pub(super) fn add(
        &self,
        of: &Arc<OpenDocument>,
        snapshot: Snapshot,
        until: Option<u64>,
    ) -> Arc<Look> {
        let look = Arc::new(Look {
            id: DocumentId(Uuid::new_v4()),
            of: Arc::clone(of),
            snapshot: Arc::new(snapshot),
            until,
        });
        let mut looks = self.looks();
        looks.push_back(Arc::clone(&look));
        while looks.len() > MAX_LOOKS {
            looks.pop_front();
        }
        look
    }

    /// States of a document that are at hand, with their revisions.
    pub(super) fn known(&self, document: DocumentId) -> Vec<(u64, DocumentState)> {
        let looks = self.looks();
        let states = looks
            .iter()
            .filter(|look| look.of.id == document && look.until.is_some());
        let known = states.map(|look| (look.snapshot.revision, look.snapshot.state.clone()));
        known.collect()
    }

    pub(super) fn trail(&self, document: DocumentId) -> Arc<tokio::sync::Mutex<Trail>> {
        Arc::clone(self.trails().entry(document).or_default())
    }

    fn looks(&self) -> MutexGuard<'_, VecDeque<Arc<Look>>> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trails(&self) -> MutexGuard<'_, BTreeMap<DocumentId, Arc<tokio::sync::Mutex<Trail>>>> {
        self.trails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
