//! Label maps: one number a voxel, with a sidecar that says what the numbers mean.

use super::staged::{Staged, differs, write_bytes};
use super::{Written, is_same_grid};
use crate::wire::{ErrorCode, Finding, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit::EditError;
use annotomy_annotation::segment::Segment;
use annotomy_formats::{open_series, write_label_volumes};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::Label;
use annotomy_volume::volume::{Rescale, Scalar, Voxels};
use annotomy_volume::with_voxels;
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

/// The value of each segment in the file: the same at every volume.
struct Numbering<'a> {
    /// Each segment once, in the order in which the volumes have them.
    segments: Vec<(&'a Segment, Label)>,
}

impl<'a> Numbering<'a> {
    /// The labels that the segments have, where they tell all of them apart; else they count from 1.
    fn of(states: &[&'a DocumentState]) -> Result<Self, WireError> {
        let mut segments: Vec<(&Segment, Label)> = Vec::new();
        let mut is_own = states.iter().all(|state| state.layers().len() == 1);
        for segment in states.iter().flat_map(|state| state.segments()) {
            let known = segments.iter().find(|(known, _)| known.id == segment.id);
            is_own &= known.is_none_or(|(_, label)| *label == segment.label);
            if known.is_none() {
                is_own &= segments.iter().all(|(_, label)| *label != segment.label);
                segments.push((segment, segment.label));
            }
        }
        if !is_own {
            for ((_, value), number) in segments.iter_mut().zip(1_usize..) {
                *value = Label::try_from(number).map_err(|_| EditError::TooManySegments)?;
            }
        }
        Ok(Self { segments })
    }

    fn is_renumbered(&self) -> bool {
        self.segments
            .iter()
            .any(|(segment, value)| segment.label != *value)
    }

    fn value(&self, segment: &Segment) -> Label {
        let found = self
            .segments
            .iter()
            .find(|(known, _)| known.id == segment.id);
        found.map_or(0, |(_, value)| *value)
    }
}

/// What a label map of these volumes cannot say as their documents do.
pub(crate) fn check(states: &[&DocumentState]) -> Result<Vec<Finding>, WireError> {
    let numbering = Numbering::of(states)?;
    for state in states.iter().filter(|state| state.layers().len() > 1) {
        one_layer(state, |segment| numbering.value(segment))?;
    }
    let is_layered = states.iter().any(|state| state.layers().len() > 1);
    let reason = match (is_layered, numbering.is_renumbered()) {
        (true, _) => {
            "The segments lie in several layers; in the file they are numbered in their order, from 1."
        }
        (false, true) => {
            "Segments have different labels at different volumes; in the file they are numbered in their order, from 1."
        }
        (false, false) => return Ok(Vec::new()),
    };
    Ok(vec![Finding::note("renumbered", reason)])
}

/// Writes labels, a volume for each state, and a sidecar, and compares what is read back.
pub(crate) fn write(
    target: &Path,
    states: &[&DocumentState],
    geometry: &Geometry,
) -> Result<Written, WireError> {
    let numbering = Numbering::of(states)?;
    let labels = Labels::of(states, |segment| numbering.value(segment))?;
    let mut staged = Staged::beside(target)?;
    write_verified(&staged.path(), &labels, geometry, target)?;
    let sidecar = sidecar_of(target);
    let bytes = content(&numbering)?;
    let path = staged.add(&sidecar);
    write_bytes(&path, &bytes, (&sidecar, "the sidecar"))?;
    staged.publish()?;
    Ok(Written {
        sidecar: Some(sidecar),
        n_voxels: labels.n_labelled(),
        n_shapes: 0,
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

/// Label maps of volumes on one grid.
pub(crate) struct Labels {
    n_volumes: usize,
    /// Volume after volume.
    voxels: Voxels,
}

impl Labels {
    /// Each state in one layer, with the value of each segment, in the narrowest type that holds
    /// them all; refused where segments overlap.
    pub(crate) fn of(
        states: &[&DocumentState],
        value: impl Fn(&Segment) -> Label,
    ) -> Result<Self, WireError> {
        let mut segments = states.iter().flat_map(|state| state.segments());
        let is_narrow = segments.all(|segment| u8::try_from(value(segment)).is_ok());
        let mut narrow: Vec<u8> = Vec::new();
        let mut wide: Vec<Label> = Vec::new();
        for state in states {
            let flat = one_layer(state, &value)?;
            match is_narrow {
                true => narrow.extend(flat.into_iter().map(|label| label as u8)),
                false => wide.extend(flat),
            }
        }
        Ok(Self {
            n_volumes: states.len(),
            voxels: match is_narrow {
                true => Voxels::U8(narrow),
                false => Voxels::U16(wide),
            },
        })
    }

    pub(crate) fn n_labelled(&self) -> usize {
        with_voxels!(&self.voxels, v => v.iter().filter(|label| label.to_f64() != 0.0).count())
    }
}

/// Writes labels, and compares what is read back.
pub(crate) fn write_verified(
    path: &Path,
    labels: &Labels,
    geometry: &Geometry,
    target: &Path,
) -> Result<(), WireError> {
    write_label_volumes(path, geometry, labels.n_volumes, &labels.voxels)?;
    match reads_back(path, labels, geometry)? {
        true => Ok(()),
        false => Err(differs(target, "the label map")),
    }
}

/// Whether a file holds these labels on this grid and nothing else.
fn reads_back(path: &Path, written: &Labels, geometry: &Geometry) -> Result<bool, WireError> {
    let Labels { n_volumes, voxels } = written;
    let series = open_series(path)?;
    let is_same_form = series.n_volumes() == *n_volumes
        && series.scalar_type() == voxels.scalar_type()
        && series.rescale() == Rescale::IDENTITY;
    if !is_same_form || !is_same_grid(series.geometry(), geometry) {
        return Ok(false);
    }
    let mut expected = voxels
        .bytes()
        .chunks_exact(voxels.bytes().len() / n_volumes);
    let mut is_same = true;
    series.load_each(&mut |read| {
        is_same &= expected.next() == Some(read.bytes());
        Ok(())
    })?;
    Ok(is_same)
}

/// Every segment in one layer, each with its value; refused where segments overlap.
fn one_layer(
    state: &DocumentState,
    value: impl Fn(&Segment) -> Label,
) -> Result<Vec<Label>, WireError> {
    let mut flat = vec![0; state.size().iter().product()];
    let mut n_overlapping = 0_usize;
    for (number, layer) in state.layers().iter().enumerate() {
        let mut value_of = vec![0; usize::from(Label::MAX) + 1];
        for segment in state.segments() {
            if usize::from(segment.layer) == number {
                value_of[usize::from(segment.label)] = value(segment);
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

fn content(numbering: &Numbering<'_>) -> Result<Vec<u8>, WireError> {
    let labels = numbering
        .segments
        .iter()
        .map(|(segment, value)| SidecarLabel {
            value: *value,
            name: &segment.name,
            color: segment.color.to_string(),
        });
    let content = Sidecar {
        generator: concat!("Annotomy ", env!("CARGO_PKG_VERSION")),
        labels: labels.collect(),
    };
    serde_json::to_vec_pretty(&content).map_err(|_| WireError::internal())
}
