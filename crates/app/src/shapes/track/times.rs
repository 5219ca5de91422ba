//! Shapes between key times: an image of several volumes, each with a document of its own.

use super::keys::{Held, Keys, Pointed};
use super::refused::Refused;
use super::slices::matched;
use super::stack::{Stack, is_parallel};
use super::{Found, Fresh};
use crate::shapes::file::plane_of;
use crate::shapes::frame::Frame;
use crate::wire::WireError;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::shape::{
    Along, DrawingPlane, Figure, Shape, ShapeId, Track, TrackId, answers_between,
};
use annotomy_volume::space::PointLps;

/// What becomes of each volume's document, and how many keys and shapes between there are.
pub(super) fn found(
    states: &[DocumentState],
    (frame, times): (&Frame, &[f64]),
    pointed: &Pointed,
    mut fresh: Fresh,
) -> Result<Vec<Found>, WireError> {
    let shapes: Vec<Held<'_>> = (0..).zip(states).flat_map(held).collect();
    let mut all = keys(&shapes, frame, pointed)?;
    all.keys.sort_by_key(|(volume, _)| *volume);
    let keys = all.keys;
    if keys.len() < 2 {
        return Err(Refused::OneKey.into());
    }
    if keys.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(Refused::SameTime.into());
    }
    let id = all.track.unwrap_or_else(|| TrackId(fresh.next()));
    let nothing = |_: &DocumentState| Found::none(id, Along::Times);
    let mut found: Vec<Found> = states.iter().map(nothing).collect();
    for (volume, key) in &keys {
        found[*volume].n_keys = 1;
        found[*volume].wanted.keys.push(key.id);
    }
    for pair in keys.windows(2) {
        let [(first, from), (last, to)] = [pair[0], pair[1]];
        let matched = matched(frame, from, to)?;
        let is_flat = is_parallel_to(frame, from, to)?;
        for volume in first + 1..last {
            let t = (times[volume] - times[first]) / (times[last] - times[first]);
            let figure = matched.at(t);
            let of_track = states[volume]
                .shapes()
                .iter()
                .find(|shape| shape.is_between_keys_of(id));
            let plane = match is_flat {
                true => plane(frame, from, &figure)?,
                false => None,
            };
            found[volume].n_between = 1;
            found[volume].wanted.between.push(Shape {
                id: of_track.map_or_else(|| ShapeId(fresh.next()), |before| before.id),
                figure: frame.keep(&figure)?,
                plane,
                answers: answers_between(&from.answers, &to.answers, t),
                is_visible: of_track.unwrap_or(from).is_visible,
                ..super::like(
                    from,
                    Track {
                        id,
                        along: Along::Times,
                        between: Some([from.id, to.id]),
                    },
                )
            });
        }
    }
    match found.iter().any(|found| found.n_between > 0) {
        true => Ok(found),
        false => Err(Refused::NoTime.into()),
    }
}

fn held((volume, state): (usize, &DocumentState)) -> impl Iterator<Item = Held<'_>> {
    state.shapes().iter().map(move |shape| (volume, shape))
}

/// Of several shapes of a volume that are alike, the one on the slice of the shape in hand.
fn keys<'a>(shapes: &[Held<'a>], frame: &Frame, pointed: &Pointed) -> Result<Keys<'a>, Refused> {
    let own = shapes
        .iter()
        .find(|(_, shape)| shape.id == pointed.shape.id);
    let own = own.map(|(volume, _)| *volume);
    let stack = Stack::of(frame, &pointed.shape);
    let slice_of = |shape: &Shape| {
        let stack = stack.as_ref()?;
        Some(stack.slice_at(stack.height(frame, shape)?))
    };
    let is_free = |shape: &Shape| shape.track.is_none() && pointed.is_alike(shape);
    pointed.keys(shapes, |(volume, shape)| {
        let beside = shapes
            .iter()
            .filter(|(of, other)| of == volume && is_free(other));
        let is_on_slice = slice_of(shape).is_some() && slice_of(shape) == slice_of(&pointed.shape);
        own != Some(*volume) && (beside.count() == 1 || is_on_slice)
    })
}

/// Whether both lie in planes, which have to be parallel; not of shapes in space.
fn is_parallel_to(frame: &Frame, a: &Shape, b: &Shape) -> Result<bool, Refused> {
    let normal = |shape: &Shape| {
        let own = plane_of(&frame.show(&shape.figure));
        shape.plane.or(own).map(|plane| plane.normal())
    };
    match (normal(a), normal(b)) {
        (Some(a), Some(b)) if !is_parallel(a, b) => Err(Refused::NotParallel),
        (Some(_), Some(_)) => Ok(true),
        _ => Ok(false),
    }
}

/// The plane of a key, moved to where a figure lies.
fn plane(
    frame: &Frame,
    key: &Shape,
    figure: &Figure<PointLps>,
) -> Result<Option<DrawingPlane>, WireError> {
    let points = figure.points();
    let (Some(first), Some(plane)) = (points.first(), key.plane) else {
        return Ok(None);
    };
    Ok(Some(frame.keep_plane(**first, plane.normal())?))
}
