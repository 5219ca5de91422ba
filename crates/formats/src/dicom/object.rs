//! Files as parsed objects: the library parses what the guard has walked; a panic in it is caught.
//!
//! Values of a data set and of the items in its sequences: absent, empty and unreadable ones are
//! `None`.

use super::open::{FIRST_READ, Opened, open};
use super::syntax::Syntax;
use super::walk::Encoding;
use super::write::Code;
use crate::error::FormatError;
use crate::file::Head;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_encoding::TransferSyntaxIndex;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// The data set of a file up to its pixel data.
pub(crate) struct Parsed {
    pub(crate) dataset: InMemDicomObject,
    pub(crate) opened: Opened,
}

/// Parses a file that the guard lets pass.
pub(crate) fn parse(path: &Path) -> Result<Parsed, FormatError> {
    let opened = open(path, Head::open(path, FIRST_READ)?)?;
    let bytes = opened
        .bytes
        .get(opened.dataset_at..opened.layout.end)
        .unwrap_or_default();
    let dataset = read(path, bytes, opened.syntax.encoding)?;
    Ok(Parsed { dataset, opened })
}

fn read(path: &Path, bytes: &[u8], encoding: Encoding) -> Result<InMemDicomObject, FormatError> {
    let uid = match encoding {
        Encoding::IMPLICIT => Syntax::IMPLICIT,
        Encoding::BIG_ENDIAN => Syntax::BIG_ENDIAN,
        _ => Syntax::EXPLICIT,
    };
    let Some(syntax) = TransferSyntaxRegistry.get(uid) else {
        return Err(FormatError::unsupported(path, uid));
    };
    let read = || InMemDicomObject::read_dataset_with_ts(bytes, syntax);
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(object)) => Ok(object),
        Ok(Err(fault)) => Err(FormatError::damaged(path, fault.to_string())),
        Err(_) => Err(FormatError::damaged(path, "the header cannot be parsed")),
    }
}

/// Text without padding.
pub(crate) fn text(set: &InMemDicomObject, tag: Tag) -> Option<String> {
    let text = set.get(tag)?.to_str().ok()?;
    let text = text.trim_matches(['\0', ' ']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Numbers; `None` unless each is finite.
pub(crate) fn numbers(set: &InMemDicomObject, tag: Tag) -> Option<Vec<f64>> {
    let numbers = set.get(tag)?.to_multi_float64().ok()?;
    (!numbers.is_empty() && numbers.iter().all(|n| n.is_finite())).then_some(numbers)
}

/// Exactly `N` numbers.
pub(crate) fn array<const N: usize>(set: &InMemDicomObject, tag: Tag) -> Option<[f64; N]> {
    numbers(set, tag)?.try_into().ok()
}

/// The first value, if it is a whole number.
pub(crate) fn integer(set: &InMemDicomObject, tag: Tag) -> Option<i64> {
    set.get(tag)?.to_int().ok()
}

/// The items of a sequence.
pub(crate) fn items(set: &InMemDicomObject, tag: Tag) -> &[InMemDicomObject] {
    let items = set.get(tag).and_then(|element| element.items());
    items.unwrap_or_default()
}

/// The first item of a sequence.
pub(crate) fn first(set: &InMemDicomObject, tag: Tag) -> Option<&InMemDicomObject> {
    items(set, tag).first()
}

/// The first code of a code sequence (PS3.3 table 8.8-1).
pub(crate) fn code(set: &InMemDicomObject, tag: Tag) -> Option<Code> {
    let item = first(set, tag)?;
    let value = text(item, tags::CODE_VALUE)
        .or_else(|| text(item, tags::LONG_CODE_VALUE))
        .or_else(|| text(item, tags::URN_CODE_VALUE))?;
    Some(Code {
        value,
        scheme: text(item, tags::CODING_SCHEME_DESIGNATOR).unwrap_or_default(),
        meaning: text(item, tags::CODE_MEANING).unwrap_or_default(),
    })
}
