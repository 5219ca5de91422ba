//! Distances and margins against scipy, edt and SimpleITK.

use crate::common::{cases, given, mask, numbers, whole, words};
use annotomy_segmentation::{Spacing, grow, shrink, signed_distance};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::Mm;
use serde_json::Value;
use std::sync::LazyLock;

static CASES: LazyLock<Vec<Value>> = LazyLock::new(|| cases("distance"));
/// Relative: squares and roots in single precision.
const OURS: f32 = 1e-6;
/// Relative: positions in single precision as well.
const UNEVEN: f32 = 1e-5;
/// Relative: ITK's positions are in single precision.
const ITK: f32 = 1e-5;
/// Relative: edt adds up squares in single precision along the way.
const EDT: f32 = 1e-5;

fn floats(value: &Value) -> Vec<f32> {
    words(value).into_iter().map(f32::from_le_bytes).collect()
}

#[track_caller]
fn assert_near(ours: &[f32], theirs: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), theirs.len());
    for (n, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs(), "{n}: {a} is not {b}");
    }
}

#[test]
fn distances_are_those_of_scipy_and_edt() {
    for case in CASES.iter() {
        let (mask, spacing) = given(case);
        let region = whole(mask.grid());
        let ours = signed_distance(&mask, &spacing, region, None, &NoProgress).unwrap();
        assert_near(ours.mm(), &floats(&case["scipy"]), OURS);
        assert_near(ours.mm(), &floats(&case["edt"]), EDT);
    }
}

/// Inside, ITK measures to border voxels of its own, so scipy and edt stand for that.
#[test]
fn distances_outside_are_those_of_itk() {
    for case in CASES.iter() {
        let (mask, spacing) = given(case);
        let region = whole(mask.grid());
        let ours = signed_distance(&mask, &spacing, region, None, &NoProgress).unwrap();
        for (&ours, itk) in ours.mm().iter().zip(floats(&case["itk"])) {
            let is_near = (itk - ours).abs() <= ITK * ours.abs();
            assert!(ours <= 0.0 || is_near, "{itk} is not {ours}");
        }
    }
}

#[test]
fn uneven_slices_are_as_far_apart_as_they_are() {
    for case in CASES.iter() {
        let (mask, spacing) = given(case);
        let slices: Vec<Mm> = case["slices_mm"]
            .as_array()
            .unwrap()
            .iter()
            .map(|x| Mm(x.as_f64().unwrap()))
            .collect();
        if slices.len() < 2 {
            continue;
        }
        let spacing = spacing.with_slices_at(&slices).unwrap();
        let region = whole(mask.grid());
        let ours = signed_distance(&mask, &spacing, region, None, &NoProgress).unwrap();
        assert_near(ours.mm(), &floats(&case["uneven"]), UNEVEN);
    }
}

#[test]
fn a_limit_cuts_distances_and_changes_nothing_below() {
    for case in CASES.iter() {
        let (mask, spacing) = given(case);
        for limit in [1.5_f32, 4.0, 12.0] {
            let theirs: Vec<f32> = floats(&case["scipy"])
                .into_iter()
                .map(|mm| mm.clamp(-limit, limit))
                .collect();
            let limit = Some(Mm(limit.into()));
            let region = whole(mask.grid());
            let ours = signed_distance(&mask, &spacing, region, limit, &NoProgress).unwrap();
            assert_near(ours.mm(), &theirs, OURS);
        }
    }
}

#[test]
fn margins_are_dilations_and_erosions_by_a_ball_of_scipy() {
    for case in CASES.iter() {
        let (given, spacing) = given(case);
        for margin in case["margins"].as_array().unwrap() {
            let [mm] = numbers(&Value::from(vec![margin["mm"].clone()])).map(Mm);
            let name = format!("{}, {mm:?}", case["name"]);
            let grown = grow(&given, &spacing, mm, &NoProgress).unwrap();
            assert!(grown == mask(case, &margin["grown"]), "grown {name}");
            let shrunken = shrink(&given, &spacing, mm, &NoProgress).unwrap();
            assert!(
                shrunken == mask(case, &margin["shrunken"]),
                "shrunken {name}"
            );
        }
    }
}

#[test]
fn spacings_that_are_none_are_refused() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(Spacing::even([Mm(1.0), Mm(bad), Mm(1.0)]).is_err());
    }
    let even = Spacing::even([Mm(1.0); 3]).unwrap();
    for bad in [
        vec![0.0],
        vec![0.0, 1.0, 1.0],
        vec![2.0, 1.0],
        vec![0.0, f64::NAN],
    ] {
        let positions: Vec<Mm> = bad.into_iter().map(Mm).collect();
        assert!(even.clone().with_slices_at(&positions).is_err());
    }
}
