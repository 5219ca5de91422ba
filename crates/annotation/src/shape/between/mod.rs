//! Figures between two of the same kind: what lies between key slices, or key times. LPS, mm.
//!
//! - Points, lines, arrows, angles: each point goes straight from one to the other. Where a figure is
//!   the same whichever way its points are counted, as a line is, they are counted so that the squares
//!   of the ways sum up to the least.
//! - Ellipses, rectangles, boxes: the centre goes straight, half axes change their lengths evenly and
//!   turn about one axis at an even speed (Shoemake 1985, slerp). Which half axis becomes which is
//!   chosen by the least sum of squared distances of their ends: an ellipse turns the short way, and one
//!   that is wide here and high there passes through a circle.
//! - Polygons, splines and curves: see [`outline`].
//! - The axes of a bidirectional measurement stay perpendicular: the short one keeps its place beside
//!   the long one.

mod axes;
mod bidirectional;
mod outline;

use super::{Figure, FigureKind};
use annotomy_volume::space::{PointLps, VectorLps};
use axes::Axes;
use bidirectional::Bidirectional;
use thiserror::Error;

/// Why there is nothing between two figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NothingBetween {
    /// They are of different kinds.
    #[error("the keys are shapes of different kinds")]
    Kinds,
    /// One curve is closed, the other is open.
    #[error("one of the keys is a closed curve, the other an open one")]
    Closed,
    /// Of a kind that has no form.
    #[error("a label of a slice or of the image has no form that could be interpolated")]
    NoForm,
    /// Without extent.
    #[error("a key has no extent")]
    NoExtent,
}

/// Two figures, with what of one becomes what of the other.
#[derive(Debug, Clone)]
pub struct Between(Way);

#[derive(Debug, Clone)]
enum Way {
    Points {
        kind: FigureKind,
        is_closed: bool,
        pairs: Vec<[PointLps; 2]>,
    },
    Axes(FigureKind, Axes),
    Bidirectional(Bidirectional),
}

impl Between {
    /// Matches two figures.
    ///
    /// # Errors
    /// [`NothingBetween`].
    pub fn new(a: &Figure<PointLps>, b: &Figure<PointLps>) -> Result<Self, NothingBetween> {
        let kind = a.kind();
        if kind != b.kind() {
            return Err(NothingBetween::Kinds);
        }
        let is_closed = is_closed(a);
        if is_closed != self::is_closed(b) {
            return Err(NothingBetween::Closed);
        }
        let points = |figure: &Figure<PointLps>| -> Vec<PointLps> {
            figure.points().into_iter().copied().collect()
        };
        let all = [points(a), points(b)];
        let way = match (kind, all[0].as_slice(), all[1].as_slice()) {
            (kind, ..) if kind.is_label() => return Err(NothingBetween::NoForm),
            (
                FigureKind::Ellipse | FigureKind::Rectangle | FigureKind::Plane | FigureKind::Box3d,
                [from, from_ends @ ..],
                [to, to_ends @ ..],
            ) => {
                let half = |centre: PointLps, ends: &[PointLps]| -> Vec<VectorLps> {
                    ends.iter().map(|end| *end - centre).collect()
                };
                let half = [half(*from, from_ends), half(*to, to_ends)];
                let axes = Axes::new([*from, *to], &half).ok_or(NothingBetween::NoExtent)?;
                Way::Axes(kind, axes)
            }
            (FigureKind::Bidirectional, [a, b, c, d], [e, f, g, h]) => {
                let axes = Bidirectional::new([*a, *b, *c, *d], [*e, *f, *g, *h]);
                Way::Bidirectional(axes.ok_or(NothingBetween::NoExtent)?)
            }
            (FigureKind::Spline, a, b) => Way::of_points(kind, outline::spline(a, b)),
            (FigureKind::Polygon, a, b) => Way::of_points(kind, outline::closed(a, b)),
            (FigureKind::Freehand, a, b) if is_closed => {
                Way::of_points(kind, outline::closed(a, b))
            }
            (FigureKind::Freehand | FigureKind::Polyline, a, b) => Way::Points {
                kind,
                is_closed: false,
                pairs: outline::open(a, b),
            },
            (kind, a, b) => Way::of_points(kind, nearest(kind, a, b)),
        };
        match &way {
            Way::Points { pairs, .. } if pairs.is_empty() => Err(NothingBetween::NoExtent),
            _ => Ok(Self(way)),
        }
    }

    /// The figure at `t`: 0 at the first, 1 at the second.
    ///
    /// # Panics
    /// Never: there are as many points as the kind has, because both figures have them.
    #[must_use]
    pub fn at(&self, t: f64) -> Figure<PointLps> {
        let (kind, is_closed, points) = match &self.0 {
            Way::Points {
                kind,
                is_closed,
                pairs,
            } => {
                let points = pairs.iter().map(|[a, b]| along(*a, *b, t));
                (*kind, *is_closed, points.collect())
            }
            Way::Axes(kind, axes) => (*kind, true, axes.at(t)),
            Way::Bidirectional(axes) => (FigureKind::Bidirectional, false, axes.at(t)),
        };
        let figure = Figure::from_points(kind, &points, is_closed);
        figure.expect("both figures have as many points as their kind")
    }
}

impl Way {
    const fn of_points(kind: FigureKind, pairs: Vec<[PointLps; 2]>) -> Self {
        Self::Points {
            kind,
            is_closed: true,
            pairs,
        }
    }
}

const fn is_closed(figure: &Figure<PointLps>) -> bool {
    !matches!(
        figure,
        Figure::Freehand {
            is_closed: false,
            ..
        }
    )
}

/// From a point towards another.
fn along(a: PointLps, b: PointLps, t: f64) -> PointLps {
    a + (b - a) * t
}

/// Orders in which the points of a kind can be counted without making another figure of it.
const fn orders(kind: FigureKind) -> &'static [&'static [usize]] {
    match kind {
        FigureKind::Line => &[&[0, 1], &[1, 0]],
        FigureKind::Arrow => &[&[0, 1]],
        FigureKind::Angle => &[&[0, 1, 2], &[2, 1, 0]],
        FigureKind::CobbAngle => &[
            &[0, 1, 2, 3],
            &[1, 0, 2, 3],
            &[0, 1, 3, 2],
            &[1, 0, 3, 2],
            &[2, 3, 0, 1],
            &[3, 2, 0, 1],
            &[2, 3, 1, 0],
            &[3, 2, 1, 0],
        ],
        _ => &[&[0]],
    }
}

fn nearest(kind: FigureKind, a: &[PointLps], b: &[PointLps]) -> Vec<[PointLps; 2]> {
    let paired = |order: &&[usize]| -> Vec<[PointLps; 2]> {
        let to = order.iter().filter_map(|at| b.get(*at));
        a.iter().zip(to).map(|(from, to)| [*from, *to]).collect()
    };
    let way = |pairs: &Vec<[PointLps; 2]>| -> f64 {
        let ways = pairs.iter().map(|[a, b]| *b - *a);
        ways.map(|way| way.dot(way)).sum()
    };
    let all = orders(kind).iter().map(paired);
    all.min_by(|a, b| way(a).total_cmp(&way(b)))
        .unwrap_or_default()
}
