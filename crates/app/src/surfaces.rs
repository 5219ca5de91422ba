//! Surfaces of segments, kept from one state of a document to the next.

use crate::app::App;
use crate::documents::Snapshot;
use crate::drawing::segment_id;
use crate::jobs::blocking;
use crate::past::Shown;
use crate::wire::{ErrorCode, WireError};
use annotomy_annotation::segment::SegmentId;
use annotomy_store::DocumentId;
use annotomy_volume::labels::{BrickIndex, LabelMap};
use annotomy_volume::surface::{Piece, Surface};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Surfaces kept in memory; those beyond are made from nothing when they are wanted again.
const BUDGET_BYTES: usize = 1 << 30;

type Key = (DocumentId, SegmentId);

/// Surfaces that windows show, the one asked for last at the end.
#[derive(Debug, Default)]
pub(crate) struct Surfaces(Mutex<Vec<(Key, Arc<Kept>)>>);

#[derive(Debug, Default)]
struct Kept {
    /// Held while it is made: requests for states that are past by then find a newer one.
    made: Arc<tokio::sync::Mutex<Option<Made>>>,
    n_bytes: AtomicUsize,
}

#[derive(Debug)]
struct Made {
    surface: Surface,
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
        self.list().clear();
    }

    /// Lets go of those of a document that is shown no more.
    pub(crate) fn forget(&self, document: DocumentId) {
        self.list().retain(|((of, _), _)| *of != document);
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<(Key, Arc<Kept>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self, key: Key) -> Arc<Kept> {
        let mut list = self.list();
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

/// The surface of a segment as it is shown, or what changed of it since a revision.
pub(crate) async fn surface(
    app: &App,
    shown: Shown,
    segment: &str,
    since: u64,
) -> Result<Answer, WireError> {
    let id = segment_id(segment)?;
    let kept = app.surfaces.kept((shown.id(), id));
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
        let old = made.take().filter(|old| {
            old.layer == segment.layer && old.surface.is_of(&geometry, segment.label)
        });
        let new = match old {
            Some(old) if old.revision == snapshot.revision => old,
            Some(old) => old.after(layer, &snapshot),
            None => {
                let surface = Surface::new(layer, &geometry, segment.label);
                Made::new(surface, segment.layer, snapshot.revision)
            }
        };
        kept.n_bytes.store(new.surface.n_bytes(), Ordering::Relaxed);
        let answer = new.since(since);
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
            surface,
            layer,
            revision,
            began: revision,
        }
    }

    fn after(self, layer: &LabelMap, snapshot: &Snapshot) -> Self {
        let surface = self.surface.after(layer);
        let mut changed = self.changed;
        let [old, new]: [BTreeMap<_, _>; 2] =
            [&self.surface, &surface].map(|surface| surface.pieces().collect());
        for index in old.keys().chain(new.keys()) {
            let is_same = match (old.get(index), new.get(index)) {
                (Some(old), Some(new)) => Arc::ptr_eq(old, new),
                _ => false,
            };
            if !is_same {
                changed.insert(*index, snapshot.revision);
            }
        }
        Self {
            surface,
            revision: snapshot.revision,
            changed,
            ..self
        }
    }

    fn since(&self, since: u64) -> Answer {
        let is_whole = since < self.began || since > self.revision;
        let pieces: BTreeMap<_, _> = self.surface.pieces().collect();
        let mut body = Vec::new();
        let mut n_pieces = 0;
        for (index, at) in &self.changed {
            let piece = pieces.get(index);
            let is_told = if is_whole {
                piece.is_some()
            } else {
                *at > since
            };
            if is_told {
                put_piece(&mut body, *index, piece.map(|piece| &***piece));
                n_pieces += 1;
            }
        }
        Answer {
            revision: self.revision,
            is_whole,
            n_pieces,
            body,
        }
    }
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
