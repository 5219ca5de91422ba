//! Opens a DICOM file up to its pixel data, behind the guard.
//!
//! Files without preamble, without meta information or with neither are taken if their first
//! element is recognizable (DICOM PS3.10 section 7.1 wants all of them).

use super::refusal::Refusal;
use super::syntax::Syntax;
use super::walk::{Encoding, Layout, Walk, has_short_length, walk};
use crate::error::FormatError;
use crate::file::Head;
use dicom_core::dictionary::DataDictionary;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;
use flate2::read::DeflateDecoder;
use std::io::Read;
use std::path::Path;

/// Bytes read at first; most headers are shorter.
pub(crate) const FIRST_READ: usize = 16 << 10;

/// Bytes before the pixel data.
const MAX_HEADER: usize = 512 << 20;

/// Bytes of a deflated data set once inflated, and how often more than its compressed size.
const MAX_INFLATED: usize = 2 << 30;
const MAX_INFLATION: usize = 200;

/// A DICOM file, read up to its pixel data (a deflated one: as a whole).
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) syntax: Syntax,
    /// What `layout` refers to: the file's beginning, or the inflated data set.
    pub(crate) bytes: Vec<u8>,
    /// Length of the file or of the inflated data set.
    pub(crate) total: usize,
    /// Where the data set begins in `bytes`.
    pub(crate) dataset_at: usize,
    /// File meta information, explicit VR little endian; empty if absent.
    pub(crate) meta: Vec<u8>,
    pub(crate) layout: Layout,
}

/// Where things begin.
struct Start {
    meta: std::ops::Range<usize>,
    syntax: Syntax,
}

/// Whether these first bytes of a file begin like a DICOM file.
pub(crate) fn is_dicom(bytes: &[u8]) -> bool {
    bytes.get(128..132) == Some(b"DICM") || bytes.starts_with(b"DICM") || raw(bytes).is_some()
}

/// Reads on from `head` to the pixel data and checks the structure up to there.
pub(crate) fn open(path: &Path, mut head: Head) -> Result<Opened, FormatError> {
    let refused = |refusal: Refusal| FormatError::damaged(path, refusal.to_string());
    let start = loop {
        match find_start(&head.bytes, head.total).map_err(refused)? {
            Found::Start(start) => break start,
            Found::NeedMore(n_bytes) => grow(path, &mut head, n_bytes)?,
            Found::Nothing => {
                return Err(FormatError::not_an_image(
                    path,
                    "no image format that is read",
                ));
            }
        }
    };
    let meta = head
        .bytes
        .get(start.meta.clone())
        .unwrap_or_default()
        .to_vec();
    let mut dataset_at = start.meta.end;
    if start.syntax.is_deflated {
        head.grow(path, usize::MAX)?;
        let deflated = head.bytes.get(dataset_at..).unwrap_or_default();
        head.bytes = inflate(path, deflated)?;
        head.total = head.bytes.len();
        dataset_at = 0;
    }
    let layout = loop {
        match walk(&head.bytes, head.total, dataset_at, start.syntax.encoding).map_err(refused)? {
            Walk::Done(layout) if layout.end <= head.bytes.len() => break layout,
            Walk::Done(layout) => grow(path, &mut head, layout.end)?,
            Walk::NeedMore(n_bytes) => grow(path, &mut head, n_bytes)?,
        }
    };
    let Head { bytes, total, .. } = head;
    Ok(Opened {
        syntax: start.syntax,
        bytes,
        total,
        dataset_at,
        meta,
        layout,
    })
}

/// Reads at least `n_bytes` and four times what is there, so that few walks are repeated.
fn grow(path: &Path, head: &mut Head, n_bytes: usize) -> Result<(), FormatError> {
    if n_bytes > MAX_HEADER {
        let what = format!("more than {MAX_HEADER} bytes before the pixel data");
        return Err(FormatError::limit(path, what));
    }
    let before = head.bytes.len();
    head.grow(path, n_bytes.max(before.saturating_mul(4)))?;
    match head.bytes.len() > before {
        true => Ok(()),
        false => Err(FormatError::damaged(
            path,
            "the file ends inside its header",
        )),
    }
}

/// The whole deflated data set, inflated (PS3.5 annex A.5).
pub(crate) fn inflate(path: &Path, deflated: &[u8]) -> Result<Vec<u8>, FormatError> {
    let cap = MAX_INFLATED.min(deflated.len().saturating_mul(MAX_INFLATION));
    let mut inflated = Vec::new();
    DeflateDecoder::new(deflated)
        .take(cap.saturating_add(1) as u64)
        .read_to_end(&mut inflated)
        .map_err(|source| FormatError::damaged(path, format!("cannot be inflated: {source}")))?;
    if inflated.len() > cap {
        return Err(FormatError::limit(
            path,
            format!("inflates to more than {cap} bytes"),
        ));
    }
    Ok(inflated)
}

enum Found {
    Start(Start),
    NeedMore(usize),
    Nothing,
}

fn find_start(bytes: &[u8], total: usize) -> Result<Found, Refusal> {
    let meta_at = if bytes.get(128..132) == Some(b"DICM") {
        132
    } else if bytes.starts_with(b"DICM") {
        4
    } else if matches!(raw(bytes), Some((Tag(2, _), Encoding::EXPLICIT))) {
        0
    } else {
        return Ok(match raw(bytes) {
            Some((_, encoding)) => Found::Start(Start {
                meta: 0..0,
                syntax: plain(encoding),
            }),
            None => Found::Nothing,
        });
    };
    meta_information(bytes, total, meta_at)
}

/// Reads group 0002, which is always explicit VR little endian.
fn meta_information(bytes: &[u8], total: usize, from: usize) -> Result<Found, Refusal> {
    let mut at = from;
    let mut uid = None;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let &[a, b, c, d, e, f, g, h, ..] = rest else {
            if bytes.len() < total {
                return Ok(Found::NeedMore(at.saturating_add(4096)));
            }
            return Err(Refusal::Truncated { at });
        };
        let tag = Tag(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        if tag.0 != 2 {
            break;
        }
        let vr = VR::from_binary([e, f]).ok_or(Refusal::Vr { tag, at })?;
        let (header, declared) = if has_short_length(vr) {
            (8_usize, u32::from(u16::from_le_bytes([g, h])))
        } else {
            match rest.get(8..12) {
                Some(&[i, j, k, l]) => (12, u32::from_le_bytes([i, j, k, l])),
                _ if bytes.len() < total => return Ok(Found::NeedMore(at.saturating_add(4096))),
                _ => return Err(Refusal::Truncated { at }),
            }
        };
        let value_at = at.saturating_add(header);
        let left = total.saturating_sub(value_at);
        if declared as usize > left {
            return Err(Refusal::Length {
                tag,
                at,
                declared,
                left,
            });
        }
        let end = value_at.saturating_add(declared as usize);
        if tag == Tag(0x0002, 0x0010) {
            let Some(value) = bytes.get(value_at..end) else {
                return Ok(Found::NeedMore(end));
            };
            let text = String::from_utf8_lossy(value);
            uid = Some(text.trim_end_matches(['\0', ' ']).to_owned());
        }
        at = end;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let syntax = match uid {
        Some(uid) => found_in(rest, Syntax::from_uid(&uid)),
        None => raw(rest).map_or(plain(Encoding::IMPLICIT), |(_, encoding)| plain(encoding)),
    };
    Ok(Found::Start(Start {
        meta: from..at,
        syntax,
    }))
}

/// The syntax of a data set that begins with these bytes. Some are without value representations
/// though their meta information says otherwise (against PS3.10 7.1); as in DCMTK, the first
/// element tells.
fn found_in(dataset: &[u8], declared: Syntax) -> Syntax {
    let is_implicit = matches!(raw(dataset), Some((_, Encoding::IMPLICIT)));
    let says_explicit = declared.encoding == Encoding::EXPLICIT && !declared.is_deflated;
    match is_implicit && says_explicit {
        true => Syntax {
            encoding: Encoding::IMPLICIT,
            ..declared
        },
        false => declared,
    }
}

fn plain(encoding: Encoding) -> Syntax {
    Syntax::from_uid(match encoding {
        Encoding::EXPLICIT => Syntax::EXPLICIT,
        Encoding::BIG_ENDIAN => Syntax::BIG_ENDIAN,
        _ => Syntax::IMPLICIT,
    })
}

/// First tag and encoding, if the bytes begin with an element that a data set can begin with.
fn raw(bytes: &[u8]) -> Option<(Tag, Encoding)> {
    let &[a, b, c, d, e, f, g, h, ..] = bytes else {
        return None;
    };
    let little = Tag(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    let big = Tag(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let is_first =
        |tag: Tag| matches!(tag.0, 0x0002 | 0x0008) && StandardDataDictionary.by_tag(tag).is_some();
    let has_vr = VR::from_binary([e, f]).is_some();
    let is_short = u32::from_le_bytes([e, f, g, h]) < 1 << 16;
    match () {
        () if is_first(little) && has_vr => Some((little, Encoding::EXPLICIT)),
        () if is_first(little) && is_short => Some((little, Encoding::IMPLICIT)),
        () if is_first(big) && has_vr => Some((big, Encoding::BIG_ENDIAN)),
        () => None,
    }
}
