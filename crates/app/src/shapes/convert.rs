//! Shapes between the wire and the domain.

use super::frame::Frame;
use super::track::wire_track;
use crate::documents::OpenDocument;
use crate::protocol::given_answers;
use crate::wire::{self, ShapeGeometry};
use annotomy_annotation::operation::Provenance;
use annotomy_annotation::segment::Color;
use annotomy_annotation::shape::{Figure, FigureKind, Shape};
use annotomy_formats::InPlane;
use annotomy_volume::space::PointLps;

/// The shapes of a document as the UI shows them.
pub(crate) fn wire_shapes<'a>(
    document: &OpenDocument,
    shapes: impl Iterator<Item = &'a Shape>,
) -> Vec<wire::Shape> {
    let frame = Frame::of(document);
    shapes.map(|shape| wire_shape(&frame, shape)).collect()
}

pub(super) fn wire_shape(frame: &Frame, shape: &Shape) -> wire::Shape {
    wire::Shape {
        id: shape.id.0.to_string(),
        geometry: geometry(&frame.show(&shape.figure)),
        plane: shape.plane.as_ref().map(|plane| frame.show_plane(plane)),
        text: shape.text.clone(),
        class: shape.class.map(|class| class.0.to_string()),
        answers: given_answers(&shape.answers),
        color: shape.color.as_ref().map(Color::to_string),
        is_visible: shape.is_visible,
        is_locked: shape.is_locked,
        source: shape.provenance.into(),
        track: shape.track.as_ref().map(wire_track),
    }
}

impl From<Provenance> for wire::ShapeSource {
    fn from(provenance: Provenance) -> Self {
        match provenance {
            Provenance::Manual => Self::Manual,
            Provenance::Imported => Self::Imported,
            Provenance::Copied => Self::Copied,
            Provenance::Converted => Self::Converted,
            Provenance::Algorithm => Self::Algorithm,
            Provenance::Model => Self::Model,
            Provenance::Interpolated => Self::Interpolated,
        }
    }
}

impl From<InPlane> for wire::LengthUnit {
    fn from(in_plane: InPlane) -> Self {
        match in_plane {
            InPlane::Unknown => Self::Pixel,
            InPlane::Patient | InPlane::Detector => Self::Mm,
        }
    }
}

pub(super) fn figure_kind(geometry: &ShapeGeometry) -> FigureKind {
    figure(geometry).kind()
}

pub(super) fn figure(geometry: &ShapeGeometry) -> Figure<PointLps> {
    let all = |points: &[[f64; 3]]| points.iter().copied().map(PointLps).collect();
    match geometry {
        ShapeGeometry::Point { at } => Figure::Point(PointLps(*at)),
        ShapeGeometry::Line { ends } => Figure::Line(ends.map(PointLps)),
        ShapeGeometry::Polyline { points } => Figure::Polyline(all(points)),
        ShapeGeometry::Angle { points } => Figure::Angle(points.map(PointLps)),
        ShapeGeometry::CobbAngle { lines } => {
            Figure::CobbAngle(lines.map(|line| line.map(PointLps)))
        }
        ShapeGeometry::Ellipse { centre, ends } => Figure::Ellipse {
            centre: PointLps(*centre),
            ends: ends.map(PointLps),
        },
        ShapeGeometry::Rectangle { centre, ends } => Figure::Rectangle {
            centre: PointLps(*centre),
            ends: ends.map(PointLps),
        },
        ShapeGeometry::Box3d { centre, ends } => Figure::Box3d {
            centre: PointLps(*centre),
            ends: ends.map(PointLps),
        },
        ShapeGeometry::Polygon { points } => Figure::Polygon(all(points)),
        ShapeGeometry::Spline { points } => Figure::Spline(all(points)),
        ShapeGeometry::Freehand { points, is_closed } => Figure::Freehand {
            points: all(points),
            is_closed: *is_closed,
        },
        ShapeGeometry::Arrow { ends } => Figure::Arrow(ends.map(PointLps)),
        ShapeGeometry::Bidirectional { long, short } => Figure::Bidirectional {
            long: long.map(PointLps),
            short: short.map(PointLps),
        },
        ShapeGeometry::Plane { centre, ends } => Figure::Plane {
            centre: PointLps(*centre),
            ends: ends.map(PointLps),
        },
        ShapeGeometry::Slice { at } => Figure::Slice(PointLps(*at)),
        ShapeGeometry::Image {} => Figure::Image,
        ShapeGeometry::Study {} => Figure::Study,
    }
}

fn geometry(figure: &Figure<PointLps>) -> ShapeGeometry {
    let bare = |point: PointLps| point.0;
    let all = |points: &[PointLps]| points.iter().map(|point| point.0).collect();
    match figure {
        Figure::Point(at) => ShapeGeometry::Point { at: at.0 },
        Figure::Line(ends) => ShapeGeometry::Line {
            ends: ends.map(bare),
        },
        Figure::Polyline(points) => ShapeGeometry::Polyline {
            points: all(points),
        },
        Figure::Angle(points) => ShapeGeometry::Angle {
            points: points.map(bare),
        },
        Figure::CobbAngle(lines) => ShapeGeometry::CobbAngle {
            lines: lines.map(|line| line.map(bare)),
        },
        Figure::Ellipse { centre, ends } => ShapeGeometry::Ellipse {
            centre: centre.0,
            ends: ends.map(bare),
        },
        Figure::Rectangle { centre, ends } => ShapeGeometry::Rectangle {
            centre: centre.0,
            ends: ends.map(bare),
        },
        Figure::Box3d { centre, ends } => ShapeGeometry::Box3d {
            centre: centre.0,
            ends: ends.map(bare),
        },
        Figure::Polygon(points) => ShapeGeometry::Polygon {
            points: all(points),
        },
        Figure::Spline(points) => ShapeGeometry::Spline {
            points: all(points),
        },
        Figure::Freehand { points, is_closed } => ShapeGeometry::Freehand {
            points: all(points),
            is_closed: *is_closed,
        },
        Figure::Arrow(ends) => ShapeGeometry::Arrow {
            ends: ends.map(bare),
        },
        Figure::Bidirectional { long, short } => ShapeGeometry::Bidirectional {
            long: long.map(bare),
            short: short.map(bare),
        },
        Figure::Plane { centre, ends } => ShapeGeometry::Plane {
            centre: centre.0,
            ends: ends.map(bare),
        },
        Figure::Slice(at) => ShapeGeometry::Slice { at: at.0 },
        Figure::Image => ShapeGeometry::Image {},
        Figure::Study => ShapeGeometry::Study {},
    }
}
