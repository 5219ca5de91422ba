//! Shapes as DICOM reports, JSON and tables.

use super::Written;
use super::dataset::Source;
use super::dicom::{new_object, suggested};
use super::staged::{Staged, differs, write_bytes};
use crate::shapes::Frame;
use crate::shapes::file::{Described, describe, json, report, table};
use crate::wire::{ExportFormat, Finding, LengthUnit, WireError};
use annotomy_annotation::protocol::Class;
use annotomy_annotation::shape::{Figure, FigureKind, Shape};
use annotomy_formats::{
    Graphic, MeasurementGroup, MeasurementReport, NewObject, check_measurement_report,
    read_measurement_report, write_measurement_report,
};
use annotomy_volume::space::PointLps;
use std::path::Path;

/// How far a point that is read back may lie from the one written, mm: reports keep coordinates in
/// single precision, which is this at 8 m.
const ROUNDING_MM: f64 = 1e-3;

/// As what, and what of the label protocol it says.
#[derive(Debug)]
pub(crate) struct Form {
    kind: Kind,
    classes: Vec<Class>,
}

impl Form {
    /// Whether such a file can say it: a report knows regions only.
    fn holds(&self, shape: &Shape) -> bool {
        !(shape.figure.kind().is_label() && matches!(self.kind, Kind::Report(_)))
    }

    /// Of a format that holds shapes; a report is a new object of `user`.
    pub(crate) fn of(format: ExportFormat, user: &str, at_us: i64, classes: Vec<Class>) -> Self {
        let kind = match format {
            ExportFormat::DicomSr => {
                Kind::Report(Box::new(new_object(user, at_us, "Annotomy shapes")))
            }
            ExportFormat::ShapesJson => Kind::Json,
            _ => Kind::Table,
        };
        Self { kind, classes }
    }
}

/// Kinds of file.
#[derive(Debug)]
enum Kind {
    Report(Box<NewObject>),
    Json,
    Table,
}

/// What the file would not say as the document does.
pub(crate) fn check(source: &Source, form: &Form) -> Result<Vec<Finding>, WireError> {
    let notes = notes(source, form);
    if let Kind::Report(object) = &form.kind {
        let content = Content::new(source, form);
        let groups = content.groups();
        let path = source.series.paths().into_iter().next().unwrap_or_default();
        let report = measurement_report(source, &groups, object);
        let found = check_measurement_report(&path, &report).map_err(suggested)?;
        return Ok(notes
            .into_iter()
            .chain(found.into_iter().map(Finding::from))
            .collect());
    }
    Ok(notes)
}

/// Writes the shapes, and compares what is read back.
pub(crate) fn write(target: &Path, source: &Source, form: &Form) -> Result<Written, WireError> {
    let content = Content::new(source, form);
    let mut notes = notes(source, form);
    let staged = Staged::beside(target)?;
    let path = staged.path();
    let units = (content.unit, content.value_unit);
    let (frame, shapes) = (&content.frame, &content.shapes);
    match &form.kind {
        Kind::Report(object) => {
            let groups = content.groups();
            let report = measurement_report(source, &groups, object);
            let found = write_measurement_report(&path, &report).map_err(suggested)?;
            notes.extend(found.into_iter().map(Finding::from));
            let read = read_measurement_report(&path, &source.series, source.number)?;
            let mut pairs = read.groups.iter().zip(&groups).zip(shapes);
            let is_as_drawn = |((read, written), shape): ((&_, &_), &Described<'_>)| {
                is_same(read, written) && is_figure(read, shape)
            };
            if read.groups.len() != groups.len() || !pairs.all(is_as_drawn) {
                return Err(differs(target, "a shape"));
            }
        }
        Kind::Json => {
            let text = json::text(frame, shapes, units)?;
            write_bytes(&path, text.as_bytes(), (target, "the shapes"))?;
        }
        Kind::Table => {
            let text = table::text(&source.case(), frame, shapes, units)?;
            write_bytes(&path, &text, (target, "the table"))?;
        }
    }
    staged.publish()?;
    Ok(Written {
        sidecar: None,
        n_voxels: 0,
        n_shapes: content.shapes.len(),
        notes,
    })
}

/// The shapes with all that is said of them.
struct Content<'a> {
    frame: Frame,
    shapes: Vec<Described<'a>>,
    unit: LengthUnit,
    value_unit: Option<&'a str>,
}

impl<'a> Content<'a> {
    fn new(source: &'a Source, form: &'a Form) -> Self {
        let grid = &source.grid;
        let frame = Frame::between(source.series.geometry(), &grid.geometry);
        let volume = &source.loaded.volume;
        let shapes = source.state().shapes().iter();
        let shapes = shapes.filter(|shape| form.holds(shape));
        Self {
            shapes: describe(&frame, volume, shapes, &form.classes),
            frame,
            unit: grid.length_unit(),
            value_unit: volume.unit(),
        }
    }

    fn groups(&self) -> Vec<MeasurementGroup> {
        let shapes = self.shapes.iter();
        shapes
            .map(|shape| report::group(shape, (self.unit, self.value_unit)))
            .collect()
    }
}

fn measurement_report<'a>(
    source: &'a Source,
    groups: &'a [MeasurementGroup],
    object: &'a NewObject,
) -> MeasurementReport<'a> {
    MeasurementReport {
        series: &source.series,
        volume: source.number,
        groups,
        object,
    }
}

/// Whether a group is the one that was written.
fn is_same(read: &MeasurementGroup, written: &MeasurementGroup) -> bool {
    let bare = |group: &MeasurementGroup| MeasurementGroup {
        graphics: Vec::new(),
        ..group.clone()
    };
    let is_near = |a: &Graphic, b: &Graphic| {
        let mut points = a.points.iter().zip(&b.points);
        a.points.len() == b.points.len() && points.all(|(a, b)| (*a - *b).norm() <= ROUNDING_MM)
    };
    let mut graphics = read.graphics.iter().zip(&written.graphics);
    bare(read) == bare(written)
        && read.graphics.len() == written.graphics.len()
        && graphics.all(|(a, b)| is_near(a, b))
}

/// Whether a group is read as the figure it was. A spline is a polygon by then, and of an ellipse the
/// axes may be others, which the regions tell.
fn is_figure(read: &MeasurementGroup, shape: &Described<'_>) -> bool {
    let Some(figure) = report::figure(read) else {
        return false;
    };
    let points = |figure: &Figure<PointLps>| figure.points().into_iter().copied().collect();
    let [found, own]: [Vec<PointLps>; 2] = [points(&figure), points(&shape.own)];
    let mut pairs = found.iter().zip(&own);
    match shape.own.kind() {
        FigureKind::Spline => figure.kind() == FigureKind::Polygon,
        FigureKind::Ellipse => figure.kind() == FigureKind::Ellipse,
        kind => {
            figure.kind() == kind
                && found.len() == own.len()
                && pairs.all(|(a, b)| (*a - *b).norm() <= ROUNDING_MM)
        }
    }
}

fn notes(source: &Source, form: &Form) -> Vec<Finding> {
    let shapes = source.state().shapes();
    let n = |is: &dyn Fn(&Shape) -> bool| shapes.iter().filter(|shape| is(shape)).count();
    let note = |n: usize, code, what: &str| {
        (n > 0).then(|| Finding::warning(code, format!("{n} shape(s) {what}")))
    };
    let n_answered = n(&|shape| !shape.answers.is_empty());
    let n_set = n(&|shape| shape.color.is_some() || shape.is_locked || !shape.is_visible);
    let found = match form.kind {
        Kind::Json => [None, None, None, None],
        Kind::Table => [
            note(
                n_answered,
                "no_answers",
                "have answers, which a table does not hold.",
            ),
            note(
                n(&|shape| shape.is_locked || !shape.is_visible),
                "no_marks",
                "are locked or hidden, which a table does not say.",
            ),
            None,
            None,
        ],
        Kind::Report(_) => [
            note(
                n(&|shape| shape.figure.kind() == FigureKind::Spline),
                "sampled_curves",
                "are splines, which a report holds as polygons within 0.01 mm of them.",
            ),
            note(
                n_set,
                "no_marks",
                "have a colour of their own or are locked or hidden, which a report does not say.",
            ),
            note(
                n(&|shape| !form.holds(shape)),
                "no_labels",
                "are labels of a slice or of the image, which a report of regions leaves out.",
            ),
            note(
                n(&Shape::is_interpolated),
                "no_tracks",
                "were found between keys, which a report does not say.",
            ),
        ],
    };
    let message = "Nobody knows how large pixels are: lengths and areas are left out.";
    let is_without =
        matches!(form.kind, Kind::Report(_)) && source.grid.length_unit() == LengthUnit::Pixel;
    let no_lengths = is_without.then(|| Finding::warning("no_lengths", message));
    let others = no_lengths.into_iter().chain(source.one_volume());
    found.into_iter().flatten().chain(others).collect()
}
