//! The images that a new object belongs to, read from their headers again: what is copied must be
//! what is in the files, byte for byte.

use super::dataset::DataSet;
use crate::dicom::open::{FIRST_READ, open};
use crate::dicom::slice::Slice;
use crate::dicom::values::Values;
use crate::error::FormatError;
use crate::file::Head;
use crate::series::Series;
use annotomy_volume::contour::SlicePoint;
use annotomy_volume::space::{PointLps, VectorLps};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// Attributes of patient and study that every object of a study repeats; present even if empty
/// (type 2 of PS3.3 C.7.1.1 and C.7.2.1).
const ALWAYS: [Tag; 9] = [
    tags::STUDY_DATE,
    tags::ACCESSION_NUMBER,
    tags::STUDY_TIME,
    tags::REFERRING_PHYSICIAN_NAME,
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::PATIENT_BIRTH_DATE,
    tags::PATIENT_SEX,
    tags::STUDY_ID,
];

/// Attributes of patient, study and clinical trial that are repeated where the images have them.
const WHERE_PRESENT: [Tag; 23] = [
    tags::TIMEZONE_OFFSET_FROM_UTC,
    tags::STUDY_DESCRIPTION,
    tags::PHYSICIANS_OF_RECORD,
    tags::NAME_OF_PHYSICIANS_READING_STUDY,
    tags::ADMITTING_DIAGNOSES_DESCRIPTION,
    tags::ISSUER_OF_PATIENT_ID,
    tags::PATIENT_BIRTH_TIME,
    tags::PATIENT_AGE,
    tags::PATIENT_SIZE,
    tags::PATIENT_WEIGHT,
    tags::OCCUPATION,
    tags::PATIENT_COMMENTS,
    tags::CLINICAL_TRIAL_SPONSOR_NAME,
    tags::CLINICAL_TRIAL_PROTOCOL_ID,
    tags::CLINICAL_TRIAL_PROTOCOL_NAME,
    tags::CLINICAL_TRIAL_SITE_ID,
    tags::CLINICAL_TRIAL_SITE_NAME,
    tags::CLINICAL_TRIAL_SUBJECT_ID,
    tags::CLINICAL_TRIAL_SUBJECT_READING_ID,
    tags::CLINICAL_TRIAL_TIME_POINT_ID,
    tags::CLINICAL_TRIAL_TIME_POINT_DESCRIPTION,
    tags::PATIENT_IDENTITY_REMOVED,
    tags::DEIDENTIFICATION_METHOD,
];

/// Whether and how the images were compressed with loss; holds for what is derived from them.
const LOSS: [Tag; 2] = [
    tags::LOSSY_IMAGE_COMPRESSION_RATIO,
    tags::LOSSY_IMAGE_COMPRESSION_METHOD,
];

/// An element as it stands in a file, brought to an even length.
#[derive(Debug, Clone)]
pub(crate) struct Copied {
    pub(crate) tag: Tag,
    pub(crate) vr: VR,
    pub(crate) bytes: Vec<u8>,
}

/// Names one image of the series.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) class: String,
    pub(crate) instance: String,
    /// Which frame of the instance, from 1 on, where it has several.
    pub(crate) frame: Option<usize>,
}

impl Reference {
    /// Class, instance and frame.
    pub(crate) fn data_set(&self) -> DataSet {
        let reference = DataSet::reference(&self.class, &self.instance);
        match self.frame {
            Some(frame) => reference.code(tags::REFERENCED_FRAME_NUMBER, &frame.to_string()),
            None => reference,
        }
    }
}

/// One image of the series, with its place in the patient.
#[derive(Debug, Clone)]
pub(crate) struct SourceImage {
    pub(crate) reference: Reference,
    /// Image Position (Patient) and Image Orientation (Patient) as written.
    pub(crate) position: [f64; 3],
    pub(crate) orientation: [f64; 6],
    /// Between rows, between columns; mm.
    pub(crate) spacing: [f64; 2],
    pub(crate) thickness: Option<f64>,
}

impl SourceImage {
    /// Where a point of the image lies in the patient (PS3.3 C.7.6.2.1.1).
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "vectors of floats: nothing overflows"
    )]
    pub(crate) fn lps_at(&self, SlicePoint([column, row]): SlicePoint) -> PointLps {
        let [a, b, c, d, e, f] = self.orientation;
        let [between_rows, between_columns] = self.spacing;
        PointLps(self.position)
            + VectorLps([a, b, c]) * (column * between_columns)
            + VectorLps([d, e, f]) * (row * between_rows)
    }
}

/// Patient, study and images.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) character_set: String,
    pub(crate) copied: Vec<Copied>,
    pub(crate) loss: Vec<Copied>,
    pub(crate) study: String,
    pub(crate) series: String,
    pub(crate) frame_of_reference: String,
    pub(crate) position_reference: String,
    /// In k order.
    pub(crate) references: Vec<Reference>,
    /// The same images where all have a place in one frame of reference, else none.
    pub(crate) images: Vec<SourceImage>,
}

impl Source {
    /// References to the instances, each once however many frames it has.
    pub(crate) fn instances(&self) -> Vec<DataSet> {
        let mut seen = BTreeSet::new();
        let images = self.references.iter();
        images
            .filter(|image| seen.insert(image.instance.as_str()))
            .map(|image| DataSet::reference(&image.class, &image.instance))
            .collect()
    }

    /// Reads the headers of the files of one of the series' volumes, each of which has a place in the
    /// patient. `target` is the file to be written, for errors.
    pub(crate) fn read(target: &Path, series: &Series, volume: usize) -> Result<Self, FormatError> {
        let source = Self::read_any(target, series, volume)?;
        let [.., n_slices] = series.geometry().size();
        let what = match source.frame_of_reference.is_empty() {
            true => "the images have no frame of reference",
            false if source.images.len() != n_slices => "an image without position and orientation",
            false => return Ok(source),
        };
        Err(FormatError::unsupported(target, what))
    }

    /// The same of images that may have no place.
    pub(crate) fn read_any(
        target: &Path,
        series: &Series,
        volume: usize,
    ) -> Result<Self, FormatError> {
        let refuse = |what: &str| FormatError::unsupported(target, what);
        let Some(dicom) = series.dicom() else {
            return Err(refuse("the image is no DICOM series"));
        };
        let [.., n_slices] = series.geometry().size();
        let slices: Vec<&Slice> = (0..n_slices)
            .map(|k| dicom.slice(volume, k))
            .collect::<Option<_>>()
            .ok_or_else(|| {
                let number = volume.saturating_add(1);
                refuse(&format!("images of volume {number} are missing"))
            })?;
        let read = slices
            .par_iter()
            .map(|slice| image(slice, series))
            .collect::<Result<Vec<_>, _>>()?;
        let (references, placed): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let images: Option<Vec<SourceImage>> = placed.into_iter().collect();
        let first = slices.first().map_or(dicom.any_slice(0), |slice| *slice);
        let first = &first.file;
        let opened = open(&first.path, Head::open(&first.path, FIRST_READ)?)?;
        let values = Values::new(&opened);
        let study = values.code(tags::STUDY_INSTANCE_UID);
        let study = study.ok_or_else(|| refuse("the images have no Study Instance UID"))?;
        if first.series_uid.is_empty() {
            return Err(refuse("the images have no Series Instance UID"));
        }
        let is_lossy = values.code(tags::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01");
        Ok(Self {
            character_set: values
                .code(tags::SPECIFIC_CHARACTER_SET)
                .unwrap_or_default(),
            copied: copied(&values),
            loss: match is_lossy {
                true => LOSS.iter().filter_map(|tag| copy(&values, *tag)).collect(),
                false => Vec::new(),
            },
            study,
            series: first.series_uid.clone(),
            frame_of_reference: first.frame_of_reference.clone(),
            position_reference: values
                .code(tags::POSITION_REFERENCE_INDICATOR)
                .unwrap_or_default(),
            references,
            images: images.unwrap_or_default(),
        })
    }
}

fn copied(values: &Values<'_>) -> Vec<Copied> {
    let empty = |tag: Tag| Copied {
        tag,
        vr: crate::dicom::walk::dictionary_vr(tag),
        bytes: Vec::new(),
    };
    let always = ALWAYS
        .iter()
        .map(|tag| copy(values, *tag).unwrap_or_else(|| empty(*tag)));
    let present = WHERE_PRESENT.iter().filter_map(|tag| copy(values, *tag));
    always.chain(present).collect()
}

fn copy(values: &Values<'_>, tag: Tag) -> Option<Copied> {
    let (entry, bytes) = values.bytes(tag)?;
    let mut bytes = bytes.to_vec();
    if bytes.len() % 2 == 1 {
        bytes.push(b' ');
    }
    let vr = entry.vr;
    (!bytes.is_empty()).then_some(Copied { tag, vr, bytes })
}

fn image(slice: &Slice, series: &Series) -> Result<(Reference, Option<SourceImage>), FormatError> {
    let path = slice.path();
    let opened = open(path, Head::open(path, FIRST_READ)?)?;
    let values = Values::new(&opened);
    let instance = values.code(tags::SOP_INSTANCE_UID);
    if instance.as_deref() != Some(&slice.file.sop_uid) {
        let reason = "the file has no SOP Instance UID, or is another one than when it was opened";
        return Err(FormatError::damaged(path, reason));
    }
    let reference = Reference {
        class: values
            .code(tags::SOP_CLASS_UID)
            .ok_or_else(|| FormatError::damaged(path, "no SOP Class UID"))?,
        instance: slice.file.sop_uid.clone(),
        frame: (slice.file.n_frames > 1).then(|| slice.frame.saturating_add(1)),
    };
    let [between_columns, between_rows] = slice.spacing.unwrap_or_else(|| {
        let [i, j, _] = series.geometry().spacing_mm();
        [i, j]
    });
    // As written, where it is written for the whole image; else from the frame's own group.
    let written = values
        .array(tags::IMAGE_POSITION_PATIENT)
        .zip(values.array(tags::IMAGE_ORIENTATION_PATIENT));
    let of_frame = || {
        let plane = slice.plane?;
        let [[a, b, c], [d, e, f]] = [plane.along_row.0, plane.along_column.0];
        Some((plane.position.0, [a, b, c, d, e, f]))
    };
    let placed = written.or_else(of_frame);
    let placed = placed.map(|(position, orientation)| SourceImage {
        reference: reference.clone(),
        position,
        orientation,
        spacing: [between_rows, between_columns],
        thickness: slice.thickness,
    });
    Ok((reference, placed))
}
