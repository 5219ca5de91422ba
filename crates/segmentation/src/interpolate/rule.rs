//! Which parts of a segment in one drawn slice go on as which parts in the next.
//!
//! The rule: parts that overlap belong together, as one group however many there are, so that
//! branches part and merge. A part that overlaps none joins the nearest part of the other slice that
//! overlaps none either, if their middles are no further apart than twice the sum of their radii.
//! What is left tapers to its middle half way to the other slice. Of a part that a caller speaks of,
//! the rule says nothing: it is joined as it is said, or by what is said of others.

use super::grid::Frame;
use super::matches::{Goes, MatchedGroup, PartChoice, Way};
use super::maths::length;
use super::parts::Parts;

/// How far middles of parts that do not overlap may lie apart, in sums of their radii.
const REACH: f32 = 2.0;

/// Choices about a segment and their numbers.
pub(super) type Choices<'a> = [(usize, &'a PartChoice)];

/// What is said of a part.
#[derive(Debug, Clone, Copy)]
struct Word {
    choice: usize,
    goes: Said,
}

#[derive(Debug, Clone, Copy)]
enum Said {
    /// With a part of the other slice.
    Joins(usize),
    Goes(Goes),
}

/// What is said of the parts in two slices.
#[derive(Debug, Clone)]
pub(super) struct Words([Vec<Option<Word>>; 2]);

impl Words {
    /// Nothing is said.
    pub(super) fn none(parts: [Option<&Parts>; 2]) -> Self {
        Self(parts.map(|parts| vec![None; parts.map_or(0, |parts| parts.all.len())]))
    }

    /// Of two neighbouring slices and the segment in them; the last word about a part counts.
    pub(super) fn new(
        frame: &Frame,
        slices: [usize; 2],
        parts: [Option<&Parts>; 2],
        choices: &Choices<'_>,
    ) -> Self {
        let Self(mut words) = Self::none(parts);
        for &(choice, said) in choices {
            let own = said.part.0[frame.axis];
            let is_there = said.axis.position() == frame.axis;
            let Some(side) = (0..2)
                .find(|&side| is_there && [own, said.toward] == [slices[side], slices[1 - side]])
            else {
                continue;
            };
            let part_at = |side: usize, voxel| parts[side]?.at(frame.place_of(voxel)?);
            let goes = match said.goes {
                Way::Join(other) if other.0[frame.axis] == said.toward => {
                    part_at(1 - side, other).map(Said::Joins)
                }
                Way::Join(_) => None,
                Way::Taper => Some(Said::Goes(Goes::Tapers)),
                Way::End { held_to } => Some(Said::Goes(Goes::Ends { held_to })),
            };
            if let (Some(part), Some(goes)) = (part_at(side, said.part), goes) {
                words[side][part] = Some(Word { choice, goes });
            }
        }
        // A part that another is joined with does not end.
        for side in 0..2 {
            for word in words[side].clone().into_iter().flatten() {
                if let Said::Joins(other) = word.goes
                    && let Some(Word {
                        goes: Said::Goes(_),
                        ..
                    }) = words[1 - side][other]
                {
                    words[1 - side][other] = None;
                }
            }
        }
        Self(words)
    }

    fn is_about(&self, side: usize, part: usize) -> bool {
        self.0[side][part].is_some()
    }

    fn joins(&self) -> Vec<[usize; 2]> {
        let mut joins = Vec::new();
        for (side, words) in self.0.iter().enumerate() {
            for (part, word) in words.iter().enumerate() {
                match word.map(|word| word.goes) {
                    Some(Said::Joins(other)) if side == 0 => joins.push([part, other]),
                    Some(Said::Joins(other)) => joins.push([other, part]),
                    _ => {}
                }
            }
        }
        joins
    }

    /// How a part that goes on as none ends.
    fn end_of(&self, side: usize, part: usize) -> Option<Goes> {
        match self.0[side][part]?.goes {
            Said::Goes(goes) => Some(goes),
            Said::Joins(_) => None,
        }
    }

    /// The choice that a part follows in its group.
    pub(super) fn followed(&self, side: usize, part: usize, goes: Goes) -> Option<usize> {
        let word = self.0[side][part]?;
        let is_followed = match word.goes {
            Said::Joins(_) => goes == Goes::Joined,
            Said::Goes(wanted) => goes == wanted,
        };
        is_followed.then_some(word.choice)
    }
}

/// The groups of the parts in two slices.
pub(super) fn groups(frame: &Frame, low: &Parts, high: &Parts, words: &Words) -> Vec<MatchedGroup> {
    let n = low.all.len();
    let n_all = n + high.all.len();
    let mut group: Vec<usize> = (0..n_all).collect();
    let mut join = |a: usize, b: usize| {
        let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
        if from != to {
            group
                .iter_mut()
                .filter(|g| **g == from)
                .for_each(|g| *g = to);
        }
    };
    // The rule passes over those that are settled.
    let mut is_settled: Vec<bool> = (0..n_all)
        .map(|part| match part.checked_sub(n) {
            None => words.is_about(0, part),
            Some(part) => words.is_about(1, part),
        })
        .collect();
    let is_said = is_settled.clone();
    for [a, b] in words.joins() {
        join(a, n + b);
        [is_settled[a], is_settled[n + b]] = [true; 2];
    }
    for (&a, &b) in low.numbers.iter().zip(&high.numbers) {
        if a > 0 && b > 0 {
            let [a, b] = [a as usize - 1, n + b as usize - 1];
            if !is_said[a] && !is_said[b] {
                join(a, b);
                [is_settled[a], is_settled[b]] = [true; 2];
            }
        }
    }
    for (a, b) in apart(frame, low, high, &is_settled) {
        join(a, n + b);
    }
    let mut groups: Vec<[Vec<usize>; 2]> = vec![Default::default(); n_all];
    for (part, &group) in group.iter().enumerate() {
        match part.checked_sub(n) {
            None => groups[group][0].push(part),
            Some(part) => groups[group][1].push(part),
        }
    }
    groups.retain(|[from, to]| !from.is_empty() || !to.is_empty());
    let goes = |parts: &[Vec<usize>; 2]| match [parts[0].first(), parts[1].first()] {
        [Some(&part), None] => words.end_of(0, part).unwrap_or(Goes::Tapers),
        [None, Some(&part)] => words.end_of(1, part).unwrap_or(Goes::Tapers),
        _ => Goes::Joined,
    };
    groups
        .into_iter()
        .map(|parts| MatchedGroup {
            goes: goes(&parts),
            parts,
        })
        .collect()
}

/// The groups of the parts in a slice beside one that has none: as one they go as `rule` says, but
/// those of which something else is said.
pub(super) fn ends(parts: &Parts, side: usize, words: &Words, rule: Goes) -> Vec<MatchedGroup> {
    let (said, rest): (Vec<usize>, Vec<usize>) =
        (0..parts.all.len()).partition(|&part| words.is_about(side, part));
    let group = |parts: Vec<usize>, goes: Goes| {
        let mut both = [Vec::new(), Vec::new()];
        both[side] = parts;
        MatchedGroup { parts: both, goes }
    };
    let mut groups = Vec::new();
    if !rest.is_empty() {
        groups.push(group(rest, rule));
    }
    let goes = |&part: &usize| words.end_of(side, part).unwrap_or(rule);
    groups.extend(said.iter().map(|part| group(vec![*part], goes(part))));
    groups
}

/// Pairs of parts that nothing has settled, the nearest first.
fn apart(frame: &Frame, low: &Parts, high: &Parts, is_settled: &[bool]) -> Vec<(usize, usize)> {
    let n = low.all.len();
    let mut pairs = Vec::new();
    for (a, from) in low.all.iter().enumerate().filter(|(a, _)| !is_settled[*a]) {
        for (b, to) in high.all.iter().enumerate() {
            let [du, dv] = [0, 1].map(|x| (to.middle[x] - from.middle[x]) * frame.step[x]);
            let area = frame.step[0] * frame.step[1] / std::f32::consts::PI;
            let radii = [from, to].map(|part| (part.n_places as f32 * area).sqrt());
            let apart = length([du, dv]) / (radii[0] + radii[1]);
            if !is_settled[n + b] && apart <= REACH {
                pairs.push((apart, a, b));
            }
        }
    }
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut is_taken = is_settled.to_vec();
    let mut found = Vec::new();
    for (_, a, b) in pairs {
        if !is_taken[a] && !is_taken[n + b] {
            [is_taken[a], is_taken[n + b]] = [true; 2];
            found.push((a, b));
        }
    }
    found
}
