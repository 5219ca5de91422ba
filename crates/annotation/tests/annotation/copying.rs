//! Segments of one volume come into another: which voxels, and what is never lost on the way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::copy::{CopyRule, copy_segments, list_segments};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit::{self, EditError, Property};
use annotomy_annotation::import::{ImportedSegment, import};
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_annotation::scope::Scope;
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_volume::labels::{Label, LabelMap};
use uuid::Uuid;

const SIZE: [usize; 3] = [8, 1, 1];
const LIVER: SegmentId = SegmentId(Uuid::from_u128(1));
const TUMOUR: SegmentId = SegmentId(Uuid::from_u128(2));
const VESSEL: SegmentId = SegmentId(Uuid::from_u128(3));

/// The labels of one row of voxels, and the segments that have them.
type Layer<'a> = ([Label; 8], &'a [(SegmentId, Label)]);

fn document(layers: &[Layer]) -> DocumentState {
    let maps: Vec<LabelMap> = layers
        .iter()
        .map(|(labels, _)| LabelMap::from_dense(SIZE, labels).unwrap())
        .collect();
    let segments = layers
        .iter()
        .enumerate()
        .flat_map(|(layer, (_, segments))| {
            segments.iter().map(move |&(id, label)| ImportedSegment {
                id,
                name: format!("Segment {}", id.0.as_u128()),
                color: Color([1, 2, 3]),
                layer,
                label,
                class: None,
            })
        });
    let empty = DocumentState::empty(SIZE);
    let drawn = import(&empty, &maps, segments.collect(), "test").unwrap();
    empty.after(&drawn.changes).unwrap()
}

fn labels(state: &DocumentState, layer: usize) -> Vec<Label> {
    state.layers()[layer].to_dense().into_iter().collect()
}

fn after(state: &DocumentState, operation: &Operation) -> DocumentState {
    let after = state.after(&operation.changes).unwrap();
    let taken_back = after.after(&operation.undo(1).changes).unwrap();
    assert_eq!(&taken_back, state, "undo brings back what was there");
    after
}

fn source() -> DocumentState {
    document(&[([1, 1, 2, 2, 0, 0, 0, 0], &[(LIVER, 1), (TUMOUR, 2)])])
}

#[test]
fn copy_into_a_blank_volume_is_equal() {
    let blank = DocumentState::empty(SIZE);
    let copy = copy_segments(&blank, &source(), CopyRule::Keep, "volume 1").unwrap();
    assert_eq!(copy.kind, OperationKind::CopySegments);
    assert_eq!(copy.tool.as_ref().unwrap().name, "copy, volume 1");
    assert_eq!(after(&blank, &copy), source());
}

#[test]
fn listing_brings_names_without_voxels_and_each_once() {
    let target = document(&[([0, 0, 0, 0, 0, 0, 0, 5], &[(TUMOUR, 5)])]);
    let list = list_segments(&target, source().segments(), "names only").unwrap();
    let listed = after(&target, &list);
    let ids: Vec<SegmentId> = listed.segments().iter().map(|s| s.id).collect();
    assert_eq!(ids, [TUMOUR, LIVER]);
    assert_eq!(labels(&listed, 0), labels(&target, 0));
    let again = list_segments(&listed, source().segments(), "names only").unwrap();
    assert!(again.changes.is_empty());
}

#[test]
fn voxels_that_are_labelled_are_kept_until_they_may_be_replaced() {
    // The vessel, which has the liver's label here, lies where a part of the tumour comes to lie.
    let target = document(&[([0, 0, 0, 1, 1, 0, 7, 0], &[(VESSEL, 1), (TUMOUR, 7)])]);
    let kept = copy_segments(&target, &source(), CopyRule::Keep, "volume 1");
    assert_eq!(kept, Err(EditError::Occupied));
    let copy = copy_segments(&target, &source(), CopyRule::Replace, "volume 1").unwrap();
    let copied = after(&target, &copy);
    let liver = copied
        .segments()
        .iter()
        .find(|s| s.id == LIVER)
        .unwrap()
        .label;
    assert_ne!(liver, 1, "a label that is taken means another segment");
    // The tumour moved to where it is in the source; what is left of the vessel stays.
    assert_eq!(labels(&copied, 0), [liver, liver, 7, 7, 1, 0, 0, 0]);
}

#[test]
fn locked_segments_of_the_target_never_change() {
    let lock = |state: &DocumentState, id| {
        let lock = edit::set_property(state, id, Property::Lock(true)).unwrap();
        state.after(&lock.changes).unwrap()
    };
    let target = document(&[([0, 0, 0, 1, 1, 0, 7, 0], &[(VESSEL, 1), (TUMOUR, 7)])]);
    let vessel = lock(&target, VESSEL);
    let copy = copy_segments(&vessel, &source(), CopyRule::Replace, "volume 1").unwrap();
    assert_eq!(labels(&after(&vessel, &copy), 0)[3..5], [1, 1]);
    let tumour = lock(&target, TUMOUR);
    let refused = copy_segments(&tumour, &source(), CopyRule::Replace, "volume 1");
    assert_eq!(refused, Err(EditError::Locked));
    // A segment that is locked in the source is free to be corrected in the copy.
    let blank = DocumentState::empty(SIZE);
    let copy = copy_segments(&blank, &lock(&source(), LIVER), CopyRule::Keep, "1").unwrap();
    assert!(after(&blank, &copy).segments().iter().all(|s| !s.is_locked));
}

#[test]
fn segments_that_overlap_keep_their_layers_or_are_refused() {
    let overlapping = document(&[
        ([1, 1, 1, 0, 0, 0, 0, 0], &[(LIVER, 1)]),
        ([0, 0, 1, 1, 0, 0, 0, 0], &[(VESSEL, 1)]),
    ]);
    let blank = DocumentState::empty(SIZE);
    let copy = copy_segments(&blank, &overlapping, CopyRule::Keep, "volume 1").unwrap();
    assert_eq!(after(&blank, &copy), overlapping);
    let one_layer = document(&[([0; 8], &[(LIVER, 1), (VESSEL, 2)])]);
    let refused = copy_segments(&one_layer, &overlapping, CopyRule::Replace, "volume 1");
    assert_eq!(refused, Err(EditError::Overlapping));
}

#[test]
fn scope_is_the_one_chosen_last_and_no_undo_takes_it_back() {
    let log = [
        (OperationKind::Paint, Scope::AllVolumes),
        (Scope::EachVolume.chosen_by(), Scope::EachVolume),
        (OperationKind::Undo, Scope::EachVolume),
        (Scope::AllVolumes.chosen_by(), Scope::AllVolumes),
    ];
    let mut scope = Scope::default();
    for (kind, expected) in log {
        scope = scope.after(kind);
        assert_eq!(scope, expected, "{kind:?}");
    }
    assert!(!Scope::EachVolume.chosen_by().is_undoable());
    assert!(!Scope::AllVolumes.chosen_by().is_undoable());
}
