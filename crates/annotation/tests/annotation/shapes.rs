//! Shapes: what is refused, what undo brings back, what they measure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::{Operation, Provenance};
use annotomy_annotation::shape::{
    DrawingPlane, Figure, MAX_POINTS, Measures, PointNm, Shape, ShapeError, ShapeId, ShapeProperty,
    add_shape, delete_shape, set_shape_property,
};
use annotomy_volume::space::{PointLps, VectorLps};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const SIZE: [usize; 3] = [8, 8, 8];

fn mm(point: [f64; 3]) -> PointNm {
    PointNm::from_lps(PointLps(point)).unwrap()
}

pub(crate) fn shape(n: u128, figure: Figure<PointNm>) -> Shape {
    Shape {
        id: ShapeId(Uuid::from_u128(n)),
        figure,
        plane: None,
        text: format!("Shape {n}"),
        class: None,
        answers: BTreeMap::new(),
        color: None,
        is_visible: true,
        is_locked: false,
        provenance: Provenance::Manual,
        track: None,
    }
}

pub(crate) fn line(n: u128) -> Shape {
    shape(n, Figure::Line([mm([0.0; 3]), mm([n as f64, 0.0, 1.0])]))
}

pub(crate) fn after(state: &DocumentState, operation: &Operation) -> DocumentState {
    state.after(&operation.changes).unwrap()
}

fn with_shapes(n: u128) -> DocumentState {
    (1..=n).fold(DocumentState::empty(SIZE), |state, n| {
        after(&state, &add_shape(&state, line(n)).unwrap())
    })
}

fn refused(figure: Figure<PointNm>, expected: ShapeError) {
    let empty = DocumentState::empty(SIZE);
    assert_eq!(add_shape(&empty, shape(1, figure)).unwrap_err(), expected);
}

#[test]
fn refuses_what_is_no_shape() {
    let (a, b) = (mm([0.0; 3]), mm([1.0, 0.0, 0.0]));
    refused(Figure::Line([a, a]), ShapeError::NoExtent);
    refused(Figure::Polygon(vec![a, b]), ShapeError::TooFewPoints);
    refused(Figure::Polyline(vec![a]), ShapeError::TooFewPoints);
    refused(
        Figure::Freehand {
            points: vec![a; MAX_POINTS + 1],
            is_closed: false,
        },
        ShapeError::TooManyPoints,
    );
    let on_one_line = Figure::Ellipse {
        centre: a,
        ends: [b, mm([-2.0, 0.0, 0.0])],
    };
    refused(on_one_line, ShapeError::NoExtent);
    let flat = Figure::Box3d {
        centre: a,
        ends: [b, mm([0.0, 1.0, 0.0]), mm([1.0, 1.0, 0.0])],
    };
    refused(flat, ShapeError::NoExtent);
    refused(
        Figure::Point(PointNm([i64::MIN, 0, 0])),
        ShapeError::NoPosition,
    );
}

#[test]
fn label_of_a_slice_says_of_which() {
    let at = mm([1.0, 2.0, 3.0]);
    refused(Figure::Slice(at), ShapeError::NoPlane);
    let plane = |z: f64| {
        let point = PointLps([0.0, 0.0, z]);
        DrawingPlane::new(point, VectorLps([0.0, 0.0, 1.0]))
    };
    let label = |plane| Shape {
        plane,
        ..shape(1, Figure::Slice(at))
    };
    assert_eq!(label(plane(3.0)).check(), Ok(()));
    assert_eq!(label(plane(4.0)).check(), Err(ShapeError::OffPlane));
    assert_eq!(shape(1, Figure::Image).check(), Ok(()));
}

#[test]
fn point_that_is_not_finite_is_no_position() {
    for bad in [f64::NAN, f64::INFINITY, 1.1e6] {
        assert_eq!(PointNm::from_lps(PointLps([0.0, bad, 0.0])), None);
    }
    assert!(DrawingPlane::new(PointLps([0.0; 3]), VectorLps([0.0; 3])).is_none());
}

#[test]
fn shape_beside_its_plane_is_refused() {
    let plane = DrawingPlane::new(PointLps([0.0; 3]), VectorLps([0.0, 0.0, 2.0]));
    let off = Shape { plane, ..line(1) };
    let empty = DocumentState::empty(SIZE);
    assert_eq!(add_shape(&empty, off).unwrap_err(), ShapeError::OffPlane);
    let on = Figure::Line([mm([1.0, 2.0, 0.0]), mm([3.0, 4.0, 0.0])]);
    let on = Shape {
        plane,
        ..shape(1, on)
    };
    add_shape(&empty, on).unwrap();
}

#[test]
fn locked_shape_is_only_shown_hidden_and_unlocked() {
    let id = ShapeId(Uuid::from_u128(1));
    let state = with_shapes(1);
    let lock = set_shape_property(&state, id, ShapeProperty::Lock(true)).unwrap();
    let locked = after(&state, &lock);
    let moved = ShapeProperty::Figure(line(9).figure, None);
    for property in [
        moved,
        ShapeProperty::Text("x".to_owned()),
        ShapeProperty::Color(None),
    ] {
        let refused = set_shape_property(&locked, id, property).unwrap_err();
        assert_eq!(refused, ShapeError::Locked);
    }
    assert_eq!(delete_shape(&locked, id).unwrap_err(), ShapeError::Locked);
    let hide = set_shape_property(&locked, id, ShapeProperty::Visibility(false)).unwrap();
    let unlock = set_shape_property(&locked, id, ShapeProperty::Lock(false)).unwrap();
    assert!(!after(&locked, &hide).shapes().find(id).unwrap().is_visible);
    let free = after(&locked, &unlock);
    let moved = ShapeProperty::Figure(line(9).figure, None);
    let moved = set_shape_property(&free, id, moved);
    assert_eq!(
        after(&free, &moved.unwrap())
            .shapes()
            .find(id)
            .unwrap()
            .figure,
        line(9).figure
    );
}

#[test]
fn document_without_shapes_has_the_root_it_always_had() {
    let empty = DocumentState::empty(SIZE);
    let state = with_shapes(1);
    let gone = delete_shape(&state, ShapeId(Uuid::from_u128(1))).unwrap();
    assert_ne!(state.root(), empty.root());
    assert_eq!(after(&state, &gone).root(), empty.root());
}

#[test]
fn record_that_makes_what_is_no_shape_does_not_hold() {
    use annotomy_annotation::change::Change;
    let empty = DocumentState::empty(SIZE);
    let (a, position) = (mm([0.0; 3]), 0);
    let insert = |shape| Change::InsertShape { position, shape };
    let broken = insert(shape(1, Figure::Line([a, a])));
    assert!(empty.after(&[broken]).is_err());
    assert!(empty.after(&[insert(line(1)), insert(line(1))]).is_err());
}

fn measures(figure: Figure<[f64; 3]>) -> Measures {
    let figure = figure.try_map(|point| Some(PointLps(*point)));
    figure.unwrap().measures()
}

fn close(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs(),
        "{found} is not {expected}"
    );
}

#[test]
fn lines_and_angles_measure_as_in_a_closed_form() {
    let (o, x) = ([5.0, 6.0, 7.0], [8.0, 10.0, 7.0]);
    close(measures(Figure::Line([o, x])).length, 5.0);
    let further = [8.0, 10.0, 19.0];
    close(measures(Figure::Polyline(vec![o, x, further])).length, 17.0);
    let angle = Figure::Angle([[1.0, 0.0, 0.0], [0.0; 3], [-1.0, 3.0_f64.sqrt(), 0.0]]);
    close(measures(angle).angle, 120.0);
    // Lines at 100 degrees to each other, drawn from opposite ends.
    let tilted = |degrees: f64, y: f64| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        [[-cos, y - sin, 0.0], [cos, y + sin, 0.0]]
    };
    let (upper, [from, to]) = (tilted(50.0, 40.0), tilted(-50.0, 0.0));
    close(
        measures(Figure::CobbAngle([upper, [from, to]])).angle,
        100.0,
    );
    close(
        measures(Figure::CobbAngle([upper, [to, from]])).angle,
        100.0,
    );
}

#[test]
fn areas_measure_as_in_a_closed_form() {
    // On a plane across (1, 1, 1).
    let u = VectorLps([1.0, -1.0, 0.0]).normalized().unwrap();
    let v = VectorLps([1.0, 1.0, -2.0]).normalized().unwrap();
    let at = |x: f64, y: f64| (PointLps([100.0, -50.0, 20.0]) + u * x + v * y).0;
    let triangle = measures(Figure::Polygon(vec![
        at(0.0, 0.0),
        at(3.0, 0.0),
        at(3.0, 4.0),
    ]));
    close(triangle.area, 6.0);
    close(triangle.perimeter, 12.0);
    let (centre, ends) = (at(1.0, 1.0), [at(4.0, 1.0), at(1.0, 3.0)]);
    let rectangle = measures(Figure::Rectangle { centre, ends });
    close(rectangle.area, 24.0);
    close(rectangle.perimeter, 20.0);
    close(rectangle.long_axis, 6.0);
    let ellipse = measures(Figure::Ellipse { centre, ends });
    close(ellipse.area, 6.0 * std::f64::consts::PI);
    // 4 a E(m), m = 1 - (b/a)²: scipy.special.ellipe(5/9) * 12 (scipy 1.17).
    close(ellipse.perimeter, 15.865_439_589_290_59);
    close(ellipse.short_axis, 4.0);
    // The same ellipse by other conjugate half axes.
    let turn = 0.7_f64;
    let (sin, cos) = turn.sin_cos();
    let conjugate = [
        at(1.0 + 3.0 * cos, 1.0 + 2.0 * sin),
        at(1.0 - 3.0 * sin, 1.0 + 2.0 * cos),
    ];
    let same = measures(Figure::Ellipse {
        centre,
        ends: conjugate,
    });
    close(same.long_axis, 6.0);
    close(same.area, 6.0 * std::f64::consts::PI);
    let solid = measures(Figure::Box3d {
        centre: [0.0; 3],
        ends: [[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, -3.0]],
    });
    close(solid.volume, 48.0);
    let recist = measures(Figure::Bidirectional {
        long: [[0.0; 3], [10.0, 0.0, 0.0]],
        short: [[5.0, -2.0, 0.0], [5.0, 2.0, 0.0]],
    });
    close(recist.long_axis, 10.0);
    close(recist.short_axis, 4.0);
}

#[test]
fn closed_spline_measures_as_its_polynomials() {
    // Through the corners of a square of side 2: 82/15 by Green's theorem over the cubic pieces (numpy's
    // Polynomial). Straight parts lie inside the curve, within a hundredth of a millimetre of its
    // perimeter of 8.4 mm.
    let corners = [
        [0.0, 0.0, 0.0],
        [2.0, 0.0, 0.0],
        [2.0, 2.0, 0.0],
        [0.0, 2.0, 0.0],
    ];
    let area = measures(Figure::Spline(corners.to_vec())).area.unwrap();
    let exact = 82.0 / 15.0;
    assert!(area < exact && area > exact - 0.084, "{area}");
}

fn any_point() -> impl Strategy<Value = PointNm> {
    prop::array::uniform3(-1_000_000_000_i64..1_000_000_000).prop_map(PointNm)
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let points = prop::collection::vec(any_point(), 1..8);
    (1_u128..6, points, any::<bool>()).prop_map(|(n, points, is_closed)| match is_closed {
        true => shape(n, Figure::Polygon(points)),
        false => shape(n, Figure::Polyline(points)),
    })
}

#[derive(Debug, Clone)]
enum Step {
    Add(Shape),
    Reshape(Shape),
    Lock(u128, bool),
    Delete(u128),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any_shape().prop_map(Step::Add),
        any_shape().prop_map(Step::Reshape),
        (1_u128..6, any::<bool>()).prop_map(|(n, is_locked)| Step::Lock(n, is_locked)),
        (1_u128..6).prop_map(Step::Delete),
    ]
}

proptest! {
    #[test]
    fn undoing_everything_brings_back_every_state(steps in prop::collection::vec(any_step(), 1..30)) {
        let mut states = vec![DocumentState::empty(SIZE)];
        let mut done = Vec::new();
        for step in steps {
            let state = states.last().unwrap();
            let id = |n| ShapeId(Uuid::from_u128(n));
            let operation = match step {
                Step::Add(shape) => add_shape(state, shape),
                Step::Reshape(shape) => set_shape_property(
                    state,
                    shape.id,
                    ShapeProperty::Figure(shape.figure, None),
                ),
                Step::Lock(n, is_locked) => {
                    set_shape_property(state, id(n), ShapeProperty::Lock(is_locked))
                }
                Step::Delete(n) => delete_shape(state, id(n)),
            };
            let Ok(operation) = operation else { continue };
            // A second shape of one identity is no edit that a host makes.
            let Ok(after) = state.after(&operation.changes) else { continue };
            prop_assert_eq!(after.root() == state.root(), operation.changes.is_empty());
            states.push(after);
            done.push(operation);
        }
        let mut state = states.pop().unwrap();
        for operation in done.iter().rev() {
            state = after(&state, &operation.undo(1));
            let before = states.pop().unwrap();
            prop_assert_eq!(state.root(), before.root());
            prop_assert_eq!(&state, &before);
        }
    }

    #[test]
    fn shapes_survive_being_written(shape in any_shape()) {
        let mut bytes = Vec::new();
        ciborium::into_writer(&shape, &mut bytes).unwrap();
        let read: Shape = ciborium::from_reader(bytes.as_slice()).unwrap();
        prop_assert_eq!(read, shape);
    }
}
