//! One segment in the drawn slices across one axis: how deep a voxel between two of them lies
//! inside it.
//!
//! Shape-based interpolation (Raya and Udupa, IEEE Trans. Med. Imaging 9 (1990) 32) of depths in
//! millimetres, with two additions: depths follow a cubic through four slices (Herman, Zheng and
//! Bucholtz, IEEE Comput. Graph. Appl. 12 (1992) 69), because a linear blend cuts what is round,
//! and parts that lie beside each other in two slices are moved on the way, as
//! [`super::piece`] says.

use super::grid::Frame;
use super::matches::{Goes, Matched, MatchedGroup, SectionPart};
use super::parts::Parts;
use super::piece::Piece;
use super::rule::{Choices, Words, ends, groups};
use crate::steps::{Cancelled, Steps};
use annotomy_volume::labels::Label;
use annotomy_volume::space::{Axis, VoxelIndex};
use std::ops::RangeInclusive;

/// One slice and the segment in it, unless it is absent.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    /// Along the axis, in voxels of the grid and in millimetres.
    pub(super) index: usize,
    pub(super) mm: f32,
    pub(super) parts: Option<Parts>,
}

/// What lies between two drawn slices.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    /// Millimetres along the axis: the slice before the lower one, both, and the one after.
    mm: [f32; 4],
    /// Which parts belong together, and what is said of them.
    groups: Vec<MatchedGroup>,
    words: Words,
    pieces: Vec<Piece>,
}

/// One segment in all drawn slices across one axis.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    pub(super) frame: Frame,
    pub(super) planes: Vec<Plane>,
    gaps: Vec<Gap>,
    around: [Option<usize>; 2],
}

/// How a stack is filled beside the rule.
pub(super) struct Along<'a> {
    /// Slices in which the segment may be by the rule alone.
    pub(super) own: RangeInclusive<usize>,
    /// The next drawn slices before and behind the planes, if the segment ends before them.
    pub(super) around: [Option<usize>; 2],
    /// What is said of its parts.
    pub(super) choices: &'a Choices<'a>,
    pub(super) steps: &'a Steps<'a>,
}

impl Stack {
    /// Planes by index, ascending.
    pub(super) fn new(
        frame: Frame,
        planes: Vec<Plane>,
        along: &Along<'_>,
    ) -> Result<Self, Cancelled> {
        let gaps = planes
            .windows(2)
            .enumerate()
            .map(|(n, pair)| {
                let around = [n.checked_sub(1), Some(n), Some(n + 1), Some(n + 2)];
                let is_own = pair.iter().all(|plane| along.own.contains(&plane.index));
                let rule = if is_own {
                    Goes::Tapers
                } else {
                    Goes::Ends { held_to: None }
                };
                let around = around.map(|n| planes.get(n?));
                Gap::new(&frame, around, (along.choices, rule), along.steps)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            frame,
            planes,
            gaps,
            around: along.around,
        })
    }

    /// What becomes of the segment's parts between its slices, and before and behind them.
    pub(super) fn matches(&self, label: Label) -> Vec<Matched> {
        let matched = |slices, parts, groups| Matched {
            label,
            axis: Axis::ALL[self.frame.axis],
            slices,
            parts,
            groups,
        };
        let mut found = Vec::new();
        for (pair, gap) in self.planes.windows(2).zip(&self.gaps) {
            let [low, high] = pair else { continue };
            if !gap.groups.is_empty() {
                let parts = [self.told(low, gap, 0), self.told(high, gap, 1)];
                found.push(matched([low.index, high.index], parts, gap.groups.clone()));
            }
        }
        let outermost = [self.planes.first(), self.planes.last()];
        for (n, (plane, beyond)) in outermost.into_iter().zip(self.around).enumerate() {
            let (Some(plane), Some(beyond)) = (plane, beyond) else {
                continue;
            };
            let Some(drawn) = &plane.parts else { continue };
            let (side, mut parts) = (1 - n, [Vec::new(), Vec::new()]);
            parts[side] = (0..drawn.all.len())
                .map(|part| self.part(plane, drawn, part))
                .collect();
            let nothing = Words::none([Some(drawn); 2]);
            let groups = ends(drawn, side, &nothing, Goes::Ends { held_to: None });
            let slices = [plane.index.min(beyond), plane.index.max(beyond)];
            found.push(matched(slices, parts, groups));
        }
        found
    }

    /// The parts in a plane, lower (0) or higher, of a gap.
    fn told(&self, plane: &Plane, gap: &Gap, side: usize) -> Vec<SectionPart> {
        let Some(drawn) = &plane.parts else {
            return Vec::new();
        };
        let choice = |part: usize| {
            let group = gap.groups.iter().find(|g| g.parts[side].contains(&part))?;
            gap.words.followed(side, part, group.goes)
        };
        (0..drawn.all.len())
            .map(|part| SectionPart {
                choice: choice(part),
                ..self.part(plane, drawn, part)
            })
            .collect()
    }

    fn part(&self, plane: &Plane, drawn: &Parts, part: usize) -> SectionPart {
        let part = &drawn.all[part];
        let deepest = part.deepest.map(|n| n as f64);
        let voxel = self.frame.index(deepest, plane.index);
        SectionPart {
            voxel: VoxelIndex(voxel.0.map(|n| n as usize)),
            middle: self.frame.index(part.middle.map(f64::from), plane.index),
            n_voxels: part.n_places,
            choice: None,
        }
    }

    /// The gap that would be there if plane `n` had not been drawn; `None` at the ends.
    pub(super) fn gap_without(
        &self,
        n: usize,
        steps: &Steps<'_>,
    ) -> Result<Option<Gap>, Cancelled> {
        let (Some(low), Some(high)) = (n.checked_sub(1), self.planes.get(n + 1)) else {
            return Ok(None);
        };
        let around = [low.checked_sub(1), Some(low)].map(|n| self.planes.get(n?));
        let [before, low] = around;
        let around = [before, low, Some(high), self.planes.get(n + 2)];
        Gap::new(&self.frame, around, (&[], Goes::Tapers), steps).map(Some)
    }

    /// Whether a part of the segment ends before it comes to a voxel of the frame's box, as somebody
    /// says.
    pub(super) fn has_ended(&self, voxel: [usize; 3], mm: f32) -> bool {
        let index = voxel[self.frame.axis];
        let above = self.planes.partition_point(|plane| plane.index <= index);
        let gap = above.checked_sub(1).and_then(|low| self.gaps.get(low));
        let place = self.frame.place(voxel);
        gap.is_some_and(|gap| {
            let mut pieces = gap.pieces.iter();
            pieces.any(|piece| piece.has_ended(&self.frame, place, mm))
        })
    }

    /// Depth at a voxel of the frame's box, and millimetres to the nearest plane. Beyond the
    /// outermost planes as in them.
    pub(super) fn at(&self, voxel: [usize; 3], mm: f32) -> Option<(f32, f32)> {
        let index = voxel[self.frame.axis];
        let place = self.frame.place(voxel);
        let above = self.planes.partition_point(|plane| plane.index <= index);
        let alone = |plane: &Plane| {
            let depth = &plane.parts.as_ref()?.depth;
            let depth = depth[place[1] * self.frame.size[0] + place[0]];
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
    /// Between the second and the third of four planes, which are there. Where the segment is in one
    /// of them alone it goes as `rule` says.
    fn new(
        frame: &Frame,
        planes: [Option<&Plane>; 4],
        (choices, rule): (&Choices<'_>, Goes),
        steps: &Steps<'_>,
    ) -> Result<Self, Cancelled> {
        steps.check()?;
        let [before, low, high, after] = planes;
        let (Some(low), Some(high)) = (low, high) else {
            return Ok(Self {
                mm: [0.0; 4],
                groups: Vec::new(),
                words: Words::none([None; 2]),
                pieces: Vec::new(),
            });
        };
        let both = [low.parts.as_ref(), high.parts.as_ref()];
        let words = Words::new(frame, [low.index, high.index], both, choices);
        let groups = match both {
            [Some(low), Some(high)] => groups(frame, low, high, &words),
            [Some(low), None] => ends(low, 0, &words, rule),
            [None, Some(high)] => ends(high, 1, &words, rule),
            [None, None] => Vec::new(),
        };
        let is_whole = groups.len() == 1;
        let beyond = [before, after].map(|plane| {
            let parts = plane.filter(|_| is_whole)?.parts.as_ref()?;
            Some(parts.depth.clone())
        });
        let pieces: Vec<Option<Piece>> = groups
            .iter()
            .map(|group| {
                steps.check()?;
                Ok(Piece::new(frame, both, group, beyond.clone()))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            mm: [
                before.map_or(low.mm, |plane| plane.mm),
                low.mm,
                high.mm,
                after.map_or(high.mm, |plane| plane.mm),
            ],
            pieces: pieces.into_iter().flatten().collect(),
            groups,
            words,
        })
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
