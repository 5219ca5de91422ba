//! Contours that a window looks at together: the document as it would be if all were applied, under a
//! name that stays while they move, so that what is shown follows brick by brick.

use super::live::Live;
use crate::app::App;
use crate::documents::{OpenDocument, Snapshot};
use crate::drawing::{Asked, Permission, drawn_by, mask_of, permission};
use crate::drawn_at::DrawnAt;
use crate::jobs::blocking;
use crate::past::Shown;
use crate::wire::{self, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::protocol::ToolKind;
use annotomy_store::DocumentId;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Looks kept; a window has one at a time. One that was let go is made anew under another name.
const MAX_LOOKS: usize = 16;

/// What one window looks at.
#[derive(Debug)]
pub(crate) struct Look {
    id: DocumentId,
    of: Arc<OpenDocument>,
    /// Held while it is made: whoever makes it last knows where all contours are.
    made: Mutex<Option<Arc<Snapshot>>>,
}

/// Looks of windows, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<VecDeque<Arc<Look>>>);

impl Looks {
    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Look>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &str) -> Option<Arc<Look>> {
        let id = DocumentId(Uuid::parse_str(id).ok()?);
        self.all().iter().find(|look| look.id == id).map(Arc::clone)
    }

    /// The look of a name, or a new one.
    fn of(&self, document: &Arc<OpenDocument>, id: Option<&str>) -> Arc<Look> {
        let known = id.and_then(|id| self.find(id));
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.of, document)) {
            return known;
        }
        let look = Arc::new(Look {
            id: DocumentId(Uuid::new_v4()),
            of: Arc::clone(document),
            made: Mutex::default(),
        });
        let mut all = self.all();
        all.push_back(Arc::clone(&look));
        while all.len() > MAX_LOOKS {
            all.pop_front();
        }
        look
    }

    /// Lets go of a look; its name.
    pub(crate) fn remove(&self, id: &str) -> Option<DocumentId> {
        let found = self.find(id)?;
        self.all().retain(|look| !Arc::ptr_eq(look, &found));
        Some(found.id)
    }

    /// A look as the bytes door shows it.
    pub(crate) fn shown(&self, id: &str) -> Option<Shown> {
        let look = self.find(id)?;
        let snapshot = look.made().clone()?;
        Some(Shown::Fixed {
            id: look.id,
            of: Arc::clone(&look.of),
            snapshot,
        })
    }
}

impl Look {
    fn made(&self) -> MutexGuard<'_, Option<Arc<Snapshot>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What contours are shown by: the rules of the one that moved.
pub(super) struct Rules {
    pub(super) overwrite: wire::OverwriteRule,
    pub(super) editable: wire::Editable,
}

/// Shows contours together, in the order in which they began. `None` where there is none, or none can
/// be shown.
pub(super) async fn shown_together(
    app: &Arc<App>,
    document: &Arc<OpenDocument>,
    contours: Vec<Arc<Live>>,
    (rules, shown_as): (Rules, Option<String>),
) -> Result<Option<wire::Document>, WireError> {
    let mut seen = Vec::new();
    for live in contours {
        let asked = Asked {
            segment: &live.segment,
            tool: ToolKind::Refine,
            overwrite: rules.overwrite,
            editable: rules.editable.clone(),
        };
        // What another one may not do is told when that one moves.
        if let Ok(permission) = permission(app, document, asked).await {
            seen.push((live, permission));
        }
    }
    if seen.is_empty() {
        return Ok(None);
    }
    let look = app.snakes.looks.of(document, shown_as.as_deref());
    blocking(move || {
        let mut made = look.made();
        let now = look.of.snapshot();
        let state = seen
            .iter()
            .fold(now.state.clone(), |state, (live, permission)| {
                applied(live, permission, &state).unwrap_or(state)
            });
        let revision = made.as_ref().map_or(0, |made| made.revision) + 1;
        let snapshot = Arc::new(Snapshot {
            state,
            revision,
            drawn_at: DrawnAt::all(revision),
            ..Snapshot::clone(&now)
        });
        let shown = look.of.view_as(look.id, &snapshot);
        *made = Some(snapshot);
        Ok(Some(shown))
    })
    .await
}

/// What a document would be; `None` where the contour cannot be applied to it, as its own next move
/// tells.
fn applied(live: &Live, permission: &Permission, state: &DocumentState) -> Option<DocumentState> {
    let found = live.found()?;
    let now = mask_of(state, permission.segment).ok()?;
    let wanted = live.wanted(&now, &found.mask);
    let effect = live.effect(found.iteration);
    let drawn = drawn_by(state, permission, &effect, &wanted).ok()?;
    state.after(&drawn.operation.changes).ok()
}
