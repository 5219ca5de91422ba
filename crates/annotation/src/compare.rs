//! Two states of a document beside each other: which voxels each segment got and lost.

use crate::document::DocumentState;
use crate::segment::{Segment, SegmentId};
use crate::shape::ShapeId;
use annotomy_volume::labels::{BRICK_VOXELS, Brick, BrickIndex, Label, LabelMap};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Label of voxels that some segment got and none lost.
pub const ADDED: Label = 1;
/// Label of voxels that some segment lost and none got.
pub const REMOVED: Label = 2;
/// Label of voxels that went from one segment to another.
pub const TAKEN_OVER: Label = ADDED | REMOVED;

/// What happened to a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentChange {
    /// As it is in the later state, or, where it is gone, was in the earlier.
    pub segment: Segment,
    /// Voxels that it got.
    pub n_added: usize,
    /// Voxels that it lost.
    pub n_removed: usize,
}

/// What differs between two states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Changed voxels: [`ADDED`], [`REMOVED`] or [`TAKEN_OVER`].
    pub voxels: LabelMap,
    /// Segments with changed voxels, in the order of the later state, those that are gone last.
    pub segments: Vec<SegmentChange>,
    /// Shapes added, removed and changed.
    pub n_shapes: [usize; 3],
}

/// What led from an earlier to a later state of one document.
#[must_use]
pub fn compare(earlier: &DocumentState, later: &DocumentState) -> Comparison {
    let mut all: Vec<&Segment> = later.segments().iter().collect();
    let gone = earlier.segments().iter();
    all.extend(gone.filter(|segment| later.position(segment.id).is_none()));
    let mut counts = vec![[0; 2]; all.len()];
    let n_layers = earlier.layers().len().max(later.layers().len());
    let layers: Vec<Layer<'_>> = (0..n_layers as u16)
        .map(|layer| Layer::new(layer, [earlier, later], &all))
        .collect();
    let indices: BTreeSet<BrickIndex> = layers.iter().flat_map(Layer::changed).collect();
    let bricks = indices.into_iter().filter_map(|index| {
        let mut labels = vec![0; BRICK_VOXELS];
        for layer in &layers {
            layer.mark(index, &mut labels, &mut counts);
        }
        Some((index, Brick::new(&labels)?))
    });
    let voxels = LabelMap::from_bricks(later.size(), bricks);
    let segments = all.into_iter().zip(counts);
    let segments = segments.filter(|(_, counts)| *counts != [0; 2]);
    Comparison {
        voxels: voxels.unwrap_or_else(|| LabelMap::empty(later.size())),
        segments: segments
            .map(|(segment, [n_added, n_removed])| SegmentChange {
                segment: segment.clone(),
                n_added,
                n_removed,
            })
            .collect(),
        n_shapes: shapes(earlier, later),
    }
}

/// A layer in both states.
struct Layer<'a> {
    /// Labels earlier and later; none where there was no such layer.
    maps: [Option<&'a LabelMap>; 2],
    /// For each label up to the highest the segment, by its place in the list of all.
    owners: [Vec<Option<usize>>; 2],
    /// Whether a label belongs to the same segment in both.
    has_same_owners: bool,
}

impl<'a> Layer<'a> {
    fn new(layer: u16, states: [&'a DocumentState; 2], all: &[&Segment]) -> Self {
        let place = |id: SegmentId| all.iter().position(|segment| segment.id == id);
        let owners = states.map(|state| {
            let own = state.segments().iter().filter(|s| s.layer == layer);
            let highest = own.clone().map(|segment| segment.label).max();
            let mut owners = vec![None; usize::from(highest.unwrap_or(0)) + 1];
            for segment in own {
                owners[usize::from(segment.label)] = place(segment.id);
            }
            owners
        });
        let mut both = owners[0].iter().zip(&owners[1]);
        let has_same_owners = both.all(|(a, b)| a == b || a.is_none() || b.is_none());
        Self {
            maps: states.map(|state| state.layers().get(usize::from(layer))),
            owners,
            has_same_owners,
        }
    }

    fn bricks(&self, index: BrickIndex) -> [Option<&'a Arc<Brick>>; 2] {
        self.maps.map(|map| map.and_then(|map| map.brick(index)))
    }

    fn is_shared(&self, index: BrickIndex) -> bool {
        match self.bricks(index) {
            [Some(a), Some(b)] => self.has_same_owners && Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Bricks in which something may have changed.
    fn changed(&self) -> impl Iterator<Item = BrickIndex> {
        let all = self.maps.into_iter().flatten().flat_map(LabelMap::bricks);
        let indices = all.map(|(index, _)| index);
        indices.filter(|index| !self.is_shared(*index))
    }

    /// Marks what changed in a brick and counts it.
    fn mark(&self, index: BrickIndex, marks: &mut [Label], counts: &mut [[usize; 2]]) {
        if self.is_shared(index) {
            return;
        }
        let labels = self.bricks(index).map(|brick| brick.map(|b| b.to_labels()));
        let [earlier, later] = labels.each_ref().map(Option::as_deref);
        let owner = |state: usize, labels: Option<&[Label]>, at: usize| {
            let label = labels.and_then(|labels| labels.get(at)).copied();
            let owners = &self.owners[state];
            label.and_then(|label| owners.get(usize::from(label)).copied().flatten())
        };
        for (at, mark) in marks.iter_mut().enumerate() {
            let [before, after] = [owner(0, earlier, at), owner(1, later, at)];
            if before == after {
                continue;
            }
            if let Some(segment) = after {
                counts[segment][0] += 1;
                *mark |= ADDED;
            }
            if let Some(segment) = before {
                counts[segment][1] += 1;
                *mark |= REMOVED;
            }
        }
    }
}

fn shapes(earlier: &DocumentState, later: &DocumentState) -> [usize; 3] {
    let lacks = |state: &DocumentState, id: ShapeId| state.shapes().find(id).is_none();
    let of = |state: &DocumentState, other: &DocumentState| {
        let shapes = state.shapes().iter();
        shapes.filter(|shape| lacks(other, shape.id)).count()
    };
    let changed = later.shapes().iter().filter(|shape| {
        let before = earlier.shapes().find(shape.id);
        before.is_some_and(|before| before != *shape)
    });
    [of(later, earlier), of(earlier, later), changed.count()]
}
