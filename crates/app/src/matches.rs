//! How parts go on between drawn slices, to and from the wire.

use crate::wire::{self, PartMatch, SlicePlace, WireError};
use annotomy_segmentation::{Goes, Interpolated, Matched, PartChoice, SectionPart, Way};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{Axis, VoxelIndex};

/// Gaps that are told of at most: a speckled segment has more than anybody looks at.
const MOST_GAPS: usize = 200;
/// Matches in a request at most.
const MOST_CHOICES: usize = 10_000;

/// What somebody says of parts.
pub(crate) fn choices(matches: &[PartMatch]) -> Result<Vec<PartChoice>, WireError> {
    if matches.len() > MOST_CHOICES {
        let message = format!("more than {MOST_CHOICES} parts are matched by hand");
        return Err(WireError::invalid(message));
    }
    matches.iter().map(choice).collect()
}

fn choice(said: &PartMatch) -> Result<PartChoice, WireError> {
    let voxel = |at: [u32; 3]| VoxelIndex(at.map(|n| n as usize));
    let axis = Axis::ALL.get(said.toward.axis as usize);
    Ok(PartChoice {
        label: said.label,
        axis: *axis
            .ok_or_else(|| WireError::invalid("a match has an axis that is not 0, 1 or 2"))?,
        part: voxel(said.part),
        toward: said.toward.index as usize,
        goes: match said.goes {
            wire::PartWay::Join { with } => Way::Join(voxel(with)),
            wire::PartWay::Taper => Way::Taper,
            wire::PartWay::End { held_to } => Way::End {
                held_to: held_to.map(|slice| slice as usize),
            },
        },
    })
}

/// What is told of the gaps in which there is something to choose.
pub(crate) fn told(found: &Interpolated, geometry: &Geometry) -> wire::MatchedParts {
    let open = found.matches.iter().filter(|matched| !matched.is_plain());
    let n_open = open.clone().count();
    wire::MatchedParts {
        gaps: open.take(MOST_GAPS).map(|m| gap(m, geometry)).collect(),
        n_more: n_open.saturating_sub(MOST_GAPS) as u32,
        unfollowed: numbers(&found.unfollowed),
    }
}

/// What is told of all gaps.
pub(crate) fn all_told(found: &Interpolated, geometry: &Geometry) -> wire::MatchedParts {
    let gaps = found.matches.iter().map(|matched| gap(matched, geometry));
    wire::MatchedParts {
        gaps: gaps.collect(),
        n_more: 0,
        unfollowed: numbers(&found.unfollowed),
    }
}

fn numbers(all: &[usize]) -> Vec<u32> {
    all.iter().map(|&n| n as u32).collect()
}

fn gap(matched: &Matched, geometry: &Geometry) -> wire::MatchedGap {
    let part = |part: &SectionPart| wire::SectionPart {
        voxel: part.voxel.0.map(|n| n as u32),
        middle: geometry.lps_at(part.middle).0,
        n_voxels: part.n_voxels as u32,
        follows: part.choice.map(|n| n as u32),
    };
    let groups = matched.groups.iter().map(|group| wire::MatchedGroup {
        low: numbers(&group.parts[0]),
        high: numbers(&group.parts[1]),
        goes: match group.goes {
            Goes::Joined => wire::PartsGo::Joined,
            Goes::Tapers => wire::PartsGo::Tapers,
            Goes::Ends { held_to } => wire::PartsGo::Ends {
                held_to: held_to.map(|slice| slice as u32),
            },
        },
    });
    let side = |side: usize| wire::PartsOfSlice {
        slice: SlicePlace {
            axis: matched.axis.position() as u32,
            index: matched.slices[side] as u32,
        },
        parts: matched.parts[side].iter().map(part).collect(),
    };
    wire::MatchedGap {
        label: matched.label,
        low: side(0),
        high: side(1),
        groups: groups.collect(),
    }
}
