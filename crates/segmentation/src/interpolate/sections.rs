//! What was drawn: slices of a label map, across any of its axes, and outlines on other planes.

use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::{Axis, ContinuousIndex, VoxelIndex};
use std::collections::BTreeSet;

/// What a person drew.
#[derive(Debug, Clone, Copy)]
pub struct Sections<'a> {
    /// What was drawn on voxels. All of it is kept.
    pub labels: &'a LabelMap,
    /// The drawn slices, in any order. What has no label in them was drawn as outside.
    pub slices: &'a [(Axis, usize)],
    /// What was drawn on planes across the grid.
    pub planes: &'a [PlaneSection],
}

/// Outlines on one plane. What none of them encloses was drawn as outside.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneSection {
    /// Corners in order, by the label of what they enclose. Of one label, what an odd number of
    /// outlines encloses.
    pub outlines: Vec<(Label, Vec<ContinuousIndex>)>,
}

/// The fewest slices that hold all labels of a map, those with the most labelled voxels first:
/// which slices were drawn, where nobody kept a record. Of equals the one across the axis of the
/// slice before, then the lower axis and index.
#[must_use]
pub fn drawn_slices(labels: &LabelMap) -> Vec<(Axis, usize)> {
    let size = labels.size();
    let labelled = labels.labelled();
    let mut rest: Vec<[usize; 3]> = labelled.map(|(VoxelIndex(at), _)| at).collect();
    let mut counts = size.map(|n| vec![0_usize; n]);
    for voxel in &rest {
        (0..3).for_each(|axis| counts[axis][voxel[axis]] += 1);
    }
    let mut found: Vec<(Axis, usize)> = Vec::new();
    while !rest.is_empty() {
        let last = found.last().map(|(axis, _)| *axis);
        let all = Axis::ALL.into_iter().flat_map(|axis| {
            let counts = counts[axis.position()].iter().enumerate();
            counts.map(move |(index, &n)| (n, Some(axis) == last, axis, index))
        });
        let best = all.reduce(|a, b| if (b.0, b.1) > (a.0, a.1) { b } else { a });
        let Some((_, _, axis, index)) = best else {
            break;
        };
        found.push((axis, index));
        rest.retain(|voxel| {
            let is_left = voxel[axis.position()] != index;
            if !is_left {
                (0..3).for_each(|axis| counts[axis][voxel[axis]] -= 1);
            }
            is_left
        });
    }
    found
}

impl Sections<'_> {
    /// The drawn slices across an axis that the grid has, ascending.
    pub(super) fn slices_across(&self, axis: Axis) -> BTreeSet<usize> {
        let n = self.labels.size()[axis.position()];
        let slices = self.slices.iter();
        let across = slices.filter(|(found, index)| *found == axis && *index < n);
        across.map(|(_, index)| *index).collect()
    }
}
