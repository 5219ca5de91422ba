//! Headers of BMP (Windows GDI, `BITMAPINFOHEADER` and its relatives).

use super::decode::bmp_decoder;
use super::orientation::Orientation;
use super::picture::{BitmapFile, Coding, Form, Picture, alpha_dropped, check_size, element};
use super::spacing::Spacing;
use crate::error::FormatError;
use crate::file::Head;
use annotomy_volume::volume::ScalarType;
use image::{ColorType, ImageDecoder};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const MM_PER_METRE: f64 = 1000.0;

/// Two letters are too few to know a format by: the length of the second header has to be known.
pub(crate) fn is_bmp(bytes: &[u8]) -> bool {
    let header = field(bytes, 14);
    bytes.starts_with(b"BM") && matches!(header, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

fn field(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*field))
}

/// Pixels in a metre.
fn spacing(bytes: &[u8]) -> Spacing {
    let has_resolution = field(bytes, 14).is_some_and(|n| n >= 40);
    match (field(bytes, 38), field(bytes, 42)) {
        (Some(x), Some(y)) if has_resolution && x > 0 && y > 0 => {
            let per_metre = [x, y].map(f64::from);
            Spacing::of_resolution(per_metre, MM_PER_METRE)
        }
        _ => Spacing::default(),
    }
}

pub(crate) fn read(path: &Path, head: &Head) -> Result<BitmapFile, FormatError> {
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let decoder = bmp_decoder(path)?;
        let palette = decoder.get_palette().map(<[_]>::to_vec);
        Ok((decoder.dimensions(), decoder.original_color_type(), palette))
    }));
    let failed = |_| Err(FormatError::damaged(path, "the decoder failed"));
    let ((columns, rows), colour, palette) = opened.unwrap_or_else(failed)?;
    let is_grey = palette
        .as_ref()
        .is_some_and(|palette| palette.iter().all(|[r, g, b]| r == g && g == b));
    let scalar_type = match is_grey {
        true => ScalarType::U8,
        false => ScalarType::Rgb8,
    };
    let form = Form {
        stored_size: [columns, rows].map(|n| n as usize),
        orientation: Orientation::AS_STORED,
        scalar_type,
        stored_spacing: spacing(&head.bytes),
    };
    check_size(path, [&form], head.total)?;
    let has_alpha = colour == ColorType::Rgba8.into() && palette.is_none();
    let bits = field(&head.bytes, 28).map_or(0, |n| n & 0xFFFF);
    let elements = vec![
        element("18", "Size", "number", &format!("{columns} x {rows}")),
        element("28", "Bits per pixel", "number", &bits.to_string()),
    ];
    Ok(BitmapFile {
        path: path.to_owned(),
        format: "BMP",
        pictures: vec![Picture {
            path: path.to_owned(),
            coding: Coding::Bmp,
            form,
        }],
        hyperstack: None,
        report: has_alpha.then(alpha_dropped).into_iter().collect(),
        elements,
    })
}
