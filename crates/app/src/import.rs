//! Segments from files: label maps of any format and segmentations.

use crate::app::{App, Caller};
use crate::edits::commit;
use crate::export::sidecar_of;
use crate::jobs::blocking;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_annotation::import::{ImportedSegment, import};
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_formats::{
    AnnotationKind, Finding, NoProgress, Segmentation, Series, annotation_kind,
    read_dicom_segmentation, read_segmentation, read_structure_set, read_volume,
};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::regrid::regrid;
use annotomy_volume::volume::{Scalar, Volume, Voxels};
use annotomy_volume::with_voxels;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// Different values in a file beyond which it is an image rather than a label map.
const MAX_LABELS: usize = 2000;

/// What a file holds, on the image's grid.
struct Read {
    /// Kind of file, for the record.
    source: &'static str,
    layers: Vec<LabelMap>,
    segments: Vec<ImportedSegment>,
    report: Vec<Finding>,
}

/// Layers on a grid of their own.
struct Layers<'a> {
    geometry: &'a Geometry,
    labels: Vec<Vec<Label>>,
}

pub(crate) async fn import_segments(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::ImportRequest,
) -> Result<wire::Imported, WireError> {
    let document = app.documents.find(&request.document).await?;
    let path = PathBuf::from(request.path);
    if !path.is_absolute() {
        return Err(WireError::invalid("a file is imported by its full path"));
    }
    let _editing = document.editing.lock().await;
    let snapshot = document.snapshot();
    let series = Arc::clone(&document.series);
    let grid = document.geometry();
    let (operation, report, n_segments) = blocking(move || {
        let read = read(&path, &series, &grid)?;
        let n_segments = read.segments.len() as u32;
        let operation = import(&snapshot.state, &read.layers, read.segments, read.source)?;
        Ok((operation, read.report, n_segments))
    })
    .await?;
    let wire::EditResponse { document, region } = commit(app, caller, &document, operation).await?;
    Ok(wire::Imported {
        document,
        region,
        n_segments,
        report: report.into_iter().map(wire::Finding::from).collect(),
    })
}

fn read(path: &Path, series: &Series, grid: &Geometry) -> Result<Read, WireError> {
    let name = path.to_string_lossy().to_lowercase();
    if let Some(read) = dicom_object(path, series)? {
        return Ok(read);
    }
    if name.ends_with(".nrrd") || name.ends_with(".nhdr") {
        let read = read_segmentation(path, &NoProgress)?;
        if !read.segments.is_empty() {
            return segmentation(path, read, grid);
        }
    }
    let (volume, report) = read_volume(path)?;
    label_map(path, &volume, report, grid)
}

/// A DICOM segmentation or structure set; `None` for other files.
fn dicom_object(path: &Path, series: &Series) -> Result<Option<Read>, WireError> {
    match annotation_kind(path)? {
        Some(AnnotationKind::Segmentation) => {
            let read = read_dicom_segmentation(path, Some(series))?;
            if !read.is_on_images {
                return Err(other_voxels(path, series.geometry(), &read.geometry));
            }
            let source = "DICOM segmentation";
            Ok(Some(coded(source, read.layers, read.segments, read.report)))
        }
        Some(AnnotationKind::StructureSet) => {
            let read = read_structure_set(path)?.rasterize(series)?;
            let source = "DICOM structure set";
            Ok(Some(coded(source, read.layers, read.segments, read.report)))
        }
        None => Ok(None),
    }
}

fn coded(
    source: &'static str,
    layers: Vec<LabelMap>,
    segments: Vec<annotomy_formats::Segment>,
    report: Vec<Finding>,
) -> Read {
    let segment = |segment: annotomy_formats::Segment| ImportedSegment {
        id: SegmentId(Uuid::new_v4()),
        name: segment.name,
        color: Color(segment.color),
        layer: segment.layer,
        label: segment.label,
    };
    Read {
        source,
        layers,
        segments: segments.into_iter().map(segment).collect(),
        report,
    }
}

/// Names, colours and layers as the file has them.
fn segmentation(path: &Path, read: Segmentation, grid: &Geometry) -> Result<Read, WireError> {
    let mut report = read.report;
    let labels = read.layers.iter().map(|layer| whole_labels(path, layer));
    let layers = Layers {
        geometry: &read.geometry,
        labels: labels.collect::<Result<_, _>>()?,
    };
    let layers = on_grid(path, &layers, grid, &mut report)?;
    let segment = |label: annotomy_formats::SegmentLabel| {
        let value = Label::try_from(label.value).map_err(|_| no_label_map(path))?;
        Ok(ImportedSegment {
            id: SegmentId(Uuid::new_v4()),
            name: label.name,
            color: Color(label.color),
            layer: label.layer,
            label: value,
        })
    };
    Ok(Read {
        source: "segmentation",
        layers,
        segments: read
            .segments
            .into_iter()
            .map(segment)
            .collect::<Result<_, WireError>>()?,
        report,
    })
}

/// One segment for each number, named by a sidecar where there is one.
fn label_map(
    path: &Path,
    volume: &Volume,
    mut report: Vec<Finding>,
    grid: &Geometry,
) -> Result<Read, WireError> {
    let rescale = volume.rescale();
    let identity = (rescale.slope, rescale.intercept) == (1.0, 0.0);
    if !identity {
        return Err(no_label_map(path));
    }
    let labels = whole_labels(path, volume.voxels())?;
    let present: BTreeSet<Label> = labels.iter().copied().filter(|&label| label != 0).collect();
    if present.len() > MAX_LABELS {
        let n = present.len();
        let message = format!("{}: holds {n} different values", path.display());
        return Err(WireError::new(ErrorCode::BadInput, message)
            .hint("This looks like an image rather than a label map."));
    }
    let names = sidecar(path);
    let segment = |label: Label| {
        let named = names.get(&label);
        ImportedSegment {
            id: SegmentId(Uuid::new_v4()),
            name: named.map_or_else(|| format!("Label {label}"), |named| named.0.clone()),
            color: named.map_or_else(|| color_of(label), |named| named.1),
            layer: 0,
            label,
        }
    };
    let segments = present.into_iter().map(segment).collect();
    let layers = Layers {
        geometry: volume.geometry(),
        labels: vec![labels],
    };
    Ok(Read {
        source: "label map",
        layers: on_grid(path, &layers, grid, &mut report)?,
        segments,
        report,
    })
}

/// Whole numbers that a label can be.
fn whole_labels(path: &Path, voxels: &Voxels) -> Result<Vec<Label>, WireError> {
    let label = |value: f64| {
        let is_label = value.fract() == 0.0 && (0.0..=f64::from(Label::MAX)).contains(&value);
        is_label.then_some(value as Label)
    };
    let labels: Option<Vec<Label>> =
        with_voxels!(voxels, v => v.iter().map(|stored| label(stored.to_f64())).collect());
    labels
        .filter(|_| !matches!(voxels, Voxels::Rgb8(_)))
        .ok_or_else(|| no_label_map(path))
}

fn no_label_map(path: &Path) -> WireError {
    let message = format!(
        "{}: is no label map: its values are not whole numbers from 0 to 65535",
        path.display()
    );
    WireError::new(ErrorCode::BadInput, message)
}

/// Moves labels onto the image's grid where no voxel has to be resampled for it.
fn on_grid(
    path: &Path,
    layers: &Layers<'_>,
    grid: &Geometry,
    report: &mut Vec<Finding>,
) -> Result<Vec<LabelMap>, WireError> {
    let mut n_outside = 0;
    let mut moved = Vec::with_capacity(layers.labels.len());
    for labels in &layers.labels {
        let regridded = regrid(layers.geometry, labels, grid)
            .ok_or_else(|| other_voxels(path, grid, layers.geometry))?;
        n_outside += regridded.n_outside;
        moved.push(
            LabelMap::from_dense(grid.size(), &regridded.labels).ok_or_else(WireError::internal)?,
        );
    }
    if n_outside > 0 {
        let message =
            format!("{n_outside} labelled voxel(s) lie outside the image; they were left out.");
        report.push(Finding::outside_image(path, message));
    }
    Ok(moved)
}

fn other_voxels(path: &Path, ours: &Geometry, theirs: &Geometry) -> WireError {
    let [ours, theirs] = [ours, theirs].map(|grid| {
        let [i, j, k] = grid.size();
        let [x, y, z] = grid.spacing_mm().map(|mm| format!("{mm:.3}"));
        format!("{i} x {j} x {k} voxels of {x} x {y} x {z} mm")
    });
    let message = format!(
        "{}: its voxels ({theirs}) do not coincide with those of the image ({ours})",
        path.display()
    );
    WireError::new(ErrorCode::BadInput, message)
        .hint("Open the image it was made for, or resample it onto this image's grid.")
}

#[derive(Deserialize)]
struct Sidecar {
    labels: Vec<SidecarLabel>,
}

#[derive(Deserialize)]
struct SidecarLabel {
    value: Label,
    name: String,
    color: String,
}

/// Names and colours that an export wrote beside the file; none where it did not.
fn sidecar(path: &Path) -> BTreeMap<Label, (String, Color)> {
    let read = std::fs::read(sidecar_of(path)).ok();
    let sidecar: Option<Sidecar> = read.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let labels = sidecar.into_iter().flat_map(|sidecar| sidecar.labels);
    labels
        .filter_map(|label| Some((label.value, (label.name, Color::parse(&label.color)?))))
        .collect()
}

/// Neighbouring labels get colours far apart: hues a golden angle from each other.
fn color_of(label: Label) -> Color {
    let hue = (f64::from(label) * 0.618_033_988_75).fract() * 6.0;
    let channel = |shift: f64| {
        let x = (hue + shift) % 6.0;
        let y = (2.0 - (x - 3.0).abs()).clamp(0.0, 1.0);
        (60.0 + 180.0 * (1.0 - y)).round() as u8
    };
    Color([channel(0.0), channel(4.0), channel(2.0)])
}
