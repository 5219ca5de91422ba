//! Shapes: vectors beside the voxels. Points, lines, angles, outlines and boxes in the image's space.
//!
//! A record holds no floats: positions are whole nanometres in the space of the image's own grid,
//! LPS. Where the image does not say how large its pixels are, that is the grid as the file has it,
//! whatever a person says of the pixels later: shapes stay on their pixels, as voxels do.

mod between;
mod check;
mod edit;
mod figure;
mod list;
mod measure;
mod track;

pub use between::{Between, NothingBetween};
pub use check::{MAX_POINTS, MAX_SHAPES, MAX_TEXT_CHARS, ShapeError};
pub use edit::{
    ShapeProperty, add_shape, add_shapes, delete_shape, set_shape_answer, set_shape_property,
};
pub use figure::{Figure, FigureKind};
pub use list::Shapes;
pub use measure::{Measures, SPLINE_TOLERANCE};
pub use track::{
    Along, Interpolated, Track, TrackId, answers_between, dissolve_track, interpolate_shapes,
};

use crate::operation::Provenance;
use crate::protocol::{Answer, AttributeId, ClassId, ToolKind};
use crate::segment::Color;
use annotomy_volume::space::{PointLps, VectorLps};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

const NM_PER_MM: f64 = 1e6;

/// Nothing lies farther from the origin than a kilometre, mm.
const MAX_MM: f64 = 1e6;

/// Parts of a unit vector's length.
const UNIT: f64 = 1e9;

/// Names a shape for as long as its document lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ShapeId(pub Uuid);

/// A position in nanometres, LPS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointNm(pub [i64; 3]);

impl PointNm {
    /// The nearest position; `None` of one that is not finite or absurdly far away.
    #[must_use]
    pub fn from_lps(point: PointLps) -> Option<Self> {
        let is_near = point.0.iter().all(|x| x.abs() <= MAX_MM);
        is_near.then(|| Self(point.0.map(|x| (x * NM_PER_MM).round() as i64)))
    }

    /// In millimetres.
    #[must_use]
    pub fn lps(self) -> PointLps {
        PointLps(self.0.map(|nm| nm as f64 / NM_PER_MM))
    }
}

/// The plane that a shape was drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawingPlane {
    /// A point of it.
    pub point: PointNm,
    /// Its normal: a unit vector in 1e-9.
    normal: [i64; 3],
}

impl DrawingPlane {
    /// The plane through a point; `None` where the normal has no direction or the point is absurd.
    #[must_use]
    pub fn new(point: PointLps, normal: VectorLps) -> Option<Self> {
        let normal = normal.normalized()?;
        Some(Self {
            point: PointNm::from_lps(point)?,
            normal: normal.0.map(|x| (x * UNIT).round() as i64),
        })
    }

    /// A unit vector across it; zero only in a record that does not hold.
    #[must_use]
    pub fn normal(&self) -> VectorLps {
        let normal = VectorLps(self.normal.map(|x| x as f64 / UNIT));
        normal.normalized().unwrap_or(VectorLps([0.0; 3]))
    }
}

/// A shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Its identity.
    pub id: ShapeId,
    /// Where it lies.
    pub figure: Figure<PointNm>,
    /// The plane it was drawn on, if it was drawn on one.
    pub plane: Option<DrawingPlane>,
    /// What stands beside it; may be empty.
    pub text: String,
    /// Its class of the label protocol.
    pub class: Option<ClassId>,
    /// Answers to the attributes of its class.
    pub answers: BTreeMap<AttributeId, Answer>,
    /// Colour it is drawn in; that of its class, or of all shapes, where it has none of its own.
    pub color: Option<Color>,
    /// Whether it is drawn.
    pub is_visible: bool,
    /// Whether nobody may change or delete it.
    pub is_locked: bool,
    /// Where it came from.
    pub provenance: Provenance,
    /// Its place among shapes of the same thing on other slices or at other times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Track>,
}

impl FigureKind {
    /// The tool that draws it.
    #[must_use]
    pub const fn tool(self) -> ToolKind {
        match self {
            Self::Point => ToolKind::Point,
            Self::Line => ToolKind::Line,
            Self::Polyline => ToolKind::Polyline,
            Self::Angle => ToolKind::Angle,
            Self::CobbAngle => ToolKind::CobbAngle,
            Self::Ellipse => ToolKind::Ellipse,
            Self::Rectangle => ToolKind::Rectangle,
            Self::Box3d => ToolKind::Box3d,
            Self::Polygon => ToolKind::Polygon,
            Self::Spline => ToolKind::Spline,
            Self::Freehand => ToolKind::Freehand,
            Self::Arrow => ToolKind::Arrow,
            Self::Bidirectional => ToolKind::Bidirectional,
            Self::Plane => ToolKind::Plane,
            Self::Slice => ToolKind::Slice,
            Self::Image => ToolKind::Image,
        }
    }
}
