//! One segment in the drawn slices across one axis: how deep a voxel between two of them lies
//! inside it.
//!
//! Shape-based interpolation (Raya and Udupa, IEEE Trans. Med. Imaging 9 (1990) 32) of depths in
//! millimetres, with two additions: depths follow a cubic through four slices (Herman, Zheng and
//! Bucholtz, IEEE Comput. Graph. Appl. 12 (1992) 69), because a linear blend cuts what is round,
//! and parts that lie beside each other in two slices are moved on the way, as
//! [`super::parts`] says.

use super::grid::Frame;
use super::parts::{Piece, pieces};
use std::sync::Arc;

/// One slice: the depth at each place, unless the segment is not in it.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    /// Along the axis, in voxels of the grid and in millimetres.
    pub(super) index: usize,
    pub(super) mm: f32,
    pub(super) depth: Option<Arc<Vec<f32>>>,
}

/// What lies between two drawn slices.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    /// Millimetres along the axis: the slice before the lower one, both, and the one after.
    mm: [f32; 4],
    pieces: Vec<Piece>,
}

/// One segment in all drawn slices across one axis.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    pub(super) frame: Frame,
    pub(super) planes: Vec<Plane>,
    gaps: Vec<Gap>,
}

impl Stack {
    /// Planes by index, ascending.
    pub(super) fn new(frame: Frame, planes: Vec<Plane>) -> Self {
        let gaps = (1..planes.len())
            .map(|n| {
                let around = [n.checked_sub(2), Some(n - 1), Some(n), Some(n + 1)];
                Gap::new(&frame, around.map(|n| planes.get(n?)))
            })
            .collect();
        Self {
            frame,
            planes,
            gaps,
        }
    }

    /// The gap that would be there if plane `n` had not been drawn; `None` at the ends.
    pub(super) fn gap_without(&self, n: usize) -> Option<Gap> {
        let (low, high) = (n.checked_sub(1)?, self.planes.get(n + 1)?);
        let around = [low.checked_sub(1), Some(low)].map(|n| self.planes.get(n?));
        let [before, low] = around;
        Some(Gap::new(
            &self.frame,
            [before, low, Some(high), self.planes.get(n + 2)],
        ))
    }

    /// Depth at a voxel of the frame's box, and millimetres to the nearest plane. Beyond the
    /// outermost planes as in them.
    pub(super) fn at(&self, voxel: [usize; 3], mm: f32) -> Option<(f32, f32)> {
        let index = voxel[self.frame.axis];
        let place = self.frame.place(voxel);
        let above = self.planes.partition_point(|plane| plane.index <= index);
        let alone = |plane: &Plane| {
            let depth = plane.depth.as_ref()?[place[1] * self.frame.size[0] + place[0]];
            Some((depth, (plane.mm - mm).abs()))
        };
        let Some(low) = above.checked_sub(1) else {
            return alone(self.planes.first()?);
        };
        let plane = &self.planes[low];
        if plane.index == index || above == self.planes.len() {
            return alone(plane);
        }
        let distance = (mm - plane.mm).min(self.planes[above].mm - mm);
        let depth = self.gaps[low].at(&self.frame, place, mm)?;
        Some((depth, distance))
    }
}

impl Gap {
    /// Between the second and the third of four planes, which are there.
    fn new(frame: &Frame, planes: [Option<&Plane>; 4]) -> Self {
        let [before, low, high, after] = planes;
        let (Some(low), Some(high)) = (low, high) else {
            return Self {
                mm: [0.0; 4],
                pieces: Vec::new(),
            };
        };
        let beyond = [before, after].map(|plane| plane.and_then(|plane| plane.depth.clone()));
        Self {
            mm: [
                before.map_or(low.mm, |plane| plane.mm),
                low.mm,
                high.mm,
                after.map_or(high.mm, |plane| plane.mm),
            ],
            pieces: pieces(frame, [low, high].map(|plane| plane.depth.as_ref()), beyond),
        }
    }

    /// The deepest of the pieces.
    pub(super) fn at(&self, frame: &Frame, place: [usize; 2], mm: f32) -> Option<f32> {
        let depths = self
            .pieces
            .iter()
            .map(|piece| piece.at(frame, place, self.mm, mm));
        depths.reduce(f32::max)
    }
}
