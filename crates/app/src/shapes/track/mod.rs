//! Shapes between key slices and key times.

mod keys;
mod refused;
mod slices;
mod stack;
mod times;

use super::frame::Frame;
use super::shape_id;
use crate::app::{App, Caller};
use crate::documents::OpenDocument;
use crate::edits;
use crate::jobs::blocking;
use crate::volumes;
use crate::wire::{self, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::Provenance;
use annotomy_annotation::shape::{
    Along, Interpolated, Shape, ShapeError, ShapeId, Track, TrackId, dissolve_track,
    interpolate_shapes as made_of,
};
use keys::Pointed;
use refused::Refused;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Labels of volumes whose times are known begin with this, and go on with a number and a unit.
const TIME: &str = "t = ";

/// What becomes of a document.
#[derive(Debug)]
struct Found {
    n_keys: usize,
    n_between: usize,
    wanted: Interpolated,
}

impl Found {
    const fn none(id: TrackId, along: Along) -> Self {
        Self {
            n_keys: 0,
            n_between: 0,
            wanted: Interpolated {
                id,
                along,
                keys: Vec::new(),
                between: Vec::new(),
            },
        }
    }
}

/// Names that nothing has: one fresh one makes as many as there are.
#[derive(Debug, Clone, Copy)]
struct Fresh(Uuid);

impl Fresh {
    fn next(&mut self) -> Uuid {
        let next = self.0;
        self.0 = Uuid::from_u128(next.as_u128().wrapping_add(1));
        next
    }
}

pub(crate) async fn interpolate_shapes(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::InterpolateShapesRequest,
) -> Result<wire::InterpolatedShapes, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let along = request.along.into();
    let chosen = request.keys.iter().map(|key| shape_id(key));
    let chosen = chosen.collect::<Result<BTreeSet<ShapeId>, _>>()?;
    let snapshot = document.snapshot();
    let shape = snapshot.state.shapes().find(shape_id(&request.shape)?);
    let shape = shape.ok_or(ShapeError::NoSuchShape)?;
    let pointed = Pointed::new(shape, chosen, along)?;
    match along {
        Along::Slices => between_slices(app, caller, &document, pointed).await,
        Along::Times => between_times(app, caller, &document, pointed).await,
    }
}

async fn between_slices(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    pointed: Pointed,
) -> Result<wire::InterpolatedShapes, WireError> {
    let _editing = document.begin_edit(app).await?;
    let (snapshot, frame) = (document.snapshot(), Frame::of(document));
    let fresh = Fresh(Uuid::new_v4());
    let (found, operation) = blocking(move || {
        let found = slices::found(&snapshot.state, &frame, &pointed, fresh)?;
        let operation = made_of(&snapshot.state, &found.wanted)?;
        Ok::<_, WireError>((found, operation))
    })
    .await?;
    if !operation.changes.is_empty() {
        edits::commit(app, caller, document, operation).await?;
    }
    Ok(wire::InterpolatedShapes {
        document: document.view(),
        n_keys: found.n_keys as u32,
        n_between: found.n_between as u32,
    })
}

async fn between_times(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    pointed: Pointed,
) -> Result<wire::InterpolatedShapes, WireError> {
    if document.place.volume.is_none() {
        return Err(Refused::AllTimes.into());
    }
    let documents = volumes::documents_of_all(app, document.series()).await?;
    let states = documents.iter().map(|open| open.snapshot().state.clone());
    let states: Vec<DocumentState> = states.collect();
    let (frame, times) = (Frame::of(document), times_of(document));
    let fresh = Fresh(Uuid::new_v4());
    let found = blocking(move || times::found(&states, (&frame, &times), &pointed, fresh)).await?;
    let count = |of: fn(&Found) -> usize| found.iter().map(of).sum::<usize>() as u32;
    let (n_keys, n_between) = (count(|found| found.n_keys), count(|found| found.n_between));
    for (volume, (open, found)) in documents.iter().zip(found).enumerate() {
        let make = move |state: &DocumentState| Ok(made_of(state, &found.wanted)?);
        let made = edits::change(app, caller, open, make).await;
        made.map_err(|error| in_part(volume, error))?;
    }
    Ok(wire::InterpolatedShapes {
        document: document.view(),
        n_keys,
        n_between,
    })
}

pub(crate) async fn delete_interpolated(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::DeleteInterpolatedRequest,
) -> Result<wire::DeletedInterpolated, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let id = Uuid::parse_str(&request.track).map_err(|_| ShapeError::NoSuchShape)?;
    let id = TrackId(id);
    let documents = match document.place.volume {
        Some(_) => volumes::documents_of_all(app, document.series()).await?,
        None => vec![Arc::clone(&document)],
    };
    let mut n_deleted = 0;
    for (volume, open) in documents.iter().enumerate() {
        let n_before = open.snapshot().state.shapes().len();
        let make = move |state: &DocumentState| Ok(dissolve_track(state, id)?);
        let made = edits::change(app, caller, open, make).await;
        made.map_err(|error| in_part(volume, error))?;
        n_deleted += n_before.saturating_sub(open.snapshot().state.shapes().len());
    }
    Ok(wire::DeletedInterpolated {
        document: document.view(),
        n_deleted: n_deleted as u32,
    })
}

/// An edit of several documents that got no farther than one of them.
fn in_part(volume: usize, error: WireError) -> WireError {
    let n = volume + 1;
    let message = format!(
        "volume {n} and those after it are unchanged: {}",
        error.message
    );
    WireError { message, ..error }
}

/// What is said of a key is said of what follows it.
fn like(key: &Shape, track: Track) -> Shape {
    Shape {
        is_locked: false,
        provenance: Provenance::Interpolated,
        track: Some(track),
        ..key.clone()
    }
}

/// When each volume was acquired, in whatever unit; their numbers where nobody knows.
fn times_of(document: &OpenDocument) -> Vec<f64> {
    let labels = document.series().volume_labels();
    let known = labels.iter().map(|label| {
        let (number, unit) = label.strip_prefix(TIME)?.split_once(' ')?;
        Some((number.parse::<f64>().ok()?, unit))
    });
    let known: Option<Vec<(f64, &str)>> = known.collect();
    let known = known.filter(|times| {
        let mut pairs = times.windows(2);
        pairs.all(|pair| pair[0].0 < pair[1].0 && pair[0].1 == pair[1].1)
    });
    match known {
        Some(times) => times.into_iter().map(|(time, _)| time).collect(),
        None => (0..document.series().n_volumes())
            .map(|n| n as f64)
            .collect(),
    }
}

impl From<wire::TrackAxis> for Along {
    fn from(axis: wire::TrackAxis) -> Self {
        match axis {
            wire::TrackAxis::Slices => Self::Slices,
            wire::TrackAxis::Times => Self::Times,
        }
    }
}

impl From<Along> for wire::TrackAxis {
    fn from(along: Along) -> Self {
        match along {
            Along::Slices => Self::Slices,
            Along::Times => Self::Times,
        }
    }
}

/// A shape's place in a track as the UI shows it.
pub(super) fn wire_track(track: &Track) -> wire::ShapeTrack {
    wire::ShapeTrack {
        id: track.id.0.to_string(),
        along: track.along.into(),
        between: track.between.map(|keys| keys.map(|key| key.0.to_string())),
    }
}
