//! What shapes are made of. A figure is the same whatever its points are: nanometres as they are
//! recorded, patient millimetres as they are measured.

use serde::{Deserialize, Serialize};

/// The geometry of a shape, with points of type `P`.
///
/// Where a figure has a centre, `ends` are where its half axes end: for an ellipse any two
/// conjugate ones, so that a figure stays itself when space is stretched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure<P> {
    /// A position.
    Point(P),
    /// A length.
    Line([P; 2]),
    /// Lines one after the other; open.
    Polyline(Vec<P>),
    /// The angle at the second point.
    Angle([P; 3]),
    /// The angle between two lines that do not meet.
    CobbAngle([[P; 2]; 2]),
    /// An ellipse.
    Ellipse {
        /// Its centre.
        centre: P,
        /// Where two half axes end.
        ends: [P; 2],
    },
    /// A rectangle, turned as it may be.
    Rectangle {
        /// Its centre.
        centre: P,
        /// The middle of two neighbouring sides.
        ends: [P; 2],
    },
    /// A box in space.
    Box3d {
        /// Its centre.
        centre: P,
        /// The middle of three neighbouring faces.
        ends: [P; 3],
    },
    /// A closed polygon; the last point is joined to the first.
    Polygon(Vec<P>),
    /// A closed curve through points: centripetal Catmull-Rom.
    Spline(Vec<P>),
    /// A curve drawn freely.
    Freehand {
        /// Along the curve.
        points: Vec<P>,
        /// Whether its end is joined to its beginning.
        is_closed: bool,
    },
    /// An arrow from its tail to its tip.
    Arrow([P; 2]),
    /// Longest diameter and the longest one perpendicular to it (RECIST 1.1).
    Bidirectional {
        /// Ends of the long axis.
        long: [P; 2],
        /// Ends of the short axis.
        short: [P; 2],
    },
    /// A plane, shown as a rectangle of it.
    Plane {
        /// Its centre.
        centre: P,
        /// The middle of two neighbouring sides.
        ends: [P; 2],
    },
    /// A slice as a whole: the one that a point lies in.
    Slice(P),
    /// The image as a whole.
    Image,
    /// The study that the image belongs to.
    Study,
}

/// Kinds of figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named as the figures are")]
pub enum FigureKind {
    Point,
    Line,
    Polyline,
    Angle,
    CobbAngle,
    Ellipse,
    Rectangle,
    Box3d,
    Polygon,
    Spline,
    Freehand,
    Arrow,
    Bidirectional,
    Plane,
    Slice,
    Image,
    Study,
}

impl FigureKind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Point,
        Self::Line,
        Self::Polyline,
        Self::Angle,
        Self::CobbAngle,
        Self::Ellipse,
        Self::Rectangle,
        Self::Box3d,
        Self::Polygon,
        Self::Spline,
        Self::Freehand,
        Self::Arrow,
        Self::Bidirectional,
        Self::Plane,
        Self::Slice,
        Self::Image,
        Self::Study,
    ];

    /// Whether it says something of a slice, an image or a study as a whole, and has no form.
    #[must_use]
    pub const fn is_label(self) -> bool {
        matches!(self, Self::Slice | Self::Image | Self::Study)
    }

    /// How it is spelt in files and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Line => "line",
            Self::Polyline => "polyline",
            Self::Angle => "angle",
            Self::CobbAngle => "cobb_angle",
            Self::Ellipse => "ellipse",
            Self::Rectangle => "rectangle",
            Self::Box3d => "box3d",
            Self::Polygon => "polygon",
            Self::Spline => "spline",
            Self::Freehand => "freehand",
            Self::Arrow => "arrow",
            Self::Bidirectional => "bidirectional",
            Self::Plane => "plane",
            Self::Slice => "slice",
            Self::Image => "image",
            Self::Study => "study",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl<P: Clone> Figure<P> {
    /// The figure of a kind whose points these are, in the order of [`Self::points`]; `None` where it has
    /// another number of points. `is_closed` is of a free curve.
    #[must_use]
    pub fn from_points(kind: FigureKind, points: &[P], is_closed: bool) -> Option<Self> {
        let all = || points.to_vec();
        Some(match (kind, points) {
            (FigureKind::Point, [at]) => Self::Point(at.clone()),
            (FigureKind::Line, [a, b]) => Self::Line([a.clone(), b.clone()]),
            (FigureKind::Polyline, _) => Self::Polyline(all()),
            (FigureKind::Angle, [a, b, c]) => Self::Angle([a.clone(), b.clone(), c.clone()]),
            (FigureKind::CobbAngle, [a, b, c, d]) => {
                Self::CobbAngle([[a.clone(), b.clone()], [c.clone(), d.clone()]])
            }
            (FigureKind::Ellipse, [centre, a, b]) => Self::Ellipse {
                centre: centre.clone(),
                ends: [a.clone(), b.clone()],
            },
            (FigureKind::Rectangle, [centre, a, b]) => Self::Rectangle {
                centre: centre.clone(),
                ends: [a.clone(), b.clone()],
            },
            (FigureKind::Box3d, [centre, a, b, c]) => Self::Box3d {
                centre: centre.clone(),
                ends: [a.clone(), b.clone(), c.clone()],
            },
            (FigureKind::Polygon, _) => Self::Polygon(all()),
            (FigureKind::Spline, _) => Self::Spline(all()),
            (FigureKind::Freehand, _) => Self::Freehand {
                points: all(),
                is_closed,
            },
            (FigureKind::Arrow, [a, b]) => Self::Arrow([a.clone(), b.clone()]),
            (FigureKind::Bidirectional, [a, b, c, d]) => Self::Bidirectional {
                long: [a.clone(), b.clone()],
                short: [c.clone(), d.clone()],
            },
            (FigureKind::Plane, [centre, a, b]) => Self::Plane {
                centre: centre.clone(),
                ends: [a.clone(), b.clone()],
            },
            (FigureKind::Slice, [at]) => Self::Slice(at.clone()),
            (FigureKind::Image, []) => Self::Image,
            (FigureKind::Study, []) => Self::Study,
            _ => return None,
        })
    }
}

impl<P> Figure<P> {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> FigureKind {
        match self {
            Self::Point(_) => FigureKind::Point,
            Self::Line(_) => FigureKind::Line,
            Self::Polyline(_) => FigureKind::Polyline,
            Self::Angle(_) => FigureKind::Angle,
            Self::CobbAngle(_) => FigureKind::CobbAngle,
            Self::Ellipse { .. } => FigureKind::Ellipse,
            Self::Rectangle { .. } => FigureKind::Rectangle,
            Self::Box3d { .. } => FigureKind::Box3d,
            Self::Polygon(_) => FigureKind::Polygon,
            Self::Spline(_) => FigureKind::Spline,
            Self::Freehand { .. } => FigureKind::Freehand,
            Self::Arrow(_) => FigureKind::Arrow,
            Self::Bidirectional { .. } => FigureKind::Bidirectional,
            Self::Plane { .. } => FigureKind::Plane,
            Self::Slice(_) => FigureKind::Slice,
            Self::Image => FigureKind::Image,
            Self::Study => FigureKind::Study,
        }
    }

    /// The points it is made of, in order; a centre comes first.
    #[must_use]
    pub fn points(&self) -> Vec<&P> {
        match self {
            Self::Image | Self::Study => Vec::new(),
            Self::Point(at) | Self::Slice(at) => vec![at],
            Self::Line(ends) | Self::Arrow(ends) => ends.iter().collect(),
            Self::Angle(points) => points.iter().collect(),
            Self::CobbAngle(lines) => lines.as_flattened().iter().collect(),
            Self::Polyline(points)
            | Self::Polygon(points)
            | Self::Spline(points)
            | Self::Freehand { points, .. } => points.iter().collect(),
            Self::Ellipse { centre, ends }
            | Self::Rectangle { centre, ends }
            | Self::Plane { centre, ends } => std::iter::once(centre).chain(ends).collect(),
            Self::Box3d { centre, ends } => std::iter::once(centre).chain(ends).collect(),
            Self::Bidirectional { long, short } => long.iter().chain(short).collect(),
        }
    }

    /// The same figure with every point turned into another one; `None` where `turn` gives none.
    #[must_use]
    pub fn try_map<Q>(&self, turn: impl Fn(&P) -> Option<Q>) -> Option<Figure<Q>> {
        let pair = |[a, b]: &[P; 2]| Some([turn(a)?, turn(b)?]);
        let three = |[a, b, c]: &[P; 3]| Some([turn(a)?, turn(b)?, turn(c)?]);
        let all = |points: &[P]| points.iter().map(&turn).collect::<Option<Vec<Q>>>();
        Some(match self {
            Self::Point(at) => Figure::Point(turn(at)?),
            Self::Line(ends) => Figure::Line(pair(ends)?),
            Self::Polyline(points) => Figure::Polyline(all(points)?),
            Self::Angle(points) => Figure::Angle(three(points)?),
            Self::CobbAngle([a, b]) => Figure::CobbAngle([pair(a)?, pair(b)?]),
            Self::Ellipse { centre, ends } => Figure::Ellipse {
                centre: turn(centre)?,
                ends: pair(ends)?,
            },
            Self::Rectangle { centre, ends } => Figure::Rectangle {
                centre: turn(centre)?,
                ends: pair(ends)?,
            },
            Self::Box3d { centre, ends } => Figure::Box3d {
                centre: turn(centre)?,
                ends: three(ends)?,
            },
            Self::Polygon(points) => Figure::Polygon(all(points)?),
            Self::Spline(points) => Figure::Spline(all(points)?),
            Self::Freehand { points, is_closed } => Figure::Freehand {
                points: all(points)?,
                is_closed: *is_closed,
            },
            Self::Arrow(ends) => Figure::Arrow(pair(ends)?),
            Self::Bidirectional { long, short } => Figure::Bidirectional {
                long: pair(long)?,
                short: pair(short)?,
            },
            Self::Plane { centre, ends } => Figure::Plane {
                centre: turn(centre)?,
                ends: pair(ends)?,
            },
            Self::Slice(at) => Figure::Slice(turn(at)?),
            Self::Image => Figure::Image,
            Self::Study => Figure::Study,
        })
    }
}
