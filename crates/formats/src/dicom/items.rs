//! Values of a parsed data set and of the items in its sequences. Absent, empty and unreadable
//! values are `None`.

use super::write::Code;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

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
