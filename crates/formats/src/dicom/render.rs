//! Elements of a data set, readable. What was walked cannot nest deeper than the guard allows.

use super::metadata::ElementPath;
use super::values::Values;
use super::walk::Entry;
use crate::element::{Element, binary, cut};
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use std::collections::BTreeSet;

/// Items of one sequence, and numbers of one value, that are shown.
const MAX_ITEMS: usize = 1000;
const MAX_NUMBERS: usize = 64;

/// Elements that differ between slices are marked, and of the groups of each frame one is shown.
#[derive(Debug)]
pub(super) struct Renderer<'a> {
    pub(super) frame: usize,
    pub(super) varying: &'a BTreeSet<ElementPath>,
    path: ElementPath,
}

impl<'a> Renderer<'a> {
    pub(super) const fn new(frame: usize, varying: &'a BTreeSet<ElementPath>) -> Self {
        let path = ElementPath::new();
        Self {
            frame,
            varying,
            path,
        }
    }

    pub(super) fn all(&mut self, values: &Values<'_>) -> Vec<Element> {
        let entries = values.entries().iter();
        entries.map(|entry| self.one(values, entry)).collect()
    }

    pub(super) fn one(&mut self, values: &Values<'_>, entry: &Entry) -> Element {
        let tag = entry.tag;
        self.path.push((tag, 0));
        let varies = self.varying.contains(&self.path);
        let (value, items) = match (entry.is_sequence, entry.vr) {
            (true, VR::OB | VR::OW) => ("in compressed fragments".to_owned(), Vec::new()),
            (true, _) if tag == tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE => {
                let number = self.frame.saturating_add(1);
                let own = values.items(tag, number).nth(self.frame);
                let own = own.iter().map(|own| self.all(own)).collect();
                (format!("item {number}, of this frame"), own)
            }
            (true, _) => self.items(values, tag),
            (false, _) => (text(values, entry), Vec::new()),
        };
        self.path.pop();
        Element {
            tag: tag.to_string(),
            name: name(values, tag),
            vr: entry.vr.to_string().to_owned(),
            value,
            items,
            varies,
        }
    }

    fn items(&mut self, values: &Values<'_>, tag: Tag) -> (String, Vec<Vec<Element>>) {
        let mut items = Vec::new();
        let mut has_more = false;
        for (n, item) in values.items(tag, MAX_ITEMS.saturating_add(1)).enumerate() {
            if n == MAX_ITEMS {
                has_more = true;
                break;
            }
            if let Some(last) = self.path.last_mut() {
                last.1 = n;
            }
            items.push(self.all(&item));
        }
        let more = if has_more { "the first " } else { "" };
        (format!("{more}{} item(s)", items.len()), items)
    }
}

/// The value of an element that is no sequence.
pub(super) fn text(values: &Values<'_>, entry: &Entry) -> String {
    let raw = values.raw(entry);
    let encoding = values.encoding();
    macro_rules! numbers {
        ($n:literal, $number:expr) => {{
            let numbers = raw.as_chunks::<$n>().0;
            let shown = numbers.iter().take(MAX_NUMBERS).map($number);
            let shown: Vec<String> = shown.map(|number| number.to_string()).collect();
            let more = match numbers.len() > MAX_NUMBERS {
                true => format!(" … ({} numbers in all)", numbers.len()),
                false => String::new(),
            };
            format!("{}{more}", shown.join("\\"))
        }};
    }
    match entry.vr {
        VR::US => numbers!(2, |b| encoding.u16(*b)),
        VR::SS => numbers!(2, |b| encoding.u16(*b).cast_signed()),
        VR::UL => numbers!(4, |b| encoding.u32(*b)),
        VR::SL => numbers!(4, |b| encoding.u32(*b).cast_signed()),
        VR::UV => numbers!(8, |b| encoding.u64(*b)),
        VR::SV => numbers!(8, |b| encoding.u64(*b).cast_signed()),
        VR::FL => numbers!(4, |b| f32::from_bits(encoding.u32(*b))),
        VR::FD => numbers!(8, |b| f64::from_bits(encoding.u64(*b))),
        VR::AT => numbers!(4, |b| {
            let [a, b, c, d] = *b;
            Tag(encoding.u16([a, b]), encoding.u16([c, d]))
        }),
        VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW => binary(raw.len() as u64, raw),
        VR::UN => unknown(raw),
        _ => cut(&values.decode(entry.vr, raw)),
    }
}

/// Private elements of implicit data sets have no known form: what looks like text is shown so.
fn unknown(raw: &[u8]) -> String {
    let printed = raw.trim_ascii_end().strip_suffix(b"\0").unwrap_or(raw);
    let is_text = !printed.is_empty() && printed.iter().all(|b| (32..127).contains(b));
    match is_text {
        true => cut(&String::from_utf8_lossy(printed)),
        false => binary(raw.len() as u64, raw),
    }
}

/// The dictionary's keyword; for a private element its creator.
pub(super) fn name(values: &Values<'_>, tag: Tag) -> String {
    if let Some(entry) = StandardDataDictionary.by_tag(tag) {
        return entry.alias().to_owned();
    }
    let Tag(group, element) = tag;
    let is_private = group % 2 == 1;
    match element {
        0x0010..=0x00FF if is_private => "Private creator".to_owned(),
        0x1000.. if is_private => match values.text(Tag(group, element >> 8)) {
            Some(creator) => format!("Private ({creator})"),
            None => "Private".to_owned(),
        },
        _ => "Unknown".to_owned(),
    }
}
