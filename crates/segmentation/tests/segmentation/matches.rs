//! Which parts of sections go on as which: the rule, and what a caller says instead, on shapes with a
//! closed form.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_segmentation::{
    Filling, Goes, Interpolated, MatchedGroup, PartChoice, Sections, Spacing, Way,
    interpolate_coarsely, interpolate_with,
};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, Mm, VoxelIndex};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

/// A shape that is drawn in some slices along k, on millimetres.
struct Drawn {
    size: [usize; 3],
    slices: Vec<usize>,
    truth: Vec<Label>,
}

impl Drawn {
    fn new(size: [usize; 3], slices: &[usize], label: impl Fn([f64; 3]) -> Label) -> Self {
        let [n_i, n_j, n_k] = size;
        let voxel = |n: usize| [n % n_i, n / n_i % n_j, n / (n_i * n_j)].map(|n| n as f64);
        Self {
            size,
            slices: slices.to_vec(),
            truth: (0..n_i * n_j * n_k).map(|n| label(voxel(n))).collect(),
        }
    }

    fn k(&self, offset: usize) -> usize {
        offset / (self.size[0] * self.size[1])
    }

    fn labels(&self) -> LabelMap {
        let labels = self.truth.iter().enumerate();
        let labels = labels.map(|(n, &label)| match self.slices.contains(&self.k(n)) {
            true => label,
            false => 0,
        });
        LabelMap::from_dense(self.size, &labels.collect::<Vec<_>>()).unwrap()
    }

    fn across(&self) -> Vec<(Axis, usize)> {
        self.slices.iter().map(|&k| (Axis::K, k)).collect()
    }

    fn filled(&self, choices: &[PartChoice]) -> Interpolated {
        let (labels, slices) = (self.labels(), self.across());
        let sections = Sections {
            labels: &labels,
            slices: &slices,
            planes: &[],
        };
        let filling = Filling {
            image: None,
            choices,
        };
        interpolate_with(&sections, &filling, &even(), &NoProgress).unwrap()
    }

    fn coarse(&self, choices: &[PartChoice]) -> Option<LabelMap> {
        let (labels, slices) = (self.labels(), self.across());
        let sections = Sections {
            labels: &labels,
            slices: &slices,
            planes: &[],
        };
        interpolate_coarsely(&sections, choices, &even(), &NoProgress).unwrap()
    }

    /// Dice of what was found in slices that are not drawn.
    fn dice(&self, found: &LabelMap) -> f64 {
        let (mut both, mut all) = (0, 0);
        for (n, (&truth, found)) in self.truth.iter().zip(dense(found)).enumerate() {
            if !self.slices.contains(&self.k(n)) {
                both += 2 * usize::from(truth != 0 && truth == found);
                all += usize::from(truth != 0) + usize::from(found != 0);
            }
        }
        f64::from(both as u32) / f64::from(all as u32)
    }

    /// Slices beside the drawn ones in which anything was found in some columns.
    fn found_in(&self, found: &LabelMap, columns: Range<usize>) -> Vec<usize> {
        let found: BTreeSet<usize> = dense(found)
            .into_iter()
            .enumerate()
            .filter(|(n, label)| *label != 0 && columns.contains(&(n % self.size[0])))
            .map(|(n, _)| self.k(n))
            .collect();
        let between = found.into_iter().filter(|k| !self.slices.contains(k));
        between.collect()
    }
}

fn even() -> Spacing {
    Spacing::even([Mm(1.0); 3]).unwrap()
}

fn dense(labels: &LabelMap) -> Vec<Label> {
    labels.to_dense().into_raw_vec_and_offset().0
}

fn said(part: [usize; 3], toward: usize, goes: Way) -> PartChoice {
    PartChoice {
        label: 1,
        axis: Axis::K,
        part: VoxelIndex(part),
        toward,
        goes,
    }
}

fn is_disc([i, j, _]: [f64; 3], middle: [f64; 2], radius: f64) -> bool {
    (i - middle[0]).hypot(j - middle[1]) <= radius
}

/// Two tubes that pass each other: where one ends lies nearer to where the other began.
fn crossing() -> Drawn {
    Drawn::new([60, 45, 21], &[0, 20], |at| {
        let way = at[2];
        let is_in = is_disc(at, [15.0 + way, 15.0], 7.0) || is_disc(at, [45.0 - way, 30.0], 7.0);
        Label::from(is_in)
    })
}

/// Two straight tubes, one of which is not in the higher slice.
fn ending(last: f64) -> Drawn {
    Drawn::new([60, 30, 21], &[0, 20], |at| {
        let is_short = is_disc(at, [12.0, 15.0], 8.0) && at[2] <= last;
        Label::from(is_short || is_disc(at, [45.0, 15.0], 8.0))
    })
}

#[test]
fn a_trunk_and_its_branches_are_told_as_one_group() {
    let tube = Drawn::new([60, 40, 31], &[0, 10, 20, 30], |at| {
        let apart = (0.8 * at[2]).min(14.0);
        let is_in = |side: f64| is_disc(at, [30.0 + side * apart, 20.0], 8.0);
        Label::from(is_in(-1.0) || is_in(1.0))
    });
    let found = tube.filled(&[]);
    let groups: Vec<_> = found
        .matches
        .iter()
        .map(|matched| {
            let counts = |g: &MatchedGroup| g.parts.each_ref().map(Vec::len);
            let groups = matched.groups.iter().map(|g| (counts(g), g.goes));
            (
                matched.slices,
                groups.collect::<Vec<_>>(),
                matched.is_plain(),
            )
        })
        .collect();
    // At slice 10 the discs are 16 apart and touch; at 20 they are 28 apart.
    assert_eq!(
        groups,
        [
            ([0, 10], vec![([1, 1], Goes::Joined)], true),
            ([10, 20], vec![([1, 2], Goes::Joined)], false),
            ([20, 30], vec![([1, 1], Goes::Joined); 2], false),
        ]
    );
    let parts = &found.matches[1].parts[1];
    let disc = (0..60 * 40)
        .filter(|n| is_disc([(n % 60) as f64, (n / 60) as f64, 0.0], [16.0, 20.0], 8.0))
        .count();
    for (part, middle) in parts.iter().zip([16.0, 44.0]) {
        assert_eq!(part.n_voxels, disc);
        assert_eq!(part.middle.0, [middle, 20.0, 20.0]);
        assert_eq!(part.voxel, VoxelIndex([middle as usize, 20, 20]));
    }
    assert_eq!(found.unfollowed, Vec::<usize>::new());
}

#[test]
fn tubes_that_cross_are_joined_as_somebody_says() {
    let tubes = crossing();
    let by_rule = tubes.filled(&[]);
    let joined = |found: &Interpolated| -> Vec<[Vec<usize>; 2]> {
        let groups = found.matches[0].groups.iter();
        groups.map(|group| group.parts.clone()).collect()
    };
    // Numbers go by row: in both slices the part at row 15 is 0.
    assert_ne!(joined(&by_rule), [[vec![0], vec![0]], [vec![1], vec![1]]]);
    let choices = [
        said([15, 15, 0], 20, Way::Join(VoxelIndex([35, 15, 20]))),
        said([45, 30, 0], 20, Way::Join(VoxelIndex([25, 30, 20]))),
    ];
    let by_hand = tubes.filled(&choices);
    assert_eq!(joined(&by_hand), [[vec![0], vec![0]], [vec![1], vec![1]]]);
    let follows: Vec<_> = by_hand.matches[0].parts[0]
        .iter()
        .map(|part| part.choice)
        .collect();
    assert_eq!(follows, [Some(0), Some(1)]);
    let [before, after] = [&by_rule, &by_hand].map(|found| tubes.dice(&found.labels));
    assert!(after > 0.95 && before < 0.8, "{before}, {after}");
    // Said of the parts above it is the same.
    let from_above = [
        said([35, 15, 20], 0, Way::Join(VoxelIndex([15, 15, 0]))),
        said([25, 30, 20], 0, Way::Join(VoxelIndex([45, 30, 0]))),
    ];
    assert!(tubes.filled(&from_above).labels == by_hand.labels);
}

#[test]
fn a_part_ends_where_somebody_says() {
    let tubes = ending(6.0);
    let short = [12, 15, 0];
    // By the rule it tapers half way.
    let tapered = tubes.filled(&[]);
    assert_eq!(tapered.matches[0].groups[0].goes, Goes::Tapers);
    let end = |held_to| tubes.filled(&[said(short, 20, Way::End { held_to })]);
    let held = end(Some(6));
    assert_eq!(
        held.matches[0].groups[0].goes,
        Goes::Ends { held_to: Some(6) }
    );
    for (found, last) in [
        (held, 6),
        (end(None), 0),
        (end(Some(19)), 19),
        (end(Some(20)), 19),
    ] {
        // It ends there and nowhere else, and is as wide as it was drawn.
        let expected: Vec<usize> = (1..=last).collect();
        assert_eq!(tubes.found_in(&found.labels, 0..28), expected);
        let dice = ending(last as f64).dice(&found.labels);
        assert!(dice > 0.98, "{last}: {dice}");
    }
}

#[test]
fn a_part_of_which_it_is_said_tapers_half_way() {
    // Both tubes go on in the higher slice; one is said to taper there and here.
    let tubes = ending(20.0);
    let choices = [
        said([12, 15, 0], 20, Way::Taper),
        said([12, 15, 20], 0, Way::Taper),
    ];
    let found = tubes.filled(&choices);
    let goes: Vec<_> = found.matches[0]
        .groups
        .iter()
        .map(|group| group.goes)
        .collect();
    assert_eq!(goes, [Goes::Tapers, Goes::Joined, Goes::Tapers]);
    // Depth falls in a line from R - r to -R, so the border at t of the gap is R (1 - t / (1 - t)).
    let truth = Drawn::new([60, 30, 21], &[0, 20], |at| {
        let t = (at[2] / 20.0).min(1.0 - at[2] / 20.0);
        let radius = 8.0 * (1.0 - t / (1.0 - t));
        let is_in = is_disc(at, [12.0, 15.0], radius) && t < 0.5;
        Label::from(is_in || is_disc(at, [45.0, 15.0], 8.0))
    });
    let dice = truth.dice(&found.labels);
    assert!(dice > 0.97, "{dice}");
}

#[test]
fn the_outermost_section_goes_on_to_an_empty_drawn_slice_only_where_it_is_said() {
    let tube = |last: f64| {
        Drawn::new([30, 30, 31], &[0, 10, 20, 30], move |at| {
            Label::from(is_disc(at, [15.0, 15.0], 8.0) && at[2] <= last)
        })
    };
    let found = tube(10.0).filled(&[]);
    assert_eq!(
        tube(10.0).found_in(&found.labels, 0..30),
        (1..10).collect::<Vec<_>>()
    );
    let last = found.matches.last().unwrap();
    assert_eq!(
        (last.slices, last.groups[0].goes),
        ([10, 20], Goes::Ends { held_to: None })
    );
    let choice = |goes| [said([15, 15, 10], 20, goes)];
    let held = tube(10.0).filled(&choice(Way::End { held_to: Some(14) }));
    let expected: Vec<usize> = (1..10).chain(11..15).collect();
    assert_eq!(tube(10.0).found_in(&held.labels, 0..30), expected);
    let dice = tube(14.0).dice(&held.labels);
    assert!(dice > 0.98, "{dice}");
    let tapered = tube(10.0).filled(&choice(Way::Taper));
    // By the closed form its radius is 8/9 of a millimetre less than 8 at first, and 2.7 in slice 14.
    assert_eq!(tube(10.0).found_in(&tapered.labels, 0..30), expected);
    assert_eq!(tapered.unfollowed, Vec::<usize>::new());
}

/// Where a large segment has ended, all segments as one go on for a while; none of them does there.
#[test]
fn nothing_spreads_over_the_place_of_a_segment_that_has_ended() {
    let [grain, bar] = [[38.0, 15.0], [8.0, 15.0]];
    let drawn = Drawn::new([60, 30, 21], &[0, 10, 20], |at| {
        let is_one = is_disc(at, bar, 5.0) || at[2] == 10.0 && is_disc(at, grain, 2.5);
        let is_two = at[2] <= 10.0 && is_disc(at, [38.0, 15.0], 12.0);
        if is_one { 1 } else { 2 * Label::from(is_two) }
    });
    let found = drawn.filled(&[]).labels;
    for k in 11..20 {
        let strays = (0..60 * 30).filter(|n| {
            let at = [(n % 60) as f64, (n / 60) as f64, k as f64];
            let is_beside = !is_disc(at, bar, 7.0) && !is_disc(at, grain, 4.0);
            is_beside && found.label(VoxelIndex([n % 60, n / 60, k])) != 0
        });
        assert_eq!(strays.count(), 0, "slice {k}");
    }
}

#[test]
fn what_no_longer_fits_is_told_and_changes_nothing() {
    let tubes = ending(20.0);
    let end = Way::End { held_to: None };
    let stale = [
        said([30, 15, 0], 20, end),
        said([12, 15, 0], 10, end),
        said([12, 15, 10], 20, end),
        said([12, 15, 0], 0, end),
        said([12, 15, 0], usize::MAX, end),
        said([usize::MAX; 3], 20, end),
        said([12, 15, 0], 20, Way::Join(VoxelIndex([30, 15, 20]))),
        said([12, 15, 0], 20, Way::Join(VoxelIndex([12, 15, 0]))),
        PartChoice {
            label: 2,
            ..said([12, 15, 0], 20, end)
        },
        PartChoice {
            axis: Axis::I,
            ..said([12, 15, 0], 20, end)
        },
    ];
    let found = tubes.filled(&stale);
    assert_eq!(found.unfollowed, (0..stale.len()).collect::<Vec<_>>());
    assert!(found.labels == tubes.filled(&[]).labels);
    // Of two words about a part the last one counts, and a join counts for both parts.
    let twice = [
        said([12, 15, 0], 20, Way::Taper),
        said([12, 15, 0], 20, Way::Join(VoxelIndex([45, 15, 20]))),
        said([45, 15, 20], 0, end),
    ];
    assert_eq!(tubes.filled(&twice).unfollowed, [0, 2]);
}

#[test]
fn of_segments_that_touch_one_ends_and_the_other_goes_on() {
    // Two halves of a block; the left one ends at its slice, the right one does not spread into it.
    let block = |last: f64| {
        Drawn::new([40, 30, 21], &[0, 20], move |[i, j, k]| {
            let is_in = (8.0..32.0).contains(&i) && (8.0..22.0).contains(&j);
            match is_in {
                true if i >= 20.0 => 2,
                true if k <= last || k == 20.0 => 1,
                _ => 0,
            }
        })
    };
    let end = Way::End { held_to: None };
    let choices = [said([14, 15, 0], 20, end), said([14, 15, 20], 0, end)];
    let found = block(20.0).filled(&choices);
    assert_eq!(found.unfollowed, Vec::<usize>::new());
    let n_left = dense(&found.labels)[40 * 30..40 * 30 * 20]
        .iter()
        .filter(|&&l| l == 1)
        .count();
    assert_eq!(n_left, 0);
    let dice = block(0.0).dice(&found.labels);
    assert!(dice > 0.93, "{dice}");
}

#[test]
fn a_coarse_look_is_near_the_truth_and_keeps_what_is_drawn() {
    // 120 x 120 x 81 voxels: more than a coarse grid has.
    let slices: Vec<usize> = (5..=75).step_by(10).collect();
    let ball = Drawn::new([120, 120, 81], &slices, |at| {
        let squared: f64 = at
            .iter()
            .zip([60.0, 60.0, 40.0])
            .map(|(a, b)| (a - b).powi(2))
            .sum();
        Label::from(squared <= 36.0 * 36.0)
    });
    let coarse = ball.coarse(&[]).unwrap();
    let dice = ball.dice(&coarse);
    assert!(dice > 0.93, "{dice}");
    let area = 120 * 120;
    let found = dense(&coarse);
    for k in slices {
        assert!(
            found[k * area..][..area] == ball.truth[k * area..][..area],
            "{k}"
        );
    }
}

#[test]
fn a_coarse_look_follows_what_is_said_and_small_grids_need_none() {
    let wide = |last: f64| {
        Drawn::new([240, 120, 41], &[0, 40], move |at| {
            let is_short = is_disc(at, [50.0, 60.0], 30.0) && at[2] <= last;
            Label::from(is_short || is_disc(at, [180.0, 60.0], 30.0))
        })
    };
    let choice = said([50, 60, 0], 40, Way::End { held_to: Some(12) });
    let coarse = wide(12.0).coarse(&[choice]).unwrap();
    let dice = wide(12.0).dice(&coarse);
    assert!(dice > 0.95, "{dice}");
    assert_eq!(ending(6.0).coarse(&[]), None);
}

#[test]
fn a_join_with_nothing_changes_nothing_beside_what_is_followed() {
    let drawn = Drawn::new(SIZE, &[1, 6, 14], |at| match at[2] as usize {
        14 if is_disc(at, [10.28, 8.05], 5.9) => 2,
        6 if is_disc(at, [6.76, 5.43], 1.5) => 1,
        _ => 0,
    });
    let nothing = said([0, 0, 6], 14, Way::Join(VoxelIndex([0, 0, 0])));
    let tapers = PartChoice {
        label: 2,
        ..said([6, 5, 14], 6, Way::Taper)
    };
    let found = drawn.filled(&[nothing, tapers]);
    assert_eq!(found.unfollowed, [0]);
    assert!(found.labels == drawn.filled(&[tapers]).labels);
}

const SIZE: [usize; 3] = [24, 20, 16];

fn ways() -> impl Strategy<Value = Way> {
    let voxel = (0..SIZE[0], 0..SIZE[1], 0..SIZE[2]);
    prop_oneof![
        voxel.prop_map(|(i, j, k)| Way::Join(VoxelIndex([i, j, k]))),
        Just(Way::Taper),
        proptest::option::of(0..SIZE[2] + 3).prop_map(|held_to| Way::End { held_to }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_drawn_stays_whatever_is_said(
        discs in prop::collection::vec((0..3_usize, 2.0..22.0, 2.0..18.0, 1.5..6.0, 1..3_u16), 1..9),
        choices in prop::collection::vec(
            ((0..SIZE[0], 0..SIZE[1], 0..3_usize), 0..3_usize, 0..3_u16, ways()), 0..9),
    ) {
        const SLICES: [usize; 3] = [1, 6, 14];
        let drawn = Drawn::new(SIZE, &SLICES, |at| {
            let in_slice = discs.iter().filter(|disc| SLICES[disc.0] as f64 == at[2]);
            let mut found = in_slice.filter(|disc| is_disc(at, [disc.1, disc.2], disc.3));
            found.next().map_or(0, |disc| disc.4)
        });
        let choices: Vec<PartChoice> = choices
            .into_iter()
            .map(|((i, j, n), toward, label, goes)| PartChoice {
                label,
                ..said([i, j, SLICES[n]], SLICES[toward], goes)
            })
            .collect();
        let found = drawn.filled(&choices);
        let area = SIZE[0] * SIZE[1];
        let labels = dense(&found.labels);
        for k in SLICES {
            prop_assert_eq!(&labels[k * area..][..area], &drawn.truth[k * area..][..area]);
        }
        // Each part is in one group, and only what is not followed may be left out.
        for matched in &found.matches {
            for side in 0..2 {
                let groups = matched.groups.iter().flat_map(|group| &group.parts[side]);
                let mut numbers: Vec<usize> = groups.copied().collect();
                numbers.sort_unstable();
                prop_assert_eq!(numbers, (0..matched.parts[side].len()).collect::<Vec<_>>());
            }
        }
        let followed = (0..choices.len()).filter(|n| !found.unfollowed.contains(n));
        let followed: Vec<PartChoice> = followed.map(|n| choices[n]).collect();
        prop_assert!(drawn.filled(&followed).labels == found.labels);
    }
}
