//! Which shapes are the keys between which others are found.

use super::refused::Refused;
use annotomy_annotation::shape::{Along, NothingBetween, Shape, ShapeId, TrackId};
use std::collections::BTreeSet;

/// What a user points at.
#[derive(Debug)]
pub(super) struct Pointed {
    /// The shape in hand.
    pub(super) shape: Shape,
    /// Further shapes, if some were chosen.
    pub(super) chosen: BTreeSet<ShapeId>,
    pub(super) along: Along,
}

/// A shape, and the volume whose document holds it.
pub(super) type Held<'a> = (usize, &'a Shape);

/// Keys, and the track that they are in so far.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    pub(super) keys: Vec<Held<'a>>,
    pub(super) track: Option<TrackId>,
}

impl Pointed {
    /// Of a shape that has a form, and is in no track along the other axis.
    pub(super) fn new(
        shape: &Shape,
        chosen: BTreeSet<ShapeId>,
        along: Along,
    ) -> Result<Self, Refused> {
        match shape.figure.kind() {
            kind if kind.is_label() => Err(NothingBetween::NoForm.into()),
            _ if shape.track.is_some_and(|track| track.along != along) => Err(Refused::OtherAxis),
            _ => Ok(Self {
                shape: shape.clone(),
                chosen,
                along,
            }),
        }
    }

    /// The keys among shapes: those chosen, and those of the track that any of them is in. Where none
    /// is chosen and the shape is in no track, those that are alike, in no track either, and `fit`;
    /// where there is none of these, the keys of the only track that is alike.
    pub(super) fn keys<'a>(
        &self,
        shapes: &[Held<'a>],
        fit: impl Fn(&Held<'a>) -> bool,
    ) -> Result<Keys<'a>, Refused> {
        let drawn = || shapes.iter().filter(|(_, shape)| !shape.is_interpolated());
        let is_chosen = |id: ShapeId| id == self.shape.id || self.chosen.contains(&id);
        let chosen = shapes.iter().filter(|(_, shape)| is_chosen(shape.id));
        let mut track = self.only_track(chosen)?;
        let mut keys: Vec<Held<'a>> = drawn()
            .filter(|(_, shape)| {
                is_chosen(shape.id) || track.is_some_and(|track| shape.is_key_of(track))
            })
            .copied()
            .collect();
        if self.chosen.is_empty() && track.is_none() {
            let free = drawn().filter(|(_, shape)| shape.track.is_none());
            let others = free
                .filter(|held| held.1.id != self.shape.id && self.is_alike(held.1) && fit(held));
            keys.extend(others);
            if keys.len() == 1 {
                let alike = drawn().filter(|(_, shape)| self.is_alike(shape));
                track = self.only_track(alike).ok().flatten();
                keys.extend(
                    drawn().filter(|(_, shape)| track.is_some_and(|track| shape.is_key_of(track))),
                );
            }
        }
        match keys.iter().any(|(_, key)| key.class != self.shape.class) {
            true => Err(Refused::Classes),
            false => Ok(Keys { keys, track }),
        }
    }

    /// Whether a shape is of the same kind, class and text.
    pub(super) fn is_alike(&self, other: &Shape) -> bool {
        let said = |shape: &Shape| (shape.figure.kind(), shape.class);
        said(&self.shape) == said(other) && self.shape.text == other.text
    }

    fn only_track<'a: 'b, 'b>(
        &self,
        shapes: impl Iterator<Item = &'b Held<'a>>,
    ) -> Result<Option<TrackId>, Refused> {
        let tracks: Vec<_> = shapes.filter_map(|(_, shape)| shape.track).collect();
        if tracks.iter().any(|track| track.along != self.along) {
            return Err(Refused::OtherAxis);
        }
        let ids: BTreeSet<TrackId> = tracks.iter().map(|track| track.id).collect();
        match ids.len() {
            0 | 1 => Ok(ids.first().copied()),
            _ => Err(Refused::Tracks),
        }
    }
}
