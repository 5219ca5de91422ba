//! The label protocol: what it refuses, what undo brings back, and what segments make of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::change::inverse;
use annotomy_annotation::code::{Code, CodeGroup, search};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{self, StrokeMode};
use annotomy_annotation::edit::{self, EditError, Property};
use annotomy_annotation::operation::{Operation, OverwriteRule};
use annotomy_annotation::permit::Rules;
use annotomy_annotation::protocol::{
    Answer, Attribute, AttributeId, AttributeKind, Class, ClassId, Meaning, ProtocolError, Under,
    check,
};
use annotomy_annotation::protocol_edit::{
    ClassError, add_class, archive_class, change_class, delete_class, import_classes, move_class,
};
use annotomy_annotation::segment::{Color, SegmentId, SegmentState};
use annotomy_volume::brush::{BrushShape, BrushStroke};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use proptest::prelude::*;
use uuid::Uuid;

const SIZE: [usize; 3] = [8, 8, 8];
const SEGMENT: SegmentId = SegmentId(Uuid::from_u128(1));

fn class(n: u128) -> Class {
    Class {
        id: ClassId(Uuid::from_u128(n)),
        name: format!("Class {n}"),
        color: Color([1, 2, 3]),
        shortcut: None,
        meaning: Meaning::default(),
        tools: None,
        is_required: false,
        is_archived: false,
        attributes: Vec::new(),
    }
}

fn attribute(n: u128, kind: AttributeKind) -> Attribute {
    Attribute {
        id: AttributeId(Uuid::from_u128(n)),
        name: format!("Question {n}"),
        kind,
        is_required: false,
        under: None,
    }
}

fn radio() -> AttributeKind {
    AttributeKind::Radio(vec!["yes".to_owned(), "no".to_owned()])
}

fn apply(state: &mut DocumentState, operation: &Operation) {
    *state = state.after(&operation.changes).unwrap();
}

fn protocol(n: u128) -> DocumentState {
    let mut state = DocumentState::empty([1; 3]);
    for n in 0..n {
        let add = add_class(&state, class(n)).unwrap();
        apply(&mut state, &add);
    }
    state
}

fn with_segment(class: Option<ClassId>) -> DocumentState {
    let mut state = DocumentState::empty(SIZE);
    let add = edit::add_segment(&state, SEGMENT, "A".to_owned(), Color([9; 3]), class).unwrap();
    apply(&mut state, &add);
    state
}

fn stroke(state: &DocumentState, mode: StrokeMode) -> Operation {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let grid = Geometry::new(SIZE, Affine::from_steps(steps, PointLps([0.0; 3]))).unwrap();
    let stroke = BrushStroke {
        path: vec![PointLps([4.0; 3])],
        radius: Mm(2.0),
        shape: BrushShape::Sphere,
    };
    let rules = Rules::overwriting(OverwriteRule::All);
    let drawn = draw::stroke(state, &grid, SEGMENT, (mode, &stroke), (&rules, None));
    drawn.unwrap().operation
}

fn state_of(state: &DocumentState) -> SegmentState {
    state.segments()[0].state
}

#[test]
fn refuses_what_is_no_protocol() {
    let refused = |change: fn(&mut Class), expected| {
        let mut changed = class(2);
        change(&mut changed);
        assert_eq!(check(&[class(1), changed]), Err(expected));
    };
    refused(|c| c.name.clear(), ProtocolError::Name(2));
    refused(
        |c| c.name = "CLASS 1".to_owned(),
        ProtocolError::SameName(2),
    );
    refused(|c| c.id = class(1).id, ProtocolError::SameId(2));
    refused(|c| c.shortcut = Some('É'), ProtocolError::Shortcut(2));
    refused(
        |c| c.tools = Some(Default::default()),
        ProtocolError::NoTool(2),
    );
    let empty = |c: &mut Class| {
        c.meaning.category = Some(Code {
            value: String::new(),
            scheme: "SCT".to_owned(),
            meaning: "Tissue".to_owned(),
        });
    };
    refused(empty, ProtocolError::Code(2));
    let no_options = |c: &mut Class| {
        c.attributes = vec![attribute(1, AttributeKind::Radio(Vec::new()))];
    };
    refused(no_options, ProtocolError::Attribute(2, 1));
    let under_later = |c: &mut Class| {
        let under = Under {
            attribute: AttributeId(Uuid::from_u128(2)),
            option: "yes".to_owned(),
        };
        let first = attribute(1, AttributeKind::Text);
        let first = Attribute {
            under: Some(under),
            ..first
        };
        c.attributes = vec![first, attribute(2, radio())];
    };
    refused(under_later, ProtocolError::Under(2, 1));
}

#[test]
fn archived_class_leaves_its_name_and_shortcut_to_another() {
    let archived = Class {
        is_archived: true,
        shortcut: Some('a'),
        ..class(1)
    };
    let named_alike = Class {
        id: class(2).id,
        is_archived: false,
        ..archived.clone()
    };
    assert_eq!(check(&[archived.clone(), named_alike.clone()]), Ok(()));
    let mut state = DocumentState::empty([1; 3]);
    for class in [archived.clone(), named_alike] {
        let add = add_class(&state, class).unwrap();
        apply(&mut state, &add);
    }
    assert_eq!(
        archive_class(&state, archived.id, false),
        Err(ClassError::Protocol(ProtocolError::SameName(2)))
    );
}

#[test]
fn import_changes_known_classes_adds_others_and_removes_none() {
    let mut state = protocol(2);
    let renamed = Class {
        name: "Renamed".to_owned(),
        ..class(1)
    };
    let import = import_classes(&state, vec![class(5), renamed]).unwrap();
    apply(&mut state, &import);
    let names: Vec<&str> = state.classes().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Class 0", "Renamed", "Class 5"]);
}

#[test]
fn painting_the_first_voxel_begins_the_work_and_undo_takes_that_back() {
    let mut state = with_segment(None);
    let before = state.clone();
    assert_eq!(state_of(&state), SegmentState::NotStarted);
    let erased = stroke(&state, StrokeMode::Erase);
    assert!(erased.changes.is_empty());
    let painted = stroke(&state, StrokeMode::Paint);
    apply(&mut state, &painted);
    assert_eq!(state_of(&state), SegmentState::InProgress);
    assert_eq!(state.after(&inverse(&painted.changes)).unwrap(), before);
}

#[test]
fn painting_leaves_the_state_that_a_person_chose() {
    let mut state = with_segment(None);
    let flagged = Property::State(SegmentState::Flagged);
    let flag = edit::set_property(&state, SEGMENT, flagged).unwrap();
    apply(&mut state, &flag);
    let painted = stroke(&state, StrokeMode::Paint);
    apply(&mut state, &painted);
    assert_eq!(state_of(&state), SegmentState::Flagged);
}

#[test]
fn answers_fit_what_the_class_asks_and_go_with_it() {
    let number = AttributeKind::Number {
        unit: Some("mm".to_owned()),
    };
    let asking = Class {
        attributes: vec![attribute(1, radio()), attribute(2, number)],
        ..class(1)
    };
    let mut state = with_segment(Some(asking.id));
    let answer = |state: &DocumentState, n, answer| {
        let question = (AttributeId(Uuid::from_u128(n)), Some(answer));
        edit::set_answer(state, SEGMENT, &asking, question)
    };
    let yes = Answer::Option("yes".to_owned());
    let wrong = [
        answer(&state, 1, Answer::Option("maybe".to_owned())),
        answer(&state, 1, Answer::Text("yes".to_owned())),
        answer(&state, 2, Answer::Number("NaN".to_owned())),
        answer(&state, 3, yes.clone()),
    ];
    assert_eq!(wrong, [const { Err(EditError::NoAnswer) }; 4]);
    let given = answer(&state, 1, yes).unwrap();
    apply(&mut state, &given);
    assert_eq!(state.segments()[0].answers.len(), 1);
    let none = edit::set_property(&state, SEGMENT, Property::Class(None)).unwrap();
    apply(&mut state, &none);
    assert!(state.segments()[0].answers.is_empty());
}

#[test]
fn segment_about_which_nothing_was_said_is_recorded_as_before_classes() {
    let state = with_segment(None);
    let mut bytes = Vec::new();
    ciborium::into_writer(&state.segments()[0], &mut bytes).unwrap();
    let fields: ciborium::Value = ciborium::from_reader(bytes.as_slice()).unwrap();
    let names: Vec<String> = fields
        .into_map()
        .unwrap()
        .into_iter()
        .map(|(name, _)| name.into_text().unwrap())
        .collect();
    // The fields of a segment in the third format of the library.
    let before = [
        "id",
        "name",
        "color",
        "is_visible",
        "opacity",
        "is_locked",
        "layer",
        "label",
    ];
    assert_eq!(names, before);
}

#[test]
fn codes_are_found_by_the_beginnings_of_their_words() {
    let first = |group, text| search(group, text, 1).first().map(|code| (*code).clone());
    // PS3.16, CID 7151, 7150 and 244.
    let check = |group, text, value: &str, meaning: &str| {
        let expected = Code {
            value: value.to_owned(),
            scheme: "SCT".to_owned(),
            meaning: meaning.to_owned(),
        };
        assert_eq!(first(group, text), Some(expected), "{text}");
    };
    check(CodeGroup::Type, "liver", "10200004", "Liver");
    check(CodeGroup::Type, "10200004", "10200004", "Liver");
    check(
        CodeGroup::Category,
        "morph abn",
        "49755003",
        "Morphologically Abnormal Structure",
    );
    check(CodeGroup::Laterality, "LEFT", "7771000", "Left");
    assert_eq!(first(CodeGroup::Laterality, "liver"), None);
}

#[derive(Debug, Clone)]
enum Deed {
    Add(u128),
    Rename(u128),
    Archive(u128, bool),
    Move(u128, usize),
    Delete(u128),
}

fn deed() -> impl Strategy<Value = Deed> {
    let n = 0_u128..6;
    prop_oneof![
        n.clone().prop_map(Deed::Add),
        n.clone().prop_map(Deed::Rename),
        (n.clone(), any::<bool>()).prop_map(|(n, is)| Deed::Archive(n, is)),
        (n.clone(), 0_usize..8).prop_map(|(n, to)| Deed::Move(n, to)),
        n.prop_map(Deed::Delete),
    ]
}

proptest! {
    #[test]
    fn undo_of_everything_is_exact(deeds in prop::collection::vec(deed(), 0..30)) {
        let mut state = DocumentState::empty([1; 3]);
        let empty = state.root();
        let mut done = Vec::new();
        for deed in deeds {
            let operation = match deed {
                Deed::Add(n) => add_class(&state, class(n)),
                Deed::Rename(n) => change_class(&state, Class {
                    name: format!("Other {n}"),
                    ..class(n)
                }),
                Deed::Archive(n, is_archived) => archive_class(&state, class(n).id, is_archived),
                Deed::Move(n, to) => move_class(&state, class(n).id, to),
                Deed::Delete(n) => delete_class(&state, class(n).id),
            };
            if let Ok(operation) = operation {
                apply(&mut state, &operation);
                prop_assert_eq!(check(state.classes()), Ok(()));
                done.push((operation, state.root()));
            }
        }
        while let Some((operation, root)) = done.pop() {
            prop_assert_eq!(state.root(), root);
            apply(&mut state, &operation.undo(1));
        }
        prop_assert_eq!(state.root(), empty);
    }
}
