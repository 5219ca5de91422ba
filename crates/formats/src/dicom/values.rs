//! Values of elements outside sequences, read from the walked bytes.

use super::open::Opened;
use super::walk::Entry;
use dicom_core::{Tag, VR};
use dicom_encoding::text::{SpecificCharacterSet, TextCodec};

const CHARACTER_SET: Tag = Tag(0x0008, 0x0005);

/// Reads values of a file that was opened. Absent, empty and unreadable values are `None`.
#[derive(Debug)]
pub(crate) struct Values<'a> {
    opened: &'a Opened,
}

impl<'a> Values<'a> {
    pub(crate) fn new(opened: &'a Opened) -> Self {
        Self { opened }
    }

    /// Whether the element is there, even if empty.
    pub(crate) fn has(&self, tag: Tag) -> bool {
        self.entry(tag).is_some()
    }

    fn entry(&self, tag: Tag) -> Option<&'a Entry> {
        let entries = &self.opened.layout.entries;
        // Elements ascend in a sound file; one that is out of order is found the slow way.
        match entries.binary_search_by_key(&tag, |entry| entry.tag) {
            Ok(at) => entries.get(at),
            Err(_) => entries.iter().find(|entry| entry.tag == tag),
        }
    }

    /// The element and its value as it stands in the file; empty for a sequence.
    pub(crate) fn bytes(&self, tag: Tag) -> Option<(&'a Entry, &'a [u8])> {
        let entry = self.entry(tag)?;
        let end = entry.value_at.checked_add(entry.len)?;
        Some((entry, self.opened.bytes.get(entry.value_at..end)?))
    }

    /// Text in the default repertoire (codes, UIDs, numbers), without padding.
    pub(crate) fn code(&self, tag: Tag) -> Option<String> {
        let (_, bytes) = self.bytes(tag)?;
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_matches(['\0', ' ']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Text in the file's character set, without padding. Code extensions are not resolved.
    pub(crate) fn text(&self, tag: Tag) -> Option<String> {
        let (_, bytes) = self.bytes(tag)?;
        let names = self.code(CHARACTER_SET);
        let name = names
            .as_deref()
            .and_then(|names| names.split('\\').find(|n| !n.is_empty()));
        let codec = name.and_then(|name| SpecificCharacterSet::from_code(name.trim()));
        let text = codec.unwrap_or_default().decode(bytes);
        let text = text.unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned());
        let text = text.trim_matches(['\0', ' ']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Numbers, written as text or binary; `None` unless each is finite.
    pub(crate) fn numbers(&self, tag: Tag) -> Option<Vec<f64>> {
        let (entry, bytes) = self.bytes(tag)?;
        let encoding = self.opened.syntax.encoding;
        let numbers: Vec<f64> = match entry.vr {
            VR::US => bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|b| encoding.u16(*b).into())
                .collect(),
            VR::SS => {
                let signed = |b: &[u8; 2]| encoding.u16(*b).cast_signed().into();
                bytes.as_chunks::<2>().0.iter().map(signed).collect()
            }
            VR::UL => bytes
                .as_chunks::<4>()
                .0
                .iter()
                .map(|b| encoding.u32(*b).into())
                .collect(),
            VR::FL => {
                let float = |b: &[u8; 4]| f32::from_bits(encoding.u32(*b)).into();
                bytes.as_chunks::<4>().0.iter().map(float).collect()
            }
            VR::FD => bytes
                .as_chunks::<8>()
                .0
                .iter()
                .map(|b| encoding.f64(*b))
                .collect(),
            _ => {
                let text = self.code(tag)?;
                text.split('\\')
                    .map(|n| n.trim().parse().ok())
                    .collect::<Option<_>>()?
            }
        };
        (!numbers.is_empty() && numbers.iter().all(|n| n.is_finite())).then_some(numbers)
    }

    /// The value as 16-bit words.
    pub(crate) fn words(&self, tag: Tag) -> Option<Vec<u16>> {
        let (_, bytes) = self.bytes(tag)?;
        let encoding = self.opened.syntax.encoding;
        let words = bytes.as_chunks::<2>().0.iter();
        Some(words.map(|word| encoding.u16(*word)).collect())
    }

    /// The first number.
    pub(crate) fn number(&self, tag: Tag) -> Option<f64> {
        self.numbers(tag)?.first().copied()
    }

    /// The first number, if it is a whole one that fits.
    pub(crate) fn integer(&self, tag: Tag) -> Option<i64> {
        let number = self.number(tag)?;
        let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        is_whole.then_some(number as i64)
    }

    /// Exactly `N` numbers.
    pub(crate) fn array<const N: usize>(&self, tag: Tag) -> Option<[f64; N]> {
        self.numbers(tag)?.try_into().ok()
    }
}
