//! The guard: walks the structure of a DICOM data set before any parser sees it.
//!
//! Every declared length is checked against the bytes that are left, nesting and element count are
//! bounded, and nothing is allocated from a declared size. The walk keeps its own stack, so deep
//! nesting costs no call stack. It needs the structure only: values may lie beyond the bytes read
//! so far. Structure by DICOM PS3.5 section 7.

use super::refusal::{MAX_ELEMENTS, MAX_NESTING, MAX_STEPS, Refusal};
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;
use std::ops::Range;

const UNDEFINED: u32 = 0xFFFF_FFFF;
const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// Float, double float and integer pixel data.
const PIXELS: [Tag; 3] = [
    Tag(0x7FE0, 0x0008),
    Tag(0x7FE0, 0x0009),
    Tag(0x7FE0, 0x0010),
];

/// How elements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    pub(crate) is_explicit: bool,
    pub(crate) is_big_endian: bool,
}

impl Encoding {
    pub(crate) const IMPLICIT: Self = Self {
        is_explicit: false,
        is_big_endian: false,
    };
    pub(crate) const EXPLICIT: Self = Self {
        is_explicit: true,
        is_big_endian: false,
    };
    pub(crate) const BIG_ENDIAN: Self = Self {
        is_explicit: true,
        is_big_endian: true,
    };

    pub(crate) fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.is_big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    pub(crate) fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.is_big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    pub(crate) fn u64(self, bytes: [u8; 8]) -> u64 {
        if self.is_big_endian {
            u64::from_be_bytes(bytes)
        } else {
            u64::from_le_bytes(bytes)
        }
    }
}

/// An element outside any sequence. Offsets are from the beginning of the walked bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) tag: Tag,
    pub(crate) vr: VR,
    pub(crate) value_at: usize,
    /// Without the delimiter of a sequence of undefined length.
    pub(crate) len: usize,
    /// Whether the value is a run of items.
    pub(crate) is_sequence: bool,
}

impl Entry {
    pub(crate) fn range(&self) -> Range<usize> {
        self.value_at..self.value_at.saturating_add(self.len)
    }

    /// How the items of a sequence are written: an unknown element holds implicit VR items
    /// (PS3.5 6.2.2 note 4).
    pub(crate) fn encoding_of_items(&self, parent: Encoding) -> Encoding {
        match self.vr {
            VR::UN => Encoding::IMPLICIT,
            _ => parent,
        }
    }
}

/// The pixel data element outside any sequence (not that of an icon).
#[derive(Debug, Clone, Copy)]
pub(crate) struct PixelElement {
    pub(crate) tag: Tag,
    pub(crate) vr: VR,
    /// Where its header begins: the end of everything before it.
    pub(crate) header_at: usize,
    pub(crate) value_at: usize,
    /// Declared length, not yet checked; `None` if the value is in fragments.
    pub(crate) len: Option<usize>,
}

/// What a walk found before the pixel data.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) entries: Vec<Entry>,
    pub(crate) pixels: Option<PixelElement>,
    /// Where the walk ended: at the pixel data's header, or at the end.
    pub(crate) end: usize,
}

/// How a walk ended.
#[derive(Debug)]
pub(crate) enum Walk {
    /// At the pixel data or the end.
    Done(Layout),
    /// At the end of the bytes at hand, before the end of the file; so many bytes are needed.
    NeedMore(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sequence,
    Item,
    Fragments,
}

/// A sequence, item or run of fragments that has not ended.
#[derive(Debug, Clone, Copy)]
struct Open {
    kind: Kind,
    /// Where it ends, if its length is defined.
    end: Option<usize>,
    /// Where it must have ended: the end of the innermost container of defined length.
    limit: usize,
    encoding: Encoding,
}

/// What one step of a walk met.
#[derive(Debug)]
pub(super) enum Step {
    On,
    NeedMore(usize),
    Pixels(PixelElement),
}

struct Header {
    tag: Tag,
    vr: VR,
    len: u32,
    value_at: usize,
}

enum Peeked {
    Header(Header),
    NeedMore(usize),
}

/// Walks the data set that begins at `from` in `bytes`, the beginning of `total` bytes.
pub(crate) fn walk(
    bytes: &[u8],
    total: usize,
    from: usize,
    encoding: Encoding,
) -> Result<Walk, Refusal> {
    let entries = Vec::with_capacity(128);
    let mut walker = Walker {
        bytes,
        total,
        encoding,
        at: from,
        n: 0,
        open: Vec::new(),
        entries,
    };
    loop {
        walker.close_finished();
        if walker.is_at_end()? {
            let Walker { entries, at, .. } = walker;
            return Ok(Walk::Done(Layout {
                entries,
                pixels: None,
                end: at,
            }));
        }
        match walker.step()? {
            Step::On => {}
            Step::NeedMore(n_bytes) => return Ok(Walk::NeedMore(n_bytes)),
            Step::Pixels(pixels) => {
                let (entries, end) = (walker.entries, pixels.header_at);
                return Ok(Walk::Done(Layout {
                    entries,
                    pixels: Some(pixels),
                    end,
                }));
            }
        }
    }
}

/// The state of a walk.
#[derive(Debug)]
pub(super) struct Walker<'a> {
    bytes: &'a [u8],
    total: usize,
    encoding: Encoding,
    pub(super) at: usize,
    n: usize,
    open: Vec<Open>,
    entries: Vec<Entry>,
}

impl<'a> Walker<'a> {
    /// Inside a sequence that ends with `bytes`, before its first item.
    pub(super) fn in_sequence(bytes: &'a [u8], at: usize, encoding: Encoding) -> Self {
        let end = bytes.len();
        let sequence = Open {
            kind: Kind::Sequence,
            end: Some(end),
            limit: end,
            encoding,
        };
        Self {
            bytes,
            total: end,
            encoding,
            at,
            n: 0,
            open: vec![sequence],
            entries: Vec::new(),
        }
    }

    /// Containers that have not ended.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn close_finished(&mut self) {
        while self
            .open
            .last()
            .and_then(|open| open.end)
            .is_some_and(|end| self.at >= end)
        {
            self.open.pop();
        }
    }

    /// Whether the data set is complete. Up to 7 bytes of padding may follow.
    pub(super) fn is_at_end(&self) -> Result<bool, Refusal> {
        let left = self.limit().saturating_sub(self.at);
        match (left, self.open.is_empty()) {
            (0..8, true) => Ok(true),
            (0..8, false) => Err(Refusal::Truncated { at: self.at }),
            _ => Ok(false),
        }
    }

    fn limit(&self) -> usize {
        self.open.last().map_or(self.total, |open| open.limit)
    }

    pub(super) fn step(&mut self) -> Result<Step, Refusal> {
        self.n = self.n.saturating_add(1);
        if self.n > MAX_STEPS || self.entries.len() > MAX_ELEMENTS {
            return Err(Refusal::Count);
        }
        let header = match self.peek()? {
            Peeked::Header(header) => header,
            Peeked::NeedMore(n_bytes) => return Ok(Step::NeedMore(n_bytes)),
        };
        match self.open.last().map(|open| open.kind) {
            None | Some(Kind::Item) => self.element(&header),
            Some(Kind::Sequence) => self.item(&header),
            Some(Kind::Fragments) => self.fragment(&header),
        }
    }

    fn take<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let end = at.checked_add(N)?;
        self.bytes.get(at..end)?.try_into().ok()
    }

    fn peek(&self) -> Result<Peeked, Refusal> {
        // The longest header has 12 bytes; reading on to 12 is harmless where 8 would do.
        let wanted = self.at.saturating_add(12).min(self.total);
        if wanted > self.bytes.len() {
            return Ok(Peeked::NeedMore(wanted));
        }
        let truncated = Refusal::Truncated { at: self.at };
        let encoding = self.open.last().map_or(self.encoding, |open| open.encoding);
        let [a, b, c, d, e, f, g, h] = self.take::<8>(self.at).ok_or(truncated.clone())?;
        let tag = Tag(encoding.u16([a, b]), encoding.u16([c, d]));
        let short_at = self.at.saturating_add(8);
        if tag.0 == 0xFFFE || !encoding.is_explicit {
            let vr = if tag.0 == 0xFFFE {
                VR::UN
            } else {
                dictionary_vr(tag)
            };
            let len = encoding.u32([e, f, g, h]);
            return Ok(Peeked::Header(Header {
                tag,
                vr,
                len,
                value_at: short_at,
            }));
        }
        let vr = explicit_vr([e, f]).ok_or(Refusal::Vr { tag, at: self.at })?;
        if has_short_length(vr) {
            let len = u32::from(encoding.u16([g, h]));
            return Ok(Peeked::Header(Header {
                tag,
                vr,
                len,
                value_at: short_at,
            }));
        }
        let len = encoding.u32(self.take::<4>(short_at).ok_or(truncated)?);
        let value_at = self.at.saturating_add(12);
        Ok(Peeked::Header(Header {
            tag,
            vr,
            len,
            value_at,
        }))
    }

    fn element(&mut self, header: &Header) -> Result<Step, Refusal> {
        let is_top = self.open.is_empty();
        if header.tag == ITEM_END && !is_top {
            return self.end_of(Kind::Item, header);
        }
        if header.tag.0 == 0xFFFE {
            return Err(Refusal::Unexpected {
                tag: header.tag,
                at: self.at,
            });
        }
        if is_top && PIXELS.contains(&header.tag) {
            return Ok(Step::Pixels(PixelElement {
                tag: header.tag,
                vr: header.vr,
                header_at: self.at,
                value_at: header.value_at,
                len: (header.len != UNDEFINED).then_some(header.len as usize),
            }));
        }
        let is_sequence = header.vr == VR::SQ || header.len == UNDEFINED;
        if is_top {
            // An undefined length is put right where the sequence ends.
            let len = match header.len {
                UNDEFINED => 0,
                len => len as usize,
            };
            let entry = Entry {
                tag: header.tag,
                vr: header.vr,
                value_at: header.value_at,
                len,
                is_sequence,
            };
            self.entries.push(entry);
        }
        if !is_sequence {
            self.at = self.end_of_value(header)?;
            return Ok(Step::On);
        }
        let kind = match header.vr {
            VR::OB | VR::OW => Kind::Fragments,
            _ => Kind::Sequence,
        };
        self.enter(kind, header)
    }

    fn item(&mut self, header: &Header) -> Result<Step, Refusal> {
        match header.tag {
            ITEM => self.enter(Kind::Item, header),
            SEQUENCE_END => self.end_of(Kind::Sequence, header),
            tag => Err(Refusal::Unexpected { tag, at: self.at }),
        }
    }

    fn fragment(&mut self, header: &Header) -> Result<Step, Refusal> {
        match header.tag {
            ITEM => {
                self.at = self.end_of_value(header)?;
                Ok(Step::On)
            }
            SEQUENCE_END => self.end_of(Kind::Fragments, header),
            tag => Err(Refusal::Unexpected { tag, at: self.at }),
        }
    }

    /// A delimiter, which is allowed only where the length was left undefined.
    fn end_of(&mut self, kind: Kind, header: &Header) -> Result<Step, Refusal> {
        match self.open.pop() {
            Some(open) if open.kind == kind && open.end.is_none() => {
                if let (true, Some(sequence)) = (self.open.is_empty(), self.entries.last_mut()) {
                    sequence.len = self.at.saturating_sub(sequence.value_at);
                }
                self.at = header.value_at;
                Ok(Step::On)
            }
            _ => Err(Refusal::Unexpected {
                tag: header.tag,
                at: self.at,
            }),
        }
    }

    fn end_of_value(&self, header: &Header) -> Result<usize, Refusal> {
        let left = self.limit().saturating_sub(header.value_at);
        if header.len as usize > left {
            let (tag, at, declared) = (header.tag, self.at, header.len);
            return Err(Refusal::Length {
                tag,
                at,
                declared,
                left,
            });
        }
        Ok(header.value_at.saturating_add(header.len as usize))
    }

    fn enter(&mut self, kind: Kind, header: &Header) -> Result<Step, Refusal> {
        // A sequence and its item are two containers.
        if self.open.len() >= MAX_NESTING.saturating_mul(2) {
            return Err(Refusal::Nesting { at: self.at });
        }
        let end = match header.len {
            UNDEFINED => None,
            _ => Some(self.end_of_value(header)?),
        };
        let parent = self.open.last().map_or(self.encoding, |open| open.encoding);
        // An unknown element of undefined length holds implicit VR items (PS3.5 6.2.2 note 4).
        let is_unknown = kind == Kind::Sequence && header.vr == VR::UN && header.len == UNDEFINED;
        let encoding = if is_unknown {
            Encoding::IMPLICIT
        } else {
            parent
        };
        let limit = end.unwrap_or(self.limit());
        self.open.push(Open {
            kind,
            end,
            limit,
            encoding,
        });
        self.at = header.value_at;
        Ok(Step::On)
    }
}

fn dictionary_vr(tag: Tag) -> VR {
    StandardDataDictionary
        .by_tag(tag)
        .map_or(VR::UN, |entry| entry.vr().relaxed())
}

/// A value representation that is not known yet is read as `UN`, as PS3.5 section 6.2.2 has it.
fn explicit_vr(bytes: [u8; 2]) -> Option<VR> {
    let is_future = bytes.iter().all(u8::is_ascii_uppercase) || &bytes == b"??";
    VR::from_binary(bytes).or_else(|| is_future.then_some(VR::UN))
}

/// Whether the length has 16 bits (PS3.5 section 7.1.2).
pub(crate) fn has_short_length(vr: VR) -> bool {
    !matches!(
        vr,
        VR::OB
            | VR::OD
            | VR::OF
            | VR::OL
            | VR::OV
            | VR::OW
            | VR::SQ
            | VR::SV
            | VR::UC
            | VR::UN
            | VR::UR
            | VR::UT
            | VR::UV
    )
}
