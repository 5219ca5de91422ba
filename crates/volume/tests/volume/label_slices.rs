//! Label maps slice by slice, against single voxels.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_volume::label_slices::{SliceMasks, labels_by_slice, map_from_slices};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use proptest::prelude::*;

/// Some labels, mostly none, from a closed form.
fn label(seed: usize, [i, j, k]: [usize; 3]) -> Label {
    let mixed = (i * 7 + j * 13 + k * 29 + seed) % 11;
    if mixed < 3 { mixed as Label } else { 0 }
}

fn map(size: [usize; 3], seed: usize) -> LabelMap {
    let fill = |k: usize, out: &mut [Label]| {
        for (n, out) in out.iter_mut().enumerate() {
            *out = label(seed, [n % size[0], n / size[0], k]);
        }
    };
    map_from_slices(size, fill).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn slices_make_the_map_whose_voxels_they_hold(
        size in prop::array::uniform3(1_usize..70), seed in 0_usize..11,
    ) {
        let map = map(size, seed);
        for k in 0..size[2] {
            for j in 0..size[1] {
                for i in 0..size[0] {
                    prop_assert_eq!(map.label(VoxelIndex([i, j, k])), label(seed, [i, j, k]));
                }
            }
        }
    }

    #[test]
    fn bits_follow_each_other_as_the_voxels_do(
        size in prop::array::uniform3(1_usize..70), seed in 0_usize..11, first in 0_usize..8,
    ) {
        let map = map(size, seed);
        let k = size[2] / 2;
        let bits = SliceMasks::new(&map).bits(k, 2, first);
        let n = size[0] * size[1];
        prop_assert_eq!(bits.len(), (first + n).div_ceil(8));
        for at in 0..bits.len() * 8 {
            let is_inside = at >= first && at < first + n;
            let voxel = |n: usize| [n % size[0], n / size[0], k];
            let expected = is_inside && label(seed, voxel(at - first)) == 2;
            prop_assert_eq!(bits[at / 8] >> (at % 8) & 1 == 1, expected, "bit {}", at);
        }
    }

    #[test]
    fn labels_of_a_slice_are_those_of_its_voxels(size in prop::array::uniform3(1_usize..40)) {
        let found = labels_by_slice(&map(size, 5));
        for (k, found) in found.iter().enumerate() {
            let voxels = (0..size[0] * size[1]).map(|n| [n % size[0], n / size[0], k]);
            let mut expected: Vec<Label> = voxels.map(|v| label(5, v)).filter(|l| *l != 0).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(found.iter().copied().collect::<Vec<_>>(), expected);
        }
    }
}
