//! Writes structure sets.
//!
//! A contour is closed, lies in the plane of its image and names it. Holes are keyholes, as the
//! standard proposes (PS3.3 C.8.8.6.3); how a contour runs along its voxels is told in
//! [`annotomy_volume::contour`]. The file is implicit VR: in explicit VR a contour with more than
//! some 1,500 points does not fit the length of a decimal string.

use super::StructureSet;
use crate::dicom::seg::Segment;
use crate::dicom::seg::plan::{empty, labels, left_out, numbers};
use crate::dicom::syntax::Syntax;
use crate::dicom::write::dataset::DataSet;
use crate::dicom::write::header::{Header, Kind, header};
use crate::dicom::write::source::{Source, SourceImage};
use crate::dicom::write::text::{Repertoire, decimal, long_string};
use crate::dicom::write::write_file;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::contour::{Outline, outlines};
use annotomy_volume::space::Axis;
use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

const KIND: Kind = Kind {
    sop_class: uids::RT_STRUCTURE_SET_STORAGE,
    modality: "RTSTRUCT",
    syntax: Syntax::IMPLICIT,
};

/// Class of a study in RT Referenced Study Sequence; retired, but the attribute is of type 1.
const STUDY_CLASS: &str = "1.2.840.10008.3.1.2.3.1";

/// Coordinates are written to this part of a millimetre.
const PER_MM: f64 = 1e6;

/// One region under construction.
struct Region {
    number: u16,
    name: String,
    /// Its name.
    algorithm: String,
    repertoire: Repertoire,
    contours: Vec<DataSet>,
}

/// What would be changed or left out if this were written to `path`; nothing is written.
///
/// # Errors
/// As [`write_structure_set`].
pub fn check_structure_set(
    path: &Path,
    structures: &StructureSet<'_>,
) -> Result<Vec<Finding>, FormatError> {
    Ok(prepare(path, structures)?.1)
}

/// Writes a DICOM structure set that refers to the series' images: closed contours in their
/// planes, whose voxel centres are those of the segments. The file appears whole or not at all.
///
/// # Errors
/// [`FormatError::Unsupported`] if the series is not of DICOM files with positions in a frame of
/// reference or the layers do not lie on its grid; [`FormatError::Io`] if the file system refuses.
pub fn write_structure_set(
    path: &Path,
    structures: &StructureSet<'_>,
) -> Result<Vec<Finding>, FormatError> {
    let (set, report) = prepare(path, structures)?;
    let instance = &structures.object.sop_instance_uid;
    write_file(path, KIND, instance, &set, None)?;
    Ok(report)
}

fn prepare(
    path: &Path,
    structures: &StructureSet<'_>,
) -> Result<(DataSet, Vec<Finding>), FormatError> {
    let StructureSet {
        series,
        volume,
        layers,
        segments,
        object,
    } = *structures;
    let known = numbers(path, series.geometry().size(), layers, segments)?;
    let source = Source::read(path, series, volume)?;
    let names: Vec<&str> = segments.iter().map(|s| s.name.as_str()).collect();
    let Header {
        set,
        repertoire,
        description,
        mut report,
        ..
    } = header(path, &source, object, KIND, &names)?;
    report.extend(left_out(&labels(layers), &known));
    let regions = regions(structures, &source, &repertoire, &mut report);
    let pairs = || segments.iter().zip(&regions);
    let set = set
        .code(tags::OPERATORS_NAME, "")
        .code(tags::STRUCTURE_SET_LABEL, "Annotomy")
        .text(tags::STRUCTURE_SET_NAME, &repertoire, &description)
        .code(tags::STRUCTURE_SET_DATE, &object.date)
        .code(tags::STRUCTURE_SET_TIME, &object.time)
        .item(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE, frame(&source))
        .items(
            tags::STRUCTURE_SET_ROI_SEQUENCE,
            pairs().map(|(segment, region)| roi(segment, region, &source)),
        )
        .items(
            tags::RTROI_OBSERVATIONS_SEQUENCE,
            pairs().map(|(segment, region)| observation(segment, region)),
        )
        .code(tags::APPROVAL_STATUS, "UNAPPROVED");
    let drawn: Vec<DataSet> = segments
        .iter()
        .zip(regions)
        .map(|(segment, region)| contours(segment, region))
        .collect();
    Ok((set.items(tags::ROI_CONTOUR_SEQUENCE, drawn), report))
}

fn regions(
    structures: &StructureSet<'_>,
    source: &Source,
    repertoire: &Repertoire,
    report: &mut Vec<Finding>,
) -> Vec<Region> {
    let mut regions = Vec::new();
    let numbered = structures.segments.iter().zip(1_u16..);
    for ((segment, number), contours) in numbered.zip(traced(structures, source)) {
        let name = match segment.name.trim() {
            "" => format!("Region {number}"),
            name => long_string(name, report),
        };
        if contours.is_empty() {
            report.push(empty(segment));
        }
        let algorithm = long_string(segment.algorithm.parts().1, report);
        regions.push(Region {
            number,
            repertoire: repertoire.of_item(&[&name, &algorithm]),
            name,
            algorithm,
            contours,
        });
    }
    regions
}

/// The contours of each segment, slice by slice.
fn traced(structures: &StructureSet<'_>, source: &Source) -> Vec<Vec<DataSet>> {
    let found = labels(structures.layers);
    let slice = |(k, image): (usize, &SourceImage)| -> Vec<Vec<DataSet>> {
        let mut slices = BTreeMap::new();
        let mut one = |segment: &Segment| {
            let layer = found.get(segment.layer).and_then(|slices| slices.get(k));
            let map = structures.layers.get(segment.layer);
            let (Some(map), true) = (map, layer.is_some_and(|l| l.contains(&segment.label))) else {
                return Vec::new();
            };
            let [columns, ..] = map.size();
            let slice = slices
                .entry(segment.layer)
                .or_insert_with(|| map.slice(Axis::K, k));
            let found = outlines(slice, columns, segment.label);
            found
                .iter()
                .map(|outline| contour(outline, image))
                .collect()
        };
        structures.segments.iter().map(&mut one).collect()
    };
    let slices: Vec<Vec<Vec<DataSet>>> = source.images.par_iter().enumerate().map(slice).collect();
    let mut contours = vec![Vec::new(); structures.segments.len()];
    for slice in slices {
        for (all, more) in contours.iter_mut().zip(slice) {
            all.extend(more);
        }
    }
    for contours in &mut contours {
        for (contour, n) in contours.iter_mut().zip(1..) {
            contour.put_code(tags::CONTOUR_NUMBER, &i32::to_string(&n));
        }
    }
    contours
}

fn contour(outline: &Outline, image: &SourceImage) -> DataSet {
    let coordinates: Vec<String> = outline
        .points
        .iter()
        .flat_map(|point| image.lps_at(*point).0)
        .map(|x| decimal((x * PER_MM).round() / PER_MM))
        .collect();
    DataSet::new()
        .item(tags::CONTOUR_IMAGE_SEQUENCE, image.reference.data_set())
        .code(tags::CONTOUR_GEOMETRIC_TYPE, "CLOSED_PLANAR")
        .code(
            tags::NUMBER_OF_CONTOUR_POINTS,
            &outline.points.len().to_string(),
        )
        .code(tags::CONTOUR_DATA, &coordinates.join("\\"))
}

/// The images that contours refer to, by frame of reference, study and series.
fn frame(source: &Source) -> DataSet {
    let images = source.instances();
    let series = DataSet::new()
        .code(tags::SERIES_INSTANCE_UID, &source.series)
        .items(tags::CONTOUR_IMAGE_SEQUENCE, images);
    let study = DataSet::reference(STUDY_CLASS, &source.study)
        .item(tags::RT_REFERENCED_SERIES_SEQUENCE, series);
    DataSet::new()
        .code(tags::FRAME_OF_REFERENCE_UID, &source.frame_of_reference)
        .item(tags::RT_REFERENCED_STUDY_SEQUENCE, study)
}

fn numbered(region: &Region, tag: Tag) -> DataSet {
    DataSet::new().code(tag, &region.number.to_string())
}

fn roi(segment: &Segment, region: &Region, source: &Source) -> DataSet {
    let set = numbered(region, tags::ROI_NUMBER)
        .character_set(&region.repertoire)
        .code(
            tags::REFERENCED_FRAME_OF_REFERENCE_UID,
            &source.frame_of_reference,
        )
        .text(tags::ROI_NAME, &region.repertoire, &region.name)
        .code(tags::ROI_GENERATION_ALGORITHM, segment.algorithm.parts().0);
    match region.algorithm.as_str() {
        "" => set,
        name => set.text(tags::ROI_GENERATION_DESCRIPTION, &region.repertoire, name),
    }
}

fn contours(segment: &Segment, region: Region) -> DataSet {
    let color = segment.color.map(|c| c.to_string()).join("\\");
    let set = numbered(&region, tags::REFERENCED_ROI_NUMBER).code(tags::ROI_DISPLAY_COLOR, &color);
    match region.contours.is_empty() {
        true => set,
        false => set.items(tags::CONTOUR_SEQUENCE, region.contours),
    }
}

fn observation(segment: &Segment, region: &Region) -> DataSet {
    numbered(region, tags::OBSERVATION_NUMBER)
        .code(tags::REFERENCED_ROI_NUMBER, &region.number.to_string())
        .concept(
            tags::RTROI_IDENTIFICATION_CODE_SEQUENCE,
            &region.repertoire,
            &segment.property,
        )
        .code(tags::RTROI_INTERPRETED_TYPE, "")
        .code(tags::ROI_INTERPRETER, "")
}
