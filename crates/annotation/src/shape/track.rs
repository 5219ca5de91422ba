//! Tracks: shapes of one thing on several slices, or at several times. A person draws the keys; the
//! others are found between them, and follow the keys whenever they are found anew.

use super::{MAX_SHAPES, Shape, ShapeError, ShapeId};
use crate::change::Change;
use crate::document::DocumentState;
use crate::operation::{Operation, OperationKind, Provenance, Tool};
use crate::protocol::{Answer, AttributeId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Decimals of an answer between two: what a measure is told with, and no noise of rounding.
const DECIMALS: f64 = 1e6;

/// Names a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrackId(pub Uuid);

/// What a track runs along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Along {
    /// Slices, of one document.
    Slices,
    /// Volumes of the image, each with a document of its own.
    Times,
}

impl Along {
    /// How it is spelt in records and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slices => "slices",
            Self::Times => "times",
        }
    }
}

/// A shape's place in a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// The track.
    pub id: TrackId,
    /// What it runs along.
    pub along: Along,
    /// The keys that the shape was found between; none of a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<[ShapeId; 2]>,
}

impl Shape {
    /// Whether it was found between keys, and nobody has changed it since.
    #[must_use]
    pub fn is_interpolated(&self) -> bool {
        self.track.is_some_and(|track| track.between.is_some())
    }

    /// Whether it was found between the keys of a track.
    #[must_use]
    pub fn is_between_keys_of(&self, id: TrackId) -> bool {
        self.is_interpolated() && self.track.is_some_and(|track| track.id == id)
    }

    /// Whether it is a key of a track.
    #[must_use]
    pub fn is_key_of(&self, id: TrackId) -> bool {
        self.track
            .is_some_and(|track| track.id == id && track.between.is_none())
    }

    /// The same as a key, because a person says something of it.
    pub(super) fn into_key(mut self) -> Self {
        if let Some(track) = &mut self.track
            && track.between.take().is_some()
        {
            self.provenance = Provenance::Manual;
        }
        self
    }
}

/// What a track becomes in one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Interpolated {
    /// The track.
    pub id: TrackId,
    /// What it runs along.
    pub along: Along,
    /// Its keys in this document.
    pub keys: Vec<ShapeId>,
    /// What lies between keys; a shape with the identity of one that was there takes its place.
    pub between: Vec<Shape>,
}

/// Makes keys those of a track, and shapes what was found between them: as one operation. Keys keep
/// all that is said of them; what was found earlier and is not any more goes.
///
/// # Errors
/// [`ShapeError`].
pub fn interpolate_shapes(
    state: &DocumentState,
    wanted: &Interpolated,
) -> Result<Operation, ShapeError> {
    let found: BTreeMap<ShapeId, &Shape> = wanted.between.iter().map(|s| (s.id, s)).collect();
    let mut changes = Vec::new();
    let mut name = String::new();
    for id in &wanted.keys {
        let key = state.shapes().find(*id).ok_or(ShapeError::NoSuchShape)?;
        if name.is_empty() {
            name.clone_from(&key.text);
        }
        let track = Track {
            id: wanted.id,
            along: wanted.along,
            between: None,
        };
        replace(&mut changes, key, with_track(key, Some(track)));
    }
    let mut goes = Vec::new();
    let mut stays = BTreeSet::new();
    for (position, own) in (0_u32..).zip(state.shapes().iter()) {
        if !own.is_between_keys_of(wanted.id) {
            continue;
        }
        let after = found.get(&own.id);
        if own.is_locked && after.is_none_or(|after| *after != own) {
            return Err(ShapeError::Locked);
        }
        match after {
            Some(after) => {
                stays.insert(own.id);
                after.check()?;
                replace(&mut changes, own, (*after).clone());
            }
            None => goes.push(Change::RemoveShape {
                position,
                shape: own.clone(),
            }),
        }
    }
    let n_left = state.shapes().len() - goes.len();
    // From the end, so that places hold.
    changes.extend(goes.into_iter().rev());
    let fresh = wanted.between.iter().filter(|s| !stays.contains(&s.id));
    let fresh: Vec<&Shape> = fresh.collect();
    if n_left + fresh.len() > MAX_SHAPES {
        return Err(ShapeError::TooManyShapes);
    }
    for (position, shape) in (n_left as u32..).zip(fresh) {
        shape.check()?;
        let shape = shape.clone();
        changes.push(Change::InsertShape { position, shape });
    }
    let tool = Tool::new("interpolate, shapes", Provenance::Interpolated);
    Ok(Operation {
        shape: Some(name),
        tool: Some(tool.with("along", wanted.along.name())),
        changes,
        ..Operation::trace(OperationKind::InterpolateShapes)
    })
}

/// Deletes what was found between the keys of a track. The keys stay, as shapes of their own.
///
/// # Errors
/// [`ShapeError::Locked`].
pub fn dissolve_track(state: &DocumentState, id: TrackId) -> Result<Operation, ShapeError> {
    let mut changes = Vec::new();
    let mut goes = Vec::new();
    let mut name = String::new();
    for (position, own) in (0_u32..).zip(state.shapes().iter()) {
        if own.is_key_of(id) {
            name.clone_from(&own.text);
            replace(&mut changes, own, with_track(own, None));
        } else if own.is_between_keys_of(id) {
            if own.is_locked {
                return Err(ShapeError::Locked);
            }
            goes.push(Change::RemoveShape {
                position,
                shape: own.clone(),
            });
        }
    }
    changes.extend(goes.into_iter().rev());
    Ok(Operation {
        shape: Some(name),
        changes,
        ..Operation::trace(OperationKind::DeleteInterpolated)
    })
}

/// Answers between those of two keys: numbers go evenly, the others hold from the first key on.
#[must_use]
pub fn answers_between(
    a: &BTreeMap<AttributeId, Answer>,
    b: &BTreeMap<AttributeId, Answer>,
    t: f64,
) -> BTreeMap<AttributeId, Answer> {
    let number = |answer: Option<&Answer>| match answer {
        Some(Answer::Number(digits)) => digits.parse::<f64>().ok(),
        _ => None,
    };
    let between = |(id, answer): (&AttributeId, &Answer)| {
        let both = number(Some(answer)).zip(number(b.get(id)));
        let answer = both.map_or_else(
            || answer.clone(),
            |(from, to)| {
                let between = from + (to - from) * t;
                let rounded = (between * DECIMALS).round() / DECIMALS;
                let is_told = rounded.is_finite();
                Answer::Number(if is_told { rounded } else { between }.to_string())
            },
        );
        (*id, answer)
    };
    a.iter().map(between).collect()
}

fn with_track(shape: &Shape, track: Option<Track>) -> Shape {
    Shape {
        track,
        ..shape.clone()
    }
}

fn replace(changes: &mut Vec<Change>, before: &Shape, after: Shape) {
    if *before != after {
        changes.push(Change::ReplaceShape {
            before: before.clone(),
            after,
        });
    }
}
