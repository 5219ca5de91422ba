//! Functional groups and dimensions: where each frame lies, which segment and image it belongs to
//! (PS3.3 C.7.6.16, C.7.6.17). Positions and orientations are the source images' own.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "vectors of floats: nothing overflows"
)]

use super::plan::Frame;
use crate::dicom::write::dataset::DataSet;
use crate::dicom::write::encoded_items;
use crate::dicom::write::source::{Source, SourceImage};
use crate::dicom::write::text::{decimal, decimals};
use crate::error::FormatError;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{Axis, PointLps, VectorLps};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Distances between slices that differ less are even, mm.
const EVEN_MM: f64 = 0.01;

/// What the frames have in common, and what each has of its own.
#[derive(Debug)]
pub(crate) struct Groups {
    pub(crate) shared: DataSet,
    /// Encoded.
    pub(crate) per_frame: Vec<u8>,
}

pub(crate) fn groups(
    path: &Path,
    source: &Source,
    geometry: &Geometry,
    frames: &[Frame],
) -> Result<Groups, FormatError> {
    let measures = |image: &SourceImage| measures(image, source, geometry);
    let first = source.images.first();
    let is_shared = |same: &dyn Fn(&SourceImage, &SourceImage) -> bool| {
        first.filter(|first| source.images.iter().all(|image| same(image, first)))
    };
    let same_measures = is_shared(&|a, b| a.spacing == b.spacing && a.thickness == b.thickness);
    let same_orientation = is_shared(&|a, b| a.orientation == b.orientation);
    let mut shared = DataSet::new();
    if let Some(image) = same_measures {
        shared = shared.item(tags::PIXEL_MEASURES_SEQUENCE, measures(image));
    }
    if let Some(image) = same_orientation {
        shared = shared.item(tags::PLANE_ORIENTATION_SEQUENCE, orientation(image));
    }
    let mut used: Vec<usize> = frames.iter().map(|frame| frame.k).collect();
    used.sort_unstable();
    used.dedup();
    let rank: BTreeMap<usize, u32> = used.into_iter().zip(1..).collect();
    let item = |frame: &Frame| {
        let (Some(image), Some(rank)) = (source.images.get(frame.k), rank.get(&frame.k)) else {
            return DataSet::new();
        };
        let mut item = frame_item(frame, image, *rank);
        if same_measures.is_none() {
            item = item.item(tags::PIXEL_MEASURES_SEQUENCE, measures(image));
        }
        if same_orientation.is_none() {
            item = item.item(tags::PLANE_ORIENTATION_SEQUENCE, orientation(image));
        }
        item
    };
    let per_frame = encoded_items(
        path,
        tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
        frames.par_iter().map(item),
    )?;
    Ok(Groups { shared, per_frame })
}

/// The Multi-frame Dimension module: frames are ordered by segment, if they have one, and position.
pub(crate) fn dimensions(set: DataSet, organization: &str, has_segments: bool) -> DataSet {
    let index = |pointer: Tag, group: Tag, label: &str| {
        DataSet::new()
            .code(tags::DIMENSION_ORGANIZATION_UID, organization)
            .pointer(tags::DIMENSION_INDEX_POINTER, pointer)
            .pointer(tags::FUNCTIONAL_GROUP_POINTER, group)
            .code(tags::DIMENSION_DESCRIPTION_LABEL, label)
    };
    let segment = index(
        tags::REFERENCED_SEGMENT_NUMBER,
        tags::SEGMENT_IDENTIFICATION_SEQUENCE,
        "Segment",
    );
    let position = index(
        tags::IMAGE_POSITION_PATIENT,
        tags::PLANE_POSITION_SEQUENCE,
        "Position",
    );
    let organization = DataSet::new().code(tags::DIMENSION_ORGANIZATION_UID, organization);
    set.item(tags::DIMENSION_ORGANIZATION_SEQUENCE, organization)
        .items(
            tags::DIMENSION_INDEX_SEQUENCE,
            has_segments
                .then_some(segment)
                .into_iter()
                .chain([position]),
        )
}

fn frame_item(frame: &Frame, image: &SourceImage, position_rank: u32) -> DataSet {
    let number = frame.segment.and_then(|n| u16::try_from(n).ok());
    let number = number.map(|n| n.saturating_add(1));
    let segment_rank = number.map(u32::from);
    let ranks: Vec<u32> = segment_rank.into_iter().chain([position_rank]).collect();
    let content = DataSet::new().u32s(tags::DIMENSION_INDEX_VALUES, &ranks);
    let position = decimals(&image.position);
    let position = DataSet::new().code(tags::IMAGE_POSITION_PATIENT, &position);
    let item = DataSet::new()
        .item(tags::FRAME_CONTENT_SEQUENCE, content)
        .item(tags::PLANE_POSITION_SEQUENCE, position)
        .item(tags::DERIVATION_IMAGE_SEQUENCE, derivation(image));
    match number {
        Some(number) => {
            let segment = DataSet::new().u16s(tags::REFERENCED_SEGMENT_NUMBER, &[number]);
            item.item(tags::SEGMENT_IDENTIFICATION_SEQUENCE, segment)
        }
        None => item,
    }
}

fn derivation(image: &SourceImage) -> DataSet {
    let purpose = [
        "121322",
        "DCM",
        "Source image for image processing operation",
    ];
    let source = image
        .reference
        .data_set()
        .code(tags::SPATIAL_LOCATIONS_PRESERVED, "YES")
        .standard(tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, purpose);
    let segmentation = ["113076", "DCM", "Segmentation"];
    DataSet::new()
        .standard(tags::DERIVATION_CODE_SEQUENCE, segmentation)
        .item(tags::SOURCE_IMAGE_SEQUENCE, source)
}

fn orientation(image: &SourceImage) -> DataSet {
    let cosines = decimals(&image.orientation);
    DataSet::new().code(tags::IMAGE_ORIENTATION_PATIENT, &cosines)
}

fn measures(image: &SourceImage, source: &Source, geometry: &Geometry) -> DataSet {
    let step = geometry.step(Axis::K);
    let between = normal(image).map_or(step.norm(), |normal| step.dot(normal).abs());
    let thickness = image.thickness.unwrap_or(between);
    let measures = DataSet::new()
        .code(tags::PIXEL_SPACING, &decimals(&image.spacing))
        .code(tags::SLICE_THICKNESS, &decimal(thickness));
    match is_even(source, between) {
        true => measures.code(tags::SPACING_BETWEEN_SLICES, &decimal(between)),
        false => measures,
    }
}

fn normal(image: &SourceImage) -> Option<VectorLps> {
    let [a, b, c, d, e, f] = image.orientation;
    VectorLps([a, b, c])
        .cross(VectorLps([d, e, f]))
        .normalized()
}

/// Whether neighbours are all so far apart along the normal.
fn is_even(source: &Source, between: f64) -> bool {
    let Some(normal) = source.images.first().and_then(normal) else {
        return false;
    };
    let depth = |image: &SourceImage| (PointLps(image.position) - PointLps([0.0; 3])).dot(normal);
    source.images.windows(2).all(|pair| match pair {
        [a, b] => ((depth(b) - depth(a)).abs() - between).abs() < EVEN_MM,
        _ => false,
    })
}
