//! Seeds that grow: against SciPy's shortest paths and ITK's GrowCut on a real CT, against a closed
//! form, and what must hold for any seeds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{
    answer, bytes, dense, image, labels, list, number, size, volume, whole, words,
};
use annotomy_segmentation::{Grown, Growth, GrowthError, Mask, Spacing, grow_seeds, seed_region};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::{NoProgress, Progress};
use annotomy_volume::space::{Mm, VoxelIndex};
use annotomy_volume::volume::{Padding, Volume, Voxels};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};

fn ones() -> Spacing {
    Spacing::even([Mm(1.0); 3]).unwrap()
}

fn grown_from(volume: &Volume, seeds: &LabelMap, permitted: Option<&Mask>, locality: f64) -> Grown {
    let region = whole(seeds.size());
    let growth = Growth { locality, region };
    grow_seeds(volume, seeds, (permitted, &ones()), &growth, &NoProgress).unwrap()
}

struct Case {
    volume: Volume,
    spacing: Spacing,
    seeds: LabelMap,
    growth: Growth,
}

impl Case {
    fn of(case: &Value) -> Self {
        let (volume, spacing) = image(case);
        Self {
            volume,
            spacing,
            seeds: labels(case, "seeds"),
            growth: Growth {
                locality: number(&case["locality"]),
                region: whole(size(case)),
            },
        }
    }

    fn labels(&self) -> Vec<Label> {
        let with = (None, &self.spacing);
        let grown = grow_seeds(&self.volume, &self.seeds, with, &self.growth, &NoProgress);
        dense(&grown.unwrap().labels())
    }
}

#[test]
fn segments_are_where_the_shortest_paths_and_growcut_say() {
    for case in list(&answer("seeds.py", &[])) {
        let [n_i, n_j, n_k] = size(case);
        let name = &case["name"];
        let found = Case::of(case).labels();
        if let Some(distances) = case.get("distances") {
            let distances = distances.as_object().unwrap();
            let far: Vec<(Label, Vec<f32>)> = distances
                .iter()
                .map(|(label, far)| {
                    let far = words(far).into_iter().map(f32::from_le_bytes);
                    (label.parse().unwrap(), far.collect())
                })
                .collect();
            for (n, label) in found.iter().enumerate() {
                let least = far.iter().map(|(_, far)| far[n]).reduce(f32::min).unwrap();
                let (_, own) = far.iter().find(|(other, _)| other == label).unwrap();
                // A move of no cost counts as 1/256 of a value, and a length is rounded to it.
                let most = least + 100.0 / 256.0;
                assert!(own[n] <= most, "{name}, voxel {n}: {} {least}", own[n]);
            }
        }
        if let Some(theirs) = case.get("growcut") {
            let (mut same, mut all) = (0, 0);
            for (n, (&label, &theirs)) in found.iter().zip(&bytes(theirs)).enumerate() {
                let at = [(n % n_i, n_i), (n / n_i % n_j, n_j), (n / (n_i * n_j), n_k)];
                // Theirs leaves the outermost voxels alone.
                if at.iter().all(|&(x, size)| x > 0 && x + 1 < size) {
                    all += 1;
                    same += usize::from(label == Label::from(theirs));
                }
            }
            assert!(same * 100 > all * 99, "{name}: {same} of {all}");
        }
    }
}

#[test]
fn where_all_is_alike_the_nearest_seed_counts() {
    let size = [23, 19, 17];
    let volume = volume(size, Voxels::U8(vec![7; 23 * 19 * 17]));
    let seeds = [[4, 3, 5], [18, 15, 9], [7, 16, 12]];
    let mut labels = vec![0; 23 * 19 * 17];
    for (label, [i, j, k]) in (1..).zip(seeds) {
        labels[(k * 19 + j) * 23 + i] = label;
    }
    let labels = LabelMap::from_dense(size, &labels).unwrap();
    let found = grown_from(&volume, &labels, None, 10.0).labels();
    // Moves to 26 neighbours: as many diagonal ones as there can be.
    let far = |at: [usize; 3], seed: [usize; 3]| {
        let mut apart = [0, 1, 2].map(|n| at[n].abs_diff(seed[n]) as f64);
        apart.sort_by(f64::total_cmp);
        let [a, b, c] = apart;
        a * 3_f64.sqrt() + (b - a) * 2_f64.sqrt() + c - b
    };
    let mut n_sure = 0;
    for n in 0..23 * 19 * 17 {
        let at = [n % 23, n / 23 % 19, n / (23 * 19)];
        let mut by_distance = [1, 2, 3].map(|label| (far(at, seeds[label - 1]), label as Label));
        by_distance.sort_by(|a, b| a.0.total_cmp(&b.0));
        if by_distance[0].0 + 0.01 < by_distance[1].0 {
            n_sure += 1;
            assert_eq!(found.label(VoxelIndex(at)), by_distance[0].1, "{at:?}");
        }
    }
    assert!(n_sure > 7000);
}

const GRID: [usize; 3] = [37, 11, 9];
const N: usize = 37 * 11 * 9;

/// Few different values, so that many ways cost the same.
fn images() -> impl Strategy<Value = Volume> {
    prop::collection::vec(0_u8..4, N).prop_map(|voxels| volume(GRID, Voxels::U8(voxels)))
}

/// Short rows of labels.
fn some_seeds() -> impl Strategy<Value = LabelMap> {
    // Few labels take less memory than many, and large ones count as many.
    let few = prop::sample::select(vec![1_u16, 2, 31]);
    let many = prop::sample::select(vec![1_u16, 32, 700]);
    let label = prop_oneof![3 => few, 1 => many];
    prop::collection::vec((0..N, 1_usize..6, label), 0..9).prop_map(|rows| {
        let mut labels = vec![0; N];
        for (at, len, label) in rows {
            labels[at..N.min(at + len)].fill(label);
        }
        LabelMap::from_dense(GRID, &labels).unwrap()
    })
}

fn some_mask() -> impl Strategy<Value = Option<Mask>> {
    let mask = prop::collection::vec(0_u8..5, N).prop_map(|values| {
        let permitted: Vec<bool> = values.iter().map(|&value| value > 0).collect();
        Mask::from_dense(GRID, &permitted).unwrap()
    });
    prop::option::of(mask)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn seeds_that_come_and_go_give_what_all_at_once_would(
        image in images(),
        turns in prop::collection::vec(some_seeds(), 2..5),
        mask in some_mask(),
        locality in prop::sample::select(vec![0.0, 0.3, 2.0]),
    ) {
        let mut grown = grown_from(&image, &turns[0], mask.as_ref(), locality);
        for seeds in &turns[1..] {
            grown = grown.with_seeds(seeds, &NoProgress).unwrap();
            let at_once = grown_from(&image, seeds, mask.as_ref(), locality);
            prop_assert_eq!(grown.labels(), at_once.labels());
        }
        let none = grown.with_seeds(&LabelMap::empty(GRID), &NoProgress).unwrap();
        prop_assert_eq!(none.labels(), LabelMap::empty(GRID));
    }

    #[test]
    fn seeds_stay_and_what_is_not_permitted_is_left(
        image in images(),
        seeds in some_seeds(),
        mask in some_mask(),
    ) {
        let mask = mask.unwrap_or(Mask::whole(GRID));
        let found = dense(&grown_from(&image, &seeds, Some(&mask), 1.0).labels());
        for ((found, seed), is_permitted) in found.iter().zip(dense(&seeds)).zip(mask.to_dense()) {
            match (is_permitted, seed) {
                (false, _) => prop_assert_eq!(*found, 0),
                (true, 0) => {}
                (true, seed) => prop_assert_eq!(*found, seed),
            }
        }
    }
}

/// Every move costs as much as it can: distances outgrow what takes less memory.
#[test]
fn seeds_grow_as_far_as_there_are_voxels() {
    let size = [601, 1, 1];
    let values = (0..601).map(|n| if n % 2 == 0 { 0 } else { u16::MAX });
    let image = volume(size, Voxels::U16(values.collect()));
    let mut seeds = vec![0; 601];
    (seeds[0], seeds[600]) = (1, 2);
    let seeds = LabelMap::from_dense(size, &seeds).unwrap();
    let grown = grown_from(&image, &seeds, None, 0.0);
    let expected: Vec<Label> = (0..601).map(|n| if n <= 300 { 1 } else { 2 }).collect();
    assert_eq!(dense(&grown.labels()), expected);
    let one = LabelMap::from_dense(size, &[&[1], [0; 600].as_slice()].concat()).unwrap();
    let grown = grown.with_seeds(&one, &NoProgress).unwrap();
    assert_eq!(dense(&grown.labels()), [1; 601]);
}

/// A wall of what may not be changed, and a hole in it.
#[test]
fn growth_goes_around_what_is_not_permitted() {
    let size = [9, 5, 1];
    let image = volume(size, Voxels::U8(vec![0; 45]));
    let mut seeds = vec![0; 45];
    (seeds[18], seeds[26]) = (1, 2);
    let seeds = LabelMap::from_dense(size, &seeds).unwrap();
    let with_hole = |hole: Option<usize>| {
        let open: Vec<bool> = (0..45).map(|n| n % 9 != 6 || Some(n / 9) == hole).collect();
        let mask = Mask::from_dense(size, &open).unwrap();
        grown_from(&image, &seeds, Some(&mask), 1.0).labels()
    };
    let count = |labels: &LabelMap, label| Mask::of_label(labels, label).n_voxels();
    let closed = with_hole(None);
    assert_eq!((count(&closed, 1), count(&closed, 2)), (30, 10));
    let open = with_hole(Some(2));
    // The second segment is nearer to the hole and to the voxels just behind it.
    assert_eq!(open.label(VoxelIndex([6, 2, 0])), 2);
    assert!(count(&open, 1) < 30 && count(&open, 2) > 11);
}

#[test]
fn padding_and_what_is_no_number_are_not_grown_into() {
    let size = [5, 1, 1];
    let seeds = LabelMap::from_dense(size, &[1, 0, 0, 0, 0]).unwrap();
    let image = volume(size, Voxels::F32(vec![0.0, 1.0, f32::NAN, 1.0, 0.0]));
    let found = grown_from(&image, &seeds, None, 0.0).labels();
    assert_eq!(dense(&found), [1, 1, 0, 0, 0]);
    let padding = Padding {
        low: -2000.0,
        high: -2000.0,
    };
    let image = volume(size, Voxels::I16(vec![0, 5, 9, -2000, 0]));
    let image = image.with_padding(Some(padding));
    let found = grown_from(&image, &seeds, None, 0.0).labels();
    assert_eq!(dense(&found), [1, 1, 1, 0, 0]);
}

#[test]
fn odd_input_does_no_harm() {
    let size = [6, 4, 3];
    let image = volume(size, Voxels::F64((0..72).map(f64::from).collect()));
    let seeds = LabelMap::from_dense(size, &[3; 72]).unwrap();
    for locality in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
        let found = grown_from(&image, &seeds, None, locality);
        let none = found
            .with_seeds(&LabelMap::empty(size), &NoProgress)
            .unwrap();
        assert_eq!(none.labels(), LabelMap::empty(size), "{locality}");
    }
    let in_box = |min, max| {
        let growth = Growth {
            locality: 0.0,
            region: VoxelBox { min, max },
        };
        grow_seeds(&image, &seeds, (None, &ones()), &growth, &NoProgress).unwrap()
    };
    let part = in_box([4, 0, 0], [usize::MAX; 3]).labels();
    assert_eq!(Mask::of_label(&part, 3).n_voxels(), 24);
    for (min, max) in [([6, 0, 0], [9; 3]), ([3; 3], [2; 3])] {
        assert_eq!(in_box(min, max).labels(), LabelMap::empty(size));
    }
    let other = LabelMap::empty([2, 2, 2]);
    let found = grown_from(&image, &seeds, None, 0.0);
    assert_eq!(
        found.with_seeds(&other, &NoProgress).unwrap().labels(),
        seeds
    );
    assert_eq!(seed_region(&LabelMap::empty(size), &ones(), Mm(5.0)), None);
}

#[test]
fn the_region_is_the_seeds_and_a_margin() {
    let mut labels = LabelMap::empty([50, 40, 30]);
    let seed = VoxelBox {
        min: [10, 11, 12],
        max: [13, 11, 28],
    };
    let mask = Mask::filled([50, 40, 30], seed);
    labels.apply(&mask.relabel(&labels, |_, _| 7)).unwrap();
    let spacing = Spacing::even([Mm(1.0), Mm(2.0), Mm(4.0)]).unwrap();
    let region = seed_region(&labels, &spacing, Mm(6.0)).unwrap();
    assert_eq!((region.min, region.max), ([4, 8, 10], [19, 14, 29]));
}

/// Cancels after some questions.
struct CancelAfter(AtomicUsize);

impl Progress for CancelAfter {
    fn advance(&self, done: usize, total: usize) {
        assert!(done <= total, "{done} of {total}");
    }

    fn is_cancelled(&self) -> bool {
        let take = |left: usize| left.checked_sub(1);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_err()
    }
}

/// A large image and seeds at two of its ends.
fn large() -> (Volume, LabelMap) {
    let size = [80, 70, 60];
    let value = |n: u32| (n.wrapping_mul(2_654_435_761) >> 22) as u16;
    let image = volume(size, Voxels::U16((0..80 * 70 * 60).map(value).collect()));
    let mut seeds = vec![0; 80 * 70 * 60];
    (seeds[0], seeds[80 * 70 * 60 - 1]) = (1, 2);
    (image, LabelMap::from_dense(size, &seeds).unwrap())
}

#[test]
fn any_number_of_threads_gives_the_same_labels() {
    let (image, seeds) = large();
    let with = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build();
        pool.unwrap()
            .install(|| grown_from(&image, &seeds, None, 3.0).labels())
    };
    let one = with(1);
    assert!(one == with(2));
    assert!(one == with(5));
}

#[test]
fn cancelling_at_any_point_ends_the_work() {
    let (image, seeds) = large();
    let growth = Growth {
        locality: 0.0,
        region: whole(seeds.size()),
    };
    let grow = |n| {
        let progress = CancelAfter(AtomicUsize::new(n));
        let ended = grow_seeds(&image, &seeds, (None, &ones()), &growth, &progress);
        ended.and_then(|grown| Ok(grown.with_seeds(&LabelMap::empty(seeds.size()), &progress)?))
    };
    assert!(grow(usize::MAX).is_ok());
    for n in [0, 1, 10, 20, 30] {
        assert!(
            matches!(grow(n), Err(GrowthError::Cancelled(_))),
            "after {n}"
        );
    }
}
