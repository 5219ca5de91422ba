//! Making a document as it was: one operation, which undo takes back.
//!
//! Nothing is taken out of the log: the way back is a new entry of it. Locks hold here too.

use crate::change::Change;
use crate::document::DocumentState;
use crate::operation::{Operation, OperationKind};
use crate::segment::{Segment, SegmentId};
use crate::shape::Shape;
use annotomy_volume::labels::{Label, LabelMap};
use std::collections::BTreeSet;
use thiserror::Error;

/// Why a document cannot be made as it was. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RestoreError {
    /// Voxels of segments that are locked now would change.
    #[error("voxels of locked segments would change: {}", .0.join(", "))]
    LockedSegments(Vec<String>),
    /// Shapes that are locked now would change.
    #[error("{0} locked shape(s) would change")]
    LockedShapes(usize),
}

/// Makes `now` what `then` was, after the operation with this sequence number and of this kind; no
/// changes where nothing is to be done. Both are states of one document.
///
/// # Errors
/// [`RestoreError`] where what is locked now would change.
pub fn restore(
    now: &DocumentState,
    then: &DocumentState,
    (sequence, kind): (u64, OperationKind),
) -> Result<Operation, RestoreError> {
    let n_layers = [now, then].map(|state| state.layers().len());
    let mut changes = vec![Change::AddLayer; n_layers[1].saturating_sub(n_layers[0])];
    let cleared = clearing(now, then);
    let labels = relabelling(now, then, &cleared);
    refuse_locked(now, then, &[&cleared, &labels].map(Vec::as_slice))?;
    changes.extend(cleared);
    changes.extend(segment_changes(now.segments(), then.segments()));
    let n_gone = n_layers[0].saturating_sub(n_layers[1]);
    changes.extend(std::iter::repeat_n(Change::RemoveLayer, n_gone));
    changes.extend(labels);
    changes.extend(shape_changes(now, then));
    if now.pixel_size() != then.pixel_size() {
        let (before, after) = (now.pixel_size(), then.pixel_size());
        changes.push(Change::SetPixelSize { before, after });
    }
    Ok(Operation {
        target: Some(sequence),
        target_kind: Some(kind),
        changes,
        ..Operation::trace(OperationKind::Restore)
    })
}

/// Whether a segment is the same structure with the same label, whatever its properties are.
fn is_same(a: &Segment, b: &Segment) -> bool {
    (a.id, a.layer, a.label) == (b.id, b.layer, b.label)
}

/// What takes the voxels of segments that go: a segment disappears without voxels, and one that comes
/// with a label that was used again does not get those of another.
fn clearing(now: &DocumentState, then: &DocumentState) -> Vec<Change> {
    let layers = now.layers().iter().zip(0_u16..);
    let cleared = layers.map(|(labels, layer)| {
        let own = now.segments().iter().filter(|own| own.layer == layer);
        let stays = own.filter(|own| then.segments().iter().any(|s| is_same(s, own)));
        let stays: BTreeSet<Label> = stays.map(|own| own.label).collect();
        let keep = |label| if stays.contains(&label) { label } else { 0 };
        let delta = labels.relabel(keep);
        Change::labels(layer, delta)
    });
    cleared.filter(is_any).collect()
}

/// What makes the labels left those of `then`.
fn relabelling(now: &DocumentState, then: &DocumentState, cleared: &[Change]) -> Vec<Change> {
    let layers = then.layers().iter().zip(0_u16..);
    let changed = layers.map(|(wanted, layer)| {
        let labels = now.layers().get(usize::from(layer)).cloned();
        let mut labels = labels.unwrap_or_else(|| LabelMap::empty(now.size()));
        for change in cleared {
            if let Change::Labels { layer: of, delta } = change
                && *of == layer
            {
                labels.apply(delta).expect("it was made of these labels");
            }
        }
        let delta = labels.change_to(wanted);
        Change::labels(layer, delta)
    });
    changed.filter(is_any).collect()
}

fn is_any(change: &Change) -> bool {
    !matches!(change, Change::Labels { delta, .. } if delta.is_empty())
}

fn refuse_locked(
    now: &DocumentState,
    then: &DocumentState,
    labels: &[&[Change]],
) -> Result<(), RestoreError> {
    let touches = |segment: &Segment| {
        labels.iter().copied().flatten().any(|change| {
            let Change::Labels { layer, delta } = change else {
                return false;
            };
            *layer == segment.layer && delta.n_gained_and_lost(segment.label) != [0; 2]
        })
    };
    let goes = |segment: &Segment| !then.segments().iter().any(|s| is_same(s, segment));
    let locked = now.segments().iter().filter(|segment| segment.is_locked);
    let touched = locked.filter(|segment| goes(segment) || touches(segment));
    let names: Vec<String> = touched.map(|segment| segment.name.clone()).collect();
    if !names.is_empty() {
        return Err(RestoreError::LockedSegments(names));
    }
    // A locked shape can be unlocked, shown and hidden, and is a key of whatever track it may be.
    let changes = |shape: &Shape| {
        then.shapes().find(shape.id).is_none_or(|wanted| {
            let (is_locked, is_visible) = (shape.is_locked, shape.is_visible);
            let track = match (shape.track, wanted.track) {
                (Some(track), _) if track.between.is_some() => wanted.track,
                (_, Some(track)) if track.between.is_some() => wanted.track,
                _ => shape.track,
            };
            let wanted = wanted.clone();
            *shape
                != Shape {
                    is_locked,
                    is_visible,
                    track,
                    ..wanted
                }
        })
    };
    let locked = now.shapes().iter().filter(|shape| shape.is_locked);
    match locked.filter(|shape| changes(shape)).count() {
        0 => Ok(()),
        n => Err(RestoreError::LockedShapes(n)),
    }
}

fn segment_changes(now: &[Segment], then: &[Segment]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut listed: Vec<SegmentId> = Vec::new();
    let mut removed = Vec::new();
    for (segment, position) in now.iter().zip(0_u32..) {
        match then.iter().find(|wanted| is_same(wanted, segment)) {
            None => removed.push(Change::RemoveSegment {
                position,
                segment: segment.clone(),
            }),
            Some(wanted) => {
                listed.push(segment.id);
                if wanted != segment {
                    changes.push(Change::ReplaceSegment {
                        before: segment.clone(),
                        after: wanted.clone(),
                    });
                }
            }
        }
    }
    // From the end, so that places hold.
    changes.extend(removed.into_iter().rev());
    for (to, segment) in then.iter().enumerate() {
        match listed.iter().position(|id| *id == segment.id) {
            Some(from) if from == to => {}
            Some(from) => {
                listed.remove(from);
                listed.insert(to, segment.id);
                let [from, to] = [from, to].map(|place| place as u32);
                changes.push(Change::MoveSegment { from, to });
            }
            None => {
                listed.insert(to, segment.id);
                changes.push(Change::InsertSegment {
                    position: to as u32,
                    segment: segment.clone(),
                });
            }
        }
    }
    changes
}

/// Shapes do not move in their list: one that is out of its place is taken out and put back.
fn shape_changes(now: &DocumentState, then: &DocumentState) -> Vec<Change> {
    let mut listed: Vec<&Shape> = now.shapes().iter().collect();
    let mut changes = Vec::new();
    let remove = |listed: &mut Vec<&Shape>, at: usize| Change::RemoveShape {
        position: at as u32,
        shape: listed.remove(at).clone(),
    };
    for at in (0..listed.len()).rev() {
        if then.shapes().find(listed[at].id).is_none() {
            changes.push(remove(&mut listed, at));
        }
    }
    for (to, shape) in then.shapes().iter().enumerate() {
        match listed.iter().position(|own| own.id == shape.id) {
            Some(from) if from == to => {
                if listed[to] != shape {
                    changes.push(Change::ReplaceShape {
                        before: listed[to].clone(),
                        after: shape.clone(),
                    });
                }
                continue;
            }
            Some(from) => changes.push(remove(&mut listed, from)),
            None => {}
        }
        listed.insert(to, shape);
        changes.push(Change::InsertShape {
            position: to as u32,
            shape: shape.clone(),
        });
    }
    changes
}
