//! Headers of JPEG (ITU-T T.81): size and colours, and what JFIF (T.871) and EXIF add.

use super::exif;
use super::orientation::Orientation;
use super::picture::{BitmapFile, Coding, Form, Picture, check_size, element};
use super::spacing::Spacing;
use crate::element::Element;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::volume::ScalarType;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

pub(crate) const MARK: &[u8] = &[0xFF, 0xD8, 0xFF];

/// More segments than any program writes before the pixels.
const MAX_SEGMENTS: usize = 4096;

#[derive(Default)]
struct Segments {
    /// Marker of the frame, then precision, rows, columns, components.
    frame: Option<(u8, u8, [usize; 2], u8)>,
    spacing: Spacing,
    orientation: Option<Orientation>,
    elements: Vec<Element>,
}

impl Segments {
    /// Up to the first scan.
    fn read(source: &mut (impl Read + Seek)) -> Option<Self> {
        source.seek_relative(2).ok()?;
        let mut segments = Self::default();
        for _ in 0..MAX_SEGMENTS {
            let mut byte = [0];
            source.read_exact(&mut byte).ok()?;
            if byte != [0xFF] {
                return None;
            }
            // Any number of fill bytes may come before the marker.
            while byte == [0xFF] {
                source.read_exact(&mut byte).ok()?;
            }
            let [marker] = byte;
            let mut length = [0; 2];
            source.read_exact(&mut length).ok()?;
            if marker == 0xDA {
                return Some(segments);
            }
            let n_bytes = u16::from_be_bytes(length).checked_sub(2)?;
            let mut data = vec![0; n_bytes.into()];
            source.read_exact(&mut data).ok()?;
            segments.take(marker, &data);
        }
        None
    }

    fn take(&mut self, marker: u8, data: &[u8]) {
        match (marker, data) {
            // Huffman and arithmetic tables have markers among those of frames.
            (0xC4 | 0xC8 | 0xCC, _) => {}
            (0xC0..=0xCF, [precision, r0, r1, c0, c1, n, ..]) => {
                let size = [[*c0, *c1], [*r0, *r1]].map(|n| usize::from(u16::from_be_bytes(n)));
                self.frame = Some((marker, *precision, size, *n));
            }
            (0xE0, [b'J', b'F', b'I', b'F', 0, _, _, unit, x0, x1, y0, y1, ..]) => {
                let density = [[*x0, *x1], [*y0, *y1]].map(u16::from_be_bytes);
                self.spacing = of_density(*unit, density).unwrap_or(self.spacing);
            }
            (0xE1, [b'E', b'x', b'i', b'f', 0, 0, block @ ..]) => {
                let Some(directory) = exif::directory(block) else {
                    return;
                };
                self.orientation = Some(exif::orientation(&directory));
                if self.spacing == Spacing::default() {
                    self.spacing = exif::spacing(&directory);
                }
                self.elements.extend(exif::elements(&directory));
            }
            (0xFE, text) => {
                let text = String::from_utf8_lossy(text);
                self.elements.push(element("COM", "Comment", "text", &text));
            }
            _ => {}
        }
    }
}

/// Unit 1 is dots in an inch, 2 in a centimetre; 0 says only how wide pixels are for their height.
fn of_density(unit: u8, density: [u16; 2]) -> Option<Spacing> {
    let per_length = density.map(f64::from);
    match (unit, density) {
        (1, _) => Some(Spacing::of_resolution(per_length, 25.4)),
        // 72 and 96 dots per inch, rounded.
        (2, [28, 28]) => Some(Spacing::of_resolution([72.0; 2], 25.4)),
        (2, [38, 38]) => Some(Spacing::of_resolution([96.0; 2], 25.4)),
        (2, _) => Some(Spacing::of_resolution(per_length, 10.0)),
        _ => None,
    }
}

pub(crate) fn read(path: &Path, n_file_bytes: usize) -> Result<BitmapFile, FormatError> {
    let damaged = |reason: &str| FormatError::damaged(path, reason);
    let mut file = BufReader::new(File::open(path).map_err(FormatError::io(path))?);
    let segments = Segments::read(&mut file);
    let segments = segments.ok_or_else(|| damaged("the JPEG ends before its pixels"))?;
    let frame = segments
        .frame
        .ok_or_else(|| damaged("the JPEG has no frame"))?;
    let (marker, precision, size, n_components) = frame;
    let refused = |what: String| Err(FormatError::unsupported(path, what));
    let process = match marker {
        0xC0 => "baseline",
        0xC1 => "extended",
        0xC2 => "progressive",
        _ => return refused(format!("JPEG process {}", marker.wrapping_sub(0xC0))),
    };
    if precision != 8 {
        return refused(format!("a JPEG of {precision} bits"));
    }
    let (scalar_type, colour) = match n_components {
        1 => (ScalarType::U8, "grey"),
        3 => (ScalarType::Rgb8, "colour"),
        4 => {
            return refused("a JPEG of four inks (CMYK), whose colours depend on paper".to_owned());
        }
        n => return refused(format!("a JPEG of {n} components")),
    };
    let orientation = segments.orientation.unwrap_or(Orientation::AS_STORED);
    let form = Form {
        stored_size: size,
        orientation,
        scalar_type,
        stored_spacing: segments.spacing,
    };
    check_size(path, [&form], n_file_bytes)?;
    let lossy = Finding::note(
        "lossy",
        "The picture is compressed with loss (JPEG); its values are near to the original's.",
    );
    let report = orientation.finding().into_iter().chain([lossy]).collect();
    let [columns, rows] = size;
    let mut elements = vec![
        element("SOF", "Size", "number", &format!("{columns} x {rows}")),
        element("SOF", "Process", "text", process),
        element("SOF", "Colour type", "text", colour),
    ];
    elements.extend(segments.elements);
    Ok(BitmapFile {
        path: path.to_owned(),
        format: "JPEG",
        pictures: vec![Picture {
            path: path.to_owned(),
            coding: Coding::Jpeg,
            form,
        }],
        hyperstack: None,
        report,
        elements,
    })
}

/// Whether the end of the image is there. Its marker cannot occur inside of a scan, and thumbnails
/// that have it too lie before the first one; without it decoders fill the rest with grey.
pub(crate) fn is_whole(file: &[u8]) -> bool {
    let mut source = std::io::Cursor::new(file);
    let Some(_) = Segments::read(&mut source) else {
        return false;
    };
    let scan = usize::try_from(source.position()).unwrap_or(usize::MAX);
    let rest = file.get(scan..).unwrap_or_default();
    rest.windows(2).any(|pair| pair == [0xFF, 0xD9])
}
