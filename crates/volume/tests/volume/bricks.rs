//! Bricks against plain lists of labels: whatever labels they have, and however they are changed.

use annotomy_volume::delta::LabelDelta;
use annotomy_volume::labels::{BRICK_EDGE, BRICK_VOXELS, Brick, BrickIndex, Label, LabelMap};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

const SIZE: [usize; 3] = [BRICK_EDGE; 3];
/// A plane of bits.
const PLANE: usize = BRICK_VOXELS / 8;

/// Labels that bits make of each other, labels that share none, and any.
fn labels() -> impl Strategy<Value = Label> {
    prop_oneof![
        4 => 0..4_u16,
        2 => (0..16_u32).prop_map(|bit| 1 << bit),
        2 => any::<Label>(),
    ]
}

/// Some voxels one after the other, and what they become.
fn fills() -> impl Strategy<Value = Vec<(Range<usize>, Label)>> {
    let lengths = prop_oneof![1..40_usize, 1..BRICK_VOXELS, Just(BRICK_VOXELS)];
    let fill = (0..BRICK_VOXELS, lengths, labels());
    let within =
        |(start, n, label): (usize, usize, Label)| (start..(start + n).min(BRICK_VOXELS), label);
    vec(fill.prop_map(within), 0..30)
}

fn filled(fills: &[(Range<usize>, Label)]) -> Vec<Label> {
    let mut labels = vec![0; BRICK_VOXELS];
    for (positions, label) in fills {
        labels[positions.clone()].fill(*label);
    }
    labels
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_brick_answers_as_its_labels_do(fills in fills(), asked in labels()) {
        let labels = filled(&fills);
        let brick = Brick::new(&labels).unwrap();
        prop_assert_eq!(brick.to_labels(), labels.clone());
        let bytes: Vec<u8> = labels.iter().flat_map(|label| label.to_le_bytes()).collect();
        prop_assert_eq!(brick.bytes(), bytes);
        let present: BTreeSet<Label> = labels.iter().copied().collect();
        prop_assert_eq!(brick.present(), present.clone());
        for label in present.into_iter().chain([asked]) {
            prop_assert_eq!(brick.contains(label), labels.contains(&label));
            let mask = brick.mask(|found| found >= label);
            for (row, expected) in labels.chunks(BRICK_EDGE).enumerate() {
                let bits = |is_meant: &dyn Fn(Label) -> bool| {
                    let meant = expected.iter().map(|&found| u32::from(is_meant(found)));
                    meant.rev().fold(0, |bits, bit| bits << 1 | bit)
                };
                prop_assert_eq!(&brick.row(row), expected);
                prop_assert_eq!(brick.row_of(row, label), bits(&|found| found == label));
                prop_assert_eq!(mask[row], bits(&|found| found >= label));
            }
        }
        prop_assert!((0..BRICK_VOXELS).step_by(37).all(|at| brick.label(at) == labels[at]));
    }

    /// Changes one after the other give what the labels themselves give, equal to and as small as a
    /// brick that was made of them at once.
    #[test]
    fn changed_bricks_are_those_of_their_labels(steps in vec(fills(), 1..6)) {
        let map = |labels: &[Label]| LabelMap::from_dense(SIZE, labels).unwrap();
        let mut changed = LabelMap::empty(SIZE);
        for fills in steps {
            let labels = filled(&fills);
            let wanted = map(&labels);
            let change: LabelDelta = changed.change_to(&wanted);
            let before = changed.clone();
            changed.apply(&change).unwrap();
            prop_assert_eq!(&changed, &wanted);
            prop_assert_eq!(changed.root(), wanted.root());
            let dense: Vec<Label> = changed.to_dense().into_iter().collect();
            prop_assert_eq!(dense, labels);
            let mut back = changed.clone();
            back.apply(&change.inverse()).unwrap();
            prop_assert_eq!(back.root(), before.root());
            // What does not fit is told, and changes nothing.
            if !change.is_empty() && !change.inverse().is_empty() {
                let mut twice = changed.clone();
                prop_assert!(twice.apply(&change).is_err());
                prop_assert_eq!(twice.root(), changed.root());
            }
        }
    }
}

#[test]
fn few_labels_take_little_memory() {
    let n_bytes = |of: &dyn Fn(usize) -> Label| {
        let labels: Vec<Label> = (0..BRICK_VOXELS).map(of).collect();
        Brick::new(&labels).unwrap().n_bytes()
    };
    let rest = n_bytes(&|_| 7);
    assert!(rest < 256);
    let planes = |n: usize| n * PLANE..=n * (PLANE + 64) + rest;
    assert!(planes(1).contains(&n_bytes(&|at| if at % 5 == 0 { 199 } else { 0 })));
    assert!(planes(2).contains(&n_bytes(&|at| [0, 21, 199][at % 3])));
    assert!(planes(8).contains(&n_bytes(&|at| (at % 200) as Label)));
    assert!(planes(15).contains(&n_bytes(&|at| at as Label)));
}

#[test]
fn a_brick_that_was_emptied_is_not_kept() {
    let labels = |of: &dyn Fn(usize) -> Label| (0..BRICK_VOXELS).map(of).collect::<Vec<_>>();
    let drawn = LabelMap::from_dense(SIZE, &labels(&|at| [3, 5, 0][at % 3])).unwrap();
    let joined = LabelMap::from_dense(SIZE, &labels(&|_| 9)).unwrap();
    let mut map = drawn.clone();
    map.apply(&drawn.change_to(&joined)).unwrap();
    assert!(map.brick(BrickIndex([0; 3])).unwrap().n_bytes() < 256);
    map.apply(&joined.change_to(&LabelMap::empty(SIZE)))
        .unwrap();
    assert_eq!(map.bricks().len(), 0);
}
