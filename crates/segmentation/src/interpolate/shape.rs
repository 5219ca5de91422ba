//! Where segments lie by the shape of their sections alone.
//!
//! A segment's depth at a voxel is the mean of what the sections across each axis and the planes
//! say of it, weighted by 1 / d², d the distance to the nearest of those sections. With sections of
//! several directions it is held within the distance to the nearest voxel drawn as inside or
//! outside, so that they agree where they cross.

use super::grid::{Frame, Grid};
use super::matches::{PartChoice, Way};
use super::parts::Parts;
use super::plane::{Plane, PlaneDepth};
use super::rule::Choices;
use super::stack::{self, Along, Stack};
use crate::distance::DistanceMap;
use crate::mask::{Mask, box_size};
use crate::signed_distance;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::Label;
use annotomy_volume::space::{Axis, VoxelIndex};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Voxels around the sections of a segment that it may come to lie in.
const MARGIN: usize = 6;

/// One segment, or all of them as one.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) region: VoxelBox,
    pub(super) stacks: Vec<Stack>,
    planes: Vec<PlaneDepth>,
    /// Distances to the nearest voxel drawn as inside and to the nearest drawn as outside.
    bounds: Option<[DistanceMap; 2]>,
}

/// What all segments are made from.
pub(super) struct Drawn<'a> {
    pub(super) grid: &'a Grid,
    pub(super) spacing: &'a Spacing,
    /// Labels in memory order.
    pub(super) labels: &'a [Label],
    /// Drawn slices across each axis.
    pub(super) slices: &'a [BTreeSet<usize>; 3],
    pub(super) planes: &'a [Plane],
    /// What is said of parts.
    pub(super) choices: &'a [PartChoice],
    pub(super) steps: &'a Steps<'a>,
}

impl Drawn<'_> {
    pub(super) fn offset(&self, [i, j, k]: [usize; 3]) -> usize {
        let [n_i, n_j, _] = self.grid.size;
        (k * n_j + j) * n_i + i
    }

    /// Sections of several directions?
    fn is_mixed(&self) -> bool {
        let n_axes = self
            .slices
            .iter()
            .filter(|slices| !slices.is_empty())
            .count();
        n_axes + self.planes.len() > 1
    }

    /// The box in which some labels may come to lie; `drawn` is that of their voxels.
    fn region(&self, drawn: Option<VoxelBox>, labels: &[Label]) -> Option<VoxelBox> {
        let mut region = drawn;
        let corners = self
            .planes
            .iter()
            .flat_map(|plane| plane.corners(|l| labels.contains(&l)));
        for corner in corners {
            let voxel = [0, 1, 2].map(|n| {
                let mm = &self.grid.mm[n];
                mm.partition_point(|&mm| mm < corner[n]).min(mm.len() - 1)
            });
            let point = VoxelBox {
                min: voxel,
                max: voxel,
            };
            region = Some(region.map_or(point, |region| region.union(point)));
        }
        let mut region = region?;
        let is_mixed = self.is_mixed();
        for axis in 0..3 {
            let slices = &self.slices[axis];
            let (low, high) = (region.min[axis], region.max[axis]);
            let [mut min, mut max] = [
                low.saturating_sub(MARGIN),
                (high + MARGIN).min(self.grid.size[axis] - 1),
            ];
            // No further than a slice that was drawn without it, and with sections across one axis
            // alone no further than the last of them.
            let before = slices.range(..=low).next_back();
            let after = slices.range(high..).next();
            match before {
                Some(&slice) if !is_mixed || slice < low => min = slice,
                _ => {}
            }
            match after {
                Some(&slice) if !is_mixed || slice > high => max = slice,
                _ => {}
            }
            [region.min[axis], region.max[axis]] = [min, max];
        }
        Some(region)
    }

    /// The box with the slices that parts of some labels are to go on to; those have to be drawn.
    fn stretched(&self, region: VoxelBox, choices: &Choices<'_>) -> VoxelBox {
        let mut region = region;
        for (_, choice) in choices {
            let axis = choice.axis.position();
            let slices = &self.slices[axis];
            let own = choice.part.0[axis];
            let between = own.min(choice.toward) + 1..own.max(choice.toward);
            let are_neighbours = own != choice.toward
                && slices.contains(&own)
                && slices.contains(&choice.toward)
                && slices.range(between).next().is_none();
            if are_neighbours
                && self.is_there(choice)
                && (region.min[axis]..=region.max[axis]).contains(&own)
            {
                region.min[axis] = region.min[axis].min(choice.toward);
                region.max[axis] = region.max[axis].max(choice.toward);
            }
        }
        region
    }

    /// Whether there are the parts that a choice names.
    fn is_there(&self, choice: &PartChoice) -> bool {
        let has_label = |VoxelIndex(at): VoxelIndex| {
            (0..3).all(|n| at[n] < self.grid.size[n])
                && self.labels[self.offset(at)] == choice.label
        };
        let goes = match choice.goes {
            Way::Join(other) => {
                other.0[choice.axis.position()] == choice.toward && has_label(other)
            }
            Way::Taper | Way::End { .. } => true,
        };
        goes && has_label(choice.part)
    }

    /// The shape of what has one of some labels; `drawn` is the box of its voxels.
    pub(super) fn shape(
        &self,
        drawn: Option<VoxelBox>,
        labels: &[Label],
    ) -> Result<Option<Shape>, Cancelled> {
        let Some(own) = self.region(drawn, labels) else {
            return Ok(None);
        };
        let about = |(_, choice): &(usize, &PartChoice)| labels.contains(&choice.label);
        let choices = self.choices.iter().enumerate().filter(about);
        let choices: Vec<(usize, &PartChoice)> = choices.collect();
        let region = self.stretched(own, &choices);
        let stacks: Vec<Option<Stack>> = Axis::ALL
            .into_iter()
            .map(|axis| self.stack(axis, [own, region], labels, &choices))
            .collect::<Result<_, _>>()?;
        let planes = self.planes.iter().filter_map(|plane| plane.depth(labels));
        Ok(Some(Shape {
            region,
            stacks: stacks.into_iter().flatten().collect(),
            planes: planes.collect(),
            bounds: if self.is_mixed() {
                Some(self.bounds(region, labels)?)
            } else {
                None
            },
        }))
    }

    /// The stack across an axis in a box; in the `own` box by the rule alone.
    fn stack(
        &self,
        axis: Axis,
        [own, region]: [VoxelBox; 2],
        labels: &[Label],
        choices: &Choices<'_>,
    ) -> Result<Option<Stack>, Cancelled> {
        let n = axis.position();
        let frame = Frame::new(self.grid, axis, region);
        let slices = self.slices[n].range(region.min[n]..=region.max[n]);
        let planes: Vec<stack::Plane> = slices
            .map(|&index| {
                self.steps.check()?;
                Ok(stack::Plane {
                    index,
                    mm: self.grid.mm[n][index],
                    parts: self.parts(&frame, index, labels),
                })
            })
            .collect::<Result<_, _>>()?;
        if planes.iter().all(|plane| plane.parts.is_none()) {
            return Ok(None);
        }
        let choices: Vec<(usize, &PartChoice)> = choices
            .iter()
            .filter(|(_, choice)| labels.len() == 1 || self.is_of_one(choice, &frame, &planes))
            .copied()
            .collect();
        let beyond = [
            self.slices[n].range(..region.min[n]).next_back().copied(),
            self.slices[n].range(region.max[n] + 1..).next().copied(),
        ];
        let along = Along {
            own: own.min[n]..=own.max[n],
            around: beyond.map(|slice| slice.filter(|_| !self.is_mixed())),
            choices: &choices,
            steps: self.steps,
        };
        Stack::new(frame, planes, &along).map(Some)
    }

    /// The parts of some labels in a slice.
    fn parts(&self, frame: &Frame, index: usize, labels: &[Label]) -> Option<Parts> {
        let region = frame.region;
        let mut inside = Vec::with_capacity(frame.size[0] * frame.size[1]);
        for row in region.min[frame.row]..=region.max[frame.row] {
            for column in region.min[frame.column]..=region.max[frame.column] {
                let mut voxel = [index; 3];
                [voxel[frame.column], voxel[frame.row]] = [column, row];
                inside.push(labels.contains(&self.labels[self.offset(voxel)]));
            }
        }
        let is_there = inside.contains(&true);
        is_there.then(|| Parts::of(frame, Arc::new(frame.depth(&inside))))
    }

    /// Whether the parts that a choice names have its label alone, so that it holds for all segments
    /// as one too.
    fn is_of_one(&self, choice: &PartChoice, frame: &Frame, planes: &[stack::Plane]) -> bool {
        let is_alone = |voxel: VoxelIndex| {
            let index = voxel.0[frame.axis];
            let plane = planes.iter().find(|plane| plane.index == index);
            let parts = plane.and_then(|plane| plane.parts.as_ref());
            let part = parts.zip(frame.place_of(voxel));
            let Some((parts, Some(part))) = part.map(|(parts, at)| (parts, parts.at(at))) else {
                return false;
            };
            let places = (0..parts.numbers.len()).filter(|&at| parts.has(at, &[part]));
            places.into_iter().all(|at| {
                let mut voxel = [index; 3];
                voxel[frame.column] = at % frame.size[0] + frame.region.min[frame.column];
                voxel[frame.row] = at / frame.size[0] + frame.region.min[frame.row];
                self.labels[self.offset(voxel)] == choice.label
            })
        };
        let other = match choice.goes {
            Way::Join(other) => Some(other),
            Way::Taper | Way::End { .. } => None,
        };
        is_alone(choice.part) && other.is_none_or(is_alone)
    }

    fn bounds(&self, region: VoxelBox, labels: &[Label]) -> Result<[DistanceMap; 2], Cancelled> {
        let [n_i, n_j, n_k] = box_size(region);
        let mut inside = vec![false; n_i * n_j * n_k];
        let mut outside = inside.clone();
        for k in 0..n_k {
            self.steps.check()?;
            for j in 0..n_j {
                for i in 0..n_i {
                    let voxel = [0, 1, 2].map(|n| region.min[n] + [i, j, k][n]);
                    let label = self.labels[self.offset(voxel)];
                    let is_drawn =
                        label != 0 || (0..3).any(|axis| self.slices[axis].contains(&voxel[axis]));
                    let at = (k * n_j + j) * n_i + i;
                    inside[at] = is_drawn && labels.contains(&label);
                    outside[at] = is_drawn && !labels.contains(&label);
                }
            }
        }
        let map = |drawn: &[bool]| {
            let mask = Mask::from_box(self.grid.size, region, drawn, |is_set| is_set);
            signed_distance(&mask, self.spacing, region, None, self.steps)
        };
        Ok([map(&inside)?, map(&outside)?])
    }
}

impl Shape {
    /// Whether somebody says that a part of it ends before it comes to a voxel of the grid.
    pub(super) fn has_ended(&self, grid: &Grid, voxel: [usize; 3]) -> bool {
        let region = self.region;
        let is_in = (0..3).all(|n| (region.min[n]..=region.max[n]).contains(&voxel[n]));
        let mm = |stack: &Stack| grid.mm[stack.frame.axis][voxel[stack.frame.axis]];
        is_in
            && self
                .stacks
                .iter()
                .any(|stack| stack.has_ended(voxel, mm(stack)))
    }

    /// Depth at a voxel of the region and millimetres to the nearest section.
    pub(super) fn at(&self, grid: &Grid, voxel: [usize; 3]) -> Option<(f32, f32)> {
        let mm = [0, 1, 2].map(|n| grid.mm[n][voxel[n]]);
        if let ([stack], []) = (self.stacks.as_slice(), self.planes.as_slice()) {
            return stack.at(voxel, mm[stack.frame.axis]);
        }
        let stacks = self
            .stacks
            .iter()
            .filter_map(|stack| stack.at(voxel, mm[stack.frame.axis]));
        let planes = self.planes.iter().map(|plane| plane.at(mm));
        let (mut sum, mut weights, mut nearest) = (0.0, 0.0, f32::INFINITY);
        for (depth, distance) in stacks.chain(planes) {
            let weight = 1.0 / (distance * distance + 1e-3);
            sum += weight * depth;
            weights += weight;
            nearest = nearest.min(distance);
        }
        if weights == 0.0 {
            return None;
        }
        let mut depth: f32 = sum / weights;
        if let Some([inside, outside]) = &self.bounds {
            let to = |map: &DistanceMap| {
                let mm = map.at(VoxelIndex(voxel)).map_or(f64::INFINITY, |mm| mm.0);
                (mm as f32).max(0.0)
            };
            depth = depth.clamp(-to(inside), to(outside));
        }
        Some((depth, nearest))
    }
}
