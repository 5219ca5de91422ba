//! What a file says about itself, for display.

/// Values longer than this many characters are cut.
const MAX_CHARS: usize = 256;

/// Bytes of a binary value that are shown.
const MAX_BYTES: usize = 16;

/// One DICOM element or NIfTI header field, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// `(gggg,eeee)`, or the byte offset of a NIfTI field.
    pub tag: String,
    /// Its name in the standard.
    pub name: String,
    /// DICOM value representation, or the NIfTI field's type.
    pub vr: String,
    /// Readable value; long ones are cut and say so.
    pub value: String,
    /// Items of a sequence.
    pub items: Vec<Vec<Element>>,
    /// Whether another slice of the series has another value.
    pub varies: bool,
}

/// A value of readable length that says what was cut.
pub(crate) fn cut(value: &str) -> String {
    let n_chars = value.chars().count();
    if n_chars <= MAX_CHARS {
        return value.to_owned();
    }
    let shown: String = value.chars().take(MAX_CHARS).collect();
    format!("{shown} … ({n_chars} characters in all)")
}

/// Length and first bytes of a binary value whose length is known but which need not be in memory.
pub(crate) fn binary(n_bytes: u64, first: &[u8]) -> String {
    let shown: Vec<String> = first
        .iter()
        .take(MAX_BYTES)
        .map(|b| format!("{b:02x}"))
        .collect();
    let more = if n_bytes > shown.len() as u64 {
        " …"
    } else {
        ""
    };
    match n_bytes {
        0 => "0 bytes".to_owned(),
        _ => format!("{n_bytes} bytes: {}{more}", shown.join(" ")),
    }
}
