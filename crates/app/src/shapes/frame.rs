//! Between the space that shapes are kept in and the one they are shown in. They are the same, but
//! where a person said how large pixels are: shapes are kept on the image's own grid, so that they
//! stay on their pixels.

use super::convert;
use crate::documents::OpenDocument;
use crate::wire::{self, WireError};
use annotomy_annotation::shape::{DrawingPlane, Figure, PointNm, ShapeError};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{PointLps, VectorLps};

/// Axes whose cosine is less are perpendicular.
const PERPENDICULAR: f64 = 1e-3;

/// Where shapes are kept and shown.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    own: Geometry,
    shown: Geometry,
}

impl Frame {
    pub(crate) fn of(document: &OpenDocument) -> Self {
        Self::between(document.series().geometry(), &document.geometry())
    }

    /// Between the image's own grid and the one it is shown on.
    pub(crate) fn between(own: &Geometry, shown: &Geometry) -> Self {
        Self {
            own: own.clone(),
            shown: shown.clone(),
        }
    }

    /// The grid that is shown.
    pub(super) const fn shown(&self) -> &Geometry {
        &self.shown
    }

    fn is_same(&self) -> bool {
        self.own == self.shown
    }

    fn shown_at(&self, point: PointLps) -> PointLps {
        match self.is_same() {
            true => point,
            false => self.shown.lps_at(self.own.index_at(point)),
        }
    }

    fn own_at(&self, point: PointLps) -> PointLps {
        match self.is_same() {
            true => point,
            false => self.own.lps_at(self.shown.index_at(point)),
        }
    }

    /// A figure as it is shown and measured.
    pub(super) fn show(&self, figure: &Figure<PointNm>) -> Figure<PointLps> {
        let shown = figure.try_map(|point| Some(self.shown_at(point.lps())));
        // Every point becomes one.
        shown.unwrap_or(Figure::Point(self.shown.origin()))
    }

    /// A point as it is shown.
    pub(super) fn show_plane(&self, plane: &DrawingPlane) -> wire::DrawingPlane {
        wire::DrawingPlane {
            point: self.shown_at(plane.point.lps()).0,
            normal: plane.normal().0,
        }
    }

    /// A figure as it is kept.
    pub(super) fn keep(&self, figure: &Figure<PointLps>) -> Result<Figure<PointNm>, ShapeError> {
        let kept = figure.try_map(|point| PointNm::from_lps(self.own_at(*point)));
        kept.ok_or(ShapeError::NoPosition)
    }

    /// A plane as it is kept.
    pub(super) fn keep_plane(
        &self,
        point: PointLps,
        normal: VectorLps,
    ) -> Result<DrawingPlane, ShapeError> {
        // Images whose pixels a person measures are looked at in their own plane only, whose
        // normal stays.
        DrawingPlane::new(self.own_at(point), normal).ok_or(ShapeError::NoPosition)
    }

    /// The plane of the slice, one of those acquired, that a point lies in.
    pub(super) fn slice_plane(&self, point: PointLps) -> Option<DrawingPlane> {
        self.keep_plane(point, self.shown.normal()).ok()
    }

    /// A shape's place from the wire.
    pub(super) fn parse(
        &self,
        geometry: &wire::ShapeGeometry,
        plane: Option<wire::DrawingPlane>,
    ) -> Result<(Figure<PointNm>, Option<DrawingPlane>), WireError> {
        let figure = convert::figure(geometry);
        if !has_perpendicular_axes(&figure) {
            return Err(WireError::invalid(
                "the axes of the shape are not perpendicular to each other",
            ));
        }
        let plane = plane.map(|plane| {
            let (point, normal) = (PointLps(plane.point), VectorLps(plane.normal));
            self.keep_plane(point, normal)
        });
        Ok((self.keep(&figure)?, plane.transpose()?))
    }
}

/// Of a figure that has axes; one that is not finite passes, and is refused as a position.
pub(super) fn has_perpendicular_axes(figure: &Figure<PointLps>) -> bool {
    let (centre, ends): (&PointLps, &[PointLps]) = match figure {
        Figure::Ellipse { centre, ends }
        | Figure::Rectangle { centre, ends }
        | Figure::Plane { centre, ends } => (centre, ends),
        Figure::Box3d { centre, ends } => (centre, ends),
        _ => return true,
    };
    let half: Vec<VectorLps> = ends.iter().map(|end| *end - *centre).collect();
    let mut pairs = half.iter().enumerate().flat_map(|(n, a)| {
        let others = half.iter().skip(n + 1);
        others.map(move |b| (a.dot(*b).abs(), a.norm() * b.norm()))
    });
    !pairs.any(|(dot, norms)| dot > PERPENDICULAR * norms)
}
