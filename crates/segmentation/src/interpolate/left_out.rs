//! A drawn slice as if it had not been drawn: what the slices on both sides say of it.

use super::shape::Shape;
use super::stack::Gap;
use crate::steps::{Cancelled, Steps};

/// What shape errs in a gap, and how far sections are, in what it is where a slice is left out: such
/// a gap is twice as wide. Half would be as wide as shape's error grows with a gap in atlases (nearly
/// in proportion); but what the image says is learnt across the wide gap and is better across the
/// narrow one, too, which this has to leave room for.
const CLOSER: f32 = 0.7;

/// A drawn slice across an axis and those on both sides that it is predicted from.
pub(super) struct Lot {
    pub(super) axis: usize,
    pub(super) slice: usize,
    pub(super) around: [usize; 2],
}

impl Lot {
    /// Millimetres to the nearest section that weights are learnt for. `mm` is where slices lie.
    pub(super) fn reach(&self, mm: &[f32]) -> f32 {
        let [low, high] = self.around.map(|n| (mm[n] - mm[self.slice]).abs());
        CLOSER * low.min(high)
    }
}

/// One segment, or all of them as one, in a slice that is left out.
pub(super) struct LeftOut<'a> {
    shape: &'a Shape,
    stack: usize,
    plane: usize,
    gap: Gap,
}

impl<'a> LeftOut<'a> {
    /// `None` where the segment has no slices on both sides.
    pub(super) fn new(
        shape: &'a Shape,
        lot: &Lot,
        steps: &Steps<'_>,
    ) -> Result<Option<Self>, Cancelled> {
        let mut stacks = shape.stacks.iter();
        let Some(stack) = stacks.position(|stack| stack.frame.axis == lot.axis) else {
            return Ok(None);
        };
        let mut planes = shape.stacks[stack].planes.iter();
        let Some(plane) = planes.position(|plane| plane.index == lot.slice) else {
            return Ok(None);
        };
        let gap = shape.stacks[stack].gap_without(plane, steps)?;
        Ok(gap.map(|gap| Self {
            shape,
            stack,
            plane,
            gap,
        }))
    }

    /// How deep a voxel of the slice would lie by shape if the gap were as wide as those that are to
    /// be filled; without that, an image that is better than shape across wide gaps alone would
    /// outweigh it in narrow ones. `finest` is the smallest step of the grid in millimetres.
    pub(super) fn depth(&self, voxel: [usize; 3], finest: f32) -> Option<f32> {
        let region = self.shape.region;
        let is_in = (0..3).all(|n| (region.min[n]..=region.max[n]).contains(&voxel[n]));
        if !is_in {
            return None;
        }
        let stack = &self.shape.stacks[self.stack];
        let plane = &stack.planes[self.plane];
        let place = stack.frame.place(voxel);
        let predicted = self.gap.at(&stack.frame, place, plane.mm)?;
        let drawn = match &plane.parts {
            Some(parts) => parts.depth[place[1] * stack.frame.size[0] + place[0]],
            None => predicted.min(0.0) - finest,
        };
        Some(drawn + CLOSER * (predicted - drawn))
    }
}
