//! How the parts of a segment go on from one drawn slice to the next: as the rule finds it, and as a
//! caller says instead.
//!
//! A part is named by a voxel of it, which stays the same when another slice, or its own border, is
//! drawn anew. What is said of a part takes the place of what the rule says of it, and of nothing
//! else; what no longer fits what is drawn is told and has no effect.

use annotomy_volume::labels::Label;
use annotomy_volume::space::{Axis, ContinuousIndex, VoxelIndex};
use std::collections::BTreeSet;

/// What the parts of a segment in two neighbouring drawn slices become between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// The segment.
    pub label: Label,
    /// Across which axis the slices lie.
    pub axis: Axis,
    /// The lower and the higher slice.
    pub slices: [usize; 2],
    /// The parts in each, by where they begin in memory order.
    pub parts: [Vec<SectionPart>; 2],
    /// Which of them belong together: each is in one group.
    pub groups: Vec<MatchedGroup>,
}

/// A part of a segment in a drawn slice.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionPart {
    /// A voxel where it is deepest; names it.
    pub voxel: VoxelIndex,
    /// The mean of its voxels.
    pub middle: ContinuousIndex,
    /// Voxels of the slice that it has.
    pub n_voxels: usize,
    /// Which of the caller's choices it follows.
    pub choice: Option<usize>,
}

/// Parts that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedGroup {
    /// Numbers of parts in the lower and in the higher slice; none in one of them where they end.
    pub parts: [Vec<usize>; 2],
    /// What becomes of them.
    pub goes: Goes,
}

/// What becomes of parts between two slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    /// From those in one slice to those in the other.
    Joined,
    /// To their middle, half way to the other slice.
    Tapers,
    /// Straight on to a slice, or no further than where they are drawn.
    Ends {
        /// The last slice that has them, if not their own.
        held_to: Option<usize>,
    },
}

/// How a part goes on, as a caller says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartChoice {
    /// The segment.
    pub label: Label,
    /// Across which axis the slices lie.
    pub axis: Axis,
    /// A voxel of the part.
    pub part: VoxelIndex,
    /// The next drawn slice, on one side or the other.
    pub toward: usize,
    /// How it goes on to there.
    pub goes: Way,
}

/// How a part goes on to the next drawn slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the part there that has a voxel.
    Join(VoxelIndex),
    /// To its middle, half way.
    Taper,
    /// Straight on to a slice, or no further than where it is drawn.
    End {
        /// The last slice that has it, if not its own.
        held_to: Option<usize>,
    },
}

impl Matched {
    /// Whether one part goes on as one, so that there is nothing to choose.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let is_one = |group: &MatchedGroup| group.parts.iter().all(|parts| parts.len() == 1);
        let is_chosen = |part: &SectionPart| part.choice.is_some();
        let is_as_found = !self.parts.iter().flatten().any(is_chosen);
        is_as_found && self.groups.len() == 1 && self.groups.iter().all(is_one)
    }
}

/// The choices that the matches follow, and the numbers of the others.
pub(super) fn divided(
    choices: &[PartChoice],
    matches: &[Matched],
) -> (Vec<PartChoice>, Vec<usize>) {
    let parts = matches.iter().flat_map(|matched| &matched.parts).flatten();
    let followed: BTreeSet<usize> = parts.filter_map(|part| part.choice).collect();
    let others = (0..choices.len()).filter(|n| !followed.contains(n));
    let others = others.collect();
    (followed.into_iter().map(|n| choices[n]).collect(), others)
}
