//! The part of an input that is damaged, and how the rest is made to fit it again.

use crate::bundle::pieces;
use crate::{dicom, png};
use fastrand::Rng;
use flate2::Compression;
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Inflated bytes that are damaged.
const MAX_INNER: u64 = 1 << 18;

type Join<'a> = Box<dyn FnOnce(Vec<u8>) -> Vec<u8> + 'a>;

/// A part, and what makes an input of a damaged one.
pub(crate) struct Region<'a> {
    pub(crate) inner: Vec<u8>,
    pub(crate) join: Join<'a>,
}

impl<'a> Region<'a> {
    pub(crate) fn new(inner: Vec<u8>, join: impl FnOnce(Vec<u8>) -> Vec<u8> + 'a) -> Self {
        let join = Box::new(join);
        Self { inner, join }
    }

    /// One of the parts of an input, often the whole of it.
    pub(crate) fn pick(input: &'a [u8], is_bundle: bool, rng: &mut Rng) -> Self {
        if !is_bundle || rng.u8(..8) == 0 {
            return Self::of_file(input, rng);
        }
        let pieces = pieces(input);
        // The first file is the one that is opened.
        let piece = match rng.bool() {
            true => pieces[0].clone(),
            false => pieces[rng.usize(..pieces.len())].clone(),
        };
        let name = input[piece.clone()].iter().position(|byte| *byte == b'\n');
        let from = piece.start + name.map_or(0, |end| end + 1);
        let inner = Self::of_file(&input[from..piece.end], rng);
        let join = move |file| [&input[..from], &(inner.join)(file), &input[piece.end..]].concat();
        Self::new(inner.inner, join)
    }

    fn of_file(file: &'a [u8], rng: &mut Rng) -> Self {
        let inside = match rng.u8(..4) {
            0 => None,
            _ => packed(file)
                .or_else(|| png::region(file, rng))
                .or_else(|| dicom::region(file, rng))
                .or_else(|| entry(file, rng)),
        };
        inside.unwrap_or_else(|| Self::new(file.to_vec(), |file| file))
    }
}

fn read(stream: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let ended = stream.take(MAX_INNER).read_to_end(&mut bytes);
    // What a damaged stream gave until then will do.
    (ended.is_ok() || !bytes.is_empty()).then_some(bytes)
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::fast());
    stream.write_all(bytes).expect("memory");
    stream.finish().expect("memory")
}

pub(crate) fn inflated(stream: &[u8]) -> Option<Vec<u8>> {
    read(ZlibDecoder::new(stream))
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

/// What is compressed at the end of a file, or the whole of it.
fn packed(file: &[u8]) -> Option<Region<'_>> {
    let after = |at: usize, pack: fn(&[u8]) -> Vec<u8>| {
        move |inner: Vec<u8>| [&file[..at], &pack(&inner)].concat()
    };
    if let Some(at) = find(file, &[0x1F, 0x8B, 8]) {
        return Some(Region::new(
            read(GzDecoder::new(&file[at..]))?,
            after(at, gzip),
        ));
    }
    if let Some(at) = find(file, b"BZh") {
        let stream = bzip2::read::BzDecoder::new(&file[at..]);
        return Some(Region::new(read(stream)?, after(at, bzip2)));
    }
    if let Some(at) = dicom::deflated_at(file) {
        let stream = DeflateDecoder::new(file.get(at..)?);
        return Some(Region::new(read(stream)?, after(at, deflate)));
    }
    let at = match file.first()? {
        0x78 => 0,
        _ => find(file, b"LOCAL\n")? + b"LOCAL\n".len(),
    };
    Some(Region::new(inflated(&file[at..])?, after(at, zlib)))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut stream = GzEncoder::new(Vec::new(), Compression::fast());
    stream.write_all(bytes).expect("memory");
    stream.finish().expect("memory")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut stream = DeflateEncoder::new(Vec::new(), Compression::fast());
    stream.write_all(bytes).expect("memory");
    stream.finish().expect("memory")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut stream = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    stream.write_all(bytes).expect("memory");
    stream.finish().expect("memory")
}

/// A file of a zip archive.
fn entry<'a>(file: &'a [u8], rng: &mut Rng) -> Option<Region<'a>> {
    if !file.starts_with(b"PK") {
        return None;
    }
    let mut archive = ZipArchive::new(Cursor::new(file)).ok()?;
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    for n in 0..archive.len().min(32) {
        let entry = archive.by_index(n).ok()?;
        let name = entry.name().ok()?.into_owned();
        entries.push((name, read(entry)?));
    }
    let number = rng.usize(..entries.len().max(1));
    let inner = entries.get(number)?.1.clone();
    Some(Region::new(inner, move |inner| {
        entries[number].1 = inner;
        // Names that no archive can have twice.
        packed_again(&entries).unwrap_or_else(|| file.to_vec())
    }))
}

fn packed_again(entries: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive
            .start_file(name, SimpleFileOptions::default())
            .ok()?;
        archive.write_all(bytes).ok()?;
    }
    Some(archive.finish().ok()?.into_inner())
}
