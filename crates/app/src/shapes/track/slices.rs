//! Shapes between key slices, of one document.

use super::keys::{Held, Keys, Pointed};
use super::refused::Refused;
use super::stack::Stack;
use super::{Found, Fresh};
use crate::shapes::frame::Frame;
use crate::wire::WireError;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::shape::{
    Along, Between, Interpolated, Shape, ShapeId, Track, TrackId, answers_between,
};
use std::collections::BTreeMap;

/// A key on its slice.
struct Key<'a> {
    shape: &'a Shape,
    slice: i64,
    /// mm.
    height: f64,
}

/// What lies between the keys of a document.
pub(super) fn found(
    state: &DocumentState,
    frame: &Frame,
    pointed: &Pointed,
    mut fresh: Fresh,
) -> Result<Found, WireError> {
    let stack = Stack::of(frame, &pointed.shape).ok_or(Refused::NotFlat)?;
    let shapes: Vec<Held<'_>> = state.shapes().iter().map(|shape| (0, shape)).collect();
    let lies = |shape: &Shape| stack.height(frame, shape).is_some();
    let Keys { keys, track } = pointed.keys(&shapes, |(_, shape)| lies(shape))?;
    // What is found does not depend on which of the keys was pointed at.
    let heights = keys.iter().filter_map(|(_, key)| stack.height(frame, key));
    let lowest = heights.fold(f64::INFINITY, f64::min);
    let from_lowest = match lowest.is_finite() {
        true => stack.counted_from(lowest),
        false => stack.clone(),
    };
    let keys = placed(&from_lowest, frame, &keys)?;
    if keys.len() < 2 {
        let alike = shapes.iter().filter(|(_, shape)| pointed.is_alike(shape));
        let beside = alike.filter(|(_, shape)| !lies(shape)).count();
        return Err(match beside {
            0 => Refused::OneKey.into(),
            _ => Refused::NotParallel.into(),
        });
    }
    let stack = from_lowest;
    let id = track.unwrap_or_else(|| TrackId(fresh.next()));
    let earlier = earlier(state, &stack, frame, id);
    let mut between = Vec::new();
    for pair in keys.windows(2) {
        let [from, to] = [&pair[0], &pair[1]];
        let matched = matched(frame, from.shape, to.shape)?;
        for (slice, height) in stack.between([from.slice, to.slice]) {
            let t = (height - from.height) / (to.height - from.height);
            if t <= 0.0 || t >= 1.0 {
                continue;
            }
            let figure = stack.on_plane(&matched.at(t), height);
            let first = figure.points().first().map(|point| **point);
            let plane = first.map(|first| frame.keep_plane(first, stack.normal()));
            let before = earlier.get(&slice).copied();
            between.push(Shape {
                id: before.map_or_else(|| ShapeId(fresh.next()), |before| before.id),
                figure: frame.keep(&figure)?,
                plane: plane.transpose()?,
                answers: answers_between(&from.shape.answers, &to.shape.answers, t),
                is_visible: before.unwrap_or(from.shape).is_visible,
                ..super::like(
                    from.shape,
                    Track {
                        id,
                        along: Along::Slices,
                        between: Some([from.shape.id, to.shape.id]),
                    },
                )
            });
        }
    }
    if between.is_empty() {
        return Err(Refused::NoSlice.into());
    }
    Ok(Found {
        n_keys: keys.len(),
        n_between: between.len(),
        wanted: Interpolated {
            id,
            along: Along::Slices,
            keys: keys.iter().map(|key| key.shape.id).collect(),
            between,
        },
    })
}

/// Two keys as they are shown, matched.
pub(super) fn matched(frame: &Frame, a: &Shape, b: &Shape) -> Result<Between, Refused> {
    let [a, b] = [a, b].map(|shape| frame.show(&shape.figure));
    Ok(Between::new(&a, &b)?)
}

/// The keys in the order of their slices.
fn placed<'a>(stack: &Stack, frame: &Frame, keys: &[Held<'a>]) -> Result<Vec<Key<'a>>, Refused> {
    let mut placed = Vec::new();
    for (_, shape) in keys {
        let height = stack.height(frame, shape).ok_or(Refused::NotParallel)?;
        let slice = stack.slice_at(height);
        placed.push(Key {
            shape,
            slice,
            height,
        });
    }
    placed.sort_by_key(|key| key.slice);
    match placed.windows(2).any(|pair| pair[0].slice == pair[1].slice) {
        true => Err(Refused::SameSlice),
        false => Ok(placed),
    }
}

/// What was found earlier, by slice.
fn earlier<'a>(
    state: &'a DocumentState,
    stack: &Stack,
    frame: &Frame,
    id: TrackId,
) -> BTreeMap<i64, &'a Shape> {
    let of_track = state
        .shapes()
        .iter()
        .filter(|shape| shape.is_between_keys_of(id));
    let on_slice = of_track.filter_map(|shape| {
        let height = stack.height(frame, shape)?;
        Some((stack.slice_at(height), shape))
    });
    on_slice.collect()
}
