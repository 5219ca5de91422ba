//! What a camera or program says in an EXIF block: a TIFF directory without a picture.

use super::ifd::{Directory, TagSource, Value};
use super::orientation::Orientation;
use super::picture::element;
use super::spacing::{Spacing, mm_of_resolution_unit};
use crate::element::{Element, binary};
use std::io::Cursor;

/// Numbers of a value that are shown.
const MAX_SHOWN: usize = 16;

/// The first directory of a block; `None` if it is damaged.
pub(crate) fn directory(block: &[u8]) -> Option<Directory> {
    let mut source = TagSource::new(Cursor::new(block))?;
    let first = source.first;
    source.directory(first)
}

pub(crate) fn orientation(directory: &Directory) -> Orientation {
    Orientation::new(directory.count(274))
}

/// The resolution that TIFF and EXIF share (tags 282, 283, 296).
pub(crate) fn spacing(directory: &Directory) -> Spacing {
    let resolution = directory.number(282).zip(directory.number(283));
    match resolution.zip(mm_of_resolution_unit(directory.number(296))) {
        Some(((x, y), mm)) => Spacing::of_resolution([x, y], mm),
        None => Spacing::default(),
    }
}

/// The tags for display.
pub(crate) fn elements(directory: &Directory) -> Vec<Element> {
    let shown = directory.tags.iter().map(|tag| {
        let (vr, value) = match &tag.value {
            Value::Text(text) => ("text", text.clone()),
            Value::Other(n_bytes) => ("bytes", binary(*n_bytes, &[])),
            Value::Numbers(numbers) => {
                let shown = numbers.iter().take(MAX_SHOWN).map(f64::to_string);
                let shown = shown.collect::<Vec<_>>().join(" ");
                match numbers.len() {
                    ..=MAX_SHOWN => ("number", shown),
                    n => ("number", format!("{shown} … ({n} in all)")),
                }
            }
        };
        element(&tag.number.to_string(), name(tag.number), vr, &value)
    });
    shown.collect()
}

/// Names of TIFF 6.0 and EXIF 2.3.
fn name(number: u64) -> &'static str {
    match number {
        254 => "NewSubfileType",
        256 => "ImageWidth",
        257 => "ImageLength",
        258 => "BitsPerSample",
        259 => "Compression",
        262 => "PhotometricInterpretation",
        269 => "DocumentName",
        270 => "ImageDescription",
        271 => "Make",
        272 => "Model",
        273 => "StripOffsets",
        274 => "Orientation",
        277 => "SamplesPerPixel",
        278 => "RowsPerStrip",
        279 => "StripByteCounts",
        280 => "MinSampleValue",
        281 => "MaxSampleValue",
        282 => "XResolution",
        283 => "YResolution",
        284 => "PlanarConfiguration",
        285 => "PageName",
        296 => "ResolutionUnit",
        297 => "PageNumber",
        305 => "Software",
        306 => "DateTime",
        315 => "Artist",
        317 => "Predictor",
        320 => "ColorMap",
        322 => "TileWidth",
        323 => "TileLength",
        324 => "TileOffsets",
        325 => "TileByteCounts",
        338 => "ExtraSamples",
        339 => "SampleFormat",
        33432 => "Copyright",
        34665 => "ExifIFD",
        34853 => "GPSInfo",
        _ => "",
    }
}
