//! Every element of a DICOM file, for display.

use super::frames::end_of_fragments;
use super::image_file::ImageFile;
use super::open::{FIRST_READ, Opened, open};
use super::render::{Renderer, name, text};
use super::series::DicomSeries;
use super::values::Values;
use super::walk::Encoding;
use crate::element::{Element, binary};
use crate::error::FormatError;
use crate::file::{Head, read_exact_at};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Tags and item numbers down to a nested element.
pub(crate) type ElementPath = Vec<(Tag, usize)>;

/// Bytes after the pixel data that are read; signatures and padding are shorter.
const MAX_TAIL: usize = 16 << 20;

/// What identifies a patient.
const PATIENT: [Tag; 4] = [
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::PATIENT_BIRTH_DATE,
    tags::PATIENT_SEX,
];

/// The file of slice `k` and its elements; of several frames, with those of the slice's own.
pub(crate) fn metadata(
    series: &DicomSeries,
    k: usize,
) -> Result<(PathBuf, Vec<Element>), FormatError> {
    let slice = series.any_slice(k);
    let path = slice.path();
    let opened = parse(path)?;
    let varying = varying(series)?;
    let mut renderer = Renderer::new(slice.frame, varying);
    let mut elements = Vec::new();
    if let Some(meta) = Values::of_bytes(&opened.meta, Encoding::EXPLICIT) {
        elements.extend(renderer.all(&meta));
    }
    elements.extend(renderer.all(&Values::new(&opened)));
    elements.extend(pixel_element(&opened));
    elements.extend(after_pixels(&slice.file, &opened)?);
    Ok((path.to_owned(), elements))
}

/// The elements that identify the patient.
pub(crate) fn patient(series: &DicomSeries) -> Result<Vec<Element>, FormatError> {
    let opened = parse(series.any_slice(0).path())?;
    let values = Values::new(&opened);
    let nothing = BTreeSet::new();
    let mut renderer = Renderer::new(0, &nothing);
    let entries = values.entries().iter();
    let found = entries.filter(|entry| PATIENT.contains(&entry.tag));
    Ok(found.map(|entry| renderer.one(&values, entry)).collect())
}

fn parse(path: &Path) -> Result<Opened, FormatError> {
    open(path, Head::open(path, FIRST_READ)?)
}

/// Compares every file's header with the first one's, and every frame's groups with those of the
/// file's first, once.
fn varying(series: &DicomSeries) -> Result<&BTreeSet<ElementPath>, FormatError> {
    if let Some(known) = series.varying.get() {
        return Ok(known);
    }
    let first = parse(series.any_slice(0).path())?;
    let compare = |file: &&Arc<ImageFile>| -> Result<BTreeSet<ElementPath>, FormatError> {
        let other = parse(&file.path)?;
        let mut found = BTreeSet::new();
        let metas = [&first, &other].map(|o| Values::of_bytes(&o.meta, Encoding::EXPLICIT));
        if let [Some(a), Some(b)] = metas {
            differences(&a, &b, &mut Vec::new(), &mut found);
        }
        let (a, b) = (Values::new(&first), Values::new(&other));
        differences(&a, &b, &mut Vec::new(), &mut found);
        let groups = tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
        if let Some(a) = a.item(groups) {
            for b in b.items(groups, file.n_frames) {
                differences(&a, &b, &mut vec![(groups, 0)], &mut found);
            }
        }
        Ok(found)
    };
    let found =
        series
            .files()
            .par_iter()
            .map(compare)
            .try_reduce(BTreeSet::new, |mut a, mut b| {
                a.append(&mut b);
                Ok(a)
            })?;
    Ok(series.varying.get_or_init(|| found))
}

/// Descends no deeper than the guard lets sequences nest.
fn differences(
    a: &Values<'_>,
    b: &Values<'_>,
    path: &mut ElementPath,
    found: &mut BTreeSet<ElementPath>,
) {
    let both = a.entries().iter().chain(b.entries());
    let tags: BTreeSet<Tag> = both.map(|entry| entry.tag).collect();
    for tag in tags {
        let (x, y) = (a.entry(tag), b.entry(tag));
        let is_same = match (x, y) {
            (Some(x), Some(y)) if a.encoding() == b.encoding() => a.raw(x) == b.raw(y),
            (Some(x), Some(y)) if !x.is_sequence && !y.is_sequence => text(a, x) == text(b, y),
            _ => false,
        };
        if is_same {
            continue;
        }
        path.push((tag, 0));
        found.insert(path.clone());
        // The groups of one frame are compared frame by frame.
        if tag != tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE {
            let pairs = a.items(tag, usize::MAX).zip(b.items(tag, usize::MAX));
            for (n, (x, y)) in pairs.enumerate() {
                if let Some(last) = path.last_mut() {
                    last.1 = n;
                }
                differences(&x, &y, path, found);
            }
        }
        path.pop();
    }
}

/// What follows the pixel data, such as signatures or padding.
fn after_pixels(file: &ImageFile, opened: &Opened) -> Result<Vec<Element>, FormatError> {
    let Some(pixels) = opened.layout.pixels else {
        return Ok(Vec::new());
    };
    let end = match pixels.len {
        Some(len) => pixels.value_at.saturating_add(len),
        None => usize::try_from(end_of_fragments(file)?).unwrap_or(usize::MAX),
    };
    let n_bytes = opened.total.saturating_sub(end).min(MAX_TAIL);
    let tail = match opened.syntax.is_deflated {
        true => opened.bytes.get(end..).unwrap_or_default().to_vec(),
        false => {
            let mut tail = vec![0; n_bytes];
            read_exact_at(&file.path, end as u64, &mut tail)?;
            tail
        }
    };
    match Values::of_bytes(&tail, opened.syntax.encoding) {
        Some(values) => Ok(Renderer::new(0, &BTreeSet::new()).all(&values)),
        // Not elements: stray bytes, which no reader minds.
        None => Ok(vec![stray(&tail)]),
    }
}

fn stray(bytes: &[u8]) -> Element {
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
        name: name(&Values::new(opened), pixels.tag),
        vr: pixels.vr.to_string().to_owned(),
        value,
        items: Vec::new(),
        varies: false,
    })
}
