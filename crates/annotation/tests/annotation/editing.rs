//! Edits, locks, overwrite rules and undo, against a model that keeps every state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::change::Change;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{self, StrokeMode};
use annotomy_annotation::edit::{self, EditError, Property};
use annotomy_annotation::import::{ImportedSegment, import};
use annotomy_annotation::operation::{Operation, OperationKind, OverwriteRule};
use annotomy_annotation::permit::Rules;
use annotomy_annotation::segment::{Color, Opacity, SegmentId};
use annotomy_annotation::undo::UndoStacks;
use annotomy_volume::brush::{BrushShape, BrushStroke};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::space::{Mm, PointLps, VectorLps, VoxelIndex};
use proptest::prelude::*;
use uuid::Uuid;

const SIZE: [usize; 3] = [40, 40, 8];
const RED: Color = Color([200, 30, 30]);

fn grid() -> Geometry {
    let steps = [
        VectorLps([1.0, 0.0, 0.0]),
        VectorLps([0.0, 1.0, 0.0]),
        VectorLps([0.0, 0.0, 3.0]),
    ];
    Geometry::new(SIZE, Affine::from_steps(steps, PointLps([0.0; 3]))).unwrap()
}

fn id(n: u128) -> SegmentId {
    SegmentId(Uuid::from_u128(n))
}

fn ball(at: [f64; 3], radius: f64) -> BrushStroke {
    BrushStroke {
        path: vec![PointLps(at)],
        radius: Mm(radius),
        shape: BrushShape::Sphere,
    }
}

fn stroke(
    state: &DocumentState,
    id: SegmentId,
    stroke: (StrokeMode, &BrushStroke),
    rule: OverwriteRule,
) -> Result<Operation, EditError> {
    let rules = Rules::overwriting(rule);
    let drawn = draw::stroke(state, &grid(), id, stroke, (&rules, None))?;
    Ok(drawn.operation)
}

fn apply(state: &mut DocumentState, operation: &Operation) {
    *state = state.after(&operation.changes).unwrap();
}

fn with_segments(n: u128) -> DocumentState {
    let mut state = DocumentState::empty(SIZE);
    for n in 0..n {
        let add = edit::add_segment(&state, id(n), format!("Segment {n}"), RED, None).unwrap();
        apply(&mut state, &add);
    }
    state
}

fn paint(state: &mut DocumentState, n: u128, at: [f64; 3], rule: OverwriteRule) {
    let stroke = stroke(state, id(n), (StrokeMode::Paint, &ball(at, 5.0)), rule).unwrap();
    apply(state, &stroke);
}

fn label_at(state: &DocumentState, voxel: [usize; 3]) -> u16 {
    state.layers()[0].label(VoxelIndex(voxel))
}

fn set(state: &mut DocumentState, n: u128, property: Property) {
    let operation = edit::set_property(state, id(n), property).unwrap();
    apply(state, &operation);
}

#[test]
fn painting_never_touches_a_locked_segment() {
    for rule in [
        OverwriteRule::All,
        OverwriteRule::None,
        OverwriteRule::Visible,
    ] {
        let mut state = with_segments(2);
        paint(&mut state, 0, [20.0, 20.0, 12.0], OverwriteRule::All);
        set(&mut state, 0, Property::Lock(true));
        paint(&mut state, 1, [22.0, 20.0, 12.0], rule);
        assert_eq!(label_at(&state, [20, 20, 4]), 1);
        assert_eq!(label_at(&state, [26, 20, 4]), 2);
    }
}

#[test]
fn overwrite_rule_decides_which_segments_give_way() {
    let check = |rule, is_visible, expected| {
        let mut state = with_segments(2);
        paint(&mut state, 0, [20.0, 20.0, 12.0], OverwriteRule::All);
        set(&mut state, 0, Property::Visibility(is_visible));
        paint(&mut state, 1, [20.0, 20.0, 12.0], rule);
        assert_eq!(
            label_at(&state, [20, 20, 4]),
            expected,
            "{rule:?}, visible {is_visible}"
        );
    };
    check(OverwriteRule::All, true, 2);
    check(OverwriteRule::All, false, 2);
    check(OverwriteRule::None, true, 1);
    check(OverwriteRule::Visible, true, 2);
    check(OverwriteRule::Visible, false, 1);
}

#[test]
fn eraser_removes_its_own_segment_only() {
    let mut state = with_segments(2);
    paint(&mut state, 0, [15.0, 20.0, 12.0], OverwriteRule::All);
    paint(&mut state, 1, [25.0, 20.0, 12.0], OverwriteRule::All);
    let large = ball([20.0, 20.0, 12.0], 15.0);
    let erased = stroke(
        &state,
        id(0),
        (StrokeMode::Erase, &large),
        OverwriteRule::All,
    );
    apply(&mut state, &erased.unwrap());
    assert_eq!(label_at(&state, [15, 20, 4]), 0);
    assert_eq!(label_at(&state, [25, 20, 4]), 2);
}

#[test]
fn locked_segments_refuse_strokes_and_deletion() {
    let mut state = with_segments(1);
    set(&mut state, 0, Property::Lock(true));
    let painted = (StrokeMode::Paint, &ball([0.0; 3], 5.0));
    let painted = stroke(&state, id(0), painted, OverwriteRule::All);
    assert_eq!(painted, Err(EditError::Locked));
    assert_eq!(edit::delete_segment(&state, id(0)), Err(EditError::Locked));
}

#[test]
fn refuses_what_makes_no_sense() {
    let state = with_segments(1);
    let try_stroke = |path: BrushStroke| {
        stroke(
            &state,
            id(0),
            (StrokeMode::Erase, &path),
            OverwriteRule::All,
        )
        .unwrap_err()
    };
    assert_eq!(
        try_stroke(ball([f64::NAN, 0.0, 0.0], 5.0)),
        EditError::NoStroke
    );
    assert_eq!(try_stroke(ball([0.0; 3], 0.0)), EditError::NoStroke);
    assert_eq!(
        try_stroke(ball([0.0; 3], f64::INFINITY)),
        EditError::NoStroke
    );
    assert_eq!(
        try_stroke(BrushStroke {
            path: vec![],
            ..ball([0.0; 3], 1.0)
        }),
        EditError::NoStroke
    );
    assert_eq!(
        edit::add_segment(&state, id(9), "  ".into(), RED, None),
        Err(EditError::NoName)
    );
    assert_eq!(
        edit::delete_segment(&state, id(7)),
        Err(EditError::NoSuchSegment)
    );
    assert_eq!(Opacity::from_fraction(1.1), None);
    assert_eq!(Color::parse("#12345g"), None);
    assert_eq!(Color::parse("#0aFf10"), Some(Color([10, 255, 16])));
}

#[test]
fn changes_that_do_not_fit_are_refused() {
    let state = with_segments(2);
    let segment = state.segments()[0].clone();
    let after = |change| state.after(&[change]);
    assert!(
        after(Change::InsertSegment {
            position: 0,
            segment: segment.clone()
        })
        .is_err()
    );
    assert!(
        after(Change::RemoveSegment {
            position: 1,
            segment: segment.clone()
        })
        .is_err()
    );
    assert!(after(Change::MoveSegment { from: 0, to: 2 }).is_err());
    let relabelled = annotomy_annotation::segment::Segment {
        label: 9,
        ..segment.clone()
    };
    assert!(
        after(Change::ReplaceSegment {
            before: segment,
            after: relabelled
        })
        .is_err()
    );
}

/// What a random user does.
#[derive(Debug, Clone)]
enum Deed {
    Add,
    AddOverlapping,
    Delete(usize),
    Move(usize, usize),
    Lock(usize, bool),
    Rename(usize),
    Stroke(usize, bool, [f64; 3], f64),
    Undo,
    Redo,
}

fn deeds() -> impl Strategy<Value = Deed> {
    let n = 0_usize..4;
    let at = [0.0..40.0, 0.0..40.0, 0.0..24.0];
    prop_oneof![
        2 => Just(Deed::Add),
        1 => Just(Deed::AddOverlapping),
        1 => n.clone().prop_map(Deed::Delete),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Deed::Move(a, b)),
        1 => (n.clone(), any::<bool>()).prop_map(|(a, b)| Deed::Lock(a, b)),
        1 => n.clone().prop_map(Deed::Rename),
        6 => (n, any::<bool>(), at, 1.0..9.0).prop_map(|(a, b, c, d)| Deed::Stroke(a, b, c, d)),
        4 => Just(Deed::Undo),
        3 => Just(Deed::Redo),
    ]
}

fn operation(state: &DocumentState, deed: &Deed, fresh: u128) -> Option<Operation> {
    let nth = |n: usize| state.segments().get(n).map(|s| s.id);
    match *deed {
        Deed::Add => edit::add_segment(state, id(fresh), format!("S{fresh}"), RED, None).ok(),
        Deed::AddOverlapping => {
            edit::add_overlapping_segment(state, id(fresh), format!("O{fresh}"), RED, None).ok()
        }
        Deed::Delete(n) => edit::delete_segment(state, nth(n)?).ok(),
        Deed::Move(n, to) => edit::move_segment(state, nth(n)?, to).ok(),
        Deed::Lock(n, on) => edit::set_property(state, nth(n)?, Property::Lock(on)).ok(),
        Deed::Rename(n) => {
            edit::set_property(state, nth(n)?, Property::Name(format!("R{fresh}"))).ok()
        }
        Deed::Stroke(n, erase, at, radius) => {
            let mode = if erase {
                StrokeMode::Erase
            } else {
                StrokeMode::Paint
            };
            stroke(
                state,
                nth(n)?,
                (mode, &ball(at, radius)),
                OverwriteRule::All,
            )
            .ok()
        }
        Deed::Undo | Deed::Redo => None,
    }
    .filter(|operation| !operation.changes.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    /// The model keeps whole states on two stacks, as an editor without a log would.
    #[test]
    fn any_sequence_of_do_undo_redo_leaves_exactly_the_models_state(
        deeds in prop::collection::vec(deeds(), 1..60),
    ) {
        let mut state = DocumentState::empty(SIZE);
        let mut log: Vec<Operation> = Vec::new();
        let (mut past, mut future) = (Vec::new(), Vec::new());
        let mut stacks = UndoStacks::default();
        for deed in &deeds {
            let next = match deed {
                Deed::Undo => stacks.to_undo().map(|s| log[s as usize].undo(s)),
                Deed::Redo => stacks.to_redo().map(|s| log[s as usize].redo(s)),
                deed => operation(&state, deed, log.len() as u128),
            };
            let Some(next) = next else { continue };
            let mut expected = None;
            match next.kind {
                OperationKind::Undo => {
                    future.push(state.clone());
                    expected = past.pop();
                }
                OperationKind::Redo => {
                    past.push(state.clone());
                    expected = future.pop();
                }
                _ => {
                    past.push(state.clone());
                    future.clear();
                }
            }
            state = state.after(&next.changes).unwrap();
            stacks.note(log.len() as u64, next.kind, next.target);
            log.push(next);
            if let Some(expected) = expected {
                prop_assert_eq!(state.root(), expected.root());
                prop_assert_eq!(&state, &expected);
            }
            prop_assert_eq!(stacks.to_undo().is_some(), !past.is_empty());
            prop_assert_eq!(stacks.to_redo().is_some(), !future.is_empty());
        }
        let replayed = log.iter().fold(DocumentState::empty(SIZE), |s, o| s.after(&o.changes).unwrap());
        prop_assert_eq!(replayed, state);
    }

    #[test]
    fn operations_survive_cbor(deeds in prop::collection::vec(deeds(), 1..12)) {
        let mut state = DocumentState::empty(SIZE);
        for (n, deed) in deeds.iter().enumerate() {
            let Some(operation) = operation(&state, deed, n as u128) else { continue };
            let mut bytes = Vec::new();
            ciborium::into_writer(&operation, &mut bytes).unwrap();
            let read: Operation = ciborium::from_reader(bytes.as_slice()).unwrap();
            prop_assert_eq!(&read, &operation);
            state = state.after(&operation.changes).unwrap();
        }
    }
}

/// Labels of a grid: a cube of `label` with its first corner at `at`.
fn cube(at: usize, label: u16) -> LabelMap {
    let [ni, nj, nk] = SIZE;
    let mut labels = vec![0; ni * nj * nk];
    for k in 1..4 {
        for j in at..at + 5 {
            for i in at..at + 5 {
                labels[(k * nj + j) * ni + i] = label;
            }
        }
    }
    LabelMap::from_dense(SIZE, &labels).unwrap()
}

fn imported(n: u128, layer: usize, label: u16) -> ImportedSegment {
    let name = format!("From a file {n}");
    ImportedSegment {
        id: id(n),
        name,
        color: RED,
        layer,
        label,
        class: None,
    }
}

#[test]
fn imported_segments_stand_beside_what_was_drawn_and_go_again() {
    let mut state = with_segments(1);
    paint(&mut state, 0, [10.0, 10.0, 6.0], OverwriteRule::All);
    let before = state.clone();
    // The two overlap each other, and what was drawn.
    let layers = [cube(8, 3), cube(10, 7)];
    let segments = vec![imported(8, 0, 3), imported(9, 1, 7)];
    let operation = import(&state, &layers, segments, "a test").unwrap();
    apply(&mut state, &operation);
    assert_eq!(state.layers().len(), 3);
    assert_eq!(state.layers()[0], before.layers()[0]);
    assert_eq!(state.layers()[1..], layers);
    let names: Vec<_> = state
        .segments()
        .iter()
        .map(|s| (s.layer, s.label))
        .collect();
    assert_eq!(names, [(0, 1), (1, 3), (2, 7)]);
    apply(&mut state, &operation.undo(1));
    assert_eq!(state, before);
}

#[test]
fn empty_document_takes_an_import_into_its_first_layer_without_stray_labels() {
    let state = DocumentState::empty(SIZE);
    let operation = import(&state, &[cube(8, 3)], vec![imported(8, 0, 4)], "a test").unwrap();
    let after = state.after(&operation.changes).unwrap();
    assert_eq!(after.layers().len(), 1);
    assert_eq!(operation.n_voxels(), 0, "label 3 belongs to no segment");
    let refused = import(&state, &[cube(8, 3)], Vec::new(), "a test");
    assert_eq!(refused, Err(EditError::NoSuchSegment));
}
