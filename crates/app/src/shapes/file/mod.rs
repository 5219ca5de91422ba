//! Shapes in files: DICOM reports, JSON and tables.

pub(crate) mod json;
mod names;
pub(crate) mod report;
pub(crate) mod table;

use super::frame::{Frame, has_perpendicular_axes};
use super::measures::measured;
use crate::coded::Classes;
use crate::wire::{self, ErrorCode, Finding, WireError};
use annotomy_annotation::operation::Provenance;
use annotomy_annotation::protocol::Class;
use annotomy_annotation::shape::{
    DrawingPlane, Figure, FigureKind, PointNm, Shape, ShapeError, ShapeId,
};
use annotomy_formats::{AnnotationKind, Series, annotation_kind, read_measurement_report};
use annotomy_volume::measure::doubled_area;
use annotomy_volume::space::PointLps;
use annotomy_volume::volume::Volume;
use std::collections::BTreeMap;
use std::path::Path;
use uuid::Uuid;

/// Bytes of a file of shapes: what 10,000 shapes of 10,000 points would hardly need.
const MAX_BYTES: u64 = 256 << 20;

/// A shape with what files say of it.
pub(crate) struct Described<'a> {
    pub(crate) shape: &'a Shape,
    /// On the image's own grid.
    pub(crate) own: Figure<PointLps>,
    pub(crate) class: Option<&'a Class>,
    pub(crate) measure: wire::ShapeMeasure,
}

/// Describes shapes.
pub(crate) fn describe<'a>(
    frame: &Frame,
    volume: &Volume,
    shapes: impl Iterator<Item = &'a Shape>,
    classes: &'a [Class],
) -> Vec<Described<'a>> {
    let described = |shape: &'a Shape| {
        let class = classes.iter().find(|class| shape.class == Some(class.id));
        let own = shape.figure.try_map(|point| Some(point.lps()))?;
        Some(Described {
            shape,
            own,
            class,
            measure: measured(frame, volume, shape),
        })
    };
    shapes.filter_map(described).collect()
}

/// Shapes of a file.
pub(crate) struct Incoming {
    /// Kind of file, for the record.
    pub(crate) source: &'static str,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) report: Vec<Finding>,
}

/// What a file that comes in belongs to.
pub(crate) struct Onto<'a> {
    pub(crate) series: &'a Series,
    /// The volume whose document it is, 0 first.
    pub(crate) volume: usize,
    pub(crate) frame: &'a Frame,
    /// What its lengths are told in.
    pub(crate) unit: wire::LengthUnit,
}

/// The shapes of a file; `None` if it is no file of shapes.
pub(crate) fn read(
    path: &Path,
    onto: &Onto<'_>,
    classes: &mut Classes,
) -> Result<Option<Incoming>, WireError> {
    let name = path.to_string_lossy().to_lowercase();
    let read = match () {
        () if name.ends_with(".json") => json::read(path, &text(path)?, onto, classes.all())?,
        () if name.ends_with(".csv") => table::read(path, &text(path)?, onto, classes.all())?,
        () if annotation_kind(path)? == Some(AnnotationKind::Report) => {
            of_report(path, onto, classes)?
        }
        () => return Ok(None),
    };
    match read.shapes.is_empty() {
        false => Ok(Some(read)),
        true => {
            let message = format!("{}: holds no shape of this image", path.display());
            let reasons = read.report.iter().map(|finding| finding.message.as_str());
            let reasons: Vec<&str> = reasons.collect();
            let error = WireError::new(ErrorCode::BadInput, message);
            Err(match reasons.is_empty() {
                true => error,
                false => error.hint(&reasons.join(" ")),
            })
        }
    }
}

/// Points in pixels say nothing in millimetres.
fn other_unit(path: &Path) -> WireError {
    let path = path.display();
    let message = format!("{path}: lengths are told in another unit than those of the image");
    WireError::new(ErrorCode::BadInput, message)
        .hint("Say how large pixels are as it was when the file was written, or take that back.")
}

fn text(path: &Path) -> Result<String, WireError> {
    let failed = |e: std::io::Error| WireError::io(path, &e);
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_BYTES {
        let message = format!("{}: is too large for a file of shapes", path.display());
        return Err(WireError::new(ErrorCode::Limit, message));
    }
    std::fs::read_to_string(path).map_err(failed)
}

fn of_report(path: &Path, onto: &Onto<'_>, classes: &mut Classes) -> Result<Incoming, WireError> {
    let read = read_measurement_report(path, onto.series, onto.volume)?;
    let mut taken = Taken::default();
    for group in &read.groups {
        let Some(figure) = report::figure(group) else {
            taken.n_without_region += 1;
            continue;
        };
        let kind = figure.kind();
        let class = report::class_of(group, kind, classes);
        taken.n_without_class += usize::from(class.is_none() && group.finding.is_some());
        let is_sound = has_perpendicular_axes(&figure);
        let kept = figure.try_map(|point| PointNm::from_lps(*point));
        let kept = kept.filter(|_| is_sound);
        let (answers, n_lost) =
            class.map_or_else(Default::default, |class| report::answers(group, class));
        taken.n_without_answer += usize::from(n_lost > 0);
        let text = group.tracking_identifier.trim();
        let shape = kept.map(|kept| Shape {
            text: match text == kind.name() {
                true => String::new(),
                false => text.to_owned(),
            },
            class: class.map(|class| class.id),
            answers,
            plane: plane_of(&figure),
            ..imported(kept)
        });
        taken.take(shape);
    }
    let report = read.report.into_iter().map(Finding::from).collect();
    Ok(taken.incoming("DICOM report of measurements", report))
}

/// A shape that came in, without a word about it.
pub(crate) fn imported(figure: Figure<PointNm>) -> Shape {
    Shape {
        id: ShapeId(Uuid::new_v4()),
        figure,
        plane: None,
        text: String::new(),
        class: None,
        answers: BTreeMap::new(),
        color: None,
        is_visible: true,
        is_locked: false,
        provenance: Provenance::Imported,
        track: None,
    }
}

/// The plane of a closed outline that lies in one.
pub(crate) fn plane_of(figure: &Figure<PointLps>) -> Option<DrawingPlane> {
    let outline = figure.outline()?;
    DrawingPlane::new(*outline.first()?, doubled_area(&outline))
}

/// Shapes as they are taken out of a file, and how many could not be.
#[derive(Default)]
pub(crate) struct Taken {
    shapes: Vec<Shape>,
    n_without_region: usize,
    n_without_class: usize,
    n_without_answer: usize,
    n_unsound: usize,
}

impl Taken {
    /// Takes a shape, if there is one and a document can hold it.
    pub(crate) fn take(&mut self, shape: Option<Shape>) {
        let sound = shape.ok_or(ShapeError::NoPosition);
        let sound = sound.and_then(|shape| match shape.check() {
            // Other programs do not always draw in planes.
            Err(ShapeError::OffPlane) => {
                let shape = Shape {
                    plane: None,
                    ..shape
                };
                shape.check().map(|()| shape)
            }
            checked => checked.map(|()| shape),
        });
        match sound {
            Ok(shape) => self.shapes.push(shape),
            Err(_) => self.n_unsound += 1,
        }
    }

    /// Counts a shape whose class the protocol does not have.
    pub(crate) fn miss_class(&mut self) {
        self.n_without_class += 1;
    }

    pub(crate) fn incoming(self, source: &'static str, mut report: Vec<Finding>) -> Incoming {
        let told = [
            (
                self.n_without_region,
                "shapes_without_region",
                "have no region that can be drawn; they were left out.",
            ),
            (
                self.n_unsound,
                "shapes_unsound",
                "have too few points, no extent or a text that cannot be shown; they were left out.",
            ),
            (
                self.n_without_answer,
                "answers_lost",
                "have answers that their class does not take any more; these were left out.",
            ),
            (
                self.n_without_class,
                "shapes_without_class",
                "are of a class that the label protocol does not have or not allow; they came in without one.",
            ),
        ];
        report.extend(
            told.into_iter()
                .filter(|(n, ..)| *n > 0)
                .map(|(n, code, what)| Finding::warning(code, format!("{n} shape(s) {what}"))),
        );
        Incoming {
            source,
            shapes: self.shapes,
            report,
        }
    }
}

/// Whether a class may be given to shapes of a kind.
pub(crate) fn is_open_to(class: &Class, kind: FigureKind) -> bool {
    !class.is_archived && class.allows(kind.tool())
}
