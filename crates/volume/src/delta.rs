//! Changes of a label map: which voxels, from which label, to which.
//!
//! A delta can be applied, inverted and stored. Its bytes are canonical: equal changes have equal
//! bytes.

use crate::brick::{position_in_brick, voxel_in_brick};
use crate::labels::{BRICK_EDGE, BRICK_VOXELS, BrickIndex, Label};
use crate::space::VoxelIndex;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use thiserror::Error;

/// Neighbouring voxels of a brick (in memory order) that change in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    start: u16,
    len: u16,
    /// Label before.
    pub from: Label,
    /// Label after.
    pub to: Label,
}

impl Run {
    /// Positions inside the brick, i fastest.
    #[must_use]
    pub fn positions(&self) -> Range<usize> {
        let start = usize::from(self.start);
        start..start + usize::from(self.len)
    }
}

/// A box of voxels, both corners inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoxelBox {
    /// Lowest (i, j, k).
    pub min: [usize; 3],
    /// Highest (i, j, k).
    pub max: [usize; 3],
}

impl VoxelBox {
    /// Whether a voxel lies inside.
    #[must_use]
    pub fn holds(self, voxel: VoxelIndex) -> bool {
        (0..3).all(|n| (self.min[n]..=self.max[n]).contains(&voxel.0[n]))
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: std::array::from_fn(|n| self.min[n].min(other.min[n])),
            max: std::array::from_fn(|n| self.max[n].max(other.max[n])),
        }
    }
}

/// Stored bytes are not a delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeltaDecodeError {
    /// The bytes end in the middle of a number.
    #[error("the change is cut short")]
    Truncated,
    /// Runs or bricks are out of order, overlap, change nothing or leave the brick.
    #[error("the change is not well formed")]
    Malformed,
}

/// A change of a label map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelDelta {
    bricks: BTreeMap<BrickIndex, Vec<Run>>,
}

impl LabelDelta {
    /// Touched bricks and their runs, both in ascending order.
    pub fn bricks(&self) -> impl ExactSizeIterator<Item = (BrickIndex, &[Run])> {
        self.bricks
            .iter()
            .map(|(&index, runs)| (index, runs.as_slice()))
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bricks.is_empty()
    }

    /// Memory that it takes.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let n_runs: usize = self.bricks.values().map(Vec::len).sum();
        n_runs * size_of::<Run>()
    }

    /// Voxels changed.
    #[must_use]
    pub fn n_voxels(&self) -> usize {
        self.bricks
            .values()
            .flatten()
            .map(|run| usize::from(run.len))
            .sum()
    }

    /// Whether a voxel changes.
    #[must_use]
    pub fn changes(&self, voxel: VoxelIndex) -> bool {
        let position = position_in_brick(voxel.0);
        let runs = self.bricks.get(&BrickIndex::of(voxel));
        runs.is_some_and(|runs| runs.iter().any(|run| run.positions().contains(&position)))
    }

    /// The smallest box around all changed voxels.
    #[must_use]
    pub fn region(&self) -> Option<VoxelBox> {
        let boxes = self.bricks.par_iter().filter_map(|(&brick, runs)| {
            let corners = runs
                .iter()
                .flat_map(|run| run_corners(brick, run.positions()));
            let boxes = corners.map(|voxel| VoxelBox {
                min: voxel,
                max: voxel,
            });
            boxes.reduce(VoxelBox::union)
        });
        boxes.reduce_with(VoxelBox::union)
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let invert = |run: &Run| Run {
            from: run.to,
            to: run.from,
            ..*run
        };
        let bricks = self.bricks.par_iter();
        let inverse: Vec<_> = bricks
            .map(|(&b, runs)| (b, runs.iter().map(invert).collect()))
            .collect();
        Self {
            bricks: inverse.into_iter().collect(),
        }
    }

    /// Whether any voxel gets a label.
    #[must_use]
    pub fn gains(&self, label: Label) -> bool {
        self.bricks.values().flatten().any(|run| run.to == label)
    }

    /// The labels that voxels get or lose.
    pub fn labels(&self) -> impl Iterator<Item = Label> {
        let found = self.bricks.par_iter().map(|(_, runs)| {
            let ends = runs.iter().flat_map(|run| [run.from, run.to]);
            ends.filter(|&label| label != 0).collect::<BTreeSet<_>>()
        });
        let all = found.reduce(BTreeSet::new, |mut all, found| {
            all.extend(found);
            all
        });
        all.into_iter()
    }

    /// Voxels that get a label and voxels that lose it.
    #[must_use]
    pub fn n_gained_and_lost(&self, label: Label) -> [usize; 2] {
        let n = |is_meant: fn(&Run, Label) -> bool| {
            let runs = self.bricks.values().flatten();
            let meant = runs.filter(|run| is_meant(run, label));
            meant.map(|run| usize::from(run.len)).sum()
        };
        [
            n(|run, label| run.to == label),
            n(|run, label| run.from == label),
        ]
    }

    /// Those of its changes that are wanted, asked for each voxel with its label before and after.
    #[must_use]
    pub fn filtered(&self, is_wanted: impl Fn(VoxelIndex, Label, Label) -> bool + Sync) -> Self {
        let filtered = self.bricks.par_iter().map(|(&brick, runs)| {
            let mut kept = Runs::default();
            for run in runs {
                for position in run.positions() {
                    if is_wanted(voxel_in_brick(brick, position), run.from, run.to) {
                        kept.push(position, run.from, run.to);
                    }
                }
            }
            (brick, kept)
        });
        Self::of_runs(filtered)
    }

    /// The changes of some bricks.
    pub(crate) fn of_runs(bricks: impl ParallelIterator<Item = (BrickIndex, Runs)>) -> Self {
        let changed = bricks.filter(|(_, Runs(runs))| !runs.is_empty());
        let changed: Vec<_> = changed.map(|(index, Runs(runs))| (index, runs)).collect();
        Self {
            bricks: changed.into_iter().collect(),
        }
    }

    /// Canonical bytes: for each brick its index and runs as LEB128 numbers, starts as gaps.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let bricks: Vec<_> = self.bricks.par_iter().map(encode_brick).collect();
        bricks.concat()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`DeltaDecodeError`] for any other bytes.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, DeltaDecodeError> {
        let mut bricks = BTreeMap::new();
        while !bytes.is_empty() {
            let brick = BrickIndex([
                read_u16(&mut bytes)?,
                read_u16(&mut bytes)?,
                read_u16(&mut bytes)?,
            ]);
            let is_ascending = bricks
                .last_key_value()
                .is_none_or(|(last, _)| *last < brick);
            let n_runs = read_number(&mut bytes)? as usize;
            if !is_ascending || n_runs == 0 || n_runs > BRICK_VOXELS {
                return Err(DeltaDecodeError::Malformed);
            }
            bricks.insert(brick, decode_runs(&mut bytes, n_runs)?);
        }
        Ok(Self { bricks })
    }
}

/// What changes of a brick, while it is found.
#[derive(Debug, Default)]
pub(crate) struct Runs(Vec<Run>);

impl Runs {
    /// Records that the voxel at `position` changes. Positions must ascend.
    pub(crate) fn push(&mut self, position: usize, from: Label, to: Label) {
        debug_assert!(from != to && position < BRICK_VOXELS);
        match self.0.last_mut() {
            Some(run) if run.positions().end == position && (run.from, run.to) == (from, to) => {
                run.len += 1;
            }
            _ => self.0.push(Run {
                start: position as u16,
                len: 1,
                from,
                to,
            }),
        }
    }
}

fn encode_brick((brick, runs): (&BrickIndex, &Vec<Run>)) -> Vec<u8> {
    // Most runs take five bytes: a gap, a length of up to two, and two labels.
    let mut out = Vec::with_capacity(6 * runs.len() + 12);
    brick
        .0
        .iter()
        .for_each(|&n| write_number(&mut out, n.into()));
    write_number(&mut out, runs.len() as u32);
    let mut end = 0;
    for run in runs {
        let gap = u32::from(run.start) - end;
        for number in [gap, run.len.into(), run.from.into(), run.to.into()] {
            write_number(&mut out, number);
        }
        end = u32::from(run.start) + u32::from(run.len);
    }
    out
}

fn decode_runs(bytes: &mut &[u8], n_runs: usize) -> Result<Vec<Run>, DeltaDecodeError> {
    let mut runs: Vec<Run> = Vec::new();
    let mut end = 0_usize;
    for _ in 0..n_runs {
        let gap = read_u16(bytes)?;
        let start = end + usize::from(gap);
        let [len, from, to] = [read_u16(bytes)?, read_u16(bytes)?, read_u16(bytes)?];
        let continues = gap == 0 && runs.last().is_some_and(|r| (r.from, r.to) == (from, to));
        end = start + usize::from(len);
        if len == 0 || from == to || continues || end > BRICK_VOXELS {
            return Err(DeltaDecodeError::Malformed);
        }
        runs.push(Run {
            start: start as u16,
            len,
            from,
            to,
        });
    }
    Ok(runs)
}

/// Voxels that span the box around a run: a run of several rows covers whole rows in between.
fn run_corners(brick: BrickIndex, positions: Range<usize>) -> [[usize; 3]; 2] {
    let first = voxel_in_brick(brick, positions.start).0;
    let last = voxel_in_brick(brick, positions.end - 1).0;
    let [i0, j0, _] = brick.first_voxel();
    let (mut min, mut max) = (first, last);
    if first[2] != last[2] {
        (min[1], max[1]) = (j0, j0 + BRICK_EDGE - 1);
    }
    if first[1..] != last[1..] {
        (min[0], max[0]) = (i0, i0 + BRICK_EDGE - 1);
    }
    [min, max]
}

fn write_number(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// LEB128 of at most 21 bits: every number here fits.
fn read_number(bytes: &mut &[u8]) -> Result<u32, DeltaDecodeError> {
    let mut n = 0;
    for shift in [0, 7, 14] {
        let (&byte, rest) = bytes.split_first().ok_or(DeltaDecodeError::Truncated)?;
        *bytes = rest;
        n |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let is_shortest = shift == 0 || byte != 0;
            return if is_shortest {
                Ok(n)
            } else {
                Err(DeltaDecodeError::Malformed)
            };
        }
    }
    Err(DeltaDecodeError::Malformed)
}

fn read_u16(bytes: &mut &[u8]) -> Result<u16, DeltaDecodeError> {
    u16::try_from(read_number(bytes)?).map_err(|_| DeltaDecodeError::Malformed)
}
