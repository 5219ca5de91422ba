//! What must hold for any mask: closed forms, order, threads, cancellation.

use annotomy_segmentation::{
    Cancelled, Connectivity, Flood, Histogram, Holes, Islands, Mask, Smoothing, Spacing, Wall,
    components, fill_holes, flood_fill, grow, hollow, islands, runs_where, shrink, signed_distance,
    smooth, smooth_jointly, split_islands, threshold,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::{NoProgress, Progress};
use annotomy_volume::space::{Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

const GRID: [usize; 3] = [90, 37, 34];

fn spacing() -> Spacing {
    Spacing::even([Mm(0.8), Mm(0.8), Mm(1.5)]).expect("lengths")
}

fn whole() -> VoxelBox {
    VoxelBox {
        min: [0; 3],
        max: GRID.map(|n| n - 1),
    }
}

/// Some balls, `(middle, radius)`, in voxels.
fn balls(balls: &[([usize; 3], usize)]) -> Mask {
    let [n_i, n_j, n_k] = GRID;
    let mut voxels = Vec::with_capacity(n_i * n_j * n_k);
    for k in 0..n_k {
        for j in 0..n_j {
            voxels.extend((0..n_i).map(|i| {
                let at = [i, j, k];
                balls.iter().any(|(middle, radius)| {
                    let squared = (0..3).map(|n| at[n].abs_diff(middle[n]).pow(2));
                    squared.sum::<usize>() <= radius * radius
                })
            }));
        }
    }
    Mask::from_dense(GRID, &voxels).expect("as many voxels as the grid has")
}

fn masks() -> impl Strategy<Value = Mask> {
    let middle = (0..GRID[0], 0..GRID[1], 0..GRID[2]).prop_map(|(i, j, k)| [i, j, k]);
    prop::collection::vec((middle, 0_usize..9), 0..9).prop_map(|all| balls(&all))
}

fn volume() -> Volume {
    let steps = [[0.8, 0.0, 0.0], [0.0, 0.8, 0.0], [0.0, 0.0, 1.5]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(GRID, affine).expect("a grid");
    let n = geometry.n_voxels() as u32;
    let voxels = Voxels::U16(
        (0..n)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 20) as u16)
            .collect(),
    );
    Volume::new(geometry, voxels, Rescale::IDENTITY, None).expect("the voxels fill the grid")
}

fn is_within(inner: &Mask, outer: &Mask) -> bool {
    inner.difference(outer).is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn label_maps_and_masks_are_the_same_voxels(a in masks(), b in masks()) {
        let empty = LabelMap::empty(GRID);
        let mut labels = empty.clone();
        labels.apply(&a.relabel(&labels, |_, _| 5)).unwrap();
        prop_assert_eq!(Mask::of_label(&labels, 5), a.clone());
        prop_assert_eq!(Mask::of_label(&labels, 0), a.inverted());
        let dense: Vec<u16> = a.to_dense().iter().map(|&is| if is { 5 } else { 0 }).collect();
        prop_assert_eq!(Some(labels.clone()), LabelMap::from_dense(GRID, &dense));
        labels.apply(&b.replace_segment(&labels, 5, |from| from == 0)).unwrap();
        prop_assert_eq!(Mask::of_label(&labels, 5), b);
    }

    #[test]
    fn boolean_operations_are_those_of_voxels(a in masks(), b in masks()) {
        let (dense_a, dense_b) = (a.to_dense(), b.to_dense());
        let each = |merge: fn(bool, bool) -> bool| {
            let merged: Vec<bool> = dense_a.iter().zip(&dense_b).map(|(&a, &b)| merge(a, b)).collect();
            Mask::from_dense(GRID, &merged).expect("as many voxels")
        };
        prop_assert_eq!(a.union(&b), each(|a, b| a || b));
        prop_assert_eq!(a.intersection(&b), each(|a, b| a && b));
        prop_assert_eq!(a.difference(&b), each(|a, b| a && !b));
        prop_assert_eq!(a.symmetric_difference(&b), each(|a, b| a != b));
        prop_assert_eq!(a.inverted(), each(|a, _| !a));
        prop_assert_eq!(a.inverted().n_voxels() + a.n_voxels(), dense_a.len());
        prop_assert_eq!(a.edited_within(&Mask::whole(GRID), &b), a.union(&b));
        prop_assert_eq!(a.edited_within(&Mask::empty(GRID), &b), a.difference(&b));
    }

    #[test]
    fn larger_margins_hold_smaller_ones(mask in masks(), mm in 0.3..6.0_f64) {
        let spacing = spacing();
        let margin = |mm| (
            grow(&mask, &spacing, Mm(mm), &NoProgress).unwrap(),
            shrink(&mask, &spacing, Mm(mm), &NoProgress).unwrap(),
        );
        let ((grown, shrunken), (more, less)) = (margin(mm), margin(mm * 1.5));
        prop_assert!(is_within(&less, &shrunken) && is_within(&shrunken, &mask));
        prop_assert!(is_within(&mask, &grown) && is_within(&grown, &more));
        // Growing a segment is shrinking what is around it.
        let around = shrink(&mask.inverted(), &spacing, Mm(mm), &NoProgress).unwrap();
        prop_assert_eq!(grown.clone(), around.inverted());
        let wall = |wall, mm| hollow(&mask, &spacing, (wall, Mm(mm)), &NoProgress).unwrap();
        prop_assert_eq!(wall(Wall::Outside, mm), grown.difference(&mask));
        prop_assert_eq!(wall(Wall::Inside, mm), mask.difference(&shrunken));
        prop_assert_eq!(wall(Wall::Middle, 2.0 * mm), grown.difference(&shrunken));
    }

    #[test]
    fn what_is_done_is_not_done_again(mask in masks(), mm in 0.3..4.0_f64) {
        let spacing = spacing();
        for smoothing in [Smoothing::Opening(Mm(mm)), Smoothing::Closing(Mm(mm))] {
            let once = smooth(&mask, &spacing, smoothing, &NoProgress).unwrap();
            prop_assert_eq!(smooth(&once, &spacing, smoothing, &NoProgress), Ok(once));
        }
        let filled = fill_holes(&mask, Holes::Volume, &NoProgress).unwrap();
        prop_assert!(is_within(&mask, &filled));
        prop_assert_eq!(fill_holes(&filled, Holes::Volume, &NoProgress), Ok(filled));
    }

    #[test]
    fn islands_are_parts_of_the_whole(mask in masks(), n_voxels in 1_usize..400) {
        let pieces = split_islands(&mask, 1, usize::MAX, Connectivity::Faces, &NoProgress).unwrap();
        let all = pieces.iter().fold(Mask::empty(GRID), |all, piece| all.union(piece));
        prop_assert_eq!(&all, &mask);
        let n_all: usize = pieces.iter().map(Mask::n_voxels).sum();
        prop_assert_eq!(n_all, mask.n_voxels());
        let keep = |which| islands(&mask, which, Connectivity::Faces, &NoProgress).unwrap();
        let kept = keep(Islands::AtLeast(n_voxels));
        let large = pieces.iter().filter(|piece| piece.n_voxels() >= n_voxels);
        prop_assert_eq!(kept, large.fold(Mask::empty(GRID), |all, piece| all.union(piece)));
        for piece in &pieces {
            let voxel = VoxelIndex(piece.bounds().map(|bounds| {
                let [i, j, k] = bounds.min;
                let row = (j..=bounds.max[1]).find(|&j| !piece.runs(j, k).is_empty()).unwrap_or(j);
                [piece.runs(row, k).first().map_or(i, |run| run.start), row, k]
            }).unwrap());
            prop_assert_eq!(keep(Islands::With(voxel)), piece.clone());
            prop_assert_eq!(keep(Islands::Without(voxel)), mask.difference(piece));
        }
        let beside = mask.inverted().bounds().map(|bounds| VoxelIndex(bounds.max));
        if let Some(beside) = beside.filter(|&voxel| !mask.contains(voxel)) {
            prop_assert_eq!(keep(Islands::With(beside)), mask.clone());
            prop_assert_eq!(keep(Islands::Without(beside)), mask);
        }
    }
}

#[test]
fn an_opened_ball_is_a_ball_and_a_spike_goes() {
    let spacing = Spacing::even([Mm(1.0); 3]).unwrap();
    let ball = balls(&[([40, 18, 17], 9)]);
    let spike = VoxelBox {
        min: [50, 18, 17],
        max: [70, 18, 17],
    };
    let both = ball.union(&Mask::filled(GRID, spike));
    let opened = smooth(&both, &spacing, Smoothing::Opening(Mm(3.0)), &NoProgress).unwrap();
    assert!(is_within(&opened, &ball));
    let median = smooth(&both, &spacing, Smoothing::Median(Mm(1.0)), &NoProgress).unwrap();
    assert!(!median.contains(VoxelIndex([60, 18, 17])));
}

/// Every algorithm on one input, as bytes that show any difference.
fn everything(progress: &dyn Progress) -> Result<String, Cancelled> {
    let spacing = spacing();
    let mask = balls(&[([20, 15, 15], 11), ([60, 20, 17], 13), ([85, 5, 3], 4)]);
    let volume = volume();
    let mut labels = LabelMap::empty(GRID);
    let delta = mask.relabel(&labels, |voxel, _| 1 + (voxel.0[0] / 37) as u16);
    labels.apply(&delta).expect("made for it");
    let found = components(&mask, Connectivity::Corners, progress)?;
    let distance = signed_distance(&mask, &spacing, whole(), None, progress)?;
    let flood = Flood {
        seed: VoxelIndex([20, 15, 15]),
        range: 0.0..=3000.0,
        connectivity: Connectivity::Faces,
        region: None,
    };
    let smoothings = [
        Smoothing::Median(Mm(1.6)),
        Smoothing::Opening(Mm(2.0)),
        Smoothing::Closing(Mm(2.0)),
        Smoothing::Gaussian(Mm(1.5)),
    ];
    let smooth: Vec<Mask> = smoothings
        .into_iter()
        .map(|smoothing| smooth(&mask, &spacing, smoothing, progress))
        .collect::<Result<_, _>>()?;
    Ok(format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {smooth:?} {:?} {:?}",
        found.to_dense(),
        distance
            .mm()
            .iter()
            .map(|mm| mm.to_bits())
            .collect::<Vec<_>>(),
        grow(&mask, &spacing, Mm(3.0), progress)?,
        fill_holes(&mask, Holes::Volume, progress)?,
        threshold(&volume, &(100.0..=2000.0), whole(), progress)?,
        flood_fill(&volume, &flood, None, progress)?,
        smooth_jointly(&labels, &spacing, Mm(1.5), progress)?,
        Histogram::of(&volume, Some(&mask), 64, progress)?,
    ))
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let with = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build();
        pool.unwrap().install(|| everything(&NoProgress)).unwrap()
    };
    let one = with(1);
    assert!(one == with(2));
    assert!(one == with(5));
}

/// Cancels after some questions, and keeps the furthest progress.
struct CancelAfter {
    left: AtomicUsize,
    asked: AtomicUsize,
}

impl Progress for CancelAfter {
    fn advance(&self, done: usize, total: usize) {
        assert!(done <= total, "{done} of {total}");
    }

    fn is_cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let take = |left: usize| left.checked_sub(1);
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_err()
    }
}

#[test]
fn cancelling_at_any_point_ends_the_work() {
    let cancel_after = |n: usize| {
        let progress = CancelAfter {
            left: AtomicUsize::new(n),
            asked: AtomicUsize::new(0),
        };
        let ended = everything(&progress);
        (ended, progress.asked.into_inner())
    };
    let (ended, n_questions) = cancel_after(usize::MAX);
    assert!(ended.is_ok());
    assert!(n_questions > 100, "asked only {n_questions} times");
    for n in (0..n_questions).step_by(n_questions / 17) {
        let (ended, asked) = cancel_after(n);
        assert_eq!(ended, Err(Cancelled), "after {n} of {n_questions}");
        // Each thread may finish what it has begun.
        assert!(asked <= n + 1 + rayon::current_num_threads());
    }
}

#[test]
fn odd_parameters_do_no_harm() {
    let mask = balls(&[([20, 15, 15], 6)]);
    let spacing = spacing();
    for mm in [0.0, -3.0, f64::NAN] {
        assert_eq!(
            grow(&mask, &spacing, Mm(mm), &NoProgress).as_ref(),
            Ok(&mask)
        );
        assert_eq!(
            shrink(&mask, &spacing, Mm(mm), &NoProgress).as_ref(),
            Ok(&mask)
        );
        for smoothing in [Smoothing::Median, Smoothing::Opening, Smoothing::Gaussian] {
            let smooth = smooth(&mask, &spacing, smoothing(Mm(mm)), &NoProgress);
            assert_eq!(smooth.as_ref(), Ok(&mask), "{mm}");
        }
    }
    let endless = Mm(f64::INFINITY);
    let all = Ok(Mask::whole(GRID));
    assert_eq!(grow(&mask, &spacing, endless, &NoProgress), all);
    assert!(
        shrink(&mask, &spacing, endless, &NoProgress)
            .unwrap()
            .is_empty()
    );
    let none = smooth(&mask, &spacing, Smoothing::Median(endless), &NoProgress);
    assert_eq!(none, Ok(Mask::empty(GRID)));
    let beyond = VoxelBox {
        min: [500, 0, 0],
        max: [usize::MAX; 3],
    };
    let volume = volume();
    let range = 0.0..=5000.0;
    assert_eq!(
        threshold(&volume, &range, beyond, &NoProgress),
        Ok(Mask::empty(GRID))
    );
    let distance = signed_distance(&mask, &spacing, beyond, None, &NoProgress).unwrap();
    assert!(distance.mm().is_empty() && distance.at(VoxelIndex([0; 3])).is_none());
    let upside_down = VoxelBox {
        min: [9; 3],
        max: [3; 3],
    };
    assert!(Mask::filled(GRID, upside_down).is_empty());
    assert_eq!(
        threshold(&volume, &range, upside_down, &NoProgress),
        Ok(Mask::empty(GRID))
    );
}

#[test]
fn runs_that_are_answered_for_at_once_are_as_each_voxel_would_be() {
    let height = |VoxelIndex([i, j, k]): VoxelIndex| i as i64 - 23 * j as i64 + 31 * k as i64;
    let is_wanted = |voxel| height(voxel) > 130;
    let n_single = AtomicUsize::new(0);
    let single = |voxel| {
        n_single.fetch_add(1, Ordering::Relaxed);
        is_wanted(voxel)
    };
    let both = |ends: [VoxelIndex; 2]| {
        let [first, last] = ends.map(is_wanted);
        (first == last).then_some(first)
    };
    let boxes = [
        whole(),
        VoxelBox {
            min: [3, 5, 7],
            max: [70, 30, 500],
        },
        VoxelBox {
            min: [64, 0, 0],
            max: [64, 36, 33],
        },
    ];
    for region in boxes {
        let found = runs_where(GRID, region, (both, single), &NoProgress).unwrap();
        assert_eq!(found, Mask::from_voxels(GRID, region, is_wanted));
        assert!(!found.is_empty());
    }
    let n_voxels: usize = GRID.iter().product();
    assert!(n_single.into_inner() < n_voxels / 2);
    let upside_down = VoxelBox {
        min: [9; 3],
        max: [3; 3],
    };
    let none = runs_where(GRID, upside_down, (both, is_wanted), &NoProgress);
    assert_eq!(none, Ok(Mask::empty(GRID)));
}
