//! Ranges and percentiles against values from NumPy and against sorting.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::percentile::{percentiles, value_range};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Scalar, Volume, Voxels};
use proptest::prelude::*;

const PERCENTS: [f64; 5] = [0.0, 1.0, 50.0, 99.0, 100.0];

/// One row of voxels.
fn volume(voxels: Voxels, slope: f64, intercept: f64) -> Volume {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new([voxels.len(), 1, 1], affine).expect("the steps span space");
    Volume::new(geometry, voxels, Rescale { slope, intercept }, None)
        .expect("the voxels fill the grid")
}

#[test]
fn percentiles_are_those_of_numpy() {
    // numpy.percentile([15, 20, 35, 40, 50], [5, 30, 40, 50, 99])
    let voxels = Voxels::I16(vec![40, 15, 50, 20, 35]);
    let expected = [16.0, 23.0, 29.0, 35.0, 49.6];
    for (ours, numpy) in percentiles(&voxels, None, &[5.0, 30.0, 40.0, 50.0, 99.0])
        .into_iter()
        .zip(expected)
    {
        assert!((ours - numpy).abs() < 1e-12, "{ours} is not {numpy}");
    }
}

#[test]
fn values_that_are_not_finite_do_not_count() {
    let voxels = Voxels::F32(vec![f32::NAN, 3.0, f32::INFINITY, -1.0, f32::NEG_INFINITY]);
    assert_eq!(
        percentiles(&voxels, None, &[0.0, 50.0, 100.0]),
        [-1.0, 1.0, 3.0]
    );
    assert_eq!(value_range(&volume(voxels, 1.0, 0.0)), Some([-1.0, 3.0]));
}

#[test]
fn no_finite_value_has_neither_range_nor_percentile() {
    let voxels = Voxels::F64(vec![f64::NAN; 3]);
    assert!(percentiles(&voxels, None, &[50.0])[0].is_nan());
    assert_eq!(value_range(&volume(voxels, 1.0, 0.0)), None);
    assert!(percentiles(&Voxels::U8(vec![]), None, &[50.0])[0].is_nan());
}

#[test]
fn percents_beyond_the_scale_are_its_ends() {
    let voxels = Voxels::U16(vec![1, 65535]);
    assert_eq!(percentiles(&voxels, None, &[-5.0, 200.0]), [1.0, 65535.0]);
    assert!(percentiles(&voxels, None, &[f64::NAN])[0].is_nan());
    assert!(percentiles(&voxels, None, &[]).is_empty());
}

#[test]
fn range_is_of_the_rescaled_values() {
    let voxels = Voxels::I8(vec![-128, 3, 127]);
    assert_eq!(
        value_range(&volume(voxels, -2.0, 1.0)),
        Some([-253.0, 257.0])
    );
}

#[test]
fn several_tasks_find_the_same() {
    // 0..=299_999 shuffled by a multiplier coprime to the length.
    let n = 300_000_u64;
    let voxels = Voxels::U32((0..n).map(|x| (x * 7_919 % n) as u32).collect());
    assert_eq!(
        percentiles(&voxels, None, &[0.0, 50.0, 100.0]),
        [0.0, 149_999.5, 299_999.0]
    );
    assert_eq!(
        value_range(&volume(voxels, 1.0, 0.0)),
        Some([0.0, 299_999.0])
    );
}

/// Percentiles by sorting: the definition.
fn check<T: Scalar>(values: Vec<T>) {
    let mut sorted: Vec<f64> = values
        .iter()
        .map(|v| v.to_f64())
        .filter(|v| v.is_finite())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let ours = percentiles(&T::wrap(values), None, &PERCENTS);
    for (percent, ours) in PERCENTS.into_iter().zip(ours) {
        let Some(last) = sorted.len().checked_sub(1) else {
            assert!(ours.is_nan());
            continue;
        };
        let position = percent / 100.0 * last as f64;
        let (low, high) = (
            sorted[position.floor() as usize],
            sorted[position.ceil() as usize],
        );
        let fraction = position.fract();
        let expected = low * (1.0 - fraction) + high * fraction;
        let is_same = (ours - expected).abs() <= 1e-12 * low.abs().max(high.abs());
        assert!(is_same, "{percent} %: {ours} is not {expected}");
    }
}

proptest! {
    #[test]
    fn every_type_agrees_with_sorting(
        bytes in prop::collection::vec(any::<(u8, i8)>(), 1..60),
        words in prop::collection::vec(any::<(u16, i16)>(), 1..60),
        longs in prop::collection::vec(any::<(u32, i32)>(), 1..60),
        floats in prop::collection::vec((prop::num::f32::ANY, prop::num::f64::ANY), 1..60),
    ) {
        check(bytes.iter().map(|x| x.0).collect::<Vec<_>>());
        check(bytes.iter().map(|x| x.1).collect::<Vec<_>>());
        check(words.iter().map(|x| x.0).collect::<Vec<_>>());
        check(words.iter().map(|x| x.1).collect::<Vec<_>>());
        check(longs.iter().map(|x| x.0).collect::<Vec<_>>());
        check(longs.iter().map(|x| x.1).collect::<Vec<_>>());
        check(floats.iter().map(|x| x.0).collect::<Vec<_>>());
        check(floats.iter().map(|x| x.1).collect::<Vec<_>>());
    }
}

/// Luma by ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.
#[test]
fn colours_count_by_their_luma() {
    let voxels = Voxels::Rgb8(vec![
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [100; 3],
        [0; 3],
    ]);
    assert_eq!(
        percentiles(&voxels, None, &[0.0, 25.0, 50.0, 75.0, 100.0]),
        [0.0, 29.07, 76.245, 100.0, 149.685]
    );
    assert_eq!(value_range(&volume(voxels, 1.0, 0.0)), Some([0.0, 149.685]));
}
