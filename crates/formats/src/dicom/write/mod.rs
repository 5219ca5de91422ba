//! What every DICOM object that we write has: patient and study of the images it belongs to, who
//! made it and with what, colours, codes, and a file that appears whole or not at all.

pub(crate) mod color;
pub(crate) mod dataset;
mod file;
pub(crate) mod header;
pub(crate) mod source;
pub(crate) mod text;

pub(crate) use file::{Pixels, encoded_items, write_file};

/// A coded concept (DICOM PS3.3 section 8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Code Value, at most 16 characters.
    pub value: String,
    /// Coding Scheme Designator, such as `SCT` or `DCM`.
    pub scheme: String,
    /// Code Meaning, at most 64 characters.
    pub meaning: String,
}

impl Code {
    /// A code from its three parts.
    #[must_use]
    pub fn new(value: &str, scheme: &str, meaning: &str) -> Self {
        let [value, scheme, meaning] = [value, scheme, meaning].map(str::to_owned);
        Self {
            value,
            scheme,
            meaning,
        }
    }
}

/// What the caller decides about a new object: nothing in here reads a clock or draws a number.
#[derive(Debug, Clone)]
pub struct NewObject {
    /// SOP Instance UID.
    pub sop_instance_uid: String,
    /// Series Instance UID of the series that the object begins.
    pub series_instance_uid: String,
    /// Series Number.
    pub series_number: u32,
    /// Series Description, at most 64 characters.
    pub series_description: String,
    /// Date of making, `YYYYMMDD`.
    pub date: String,
    /// Time of making, `HHMMSS` with an optional fraction.
    pub time: String,
    /// Who made the content, as a DICOM person name (`Family^Given`).
    pub creator: String,
    /// Manufacturer of this program.
    pub manufacturer: String,
    /// Name of this program.
    pub model_name: String,
    /// Serial number of this installation.
    pub device_serial_number: String,
    /// Version of this program.
    pub software_version: String,
}

/// The UID of a UUID (DICOM PS3.5 annex B.2).
#[must_use]
pub fn uid_from_uuid(uuid: u128) -> String {
    format!("2.25.{uuid}")
}
