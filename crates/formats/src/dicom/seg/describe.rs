//! Reads the Segment Sequence (PS3.3 C.8.20.4).

use super::{Algorithm, Segment, Tracking};
use crate::dicom::object::{array, code, first, integer, items, text};
use crate::dicom::write::color::srgb_from_lab;
use crate::error::FormatError;
use annotomy_volume::labels::Label;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use std::collections::BTreeMap;
use std::path::Path;

/// Segments in the order of the file. Their labels count from 1; `numbers` gives the label of each
/// segment number.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) segments: Vec<Segment>,
    pub(crate) numbers: BTreeMap<u16, Label>,
}

/// Reads all segments but the one numbered `background`.
pub(crate) fn describe(
    path: &Path,
    set: &InMemDicomObject,
    background: Option<u16>,
) -> Result<Described, FormatError> {
    let mut described = Described {
        segments: Vec::new(),
        numbers: BTreeMap::new(),
    };
    for item in items(set, tags::SEGMENT_SEQUENCE) {
        let number = integer(item, tags::SEGMENT_NUMBER).and_then(|n| u16::try_from(n).ok());
        let number =
            number.ok_or_else(|| FormatError::damaged(path, "a segment without a valid number"))?;
        if background == Some(number) {
            continue;
        }
        let label = Label::try_from(described.segments.len().saturating_add(1))
            .map_err(|_| FormatError::limit(path, "more than 65535 segments"))?;
        if described.numbers.insert(number, label).is_some() {
            let reason = format!("two segments with number {number}");
            return Err(FormatError::damaged(path, reason));
        }
        described.segments.push(segment(item, number, label));
    }
    match described.segments.is_empty() {
        true => Err(FormatError::damaged(path, "no segment is described")),
        false => Ok(described),
    }
}

/// Whether the segment is what is left when all others are taken away.
pub(crate) fn is_background(item: &InMemDicomObject) -> bool {
    let property = code(item, tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE);
    property.is_some_and(|code| code.value == "125040" && code.scheme == "DCM")
}

fn segment(item: &InMemDicomObject, number: u16, label: Label) -> Segment {
    let name = text(item, tags::SEGMENT_LABEL).unwrap_or_else(|| format!("Segment {number}"));
    let default = Segment::new(0, label, &name);
    let algorithm_name = || text(item, tags::SEGMENT_ALGORITHM_NAME).unwrap_or_default();
    let algorithm = match text(item, tags::SEGMENT_ALGORITHM_TYPE).as_deref() {
        Some("AUTOMATIC") => Algorithm::Automatic(algorithm_name()),
        Some("SEMIAUTOMATIC") => Algorithm::SemiAutomatic(algorithm_name()),
        _ => Algorithm::Manual,
    };
    let property_item = first(item, tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE);
    let modifier = property_item
        .and_then(|item| code(item, tags::SEGMENTED_PROPERTY_TYPE_MODIFIER_CODE_SEQUENCE));
    let region_modifier = first(item, tags::ANATOMIC_REGION_SEQUENCE)
        .and_then(|item| code(item, tags::ANATOMIC_REGION_MODIFIER_SEQUENCE));
    Segment {
        algorithm,
        modifier,
        region: code(item, tags::ANATOMIC_REGION_SEQUENCE),
        region_modifier,
        tracking: tracking(item),
        color: color(item).unwrap_or(default.color),
        category: code(item, tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE)
            .unwrap_or_else(|| default.category.clone()),
        property: code(item, tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE)
            .unwrap_or_else(|| default.property.clone()),
        ..default
    }
}

fn tracking(item: &InMemDicomObject) -> Option<Tracking> {
    Some(Tracking {
        id: text(item, tags::TRACKING_ID)?,
        uid: text(item, tags::TRACKING_UID)?,
    })
}

fn color(item: &InMemDicomObject) -> Option<[u8; 3]> {
    let lab: [f64; 3] = array(item, tags::RECOMMENDED_DISPLAY_CIE_LAB_VALUE)?;
    #[expect(clippy::cast_possible_truncation, reason = "clamped; a cast saturates")]
    let lab = lab.map(|x| x.clamp(0.0, 65535.0) as u16);
    Some(srgb_from_lab(lab))
}
