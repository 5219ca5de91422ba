//! The modules that every object of a study has: SOP common, patient, study, series, frame of
//! reference, equipment (PS3.3 C.12.1, C.7.1 to C.7.5).

use super::NewObject;
use super::dataset::DataSet;
use super::source::Source;
use super::text::{Repertoire, long_string};
use crate::error::FormatError;
use crate::finding::Finding;
use dicom_dictionary_std::tags;
use std::path::Path;

/// What kind of object it becomes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) sop_class: &'static str,
    pub(crate) modality: &'static str,
    /// UID of the transfer syntax.
    pub(crate) syntax: &'static str,
}

/// The data set with the common modules.
pub(crate) struct Header {
    pub(crate) set: DataSet,
    pub(crate) repertoire: Repertoire,
    /// Series description and creator as they are written.
    pub(crate) description: String,
    pub(crate) creator: String,
    /// What was changed in texts.
    pub(crate) report: Vec<Finding>,
}

/// Makes the common modules of an object whose items will have `names` of ours.
pub(crate) fn header(
    path: &Path,
    source: &Source,
    object: &NewObject,
    kind: Kind,
    names: &[&str],
) -> Result<Header, FormatError> {
    check(path, object)?;
    let mut report = Vec::new();
    let description = long_string(&object.series_description, &mut report);
    let creator = long_string(&object.creator, &mut report);
    let [manufacturer, model, serial, version] = [
        &object.manufacturer,
        &object.model_name,
        &object.device_serial_number,
        &object.software_version,
    ]
    .map(|text| long_string(text, &mut report));
    let texts = [
        &description,
        &creator,
        &manufacturer,
        &model,
        &serial,
        &version,
    ];
    let copied: Vec<Vec<u8>> = source.copied.iter().map(|c| c.bytes.clone()).collect();
    let repertoire = Repertoire::of_object(
        path,
        &source.character_set,
        &copied,
        &texts.map(String::as_str),
        names,
    )?;
    let set = DataSet::new()
        .character_set(&repertoire)
        .code(tags::SOP_CLASS_UID, kind.sop_class)
        .code(tags::SOP_INSTANCE_UID, &object.sop_instance_uid)
        .code(tags::INSTANCE_CREATION_DATE, &object.date)
        .code(tags::INSTANCE_CREATION_TIME, &object.time)
        .code(tags::MODALITY, kind.modality)
        .code(tags::SERIES_DATE, &object.date)
        .code(tags::SERIES_TIME, &object.time)
        .code(tags::STUDY_INSTANCE_UID, &source.study)
        .code(tags::SERIES_INSTANCE_UID, &object.series_instance_uid)
        .code(tags::SERIES_NUMBER, &object.series_number.to_string())
        .code(tags::INSTANCE_NUMBER, "1")
        .text(tags::SERIES_DESCRIPTION, &repertoire, &description)
        .text(tags::MANUFACTURER, &repertoire, &manufacturer)
        .text(tags::MANUFACTURER_MODEL_NAME, &repertoire, &model)
        .text(tags::DEVICE_SERIAL_NUMBER, &repertoire, &serial)
        .text(tags::SOFTWARE_VERSIONS, &repertoire, &version);
    let set = match source.frame_of_reference.as_str() {
        "" => set,
        frame => set.code(tags::FRAME_OF_REFERENCE_UID, frame).code(
            tags::POSITION_REFERENCE_INDICATOR,
            &source.position_reference,
        ),
    };
    let set = source.copied.iter().fold(set, |set, copied| {
        set.raw(copied.tag, copied.vr, &copied.bytes)
    });
    Ok(Header {
        set,
        repertoire,
        description,
        creator,
        report,
    })
}

fn check(path: &Path, object: &NewObject) -> Result<(), FormatError> {
    let is_uid = |uid: &String| {
        let is_part = |part: &str| {
            let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            is_number && (part == "0" || !part.starts_with('0'))
        };
        uid.len() <= 64 && uid.split('.').all(is_part)
    };
    let is_date = object.date.len() == 8 && object.date.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = object.time.split_once('.').unwrap_or((&object.time, "0"));
    let is_time = whole.len() == 6
        && (1..=6).contains(&fraction.len())
        && whole
            .bytes()
            .chain(fraction.bytes())
            .all(|b| b.is_ascii_digit());
    let equipment = [
        &object.manufacturer,
        &object.model_name,
        &object.device_serial_number,
        &object.software_version,
    ];
    let what = match () {
        () if !is_uid(&object.sop_instance_uid) || !is_uid(&object.series_instance_uid) => {
            "an instance or series UID that is none"
        }
        () if !is_date || !is_time => "a date or time that is not YYYYMMDD or HHMMSS.FFFFFF",
        () if equipment.iter().any(|text| text.trim().is_empty()) => {
            "a program without manufacturer, name, serial number or version"
        }
        () => return Ok(()),
    };
    Err(FormatError::unsupported(path, what))
}
