//! Region growing by confidence and watershed against ITK, the random walker against scikit-image,
//! on a real CT; and what must hold for all of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{
    Stopped, answer, bytes, dense, image, labels, list, mask, number, numbers, size, volume, whole,
};
use annotomy_segmentation::{
    Confidence, Connectivity, GrowthError, Mask, Spacing, Walk, Watershed, confidence_connected,
    random_walk, watershed,
};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::{NoProgress, Progress};
use annotomy_volume::space::{Mm, VoxelIndex};
use annotomy_volume::volume::{Padding, Volume, Voxels};
use serde_json::Value;

fn shares_of_voxels(case: &Value, found: &LabelMap) -> f64 {
    let theirs = bytes(&case["found"]);
    let found = dense(found);
    let same = found
        .iter()
        .zip(&theirs)
        .filter(|(a, b)| **a == Label::from(**b));
    same.count() as f64 / theirs.len() as f64
}

#[test]
fn a_confident_region_has_the_voxels_of_itks() {
    for images in list(&answer("automation.py", &["confidence"])) {
        let (volume, _) = image(images);
        for case in list(&images["cases"]) {
            let confidence = Confidence {
                seed: VoxelIndex(numbers(&case["seed"]).map(|n| n as usize)),
                radius: [number(&case["radius"]) as usize; 3],
                multiplier: number(&case["multiplier"]),
                n_iterations: number(&case["iterations"]) as usize,
                connectivity: Connectivity::Faces,
                region: None,
            };
            let found = confidence_connected(&volume, &confidence, None, &NoProgress).unwrap();
            assert!(found.mask == mask(images, &case["found"]), "{confidence:?}");
        }
    }
}

#[test]
fn a_watershed_is_where_itks_is() {
    for case in list(&answer("automation.py", &["watershed"])) {
        let (volume, spacing) = image(case);
        let asked = Watershed {
            sigma: Mm(number(&case["sigma"])),
            region: whole(size(case)),
        };
        let markers = labels(case, "markers");
        let with = (None, &spacing);
        let found = watershed(&volume, &markers, with, &asked, &NoProgress).unwrap();
        let same = shares_of_voxels(case, &found);
        eprintln!("{}: {same:.6} as ITK's", case["name"]);
        // Heights differ in their last digits, and so does who comes first.
        assert!(same > 0.999, "{}: {same}", case["name"]);
    }
}

#[test]
fn walkers_arrive_where_scikit_images_do() {
    for case in list(&answer("automation.py", &["walk"])) {
        let (volume, spacing) = image(case);
        let walk = Walk {
            beta: number(&case["beta"]),
            region: whole(size(case)),
        };
        let seeds = labels(case, "seeds");
        let with = (None, &spacing);
        let found = random_walk(&volume, &seeds, with, &walk, &NoProgress).unwrap();
        let same = shares_of_voxels(case, &found);
        eprintln!("{}: {same:.6} as scikit-image's", case["name"]);
        assert!(same >= 0.999, "{}: {same}", case["name"]);
    }
}

const GRID: [usize; 3] = [12, 5, 4];
const N: usize = 12 * 5 * 4;

fn ones() -> Spacing {
    Spacing::even([Mm(1.0); 3]).unwrap()
}

/// A step in the middle along i, seeds at both ends.
fn step() -> (Volume, LabelMap) {
    let values = (0..N).map(|n| if n % 12 < 6 { 0 } else { 100 });
    let mut seeds = vec![0; N];
    (seeds[0], seeds[N - 1]) = (1, 2);
    let seeds = LabelMap::from_dense(GRID, &seeds).unwrap();
    (volume(GRID, Voxels::I16(values.collect())), seeds)
}

type Found = Result<LabelMap, GrowthError>;
type Algorithm = fn(&Volume, &LabelMap, Option<&Mask>, &dyn Progress) -> Found;

fn flooded(volume: &Volume, seeds: &LabelMap, open: Option<&Mask>, stop: &dyn Progress) -> Found {
    let asked = Watershed {
        sigma: Mm(0.5),
        region: whole(GRID),
    };
    watershed(volume, seeds, (open, &ones()), &asked, stop)
}

fn walked(volume: &Volume, seeds: &LabelMap, open: Option<&Mask>, stop: &dyn Progress) -> Found {
    let walk = Walk {
        beta: 130.0,
        region: whole(GRID),
    };
    random_walk(volume, seeds, (open, &ones()), &walk, stop)
}

fn each(check: impl Fn(Algorithm)) {
    check(flooded);
    check(walked);
}

#[test]
fn labels_meet_at_a_step() {
    each(|find| {
        let (volume, seeds) = step();
        let found = find(&volume, &seeds, None, &NoProgress).unwrap();
        for n in 0..N {
            let at = VoxelIndex([n % 12, n / 12 % 5, n / 60]);
            assert_eq!(found.label(at), if n % 12 < 6 { 1 } else { 2 }, "{at:?}");
        }
    });
}

#[test]
fn what_is_not_permitted_or_has_no_value_or_is_cut_off_stays_without() {
    each(|find| {
        let (volume, seeds) = step();
        // A wall at i = 3, and one of padding that is all of what lies above the step but a column.
        let wall: Vec<bool> = (0..N).map(|n| n % 12 != 3).collect();
        let open = Mask::from_dense(GRID, &wall).unwrap();
        let found = find(&volume, &seeds, Some(&open), &NoProgress).unwrap();
        let padded = volume.with_padding(Some(Padding {
            low: 100.0,
            high: 100.0,
        }));
        let within = find(&padded, &seeds, Some(&open), &NoProgress).unwrap();
        for n in 0..N {
            let at = VoxelIndex([n % 12, n / 12 % 5, n / 60]);
            assert_eq!(found.label(at) != 0, n % 12 != 3, "{at:?}");
            assert_eq!(within.label(at), if n % 12 < 3 { 1 } else { 0 }, "{at:?}");
        }
    });
}

#[test]
fn nothing_painted_gives_nothing_and_one_segment_takes_all() {
    each(|find| {
        let (volume, _) = step();
        let none = LabelMap::empty(GRID);
        assert_eq!(find(&volume, &none, None, &NoProgress).unwrap(), none);
        let mut seeds = vec![0; N];
        seeds[77] = 9;
        let seeds = LabelMap::from_dense(GRID, &seeds).unwrap();
        let found = find(&volume, &seeds, None, &NoProgress).unwrap();
        assert!(dense(&found).iter().all(|&label| label == 9));
    });
}

#[test]
fn they_are_the_same_on_any_number_of_threads() {
    each(|find| {
        let (volume, seeds) = step();
        let on = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
            let find = || find(&volume, &seeds, None, &NoProgress).unwrap();
            pool.build().unwrap().install(find)
        };
        assert_eq!(on(1), on(5));
    });
}

#[test]
fn they_can_be_cancelled() {
    each(|find| {
        let (volume, seeds) = step();
        let found = find(&volume, &seeds, None, &Stopped);
        assert!(matches!(found, Err(GrowthError::Cancelled(_))));
    });
    let (volume, _) = step();
    let confidence = from([2, 2, 2]);
    let found = confidence_connected(&volume, &confidence, None, &Stopped);
    assert!(found.is_err());
}

fn from(seed: [usize; 3]) -> Confidence {
    Confidence {
        seed: VoxelIndex(seed),
        radius: [1; 3],
        multiplier: 2.0,
        n_iterations: 3,
        connectivity: Connectivity::Faces,
        region: None,
    }
}

#[test]
fn a_confident_region_keeps_to_what_is_open_and_has_values() {
    let (volume, _) = step();
    let wall: Vec<bool> = (0..N).map(|n| n % 12 != 3).collect();
    let open = Mask::from_dense(GRID, &wall).unwrap();
    let region = |seed, volume: &Volume| {
        let found = confidence_connected(volume, &from(seed), Some(&open), &NoProgress);
        found.unwrap().mask.n_voxels()
    };
    // All alike: three columns on one side of the wall, two on the other up to the step.
    assert_eq!(region([1, 2, 2], &volume), 3 * 5 * 4);
    assert_eq!(region([4, 2, 2], &volume), 2 * 5 * 4);
    assert_eq!(region([3, 2, 2], &volume), 0);
    assert_eq!(region([99, 2, 2], &volume), 0);
    let padded = volume.with_padding(Some(Padding {
        low: 0.0,
        high: 0.0,
    }));
    assert_eq!(region([1, 2, 2], &padded), 0);
    // Beside the padding nothing of it counts in the mean.
    assert_eq!(region([6, 2, 2], &padded), 6 * 5 * 4);
}
