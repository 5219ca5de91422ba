//! Reads segmentations: binary, fractional and label maps.

use super::Segment;
use super::describe::{Described, describe, is_background};
use super::frames::{Frame, Pixels, read_frames, read_pixels};
use super::grid::{Grid, grid};
use super::layers::{Mask, join, layers, numbered};
use crate::dicom::object::parse;
use crate::dicom::object::{first, integer, items, text};
use crate::dicom::series::DicomSeries;
use crate::error::FormatError;
use crate::finding::Finding;
use crate::series::Series;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::{Label, LabelMap};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use std::collections::BTreeMap;
use std::path::Path;

/// A segmentation that was read.
#[derive(Debug)]
pub struct ReadDicomSegmentation {
    /// Grid of the layers.
    pub geometry: Geometry,
    /// Whether that is the grid of the images it was read for.
    pub is_on_images: bool,
    /// Labels; segments that overlap are in different layers.
    pub layers: Vec<LabelMap>,
    /// Segments in the order of the file; their labels count from 1.
    pub segments: Vec<Segment>,
    /// What was odd or decided.
    pub report: Vec<Finding>,
}

/// Reads a DICOM segmentation. Given the images that it belongs to, it is put on their grid if
/// every frame lies on one of them (within a twentieth of a pixel or slice), and else on a regular
/// grid of its own, with a finding. Fractional values become part of a segment from half of the
/// maximum on.
///
/// # Errors
/// Why it cannot be read: [`FormatError::NotAnImage`] if it is no segmentation,
/// [`FormatError::Unsupported`] if it lies on a slide of pathology.
pub fn read_dicom_segmentation(
    path: &Path,
    series: Option<&Series>,
) -> Result<ReadDicomSegmentation, FormatError> {
    let parsed = parse(path)?;
    let set = &parsed.dataset;
    let kind = text(set, tags::SEGMENTATION_TYPE)
        .ok_or_else(|| FormatError::not_an_image(path, "a DICOM object that is no segmentation"))?;
    if is_on_slide(set) {
        let what = "a segmentation of a whole slide image, whose tiles lie on a slide and not in a patient";
        return Err(FormatError::unsupported(path, what));
    }
    let background = background(set, &kind);
    let Described {
        mut segments,
        numbers,
    } = describe(path, set, background)?;
    let (pixels, n_frames) = read_pixels(path, &parsed)?;
    let frames = read_frames(path, set, n_frames)?;
    let mut report = Vec::new();
    if kind == "FRACTIONAL" {
        let message =
            "The segmentation is fractional; voxels from half of the maximum value on were taken.";
        report.push(Finding::note("fractional_thresholded", message));
    }
    let size = [pixels.columns, pixels.rows];
    let series = series.filter(|series| is_in_frame_of(set, series, &mut report));
    let grid = grid(path, &frames, size, series, &mut report)?;
    let too_large = || FormatError::limit(path, "the grid of the segmentation");
    let layers = if kind == "LABELMAP" {
        let at: BTreeMap<usize, usize> = grid.slices.iter().copied().zip(0..).collect();
        if at.len() < frames.len() {
            report.push(duplicate_frames());
        }
        let size = grid.geometry.size();
        let (map, n_unknown) =
            numbered(size, &pixels, &at, &numbers, background).ok_or_else(too_large)?;
        if n_unknown > 0 {
            let message = format!(
                "{n_unknown} voxels have a number that no segment has; they were left out."
            );
            report.push(Finding::warning("labels_left_out", message));
        }
        vec![map]
    } else {
        let masks = masks(&frames, &grid, &pixels, &numbers, &mut report);
        let found = layers(grid.geometry.size(), masks);
        let (maps, layer_of) = found.ok_or_else(too_large)?;
        for segment in &mut segments {
            segment.layer = layer_of.get(&segment.label).copied().unwrap_or(0);
        }
        maps
    };
    Ok(ReadDicomSegmentation {
        geometry: grid.geometry,
        is_on_images: grid.is_of_series,
        layers,
        segments,
        report,
    })
}

/// Whether frames are tiles of a larger image. Tiles have positions on a microscope's slide only
/// (PS3.3 A.51.5.1, C.7.6.17.3); a single tile that has one in the patient is as good as an image.
fn is_on_slide(set: &InMemDicomObject) -> bool {
    let pairs = [
        (tags::TOTAL_PIXEL_MATRIX_COLUMNS, tags::COLUMNS),
        (tags::TOTAL_PIXEL_MATRIX_ROWS, tags::ROWS),
    ];
    let is_part = |(total, part)| {
        let total = integer(set, total);
        total.is_some() && total != integer(set, part)
    };
    let groups = [
        tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
        tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
    ];
    let has_slide = |tag| {
        let group = first(set, tag);
        group.is_some_and(|group| first(group, tags::PLANE_POSITION_SLIDE_SEQUENCE).is_some())
    };
    let is_full = text(set, tags::DIMENSION_ORGANIZATION_TYPE).as_deref() == Some("TILED_FULL");
    pairs.into_iter().any(is_part) || groups.into_iter().any(has_slide) || is_full
}

/// Whether positions of the segmentation and of the images mean the same places.
fn is_in_frame_of(set: &InMemDicomObject, series: &Series, report: &mut Vec<Finding>) -> bool {
    let ours = series.dicom().map(DicomSeries::frame_of_reference);
    let theirs = text(set, tags::FRAME_OF_REFERENCE_UID);
    let is_same = match (ours, theirs.as_deref()) {
        (Some(""), _) | (_, None) => true,
        (ours, theirs) => ours.is_none() || ours == theirs,
    };
    if !is_same {
        let message = "The segmentation was made in another frame of reference than the images; it is kept on a grid of its own.";
        report.push(Finding::warning("other_frame_of_reference", message));
    }
    is_same
}

/// The number in a label map that belongs to nothing: Pixel Padding Value, or else 0 unless it is
/// described as something (PS3.3 C.8.20.2.3.3).
fn background(set: &InMemDicomObject, kind: &str) -> Option<u16> {
    if kind != "LABELMAP" {
        return None;
    }
    let padding = integer(set, tags::PIXEL_PADDING_VALUE).and_then(|n| u16::try_from(n).ok());
    let zero = items(set, tags::SEGMENT_SEQUENCE)
        .iter()
        .find(|item| integer(item, tags::SEGMENT_NUMBER) == Some(0));
    padding.or_else(|| zero.is_none_or(is_background).then_some(0))
}

/// The mask of each segment.
fn masks(
    frames: &[Frame],
    grid: &Grid,
    pixels: &Pixels,
    numbers: &BTreeMap<u16, Label>,
    report: &mut Vec<Finding>,
) -> Vec<(Label, Mask)> {
    let mut masks: BTreeMap<Label, Mask> = numbers
        .values()
        .map(|label| (*label, Mask::new()))
        .collect();
    let (mut n_unknown, mut has_duplicates) = (0_usize, false);
    for ((n, frame), k) in frames.iter().enumerate().zip(&grid.slices) {
        let label = frame.segment.and_then(|number| numbers.get(&number));
        let Some(mask) = label.and_then(|label| masks.get_mut(label)) else {
            n_unknown = n_unknown.saturating_add(1);
            continue;
        };
        let bits = mask.entry(*k).or_default();
        has_duplicates |= !bits.is_empty();
        join(bits, &pixels.mask(n));
    }
    if n_unknown > 0 {
        let message = format!("{n_unknown} frames belong to no segment; they were left out.");
        report.push(Finding::warning("frames_left_out", message));
    }
    if has_duplicates {
        report.push(duplicate_frames());
    }
    masks.into_iter().collect()
}

fn duplicate_frames() -> Finding {
    let message =
        "Some frames lie on one slice and were joined, or the last one was taken (label map).";
    Finding::warning("duplicate_frames", message)
}
