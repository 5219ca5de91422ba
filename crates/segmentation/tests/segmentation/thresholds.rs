//! Thresholds and flood fills against SimpleITK, on real images.

use crate::common::{bytes, cases, mask, numbers, size, whole};
use annotomy_segmentation::{
    AutoThreshold, Connectivity, Flood, Histogram, Mask, flood_fill, threshold,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Padding, Rescale, Volume, Voxels};
use serde_json::Value;
use std::sync::LazyLock;

static CASES: LazyLock<Vec<Value>> = LazyLock::new(|| cases("thresholds"));
/// Bins; ITK keeps their ends in single precision.
const BIN_TOLERANCE: f64 = 1e-4;
const N_BINS: usize = 256;

fn volume(case: &Value, rescale: Rescale) -> Volume {
    let stored = bytes(&case["voxels"]);
    let pairs = stored.as_chunks().0.iter();
    let voxels = Voxels::I16(pairs.map(|&pair| i16::from_le_bytes(pair)).collect());
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(size(case), affine).expect("a grid");
    Volume::new(geometry, voxels, rescale, None).expect("the voxels fill the grid")
}

fn histogram(volume: &Volume, mask: Option<&Mask>) -> Option<Histogram> {
    Histogram::of(volume, mask, N_BINS, &NoProgress).expect("nobody cancels")
}

fn name(method: AutoThreshold) -> String {
    match method {
        AutoThreshold::MaxEntropy => "MaximumEntropy".to_owned(),
        method => format!("{method:?}"),
    }
}

#[test]
fn automatic_thresholds_are_those_of_simpleitk() {
    let mut n_compared = 0;
    for case in CASES.iter() {
        let histogram = histogram(&volume(case, Rescale::IDENTITY), None).unwrap();
        let width = histogram.end(1) - histogram.end(0);
        for method in AutoThreshold::ALL {
            let ours = method.of(&histogram);
            let Some(theirs) = case["found"][name(method)].as_f64() else {
                continue;
            };
            let n_lowest =
                histogram.counts()[0] as f64 / histogram.counts().iter().sum::<u64>() as f64;
            let tolerance = match method {
                // ITK leaves the lowest bin out of the mean of its class; Fiji does not.
                AutoThreshold::Huang if n_lowest > 0.01 => continue,
                // ITK rounds means to whole numbers, which may lie in the next bin.
                AutoThreshold::Huang | AutoThreshold::Li => 1.0 + BIN_TOLERANCE,
                _ => BIN_TOLERANCE,
            };
            let ours = ours.expect("SimpleITK has one");
            let is_near = (ours - theirs).abs() <= tolerance * width;
            assert!(
                is_near,
                "{}, {method:?}: {ours} is not {theirs}",
                case["name"]
            );
            n_compared += 1;
        }
    }
    assert!(n_compared > 50, "only {n_compared} compared");
}

#[test]
fn automatic_thresholds_follow_the_unit_of_the_values() {
    for case in CASES.iter() {
        let small = Rescale {
            slope: 1e-4,
            intercept: 0.0,
        };
        let [plain, scaled] = [Rescale::IDENTITY, small]
            .map(|rescale| histogram(&volume(case, rescale), None).unwrap());
        for method in AutoThreshold::ALL {
            // Its logarithm of a ratio of variances, and rounding, keep all in place.
            let [plain, scaled] = [&plain, &scaled]
                .map(|histogram| method.of(histogram).map(|value| histogram.bin(value)));
            assert_eq!(plain, scaled, "{}, {method:?}", case["name"]);
        }
    }
}

#[test]
fn a_range_is_that_of_simpleitk() {
    for case in CASES.iter() {
        let [low, high] = numbers(&case["range"]);
        let theirs = mask(case, &case["ranged"]);
        let half = Rescale {
            slope: -0.5,
            intercept: 3.0,
        };
        for (rescale, range) in [
            (Rescale::IDENTITY, low..=high),
            (half, half.value(high)..=half.value(low)),
        ] {
            let volume = volume(case, rescale);
            let region = whole(size(case));
            let ours = threshold(&volume, &range, region, &NoProgress).unwrap();
            assert!(ours == theirs, "{}", case["name"]);
            let part = VoxelBox {
                min: [3, 2, 1],
                max: size(case).map(|n| n - 3),
            };
            let ours = threshold(&volume, &range, part, &NoProgress).unwrap();
            assert!(ours == theirs.cropped(part), "{}, a part", case["name"]);
        }
    }
}

#[test]
fn padding_is_in_no_range_and_no_histogram() {
    let case = &CASES[0];
    let padding = Padding {
        low: -2000.0,
        high: -900.0,
    };
    let plain = volume(case, Rescale::IDENTITY);
    let padded = volume(case, Rescale::IDENTITY).with_padding(Some(padding));
    let region = whole(size(case));
    let range = -3000.0..=3000.0;
    let all = threshold(&plain, &range, region, &NoProgress).unwrap();
    let kept = threshold(&padded, &range, region, &NoProgress).unwrap();
    let away = threshold(&plain, &(padding.low..=padding.high), region, &NoProgress).unwrap();
    assert!(!away.is_empty());
    assert!(kept == all.difference(&away));
    let of_kept = histogram(&plain, Some(&kept)).unwrap();
    assert_eq!(of_kept.counts().iter().sum::<u64>(), kept.n_voxels() as u64);
    assert!(histogram(&padded, Some(&away)).is_none());
}

#[test]
fn floods_are_those_of_simpleitk() {
    for case in cases("flood") {
        let volume = volume(&case, Rescale::IDENTITY);
        let [low, high] = numbers(&case["range"]);
        let seed = VoxelIndex(numbers(&case["seed"]).map(|x| x as usize));
        let mut slice = whole(size(&case));
        (slice.min[2], slice.max[2]) = (seed.0[2], seed.0[2]);
        for (name, connectivity, region) in [
            ("faces", Connectivity::Faces, None),
            ("corners", Connectivity::Corners, None),
            ("slice_faces", Connectivity::Faces, Some(slice)),
            ("slice_corners", Connectivity::Corners, Some(slice)),
        ] {
            let range = low..=high;
            let flood = Flood {
                seed,
                range,
                connectivity,
                region,
            };
            let theirs = mask(&case, &case[name]);
            let ours = flood_fill(&volume, &flood, None, &NoProgress).unwrap();
            assert!(ours == theirs, "{}, {name}", case["name"]);
            let editable = theirs.cropped(slice);
            let limited = flood_fill(&volume, &flood, Some(&editable), &NoProgress).unwrap();
            assert!(limited.difference(&editable).is_empty());
            assert!(limited.contains(seed));
        }
    }
}
