//! What shapes measure: lengths, areas, angles, volumes.

use super::Figure;
use annotomy_volume::measure::{
    angle_between, cobb_angle, ellipse_outline, ellipse_perimeter, path_length, perimeter,
    polygon_area, principal_axes,
};
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use annotomy_volume::spline::closed_spline;
use std::f64::consts::PI;

/// How far the straight parts that are drawn, measured, filled and exported lie from a spline.
pub const SPLINE_TOLERANCE: Mm = Mm(0.01);

/// Corners that stand for an ellipse. No more than 1e-5 of its axes lie between.
const ELLIPSE_CORNERS: usize = 720;

/// Measures in mm, mm², mm³ and degrees; none where a figure has no such measure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Of a line, an open curve or an arrow.
    pub length: Option<f64>,
    /// Of a closed outline.
    pub perimeter: Option<f64>,
    /// Inside a closed outline.
    pub area: Option<f64>,
    /// Of an angle; the Cobb angle of two lines.
    pub angle: Option<f64>,
    /// Longest diameter of an ellipse, longer side of a rectangle, of a box or of a plane's
    /// rectangle, or the long axis drawn.
    pub long_axis: Option<f64>,
    /// Shortest such, or the short axis drawn.
    pub short_axis: Option<f64>,
    /// Of a box.
    pub volume: Option<f64>,
}

impl Figure<PointLps> {
    /// Its measures.
    #[must_use]
    pub fn measures(&self) -> Measures {
        let none = Measures::default();
        let length = |points: &[PointLps]| Measures {
            length: Some(path_length(points)),
            ..none
        };
        let angle = |radians: Option<f64>| Measures {
            angle: radians.map(f64::to_degrees),
            ..none
        };
        match self {
            Self::Point(_) | Self::Plane { .. } | Self::Slice(_) | Self::Image | Self::Study => {
                none
            }
            Self::Line(ends) | Self::Arrow(ends) => length(ends),
            Self::Polyline(points)
            | Self::Freehand {
                points,
                is_closed: false,
            } => length(points),
            Self::Angle([a, vertex, b]) => angle(angle_between(*a - *vertex, *b - *vertex)),
            Self::CobbAngle(lines) => angle(cobb_angle(*lines)),
            Self::Ellipse { centre, ends } => {
                let [a, b] = principal_axes(ends.map(|end| end - *centre)).map(VectorLps::norm);
                Measures {
                    perimeter: Some(ellipse_perimeter(a, b)),
                    area: Some(PI * a * b),
                    ..axes([2.0 * a, 2.0 * b])
                }
            }
            Self::Rectangle { centre, ends } => {
                let [a, b] = ends.map(|end| end - *centre);
                Measures {
                    perimeter: Some(4.0 * (a.norm() + b.norm())),
                    area: Some(4.0 * a.cross(b).norm()),
                    ..axes([2.0 * a.norm(), 2.0 * b.norm()])
                }
            }
            Self::Box3d { centre, ends } => {
                let [a, b, c] = ends.map(|end| end - *centre);
                Measures {
                    volume: Some(8.0 * a.dot(b.cross(c)).abs()),
                    ..axes([a, b, c].map(|half| 2.0 * half.norm()))
                }
            }
            Self::Bidirectional { long, short } => axes([path_length(long), path_length(short)]),
            Self::Polygon(_)
            | Self::Spline(_)
            | Self::Freehand {
                is_closed: true, ..
            } => {
                let outline = self.outline().unwrap_or_default();
                Measures {
                    perimeter: Some(perimeter(&outline)),
                    area: Some(polygon_area(&outline)),
                    ..none
                }
            }
        }
    }

    /// Corners of the closed outline of a shape that has an area.
    #[must_use]
    pub fn outline(&self) -> Option<Vec<PointLps>> {
        match self {
            Self::Ellipse { centre, ends } => {
                let half = ends.map(|end| end - *centre);
                Some(ellipse_outline(*centre, half, ELLIPSE_CORNERS))
            }
            Self::Rectangle { centre, ends } => {
                let [a, b] = ends.map(|end| end - *centre);
                let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
                let corner = |(x, y)| *centre + a * x + b * y;
                Some(corners.map(corner).to_vec())
            }
            Self::Polygon(points)
            | Self::Freehand {
                points,
                is_closed: true,
            } => Some(points.clone()),
            Self::Spline(points) => Some(closed_spline(points, SPLINE_TOLERANCE)),
            _ => None,
        }
    }
}

fn axes<const N: usize>(lengths: [f64; N]) -> Measures {
    Measures {
        long_axis: lengths.into_iter().reduce(f64::max),
        short_axis: lengths.into_iter().reduce(f64::min),
        ..Measures::default()
    }
}
