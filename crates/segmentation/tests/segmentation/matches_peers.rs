//! Parts of drawn slices of a real CT, and which belong together, against scipy.

use crate::common::{answer, bytes, list, number, size};
use annotomy_segmentation::{Goes, Sections, Spacing, interpolate};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, Mm};
use serde_json::Value;

fn counts(value: &Value) -> Vec<usize> {
    list(value).map(|n| number(n) as usize).collect()
}

#[test]
fn the_parts_of_ribs_and_those_that_overlap_are_as_scipy_finds_them() {
    let case = answer("matches.py", &[]);
    let (size, slices) = (size(&case), counts(&case["slices"]));
    let area = size[0] * size[1];
    let labels: Vec<Label> = bytes(&case["labels"])
        .into_iter()
        .enumerate()
        .map(|(n, is_rib)| Label::from(is_rib != 0 && slices.contains(&(n / area))))
        .collect();
    let labels = LabelMap::from_dense(size, &labels).unwrap();
    let slices: Vec<_> = slices.into_iter().map(|k| (Axis::K, k)).collect();
    let sections = Sections {
        labels: &labels,
        slices: &slices,
        planes: &[],
    };
    let even = Spacing::even([Mm(1.0); 3]).unwrap();
    let found = interpolate(&sections, None, &even, &NoProgress).unwrap();
    let gaps: Vec<&Value> = list(&case["gaps"]).collect();
    assert!(gaps.len() >= 10, "{}", gaps.len());
    let mut n_branches = 0;
    for gap in gaps {
        let between = counts(&gap["slices"]);
        let ours = found
            .matches
            .iter()
            .find(|matched| matched.slices.to_vec() == between)
            .unwrap();
        for (ours, theirs) in ours.parts.iter().zip(list(&gap["parts"])) {
            let theirs: Vec<&Value> = list(theirs).collect();
            assert_eq!(ours.len(), theirs.len(), "{between:?}");
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert_eq!(ours.n_voxels, number(&theirs["n"]) as usize);
                let middle = list(&theirs["middle"]).map(number);
                for (ours, theirs) in ours.middle.0.iter().zip(middle) {
                    assert!((ours - theirs).abs() < 1e-3, "{ours}, {theirs}");
                }
            }
        }
        let joined = ours.groups.iter().filter(|g| g.goes == Goes::Joined);
        let joined: Vec<_> = joined.map(|group| group.parts.clone()).collect();
        for group in list(&gap["groups"]) {
            let [low, high] = [0, 1].map(|side| counts(&group[side]));
            n_branches += usize::from(low.len() != high.len());
            assert!(joined.contains(&[low, high]), "{between:?}: {group}");
        }
    }
    assert!(n_branches > 0);
}
