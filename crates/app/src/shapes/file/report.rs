//! Shapes as measurement groups of a DICOM report (TID 1500), and back.
//!
//! A report knows points, lines, polygons and ellipses. Which kind of shape each was is said beside
//! it in a code of ours, which other programs pass over.

use super::{Described, is_open_to, kind_name};
use crate::wire;
use annotomy_annotation::protocol::{Answer, AttributeId, Class};
use annotomy_annotation::shape::{Figure, FigureKind};
use annotomy_formats::{
    Code, Graphic, GraphicKind, Measurement, MeasurementGroup, Said, uid_from_uuid,
};
use annotomy_volume::measure::principal_axes;
use annotomy_volume::space::{PointLps, VectorLps};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Coding scheme of what only this program says.
const OURS: &str = "99ANNOTOMY";

/// Names the kind of a shape.
const KIND: &str = "shape";

/// Characters of a code's meaning.
const MAX_MEANING: usize = 64;

/// What a report says of a shape.
pub(crate) fn group(described: &Described<'_>, value_unit: Option<&str>) -> MeasurementGroup {
    let Described {
        shape, own, class, ..
    } = described;
    let kind = kind_name(own.kind());
    let text = shape.text.replace('\n', " ");
    let mut evaluations = vec![(
        Code::new(KIND, OURS, "Kind of shape"),
        Said::Code(Code::new(kind, OURS, kind)),
    )];
    if let Some(class) = class {
        let answers = shape.answers.iter();
        evaluations.extend(answers.filter_map(|answer| evaluation(class, answer)));
    }
    MeasurementGroup {
        tracking_identifier: match text.trim() {
            "" => kind.to_owned(),
            text => text.to_owned(),
        },
        tracking_uid: uid_from_uuid(shape.id.0.as_u128()),
        finding: class.map(finding),
        site: None,
        graphics: graphics(own),
        measurements: measurements(&described.measure, value_unit),
        evaluations,
    }
}

/// What a class means; its name in a code of ours where that is not coded.
fn finding(class: &Class) -> Code {
    match &class.meaning.property_type {
        Some(code) => Code::new(&code.value, &code.scheme, &code.meaning),
        None => Code::new(&code_value(class.id.0), OURS, &shortened(&class.name)),
    }
}

/// Codes have 16 characters: too few for a UUID.
fn code_value(id: Uuid) -> String {
    format!("{:08x}", id.as_u128() >> 96)
}

/// An answer to what a class asks.
fn evaluation(class: &Class, (asked, answer): (&AttributeId, &Answer)) -> Option<(Code, Said)> {
    let mut attributes = class.attributes.iter();
    let attribute = attributes.find(|attribute| attribute.id == *asked)?;
    let id = code_value(asked.0);
    let name = Code::new(&id, OURS, &shortened(&attribute.name));
    let said = match answer {
        Answer::Option(option) => {
            let mut options = attribute.kind.options().iter();
            let n = options.position(|own| own == option)?;
            Said::Code(Code::new(&format!("{id}.{n}"), OURS, &shortened(option)))
        }
        Answer::Options(options) => {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            Said::Text(options.join("; "))
        }
        Answer::Text(text) | Answer::Number(text) => Said::Text(text.clone()),
    };
    Some((name, said))
}

fn measurements(measure: &wire::ShapeMeasure, value_unit: Option<&str>) -> Vec<Measurement> {
    let values = measure.values.as_ref();
    let value_unit = unit_of_values(value_unit);
    let lengths = [
        (measure.length, ["410668003", "Length"], "mm"),
        (measure.perimeter, ["131191004", "Perimeter"], "mm"),
        (measure.area, ["42798000", "Area"], "mm2"),
        (measure.angle_degrees, ["1483009", "Angle"], "deg"),
        (measure.long_axis, ["103339001", "Long Axis"], "mm"),
        (measure.short_axis, ["103340004", "Short Axis"], "mm"),
        (measure.volume, ["118565006", "Volume"], "mm3"),
    ];
    let lengths = lengths
        .into_iter()
        .map(|(value, name, unit)| (value, name, Code::new(unit, "UCUM", unit)));
    let of = |value: fn(&wire::ShapeValues) -> Option<f64>| values.and_then(value);
    let inside = [
        (of(|values| values.mean), ["373098007", "Mean"]),
        (
            of(|values| values.standard_deviation),
            ["386136009", "Standard Deviation"],
        ),
        (of(|values| values.min), ["255605001", "Minimum"]),
        (of(|values| values.max), ["56851009", "Maximum"]),
    ];
    let inside = inside
        .into_iter()
        .map(|(value, name)| (value, name, value_unit.clone()));
    let measurement = |(value, [code, meaning], unit): (Option<f64>, [&str; 2], Code)| {
        Some(Measurement {
            concept: Code::new(code, "SCT", meaning),
            value: value?,
            unit,
        })
    };
    lengths.chain(inside).filter_map(measurement).collect()
}

fn shortened(text: &str) -> String {
    let text: String = text.chars().take(MAX_MEANING).collect();
    text.trim_end().to_owned()
}

/// In UCUM (PS3.16 CID 83 and 84).
fn unit_of_values(unit: Option<&str>) -> Code {
    match unit {
        Some("HU") => Code::new("[hnsf'U]", "UCUM", "Hounsfield unit"),
        Some("g/ml" | "SUV") => Code::new("{SUVbw}g/ml", "UCUM", "SUVbw"),
        Some("Bq/ml") => Code::new("Bq/ml", "UCUM", "Bq/ml"),
        _ => Code::new("1", "UCUM", "no units"),
    }
}

fn graphics(figure: &Figure<PointLps>) -> Vec<Graphic> {
    let one = |kind, points: Vec<PointLps>| vec![graphic(kind, points)];
    let closed = |mut points: Vec<PointLps>| {
        points.extend(points.first().copied());
        one(GraphicKind::Polygon, points)
    };
    match figure {
        Figure::Point(at) => one(GraphicKind::Point, vec![*at]),
        Figure::Ellipse { centre, ends } => {
            let axes = principal_axes(ends.map(|end| end - *centre));
            let ends = axes.map(|half| [*centre + half * -1.0, *centre + half]);
            one(GraphicKind::Ellipse, ends.as_flattened().to_vec())
        }
        Figure::Rectangle { centre, ends } | Figure::Plane { centre, ends } => {
            let [a, b] = ends.map(|end| end - *centre);
            closed(face(*centre, [a, b]))
        }
        Figure::Box3d { centre, ends } => {
            let half = ends.map(|end| end - *centre);
            let faces = (0..6).flat_map(|n| {
                let [across, u, v] = [0, 1, 2].map(|axis| half[(n / 2 + axis) % 3]);
                let side = if n % 2 == 0 { 1.0 } else { -1.0 };
                closed(face(*centre + across * side, [u, v]))
            });
            faces.collect()
        }
        figure => match figure.outline() {
            Some(outline) => closed(outline),
            None => {
                let points = figure.points().into_iter().copied();
                one(GraphicKind::Polyline, points.collect())
            }
        },
    }
}

fn face(centre: PointLps, [a, b]: [VectorLps; 2]) -> Vec<PointLps> {
    let corners = [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)];
    let corner = |(x, y)| centre + a * x + b * y;
    corners.map(corner).to_vec()
}

fn graphic(kind: GraphicKind, points: Vec<PointLps>) -> Graphic {
    Graphic { kind, points }
}

/// The figure of a group, if it has one.
pub(crate) fn figure(group: &MeasurementGroup) -> Option<Figure<PointLps>> {
    let is_kind = |code: &Code| code.value == KIND && code.scheme == OURS;
    let kind = group
        .evaluations
        .iter()
        .find_map(|(name, said)| match said {
            Said::Code(code) if is_kind(name) => Some(code.value.as_str()),
            _ => None,
        });
    let first = group.graphics.first()?;
    let points = match first.points.as_slice() {
        [points @ .., last] if points.first() == Some(last) && points.len() > 2 => points,
        points => points,
    };
    let is_closed = points.len() < first.points.len();
    let plain = || match (first.kind, points) {
        (GraphicKind::Ellipse, [a, b, c, d]) => {
            let centre = middle(*a, *b);
            let ends = [*b, *d];
            let is_centred = (middle(*c, *d) - centre).norm() <= 1e-3 * (*b - *a).norm();
            is_centred.then_some(Figure::Ellipse { centre, ends })
        }
        (GraphicKind::Point, [at]) => Some(Figure::Point(*at)),
        (GraphicKind::Polyline | GraphicKind::Polygon, [a, b]) => Some(Figure::Line([*a, *b])),
        (GraphicKind::Polygon, points) => Some(Figure::Polygon(points.to_vec())),
        (GraphicKind::Polyline, points) if is_closed => Some(Figure::Polygon(points.to_vec())),
        (GraphicKind::Polyline, points) => Some(Figure::Polyline(points.to_vec())),
        _ => None,
    };
    let rectangle = || match points {
        [a, b, c, d] => Some((middle(*a, *c), [middle(*a, *d), middle(*a, *b)])),
        _ => None,
    };
    match (kind, points) {
        (Some("box3d"), _) => solid(&group.graphics),
        (Some("rectangle"), _) => {
            rectangle().map(|(centre, ends)| Figure::Rectangle { centre, ends })
        }
        (Some("plane"), _) => rectangle().map(|(centre, ends)| Figure::Plane { centre, ends }),
        (Some("angle"), [a, b, c]) => Some(Figure::Angle([*a, *b, *c])),
        (Some("cobb_angle"), [a, b, c, d]) => Some(Figure::CobbAngle([[*a, *b], [*c, *d]])),
        (Some("bidirectional"), [a, b, c, d]) => Some(Figure::Bidirectional {
            long: [*a, *b],
            short: [*c, *d],
        }),
        (Some("arrow"), [a, b]) => Some(Figure::Arrow([*a, *b])),
        (Some("polyline"), points) => Some(Figure::Polyline(points.to_vec())),
        (Some("freehand"), points) => Some(Figure::Freehand {
            points: points.to_vec(),
            is_closed,
        }),
        _ if group.graphics.len() > 1 => None,
        _ => plain(),
    }
}

fn middle(a: PointLps, b: PointLps) -> PointLps {
    a + (b - a) * 0.5
}

/// The box of six faces in the order of [`graphics`]: each axis through the middles of two.
fn solid(faces: &[Graphic]) -> Option<Figure<PointLps>> {
    let centre_of = |face: &Graphic| match face.points.as_slice() {
        [a, _, c, ..] => Some(middle(*a, *c)),
        _ => None,
    };
    let [a, opposite, b, _, c, _] = <&[Graphic; 6]>::try_from(faces).ok()?;
    let a = centre_of(a)?;
    Some(Figure::Box3d {
        centre: middle(a, centre_of(opposite)?),
        ends: [a, centre_of(b)?, centre_of(c)?],
    })
}

/// The class of a group: the first in use that means what was found and allows the kind.
pub(crate) fn class_of<'a>(
    group: &MeasurementGroup,
    kind: FigureKind,
    classes: &'a [Class],
) -> Option<&'a Class> {
    let found = group.finding.as_ref()?;
    classes.iter().find(|class| {
        let own = finding(class);
        (&own.value, &own.scheme) == (&found.value, &found.scheme) && is_open_to(class, kind)
    })
}

/// Answers of a group to what a class asks, where they came from this program.
pub(crate) fn answers(group: &MeasurementGroup, class: &Class) -> BTreeMap<AttributeId, Answer> {
    let mut answers = BTreeMap::new();
    for attribute in &class.attributes {
        let id = code_value(attribute.id.0);
        let is_asked = |name: &Code| name.value == id && name.scheme == OURS;
        let said = group.evaluations.iter().find(|(name, _)| is_asked(name));
        let answer = said.and_then(|(_, said)| match said {
            Said::Code(code) => {
                let n = code.value.rsplit_once('.')?.1.parse::<usize>().ok()?;
                let option = attribute.kind.options().get(n)?;
                Some(Answer::Option(option.clone()))
            }
            Said::Text(text) => [
                Answer::Options(text.split("; ").map(str::to_owned).collect()),
                Answer::Text(text.clone()),
                Answer::Number(text.clone()),
            ]
            .into_iter()
            .find_map(|answer| attribute.kind.checked(answer).ok()),
        });
        answers.extend(answer.map(|answer| (attribute.id, answer)));
    }
    answers
}
