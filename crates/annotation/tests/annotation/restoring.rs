//! Restoring a state against locks, and comparing two.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::compare::{ADDED, REMOVED, TAKEN_OVER, compare};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit::{self, Property};
use annotomy_annotation::operation::{Operation, OperationKind, Provenance};
use annotomy_annotation::restore::{RestoreError, restore};
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_annotation::shape::{
    Figure, PointNm, Shape, ShapeId, ShapeProperty, add_shape, set_shape_property,
};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use std::collections::BTreeMap;
use uuid::Uuid;

const SIZE: [usize; 3] = [10, 1, 1];
const THEN: (u64, OperationKind) = (3, OperationKind::Paint);

fn id(n: u128) -> SegmentId {
    SegmentId(Uuid::from_u128(n))
}

fn apply(state: &mut DocumentState, operation: &Operation) {
    *state = state.after(&operation.changes).unwrap();
}

/// Segments 1 to 3 with labels 1 to 3, and a row of labels.
fn with_labels(row: [Label; 10]) -> DocumentState {
    let mut state = DocumentState::empty(SIZE);
    for n in 1..=3 {
        let add = edit::add_segment(&state, id(n), format!("S{n}"), Color([1; 3]), None);
        apply(&mut state, &add.unwrap());
    }
    let layer = LabelMap::from_dense(SIZE, &row).unwrap();
    let segments = state.segments().to_vec();
    DocumentState::from_parts(SIZE, None, segments, vec![layer]).unwrap()
}

fn set(state: &mut DocumentState, n: u128, property: Property) {
    let operation = edit::set_property(state, id(n), property).unwrap();
    apply(state, &operation);
}

fn row(labels: &LabelMap) -> Vec<Label> {
    (0..SIZE[0])
        .map(|i| labels.label(VoxelIndex([i, 0, 0])))
        .collect()
}

#[test]
fn voxels_that_came_went_and_changed_hands_are_told_apart_and_counted() {
    let earlier = with_labels([1, 1, 1, 2, 2, 0, 0, 0, 3, 0]);
    let later = with_labels([1, 0, 2, 2, 0, 2, 2, 1, 3, 0]);
    let found = compare(&earlier, &later);
    let (a, r, t) = (ADDED, REMOVED, TAKEN_OVER);
    assert_eq!(row(&found.voxels), [0, r, t, 0, r, a, a, a, 0, 0]);
    let counts = found.segments.iter();
    let counts: Vec<_> = counts
        .map(|change| (change.segment.id, change.n_added, change.n_removed))
        .collect();
    assert_eq!(counts, [(id(1), 1, 2), (id(2), 3, 1)]);
    assert!(compare(&later, &later).segments.is_empty());
    assert_eq!(compare(&later, &later).voxels.bricks().len(), 0);
}

#[test]
fn label_that_another_segment_has_since_is_not_the_same() {
    let earlier = with_labels([3; 10]);
    let mut later = earlier.clone();
    apply(&mut later, &edit::delete_segment(&earlier, id(3)).unwrap());
    let add = edit::add_segment(&later, id(4), "Other".to_owned(), Color([2; 3]), None);
    apply(&mut later, &add.unwrap());
    assert_eq!(later.segments()[2].label, 3, "the label is used again");
    let layer = LabelMap::from_dense(SIZE, &[0, 0, 0, 0, 0, 3, 3, 3, 3, 3]).unwrap();
    let segments = later.segments().to_vec();
    let later = DocumentState::from_parts(SIZE, None, segments, vec![layer]).unwrap();

    let found = compare(&earlier, &later);
    let counts = found.segments.iter();
    let counts: Vec<_> = counts
        .map(|change| (change.segment.id, change.n_added, change.n_removed))
        .collect();
    assert_eq!(counts, [(id(4), 5, 0), (id(3), 0, 10)]);
    let (r, t) = (REMOVED, TAKEN_OVER);
    assert_eq!(row(&found.voxels), [r, r, r, r, r, t, t, t, t, t]);

    let restored = restore(&later, &earlier, THEN).unwrap();
    assert_eq!(later.after(&restored.changes).unwrap(), earlier);
    assert_eq!(
        (restored.target, restored.kind),
        (Some(3), OperationKind::Restore)
    );
}

#[test]
fn locked_segments_whose_voxels_would_change_refuse_by_name() {
    let then = with_labels([1, 1, 1, 2, 2, 0, 0, 0, 3, 0]);
    let mut now = with_labels([1, 0, 1, 2, 2, 0, 0, 0, 3, 3]);
    set(&mut now, 1, Property::Lock(true));
    set(&mut now, 2, Property::Lock(true));
    let refused = restore(&now, &then, THEN);
    assert_eq!(
        refused,
        Err(RestoreError::LockedSegments(vec!["S1".to_owned()]))
    );
    // Of one that is locked and keeps its voxels, the lock itself goes.
    set(&mut now, 1, Property::Lock(false));
    let restored = restore(&now, &then, THEN).unwrap();
    assert_eq!(now.after(&restored.changes).unwrap(), then);
}

#[test]
fn locked_segment_that_was_not_there_then_stays() {
    let mut then = with_labels([0; 10]);
    let delete = edit::delete_segment(&then, id(3)).unwrap();
    apply(&mut then, &delete);
    let mut now = with_labels([0; 10]);
    set(&mut now, 3, Property::Lock(true));
    let refused = restore(&now, &then, THEN);
    assert_eq!(
        refused,
        Err(RestoreError::LockedSegments(vec!["S3".to_owned()]))
    );
}

#[test]
fn locked_shape_may_be_shown_and_unlocked_and_nothing_else() {
    let shape = Shape {
        id: ShapeId(Uuid::from_u128(1)),
        figure: Figure::Point(PointNm([1, 2, 3])),
        plane: None,
        text: String::new(),
        class: None,
        answers: BTreeMap::new(),
        color: None,
        is_visible: true,
        is_locked: false,
        provenance: Provenance::Manual,
        track: None,
    };
    let id = shape.id;
    let mut then = with_labels([0; 10]);
    let before = then.clone();
    let add = add_shape(&then, shape).unwrap();
    apply(&mut then, &add);
    let with = |state: &DocumentState, property| {
        let set = set_shape_property(state, id, property).unwrap();
        state.after(&set.changes).unwrap()
    };
    let locked = with(&then, ShapeProperty::Lock(true));
    let hidden = with(&locked, ShapeProperty::Visibility(false));
    let restored = restore(&hidden, &then, THEN).unwrap();
    assert_eq!(hidden.after(&restored.changes).unwrap(), then);
    let refused = Err(RestoreError::LockedShapes(1));
    assert_eq!(restore(&hidden, &before, THEN), refused);
    let text = ShapeProperty::Text("Cyst".to_owned());
    let told = with(&with(&then, text), ShapeProperty::Lock(true));
    assert_eq!(restore(&told, &then, THEN), refused);
    let shapes = |earlier, later| compare(earlier, later).n_shapes;
    assert_eq!(shapes(&before, &then), [1, 0, 0]);
    assert_eq!(shapes(&then, &before), [0, 1, 0]);
    assert_eq!(shapes(&then, &told), [0, 0, 1]);
}
