//! How a grid's planes lie in the body, and how they are shown.
//!
//! Planes are the grid's own, so that what is painted is exactly the voxels seen; each gets the
//! name of the anatomical plane nearest to it. Radiological convention: axial seen from the feet,
//! coronal from the front, sagittal from the left.

use crate::geometry::Geometry;
use crate::space::{Axis, VectorLps};

/// Directions less than about 10 degrees off get no letter of their own.
const LETTER_THRESHOLD: f64 = 0.17;

/// An anatomical plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaneName {
    /// Across the body's long axis.
    Axial,
    /// Left from right.
    Sagittal,
    /// Front from back.
    Coronal,
}

/// An index axis on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenAxis {
    /// The axis.
    pub axis: Axis,
    /// Whether it grows to the left, or to the top.
    pub is_flipped: bool,
}

/// How one plane of the grid is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Its name.
    pub name: PlaneName,
    /// Slices are stacked along this axis.
    pub across: Axis,
    /// Runs from left to right.
    pub columns: ScreenAxis,
    /// Runs from top to bottom.
    pub rows: ScreenAxis,
    /// Letters at the left, right, top and bottom edge, the strongest first.
    pub letters: [String; 4],
}

/// The grid's axial, sagittal and coronal plane.
#[must_use]
pub fn planes(geometry: &Geometry) -> [Plane; 3] {
    let directions = geometry.directions();
    let [x, y, z] = nearest_axes(directions);
    let plane = |name, across, columns, rows, down_is_positive| {
        let columns = screen_axis(directions, columns, true);
        let rows = screen_axis(directions, rows, down_is_positive);
        let letters = edge_letters(directions, columns, rows);
        Plane {
            name,
            across,
            columns,
            rows,
            letters,
        }
    };
    [
        plane(PlaneName::Axial, z.0, x, y, true),
        plane(PlaneName::Sagittal, x.0, y, z, false),
        plane(PlaneName::Coronal, y.0, x, z, false),
    ]
}

/// An index axis and the patient axis (0 x, 1 y, 2 z) it runs along most.
type Matched = (Axis, usize);

/// For patient x, y, z the index axis that runs along it: the assignment that fits best overall.
fn nearest_axes(directions: [VectorLps; 3]) -> [Matched; 3] {
    const ORDERS: [[usize; 3]; 6] = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    let fit = |order: &[usize; 3]| -> f64 {
        order
            .iter()
            .enumerate()
            .map(|(patient, &index)| directions[index].0[patient].abs())
            .sum()
    };
    let best = ORDERS
        .into_iter()
        .reduce(|best, order| {
            if fit(&order) > fit(&best) {
                order
            } else {
                best
            }
        })
        .unwrap_or([0, 1, 2]);
    std::array::from_fn(|patient| (Axis::ALL[best[patient]], patient))
}

fn screen_axis(
    directions: [VectorLps; 3],
    (axis, patient): Matched,
    is_positive: bool,
) -> ScreenAxis {
    let grows = directions[axis.position()].0[patient] > 0.0;
    ScreenAxis {
        axis,
        is_flipped: grows != is_positive,
    }
}

fn edge_letters(directions: [VectorLps; 3], columns: ScreenAxis, rows: ScreenAxis) -> [String; 4] {
    let [along_columns, along_rows] =
        [columns, rows].map(|screen| directions[screen.axis.position()]);
    // Where slices lean, the screen's other direction is at a right angle to that of the pixels.
    let beside = |leaning: VectorLps, other: VectorLps| {
        let across = leaning + other * -leaning.dot(other);
        across.normalized().unwrap_or(leaning)
    };
    let [right, down] = match columns.axis {
        Axis::K => [beside(along_columns, along_rows), along_rows],
        _ => [along_columns, beside(along_rows, along_columns)],
    };
    let toward = |screen: ScreenAxis, sign: f64| {
        let sign = if screen.is_flipped { -sign } else { sign };
        let direction = if screen == columns { right } else { down };
        letters(direction * sign)
    };
    [
        toward(columns, -1.0),
        toward(columns, 1.0),
        toward(rows, -1.0),
        toward(rows, 1.0),
    ]
}

/// The letters of the opposite direction.
#[must_use]
pub fn opposite(letters: &str) -> String {
    let turned = |letter| match letter {
        'R' => 'L',
        'L' => 'R',
        'A' => 'P',
        'P' => 'A',
        'S' => 'I',
        'I' => 'S',
        other => other,
    };
    letters.chars().map(turned).collect()
}

/// The letters of a unit direction, the strongest first (DICOM PS3.3 C.7.6.1.1.1).
#[must_use]
pub fn letters(direction: VectorLps) -> String {
    const NAMES: [[char; 2]; 3] = [['R', 'L'], ['A', 'P'], ['I', 'S']];
    let mut parts: Vec<(f64, char)> = direction
        .0
        .iter()
        .zip(NAMES)
        .map(|(&x, names)| (x.abs(), names[usize::from(x > 0.0)]))
        .collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let strongest = parts.first().map(|part| part.1);
    strongest
        .into_iter()
        .chain(
            parts
                .iter()
                .skip(1)
                .filter(|part| part.0 > LETTER_THRESHOLD)
                .map(|part| part.1),
        )
        .collect()
}
