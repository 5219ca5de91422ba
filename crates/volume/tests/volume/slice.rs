//! Slices of the grid: each pixel is the voxel it names.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::slice::orthogonal_slice;
use annotomy_volume::space::{Axis, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use proptest::prelude::*;

fn volume(size: [usize; 3]) -> Volume {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(size, affine).expect("the steps span space");
    let voxels = Voxels::U32((0..geometry.n_voxels() as u32).collect());
    Volume::new(geometry, voxels, Rescale::IDENTITY, None).expect("the voxels fill the grid")
}

#[test]
fn columns_run_along_the_lower_axis() {
    let volume = volume([2, 3, 4]);
    let check = |axis, size, expected: Vec<u32>| {
        let slice = orthogonal_slice(&volume, axis, 1).unwrap();
        assert_eq!((slice.size, slice.voxels), (size, Voxels::U32(expected)));
    };
    check(
        Axis::I,
        [3, 4],
        vec![1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23],
    );
    check(Axis::J, [2, 4], vec![2, 3, 8, 9, 14, 15, 20, 21]);
    check(Axis::K, [2, 3], vec![6, 7, 8, 9, 10, 11]);
}

#[test]
fn beyond_the_grid_is_no_slice() {
    let volume = volume([2, 3, 4]);
    for (axis, n_slices) in Axis::ALL.into_iter().zip([2, 3, 4]) {
        assert!(orthogonal_slice(&volume, axis, n_slices - 1).is_some());
        assert!(orthogonal_slice(&volume, axis, n_slices).is_none());
        assert!(orthogonal_slice(&volume, axis, usize::MAX).is_none());
    }
}

proptest! {
    // Up to several tasks of the parallel gather, and rows that do not fill its groups.
    #[test]
    fn each_pixel_is_the_voxel_it_names(
        size in (1_usize..5, 1_usize..150, 1_usize..150),
        axis in prop::sample::select(Axis::ALL.to_vec()),
        which in any::<prop::sample::Index>(),
    ) {
        let size = [size.0, size.1, size.2];
        let volume = volume(size);
        let index = which.index(size[axis.position()]);
        let slice = orthogonal_slice(&volume, axis, index).unwrap();
        let [columns, rows] = axis.in_plane().map(Axis::position);
        prop_assert_eq!(slice.size, [size[columns], size[rows]]);
        let Voxels::U32(pixels) = slice.voxels else { panic!("the stored type is kept") };
        prop_assert_eq!(pixels.len(), size[columns] * size[rows]);
        for (n, pixel) in pixels.into_iter().enumerate() {
            let mut voxel = [index; 3];
            voxel[columns] = n % size[columns];
            voxel[rows] = n / size[columns];
            let expected = voxel[0] + size[0] * (voxel[1] + size[1] * voxel[2]);
            prop_assert_eq!(pixel as usize, expected);
        }
    }
}
