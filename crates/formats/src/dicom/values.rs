//! Values of the elements of a data set or of an item of a sequence, read from the walked bytes.

use super::charset::decode;
use super::items::items;
use super::open::Opened;
use super::walk::{Encoding, Entry, Walk, walk};
use dicom_core::{Tag, VR};
use std::borrow::Cow;

const CHARACTER_SET: Tag = Tag(0x0008, 0x0005);

/// Reads values. Absent, empty and unreadable values are `None`.
#[derive(Debug, Clone)]
pub(crate) struct Values<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    entries: Cow<'a, [Entry]>,
    /// Specific Character Set of the data set around an item.
    inherited: Option<String>,
}

impl<'a> Values<'a> {
    /// Of elements that stand alone, such as meta information or what follows the pixels; `None` if
    /// they are no elements.
    pub(super) fn of_bytes(bytes: &'a [u8], encoding: Encoding) -> Option<Self> {
        let Ok(Walk::Done(layout)) = walk(bytes, bytes.len(), 0, encoding) else {
            return None;
        };
        Some(Self {
            bytes,
            encoding,
            entries: Cow::Owned(layout.entries),
            inherited: None,
        })
    }

    /// Of the data set of a file, up to its pixels.
    pub(crate) fn new(opened: &'a Opened) -> Self {
        Self {
            bytes: &opened.bytes,
            encoding: opened.syntax.encoding,
            entries: Cow::Borrowed(&opened.layout.entries),
            inherited: None,
        }
    }

    /// Whether the element is there, even if empty.
    pub(crate) fn has(&self, tag: Tag) -> bool {
        self.entry(tag).is_some()
    }

    /// The items of a sequence, at most `max` of them; one that cannot be read is empty, so that
    /// the others keep their numbers.
    pub(crate) fn items(&self, tag: Tag, max: usize) -> impl Iterator<Item = Values<'a>> + use<'a> {
        let (bytes, inherited) = (self.bytes, self.character_set());
        let sequence = self.entry(tag).filter(|entry| entry.is_sequence);
        let encoding = sequence.map_or(self.encoding, |s| s.encoding_of_items(self.encoding));
        let ranges = sequence.and_then(|s| items(bytes, s.range(), encoding, max).ok());
        ranges.unwrap_or_default().into_iter().map(move |range| {
            let bytes = bytes.get(..range.end).unwrap_or(bytes);
            let entries = match walk(bytes, bytes.len(), range.start, encoding) {
                Ok(Walk::Done(layout)) => layout.entries,
                Ok(Walk::NeedMore(_)) | Err(_) => Vec::new(),
            };
            Values {
                bytes,
                encoding,
                entries: Cow::Owned(entries),
                inherited: inherited.clone(),
            }
        })
    }

    /// The first item of a sequence.
    pub(crate) fn item(&self, tag: Tag) -> Option<Values<'a>> {
        self.items(tag, 1).next()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The value of an element as it stands in the file.
    pub(super) fn raw(&self, entry: &Entry) -> &'a [u8] {
        self.bytes.get(entry.range()).unwrap_or_default()
    }

    fn character_set(&self) -> Option<String> {
        self.code(CHARACTER_SET).or_else(|| self.inherited.clone())
    }

    pub(super) fn entry(&self, tag: Tag) -> Option<&Entry> {
        // Elements ascend in a sound file; one that is out of order is found the slow way.
        match self.entries.binary_search_by_key(&tag, |entry| entry.tag) {
            Ok(at) => self.entries.get(at),
            Err(_) => self.entries.iter().find(|entry| entry.tag == tag),
        }
    }

    fn bytes(&self, tag: Tag) -> Option<(&Entry, &'a [u8])> {
        let entry = self.entry(tag).filter(|entry| !entry.is_sequence)?;
        Some((entry, self.bytes.get(entry.range())?))
    }

    /// Text in the default repertoire (codes, UIDs, numbers), without padding.
    pub(crate) fn code(&self, tag: Tag) -> Option<String> {
        let (_, bytes) = self.bytes(tag)?;
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_matches(['\0', ' ']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Text in the file's character set, without padding.
    pub(crate) fn text(&self, tag: Tag) -> Option<String> {
        let (entry, bytes) = self.bytes(tag)?;
        let text = self.decode(entry.vr, bytes);
        (!text.is_empty()).then_some(text)
    }

    /// Text of an element of this data set, without padding.
    pub(super) fn decode(&self, vr: VR, bytes: &[u8]) -> String {
        let text = decode(bytes, self.character_set().as_deref(), vr == VR::PN);
        text.trim_matches(['\0', ' ']).to_owned()
    }

    /// Numbers, written as text or binary; `None` unless each is finite.
    pub(crate) fn numbers(&self, tag: Tag) -> Option<Vec<f64>> {
        let (entry, bytes) = self.bytes(tag)?;
        let encoding = self.encoding;
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
                .map(|b| f64::from_bits(encoding.u64(*b)))
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
        let words = bytes.as_chunks::<2>().0.iter();
        Some(words.map(|word| self.encoding.u16(*word)).collect())
    }

    /// Unsigned integers of 64 bits.
    pub(crate) fn longs(&self, tag: Tag) -> Option<Vec<u64>> {
        let (_, bytes) = self.bytes(tag)?;
        let longs = bytes.as_chunks::<8>().0.iter();
        Some(longs.map(|b| self.encoding.u64(*b)).collect())
    }

    /// An attribute tag.
    pub(crate) fn tag(&self, tag: Tag) -> Option<Tag> {
        let (_, bytes) = self.bytes(tag)?;
        let &[group, element] = bytes.as_chunks::<2>().0.first_chunk::<2>()?;
        Some(Tag(self.encoding.u16(group), self.encoding.u16(element)))
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
