//! Every element of a DICOM file, for display.
//!
//! The library parses what the guard has walked; a panic in it is caught.

use super::fragments::fragments;
use super::open::{FIRST_READ, Opened, open};
use super::series::DicomSeries;
use super::syntax::Syntax;
use super::walk::{Encoding, Walk, walk};
use crate::element::{Element, binary, cut};
use crate::error::FormatError;
use crate::file::Head;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::header::Header;
use dicom_core::value::{PrimitiveValue, Value};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_encoding::TransferSyntaxIndex;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Tags and item numbers down to a nested element.
pub(crate) type ElementPath = Vec<(Tag, usize)>;

/// What identifies a patient.
const PATIENT: [Tag; 4] = [
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::PATIENT_BIRTH_DATE,
    tags::PATIENT_SEX,
];

/// Meta information and data set up to the pixel data.
struct Parsed {
    meta: InMemDicomObject,
    dataset: InMemDicomObject,
    opened: Opened,
}

/// The file of slice `k` and its elements.
pub(crate) fn metadata(
    series: &DicomSeries,
    k: usize,
) -> Result<(PathBuf, Vec<Element>), FormatError> {
    let path = &series.any_slice(k).file.path;
    let parsed = parse(path)?;
    let varying = varying(series)?;
    let mut nested = ElementPath::new();
    let mut elements = render(&parsed.meta, &mut nested, varying);
    elements.extend(render(&parsed.dataset, &mut nested, varying));
    elements.extend(pixel_element(&parsed.opened));
    elements.extend(after_pixels(path, &parsed.opened)?);
    Ok((path.clone(), elements))
}

/// The elements that identify the patient.
pub(crate) fn patient(series: &DicomSeries) -> Result<Vec<Element>, FormatError> {
    let dataset = parse(&series.any_slice(0).file.path)?.dataset;
    let found = dataset
        .iter()
        .filter(|element| PATIENT.contains(&element.header().tag()));
    let mut path = ElementPath::new();
    Ok(found
        .map(|element| one(&dataset, element, &mut path, &BTreeSet::new()))
        .collect())
}

fn parse(path: &Path) -> Result<Parsed, FormatError> {
    let opened = open(path, Head::open(path, FIRST_READ)?)?;
    let meta = read(path, &opened.meta, Encoding::EXPLICIT)?;
    let bytes = opened
        .bytes
        .get(opened.dataset_at..opened.layout.end)
        .unwrap_or_default();
    let dataset = read(path, bytes, opened.syntax.encoding)?;
    Ok(Parsed {
        meta,
        dataset,
        opened,
    })
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

/// Compares every file's header with the first one's, once.
fn varying(series: &DicomSeries) -> Result<&BTreeSet<ElementPath>, FormatError> {
    if let Some(known) = series.varying.get() {
        return Ok(known);
    }
    let first = parse(&series.any_slice(0).file.path)?;
    let compare = |path: &PathBuf| -> Result<BTreeSet<ElementPath>, FormatError> {
        let other = parse(path)?;
        let mut found = BTreeSet::new();
        differences(&first.meta, &other.meta, &mut Vec::new(), &mut found);
        differences(&first.dataset, &other.dataset, &mut Vec::new(), &mut found);
        Ok(found)
    };
    let files = series.files();
    let found = files
        .par_iter()
        .map(|file| compare(&file.path))
        .try_reduce(BTreeSet::new, |mut a, mut b| {
            a.append(&mut b);
            Ok(a)
        })?;
    Ok(series.varying.get_or_init(|| found))
}

fn differences(
    a: &InMemDicomObject,
    b: &InMemDicomObject,
    path: &mut ElementPath,
    found: &mut BTreeSet<ElementPath>,
) {
    let tags: BTreeSet<Tag> = a.tags().chain(b.tags()).collect();
    for tag in tags {
        let (x, y) = (a.get(tag), b.get(tag));
        if x == y {
            continue;
        }
        path.push((tag, 0));
        found.insert(path.clone());
        let items = |e: Option<&InMemElement>| e.and_then(|e| e.items().map(<[_]>::to_vec));
        let pairs = items(x)
            .unwrap_or_default()
            .into_iter()
            .zip(items(y).unwrap_or_default());
        for (n, (x, y)) in pairs.enumerate() {
            if let Some(last) = path.last_mut() {
                last.1 = n;
            }
            differences(&x, &y, path, found);
        }
        path.pop();
    }
}

fn render(
    object: &InMemDicomObject,
    path: &mut ElementPath,
    varying: &BTreeSet<ElementPath>,
) -> Vec<Element> {
    object
        .iter()
        .map(|element| one(object, element, path, varying))
        .collect()
}

fn one(
    object: &InMemDicomObject,
    element: &InMemElement,
    path: &mut ElementPath,
    varying: &BTreeSet<ElementPath>,
) -> Element {
    let (tag, vr) = (element.header().tag(), element.vr());
    path.push((tag, 0));
    let varies = varying.contains(path);
    let mut items = Vec::new();
    for (n, item) in element.items().unwrap_or_default().iter().enumerate() {
        if let Some(last) = path.last_mut() {
            last.1 = n;
        }
        items.push(render(item, path, varying));
    }
    path.pop();
    let value = match element.value() {
        Value::Primitive(value) => text(vr, value),
        Value::Sequence(sequence) => format!("{} item(s)", sequence.items().len()),
        Value::PixelSequence(sequence) => format!("{} fragment(s)", sequence.fragments().len()),
    };
    let (name, vr) = (name(object, tag), vr.to_string().to_owned());
    Element {
        tag: tag.to_string(),
        name,
        vr,
        value,
        items,
        varies,
    }
}

fn text(vr: VR, value: &PrimitiveValue) -> String {
    let is_binary = matches!(
        vr,
        VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN
    );
    if is_binary {
        let bytes = value.to_bytes();
        let printed = bytes.trim_ascii_end().strip_suffix(b"\0").unwrap_or(&bytes);
        let is_text =
            vr == VR::UN && !printed.is_empty() && printed.iter().all(|b| (32..127).contains(b));
        return match is_text {
            true => cut(&String::from_utf8_lossy(printed)),
            false => binary(bytes.len() as u64, &bytes),
        };
    }
    cut(value.to_str().trim_end_matches(['\0', ' ']))
}

/// The dictionary's keyword; for a private element its creator.
fn name(object: &InMemDicomObject, tag: Tag) -> String {
    if let Some(entry) = StandardDataDictionary.by_tag(tag) {
        return entry.alias().to_owned();
    }
    let Tag(group, element) = tag;
    let is_private = group % 2 == 1;
    match element {
        0x0010..=0x00FF if is_private => "Private creator".to_owned(),
        0x1000.. if is_private => {
            let creator = object.get(Tag(group, element >> 8));
            let creator = creator.and_then(|element| element.to_str().ok());
            match creator
                .as_deref()
                .map(|name| name.trim_end_matches(['\0', ' ']))
            {
                Some(creator) if !creator.is_empty() => format!("Private ({creator})"),
                _ => "Private".to_owned(),
            }
        }
        _ => "Unknown".to_owned(),
    }
}

/// What follows the pixel data, such as signatures or padding.
fn after_pixels(path: &Path, opened: &Opened) -> Result<Vec<Element>, FormatError> {
    let Some(pixels) = opened.layout.pixels else {
        return Ok(Vec::new());
    };
    let file = match opened.syntax.is_deflated {
        true => Vec::new(),
        false => Head::open(path, usize::MAX)?.bytes,
    };
    let bytes = if opened.syntax.is_deflated {
        &opened.bytes
    } else {
        &file
    };
    let damaged = |reason: String| FormatError::damaged(path, reason);
    let end = match pixels.len {
        Some(len) => pixels.value_at.saturating_add(len),
        None => {
            fragments(bytes, pixels.value_at)
                .map_err(|f| damaged(f.to_string()))?
                .1
        }
    };
    let encoding = opened.syntax.encoding;
    let tail = match walk(bytes, bytes.len(), end, encoding) {
        Ok(Walk::Done(layout)) => bytes.get(end..layout.end).unwrap_or_default(),
        // Not elements: stray bytes, which no reader minds.
        Ok(Walk::NeedMore(_)) | Err(_) => return Ok(vec![stray(bytes.get(end..))]),
    };
    let tail = read(path, tail, encoding)?;
    Ok(render(&tail, &mut ElementPath::new(), &BTreeSet::new()))
}

fn stray(bytes: Option<&[u8]>) -> Element {
    let bytes = bytes.unwrap_or_default();
    let (tag, name) = ("-".to_owned(), "Bytes after the pixel data".to_owned());
    let value = binary(bytes.len() as u64, bytes);
    Element {
        tag,
        name,
        vr: "-".to_owned(),
        value,
        items: Vec::new(),
        varies: false,
    }
}

fn pixel_element(opened: &Opened) -> Option<Element> {
    let pixels = opened.layout.pixels?;
    let first = opened.bytes.get(pixels.value_at..).unwrap_or_default();
    let value = match pixels.len {
        Some(len) => binary(len as u64, first),
        None => "in compressed fragments".to_owned(),
    };
    Some(Element {
        tag: pixels.tag.to_string(),
        name: name(&InMemDicomObject::new_empty(), pixels.tag),
        vr: pixels.vr.to_string().to_owned(),
        value,
        items: Vec::new(),
        varies: false,
    })
}
