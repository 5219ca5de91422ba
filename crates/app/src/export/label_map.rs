//! Label maps: one number a voxel, with a sidecar that says what the numbers mean.

use super::staged::{Staged, differs, write_bytes};
use super::{Written, is_same_grid};
use crate::wire::{ErrorCode, Finding, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::segment::Segment;
use annotomy_formats::{read_volume, write_labels};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::Label;
use annotomy_volume::volume::{Rescale, Voxels};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What the label map's values mean.
#[derive(Serialize)]
struct Sidecar<'a> {
    generator: &'static str,
    labels: Vec<SidecarLabel<'a>>,
}

#[derive(Serialize)]
struct SidecarLabel<'a> {
    value: Label,
    name: &'a str,
    color: String,
}

/// Every segment in one layer.
struct Flat {
    labels: Vec<Label>,
    /// The segments' values, in their order.
    values: Vec<Label>,
}

/// What a label map cannot say as the document does.
pub(crate) fn check(state: &DocumentState) -> Result<Vec<Finding>, WireError> {
    flatten(state)?;
    let is_renumbered = state.layers().len() > 1;
    let message =
        "The segments lie in several layers; in the file they are numbered in their order, from 1.";
    Ok(is_renumbered
        .then(|| Finding::note("renumbered", message))
        .into_iter()
        .collect())
}

/// Writes labels and sidecar, and compares what is read back.
pub(crate) fn write(
    target: &Path,
    state: &DocumentState,
    geometry: &Geometry,
) -> Result<Written, WireError> {
    let Flat { labels, values } = flatten(state)?;
    let n_voxels = labels.iter().filter(|&&label| label != 0).count();
    let mut staged = Staged::beside(target)?;
    write_verified(&staged.path(), labels, geometry, target)?;
    let sidecar = sidecar_of(target);
    let bytes = content(state.segments(), &values)?;
    let path = staged.add(&sidecar);
    write_bytes(&path, &bytes, (&sidecar, "the sidecar"))?;
    staged.publish()?;
    Ok(Written {
        sidecar: Some(sidecar),
        n_voxels,
        notes: Vec::new(),
    })
}

/// Beside the label map, with its name.
pub(crate) fn sidecar_of(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_lowercase();
    let ending = [".nii.gz", ".nii", ".nrrd", ".mha"]
        .into_iter()
        .find(|ending| lower.ends_with(ending))
        .unwrap_or_default();
    target.with_file_name(format!("{}.json", &name[..name.len() - ending.len()]))
}

/// Writes labels in the narrowest type that holds them all, and compares what is read back.
pub(crate) fn write_verified(
    path: &Path,
    labels: Vec<Label>,
    geometry: &Geometry,
    target: &Path,
) -> Result<(), WireError> {
    let narrow: Result<Vec<u8>, _> = labels.iter().map(|&label| u8::try_from(label)).collect();
    let voxels = narrow.map_or(Voxels::U16(labels), Voxels::U8);
    write_labels(path, geometry, &voxels)?;
    let (read, _) = read_volume(path)?;
    let is_same = *read.voxels() == voxels && read.rescale() == Rescale::IDENTITY;
    match is_same && is_same_grid(read.geometry(), geometry) {
        true => Ok(()),
        false => Err(differs(target, "the label map")),
    }
}

fn flatten(state: &DocumentState) -> Result<Flat, WireError> {
    let segments = state.segments();
    let values: Vec<Label> = match state.layers().len() {
        1 => segments.iter().map(|segment| segment.label).collect(),
        _ => (1..=Label::MAX).take(segments.len()).collect(),
    };
    let labels = one_layer(state, &values)?;
    Ok(Flat { labels, values })
}

/// Every segment in one layer, each with its value; refused where segments overlap.
pub(crate) fn one_layer(state: &DocumentState, values: &[Label]) -> Result<Vec<Label>, WireError> {
    let segments = state.segments();
    let mut flat = vec![0; state.size().iter().product()];
    let mut n_overlapping = 0_usize;
    for (number, layer) in state.layers().iter().enumerate() {
        let mut value_of = vec![0; usize::from(Label::MAX) + 1];
        for (segment, value) in segments.iter().zip(values) {
            if usize::from(segment.layer) == number {
                value_of[usize::from(segment.label)] = *value;
            }
        }
        for (flat, label) in flat.iter_mut().zip(layer.to_dense()) {
            let value = value_of[usize::from(label)];
            n_overlapping += usize::from(*flat != 0 && value != 0);
            *flat = if value == 0 { *flat } else { value };
        }
    }
    if n_overlapping > 0 {
        let message = format!(
            "segments overlap at {n_overlapping} voxels; a label map holds one segment a voxel"
        );
        return Err(WireError::new(ErrorCode::Unsupported, message)
            .hint("Export as .seg.nrrd or as a DICOM segmentation, which keep overlaps."));
    }
    Ok(flat)
}

fn content(segments: &[Segment], values: &[Label]) -> Result<Vec<u8>, WireError> {
    let labels = segments
        .iter()
        .zip(values)
        .map(|(segment, &value)| SidecarLabel {
            value,
            name: &segment.name,
            color: segment.color.to_string(),
        });
    let content = Sidecar {
        generator: concat!("Annotomy ", env!("CARGO_PKG_VERSION")),
        labels: labels.collect(),
    };
    serde_json::to_vec_pretty(&content).map_err(|_| WireError::internal())
}
