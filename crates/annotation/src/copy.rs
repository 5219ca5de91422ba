//! Segments of one volume of an image come into the document of another. A segment keeps its
//! identity: it is the same structure at another time.

use crate::change::Change;
use crate::document::DocumentState;
use crate::edit::EditError;
use crate::operation::{Operation, OperationKind, Provenance, Tool};
use crate::segment::{Segment, SegmentId, SegmentState};
use annotomy_volume::labels::{Label, LabelMap};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// What a copy may do to voxels that have a label already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyRule {
    /// Nothing: it is refused.
    Keep,
    /// Take their place, except where a segment that does not come in is locked.
    Replace,
}

/// Where the voxels of one layer that come in go to.
struct Route<'a> {
    from: &'a LabelMap,
    /// The label of each segment there and here.
    labels: BTreeMap<Label, Label>,
}

/// Adds the segments of `source` that `target` has not, without their voxels.
///
/// # Errors
/// [`EditError::TooManySegments`].
pub fn list_segments(
    target: &DocumentState,
    source: &[Segment],
    from: &str,
) -> Result<Operation, EditError> {
    // What was said of it there is not said of it here.
    let blank = source.iter().cloned().map(|segment| Segment {
        answers: BTreeMap::new(),
        state: SegmentState::default(),
        ..segment
    });
    let blank: Vec<Segment> = blank.collect();
    Ok(operation(missing(target, &blank)?, from))
}

/// Gives the segments of `source` the same voxels in `target`; those that `target` has not are
/// added. Both have the same size. `from` says what `source` is, for the record.
///
/// # Errors
/// [`EditError::Locked`] where voxels of a locked segment would change, [`EditError::Occupied`]
/// under [`CopyRule::Keep`], [`EditError::Overlapping`], [`EditError::TooManySegments`].
pub fn copy_segments(
    target: &DocumentState,
    source: &DocumentState,
    rule: CopyRule,
    from: &str,
) -> Result<Operation, EditError> {
    let mut changes = missing(target, source.segments())?;
    let listed = target
        .after(&changes)
        .map_err(|_| EditError::NoSuchSegment)?;
    let copied: BTreeSet<SegmentId> = source.segments().iter().map(|s| s.id).collect();
    let mut routes: BTreeMap<u16, BTreeMap<u16, Route<'_>>> = BTreeMap::new();
    for segment in source.segments() {
        let here = &listed.segments()[listed
            .position(segment.id)
            .ok_or(EditError::NoSuchSegment)?];
        let layers = routes.entry(here.layer).or_default();
        let route = layers.entry(segment.layer).or_insert_with(|| Route {
            from: &source.layers()[usize::from(segment.layer)],
            labels: BTreeMap::new(),
        });
        route.labels.insert(segment.label, here.label);
    }
    for (layer, routes) in routes {
        let own = |s: &&Segment| s.layer == layer;
        let replaced = listed
            .segments()
            .iter()
            .filter(own)
            .filter(|s| copied.contains(&s.id));
        let replaced: BTreeSet<Label> = replaced.map(|s| s.label).collect();
        let locked = listed.segments().iter().filter(own).filter(|s| s.is_locked);
        let locked: BTreeSet<Label> = locked.map(|s| s.label).collect();
        let routes: Vec<Route<'_>> = routes.into_values().collect();
        let labels = &listed.layers()[usize::from(layer)];
        let wanted = wanted(labels.size(), &routes)?;
        let delta = labels.merged(&wanted, |from, to| match (from, to) {
            (_, 0) if replaced.contains(&from) => 0,
            (_, 0) => from,
            _ if locked.contains(&from) && !replaced.contains(&from) => from,
            _ => to,
        });
        let runs = || delta.bricks().flat_map(|(_, runs)| runs);
        if rule == CopyRule::Keep && runs().any(|run| run.from != 0) {
            return Err(EditError::Occupied);
        }
        if runs().any(|run| locked.contains(&run.from) || locked.contains(&run.to)) {
            return Err(EditError::Locked);
        }
        if !delta.is_empty() {
            changes.push(Change::labels(layer, delta));
        }
    }
    Ok(operation(changes, from))
}

/// What comes into one layer, with the labels it has there.
fn wanted(size: [usize; 3], routes: &[Route<'_>]) -> Result<LabelMap, EditError> {
    let mut wanted = LabelMap::empty(size);
    for Route { from, labels } in routes {
        let overlaps = AtomicBool::new(false);
        let delta = wanted.merged(from, |own, there| {
            let label = labels.get(&there).copied().unwrap_or(0);
            overlaps.fetch_or(own != 0 && label != 0, Ordering::Relaxed);
            if label == 0 { own } else { label }
        });
        if overlaps.into_inner() {
            return Err(EditError::Overlapping);
        }
        wanted.apply(&delta).map_err(|_| EditError::Overlapping)?;
    }
    Ok(wanted)
}

/// Adds layers and segments, each with its own layer and label where they are free.
fn missing(target: &DocumentState, source: &[Segment]) -> Result<Vec<Change>, EditError> {
    let missing: Vec<&Segment> = source
        .iter()
        .filter(|segment| target.position(segment.id).is_none())
        .collect();
    let highest = missing
        .iter()
        .map(|segment| usize::from(segment.layer))
        .max();
    let n_layers = highest.map_or(0, |layer| layer + 1);
    let n_new = n_layers.saturating_sub(target.layers().len());
    let mut changes = vec![Change::AddLayer; n_new];
    let mut used: BTreeSet<(u16, Label)> = target
        .segments()
        .iter()
        .map(|segment| (segment.layer, segment.label))
        .collect();
    for (n, segment) in missing.into_iter().enumerate() {
        let layer = segment.layer;
        let label = match used.contains(&(layer, segment.label)) {
            true => next_label(&used, layer)?,
            false => segment.label,
        };
        used.insert((layer, label));
        let position = (target.segments().len() + n) as u32;
        // Whoever locked it was done with the other volume, not with this one.
        let segment = Segment {
            label,
            is_locked: false,
            ..segment.clone()
        };
        changes.push(Change::InsertSegment { position, segment });
    }
    Ok(changes)
}

fn next_label(used: &BTreeSet<(u16, Label)>, layer: u16) -> Result<Label, EditError> {
    let of_layer = used.range((layer, 0)..=(layer, Label::MAX));
    let highest = of_layer.last().map_or(0, |(_, label)| *label);
    highest.checked_add(1).ok_or(EditError::TooManySegments)
}

fn operation(changes: Vec<Change>, from: &str) -> Operation {
    let tool = Tool::new(&format!("copy, {from}"), Provenance::Copied);
    Operation {
        tool: Some(tool),
        changes,
        ..Operation::trace(OperationKind::CopySegments)
    }
}
