//! Parts of PNG files: a chunk, or the pixels before they are compressed. Checksums are made anew.

use crate::region::{Region, inflated, zlib};
use fastrand::Rng;
use flate2::Crc;
use std::ops::Range;

const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";

const PIXELS: [u8; 4] = *b"IDAT";

/// Kind, and where the data is.
type Chunk = ([u8; 4], Range<usize>);

fn chunks(file: &[u8]) -> Option<Vec<Chunk>> {
    file.starts_with(MARK).then_some(())?;
    let mut chunks = Vec::new();
    let mut at = MARK.len();
    while let Some((&[a, b, c, d, kind @ ..], _)) = file.get(at..)?.split_first_chunk::<8>() {
        let end = (at + 8).saturating_add(u32::from_be_bytes([a, b, c, d]) as usize);
        chunks.push((kind, at + 8..end.min(file.len())));
        at = end.saturating_add(4).min(file.len());
    }
    Some(chunks)
}

fn put_chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}

pub(crate) fn region<'a>(file: &'a [u8], rng: &mut Rng) -> Option<Region<'a>> {
    let chunks = chunks(file)?;
    let number = rng.usize(..chunks.len().max(1));
    let (kind, data) = chunks.get(number)?.clone();
    let is_pixels = kind == PIXELS;
    let inner = match is_pixels {
        true => inflated(&joined(file, &chunks))?,
        false => file[data].to_vec(),
    };
    Some(Region::new(inner, move |inner| {
        let mut copy = MARK.to_vec();
        for (n, (kind, data)) in chunks.into_iter().enumerate() {
            match (n == number, is_pixels && kind == PIXELS) {
                (true, true) => put_chunk(&mut copy, kind, &zlib(&inner)),
                (true, false) => put_chunk(&mut copy, kind, &inner),
                (false, true) => {}
                (false, false) => put_chunk(&mut copy, kind, &file[data]),
            }
        }
        copy
    }))
}

/// The stream of the pixels, which may be in several chunks.
fn joined(file: &[u8], chunks: &[Chunk]) -> Vec<u8> {
    let pixels = chunks.iter().filter(|(kind, _)| *kind == PIXELS);
    pixels
        .flat_map(|(_, data)| &file[data.clone()])
        .copied()
        .collect()
}
