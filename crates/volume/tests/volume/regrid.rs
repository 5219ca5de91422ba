//! Labels on another grid of the same lattice: each voxel stays where it is in the patient.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::regrid::regrid;
use annotomy_volume::space::{ContinuousIndex, PointLps, VectorLps, VoxelIndex};

const SIZE: [usize; 3] = [5, 4, 3];

/// An oblique, sheared grid whose axes are those of another in some order and direction.
fn geometry(order: [usize; 3], flips: [bool; 3], crop: usize) -> Geometry {
    let steps = [
        VectorLps([0.9, 0.1, 0.0]),
        VectorLps([-0.1, 0.8, 0.2]),
        VectorLps([0.3, -0.2, 2.0]),
    ];
    let mut origin = PointLps([-10.0, 20.0, 300.0]);
    let mut turned = [VectorLps([0.0; 3]); 3];
    let mut size = [0; 3];
    for (to, from) in order.into_iter().enumerate() {
        size[to] = SIZE[from] - crop;
        let step = steps[from];
        origin = origin + step * (crop as f64);
        let last = (size[to] - 1) as f64;
        (turned[to], origin) = match flips[to] {
            true => (step * -1.0, origin + step * last),
            false => (step, origin),
        };
    }
    Geometry::new(size, Affine::from_steps(turned, origin)).expect("the steps span space")
}

/// Every voxel has a label of its own.
fn labels() -> Vec<u16> {
    (1..=(SIZE[0] * SIZE[1] * SIZE[2]) as u16).collect()
}

#[test]
fn every_order_and_direction_of_axes_keeps_each_label_in_its_place() {
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    let source = geometry([0, 1, 2], [false; 3], 0);
    for order in orders {
        for flips in 0..8 {
            let flips = [0, 1, 2].map(|n| flips >> n & 1 == 1);
            let target = geometry(order, flips, 0);
            let moved = regrid(&source, &labels(), &target).expect("one lattice");
            assert_eq!(moved.n_outside, 0);
            for (offset, label) in moved.labels.iter().enumerate() {
                let [ni, nj, _] = target.size();
                let at = [offset % ni, offset / ni % nj, offset / (ni * nj)].map(|n| n as f64);
                let there = source.index_at(target.lps_at(ContinuousIndex(at)));
                let voxel = source.nearest_voxel(there).expect("inside");
                assert_eq!(
                    *label,
                    labels()[source.offset(voxel)],
                    "{order:?} {flips:?}"
                );
            }
        }
    }
}

#[test]
fn part_of_a_grid_takes_its_part_and_counts_the_rest() {
    let source = geometry([0, 1, 2], [false; 3], 0);
    let part = geometry([0, 1, 2], [false; 3], 1);
    let moved = regrid(&source, &labels(), &part).expect("one lattice");
    assert_eq!(moved.labels.len(), 4 * 3 * 2);
    assert_eq!(moved.n_outside, 60 - 24);
    assert_eq!(
        moved.labels[0],
        labels()[source.offset(VoxelIndex([1, 1, 1]))]
    );
    // And back: what was not in the part is empty.
    let back = regrid(&part, &moved.labels, &source).expect("one lattice");
    assert_eq!(back.n_outside, 0);
    assert_eq!(back.labels.iter().filter(|label| **label != 0).count(), 24);
}

#[test]
fn another_lattice_is_refused() {
    let source = geometry([0, 1, 2], [false; 3], 0);
    let affine = *source.lps_from_index();
    let moved = |by: f64| {
        let [x, y, z] = affine.translation;
        let translation = [x + by, y, z];
        Geometry::new(
            SIZE,
            Affine {
                translation,
                ..affine
            },
        )
        .expect("the steps span space")
    };
    assert!(
        regrid(&source, &labels(), &moved(0.4)).is_none(),
        "between the voxels"
    );
    assert!(
        regrid(&source, &labels(), &moved(0.001)).is_some(),
        "rounded"
    );
    let finer = Affine {
        linear: affine.linear.map(|row| row.map(|x| x / 2.0)),
        ..affine
    };
    let finer = Geometry::new(SIZE, finer).expect("the steps span space");
    assert!(regrid(&source, &labels(), &finer).is_none(), "finer");
}
