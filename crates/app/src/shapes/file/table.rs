//! Shapes as comma-separated values (RFC 4180), in UTF-8: a line each.

use super::names::Names;
use super::{Described, Incoming, Onto, Taken, is_open_to, plane_of};
use crate::shapes::frame::{Frame, has_perpendicular_axes};
use crate::shapes::parse_color;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_annotation::protocol::Class;
use annotomy_annotation::segment::Color;
use annotomy_annotation::shape::{Along, Figure, FigureKind, Shape, ShapeId, Track};
use annotomy_volume::space::PointLps;
use std::path::Path;

/// Names of the columns. Points are `x y z; x y z; …` in LPS; lengths in `unit`, areas in its
/// square, volumes in its cube; angles in degrees; mean to maximum in `value_unit`. Shapes of one track
/// have the same `track`, which runs along `slices` or `times`; one that was found between two others
/// names them in `between`, separated by a space, as `shape` does.
const COLUMNS: [&str; 24] = [
    "case",
    "kind",
    "text",
    "class",
    "color",
    "points",
    "closed",
    "unit",
    "length",
    "perimeter",
    "area",
    "angle",
    "long_axis",
    "short_axis",
    "volume",
    "mean",
    "standard_deviation",
    "minimum",
    "maximum",
    "value_unit",
    "shape",
    "track",
    "along",
    "between",
];

/// The text of a file; `case` names the image.
pub(crate) fn text(
    case: &str,
    frame: &Frame,
    shapes: &[Described<'_>],
    (unit, value_unit): (wire::LengthUnit, Option<&str>),
) -> Result<Vec<u8>, WireError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let failed = |_| WireError::internal();
    writer.write_record(COLUMNS).map_err(failed)?;
    for described in shapes {
        let row = row(frame, described);
        let [kind, text, class, color, points, closed] = row;
        let words = [case.to_owned(), kind, text, class, color, points, closed];
        let numbers = numbers(&described.measure);
        let fields = words
            .into_iter()
            .chain([unit_name(unit).to_owned()])
            .chain(numbers);
        let fields = fields.chain([value_unit.unwrap_or_default().to_owned()]);
        let fields = fields.chain(place(described.shape));
        writer.write_record(fields).map_err(failed)?;
    }
    writer.into_inner().map_err(|_| WireError::internal())
}

const fn unit_name(unit: wire::LengthUnit) -> &'static str {
    match unit {
        wire::LengthUnit::Mm => "mm",
        wire::LengthUnit::Pixel => "pixel",
    }
}

fn row(frame: &Frame, described: &Described<'_>) -> [String; 6] {
    let shown = frame.show(&described.shape.figure);
    let points = shown.points().into_iter();
    let points = points.map(|PointLps([x, y, z])| format!("{x} {y} {z}"));
    let color = described.shape.color.as_ref().map(Color::to_string);
    let is_open = matches!(
        shown,
        Figure::Freehand {
            is_closed: false,
            ..
        }
    );
    let closed = match shown.kind() {
        FigureKind::Freehand if is_open => "no",
        FigureKind::Freehand => "yes",
        _ => "",
    };
    [
        shown.kind().name().to_owned(),
        described.shape.text.clone(),
        described
            .class
            .map_or_else(String::new, |class| class.name.clone()),
        color.unwrap_or_default(),
        points.collect::<Vec<_>>().join("; "),
        closed.to_owned(),
    ]
}

/// Its name, and its place in a track.
fn place(shape: &Shape) -> [String; 4] {
    let name = |id: ShapeId| id.0.to_string();
    let [track, along, between] = match shape.track {
        Some(Track { id, along, between }) => [
            id.0.to_string(),
            along.name().to_owned(),
            between.map_or_else(String::new, |keys| keys.map(name).join(" ")),
        ],
        None => [String::new(), String::new(), String::new()],
    };
    [name(shape.id), track, along, between]
}

/// The place in a track that a row tells; `None` of a shape that is in none.
fn place_of([track, along, between]: [&str; 3], names: &mut Names) -> Option<Track> {
    let along = [Along::Slices, Along::Times]
        .into_iter()
        .find(|known| known.name() == along)?;
    let keys = between.split_once(' ').map(|(a, b)| [a, b]);
    (!track.is_empty()).then(|| names.track(track, along, keys))
}

fn numbers(measure: &wire::ShapeMeasure) -> [String; 11] {
    let values = measure.values.as_ref();
    let of = |value: fn(&wire::ShapeValues) -> Option<f64>| values.and_then(value);
    [
        measure.length,
        measure.perimeter,
        measure.area,
        measure.angle_degrees,
        measure.long_axis,
        measure.short_axis,
        measure.volume,
        of(|values| values.mean),
        of(|values| values.standard_deviation),
        of(|values| values.min),
        of(|values| values.max),
    ]
    .map(|value| value.map_or_else(String::new, |value| value.to_string()))
}

/// Reads a table with the columns `kind` and `points`, and of those that say what a shape is called,
/// looks like and belongs to, the ones that there are.
pub(crate) fn read(
    path: &Path,
    text: &str,
    onto: &Onto<'_>,
    classes: &[Class],
) -> Result<Incoming, WireError> {
    let refused = |why: &str| {
        let message = format!("{}: is no table of shapes: {why}", path.display());
        WireError::new(ErrorCode::BadInput, message)
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| refused("it has no header"))?;
    let column = |name: &str| header.iter().position(|known| known.trim() == name);
    let (Some(kind), Some(points)) = (column("kind"), column("points")) else {
        return Err(refused("it has no columns `kind` and `points`"));
    };
    let [label, class, color, closed, unit] =
        ["text", "class", "color", "closed", "unit"].map(column);
    let places = ["shape", "track", "along", "between"].map(column);
    let (mut taken, mut names) = (Taken::default(), Names::default());
    for (n, row) in reader.records().enumerate() {
        let line = n + 2;
        let broken = |what: &str| refused(&format!("row {line} {what}"));
        let row = row.map_err(|_| broken("cannot be read"))?;
        let field = |column: Option<usize>| column.and_then(|at| row.get(at)).unwrap_or_default();
        let own_unit = unit_name(onto.unit);
        if !["", own_unit].contains(&field(unit)) {
            return Err(super::other_unit(path));
        }
        let corners = parse_points(field(Some(points)));
        let corners = corners.ok_or_else(|| broken("has points that are no numbers"))?;
        let kind = FigureKind::named(field(Some(kind)));
        let kind = kind.ok_or_else(|| broken("is of a kind that there is not"))?;
        let color = match field(color) {
            "" => None,
            color => {
                parse_color(Some(color.to_owned())).map_err(|_| broken("has no such color"))?
            }
        };
        let name = field(class);
        let mut fitting = classes.iter().filter(|known| is_open_to(known, kind));
        let class = fitting.find(|known| known.name == name);
        if class.is_none() && !name.is_empty() {
            taken.miss_class();
        }
        let figure = Figure::from_points(kind, &corners, field(closed) != "no");
        let figure = figure.filter(has_perpendicular_axes);
        let [own, place @ ..] = places.map(field);
        let (id, track) = (names.shape(own), place_of(place, &mut names));
        let shape = figure.and_then(|figure| {
            Some(Shape {
                id,
                track,
                plane: match &figure {
                    Figure::Slice(at) => onto.frame.slice_plane(*at),
                    figure => plane_of(figure),
                },
                text: field(label).trim().to_owned(),
                class: class.map(|class| class.id),
                color,
                ..super::imported(onto.frame.keep(&figure).ok()?)
            })
        });
        taken.take(shape);
    }
    Ok(taken.incoming("shapes, CSV", Vec::new()))
}

fn parse_points(text: &str) -> Option<Vec<PointLps>> {
    let point = |text: &str| {
        let numbers = text.split_whitespace().map(|number| number.parse().ok());
        let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
        numbers.try_into().ok().map(PointLps)
    };
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    text.split(';').map(point).collect()
}
