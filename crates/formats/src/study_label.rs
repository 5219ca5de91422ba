//! The study that a series belongs to.

/// Tells studies apart when several were opened at once. Description and date are for display only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyLabel {
    /// Hash of the Study Instance UID, hexadecimal: equal for series of one study.
    pub key: String,
    /// Hash of what names the patient, hexadecimal: equal for studies of one patient.
    pub patient_key: String,
    /// Study Description; may be empty.
    pub description: String,
    /// Study Date, `YYYYMMDD`, if the file says.
    pub date: Option<String>,
}
