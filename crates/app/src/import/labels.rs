//! Labels of a file, on the image's grid.

use crate::coded::{Classes, Coded};
use crate::export::sidecar_of;
use crate::wire::{ErrorCode, WireError};
use annotomy_annotation::import::ImportedSegment;
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_formats::{
    AnnotationKind, Finding, NoProgress, Segmentation, Series, annotation_kind,
    read_dicom_segmentation, read_segmentation, read_structure_set, read_volume,
};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::regrid::regrid;
use annotomy_volume::volume::{Rescale, Scalar, Voxels};
use annotomy_volume::with_voxels;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

/// Different values in a file beyond which it is an image rather than a label map.
const MAX_LABELS: usize = 2000;

/// What a file holds, on the image's grid.
pub(super) struct Read {
    /// Kind of file, for the record.
    pub(super) source: &'static str,
    pub(super) layers: Vec<LabelMap>,
    pub(super) segments: Vec<ImportedSegment>,
    pub(super) report: Vec<Finding>,
}

/// Numbers on a grid of their own, which may be labels.
pub(super) struct Labels<'a> {
    pub(super) geometry: &'a Geometry,
    pub(super) rescale: Rescale,
    pub(super) voxels: &'a Voxels,
}

/// Layers on a grid of their own.
struct Layers<'a> {
    geometry: &'a Geometry,
    labels: Vec<Vec<Label>>,
}

pub(super) fn is_nrrd(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    name.ends_with(".nrrd") || name.ends_with(".nhdr")
}

pub(super) fn read(
    path: &Path,
    series: &Series,
    grid: &Geometry,
    classes: &mut Classes,
) -> Result<Read, WireError> {
    if let Some(read) = dicom_object(path, series, classes)? {
        return Ok(read);
    }
    if is_nrrd(path) {
        let read = read_segmentation(path, &NoProgress)?;
        if !read.segments.is_empty() {
            return segmentation(path, read, grid, classes);
        }
    }
    let (volume, report) = read_volume(path)?;
    let labels = Labels {
        geometry: volume.geometry(),
        rescale: volume.rescale(),
        voxels: volume.voxels(),
    };
    label_map(path, &labels, report, grid)
}

/// The labels of a file that holds one layer of them, on the image's grid.
pub(crate) fn read_one_layer(
    path: &Path,
    series: &Series,
    grid: &Geometry,
) -> Result<(LabelMap, Vec<Finding>), WireError> {
    let read = read(path, series, grid, &mut Classes::new(&[], false))?;
    match <[LabelMap; 1]>::try_from(read.layers) {
        Ok([labels]) => Ok((labels, read.report)),
        Err(layers) => {
            let message = format!("{}: holds {} layers", path.display(), layers.len());
            Err(WireError::new(ErrorCode::BadInput, message)
                .hint("Write the segments of one layer to a file of their own."))
        }
    }
}

/// A DICOM segmentation or structure set; `None` for other files.
fn dicom_object(
    path: &Path,
    series: &Series,
    classes: &mut Classes,
) -> Result<Option<Read>, WireError> {
    match annotation_kind(path)? {
        Some(AnnotationKind::Segmentation) => {
            let read = read_dicom_segmentation(path, Some(series))?;
            if !read.is_on_images {
                return Err(other_voxels(path, series.geometry(), &read.geometry));
            }
            let source = "DICOM segmentation";
            let found = (read.layers, read.segments, read.report);
            Ok(Some(coded(source, found, classes)))
        }
        Some(AnnotationKind::StructureSet) => {
            let read = read_structure_set(path)?.rasterize(series)?;
            let source = "DICOM structure set";
            let found = (read.layers, read.segments, read.report);
            Ok(Some(coded(source, found, classes)))
        }
        // Shapes are taken out of reports before.
        Some(AnnotationKind::Report) | None => Ok(None),
    }
}

fn coded(
    source: &'static str,
    (layers, segments, report): (Vec<LabelMap>, Vec<annotomy_formats::Segment>, Vec<Finding>),
    classes: &mut Classes,
) -> Read {
    let segment = |segment: annotomy_formats::Segment| ImportedSegment {
        id: SegmentId(Uuid::new_v4()),
        class: classes.of(
            Coded::of_segment(&segment),
            &segment.name,
            Color(segment.color),
        ),
        name: segment.name,
        color: Color(segment.color),
        layer: segment.layer,
        label: segment.label,
    };
    let segments = segments.into_iter().map(segment).collect();
    Read {
        source,
        layers,
        segments,
        report,
    }
}

/// Names, colours and layers as the file has them.
fn segmentation(
    path: &Path,
    read: Segmentation,
    grid: &Geometry,
    classes: &mut Classes,
) -> Result<Read, WireError> {
    let mut report = read.report;
    let labels = read.layers.iter().map(|layer| whole_labels(path, layer));
    let layers = Layers {
        geometry: &read.geometry,
        labels: labels.collect::<Result<_, _>>()?,
    };
    let layers = on_grid(path, &layers, grid, &mut report)?;
    let segment = |label: annotomy_formats::SegmentLabel| {
        let coded = label.terminology.as_deref().and_then(Coded::of_terminology);
        let value = Label::try_from(label.value).map_err(|_| no_label_map(path))?;
        Ok(ImportedSegment {
            id: SegmentId(Uuid::new_v4()),
            class: classes.of(coded, &label.name, Color(label.color)),
            name: label.name,
            color: Color(label.color),
            layer: label.layer,
            label: value,
        })
    };
    let segments = read.segments.into_iter().map(segment);
    let segments = segments.collect::<Result<_, WireError>>()?;
    Ok(Read {
        source: "segmentation",
        layers,
        segments,
        report,
    })
}

/// One segment for each number, named by a sidecar where there is one.
pub(super) fn label_map(
    path: &Path,
    volume: &Labels<'_>,
    mut report: Vec<Finding>,
    grid: &Geometry,
) -> Result<Read, WireError> {
    if volume.rescale != Rescale::IDENTITY {
        return Err(no_label_map(path));
    }
    let labels = whole_labels(path, volume.voxels)?;
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
            color: named.map_or_else(|| Color::distinct(label), |named| named.1),
            layer: 0,
            label,
            class: None,
        }
    };
    let segments = present.into_iter().map(segment).collect();
    let layers = Layers {
        geometry: volume.geometry,
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
    // Other formats have slices at equal distances only.
    let straightened = grid.straightened();
    let mut is_straightened = false;
    let mut n_outside = 0;
    let mut moved = Vec::with_capacity(layers.labels.len());
    for labels in &layers.labels {
        let mut regridded = regrid(layers.geometry, labels, grid);
        if regridded.is_none() && !grid.is_straight() {
            regridded = regrid(layers.geometry, labels, &straightened);
            is_straightened = true;
        }
        let regridded = regridded.ok_or_else(|| other_voxels(path, grid, layers.geometry))?;
        n_outside += regridded.n_outside;
        moved.push(
            LabelMap::from_dense(grid.size(), &regridded.labels).ok_or_else(WireError::internal)?,
        );
    }
    if is_straightened {
        let message = "The file has its slices at equal distances; each was taken for the image's slice of its number, which lies elsewhere.";
        report.push(Finding::straightened(path, message.to_owned()));
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
