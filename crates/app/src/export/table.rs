//! Measures of the segments as comma-separated values (RFC 4180), in UTF-8.

use super::Written;
use super::dataset::Source;
use super::staged::{Staged, write_bytes};
use crate::wire::{Finding, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_volume::labels::Label;
use annotomy_volume::statistics::{LabelStatistics, label_medians, label_statistics};
use std::collections::BTreeMap;
use std::path::Path;

/// Names of the columns. Mean to maximum are in `unit`; the deviation is divided by n.
const COLUMNS: [&str; 14] = [
    "case",
    "segment",
    "layer",
    "label",
    "voxels",
    "volume_mm3",
    "volume_ml",
    "mean",
    "standard_deviation",
    "minimum",
    "median",
    "maximum",
    "unit",
    "color",
];

/// What spreadsheets take for the beginning of a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// Measures of every label of a layer.
struct Measures {
    statistics: BTreeMap<Label, LabelStatistics>,
    medians: BTreeMap<Label, f64>,
}

/// What the table leaves out, and what others might take otherwise.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut segments = source.state().segments().iter();
    let is_formula = segments.any(|segment| segment.name.starts_with(FORMULA));
    let message = "A segment's name begins like a formula; spreadsheets may run it as one.";
    let formula = is_formula.then(|| Finding::warning("like_a_formula", message));
    let message = "Not all distances between voxels are known: volumes are left empty.";
    let no_volumes = (!source.grid.has_volumes()).then(|| Finding::warning("no_volumes", message));
    [source.one_volume(), formula, no_volumes]
        .into_iter()
        .flatten()
        .collect()
}

/// Writes the table, and compares what is read back.
pub(crate) fn write(target: &Path, source: &Source) -> Result<Written, WireError> {
    let layers: Vec<Measures> = source
        .state()
        .layers()
        .iter()
        .map(|layer| Measures {
            statistics: label_statistics(&source.loaded.volume, layer),
            medians: label_medians(&source.loaded.volume, layer),
        })
        .collect();
    let segments = source.state().segments();
    let header = COLUMNS.map(str::to_owned);
    let rows = segments.iter().map(|segment| row(source, segment, &layers));
    let text: String = [header]
        .into_iter()
        .chain(rows)
        .map(|row| line(&row))
        .collect();
    let staged = Staged::beside(target)?;
    write_bytes(&staged.path(), text.as_bytes(), (target, "the table"))?;
    staged.publish()?;
    let counted = layers.iter().flat_map(|layer| layer.statistics.values());
    Ok(Written {
        sidecar: None,
        n_voxels: counted.map(|found| found.n_voxels).sum(),
        n_shapes: 0,
        notes: check(source),
    })
}

fn row(source: &Source, segment: &Segment, layers: &[Measures]) -> [String; COLUMNS.len()] {
    let volume = &source.loaded.volume;
    let layer = layers.get(usize::from(segment.layer));
    let found = layer.and_then(|layer| layer.statistics.get(&segment.label));
    let found = found.copied().unwrap_or_default();
    let median = layer.and_then(|layer| layer.medians.get(&segment.label));
    let (geometry, has_volumes) = (&source.grid.geometry, source.grid.has_volumes());
    let volume_mm3 = has_volumes.then(|| found.volume_mm3(geometry));
    let or_empty = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let [minimum, maximum] = found.range().map_or([None; 2], |range| range.map(Some));
    [
        source.case(),
        segment.name.clone(),
        segment.layer.to_string(),
        segment.label.to_string(),
        found.n_voxels.to_string(),
        or_empty(volume_mm3),
        or_empty(volume_mm3.map(|mm3| mm3 / 1000.0)),
        or_empty(found.mean()),
        or_empty(found.standard_deviation()),
        or_empty(minimum),
        or_empty(median.copied()),
        or_empty(maximum),
        volume.unit().unwrap_or_default().to_owned(),
        segment.color.to_string(),
    ]
}

/// Fields that hold a separator, a quotation mark or an end of line stand in quotation marks.
fn line(fields: &[String]) -> String {
    let quoted = |field: &String| match field.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.clone(),
    };
    let fields: Vec<String> = fields.iter().map(quoted).collect();
    fields.join(",") + "\r\n"
}
