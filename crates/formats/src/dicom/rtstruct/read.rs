//! Reads the contours of structure sets.

use crate::dicom::object::parse;
use crate::dicom::object::{array, code, integer, items, numbers, text};
use crate::dicom::seg::{Algorithm, Segment};
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::space::PointLps;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use std::path::{Path, PathBuf};

/// Coordinates beyond this are none, mm.
const MAX_MM: f64 = 1e6;

/// A closed contour in a plane; the last point is joined to the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// Corners.
    pub points: Vec<PointLps>,
}

/// One region of interest.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// ROI Number.
    pub number: i64,
    /// Name, colour, codes and algorithm; the layer and label are found when it is rasterised.
    pub segment: Segment,
    /// Frame of Reference UID of the contours; empty if not said.
    pub frame_of_reference: String,
    /// Closed contours in the order of the file.
    pub contours: Vec<Contour>,
}

/// The regions of a structure set.
#[derive(Debug)]
pub struct Structures {
    /// Regions in the order of the file.
    pub regions: Vec<Region>,
    /// What was odd or left out.
    pub report: Vec<Finding>,
    pub(crate) path: PathBuf,
}

/// Reads the contours of a DICOM structure set. What is not a closed planar contour (points, open
/// lines) is left out, with a finding.
///
/// # Errors
/// Why it cannot be read: [`FormatError::NotAnImage`] if it is no structure set,
/// [`FormatError::Damaged`] if a contour's coordinates are none.
pub fn read_structure_set(path: &Path) -> Result<Structures, FormatError> {
    let set = parse(path)?.dataset;
    let rois = items(&set, tags::STRUCTURE_SET_ROI_SEQUENCE);
    if rois.is_empty() {
        let reason = "a DICOM object without regions of interest";
        return Err(FormatError::not_an_image(path, reason));
    }
    let mut left_out = 0_usize;
    let mut regions = Vec::with_capacity(rois.len());
    for (n, roi) in rois.iter().enumerate() {
        let number = integer(roi, tags::ROI_NUMBER)
            .ok_or_else(|| FormatError::damaged(path, "a region without a number"))?;
        let drawn = with_number(&set, tags::ROI_CONTOUR_SEQUENCE, number);
        let mut contours = Vec::new();
        let found = drawn.map(|item| items(item, tags::CONTOUR_SEQUENCE));
        for item in found.unwrap_or_default() {
            match contour(path, item)? {
                Some(contour) => contours.push(contour),
                None => left_out = left_out.saturating_add(1),
            }
        }
        let observed = with_number(&set, tags::RTROI_OBSERVATIONS_SEQUENCE, number);
        regions.push(Region {
            number,
            segment: segment(roi, drawn, observed, n),
            frame_of_reference: text(roi, tags::REFERENCED_FRAME_OF_REFERENCE_UID)
                .unwrap_or_default(),
            contours,
        });
    }
    let message = format!("{left_out} contours that are not closed and planar were left out.");
    let finding = (left_out > 0).then(|| Finding::warning("contours_left_out", message));
    Ok(Structures {
        regions,
        report: finding.into_iter().collect(),
        path: path.to_owned(),
    })
}

/// The item that refers to a region.
fn with_number(
    set: &InMemDicomObject,
    sequence: dicom_core::Tag,
    number: i64,
) -> Option<&InMemDicomObject> {
    let is_of =
        |item: &&InMemDicomObject| integer(item, tags::REFERENCED_ROI_NUMBER) == Some(number);
    items(set, sequence).iter().find(is_of)
}

/// The closed contour of an item; `None` for another kind.
fn contour(path: &Path, item: &InMemDicomObject) -> Result<Option<Contour>, FormatError> {
    let kind = text(item, tags::CONTOUR_GEOMETRIC_TYPE).unwrap_or_default();
    let is_closed = ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "INTERPOLATED_PLANAR"];
    if !is_closed.contains(&kind.as_str()) {
        return Ok(None);
    }
    let damaged = || FormatError::damaged(path, "a contour whose coordinates are no points");
    let coordinates = numbers(item, tags::CONTOUR_DATA).ok_or_else(damaged)?;
    let (points, rest) = coordinates.as_chunks::<3>();
    if !rest.is_empty() || coordinates.iter().any(|x| x.abs() > MAX_MM) {
        return Err(damaged());
    }
    let points: Vec<PointLps> = points.iter().copied().map(PointLps).collect();
    // Fewer enclose nothing.
    Ok((points.len() > 2).then_some(Contour { points }))
}

fn segment(
    roi: &InMemDicomObject,
    drawn: Option<&InMemDicomObject>,
    observed: Option<&InMemDicomObject>,
    n: usize,
) -> Segment {
    let number = n.saturating_add(1);
    let name = text(roi, tags::ROI_NAME).unwrap_or_else(|| format!("Region {number}"));
    let default = Segment::new(0, 0, &name);
    let method = || text(roi, tags::ROI_GENERATION_DESCRIPTION).unwrap_or_default();
    let algorithm = match text(roi, tags::ROI_GENERATION_ALGORITHM).as_deref() {
        Some("AUTOMATIC") => Algorithm::Automatic(method()),
        Some("SEMIAUTOMATIC") => Algorithm::SemiAutomatic(method()),
        _ => Algorithm::Manual,
    };
    let color: Option<[f64; 3]> = drawn.and_then(|item| array(item, tags::ROI_DISPLAY_COLOR));
    #[expect(clippy::cast_possible_truncation, reason = "clamped; a cast saturates")]
    let color = color.map(|color| color.map(|c| c.clamp(0.0, 255.0) as u8));
    let property = observed.and_then(|item| code(item, tags::RTROI_IDENTIFICATION_CODE_SEQUENCE));
    Segment {
        algorithm,
        color: color.unwrap_or(default.color),
        property: property.unwrap_or_else(|| default.property.clone()),
        ..default
    }
}
