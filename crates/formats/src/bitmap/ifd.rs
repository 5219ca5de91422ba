//! Directories of tags, as TIFF and EXIF have them (TIFF 6.0 section 2; the 64-bit form is BigTIFF).

use std::io::{Read, Seek, SeekFrom};

/// More tags than any program writes into one directory.
const MAX_TAGS: u64 = 4096;

/// Bytes of one value that is kept; a palette of 16 bits takes 400 kB.
const MAX_VALUE: u64 = 1 << 19;

/// A file, or a part of one, that holds directories.
#[derive(Debug)]
pub(crate) struct TagSource<R> {
    inner: R,
    pub(crate) is_big_endian: bool,
    /// Whether offsets have 64 bits.
    pub(crate) is_wide: bool,
    /// Where the first directory begins.
    pub(crate) first: u64,
    n_bytes: u64,
}

/// One directory.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Where it begins.
    pub(crate) at: u64,
    /// Where the next one begins; 0 after the last.
    pub(crate) next: u64,
    pub(crate) tags: Vec<Tag>,
    /// Whether a tag says that its value is longer than the file.
    pub(crate) is_too_long: bool,
}

#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) number: u64,
    /// Where its entry begins.
    pub(crate) at: u64,
    pub(crate) value: Value,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Value {
    Numbers(Vec<f64>),
    Text(String),
    /// Bytes without a meaning here, or more than are kept.
    Other(u64),
}

impl<R: Read + Seek> TagSource<R> {
    /// Reads the eight or sixteen bytes before all directories; `None` if they are none.
    pub(crate) fn new(mut inner: R) -> Option<Self> {
        let mut mark = [0; 4];
        inner.read_exact(&mut mark).ok()?;
        let (is_big_endian, is_wide) = match &mark {
            b"II*\0" => (false, false),
            b"MM\0*" => (true, false),
            b"II+\0" => (false, true),
            b"MM\0+" => (true, true),
            _ => return None,
        };
        let n_bytes = inner.seek(SeekFrom::End(0)).ok()?;
        inner.seek(SeekFrom::Start(4)).ok()?;
        let mut source = Self {
            inner,
            is_big_endian,
            is_wide,
            first: 0,
            n_bytes,
        };
        // Size of offsets, and a zero.
        if is_wide && source.number(4)? == 0 {
            return None;
        }
        source.first = source.offset()?;
        Some(source)
    }

    /// An unsigned integer of up to eight bytes, where the reader stands.
    fn number(&mut self, n_bytes: usize) -> Option<u64> {
        let mut bytes = [0; 8];
        let part = bytes.get_mut(..n_bytes)?;
        self.inner.read_exact(part).ok()?;
        Some(unsigned(part, self.is_big_endian))
    }

    fn offset(&mut self) -> Option<u64> {
        self.number(if self.is_wide { 8 } else { 4 })
    }

    /// The directory at `at`; `None` if it is damaged.
    pub(crate) fn directory(&mut self, at: u64) -> Option<Directory> {
        self.inner.seek(SeekFrom::Start(at)).ok()?;
        let (count_bytes, entry_bytes) = if self.is_wide { (8, 20) } else { (2, 12) };
        let n_tags = self.number(count_bytes)?;
        if n_tags > MAX_TAGS {
            return None;
        }
        let n_bytes = usize::try_from(n_tags).ok()?.checked_mul(entry_bytes)?;
        let mut entries = vec![0; n_bytes];
        self.inner.read_exact(&mut entries).ok()?;
        // A missing end of the chain is the end of the file.
        let next = self.offset().unwrap_or(0);
        let mut tag_at = at.checked_add(count_bytes as u64)?;
        let mut tags = Vec::new();
        let mut is_too_long = false;
        for entry in entries.chunks_exact(entry_bytes) {
            is_too_long |= self.value_bytes(entry).is_some_and(|n| n > self.n_bytes);
            tags.extend(self.tag(tag_at, entry));
            tag_at = tag_at.checked_add(entry_bytes as u64)?;
        }
        Some(Directory {
            at,
            next,
            tags,
            is_too_long,
        })
    }

    /// Bytes of an entry's value; `None` if its type is unknown.
    fn value_bytes(&self, entry: &[u8]) -> Option<u64> {
        let big = self.is_big_endian;
        let item = item_bytes(unsigned(entry.get(2..4)?, big));
        let count = unsigned(entry.get(4..if self.is_wide { 12 } else { 8 })?, big);
        (item != 0).then(|| count.saturating_mul(item))
    }

    /// `None` if its value lies outside of the file.
    fn tag(&mut self, at: u64, entry: &[u8]) -> Option<Tag> {
        let big = self.is_big_endian;
        let (number, kind) = (
            unsigned(entry.get(..2)?, big),
            unsigned(entry.get(2..4)?, big),
        );
        let (count, field) = entry
            .get(4..)?
            .split_at_checked(if self.is_wide { 8 } else { 4 })?;
        let count = unsigned(count, big);
        let item = item_bytes(kind);
        let n_bytes = count.saturating_mul(item);
        let value = if n_bytes > MAX_VALUE || item == 0 {
            Value::Other(n_bytes)
        } else {
            let mut bytes = Vec::new();
            let n_here = usize::try_from(n_bytes).ok()?;
            match field.get(..n_here) {
                Some(here) => bytes.extend(here),
                None => {
                    self.inner
                        .seek(SeekFrom::Start(unsigned(field, big)))
                        .ok()?;
                    let mut taken = (&mut self.inner).take(n_bytes);
                    taken.read_to_end(&mut bytes).ok()?;
                    if bytes.len() < n_here {
                        return None;
                    }
                }
            }
            value(kind, &bytes, big)
        };
        Some(Tag { number, at, value })
    }
}

/// Bytes of one item of a type; 0 if it is unknown.
fn item_bytes(kind: u64) -> u64 {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 0,
    }
}

fn unsigned(bytes: &[u8], is_big_endian: bool) -> u64 {
    let add = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
    match is_big_endian {
        true => bytes.iter().fold(0, add),
        false => bytes.iter().rev().fold(0, add),
    }
}

fn value(kind: u64, bytes: &[u8], big: bool) -> Value {
    let item = usize::try_from(item_bytes(kind)).unwrap_or(1).max(1);
    let number = |bytes: &[u8]| -> f64 {
        let raw = unsigned(bytes, big);
        let bits = u32::try_from(raw).unwrap_or_default();
        let half = |part: &[u8]| u32::try_from(unsigned(part, big)).unwrap_or_default();
        let (above, below) = bytes.split_at_checked(4).unwrap_or_default();
        match kind {
            6 => f64::from(raw.to_le_bytes().map(u8::cast_signed)[0]),
            8 => f64::from(u16::try_from(raw).unwrap_or_default().cast_signed()),
            9 => f64::from(bits.cast_signed()),
            11 => f64::from(f32::from_bits(bits)),
            12 => f64::from_bits(raw),
            5 => f64::from(half(above)) / f64::from(half(below)),
            10 => f64::from(half(above).cast_signed()) / f64::from(half(below).cast_signed()),
            17 => raw.cast_signed() as f64,
            _ => raw as f64,
        }
    };
    match kind {
        2 => {
            let text = String::from_utf8_lossy(bytes);
            Value::Text(text.trim_end_matches('\0').trim().to_owned())
        }
        7 => Value::Other(bytes.len() as u64),
        _ => Value::Numbers(bytes.chunks_exact(item).map(number).collect()),
    }
}

impl Directory {
    pub(crate) fn tag(&self, number: u64) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.number == number)
    }

    pub(crate) fn numbers(&self, number: u64) -> &[f64] {
        match self.tag(number).map(|tag| &tag.value) {
            Some(Value::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }

    pub(crate) fn number(&self, number: u64) -> Option<f64> {
        self.numbers(number).first().copied()
    }

    /// A whole number that fits into memory's range.
    pub(crate) fn count(&self, number: u64) -> Option<usize> {
        let value = self.number(number)?;
        let is_count = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of 32 bits"
        )]
        is_count.then_some(value as usize)
    }

    pub(crate) fn text(&self, number: u64) -> Option<&str> {
        match self.tag(number).map(|tag| &tag.value) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}
