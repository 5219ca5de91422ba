//! What is done slab by slab or slice by slice is the same as if it were done at once.

use annotomy_segmentation::{
    Mask, Smoothing, Spacing, Wall, grow, hollow, shrink, signed_distance, smooth,
};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Mm, VoxelIndex};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// More voxels than distances are held of at once.
const LARGE: [usize; 3] = [270, 270, 240];
const STEPS: [Mm; 3] = [Mm(1.0), Mm(0.9), Mm(1.3)];
const MARGIN: f64 = 5.0;

/// The corners of the grid, and voxels where its slices are parted.
fn points() -> BTreeSet<VoxelIndex> {
    let corners = [[0; 3], LARGE.map(|n| n - 1)];
    let parted = (200..LARGE[2]).map(|k| [(k * 37) % 270, (k * 101) % 270, k]);
    corners.into_iter().chain(parted).map(VoxelIndex).collect()
}

/// The voxels whose distance to a point is at most the margin, straight from what that means.
fn balls(points: &BTreeSet<VoxelIndex>) -> BTreeSet<VoxelIndex> {
    let reach = STEPS.map(|Mm(step)| (MARGIN / step) as isize + 1);
    let mut found = BTreeSet::new();
    for VoxelIndex(point) in points {
        for k in -reach[2]..=reach[2] {
            for j in -reach[1]..=reach[1] {
                for i in -reach[0]..=reach[0] {
                    let by = [i, j, k];
                    let mm: [f64; 3] = std::array::from_fn(|n| by[n] as f64 * STEPS[n].0);
                    let at = [0, 1, 2].map(|n| point[n].checked_add_signed(by[n]));
                    let [Some(i), Some(j), Some(k)] = at else {
                        continue;
                    };
                    let is_inside = [i, j, k].iter().zip(LARGE).all(|(&x, n)| x < n);
                    if is_inside && mm.iter().map(|x| x * x).sum::<f64>() <= MARGIN * MARGIN {
                        found.insert(VoxelIndex([i, j, k]));
                    }
                }
            }
        }
    }
    found
}

fn mask(voxels: &BTreeSet<VoxelIndex>) -> Mask {
    let whole = annotomy_volume::delta::VoxelBox {
        min: [0; 3],
        max: LARGE.map(|n| n - 1),
    };
    Mask::from_voxels(LARGE, whole, |voxel| voxels.contains(&voxel))
}

#[test]
fn margins_of_large_segments_are_those_of_their_voxels() {
    let points = points();
    let (given, around) = (mask(&points), mask(&balls(&points)));
    let spacing = Spacing::even(STEPS).unwrap();
    let grown = grow(&given, &spacing, Mm(MARGIN), &NoProgress).unwrap();
    assert!(grown == around);
    let outside = Mask::whole(LARGE).difference(&given);
    let shrunken = shrink(&outside, &spacing, Mm(MARGIN), &NoProgress).unwrap();
    assert!(shrunken == Mask::whole(LARGE).difference(&around));
    let wall = (Wall::Outside, Mm(MARGIN));
    let wall = hollow(&given, &spacing, wall, &NoProgress).unwrap();
    assert!(wall == around.difference(&given));
}

/// The first and the last axis exchanged.
fn turned(mask: &Mask) -> Mask {
    let [i, j, k] = mask.grid();
    let values = mask.to_dense();
    let at = |n: usize| values[(n % k * j + n / k % j) * i + n / (k * j)];
    let values: Vec<bool> = (0..values.len()).map(at).collect();
    Mask::from_dense([k, j, i], &values).expect("as many values as voxels")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Slices slide along the last axis only: what it does to it, it does to the first.
    #[test]
    fn smoothing_knows_no_axis(seed in any::<u64>(), mm in 2.0..9.0_f64) {
        let grid = [17, 13, 90];
        let [i, j, k] = grid;
        let is_set = |n: usize| {
            let [x, y, z] = [n % i, n / i % j, n / (i * j)];
            let cell = (x / 3 + 7 * (y / 4) + 31 * (z / 5)) as u64;
            (cell ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40 & 1 == 1
        };
        let values: Vec<bool> = (0..i * j * k).map(is_set).collect();
        let given = Mask::from_dense(grid, &values).unwrap();
        let spacing = Spacing::even([Mm(1.0); 3]).unwrap();
        for smoothing in [Smoothing::Median(Mm(mm)), Smoothing::Gaussian(Mm(mm / 2.0))] {
            let upright = smooth(&given, &spacing, smoothing, &NoProgress).unwrap();
            let lying = smooth(&turned(&given), &spacing, smoothing, &NoProgress).unwrap();
            let n_differing = turned(&lying).symmetric_difference(&upright).n_voxels();
            // Sums in single precision may differ in a voxel that is a half.
            prop_assert!(n_differing <= 1, "{smoothing:?}: {n_differing}");
            prop_assert!(upright != given);
        }
    }
}

/// A grid along which voxels can be further from all others than it pays to look for one by one.
const LONG: [usize; 3] = [70, 131, 97];
/// Relative: squares and roots in single precision.
const TOLERANCE: f64 = 1e-5;
/// Positions up to 400 mm in single precision.
const TOLERANCE_MM: f64 = 4e-5;

fn few_voxels() -> impl Strategy<Value = BTreeSet<[usize; 3]>> {
    proptest::collection::btree_set(LONG.map(|n| 0..n), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn far_distances_are_those_to_the_nearest_of_few_voxels(
        points in few_voxels(),
        is_turned in any::<bool>(),
        gaps in proptest::collection::vec(0.3..4.0_f64, LONG[2]),
    ) {
        let whole = annotomy_volume::delta::VoxelBox { min: [0; 3], max: LONG.map(|n| n - 1) };
        let mask = Mask::from_voxels(LONG, whole, |VoxelIndex(voxel)| {
            points.contains(&voxel) != is_turned
        });
        let slices: Vec<f64> = gaps
            .iter()
            .scan(0.0, |at, gap| { *at += gap; Some(*at) })
            .collect();
        let slices_mm: Vec<Mm> = slices.iter().copied().map(Mm).collect();
        let spacing = Spacing::even(STEPS).unwrap().with_slices_at(&slices_mm).unwrap();
        let ours = signed_distance(&mask, &spacing, whole, None, &NoProgress).unwrap();
        let at = |[i, j, k]: [usize; 3]| {
            [i as f64 * STEPS[0].0, j as f64 * STEPS[1].0, slices[k]]
        };
        let sign = if is_turned { -1.0 } else { 1.0 };
        for k in 0..LONG[2] {
            for j in 0..LONG[1] {
                for i in 0..LONG[0] {
                    if points.contains(&[i, j, k]) {
                        continue;
                    }
                    let squared = points.iter().map(|&point| {
                        let (a, b) = (at(point), at([i, j, k]));
                        (0..3).map(|n| (a[n] - b[n]).powi(2)).sum::<f64>()
                    });
                    let theirs = sign * squared.fold(f64::INFINITY, f64::min).sqrt();
                    let Mm(mm) = ours.at(VoxelIndex([i, j, k])).unwrap();
                    prop_assert!((mm - theirs).abs() <= TOLERANCE * theirs.abs() + TOLERANCE_MM, "{mm} is not {theirs}");
                }
            }
        }
    }
}
