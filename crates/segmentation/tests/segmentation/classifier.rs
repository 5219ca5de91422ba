//! The pixel classifier: its features against SciPy, its accuracy against scikit-learn's random
//! forest on the same strokes, and what must hold whatever is painted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{answer, dense, image, labels, list, number, size, volume, whole, words};
use annotomy_segmentation::{
    Bubble, Classifier, ClassifierBytesError, LearnError, Mask, Motion, Snake, Spacing, Start,
    classifier_speed, voxel_features,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::{NoProgress, Progress};
use annotomy_volume::space::{ContinuousIndex, Mm, VoxelIndex};
use annotomy_volume::volume::{Padding, Volume, Voxels};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// Strokes in a chest and in a phantom, and what scikit-learn's forests make of them.
static STROKES: LazyLock<Value> = LazyLock::new(|| answer("automation.py", &["forest"]));

/// Stripes, grains and other classes that no threshold tells apart.
fn textures() -> &'static Value {
    list(&STROKES)
        .find(|case| case["name"] == "textures")
        .unwrap()
}

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
    for case in list(&STROKES) {
        let (volume, spacing) = image(case);
        let with = (&spacing, Mm(number(&case["finest"])));
        let truth = dense(&labels(case, "truth"));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for turn in list(&case["turns"]) {
            let painted = labels(turn, "painted");
            let classifier = Classifier::learn(&volume, &painted, with, &NoProgress).unwrap();
            let wanted = Mask::whole(size(case));
            let found = dense(
                &classifier
                    .classify((&volume, with.0), &wanted, &NoProgress)
                    .unwrap(),
            );
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

/// How likely the voxels of each label have it, and those of others, as scikit-learn's forests say on
/// average.
#[test]
fn likeness_is_that_of_scikit_learn() {
    for case in list(&STROKES) {
        let (volume, spacing) = image(case);
        let with = (&spacing, Mm(number(&case["finest"])));
        let truth = dense(&labels(case, "truth"));
        let region = whole(size(case));
        let turn = &case["turns"][0];
        let painted = labels(turn, "painted");
        let classifier = Classifier::learn(&volume, &painted, with, &NoProgress).unwrap();
        for theirs in list(&turn["likeness"]) {
            let label = number(&theirs[0]) as Label;
            let asked = (region, label);
            let found = classifier
                .likeness((&volume, &spacing), asked, &NoProgress)
                .unwrap();
            let mean = |is_it: bool| {
                let some = found
                    .iter()
                    .zip(&truth)
                    .filter(|(_, l)| (**l == label) == is_it);
                let (sum, n) = some.fold((0.0, 0.0), |(sum, n), (x, _)| {
                    (sum + f64::from(*x), n + 1.0)
                });
                sum / n
            };
            let ours = [mean(true), mean(false)];
            let theirs = [number(&theirs[1]), number(&theirs[2])];
            eprintln!(
                "{}, {label}: ours {ours:.3?}, theirs {theirs:.3?}",
                case["name"]
            );
            assert!(
                (0..2).all(|n| (ours[n] - theirs[n]).abs() < 0.05),
                "{ours:?} {theirs:?}"
            );
        }
    }
}

/// Stripes that no threshold tells from what is around them: a contour fits them at least as well as
/// the voxels that scikit-learn says have their label.
#[test]
fn a_contour_by_a_classifier_fits_a_texture() {
    let case = textures();
    let (volume, spacing) = image(case);
    let (grid, region) = (size(case), whole(size(case)));
    let truth = labels(case, "truth");
    let painted = labels(&case["turns"][0], "painted");
    let with = (&spacing, Mm(number(&case["finest"])));
    let classifier = Classifier::learn(&volume, &painted, with, &NoProgress).unwrap();
    let stripes = Mask::of_label(&truth, 1);
    let by = (&classifier, 1);
    let speed = classifier_speed((&volume, &spacing), region, by, &NoProgress).unwrap();
    let bubble = Bubble {
        center: ContinuousIndex([10.0, 10.0, 6.0]),
        radius: Mm(4.0),
    };
    let start = Start {
        mask: None,
        bubbles: &[bubble],
    };
    let motion = Motion::Regions {
        propagation: 1.0,
        curvature: 0.2,
    };
    let mut snake = Snake::new(
        &start,
        (grid, &spacing),
        Arc::new(speed),
        motion,
        &NoProgress,
    )
    .unwrap();
    snake.advance(400, &NoProgress).unwrap();
    let found = snake.mask();
    let both = found.intersection(&stripes).n_voxels() as f64;
    let dice = 2.0 * both / (found.n_voxels() + stripes.n_voxels()) as f64;
    let mut peers = list(&case["turns"][0]["likeness"]);
    let peer = peers.find(|row| number(&row[0]) == 1.0).unwrap();
    eprintln!("Dice {dice:.3} of the stripes, scikit-learn's {}", peer[3]);
    assert!(dice >= number(&peer[3]), "{dice}");
}

/// NumPy walks the trees that bytes hold: every voxel gets the same shares, and the label with most.
#[test]
fn numpy_finds_the_same_by_the_same_trees() {
    let case = textures();
    let (volume, spacing) = image(case);
    let (grid, region) = (size(case), whole(size(case)));
    let painted = labels(&case["turns"][0], "painted");
    let with = (&spacing, Mm(number(&case["finest"])));
    let classifier = Classifier::learn(&volume, &painted, with, &NoProgress).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [forest, features] = ["forest", "features"].map(|name| folder.path().join(name));
    std::fs::write(&forest, classifier.to_bytes()).unwrap();
    let looks = voxel_features(&volume, region, with, &NoProgress).unwrap();
    let looks = looks.iter().flatten().flat_map(|x| x.to_le_bytes());
    std::fs::write(&features, looks.collect::<Vec<u8>>()).unwrap();
    let files = [&forest, &features].map(|path| path.to_str().unwrap());
    let theirs = answer("classifier.py", &["forest", files[0], files[1]]);
    let known = classifier.labels();
    assert_eq!(theirs["labels"], serde_json::json!(known));
    let means: Vec<f32> = words(&theirs["means"])
        .into_iter()
        .map(f32::from_le_bytes)
        .collect();
    for (n, &label) in known.iter().enumerate() {
        let asked = (region, label);
        let ours = classifier.likeness((&volume, &spacing), asked, &NoProgress);
        let theirs = means.iter().skip(n).step_by(known.len());
        for (ours, theirs) in ours.unwrap().iter().zip(theirs) {
            assert!((ours - theirs).abs() < 1e-5, "{label}: {ours} {theirs}");
        }
    }
    let on = (&volume, &spacing);
    let speed = classifier_speed(on, region, (&classifier, known[0]), &NoProgress).unwrap();
    let means_of_first = means.iter().step_by(known.len());
    for (speed, mean) in speed.values().iter().zip(means_of_first) {
        // Speeds are stored in steps of 1/32767.
        let speed = f32::from(*speed) / f32::from(i16::MAX);
        assert!((speed - (2.0 * mean - 1.0)).abs() < 4e-5, "{speed} {mean}");
    }
    let found = classifier.classify(on, &Mask::whole(grid), &NoProgress);
    let found = dense(&found.unwrap());
    let mut n_even = 0;
    for (found, means) in found.iter().zip(means.chunks_exact(known.len())) {
        let most = means.iter().copied().fold(0.0, f32::max);
        let second = means.iter().filter(|mean| **mean < most - 1e-4).count();
        // Where two have as much as the other, rounding decides.
        n_even += usize::from(second + 1 < known.len());
        let own = means[known.iter().position(|label| label == found).unwrap()];
        assert!(own > most - 1e-4, "{found}: {means:?}");
    }
    assert!(n_even * 50 < found.len(), "{n_even} of {}", found.len());
}

#[test]
fn a_classifier_is_the_same_from_its_bytes() {
    let size = [70, 40, 9];
    let (volume, painted) = halves(size);
    let with = (&ones(), Mm(1.0));
    let classifier = Classifier::learn(&volume, &painted, with, &NoProgress).unwrap();
    let bytes = classifier.to_bytes();
    assert_eq!(Classifier::from_bytes(&bytes), Ok(classifier));
    let mut other = bytes.clone();
    // The number of features comes first.
    other[0] = 1;
    let problem = Classifier::from_bytes(&other);
    assert_eq!(problem, Err(ClassifierBytesError::Features { found: 1 }));
    other.truncate(bytes.len() - 1);
    other[0] = bytes[0];
    assert!(Classifier::from_bytes(&other).is_err());
    let more = [bytes, vec![0]].concat();
    assert_eq!(
        Classifier::from_bytes(&more),
        Err(ClassifierBytesError::Length)
    );
}

/// A small classifier as bytes.
static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (volume, painted) = halves([12, 8, 3]);
    let with = (&ones(), Mm(1.0));
    let classifier = Classifier::learn(&volume, &painted, with, &NoProgress);
    classifier.unwrap().to_bytes()
});

proptest! {
    #[test]
    fn damaged_bytes_are_refused_or_tell_something_apart(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = SMALL.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Ok(classifier) = Classifier::from_bytes(&bytes) {
            let (volume, _) = halves([12, 8, 3]);
            let wanted = Mask::whole([12, 8, 3]);
            let found = classifier.classify((&volume, &ones()), &wanted, &NoProgress).unwrap();
            let known = classifier.labels();
            prop_assert!(dense(&found).iter().all(|label| known.contains(label)));
        }
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
            let labels = found.classify((&volume, &ones()), wanted, &NoProgress);
            (labels.unwrap(), found.to_bytes())
        })
    };
    let whole = Mask::whole(size);
    let (all, bytes) = on(1, &whole);
    assert!((&all, &bytes) == (&on(5, &whole).0, &on(4, &whole).1));
    let slice = VoxelBox {
        min: [10, 0, 4],
        max: [50, 39, 4],
    };
    let (part, _) = on(3, &Mask::filled(size, slice));
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
        .classify((&volume, &ones()), &Mask::whole(size), &NoProgress)
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
    let stopped = classifier.classify((&volume, &ones()), &Mask::whole(size), &impatient());
    assert!(stopped.is_err());
}
