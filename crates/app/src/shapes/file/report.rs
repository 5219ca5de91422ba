//! Shapes as measurement groups of a DICOM report (TID 1500), and back.
//!
//! A report knows points, lines, polygons and ellipses. Which kind of shape each was is said beside
//! it in a code of ours, which other programs pass over.

use super::{Described, is_open_to};
use crate::coded::{Classes, Coded, dicom_code};
use crate::wire;
use annotomy_annotation::protocol::{Answer, Attribute, AttributeId, Class};
use annotomy_annotation::segment::Color;
use annotomy_annotation::shape::{Figure, FigureKind};
use annotomy_formats::{
    Code, Graphic, GraphicKind, Measurement, MeasurementGroup, Said, uid_from_uuid,
};
use annotomy_volume::measure::principal_axes;
use annotomy_volume::space::{PointLps, VectorLps};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Coding scheme of what only this program says.
const OURS: &str = "99ANNOTOMY";

/// Names the kind of a shape, and its class.
const KIND: &str = "shape";
const CLASS: &str = "class";

/// A free curve whose end is joined to its beginning.
const CLOSED_FREEHAND: &str = "closed_freehand";

/// On which side a finding is (PS3.16 CID 244).
const LATERALITY: [&str; 3] = ["272741003", "SCT", "Laterality"];

/// Characters of a code's meaning.
const MAX_MEANING: usize = 64;

/// What a report says of a shape.
pub(crate) fn group(
    described: &Described<'_>,
    (unit, value_unit): (wire::LengthUnit, Option<&str>),
) -> MeasurementGroup {
    let Described {
        shape, own, class, ..
    } = described;
    let kind = own.kind().name();
    let kind_code = match own {
        Figure::Freehand {
            is_closed: true, ..
        } => CLOSED_FREEHAND,
        _ => kind,
    };
    let text = shape.text.replace('\n', " ");
    let mut evaluations = vec![(
        Code::new(KIND, OURS, "Kind of shape"),
        Said::Code(Code::new(kind_code, OURS, kind)),
    )];
    if let Some(class) = class {
        evaluations.push((
            Code::new(CLASS, OURS, "Class"),
            Said::Code(Code::new(
                &code_value(class.id.0),
                OURS,
                &shortened(&class.name),
            )),
        ));
        evaluations.extend(class.meaning.laterality.as_ref().map(|side| {
            let [value, scheme, meaning] = LATERALITY;
            (
                Code::new(value, scheme, meaning),
                Said::Code(dicom_code(side)),
            )
        }));
        let answers = shape.answers.iter();
        evaluations.extend(answers.flat_map(|answer| answered(class, answer)));
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
        measurements: measurements(&described.measure, unit, value_unit),
        evaluations,
    }
}

/// What a class means; its name in a code of ours where that is not coded.
fn finding(class: &Class) -> Code {
    match &class.meaning.property_type {
        Some(code) => dicom_code(code),
        None => Code::new(&code_value(class.id.0), OURS, &shortened(&class.name)),
    }
}

/// Codes have 16 characters: too few for a UUID.
fn code_value(id: Uuid) -> String {
    format!("{:08x}", id.as_u128() >> 96)
}

/// An answer to what a class asks: a code or text each.
fn answered(class: &Class, (asked, answer): (&AttributeId, &Answer)) -> Vec<(Code, Said)> {
    let mut attributes = class.attributes.iter();
    let Some(attribute) = attributes.find(|attribute| attribute.id == *asked) else {
        return Vec::new();
    };
    let id = code_value(asked.0);
    let name = Code::new(&id, OURS, &shortened(&attribute.name));
    let chosen = |option: &String| {
        let mut options = attribute.kind.options().iter();
        let n = options.position(|own| own == option)?;
        let code = Code::new(&format!("{id}.{n}"), OURS, &shortened(option));
        Some((name.clone(), Said::Code(code)))
    };
    match answer {
        Answer::Option(option) => chosen(option).into_iter().collect(),
        Answer::Options(options) => options.iter().filter_map(chosen).collect(),
        Answer::Text(text) | Answer::Number(text) => vec![(name, Said::Text(text.clone()))],
    }
}

/// Lengths, areas and volumes are left out where nobody knows how large pixels are.
fn measurements(
    measure: &wire::ShapeMeasure,
    unit: wire::LengthUnit,
    value_unit: Option<&str>,
) -> Vec<Measurement> {
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
    let is_told = |unit_of: &str| unit == wire::LengthUnit::Mm || unit_of == "deg";
    let lengths = lengths
        .into_iter()
        .filter(|(_, _, unit)| is_told(unit))
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
    let mut evaluations = group.evaluations.iter();
    let kind = evaluations.find_map(|(name, said)| match said {
        Said::Code(code) if is_kind(name) => Some(code.value.as_str()),
        _ => None,
    });
    let first = group.graphics.first()?;
    let corners = without_end(&first.points);
    if kind == Some(CLOSED_FREEHAND) {
        return Figure::from_points(FigureKind::Freehand, corners, true);
    }
    match kind.and_then(FigureKind::named) {
        Some(FigureKind::Box3d) => solid(&group.graphics),
        Some(kind @ (FigureKind::Rectangle | FigureKind::Plane)) => {
            let [a, b, c, d] = corners.try_into().ok()?;
            let own = [middle(a, c), middle(a, d), middle(a, b)];
            Figure::from_points(kind, &own, true)
        }
        // Written by their own points.
        Some(
            kind @ (FigureKind::Line
            | FigureKind::Polyline
            | FigureKind::Angle
            | FigureKind::CobbAngle
            | FigureKind::Freehand
            | FigureKind::Arrow
            | FigureKind::Bidirectional),
        ) => Figure::from_points(kind, &first.points, false),
        _ if group.graphics.len() > 1 => None,
        _ => plain(first, corners),
    }
}

/// Without the last point where it is the first one again.
fn without_end(points: &[PointLps]) -> &[PointLps] {
    match points {
        [corners @ .., last] if corners.first() == Some(last) && corners.len() > 2 => corners,
        points => points,
    }
}

/// The figure of a region of which nobody says what it is.
fn plain(region: &Graphic, corners: &[PointLps]) -> Option<Figure<PointLps>> {
    let is_closed = corners.len() < region.points.len();
    match (region.kind, corners) {
        (GraphicKind::Ellipse, [a, b, c, d]) => {
            let centre = middle(*a, *b);
            let ends = [*b, *d];
            let is_centred = (middle(*c, *d) - centre).norm() <= 1e-3 * (*b - *a).norm();
            is_centred.then_some(Figure::Ellipse { centre, ends })
        }
        (GraphicKind::Point, [at]) => Some(Figure::Point(*at)),
        (GraphicKind::Polyline | GraphicKind::Polygon, [a, b]) => Some(Figure::Line([*a, *b])),
        (GraphicKind::Polygon, corners) => Some(Figure::Polygon(corners.to_vec())),
        (GraphicKind::Polyline, corners) if is_closed => Some(Figure::Polygon(corners.to_vec())),
        (GraphicKind::Polyline, points) => Some(Figure::Polyline(points.to_vec())),
        _ => None,
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

/// The class of a group that allows the kind: the one it was of, else the only one that means what
/// was found, on its side; else a new one if nothing means it and it may be made.
pub(crate) fn class_of<'a>(
    group: &MeasurementGroup,
    kind: FigureKind,
    classes: &'a mut Classes,
) -> Option<&'a Class> {
    let class = match known(group, kind, classes.all()) {
        Some(class) => class.id,
        None => {
            let found = group.finding.as_ref().filter(|code| code.scheme != OURS)?;
            let coded = Coded::of_finding(found, said(group, LATERALITY[0]));
            let color = Color::distinct(classes.all().len() as u16);
            classes.lacking(&coded, color)?
        }
    };
    classes.all().iter().find(|known| known.id == class)
}

/// What a group says by a code, under the name of this value.
fn said<'a>(group: &'a MeasurementGroup, value: &str) -> Option<&'a Code> {
    let mut evaluations = group.evaluations.iter();
    evaluations.find_map(|(name, said)| match said {
        Said::Code(code) if name.value == value => Some(code),
        _ => None,
    })
}

fn known<'a>(
    group: &MeasurementGroup,
    kind: FigureKind,
    classes: &'a [Class],
) -> Option<&'a Class> {
    let is_open = |class: &&Class| is_open_to(class, kind);
    let named = said(group, CLASS).filter(|code| code.scheme == OURS);
    let same = classes
        .iter()
        .filter(is_open)
        .find(|class| named.is_some_and(|named| named.value == code_value(class.id.0)));
    if same.is_some() {
        return same;
    }
    let (found, side) = (group.finding.as_ref()?, said(group, LATERALITY[0]));
    let means = |class: &&Class| {
        let own = finding(class);
        let own_side = class.meaning.laterality.as_ref();
        (&own.value, &own.scheme) == (&found.value, &found.scheme)
            && own_side.map(|code| &code.value) == side.map(|code| &code.value)
    };
    let mut fitting = classes.iter().filter(is_open).filter(means);
    fitting.next().filter(|_| fitting.next().is_none())
}

/// Answers of a group to what a class asks, where they came from this program, and how many were lost
/// because the class no longer asks so.
pub(crate) fn answers(
    group: &MeasurementGroup,
    class: &Class,
) -> (BTreeMap<AttributeId, Answer>, usize) {
    let mut answers = BTreeMap::new();
    for attribute in &class.attributes {
        let id = code_value(attribute.id.0);
        let is_asked = |name: &Code| name.value == id && name.scheme == OURS;
        let evaluations = group.evaluations.iter();
        let said = evaluations
            .filter(|(name, _)| is_asked(name))
            .map(|(_, said)| said);
        let said: Vec<&Said> = said.collect();
        answers.extend(answer(attribute, &said).map(|answer| (attribute.id, answer)));
    }
    let said: BTreeSet<&str> = group
        .evaluations
        .iter()
        .filter(|(name, _)| name.scheme == OURS && ![KIND, CLASS].contains(&name.value.as_str()))
        .map(|(name, _)| name.value.as_str())
        .collect();
    let n_lost = said.len().saturating_sub(answers.len());
    (answers, n_lost)
}

/// What was said, as an answer; options by what they were called.
fn answer(attribute: &Attribute, said: &[&Said]) -> Option<Answer> {
    let option = |code: &Code| {
        let options = attribute.kind.options();
        let n = code
            .value
            .rsplit_once('.')
            .and_then(|(_, n)| n.parse::<usize>().ok());
        let is_called = |option: &&String| shortened(option) == code.meaning;
        let own = n.and_then(|n| options.get(n)).filter(is_called);
        own.or_else(|| options.iter().find(is_called)).cloned()
    };
    let codes = said.iter().filter_map(|said| match said {
        Said::Code(code) => Some(option(code)),
        Said::Text(_) => None,
    });
    let options: BTreeSet<String> = codes.collect::<Option<_>>()?;
    let first = options.first().cloned();
    let text = said.iter().find_map(|said| match said {
        Said::Text(text) => Some(text.clone()),
        Said::Code(_) => None,
    });
    let tried = [
        first.map(Answer::Option).filter(|_| options.len() == 1),
        Some(Answer::Options(options)),
        text.clone().map(Answer::Text),
        text.map(Answer::Number),
    ];
    let mut tried = tried.into_iter().flatten();
    tried.find_map(|answer| attribute.kind.checked(answer).ok())
}
