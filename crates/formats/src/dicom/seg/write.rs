//! Writes segmentations.
//!
//! Frames are made while they are written, some at a time on all cores, so that memory holds a few
//! of them only. Bits of a binary segmentation follow each other without a gap, across rows and
//! across frames (PS3.5 8.1.1, PS3.3 C.7.6.3).

use super::groups::{Groups, dimensions, groups};
use super::plan::{Frame, Plan, plan};
use super::segments::segment_items;
use super::{DicomSegmentation, SegmentationType};
use crate::dicom::syntax::Syntax;
use crate::dicom::write::dataset::DataSet;
use crate::dicom::write::header::{Header, Kind, header};
use crate::dicom::write::source::{Copied, Source};
use crate::dicom::write::{Pixels, write_file};
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::label_slices::SliceMasks;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::Axis;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// Frames made at a time.
const AT_A_TIME: usize = 64;

/// Everything but the pixels.
struct Prepared {
    plan: Plan,
    kind: Kind,
    set: DataSet,
    /// Functional groups of the frames, encoded.
    groups: Vec<u8>,
    /// 1, 8 or 16.
    bits: u16,
    report: Vec<Finding>,
}

/// What would be changed or left out if this were written to `path`; nothing is written.
///
/// # Errors
/// As [`write_dicom_segmentation`].
pub fn check_dicom_segmentation(
    path: &Path,
    segmentation: &DicomSegmentation<'_>,
) -> Result<Vec<Finding>, FormatError> {
    Ok(prepare(path, segmentation)?.report)
}

/// Writes a DICOM segmentation that refers to the series' images and lies where they lie. Only
/// frames with voxels are written. The file appears whole or not at all.
///
/// # Errors
/// [`FormatError::Unsupported`] if the series is not of DICOM files with positions in a frame of
/// reference, if the layers do not lie on its grid, or if segments overlap in a label map;
/// [`FormatError::Limit`] beyond 4 GB of pixels; [`FormatError::Io`] if the file system refuses.
pub fn write_dicom_segmentation(
    path: &Path,
    segmentation: &DicomSegmentation<'_>,
) -> Result<Vec<Finding>, FormatError> {
    let Prepared {
        plan,
        kind,
        set,
        groups,
        bits,
        report,
    } = prepare(path, segmentation)?;
    let [columns, rows, _] = segmentation.series.geometry().size();
    let n_pixels = columns.saturating_mul(rows);
    let n_bits = (n_pixels as u64)
        .saturating_mul(plan.frames.len() as u64)
        .saturating_mul(bits.into());
    let mut write = |out: &mut dyn Write| match segmentation.kind {
        SegmentationType::Binary => write_bits(out, segmentation, &plan.frames, n_pixels),
        SegmentationType::LabelMap => write_numbers(out, segmentation, &plan, bits),
    };
    let pixels = Pixels {
        groups: &groups,
        vr: if bits > 8 { VR::OW } else { VR::OB },
        n_bytes: n_bits.div_ceil(8),
        write: &mut write,
    };
    let instance = &segmentation.object.sop_instance_uid;
    write_file(path, kind, instance, &set, Some(pixels))?;
    Ok(report)
}

fn prepare(path: &Path, segmentation: &DicomSegmentation<'_>) -> Result<Prepared, FormatError> {
    let mut report = Vec::new();
    let plan = plan(path, segmentation, &mut report)?;
    let source = Source::read(path, segmentation.series, segmentation.volume)?;
    let (sop_class, bits) = match segmentation.kind {
        SegmentationType::Binary => (uids::SEGMENTATION_STORAGE, 1),
        SegmentationType::LabelMap if segmentation.segments.len() < 256 => {
            (uids::LABEL_MAP_SEGMENTATION_STORAGE, 8)
        }
        SegmentationType::LabelMap => (uids::LABEL_MAP_SEGMENTATION_STORAGE, 16),
    };
    let kind = Kind {
        sop_class,
        modality: "SEG",
        syntax: Syntax::EXPLICIT,
    };
    let object = segmentation.object;
    let names: Vec<&str> = segmentation
        .segments
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    let Header {
        set,
        repertoire,
        description,
        creator,
        report: changed,
    } = header(path, &source, object, kind, &names)?;
    report.extend(changed);
    let set = set
        .code(tags::CONTENT_DATE, &object.date)
        .code(tags::CONTENT_TIME, &object.time)
        .code(tags::IMAGE_TYPE, "DERIVED\\PRIMARY")
        .code(tags::CONTENT_LABEL, "SEGMENTATION")
        .text(tags::CONTENT_DESCRIPTION, &repertoire, &description)
        .text(tags::CONTENT_CREATOR_NAME, &repertoire, &creator);
    let items = segment_items(
        segmentation.segments,
        segmentation.kind,
        &repertoire,
        &mut report,
    );
    let set = image(set, path, segmentation, &plan, bits)?.items(tags::SEGMENT_SEQUENCE, items);
    let geometry = segmentation.series.geometry();
    let Groups { shared, per_frame } = groups(path, &source, geometry, &plan.frames)?;
    let organization = segmentation.dimension_organization_uid;
    let set = dimensions(set, organization, bits == 1)
        .item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, shared)
        .item(tags::REFERENCED_SERIES_SEQUENCE, references(&source));
    let set = loss(set, &source);
    Ok(Prepared {
        plan,
        kind,
        set,
        groups: per_frame,
        bits,
        report,
    })
}

/// Image Pixel and Segmentation Image modules (PS3.3 C.7.6.3, C.8.20.2).
fn image(
    set: DataSet,
    path: &Path,
    segmentation: &DicomSegmentation<'_>,
    plan: &Plan,
    bits: u16,
) -> Result<DataSet, FormatError> {
    let [columns, rows, _] = segmentation.series.geometry().size();
    let side = |n: usize| {
        u16::try_from(n).map_err(|_| FormatError::limit(path, format!("{n} pixels along a side")))
    };
    let n_frames = i32::try_from(plan.frames.len())
        .map_err(|_| FormatError::limit(path, "more than 2^31 frames"))?;
    let overlap = if plan.is_overlapping { "YES" } else { "NO" };
    let set = set
        .code(tags::NUMBER_OF_FRAMES, &n_frames.to_string())
        .u16s(tags::ROWS, &[side(rows)?])
        .u16s(tags::COLUMNS, &[side(columns)?])
        .u16s(tags::SAMPLES_PER_PIXEL, &[1])
        .code(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
        .u16s(tags::BITS_ALLOCATED, &[bits])
        .u16s(tags::BITS_STORED, &[bits])
        .u16s(tags::HIGH_BIT, &[bits.saturating_sub(1)])
        .u16s(tags::PIXEL_REPRESENTATION, &[0])
        .code(tags::SEGMENTS_OVERLAP, overlap);
    Ok(match segmentation.kind {
        SegmentationType::Binary => set.code(tags::SEGMENTATION_TYPE, "BINARY"),
        SegmentationType::LabelMap => set
            .code(tags::SEGMENTATION_TYPE, "LABELMAP")
            .u16s(tags::PIXEL_PADDING_VALUE, &[0]),
    })
}

fn loss(set: DataSet, source: &Source) -> DataSet {
    let is_lossy = if source.loss.is_empty() { "00" } else { "01" };
    let set = set.code(tags::LOSSY_IMAGE_COMPRESSION, is_lossy);
    let copy = |set: DataSet, copied: &Copied| set.raw(copied.tag, copied.vr, &copied.bytes);
    source.loss.iter().fold(set, copy)
}

/// Common Instance Reference (PS3.3 C.12.2).
fn references(source: &Source) -> DataSet {
    let images = source.instances();
    DataSet::new()
        .code(tags::SERIES_INSTANCE_UID, &source.series)
        .items(tags::REFERENCED_INSTANCE_SEQUENCE, images)
}

fn write_bits(
    out: &mut dyn Write,
    segmentation: &DicomSegmentation<'_>,
    frames: &[Frame],
    n_pixels: usize,
) -> io::Result<()> {
    let masks: Vec<SliceMasks<'_>> = segmentation.layers.iter().map(SliceMasks::new).collect();
    let bits = |(n, frame): (usize, &Frame)| {
        let first_bit = n.saturating_mul(n_pixels) % 8;
        let segment = frame.segment.and_then(|n| segmentation.segments.get(n));
        let layer = segment.and_then(|segment| masks.get(segment.layer));
        match (segment, layer) {
            (Some(segment), Some(masks)) => masks.bits(frame.k, segment.label, first_bit),
            _ => Vec::new(),
        }
    };
    // The byte that a frame shares with the next one.
    let mut shared = 0;
    for (chunk, first) in frames.chunks(AT_A_TIME).zip((0..).step_by(AT_A_TIME)) {
        let numbered: Vec<(usize, &Frame)> = (first..).zip(chunk).collect();
        let packed: Vec<Vec<u8>> = numbered.into_par_iter().map(bits).collect();
        for (mut packed, n) in packed.into_iter().zip(first..) {
            if let Some(first) = packed.first_mut() {
                *first |= shared;
            }
            let end = n.saturating_add(1).saturating_mul(n_pixels);
            shared = match end % 8 {
                0 => 0,
                _ => packed.pop().unwrap_or(0),
            };
            out.write_all(&packed)?;
        }
    }
    let n_bits = frames.len().saturating_mul(n_pixels);
    match n_bits % 8 {
        0 => Ok(()),
        _ => out.write_all(&[shared]),
    }
}

fn write_numbers(
    out: &mut dyn Write,
    segmentation: &DicomSegmentation<'_>,
    plan: &Plan,
    bits: u16,
) -> io::Result<()> {
    let numbers = |frame: &Frame| numbers(segmentation.layers, &plan.numbers, frame.k);
    for chunk in plan.frames.chunks(AT_A_TIME) {
        let slices: Vec<Vec<u16>> = chunk.par_iter().map(numbers).collect();
        for slice in slices {
            let bytes: Vec<u8> = match bits {
                8 => slice.iter().map(|number| number.to_le_bytes()[0]).collect(),
                _ => slice.iter().flat_map(|n| n.to_le_bytes()).collect(),
            };
            out.write_all(&bytes)?;
        }
    }
    Ok(())
}

/// The segment's number at each voxel of a slice.
fn numbers(layers: &[LabelMap], known: &[BTreeMap<Label, u16>], k: usize) -> Vec<u16> {
    let mut numbers = Vec::new();
    for (map, known) in layers.iter().zip(known) {
        let labels = map.slice(Axis::K, k);
        numbers.resize(labels.len(), 0);
        let mut last = (0, 0);
        for (number, label) in numbers.iter_mut().zip(labels) {
            if label != last.0 {
                last = (label, known.get(&label).copied().unwrap_or(0));
            }
            if last.1 != 0 {
                *number = last.1;
            }
        }
    }
    numbers
}
