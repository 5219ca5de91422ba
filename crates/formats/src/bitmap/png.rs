//! Headers of PNG (ISO/IEC 15948): what stands before the pixels.

use super::exif;
use super::orientation::Orientation;
use super::picture::{
    BitmapFile, Coding, Form, Picture, alpha_dropped, check_size, depth_cut, element,
};
use super::spacing::Spacing;
use crate::element::Element;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::volume::ScalarType;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

const MM_PER_METRE: f64 = 1000.0;

/// More chunks than any program writes before the pixels.
const MAX_CHUNKS: usize = 1024;

/// Bytes of a chunk that are looked at.
const MAX_CHUNK: u64 = 1 << 18;

pub(crate) const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";

#[derive(Default)]
struct Chunks {
    header: Option<[u8; 13]>,
    has_transparency: bool,
    is_animated: bool,
    spacing: Spacing,
    orientation: Option<Orientation>,
    elements: Vec<Element>,
}

impl Chunks {
    fn read(source: &mut (impl Read + Seek)) -> Option<Self> {
        source.seek_relative(MARK.len() as i64).ok()?;
        let mut chunks = Self::default();
        for _ in 0..MAX_CHUNKS {
            let mut head = [0; 8];
            source.read_exact(&mut head).ok()?;
            let [a, b, c, d, kind @ ..] = head;
            let n_bytes = u64::from(u32::from_be_bytes([a, b, c, d]));
            if &kind == b"IDAT" {
                return Some(chunks);
            }
            let mut data = Vec::new();
            let taken = source
                .take(n_bytes.min(MAX_CHUNK))
                .read_to_end(&mut data)
                .ok()?;
            let rest = n_bytes.saturating_sub(taken as u64).saturating_add(4);
            source.seek_relative(i64::try_from(rest).ok()?).ok()?;
            chunks.take(kind, &data);
        }
        None
    }

    fn take(&mut self, kind: [u8; 4], data: &[u8]) {
        match &kind {
            b"IHDR" => self.header = data.try_into().ok(),
            b"tRNS" => self.has_transparency = true,
            b"acTL" => self.is_animated = true,
            // Pixels in a metre; without that unit only the shape of pixels is known.
            b"pHYs" => {
                if let ([x, y], [1]) = data.as_chunks::<4>() {
                    let per_metre = [*x, *y].map(|n| f64::from(u32::from_be_bytes(n)));
                    self.spacing = Spacing::of_resolution(per_metre, MM_PER_METRE);
                }
            }
            b"eXIf" => {
                if let Some(directory) = exif::directory(data) {
                    self.orientation = Some(exif::orientation(&directory));
                    self.elements.extend(exif::elements(&directory));
                }
            }
            b"tEXt" | b"iTXt" => self.elements.extend(text(kind, data)),
            _ => {}
        }
    }
}

/// A keyword and a text that is not compressed.
fn text(kind: [u8; 4], data: &[u8]) -> Option<Element> {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (keyword, mut text) = (parts.next()?, parts.next()?);
    let is_latin = &kind == b"tEXt";
    if !is_latin {
        let rest = text.strip_prefix(&[0, 0])?;
        text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
    }
    let latin = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
    let value = match is_latin {
        true => latin(text),
        false => String::from_utf8_lossy(text).into_owned(),
    };
    let tag = String::from_utf8_lossy(&kind).into_owned();
    Some(element(&tag, &latin(keyword), "text", &value))
}

pub(crate) fn read(path: &Path, n_file_bytes: usize) -> Result<BitmapFile, FormatError> {
    let damaged = |reason: &str| FormatError::damaged(path, reason);
    let mut file = BufReader::new(File::open(path).map_err(FormatError::io(path))?);
    let chunks = Chunks::read(&mut file).ok_or_else(|| damaged("the PNG has no pixels"))?;
    let header = chunks
        .header
        .ok_or_else(|| damaged("the PNG has no header"))?;
    let [w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, ..] = header;
    let size = [[w0, w1, w2, w3], [h0, h1, h2, h3]].map(u32::from_be_bytes);
    let is_deep = depth == 16;
    let (name, has_alpha) = match colour {
        0 => ("grey", false),
        2 => ("RGB", false),
        3 => ("palette", false),
        4 => ("grey and alpha", true),
        6 => ("RGB and alpha", true),
        _ => return Err(damaged("an unknown kind of colour")),
    };
    let scalar_type = match (colour, is_deep) {
        (0 | 4, true) => ScalarType::U16,
        (0 | 4, false) => ScalarType::U8,
        _ => ScalarType::Rgb8,
    };
    let orientation = chunks.orientation.unwrap_or(Orientation::AS_STORED);
    let form = Form {
        stored_size: size.map(|n| n as usize),
        orientation,
        scalar_type,
        stored_spacing: chunks.spacing,
    };
    check_size(path, [&form], n_file_bytes)?;
    let mut report: Vec<Finding> = orientation.finding().into_iter().collect();
    if has_alpha || chunks.has_transparency {
        report.push(alpha_dropped());
    }
    if is_deep && scalar_type == ScalarType::Rgb8 {
        report.push(depth_cut());
    }
    if chunks.is_animated {
        let message = "The PNG is animated; its first picture is read.";
        report.push(Finding::warning("first_picture", message));
    }
    let [columns, rows] = size;
    let mut elements = vec![
        element("IHDR", "Size", "number", &format!("{columns} x {rows}")),
        element("IHDR", "Bit depth", "number", &depth.to_string()),
        element("IHDR", "Colour type", "text", name),
    ];
    elements.extend(chunks.elements);
    Ok(BitmapFile {
        path: path.to_owned(),
        format: "PNG",
        pictures: vec![Picture {
            path: path.to_owned(),
            coding: Coding::Png,
            form,
        }],
        hyperstack: None,
        report,
        elements,
    })
}
