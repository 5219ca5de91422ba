//! Tracks: what interpolating leaves alone, and when a shape becomes a key.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::shapes::{after, line, shape};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::OperationKind;
use annotomy_annotation::operation::Provenance;
use annotomy_annotation::protocol::{Answer, AttributeId};
use annotomy_annotation::restore::restore;
use annotomy_annotation::shape::{
    Along, Figure, Interpolated, PointNm, Shape, ShapeError, ShapeId, ShapeProperty, Track,
    TrackId, add_shape, answers_between, dissolve_track, interpolate_shapes, set_shape_property,
};
use std::collections::BTreeMap;
use uuid::Uuid;

const ID: TrackId = TrackId(Uuid::from_u128(77));

fn id(n: u128) -> ShapeId {
    ShapeId(Uuid::from_u128(n))
}

fn found(n: u128, length: i64) -> Shape {
    Shape {
        provenance: Provenance::Interpolated,
        track: Some(Track {
            id: ID,
            along: Along::Slices,
            between: Some([id(1), id(2)]),
        }),
        ..shape(n, Figure::Line([PointNm([0; 3]), PointNm([length, 0, 0])]))
    }
}

fn wanted(between: Vec<Shape>) -> Interpolated {
    Interpolated {
        id: ID,
        along: Along::Slices,
        keys: vec![id(1), id(2)],
        between,
    }
}

/// Two keys, a shape of its own, and two shapes between the keys.
fn interpolated() -> (DocumentState, DocumentState) {
    let drawn = (1..=3).fold(DocumentState::empty([8; 3]), |state, n| {
        after(&state, &add_shape(&state, line(n)).unwrap())
    });
    let made = interpolate_shapes(&drawn, &wanted(vec![found(11, 5), found(12, 6)])).unwrap();
    let state = after(&drawn, &made);
    (drawn, state)
}

fn ids(state: &DocumentState) -> Vec<u128> {
    state.shapes().iter().map(|s| s.id.0.as_u128()).collect()
}

#[test]
fn keys_keep_all_that_is_said_of_them_and_undo_takes_all_back() {
    let (drawn, state) = interpolated();
    assert_eq!(ids(&state), [1, 2, 3, 11, 12]);
    for n in [1, 2] {
        let key = state.shapes().find(id(n)).unwrap();
        assert!(key.is_key_of(ID));
        let bare = Shape {
            track: None,
            ..key.clone()
        };
        assert_eq!(&bare, drawn.shapes().find(id(n)).unwrap());
    }
    assert_eq!(state.shapes().get(2), drawn.shapes().get(2));
    let made = interpolate_shapes(&drawn, &wanted(vec![found(11, 5), found(12, 6)])).unwrap();
    assert_eq!(after(&state, &made.undo(1)), drawn);
}

#[test]
fn asked_again_what_is_found_takes_the_place_of_what_was() {
    let (_, state) = interpolated();
    let again = wanted(vec![found(12, 9), found(13, 7)]);
    let again = after(&state, &interpolate_shapes(&state, &again).unwrap());
    assert_eq!(ids(&again), [1, 2, 3, 12, 13]);
    assert_eq!(again.shapes().find(id(12)), Some(&found(12, 9)));
    let same = interpolate_shapes(&again, &wanted(vec![found(12, 9), found(13, 7)]));
    assert_eq!(same.unwrap().changes, []);
}

#[test]
fn corrected_shape_is_a_key_and_no_longer_replaced() {
    let (_, state) = interpolated();
    let moved = ShapeProperty::Figure(line(9).figure, None);
    let corrected = after(&state, &set_shape_property(&state, id(11), moved).unwrap());
    let own = corrected.shapes().find(id(11)).unwrap();
    assert!(own.is_key_of(ID));
    assert_eq!(own.provenance, Provenance::Manual);
    let anew = interpolate_shapes(&corrected, &wanted(Vec::new())).unwrap();
    assert_eq!(ids(&after(&corrected, &anew)), [1, 2, 3, 11]);
}

#[test]
fn what_says_nothing_of_a_shape_makes_no_key_of_it() {
    let (_, state) = interpolated();
    let text = state.shapes().find(id(11)).unwrap().text.clone();
    for property in [ShapeProperty::Visibility(false), ShapeProperty::Text(text)] {
        let operation = set_shape_property(&state, id(11), property).unwrap();
        let own = after(&state, &operation);
        assert!(own.shapes().find(id(11)).unwrap().is_interpolated());
    }
    let locked = set_shape_property(&state, id(11), ShapeProperty::Lock(true)).unwrap();
    let locked = after(&state, &locked);
    assert!(locked.shapes().find(id(11)).unwrap().is_key_of(ID));
}

#[test]
fn dissolved_track_leaves_its_keys_as_shapes_of_their_own() {
    let (drawn, state) = interpolated();
    let dissolved = after(&state, &dissolve_track(&state, ID).unwrap());
    assert_eq!(dissolved, drawn);
    assert_eq!(dissolve_track(&drawn, ID).unwrap().changes, []);
}

#[test]
fn locked_key_is_interpolated_from_and_the_past_can_be_restored() {
    let (drawn, _) = interpolated();
    let lock = set_shape_property(&drawn, id(1), ShapeProperty::Lock(true)).unwrap();
    let drawn = after(&drawn, &lock);
    let made = interpolate_shapes(&drawn, &wanted(vec![found(11, 5)])).unwrap();
    let state = after(&drawn, &made);
    let back = restore(&state, &drawn, (1, OperationKind::AddShape)).unwrap();
    assert_eq!(after(&state, &back), drawn);
}

#[test]
fn what_is_no_key_and_what_is_locked_is_refused() {
    let (drawn, _) = interpolated();
    let none = Interpolated {
        keys: vec![id(99)],
        ..wanted(Vec::new())
    };
    let refused = interpolate_shapes(&drawn, &none).unwrap_err();
    assert_eq!(refused, ShapeError::NoSuchShape);
    let locked = Shape {
        is_locked: true,
        ..found(11, 5)
    };
    let state = after(&drawn, &add_shape(&drawn, locked).unwrap());
    let refused = interpolate_shapes(&state, &wanted(Vec::new())).unwrap_err();
    assert_eq!(refused, ShapeError::Locked);
    assert_eq!(dissolve_track(&state, ID).unwrap_err(), ShapeError::Locked);
}

#[test]
fn numbers_go_evenly_and_other_answers_hold_from_the_first_key() {
    let name = |n: u128| AttributeId(Uuid::from_u128(n));
    let number = |digits: &str| Answer::Number(digits.to_owned());
    let option = |option: &str| Answer::Option(option.to_owned());
    let from = BTreeMap::from([
        (name(1), number("10")),
        (name(2), option("yes")),
        (name(3), number("4")),
    ]);
    let to = BTreeMap::from([(name(1), number("11")), (name(2), option("no"))]);
    let between = answers_between(&from, &to, 0.3);
    assert_eq!(between[&name(1)], number("10.3"));
    assert_eq!(between[&name(2)], option("yes"));
    assert_eq!(between[&name(3)], number("4"));
}

#[test]
fn shape_in_no_track_is_recorded_as_before_there_were_tracks() {
    let written = |shape: &Shape| {
        let mut bytes = Vec::new();
        ciborium::into_writer(shape, &mut bytes).unwrap();
        bytes
    };
    let says_track = |bytes: &[u8]| bytes.windows(5).any(|word| word == b"track");
    let old = written(&line(1));
    assert!(!says_track(&old));
    assert!(says_track(&written(&found(11, 5))));
    for shape in [line(1), found(11, 5)] {
        let read: Shape = ciborium::from_reader(written(&shape).as_slice()).unwrap();
        assert_eq!(read, shape);
    }
}
