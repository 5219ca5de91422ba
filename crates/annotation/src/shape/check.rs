//! Which shapes there can be.

use super::{DrawingPlane, Figure, PointNm, Shape, figure::FigureKind};
use annotomy_volume::space::{PointLps, VectorLps};
use thiserror::Error;

/// Points of one shape: ten minutes of drawing at 16 points a second.
pub const MAX_POINTS: usize = 10_000;

/// Shapes of one document.
pub const MAX_SHAPES: usize = 10_000;

/// Characters of the text beside a shape.
pub const MAX_TEXT_CHARS: usize = 1000;

/// Points may lie off their plane by this part of the shape's size: what rounding and the planes of
/// other programs make of one.
const OFF_PLANE: f64 = 1e-3;

/// And by this, mm, however small the shape is.
const OFF_PLANE_MM: f64 = 1e-5;

/// Why an edit of shapes is refused. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShapeError {
    /// No such shape.
    #[error("this shape does not exist any more")]
    NoSuchShape,
    /// The shape is locked.
    #[error("this shape is locked")]
    Locked,
    /// A coordinate that is no position.
    #[error("a point of the shape is not finite or more than a kilometre away")]
    NoPosition,
    /// Not as many points as this kind needs.
    #[error("the shape has too few points")]
    TooFewPoints,
    /// More points than a shape may have.
    #[error("a shape has at most {MAX_POINTS} points")]
    TooManyPoints,
    /// More shapes than a document may have.
    #[error("a document has at most {MAX_SHAPES} shapes")]
    TooManyShapes,
    /// Points on each other, or axes in one line.
    #[error("the shape has no extent: points lie on each other or axes on one line")]
    NoExtent,
    /// Points beside the plane.
    #[error("the points of the shape do not lie on its plane")]
    OffPlane,
    /// A label of a slice does not say of which.
    #[error("the label of a slice needs the plane of the slice")]
    NoPlane,
    /// The text is too long or cannot be printed.
    #[error("a shape's text has at most {MAX_TEXT_CHARS} printable characters")]
    Text,
    /// The shape's class asks no such thing, or the answer does not fit.
    #[error("this is no answer to what the shape's class asks")]
    NoAnswer,
}

impl Shape {
    /// Whether it is a shape that a document can hold.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn check(&self) -> Result<(), ShapeError> {
        let points = self.figure.points();
        if points.len() > MAX_POINTS {
            return Err(ShapeError::TooManyPoints);
        }
        if points.len() < least_points(self.figure.kind()) {
            return Err(ShapeError::TooFewPoints);
        }
        let limit = (super::MAX_MM * super::NM_PER_MM) as u64;
        let is_near = |point: &&PointNm| point.0.iter().all(|x| x.unsigned_abs() <= limit);
        if !points.iter().all(is_near) {
            return Err(ShapeError::NoPosition);
        }
        if !has_extent(&self.figure) {
            return Err(ShapeError::NoExtent);
        }
        if self.plane.is_some_and(|plane| !holds(&plane, &points)) {
            return Err(ShapeError::OffPlane);
        }
        if self.figure.kind() == FigureKind::Slice && self.plane.is_none() {
            return Err(ShapeError::NoPlane);
        }
        let is_printable = |c: char| !c.is_control() || c == '\n';
        let is_text = self.text.chars().count() <= MAX_TEXT_CHARS;
        match is_text && self.text.chars().all(is_printable) {
            true => Ok(()),
            false => Err(ShapeError::Text),
        }
    }
}

const fn least_points(kind: FigureKind) -> usize {
    match kind {
        FigureKind::Polygon | FigureKind::Spline => 3,
        FigureKind::Polyline | FigureKind::Freehand => 2,
        FigureKind::Image | FigureKind::Study => 0,
        // The others have as many as they have.
        _ => 1,
    }
}

fn has_extent(figure: &Figure<PointNm>) -> bool {
    let is_line = |[a, b]: &[PointNm; 2]| a != b;
    let vector = |from: &PointNm, to: &PointNm| to.lps() - from.lps();
    let spans = |centre: &PointNm, [a, b]: &[PointNm; 2]| {
        let (a, b) = (vector(centre, a), vector(centre, b));
        a.cross(b).norm() > OFF_PLANE * a.norm() * b.norm()
    };
    match figure {
        Figure::Point(_) | Figure::Slice(_) | Figure::Image | Figure::Study => true,
        Figure::Line(ends) | Figure::Arrow(ends) => is_line(ends),
        Figure::Angle([a, vertex, b]) => a != vertex && b != vertex,
        Figure::CobbAngle(lines) => lines.iter().all(is_line),
        Figure::Bidirectional { long, short } => is_line(long) && is_line(short),
        Figure::Polyline(points)
        | Figure::Polygon(points)
        | Figure::Spline(points)
        | Figure::Freehand { points, .. } => points.windows(2).any(|pair| pair[0] != pair[1]),
        Figure::Ellipse { centre, ends }
        | Figure::Rectangle { centre, ends }
        | Figure::Plane { centre, ends } => spans(centre, ends),
        Figure::Box3d { centre, ends } => {
            let [a, b, c] = [0, 1, 2].map(|n| vector(centre, &ends[n]));
            let volume = a.dot(b.cross(c)).abs();
            volume > OFF_PLANE * a.norm() * b.norm() * c.norm()
        }
    }
}

fn holds(plane: &DrawingPlane, points: &[&PointNm]) -> bool {
    let (normal, origin) = (plane.normal(), plane.point.lps());
    if normal == VectorLps([0.0; 3]) {
        return false;
    }
    let points: Vec<PointLps> = points.iter().map(|point| point.lps()).collect();
    let from_first = points.iter().map(|point| (*point - points[0]).norm());
    let size = from_first.fold(0.0, f64::max);
    let allowed = OFF_PLANE * size + OFF_PLANE_MM;
    let mut off = points.iter().map(|point| (*point - origin).dot(normal));
    off.all(|off| off.abs() <= allowed)
}
