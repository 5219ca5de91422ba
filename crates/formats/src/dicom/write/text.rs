//! Text and numbers as DICOM bounds them (PS3.5 section 6.2), and the repertoire they are in.

use crate::error::FormatError;
use crate::finding::Finding;
use dicom_encoding::text::{SpecificCharacterSet, TextCodec};
use std::path::Path;

const UTF_8: &str = "ISO_IR 192";

/// Longest value of a decimal string, bytes.
const MAX_DECIMAL: usize = 16;

/// Longest value of a long string, characters.
const MAX_LONG_STRING: usize = 64;

/// Which character set text is written in.
///
/// The patient's name and the like are copied byte for byte, so the images' character set is kept
/// for the object unless what is copied reads the same in UTF-8. Items with text of ours state
/// their own set where they need one (PS3.3 C.12.1.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repertoire {
    name: String,
    /// Whether the data set has to state it, or is inside one that does.
    is_stated: bool,
}

impl Repertoire {
    /// For an object that copies `copied` in the character set `declared` and has texts of ours
    /// beside it, and others in items.
    pub(crate) fn of_object(
        path: &Path,
        declared: &str,
        copied: &[Vec<u8>],
        ours: &[&str],
        in_items: &[&str],
    ) -> Result<Self, FormatError> {
        let named = |name: &str| Self {
            name: name.to_owned(),
            is_stated: true,
        };
        let kept = named(declared);
        let fit = |texts: &[&str]| texts.iter().all(|text| kept.try_encode(text).is_some());
        if fit(ours) && fit(in_items) {
            return Ok(kept);
        }
        // Escapes begin with a control character; JIS X 0201 differs from ASCII below 128.
        let is_plain = |bytes: &Vec<u8>| bytes.iter().all(|b| b.is_ascii() && *b != 0x1B);
        if copied.iter().all(is_plain) && !declared.contains("IR 13") {
            return Ok(named(UTF_8));
        }
        if fit(ours) {
            return Ok(kept);
        }
        let what = format!(
            "the series description or the creator's name cannot be written in the images' character set ({declared})"
        );
        Err(FormatError::unsupported(path, what))
    }

    /// For an item with these texts, inside a data set in this repertoire.
    pub(crate) fn of_item(&self, texts: &[&str]) -> Self {
        match texts.iter().all(|text| self.try_encode(text).is_some()) {
            true => Self {
                is_stated: false,
                ..self.clone()
            },
            false => Self {
                name: UTF_8.to_owned(),
                is_stated: true,
            },
        }
    }

    /// Value of Specific Character Set where it has to be stated.
    pub(crate) fn stated(&self) -> Option<&str> {
        (self.is_stated && !self.name.is_empty()).then_some(&self.name)
    }

    /// The bytes of a text that the repertoire was chosen for.
    pub(crate) fn encode(&self, text: &str) -> Vec<u8> {
        self.try_encode(text)
            .unwrap_or_else(|| text.replace(|c: char| !c.is_ascii(), "?").into_bytes())
    }

    fn try_encode(&self, text: &str) -> Option<Vec<u8>> {
        if text.is_ascii() {
            return Some(text.as_bytes().to_vec());
        }
        // With code extensions the codec would have to be switched by escapes.
        let single = (!self.name.contains('\\')).then_some(self.name.as_str())?;
        SpecificCharacterSet::from_code(single)?.encode(text).ok()
    }
}

/// A number as a decimal string: the shortest that gives the same number back, or as exact as 16
/// characters allow.
pub(crate) fn decimal(x: f64) -> String {
    // No minus zero.
    let x = x + 0.0;
    let plain = x.to_string();
    if plain.len() <= MAX_DECIMAL {
        return plain;
    }
    let short = |text: &String| text.len() <= MAX_DECIMAL;
    let digits = (0..=MAX_DECIMAL).rev();
    let candidates = digits.flat_map(|n| [format!("{x:.n$}"), format!("{x:.n$e}")]);
    let error = |text: &String| text.parse().map_or(f64::MAX, |y: f64| (y - x).abs());
    let nearest = candidates
        .filter(short)
        .min_by(|a, b| error(a).total_cmp(&error(b)));
    nearest.unwrap_or_else(|| "0".to_owned())
}

/// Several numbers as one value.
pub(crate) fn decimals(numbers: &[f64]) -> String {
    let texts: Vec<String> = numbers.iter().copied().map(decimal).collect();
    texts.join("\\")
}

/// A name as a long string: at most 64 characters, no backslash, no control characters. A change
/// is reported.
pub(crate) fn long_string(name: &str, report: &mut Vec<Finding>) -> String {
    let clean: String = name
        .trim()
        .chars()
        .map(|c| match c {
            '\\' => '/',
            c if c.is_control() => ' ',
            c => c,
        })
        .take(MAX_LONG_STRING)
        .collect();
    let clean = clean.trim_end();
    if clean != name {
        let message = format!(
            "The name \"{name}\" is written as \"{clean}\": DICOM allows 64 characters, no backslash."
        );
        report.push(Finding::warning("name_changed", message));
    }
    clean.to_owned()
}
