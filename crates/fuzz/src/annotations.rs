//! Reads segmentations, structure sets and reports, and writes them again.

use crate::memory::bounded;
use crate::study::check_named;
use crate::target::Outcome;
use annotomy_formats::{
    DicomSegmentation, FormatError, Graphic, LabelLayer, MeasurementReport, NewObject, NoProgress,
    Segment, SegmentLabel, SegmentationType, Series, StructureSet, read_dicom_segmentation,
    read_measurement_report, read_segmentation, read_structure_set, scan, uid_from_uuid,
    write_dicom_segmentation, write_measurement_report, write_segmentation, write_structure_set,
};
use annotomy_volume::labels::{Label, LabelMap};
use std::path::Path;

/// Voxels of a grid whose masks are compared.
const MAX_COMPARED: usize = 1 << 16;

/// Labels take two bytes, and their slices are held beside them.
const LABEL_BYTES: usize = 2;

pub(crate) fn label_layers(opened: &Path, copy: &Path, n_bytes: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let root = opened.parent().unwrap_or(opened);
    let (read, peak) = bounded("layers", n_bytes, || read_segmentation(opened, &NoProgress));
    outcome.add(read.is_ok(), peak);
    let Some(read) = sound(read, root) else {
        return outcome;
    };
    let path = copy.with_extension("seg.nrrd");
    let layers: Vec<LabelLayer<'_>> = read
        .layers
        .iter()
        .map(|labels| LabelLayer { labels })
        .collect();
    if was_written(write_segmentation(
        &path,
        &read.geometry,
        &layers,
        &read.segments,
    )) {
        let again = read_segmentation(&path, &NoProgress).expect("what was written is read");
        assert!(again.layers == read.layers, "other labels");
        assert_eq!(again.segments, on_lines(&read.segments));
    }
    outcome
}

pub(crate) fn dicom_segmentation(
    opened: &Path,
    root: &Path,
    copy: &Path,
    n_bytes: usize,
) -> Outcome {
    let mut outcome = Outcome::default();
    let images = images(root);
    for series in [None, images.as_ref()] {
        let (read, peak) = bounded("a segmentation", n_bytes, || {
            read_dicom_segmentation(opened, series)
        });
        outcome.add(read.is_ok(), peak);
        let Some(read) = sound(read, root) else {
            continue;
        };
        let Some(series) = series.filter(|_| read.is_on_images) else {
            continue;
        };
        let kind = match n_bytes % 2 {
            0 => SegmentationType::Binary,
            _ => SegmentationType::LabelMap,
        };
        let path = copy.with_extension("dcm");
        let written = write_dicom_segmentation(
            &path,
            &DicomSegmentation {
                series,
                volume: 0,
                layers: &read.layers,
                segments: &read.segments,
                kind,
                object: &new_object(),
                dimension_organization_uid: &uid_from_uuid(9),
            },
        );
        if was_written(written) {
            let again = read_dicom_segmentation(&path, Some(series));
            let again = again.expect("what was written is read");
            check_masks(
                (&read.layers, &read.segments),
                (&again.layers, &again.segments),
            );
        }
    }
    outcome
}

pub(crate) fn structure_set(opened: &Path, root: &Path, copy: &Path, n_bytes: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(series) = images(root) else {
        return outcome;
    };
    let n_label_bytes = series.geometry().n_voxels().saturating_mul(LABEL_BYTES);
    let rasterize = |path: &Path| read_structure_set(path)?.rasterize(&series);
    let (read, peak) = bounded("structures", n_bytes.saturating_add(n_label_bytes), || {
        rasterize(opened)
    });
    outcome.add(read.is_ok(), peak);
    let Some(read) = sound(read, root) else {
        return outcome;
    };
    let path = copy.with_extension("dcm");
    let structures = StructureSet {
        series: &series,
        volume: 0,
        layers: &read.layers,
        segments: &read.segments,
        object: &new_object(),
    };
    if was_written(write_structure_set(&path, &structures)) {
        let again = rasterize(&path).expect("what was written is read");
        check_masks(
            (&read.layers, &read.segments),
            (&again.layers, &again.segments),
        );
    }
    outcome
}

/// Coordinates are written in single precision.
const ROUNDING: f64 = 1e-6;

pub(crate) fn report(opened: &Path, root: &Path, copy: &Path, n_bytes: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(series) = images(root) else {
        return outcome;
    };
    let (read, peak) = bounded("a report", n_bytes, || {
        read_measurement_report(opened, &series, 0)
    });
    outcome.add(read.is_ok(), peak);
    let Some(read) = sound(read, root) else {
        return outcome;
    };
    let path = copy.with_extension("dcm");
    let report = MeasurementReport {
        series: &series,
        volume: 0,
        groups: &read.groups,
        object: &new_object(),
    };
    if was_written(write_measurement_report(&path, &report)) {
        let again = read_measurement_report(&path, &series, 0).expect("what was written is read");
        assert_eq!(again.groups.len(), read.groups.len(), "groups");
        for (found, expected) in again.groups.iter().zip(&read.groups) {
            check_regions(&found.graphics, &expected.graphics);
            assert_eq!(found.measurements.len(), expected.measurements.len());
        }
    }
    outcome
}

fn check_regions(found: &[Graphic], expected: &[Graphic]) {
    assert_eq!(found.len(), expected.len(), "regions");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.points.len(), expected.points.len(), "points");
        let points = found.points.iter().zip(&expected.points);
        for (a, b) in points.flat_map(|(a, b)| a.0.into_iter().zip(b.0)) {
            assert!((a - b).abs() <= ROUNDING * b.abs().max(1.0), "{a} for {b}");
        }
    }
}

/// A header has no form for carriage returns, which end its lines in some files.
fn on_lines(segments: &[SegmentLabel]) -> Vec<SegmentLabel> {
    let flat = |text: &String| text.replace('\r', "");
    let segments = segments.iter().map(|segment| SegmentLabel {
        id: flat(&segment.id),
        name: flat(&segment.name),
        terminology: segment.terminology.as_ref().map(flat),
        ..segment.clone()
    });
    segments.collect()
}

/// The images of a bundle, which lie in a folder of their own.
fn images(root: &Path) -> Option<Series> {
    let study = scan(&[root.join("images")], &NoProgress).ok()?;
    study.series.into_iter().next()
}

/// What was read; an error has to name the file, and nothing beside it.
fn sound<T>(read: Result<T, FormatError>, root: &Path) -> Option<T> {
    read.map_err(|error| check_named(&error, root)).ok()
}

/// Whether there is a file to compare. What is read cannot always be written; then it is refused.
fn was_written<T>(written: Result<T, FormatError>) -> bool {
    match written {
        Ok(_) => true,
        Err(error @ FormatError::Io { .. }) => panic!("cannot be written: {error}"),
        Err(_) => false,
    }
}

type Layers<'a> = (&'a [LabelMap], &'a [Segment]);

/// The same voxels in every segment.
fn check_masks(expected: Layers<'_>, found: Layers<'_>) {
    assert_eq!(expected.1.len(), found.1.len(), "segments");
    for (number, (expected_one, found_one)) in expected.1.iter().zip(found.1).enumerate() {
        let same = mask(expected.0, expected_one) == mask(found.0, found_one);
        assert!(same, "other voxels in segment {number}");
    }
}

fn mask(layers: &[LabelMap], segment: &Segment) -> Option<Vec<bool>> {
    let map = layers.get(segment.layer)?;
    let is_small = map.size().iter().product::<usize>() <= MAX_COMPARED;
    let is_inside = |label: &Label| *label == segment.label;
    is_small.then(|| map.to_dense().iter().map(is_inside).collect())
}

fn new_object() -> NewObject {
    NewObject {
        sop_instance_uid: uid_from_uuid(7),
        series_instance_uid: uid_from_uuid(8),
        series_number: 1,
        series_description: "Copy".to_owned(),
        date: "20260102".to_owned(),
        time: "030405.678".to_owned(),
        creator: "Reader^Ann".to_owned(),
        manufacturer: "Annotomy".to_owned(),
        model_name: "Annotomy".to_owned(),
        device_serial_number: "0".to_owned(),
        software_version: "0.1.0".to_owned(),
    }
}
