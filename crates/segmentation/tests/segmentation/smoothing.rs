//! Holes and smoothing against scipy and SimpleITK.

use crate::common::{cases, given, list, mask, number, size, words};
use annotomy_segmentation::{Holes, Mask, Smoothing, fill_holes, smooth, smooth_jointly};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, Mm};
use serde_json::Value;
use std::sync::LazyLock;

static CASES: LazyLock<Vec<Value>> = LazyLock::new(|| cases("smoothing"));

fn mm(value: &Value) -> Mm {
    Mm(number(&value["mm"]))
}

#[test]
fn holes_are_filled_as_scipy_does() {
    for case in CASES.iter() {
        let (given, _) = given(case);
        for (name, holes) in [
            ("filled", Holes::Volume),
            ("filled_i", Holes::Slices(Axis::I)),
            ("filled_j", Holes::Slices(Axis::J)),
            ("filled_k", Holes::Slices(Axis::K)),
        ] {
            let filled = fill_holes(&given, holes, &NoProgress).unwrap();
            assert!(
                filled == mask(case, &case[name]),
                "{}, {name}",
                case["name"]
            );
        }
    }
}

#[test]
fn medians_are_those_of_simpleitk() {
    for case in CASES.iter() {
        let (given, spacing) = given(case);
        for median in list(&case["median"]) {
            let ours = smooth(&given, &spacing, Smoothing::Median(mm(median)), &NoProgress);
            let theirs = mask(case, &median["mask"]);
            assert!(ours == Ok(theirs), "{}, {:?}", case["name"], mm(median));
        }
    }
}

#[test]
fn openings_and_closings_are_by_a_ball_of_scipy() {
    for case in CASES.iter() {
        let (given, spacing) = given(case);
        for ball in list(&case["balls"]) {
            for (name, smoothing) in [
                ("opened", Smoothing::Opening(mm(ball))),
                ("closed", Smoothing::Closing(mm(ball))),
            ] {
                let ours = smooth(&given, &spacing, smoothing, &NoProgress);
                let theirs = mask(case, &ball[name]);
                assert!(ours == Ok(theirs), "{}, {smoothing:?}", case["name"]);
            }
        }
    }
}

#[test]
fn gaussian_smoothing_is_half_of_that_of_scipy() {
    for case in CASES.iter() {
        let (given, spacing) = given(case);
        for gaussian in list(&case["gaussian"]) {
            let smoothing = Smoothing::Gaussian(mm(gaussian));
            let ours = smooth(&given, &spacing, smoothing, &NoProgress).unwrap();
            let differs = ours.symmetric_difference(&mask(case, &gaussian["mask"]));
            let decided = mask(case, &gaussian["decided"]);
            let n_wrong = differs.intersection(&decided).n_voxels();
            assert_eq!(n_wrong, 0, "{}, {smoothing:?}", case["name"]);
        }
    }
}

#[test]
fn joint_smoothing_gives_voxels_to_the_largest_share_by_scipy() {
    for case in cases("joint") {
        let (_, spacing) = given(&case);
        let map = |value: &Value| {
            let labels = words(value).into_iter().map(u32::from_le_bytes);
            let labels: Vec<u16> = labels.map(|label| label as u16).collect();
            LabelMap::from_dense(size(&case), &labels).unwrap()
        };
        let (mut ours, theirs) = (map(&case["labels"]), map(&case["smooth"]));
        let delta = smooth_jointly(&ours, &spacing, mm(&case), &NoProgress).unwrap();
        assert!(delta.n_voxels() > 20, "it changes something");
        ours.apply(&delta).unwrap();
        let decided = mask(&case, &case["decided"]);
        for label in [0, 3, 7, 300] {
            let [ours, theirs] = [&ours, &theirs].map(|map| Mask::of_label(map, label));
            let differs = ours.symmetric_difference(&theirs).intersection(&decided);
            assert_eq!(differs.n_voxels(), 0, "label {label}");
        }
    }
}
