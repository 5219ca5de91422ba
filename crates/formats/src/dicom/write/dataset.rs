//! Builds data sets. Value representations come from the dictionary; text is put in as bytes, so
//! that no library encodes it again.

use super::Code;
use super::text::Repertoire;
use crate::dicom::walk::dictionary_vr;
use dicom_core::value::{DataSetSequence, PrimitiveValue};
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

/// A data set or an item of a sequence under construction.
#[derive(Debug, Clone)]
pub(crate) struct DataSet(InMemDicomObject);

impl DataSet {
    pub(crate) fn new() -> Self {
        Self(InMemDicomObject::new_empty())
    }

    pub(crate) fn object(&self) -> &InMemDicomObject {
        &self.0
    }

    /// Text in the default repertoire: codes, UIDs, numbers, dates.
    pub(crate) fn code(mut self, tag: Tag, value: &str) -> Self {
        self.put_code(tag, value);
        self
    }

    /// As [`Self::code`], into what is kept elsewhere.
    pub(crate) fn put_code(&mut self, tag: Tag, value: &str) {
        let vr = dictionary_vr(tag);
        let value = match value {
            "" => PrimitiveValue::Empty,
            value => PrimitiveValue::from(value),
        };
        self.0.put(DataElement::new(tag, vr, value));
    }

    /// A value's bytes as they are to stand in the file, which is little endian; even in number.
    pub(crate) fn raw(mut self, tag: Tag, vr: VR, bytes: &[u8]) -> Self {
        let value = match (vr, bytes) {
            (_, []) => PrimitiveValue::Empty,
            // The library would write the bytes as numbers.
            (VR::DS | VR::IS, bytes) => {
                PrimitiveValue::from(String::from_utf8_lossy(bytes).into_owned())
            }
            (_, bytes) => PrimitiveValue::U8(bytes.into()),
        };
        self.0.put(DataElement::new(tag, vr, value));
        self
    }

    /// Text that may need a character set.
    pub(crate) fn text(self, tag: Tag, repertoire: &Repertoire, text: &str) -> Self {
        let vr = dictionary_vr(tag);
        let mut bytes = repertoire.encode(text);
        if bytes.len() % 2 == 1 {
            bytes.push(b' ');
        }
        self.raw(tag, vr, &bytes)
    }

    pub(crate) fn u16s(mut self, tag: Tag, values: &[u16]) -> Self {
        let value = PrimitiveValue::U16(values.into());
        self.0.put(DataElement::new(tag, VR::US, value));
        self
    }

    pub(crate) fn u32s(mut self, tag: Tag, values: &[u32]) -> Self {
        let value = PrimitiveValue::U32(values.into());
        self.0.put(DataElement::new(tag, VR::UL, value));
        self
    }

    /// An attribute tag as a value.
    pub(crate) fn pointer(mut self, tag: Tag, to: Tag) -> Self {
        self.0
            .put(DataElement::new(tag, VR::AT, PrimitiveValue::from(to)));
        self
    }

    pub(crate) fn items(mut self, tag: Tag, items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<InMemDicomObject> = items.into_iter().map(|item| item.0).collect();
        self.0
            .put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
        self
    }

    pub(crate) fn item(self, tag: Tag, item: Self) -> Self {
        self.items(tag, [item])
    }

    /// A coded concept (PS3.3 table 8.8-1).
    pub(crate) fn of_code(around: &Repertoire, code: &Code) -> Self {
        let repertoire = around.of_item(&[&code.meaning]);
        Self::new()
            .character_set(&repertoire)
            .code(tags::CODE_VALUE, &code.value)
            .code(tags::CODING_SCHEME_DESIGNATOR, &code.scheme)
            .text(tags::CODE_MEANING, &repertoire, &code.meaning)
    }

    /// A code sequence with one item.
    pub(crate) fn concept(self, tag: Tag, around: &Repertoire, code: &Code) -> Self {
        self.item(tag, Self::of_code(around, code))
    }

    /// A code sequence with a code of the standard, whose meaning is plain text.
    pub(crate) fn standard(self, tag: Tag, [value, scheme, meaning]: [&str; 3]) -> Self {
        let item = Self::new()
            .code(tags::CODE_VALUE, value)
            .code(tags::CODING_SCHEME_DESIGNATOR, scheme)
            .code(tags::CODE_MEANING, meaning);
        self.item(tag, item)
    }

    /// States the repertoire where that is needed.
    pub(crate) fn character_set(self, repertoire: &Repertoire) -> Self {
        match repertoire.stated() {
            Some(name) => self.code(tags::SPECIFIC_CHARACTER_SET, name),
            None => self,
        }
    }

    /// Class and instance of another object.
    pub(crate) fn reference(class: &str, instance: &str) -> Self {
        Self::new()
            .code(tags::REFERENCED_SOP_CLASS_UID, class)
            .code(tags::REFERENCED_SOP_INSTANCE_UID, instance)
    }
}
