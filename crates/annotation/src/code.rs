//! Coded meanings: what a structure is, in words that other programs know. The bundled list holds the
//! DICOM context groups that segments are described with (PS3.16): SNOMED CT, RadLex and DICOM's own
//! codes. `xtask/codes.py` writes it.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// One line a code: groups, scheme, value, meaning, apart by tabs.
const BUNDLED: &str = include_str!("codes.tsv");

/// A coded concept (PS3.3 8.8, Code Sequence Macro).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code {
    /// Code value.
    pub value: String,
    /// Coding scheme designator, as `SCT` or `RADLEX`.
    pub scheme: String,
    /// Code meaning.
    pub meaning: String,
}

/// Characters of each part of a code: DICOM's limit for short texts is 16 for scheme and value, 64
/// for the meaning, but URN codes are longer.
const MAX_CHARS: [usize; 3] = [64, 16, 64];

impl Code {
    /// Whether each part is there, printable and short enough.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        [&self.value, &self.scheme, &self.meaning]
            .into_iter()
            .zip(MAX_CHARS)
            .all(|(text, max)| {
                let is_clean = !text.chars().any(|c| c.is_control() || c == '\\');
                is_clean && !text.trim().is_empty() && text.chars().count() <= max
            })
    }
}

/// What a code is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeGroup {
    /// Segmentation property category, CID 7150.
    Category,
    /// Segmentation property type, CID 7151 and those it and its like include.
    Type,
    /// Laterality, CID 244.
    Laterality,
}

struct Entry {
    groups: &'static str,
    code: Code,
    /// The meaning in lower case.
    folded: String,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let entry = |line: &'static str| {
        let mut fields = line.split('\t');
        let groups = fields.next()?;
        let (scheme, value, meaning) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Entry {
            groups,
            folded: meaning.to_lowercase(),
            code: Code {
                value: value.to_owned(),
                scheme: scheme.to_owned(),
                meaning: meaning.to_owned(),
            },
        })
    };
    let lines = BUNDLED.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(entry).collect()
});

/// Bundled codes of a group of which every word of `text` begins a word of the meaning, or is the code's
/// value, best first: the whole meaning, then its beginning, then the shortest.
#[must_use]
pub fn search(group: CodeGroup, text: &str, limit: usize) -> Vec<&'static Code> {
    let letter = match group {
        CodeGroup::Category => 'C',
        CodeGroup::Type => 'T',
        CodeGroup::Laterality => 'L',
    };
    let wanted = text.trim().to_lowercase();
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<((u8, usize), &Entry)> = ENTRIES
        .iter()
        .filter(|entry| entry.groups.contains(letter))
        .filter(|entry| words.iter().all(|word| has_word(entry, word)))
        .map(|entry| (rank(entry, &wanted), entry))
        .collect();
    found.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.code.cmp(&right.code)));
    let codes = found.into_iter().map(|(_, entry)| &entry.code);
    codes.take(limit).collect()
}

fn has_word(entry: &Entry, word: &str) -> bool {
    entry.code.value.eq_ignore_ascii_case(word)
        || entry
            .folded
            .split(|c: char| !c.is_alphanumeric())
            .any(|other| other.starts_with(word))
}

fn rank(entry: &Entry, wanted: &str) -> (u8, usize) {
    let place = match &entry.folded {
        folded if folded == wanted => 0,
        folded if folded.starts_with(wanted) => 1,
        _ => 2,
    };
    (place, entry.folded.len())
}
