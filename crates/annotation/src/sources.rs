//! Where the voxels of a segment came from: the log is walked back until each has met who wrote it.
//!
//! What was taken back, brought back or restored is laid at the door of whoever wrote it first.

use crate::change::Change;
use crate::operation::{Operation, OperationKind, Provenance};
use annotomy_volume::delta::{LabelDelta, VoxelBox};
use annotomy_volume::labels::{BRICK_VOXELS, Brick, BrickIndex, Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use std::collections::BTreeMap;

/// Where a voxel came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A person drew it: with a stroke or an outline, or with any tool in a single slice.
    ByHand,
    /// A person erased it where no person had drawn it.
    Corrected,
    /// It came in from a file or from another volume.
    Imported,
    /// It was found between what was drawn.
    Interpolated,
    /// Something else made it.
    Other,
}

const ALL: [Source; 5] = [
    Source::ByHand,
    Source::Corrected,
    Source::Imported,
    Source::Interpolated,
    Source::Other,
];

impl Source {
    const fn code(self) -> u8 {
        self as u8 + 1
    }

    fn of_code(code: Label) -> Option<Self> {
        let at = usize::from(code).checked_sub(1)?;
        ALL.get(at).copied()
    }

    /// Of what an operation draws.
    fn of(operation: &Operation) -> Self {
        let Some(tool) = &operation.tool else {
            return Self::Other;
        };
        match (operation.kind, tool.provenance) {
            (OperationKind::Interpolate, _) => Self::Interpolated,
            (OperationKind::Import, _) | (_, Provenance::Imported) => Self::Imported,
            (OperationKind::CopySegments, _) => Self::Imported,
            // One goes through all slices, the other from slice to slice: none is drawn by them.
            (OperationKind::Cut | OperationKind::Propagate, _) => Self::Other,
            (OperationKind::FillShape, _) | (_, Provenance::Manual) => Self::ByHand,
            _ if tool.stroke.is_some() || is_flat(operation.region()) => Self::ByHand,
            _ => Self::Other,
        }
    }
}

/// Whether all lies in one slice, across whichever axis.
fn is_flat(region: Option<VoxelBox>) -> bool {
    region.is_some_and(|VoxelBox { min, max }| (0..3).any(|axis| min[axis] == max[axis]))
}

/// Where the voxels of a segment, or of all in its layer, came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources(LabelMap);

impl Sources {
    /// Where a voxel came from; none where nothing is drawn and no person erased anything.
    #[must_use]
    pub fn of(&self, voxel: VoxelIndex) -> Option<Source> {
        Source::of_code(self.0.label(voxel))
    }

    /// A map of the voxels of some sources: labels are no segments.
    #[must_use]
    pub fn only(&self, is_wanted: impl Fn(Source) -> bool + Sync) -> LabelMap {
        let wanted = |code| match Source::of_code(code) {
            Some(source) if is_wanted(source) => code,
            _ => 0,
        };
        let mut map = LabelMap::empty(self.0.size());
        map.apply(&self.0.drawn(wanted))
            .expect("an empty map takes whatever is drawn");
        map
    }
}

/// One brick on the way back.
#[derive(Debug)]
struct Traced {
    /// Records up to this one can have written a voxel; 0 once its source is known.
    until: Vec<u32>,
    found: Vec<u8>,
}

impl Traced {
    fn new() -> Self {
        Self {
            until: vec![u32::MAX; BRICK_VOXELS],
            found: vec![0; BRICK_VOXELS],
        }
    }
}

/// The walk back: give it every operation on the document, the last first.
#[derive(Debug)]
pub struct Tracing {
    size: [usize; 3],
    layer: u16,
    /// The segment's label; every label if none.
    label: Option<Label>,
    bricks: BTreeMap<BrickIndex, Traced>,
}

impl Tracing {
    /// Begins at the end of the log of a document of `size` voxels.
    #[must_use]
    pub const fn new(size: [usize; 3], layer: u16, label: Option<Label>) -> Self {
        Self {
            size,
            layer,
            label,
            bricks: BTreeMap::new(),
        }
    }

    /// Goes one operation back, which has sequence number `sequence`.
    pub fn step(&mut self, sequence: u64, operation: &Operation) {
        let source = Source::of(operation);
        // No log is longer.
        let number = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
        let sequence = number(sequence);
        let earlier = operation.repeats_up_to().map(number);
        let earlier = earlier.map(|at| at.min(sequence.saturating_sub(1)));
        for change in operation.changes.iter().rev() {
            match change {
                Change::Labels { layer, delta } if *layer == self.layer => {
                    self.step_over(delta, (sequence, earlier), source);
                }
                _ => {}
            }
        }
    }

    fn step_over(
        &mut self,
        delta: &LabelDelta,
        (sequence, earlier): (u32, Option<u32>),
        source: Source,
    ) {
        let label = self.label;
        let is_meant = |found: Label| found != 0 && label.is_none_or(|label| label == found);
        for (index, runs) in delta.bricks() {
            let brick = self.bricks.entry(index).or_insert_with(Traced::new);
            for run in runs {
                let [was_meant, becomes_meant] = [run.from, run.to].map(is_meant);
                for position in run.positions() {
                    let until = &mut brick.until[position];
                    if *until < sequence {
                        continue;
                    }
                    if let Some(earlier) = earlier {
                        *until = earlier;
                        continue;
                    }
                    let found = &mut brick.found[position];
                    let is_erased = *found == Source::Corrected.code();
                    match (becomes_meant, is_erased) {
                        (true, false) => (*until, *found) = (0, source.code()),
                        // A person took back what a person drew: as if nothing had been there.
                        (true, true) if source == Source::ByHand => (*until, *found) = (0, 0),
                        (true, true) => *until = 0,
                        (false, false) if was_meant && source == Source::ByHand => {
                            *found = Source::Corrected.code();
                            *until = sequence.saturating_sub(1);
                        }
                        (false, false) if was_meant => *until = 0,
                        _ => {}
                    }
                }
            }
        }
    }

    /// Ends at the beginning of the log.
    #[must_use]
    pub fn finish(self) -> Sources {
        let bricks = self.bricks.into_iter();
        let brick = |found: Vec<u8>| {
            let found: Vec<_> = found.into_iter().map(Label::from).collect();
            Brick::new(&found)
        };
        let bricks = bricks.filter_map(|(at, traced)| Some((at, brick(traced.found)?)));
        let map = LabelMap::from_bricks(self.size, bricks);
        Sources(map.unwrap_or_else(|| LabelMap::empty(self.size)))
    }
}
