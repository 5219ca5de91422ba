//! Surfaces of segments, kept from one state of a document to the next, and from a document to what is
//! shown in its place: what is the same in both is neither made nor sent again.

use crate::app::App;
use crate::documents::Snapshot;
use crate::drawing::segment_id;
use crate::jobs::blocking;
use crate::past::Shown;
use crate::wire::{ErrorCode, WireError};
use annotomy_annotation::segment::SegmentId;
use annotomy_store::DocumentId;
use annotomy_volume::labels::BrickIndex;
use annotomy_volume::surface::{Piece, Surface};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Surfaces kept in memory; those beyond are made from nothing when they are wanted again.
const BUDGET_BYTES: usize = 1 << 30;
/// Documents that are shown no more of which surfaces are kept: a window asks what differs from them.
const MAX_LEFT: usize = 2;

type Key = (DocumentId, SegmentId);

/// Surfaces that windows show.
#[derive(Debug, Default)]
pub(crate) struct Surfaces(Mutex<List>);

#[derive(Debug, Default)]
struct List {
    /// The one asked for last at the end.
    kept: Vec<(Key, Arc<Kept>)>,
    /// Documents that are shown no more.
    left: VecDeque<DocumentId>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Held while it is made: requests for states that are past by then find a newer one.
    made: Arc<tokio::sync::Mutex<Option<Made>>>,
    n_bytes: AtomicUsize,
}

/// A surface that a window has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// The document that it is of.
    document: DocumentId,
    /// 0 where the window has none.
    revision: u64,
}

impl Known {
    /// That of a document, where it is not what is shown. Of one that nobody knows there is no surface.
    pub(crate) fn new(shown: &Shown, document: Option<&str>, revision: u32) -> Self {
        let document = document.map(|id| DocumentId(Uuid::parse_str(id).unwrap_or_default()));
        Self {
            document: document.unwrap_or_else(|| shown.id()),
            revision: revision.into(),
        }
    }
}

#[derive(Debug)]
struct Made {
    surface: Arc<Surface>,
    layer: u16,
    revision: u64,
    /// The first revision that it is known of: what changed since an earlier one is not.
    began: u64,
    /// When pieces changed last, also those that are no more.
    changed: BTreeMap<BrickIndex, u64>,
}

/// What a window needs to show a surface.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) revision: u64,
    /// Whether these are all pieces, not only those that changed.
    pub(crate) is_whole: bool,
    pub(crate) n_pieces: usize,
    pub(crate) body: Vec<u8>,
}

impl Surfaces {
    /// Lets go of all: documents are others.
    pub(crate) fn clear(&self) {
        *self.list() = List::default();
    }

    /// Lets go of those of a document that is shown no more, once others have followed it.
    pub(crate) fn forget(&self, document: DocumentId) {
        let mut list = self.list();
        if list.kept.iter().any(|((of, _), _)| *of == document) {
            list.left.push_back(document);
        }
        while list.left.len() > MAX_LEFT {
            let gone = list.left.pop_front();
            list.kept.retain(|((of, _), _)| Some(*of) != gone);
        }
    }

    fn list(&self) -> std::sync::MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The surface of a document as it was made last, and its revision.
    async fn made(&self, key: Key) -> Option<(Arc<Surface>, u64)> {
        let kept = {
            let list = self.list();
            let found = list.kept.iter().find(|(known, _)| *known == key);
            Arc::clone(&found?.1)
        };
        let made = kept.made.lock().await;
        let made = made.as_ref()?;
        Some((Arc::clone(&made.surface), made.revision))
    }

    fn kept(&self, key: Key) -> Arc<Kept> {
        let list = &mut self.list().kept;
        let at = list.iter().position(|(known, _)| *known == key);
        let kept = at.map_or_else(Arc::default, |at| list.remove(at).1);
        list.push((key, Arc::clone(&kept)));
        let n_bytes = |kept: &Arc<Kept>| kept.n_bytes.load(Ordering::Relaxed);
        let mut held: usize = list.iter().map(|(_, kept)| n_bytes(kept)).sum();
        list.retain(|(known, kept)| {
            let goes = held > BUDGET_BYTES && *known != key;
            if goes {
                held -= n_bytes(kept);
            }
            !goes
        });
        kept
    }
}

/// The surface of a segment as it is shown, or what of it differs from one that the window has.
pub(crate) async fn surface(
    app: &App,
    shown: Shown,
    segment: &str,
    known: Known,
) -> Result<Answer, WireError> {
    let id = segment_id(segment)?;
    let own = shown.id();
    let other = match known.document == own {
        true => None,
        false => app.surfaces.made((known.document, id)).await,
    };
    let other = other.filter(|(_, revision)| *revision == known.revision);
    // What is shown in the place of a document is much like it.
    let like = match &other {
        Some((surface, _)) => Some(Arc::clone(surface)),
        None if shown.document().id == own => None,
        None => {
            let made = app.surfaces.made((shown.document().id, id)).await;
            made.map(|(surface, _)| surface)
        }
    };
    let kept = app.surfaces.kept((own, id));
    let mut made = Arc::clone(&kept.made).lock_owned().await;
    blocking(move || {
        let (snapshot, geometry) = (shown.snapshot(), shown.geometry());
        let segments = snapshot.state.segments();
        let segment = segments.iter().find(|segment| segment.id == id);
        let segment = segment
            .ok_or_else(|| WireError::new(ErrorCode::NotFound, "there is no such segment"))?;
        let layers = snapshot.state.layers();
        let layer = layers.get(usize::from(segment.layer));
        let layer = layer.ok_or_else(WireError::internal)?;
        let is_of = |surface: &Surface| surface.is_of(&geometry, segment.label);
        let old = made.take();
        let old = old.filter(|old| old.layer == segment.layer && is_of(&old.surface));
        let new = match old {
            Some(old) if old.revision == snapshot.revision => old,
            Some(old) => {
                // What the window has is nearer: a preview that was applied is what is now.
                let theirs = other.as_ref().map(|(surface, _)| &**surface);
                let nearest = theirs.filter(|theirs| is_of(theirs));
                let surface = nearest.unwrap_or(&old.surface).after(layer);
                old.followed_by(surface, &snapshot)
            }
            None => {
                let surface = match like.filter(|like| is_of(like)) {
                    Some(like) => like.after(layer),
                    None => Surface::new(layer, &geometry, segment.label),
                };
                Made::new(surface, segment.layer, snapshot.revision)
            }
        };
        kept.n_bytes.store(new.surface.n_bytes(), Ordering::Relaxed);
        let answer = match other {
            Some((other, _)) => new.beside(&other),
            None if known.document == own => new.since(known.revision),
            None => new.whole(),
        };
        *made = Some(new);
        Ok(answer)
    })
    .await
}

impl Made {
    fn new(surface: Surface, layer: u16, revision: u64) -> Self {
        let changed = surface.pieces().map(|(index, _)| (index, revision));
        Self {
            changed: changed.collect(),
            surface: Arc::new(surface),
            layer,
            revision,
            began: revision,
        }
    }

    fn followed_by(self, surface: Surface, snapshot: &Snapshot) -> Self {
        let mut changed = self.changed;
        let differing = differing(&self.surface, &surface);
        changed.extend(differing.map(|index| (index, snapshot.revision)));
        Self {
            surface: Arc::new(surface),
            revision: snapshot.revision,
            changed,
            ..self
        }
    }

    /// What changed since a revision; all where that is not known.
    fn since(&self, since: u64) -> Answer {
        if since < self.began || since > self.revision {
            return self.whole();
        }
        let changed = self.changed.iter().filter(|(_, at)| **at > since);
        self.answer(false, changed.map(|(index, _)| *index))
    }

    /// What is not as in another surface.
    fn beside(&self, other: &Surface) -> Answer {
        self.answer(false, differing(other, &self.surface))
    }

    fn whole(&self) -> Answer {
        self.answer(true, self.surface.pieces().map(|(index, _)| index))
    }

    fn answer(&self, is_whole: bool, told: impl Iterator<Item = BrickIndex>) -> Answer {
        let pieces: BTreeMap<_, _> = self.surface.pieces().collect();
        let mut body = Vec::new();
        let mut n_pieces = 0;
        for index in told {
            let piece = pieces.get(&index);
            put_piece(&mut body, index, piece.map(|piece| &***piece));
            n_pieces += 1;
        }
        Answer {
            revision: self.revision,
            is_whole,
            n_pieces,
            body,
        }
    }
}

/// Where two surfaces do not share a piece, also where only one of them has one.
fn differing(one: &Surface, other: &Surface) -> impl Iterator<Item = BrickIndex> + use<> {
    let [old, new]: [BTreeMap<_, _>; 2] = [one, other].map(|surface| surface.pieces().collect());
    let is_same = |index: &BrickIndex| match (old.get(index), new.get(index)) {
        (Some(old), Some(new)) => Arc::ptr_eq(old, new),
        _ => false,
    };
    let all: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let differing: Vec<_> = all.into_iter().filter(|index| !is_same(index)).collect();
    differing.into_iter()
}

/// As [`crate::wire::BytesRequest`]'s module lays it out; one that is no more has no vertices.
fn put_piece(body: &mut Vec<u8>, index: BrickIndex, piece: Option<&Piece>) {
    for n in index.0 {
        body.extend(u32::from(n).to_le_bytes());
    }
    let (positions, normals) = piece.map_or((&[][..], &[][..]), |p| (p.positions(), p.normals()));
    let triangles = piece.map_or(&[][..], Piece::triangles);
    body.extend((positions.len() as u32).to_le_bytes());
    body.extend((triangles.len() as u32).to_le_bytes());
    for number in positions.iter().chain(normals).flatten() {
        body.extend(number.to_le_bytes());
    }
    for number in triangles.iter().flatten() {
        body.extend(number.to_le_bytes());
    }
}
