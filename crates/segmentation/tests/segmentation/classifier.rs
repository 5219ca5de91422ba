//! The pixel classifier: its features against SciPy, its accuracy against scikit-learn's random
//! forest on the same strokes, and what must hold whatever is painted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{answer, dense, image, labels, list, number, size, volume, whole, words};
use annotomy_segmentation::{Classifier, LearnError, Mask, Spacing, voxel_features};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::{NoProgress, Progress};
use annotomy_volume::space::{Mm, VoxelIndex};
use annotomy_volume::volume::{Padding, Volume, Voxels};
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn features_are_scipys() {
    for case in list(&answer("automation.py", &["features"])) {
        let (volume, spacing) = image(case);
        let with = (&spacing, Mm(number(&case["finest"])));
        let region = whole(size(case));
        let found = voxel_features(&volume, region, with, &NoProgress).unwrap();
        let theirs: Vec<f32> = words(&case["features"])
            .into_iter()
            .map(f32::from_le_bytes)
            .collect();
        let found: Vec<f32> = found.into_iter().flatten().collect();
        assert_eq!(found.len(), theirs.len());
        // Values go to some thousands: single precision knows them to some ten-thousandths.
        for (n, (found, theirs)) in found.iter().zip(theirs).enumerate() {
            assert!((found - theirs).abs() < 4e-3, "{n}: {found} {theirs}");
        }
        // A box by itself looks as it does in the whole.
        let part = VoxelBox {
            min: [3, 5, 2],
            max: [30, 20, 2],
        };
        let all = voxel_features(&volume, region, with, &NoProgress).unwrap();
        let some = voxel_features(&volume, part, with, &NoProgress).unwrap();
        let [n_i, n_j, _] = size(case);
        for (n, features) in some.iter().enumerate() {
            let [i, j] = [3 + n % 28, 5 + n / 28];
            assert_eq!(*features, all[(2 * n_j + j) * n_i + i]);
        }
    }
}

/// Which of a few strokes a forest saw moves its accuracy by more than a tenth either way: the means
/// over several are compared.
#[test]
fn forests_are_as_accurate_as_scikit_learns() {
    for case in list(&answer("automation.py", &["forest"])) {
        let (volume, spacing) = image(case);
        let with = (&spacing, Mm(number(&case["finest"])));
        let truth = dense(&labels(case, "truth"));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for turn in list(&case["turns"]) {
            let painted = labels(turn, "painted");
            let classifier = Classifier::learn(&volume, &painted, with, &NoProgress).unwrap();
            let wanted = Mask::whole(size(case));
            let found = dense(&classifier.classify(&volume, &wanted, &NoProgress).unwrap());
            let same = found.iter().zip(&truth).filter(|(a, b)| a == b);
            ours.push(same.count() as f64 / truth.len() as f64);
            theirs.push(number(&turn["accuracy"]));
        }
        let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
        let name = &case["name"];
        eprintln!("{name}: ours {ours:.4?}, scikit-learn's {theirs:.4?}");
        assert!(mean(&ours) >= mean(&theirs) - 0.01, "{name}");
    }
}

/// Two halves that differ in value, with a voxel of each painted in some slices.
fn halves(size: [usize; 3]) -> (Volume, LabelMap) {
    let [n_i, n_j, n_k] = size;
    let noise = |n: usize| (n * 7919 % 13) as i16;
    let values = (0..n_i * n_j * n_k).map(|n| noise(n) + if n % n_i < n_i / 2 { 0 } else { 500 });
    let volume = volume(size, Voxels::I16(values.collect()));
    let mut painted = vec![0; n_i * n_j * n_k];
    for i in 0..n_i {
        painted[(n_j / 2) * n_i + i] = if i < n_i / 2 { 4 } else { 2 };
    }
    (volume, LabelMap::from_dense(size, &painted).unwrap())
}

fn ones() -> Spacing {
    Spacing::even([Mm(1.0); 3]).unwrap()
}

#[test]
fn the_same_strokes_give_the_same_labels_on_any_number_of_threads_and_in_any_part() {
    let size = [70, 40, 9];
    let (volume, painted) = halves(size);
    let on = |n_threads: usize, wanted: &Mask| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        pool.build().unwrap().install(|| {
            let found = Classifier::learn(&volume, &painted, (&ones(), Mm(1.0)), &NoProgress);
            let found = found.unwrap();
            found.classify(&volume, wanted, &NoProgress).unwrap()
        })
    };
    let whole = Mask::whole(size);
    let all = on(1, &whole);
    assert_eq!(all, on(5, &whole));
    let slice = VoxelBox {
        min: [10, 0, 4],
        max: [50, 39, 4],
    };
    let part = on(3, &Mask::filled(size, slice));
    for n in 0..70 * 40 * 9 {
        let at = [n % 70, n / 70 % 40, n / 2800];
        let is_inside = (10..=50).contains(&at[0]) && at[2] == 4;
        let expected = if is_inside {
            all.label(VoxelIndex(at))
        } else {
            0
        };
        assert_eq!(part.label(VoxelIndex(at)), expected, "{at:?}");
        assert_eq!(all.label(VoxelIndex(at)), if at[0] < 35 { 4 } else { 2 });
    }
}

#[test]
fn what_has_no_value_is_neither_learned_from_nor_told_apart() {
    let size = [20, 10, 2];
    let (volume, painted) = halves(size);
    let volume = volume.with_padding(Some(Padding {
        low: 500.0,
        high: 2000.0,
    }));
    let found = Classifier::learn(&volume, &painted, (&ones(), Mm(1.0)), &NoProgress);
    assert_eq!(found, Err(LearnError::TooFew { n_labels: 1 }));
    let nothing = LabelMap::empty(size);
    let found = Classifier::learn(&volume, &nothing, (&ones(), Mm(1.0)), &NoProgress);
    assert_eq!(found, Err(LearnError::TooFew { n_labels: 0 }));
    let some = Padding {
        low: 505.0,
        high: 2000.0,
    };
    let volume = volume.with_padding(Some(some));
    let classifier = Classifier::learn(&volume, &painted, (&ones(), Mm(1.0)), &NoProgress).unwrap();
    let found = classifier
        .classify(&volume, &Mask::whole(size), &NoProgress)
        .unwrap();
    for n in 0..400 {
        let at = VoxelIndex([n % 20, n / 20 % 10, n / 200]);
        let has_value = !some.holds(volume.value(at));
        assert_eq!(found.label(at) != 0, has_value, "{at:?}");
    }
}

/// Says stop after some looks.
struct Impatient(AtomicUsize);

impl Progress for Impatient {
    fn advance(&self, _: usize, _: usize) {}

    fn is_cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) > 3
    }
}

#[test]
fn learning_and_telling_apart_can_be_cancelled() {
    let size = [70, 40, 9];
    let (volume, painted) = halves(size);
    let impatient = || Impatient(AtomicUsize::new(0));
    let with = (&ones(), Mm(1.0));
    let stopped = Classifier::learn(&volume, &painted, with, &impatient());
    assert!(matches!(stopped, Err(LearnError::Cancelled(_))));
    let classifier = Classifier::learn(&volume, &painted, with, &NoProgress).unwrap();
    let stopped = classifier.classify(&volume, &Mask::whole(size), &impatient());
    assert!(stopped.is_err());
}
