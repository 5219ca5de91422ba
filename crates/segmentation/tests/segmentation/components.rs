//! Connected components and islands against scipy, cc3d and SimpleITK.

use crate::common::{bytes, cases, given, mask, words};
use annotomy_segmentation::{Connectivity, Islands, components, islands, split_islands};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::Axis;
use serde_json::Value;
use std::sync::LazyLock;

static CASES: LazyLock<Vec<Value>> = LazyLock::new(|| cases("components"));

#[test]
fn components_are_those_of_scipy_and_cc3d() {
    for case in CASES.iter() {
        let (given, _) = given(case);
        for (name, connectivity) in [
            ("neighbours_6", Connectivity::Faces),
            ("neighbours_18", Connectivity::Edges),
            ("neighbours_26", Connectivity::Corners),
            ("sides_k", Connectivity::Sides(Axis::K)),
            ("sides_j", Connectivity::Sides(Axis::J)),
        ] {
            let theirs: Vec<u32> = words(&case[name])
                .into_iter()
                .map(u32::from_le_bytes)
                .collect();
            let found = components(&given, connectivity, &NoProgress).unwrap();
            assert!(found.to_dense() == theirs, "{}, {name}", case["name"]);
            let as_labels: Vec<u16> = theirs.iter().map(|&n| n as u16).collect();
            assert_eq!(
                found.to_labels(|n| n as u16 + 1),
                LabelMap::from_dense(given.grid(), &as_labels)
            );
            for (n, component) in found.all().iter().enumerate() {
                let number = n as u32 + 1;
                let n_voxels = theirs.iter().filter(|&&label| label == number).count();
                assert_eq!(component.n_voxels, n_voxels);
                if n < 20 {
                    let piece = found.select(|other| other == n);
                    assert_eq!(piece.bounds(), Some(component.bounds));
                    assert_eq!(piece.n_voxels(), n_voxels);
                }
            }
        }
    }
}

#[test]
fn the_largest_island_is_that_of_simpleitk() {
    let mut n_compared = 0;
    for case in CASES.iter() {
        if bytes(&case["largest"]).is_empty() {
            continue;
        }
        let (given, _) = given(case);
        let theirs = mask(case, &case["largest"]);
        let ours = islands(&given, Islands::Largest, Connectivity::Corners, &NoProgress);
        assert_eq!(ours, Ok(theirs.clone()), "{}", case["name"]);
        let pieces = split_islands(&given, 1, 3, Connectivity::Corners, &NoProgress).unwrap();
        assert_eq!(pieces[0], theirs);
        assert!(pieces.is_sorted_by_key(|piece| std::cmp::Reverse(piece.n_voxels())));
        n_compared += 1;
    }
    assert!(n_compared > 4, "only {n_compared} cases have one largest");
}
