//! Which frames a segmentation has, found before anything is written.

use super::{DicomSegmentation, Segment, SegmentationType};
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::label_slices::labels_by_slice;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::Axis;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One frame of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) k: usize,
    /// Index of the segment; `None` for all of them (label map).
    pub(crate) segment: Option<usize>,
}

/// The frames, and what they need to be told apart.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) frames: Vec<Frame>,
    pub(crate) is_overlapping: bool,
    /// For each layer, the segment's number of each label.
    pub(crate) numbers: Vec<BTreeMap<Label, u16>>,
}

pub(crate) fn plan(
    path: &Path,
    segmentation: &DicomSegmentation<'_>,
    report: &mut Vec<Finding>,
) -> Result<Plan, FormatError> {
    let size = segmentation.series.geometry().size();
    let numbers = numbers(path, size, segmentation.layers, segmentation.segments)?;
    let mut labels = labels(segmentation.layers);
    report.extend(left_out(&labels, &numbers));
    for (slices, known) in labels.iter_mut().zip(&numbers) {
        for found in slices {
            found.retain(|label| known.contains_key(label));
        }
    }
    let found = |layer: usize, k: usize| labels.get(layer)?.get(k);
    let [.., n_slices] = segmentation.series.geometry().size();
    let n_layers = segmentation.layers.len();
    let is_overlapping = (0..n_slices).into_par_iter().any(|k| {
        let used: Vec<usize> = (0..n_layers)
            .filter(|layer| found(*layer, k).is_some_and(|found| !found.is_empty()))
            .collect();
        used.len() > 1 && overlaps(segmentation.layers, &numbers, &used, k)
    });
    if is_overlapping && segmentation.kind == SegmentationType::LabelMap {
        let what = "segments overlap, which a label map cannot hold; choose a binary segmentation";
        return Err(FormatError::unsupported(path, what));
    }
    let holds = |segment: &Segment, k: usize| {
        found(segment.layer, k).is_some_and(|found| found.contains(&segment.label))
    };
    let frames = frames(segmentation, n_slices, &holds, report);
    Ok(Plan {
        frames,
        is_overlapping,
        numbers,
    })
}

fn frames(
    segmentation: &DicomSegmentation<'_>,
    n_slices: usize,
    holds: &dyn Fn(&Segment, usize) -> bool,
    report: &mut Vec<Finding>,
) -> Vec<Frame> {
    let mut frames = Vec::new();
    for (n, segment) in segmentation.segments.iter().enumerate() {
        let before = frames.len();
        let ks = (0..n_slices).filter(|k| holds(segment, *k));
        let segment_index = Some(n);
        frames.extend(ks.map(|k| Frame {
            k,
            segment: segment_index,
        }));
        if frames.len() == before {
            report.push(empty(segment));
        }
    }
    let slices: BTreeSet<usize> = frames.iter().map(|frame| frame.k).collect();
    match segmentation.kind {
        // An image has at least one frame.
        SegmentationType::Binary if frames.is_empty() => vec![Frame {
            k: 0,
            segment: Some(0),
        }],
        SegmentationType::Binary => frames,
        SegmentationType::LabelMap if slices.is_empty() => vec![Frame {
            k: 0,
            segment: None,
        }],
        SegmentationType::LabelMap => slices
            .into_iter()
            .map(|k| Frame { k, segment: None })
            .collect(),
    }
}

/// For each layer, the segment's number of each label.
pub(crate) fn numbers(
    path: &Path,
    size: [usize; 3],
    layers: &[LabelMap],
    segments: &[Segment],
) -> Result<Vec<BTreeMap<Label, u16>>, FormatError> {
    let refuse = |what: String| Err(FormatError::unsupported(path, what));
    if let Some(layer) = layers.iter().find(|layer| layer.size() != size) {
        let found = layer.size();
        return refuse(format!(
            "labels on a grid of {found:?} for images of {size:?}"
        ));
    }
    if segments.is_empty() {
        return refuse("a segmentation without segments".to_owned());
    }
    let mut numbers = vec![BTreeMap::new(); layers.len()];
    for (segment, number) in segments.iter().zip(1_u32..) {
        let Ok(number) = u16::try_from(number) else {
            return refuse("more than 65535 segments".to_owned());
        };
        let Some(layer) = numbers.get_mut(segment.layer) else {
            return refuse(format!("segment {number} is in a layer that is not there"));
        };
        if segment.label == 0 || layer.insert(segment.label, number).is_some() {
            return refuse(format!("segment {number} has no label of its own"));
        }
    }
    Ok(numbers)
}

/// For each layer and slice, the labels in it.
pub(crate) fn labels(layers: &[LabelMap]) -> Vec<Vec<BTreeSet<Label>>> {
    layers.iter().map(labels_by_slice).collect()
}

/// A segment without voxels.
pub(crate) fn empty(segment: &Segment) -> Finding {
    let message = format!("The segment \"{}\" has no voxels.", segment.name);
    Finding::note("empty_segment", message)
}

/// Labels that no segment describes.
pub(crate) fn left_out(
    labels: &[Vec<BTreeSet<Label>>],
    numbers: &[BTreeMap<Label, u16>],
) -> Option<Finding> {
    let unknown: BTreeSet<Label> = labels
        .iter()
        .zip(numbers)
        .flat_map(|(slices, known)| {
            let labels = slices.iter().flatten().copied();
            labels.filter(|label| !known.contains_key(label))
        })
        .collect();
    let message = format!("Labels that belong to no segment are left out: {unknown:?}.");
    (!unknown.is_empty()).then(|| Finding::warning("labels_left_out", message))
}

fn overlaps(
    layers: &[LabelMap],
    numbers: &[BTreeMap<Label, u16>],
    used: &[usize],
    k: usize,
) -> bool {
    let mut taken: Vec<bool> = Vec::new();
    for layer in used {
        let (Some(map), Some(known)) = (layers.get(*layer), numbers.get(*layer)) else {
            continue;
        };
        let labels = map.slice(Axis::K, k);
        taken.resize(labels.len(), false);
        for (taken, label) in taken.iter_mut().zip(labels) {
            if label != 0 && known.contains_key(&label) {
                if *taken {
                    return true;
                }
                *taken = true;
            }
        }
    }
    false
}
