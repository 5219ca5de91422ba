//! A data set and pixels as a DICOM file (PS3.10 section 7).

use super::dataset::DataSet;
use super::header::Kind;
use crate::dicom::syntax::Syntax;
use crate::error::FormatError;
use crate::save::save;
use dicom_core::{Tag, VR};
use dicom_encoding::TransferSyntaxIndex;
use dicom_object::meta::FileMetaTableBuilder;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use rayon::prelude::*;
use std::error::Error;
use std::io::{self, Read, Write};
use std::path::Path;

/// Ours, made from a UUID once (PS3.7 D.3.3.2).
const IMPLEMENTATION_CLASS: &str = "2.25.101433583207412931408160423914561902353";
const IMPLEMENTATION_VERSION: &str = "ANNOTOMY_1";

/// Pixels that are made while they are written, and the functional groups of their frames.
pub(crate) struct Pixels<'a> {
    /// Of [`encoded_items`].
    pub(crate) groups: &'a [u8],
    /// `OB` for 1 and 8 bits, `OW` for 16.
    pub(crate) vr: VR,
    pub(crate) n_bytes: u64,
    pub(crate) write: &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
}

/// Writes a file, whole or not at all.
pub(crate) fn write_file(
    path: &Path,
    kind: Kind,
    instance: &str,
    set: &DataSet,
    pixels: Option<Pixels<'_>>,
) -> Result<(), FormatError> {
    let padded = pixels.as_ref().map_or(0, |p| p.n_bytes.next_multiple_of(2));
    let length = u32::try_from(padded)
        .ok()
        .filter(|length| *length < u32::MAX)
        .ok_or_else(|| FormatError::limit(path, "more than 4 GB of pixels in one object"))?;
    let meta = FileMetaTableBuilder::new()
        .media_storage_sop_class_uid(kind.sop_class)
        .media_storage_sop_instance_uid(instance)
        .transfer_syntax(kind.syntax)
        .implementation_class_uid(IMPLEMENTATION_CLASS)
        .implementation_version_name(IMPLEMENTATION_VERSION)
        .build();
    // What cannot be said in DICOM is no fault of the file system: it is found before.
    let meta = meta.map_err(|error| unsaid(path, &error))?;
    let mut header = b"DICM".to_vec();
    meta.write(&mut header)
        .map_err(|error| unsaid(path, &error))?;
    encode(path, set, kind.syntax, &mut header)?;
    let write = |out: &mut dyn Write| -> io::Result<()> {
        out.write_all(&[0; 128])?;
        out.write_all(&header)?;
        let Some(pixels) = pixels else { return Ok(()) };
        // (5200,9230) and (7FE0,0010) follow everything else; images are written in explicit VR
        // little endian.
        out.write_all(pixels.groups)?;
        out.write_all(&[0xE0, 0x7F, 0x10, 0x00])?;
        out.write_all(pixels.vr.to_string().as_bytes())?;
        out.write_all(&[0, 0])?;
        out.write_all(&length.to_le_bytes())?;
        (pixels.write)(out)?;
        let n_padding = padded.saturating_sub(pixels.n_bytes);
        io::copy(&mut io::repeat(0).take(n_padding), out).map(|_| ())
    };
    save(path, write)
}

/// A sequence in explicit VR little endian, of which each item is made and encoded by itself, on all
/// cores: thousands of items as one tree take longer than their pixels.
pub(crate) fn encoded_items(
    path: &Path,
    tag: Tag,
    items: impl IndexedParallelIterator<Item = DataSet>,
) -> Result<Vec<u8>, FormatError> {
    const UNDEFINED: [u8; 4] = [0xFF; 4];
    let delimiter = |element: u16| [[0xFE, 0xFF], element.to_le_bytes()].concat();
    let items: Vec<Vec<u8>> = items
        .map(|item| {
            let mut bytes = [delimiter(0xE000), UNDEFINED.to_vec()].concat();
            encode(path, &item, Syntax::EXPLICIT, &mut bytes)?;
            bytes.extend([delimiter(0xE00D), vec![0; 4]].concat());
            Ok(bytes)
        })
        .collect::<Result<_, FormatError>>()?;
    let [group, element] = [tag.group(), tag.element()].map(u16::to_le_bytes);
    let start = [&group[..], &element, b"SQ\0\0", &UNDEFINED].concat();
    let end = [delimiter(0xE0DD), vec![0; 4]].concat();
    Ok([start, items.concat(), end].concat())
}

fn encode(
    path: &Path,
    set: &DataSet,
    syntax: &str,
    bytes: &mut Vec<u8>,
) -> Result<(), FormatError> {
    let syntax = TransferSyntaxRegistry
        .get(syntax)
        .ok_or_else(|| FormatError::unsupported(path, "an unknown transfer syntax"))?;
    set.object()
        .write_dataset_with_ts(bytes, syntax)
        .map_err(|error| unsaid(path, &error))
}

/// The innermost reason says what it is about.
fn unsaid(path: &Path, error: &dyn Error) -> FormatError {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let what = format!("a value that DICOM has no form for ({reason})");
    FormatError::unsupported(path, what)
}
