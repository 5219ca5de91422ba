//! Which DICOM files are annotations of images.

use super::open::{FIRST_READ, is_dicom, open};
use super::values::Values;
use crate::error::FormatError;
use crate::file::Head;
use dicom_dictionary_std::{tags, uids};
use std::path::Path;

/// A DICOM object that annotates images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationKind {
    /// Segmentation, of bits, fractions or labels.
    Segmentation,
    /// Structure set: contours.
    StructureSet,
    /// Structured report, which may be one of measurements.
    Report,
}

/// What kind of annotation a file is, by its SOP class; `None` for other DICOM and other files.
///
/// # Errors
/// Why it cannot be read, where it begins like a DICOM file.
pub fn annotation_kind(path: &Path) -> Result<Option<AnnotationKind>, FormatError> {
    let head = Head::open(path, FIRST_READ)?;
    if !is_dicom(&head.bytes) {
        return Ok(None);
    }
    let opened = open(path, head)?;
    let class = Values::new(&opened).code(tags::SOP_CLASS_UID);
    Ok(match class.as_deref() {
        Some(uids::SEGMENTATION_STORAGE | uids::LABEL_MAP_SEGMENTATION_STORAGE) => {
            Some(AnnotationKind::Segmentation)
        }
        Some(uids::RT_STRUCTURE_SET_STORAGE) => Some(AnnotationKind::StructureSet),
        Some(
            uids::ENHANCED_SR_STORAGE
            | uids::COMPREHENSIVE_SR_STORAGE
            | uids::COMPREHENSIVE3_DSR_STORAGE,
        ) => Some(AnnotationKind::Report),
        _ => None,
    })
}
