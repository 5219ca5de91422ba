//! What a DICOM image says of directions and distances that it does not place in the patient.

use super::slice::Slice;
use super::values::Values;
use crate::finding::Finding;
use crate::meaning::{GridMeaning, InPlane};
use dicom_dictionary_std::tags;

/// Of a stack: `n_places` is the number of different positions along its normal, none if the
/// files do not say where they lie.
pub(super) fn meaning(first: &Slice, n_places: Option<usize>) -> GridMeaning {
    let has_own_depth = first.spacing_between_slices.or(first.thickness).is_some();
    let in_plane = match first.spacing {
        None => InPlane::Unknown,
        Some(_) if first.is_spacing_at_detector => InPlane::Detector,
        Some(_) => InPlane::Patient,
    };
    let unplaced = n_places.is_none();
    GridMeaning {
        is_placed: !unplaced,
        in_plane,
        has_depth: n_places.is_some_and(|n| n > 1 || has_own_depth),
        orientation: first.file.orientation.clone().filter(|_| unplaced),
        frame_ms: first.file.frame_ms.filter(|_| unplaced),
    }
}

/// Patient Orientation (PS3.3 C.7.6.1.1.1) of a person, in the letters used here.
pub(super) fn orientation(values: &Values<'_>) -> Option<[String; 2]> {
    let text = values.code(tags::PATIENT_ORIENTATION)?;
    let (row, column) = text.split_once('\\')?;
    Some([letters(row)?, letters(column)?])
}

fn letters(code: &str) -> Option<String> {
    let letter = |code| match code {
        'R' | 'L' | 'A' | 'P' => Some(code),
        'H' => Some('S'),
        'F' => Some('I'),
        _ => None,
    };
    let letters: Option<String> = code.trim().chars().map(letter).collect();
    letters.filter(|letters| (1..=3).contains(&letters.len()))
}

/// What an image says of where its distances hold.
#[derive(Debug)]
pub(super) struct Calibration {
    /// Size at the detector by size in the patient, as estimated.
    magnification: Option<f64>,
    by: Option<CalibratedBy>,
}

#[derive(Debug, Clone, Copy)]
enum CalibratedBy {
    /// Pixel Spacing Calibration Type FIDUCIAL (PS3.3 10.7.1.3).
    Fiducial,
    /// Pixel Spacing Calibration Type GEOMETRY.
    Geometry,
    /// Regions of an ultrasound image.
    Region,
}

impl Calibration {
    pub(super) fn read(values: &Values<'_>) -> Self {
        let factor = values.number(tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR);
        let by_type = values.code(tags::PIXEL_SPACING_CALIBRATION_TYPE);
        Self {
            magnification: factor.filter(|factor| *factor > 0.0),
            by: match by_type.as_deref() {
                Some("FIDUCIAL") => Some(CalibratedBy::Fiducial),
                Some("GEOMETRY") => Some(CalibratedBy::Geometry),
                _ if values.has(tags::PIXEL_SPACING) => None,
                _ => region_spacing(values).map(|_| CalibratedBy::Region),
            },
        }
    }
}

/// Regions of one ultrasound image: scanners write a few.
const MAX_REGIONS: usize = 64;

/// Distance between columns and between rows, mm, in the tissue regions of an ultrasound image, if
/// they agree on it (PS3.3 C.8.5.5.1).
pub(super) fn region_spacing(values: &Values<'_>) -> Option<[f64; 2]> {
    const TISSUE: i64 = 1;
    const CENTIMETRES: i64 = 3;
    let is = |region: &Values<'_>, tag, code| region.integer(tag) == Some(code);
    let regions = values.items(tags::SEQUENCE_OF_ULTRASOUND_REGIONS, MAX_REGIONS);
    let spacing = |region: Values<'_>| {
        let is_measured = is(&region, tags::PHYSICAL_UNITS_X_DIRECTION, CENTIMETRES)
            && is(&region, tags::PHYSICAL_UNITS_Y_DIRECTION, CENTIMETRES);
        let mm = |tag| region.number(tag).map(|cm| cm.abs() * 10.0);
        let mm = [mm(tags::PHYSICAL_DELTA_X)?, mm(tags::PHYSICAL_DELTA_Y)?];
        (is_measured && mm.iter().all(|mm| *mm > 0.0)).then_some(mm)
    };
    let of_tissue = regions.filter(|region| is(region, tags::REGION_SPATIAL_FORMAT, TISSUE));
    let found: Option<Vec<[f64; 2]>> = of_tissue.map(spacing).collect();
    let found = found?;
    let first = *found.first()?;
    found.iter().all(|other| *other == first).then_some(first)
}

/// Where the distances of an image whose pixel spacing is known hold.
pub(super) fn spacing_finding(image: &Slice) -> Option<Finding> {
    let Calibration { magnification, by } = &image.file.calibration;
    if image.is_spacing_at_detector {
        let estimate = magnification.map_or(String::new(), |factor| {
            format!(" The file estimates the magnification as {factor}.")
        });
        let message = format!(
            "The pixel spacing was measured at the detector: lengths in the patient are shorter by the magnification.{estimate}"
        );
        return Some(Finding::warning("detector_spacing", message));
    }
    let message = match (*by)? {
        CalibratedBy::Fiducial => {
            "The pixel spacing was corrected by an object of known size in the image: it holds at the depth of that object."
        }
        CalibratedBy::Geometry => {
            "The pixel spacing was corrected for an assumed magnification: it holds at one depth in the patient, which the file does not name."
        }
        CalibratedBy::Region => {
            "The pixel spacing is that of the tissue regions of the ultrasound image; elsewhere in it lengths mean nothing."
        }
    };
    Some(Finding::note("calibrated_spacing", message))
}

/// Milliseconds from frame to frame (PS3.3 C.7.6.5), where they are the same for all frames.
pub(super) fn frame_ms(values: &Values<'_>) -> Option<f64> {
    let positive = |tag| values.number(tag).filter(|n| *n > 0.0);
    let per_second =
        positive(tags::RECOMMENDED_DISPLAY_FRAME_RATE).or_else(|| positive(tags::CINE_RATE));
    positive(tags::FRAME_TIME).or_else(|| per_second.map(|rate| 1000.0 / rate))
}
