//! DICOM structured reports of measurements (PS3.16 TID 1500): outlines, lines and points in
//! patient space, with what was measured and said of them.
//!
//! Written are Comprehensive 3D SR (PS3.3 A.35.13) with coordinates in the images' frame of
//! reference; read are these, and coordinates in the pixels of the images (SCOORD), as OHIF and
//! dcmqi write them.

mod content;
mod read;
mod write;

use super::write::{Code, NewObject};
use crate::series::Series;
use annotomy_volume::space::PointLps;

pub use read::{ReadReport, read_measurement_report};
pub use write::{check_measurement_report, write_measurement_report};

/// How points make a region (PS3.3 C.18.9.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphicKind {
    /// One point.
    Point,
    /// Points that belong together.
    Multipoint,
    /// Lines one after the other; closed where the last point is the first.
    Polyline,
    /// A closed polygon in a plane; the last point is the first.
    Polygon,
    /// Ends of the major and of the minor axis.
    Ellipse,
    /// Ends of the three axes.
    Ellipsoid,
}

/// A region in the patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Graphic {
    /// How the points are meant.
    pub kind: GraphicKind,
    /// In single precision in the file.
    pub points: Vec<PointLps>,
}

/// A number that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// What was measured.
    pub concept: Code,
    /// How much.
    pub value: f64,
    /// In which unit (UCUM).
    pub unit: Code,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A coded value.
    Code(Code),
    /// Free text.
    Text(String),
}

/// What was measured and said of one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasurementGroup {
    /// What it is called.
    pub tracking_identifier: String,
    /// Which it is, in this report and later ones.
    pub tracking_uid: String,
    /// What it is.
    pub finding: Option<Code>,
    /// Where in the body it is.
    pub site: Option<Code>,
    /// Where it lies; several where they enclose a volume together.
    pub graphics: Vec<Graphic>,
    /// Numbers.
    pub measurements: Vec<Measurement>,
    /// Questions and answers.
    pub evaluations: Vec<(Code, Said)>,
}

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct MeasurementReport<'a> {
    /// The images that were measured.
    pub series: &'a Series,
    /// Which of their volumes, 0 first: the one whose images are referred to.
    pub volume: usize,
    /// In order.
    pub groups: &'a [MeasurementGroup],
    /// UIDs, dates and names of the new object.
    pub object: &'a NewObject,
}

impl GraphicKind {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Point, "POINT"),
        (Self::Multipoint, "MULTIPOINT"),
        (Self::Polyline, "POLYLINE"),
        (Self::Polygon, "POLYGON"),
        (Self::Ellipse, "ELLIPSE"),
        (Self::Ellipsoid, "ELLIPSOID"),
    ];

    fn term(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(kind, _)| *kind == self)
            .map_or("", |(_, term)| term)
    }

    fn of_term(term: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(_, known)| *known == term).map(|(kind, _)| *kind)
    }
}
