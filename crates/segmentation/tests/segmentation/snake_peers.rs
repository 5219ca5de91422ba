//! Speed images, classes of values and active contours against NumPy, SciPy and ITK, on a real CT of
//! a chest and on phantoms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{answer, bytes, list, number, numbers, size, whole, words};
use annotomy_segmentation::{
    Bubble, EdgeSpeed, Motion, Snake, Spacing, Speed, Start, ThresholdSpeed, cluster_speed,
    edge_speed, fit_mixture, threshold_speed,
};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{ContinuousIndex, Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use serde_json::Value;
use std::sync::Arc;

fn volume(case: &Value) -> Volume {
    let mm: [f64; 3] = numbers(&case["spacing_mm"]);
    let steps = [0, 1, 2].map(|n| {
        let mut step = [0.0; 3];
        step[n] = mm[n];
        VectorLps(step)
    });
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(size(case), affine).unwrap();
    let values = bytes(&case["image"]);
    let values = values.as_chunks().0.iter();
    let values = values.map(|&two| i16::from_le_bytes(two));
    let voxels = Voxels::I16(values.collect());
    Volume::new(geometry, voxels, Rescale::IDENTITY, None).unwrap()
}

fn spacing(case: &Value) -> Spacing {
    Spacing::even(numbers(&case["spacing_mm"]).map(Mm)).unwrap()
}

fn edges(wanted: &Value) -> EdgeSpeed {
    EdgeSpeed {
        sigma: Mm(number(&wanted[0])),
        contrast: wanted[1].as_f64(),
        exponent: number(&wanted[2]) as u32,
    }
}

fn threshold(wanted: &Value) -> ThresholdSpeed {
    ThresholdSpeed {
        low: wanted[0].as_f64(),
        high: wanted[1].as_f64(),
        softness: number(&wanted[2]),
    }
}

/// The speed that a case asks for.
fn speed(case: &Value) -> Speed {
    let (volume, region) = (volume(case), whole(size(case)));
    let done = match case.get("edge") {
        Some(wanted) => edge_speed(&volume, &spacing(case), region, &edges(wanted), &NoProgress),
        None => threshold_speed(&volume, region, &threshold(&case["threshold"]), &NoProgress),
    };
    done.unwrap()
}

/// The largest difference from a speed that a peer made.
fn furthest(speed: &Speed, theirs: &Value) -> f64 {
    let theirs = words(theirs).into_iter().map(f32::from_le_bytes);
    let pairs = speed.values().iter().zip(theirs);
    let apart = pairs.map(|(&ours, theirs)| (f64::from(ours) / 32767.0 - f64::from(theirs)).abs());
    apart.fold(0.0, f64::max)
}

#[test]
fn speeds_are_those_of_numpy_and_scipy() {
    let answer = answer("snake.py", &["speeds"]);
    for case in list(&answer) {
        let apart = furthest(&speed(case), &case["speed"]);
        assert!(apart < 1e-3, "{}: {apart}", case["name"]);
    }
}

#[test]
fn classes_are_the_most_likely_ones() {
    let answer = answer("snake.py", &["mixtures"]);
    for case in list(&answer) {
        let (volume, region) = (volume(case), whole(size(case)));
        let means: Vec<f64> = list(&case["means"]).map(number).collect();
        let mixture = fit_mixture(&volume, region, means.len(), &NoProgress).unwrap();
        let name = &case["name"];
        for (n, class) in mixture.classes().iter().enumerate() {
            let deviation = number(&case["deviations"][n]);
            assert!(
                (class.mean - means[n]).abs() < 0.01 * deviation,
                "{name}: {class:?}, {}",
                means[n]
            );
            assert!(
                (class.deviation / deviation - 1.0).abs() < 0.01,
                "{name}: {class:?}, {deviation}"
            );
            let weight = number(&case["weights"][n]);
            assert!(
                (class.weight - weight).abs() < 0.005,
                "{name}: {class:?}, {weight}"
            );
        }
        let speed = cluster_speed(&volume, region, (&mixture, &[1]), &NoProgress).unwrap();
        let apart = furthest(&speed, &case["speed"]);
        assert!(apart < 0.02, "{name}: {apart}");
    }
}

#[test]
fn contours_end_where_those_of_itk_do() {
    let answer = answer("snake.py", &["contours"]);
    for case in list(&answer) {
        let [propagation, curvature, advection] = numbers(&case["motion"]);
        let motion = match case.get("edge") {
            Some(_) => Motion::Edges {
                propagation,
                curvature,
                advection,
            },
            None => Motion::Regions {
                propagation,
                curvature,
            },
        };
        let bubble = Bubble {
            center: ContinuousIndex(numbers(&case["center"])),
            radius: Mm(number(&case["radius"])),
        };
        let start = Start {
            mask: None,
            bubbles: &[bubble],
        };
        let on = (size(case), &spacing(case));
        let mut snake = Snake::new(&start, on, Arc::new(speed(case)), motion, &NoProgress).unwrap();
        snake.advance(800, &NoProgress).unwrap();
        let ours = snake.mask().to_dense();
        let theirs = bytes(&case["inside"]);
        let (mut both, mut all) = (0, 0);
        // ITK never enters the outermost voxels.
        let [ni, nj, nk] = size(case);
        let is_within = |at: usize| {
            let voxel = [at % ni, at / ni % nj, at / (ni * nj)];
            let sides = voxel.into_iter().zip([ni, nj, nk]);
            sides.fold(true, |is_within, (x, n)| {
                is_within && (1..n - 1).contains(&x)
            })
        };
        let pairs = ours.into_iter().zip(theirs).enumerate();
        for (_, (ours, theirs)) in pairs.filter(|(at, _)| is_within(*at)) {
            both += 2 * usize::from(ours && theirs != 0);
            all += usize::from(ours) + usize::from(theirs != 0);
        }
        let dice = both as f64 / all as f64;
        let least = number(&case["least_dice"]);
        assert!(dice > least, "{}: {dice}", case["name"]);
    }
}
