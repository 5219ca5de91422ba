//! Pages of TIFF (revision 6.0) and BigTIFF: what their tags say.

use super::exif;
use super::ifd::{Directory, TagSource};
use super::imagej::ImageJ;
use super::orientation::Orientation;
use super::picture::{
    BitmapFile, Coding, Form, Picture, alpha_dropped, check_size, depth_cut, element,
};
use super::spacing::{Spacing, mm_of_unit};
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::volume::ScalarType;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// More pages than slices of any scan.
const MAX_PAGES: usize = 1 << 16;

/// Sides of a tile.
const MAX_TILE: usize = 1 << 14;

/// How to read one page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    /// Where its directory begins.
    pub(crate) at: u64,
    /// Where the entry of the photometric interpretation begins.
    pub(crate) photometric_at: u64,
    pub(crate) photometric: Photometric,
    /// Bits of a sample.
    pub(crate) n_bits: usize,
    pub(crate) is_planar: bool,
    pub(crate) is_big_endian: bool,
    pub(crate) is_wide: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Photometric {
    Grey,
    /// Low values are meant to be shown bright.
    InvertedGrey,
    Rgb,
    Palette(Vec<[u8; 3]>),
}

/// Whether these first bytes are those of a TIFF.
pub(crate) fn is_tiff(bytes: &[u8]) -> bool {
    [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]
        .iter()
        .any(|mark| bytes.starts_with(*mark))
}

/// What the pages of a file are.
#[derive(Default)]
struct Pages {
    pictures: Vec<Picture>,
    report: Vec<Finding>,
    first: Option<Directory>,
    refused: Option<String>,
    n_refused: usize,
}

pub(crate) fn read(path: &Path, n_file_bytes: usize) -> Result<BitmapFile, FormatError> {
    let file = BufReader::new(File::open(path).map_err(FormatError::io(path))?);
    let damaged = |reason: &str| FormatError::damaged(path, reason);
    let mut source = TagSource::new(file).ok_or_else(|| damaged("the TIFF has no header"))?;
    let pages = Pages::read(path, &mut source)?;
    let Some(first) = pages.first.filter(|_| !pages.pictures.is_empty()) else {
        let what = pages
            .refused
            .ok_or_else(|| damaged("the TIFF has no pages"))?;
        return Err(FormatError::unsupported(path, what));
    };
    let mut report = pages.report;
    if let Some(what) = pages.refused {
        let message = format!(
            "{} page(s) were left out: not supported: {what}",
            pages.n_refused
        );
        report.push(Finding::warning("page_left_out", message));
    }
    check_size(
        path,
        pages.pictures.iter().map(|picture| &picture.form),
        n_file_bytes,
    )?;
    let description = first.text(270).unwrap_or_default();
    if description.contains("<OME ") {
        let message = "The file describes itself in OME-XML, which is not read: pages are taken in their order, and their size from the resolution, if there is one.";
        report.push(Finding::warning("ome_xml_ignored", message));
    }
    let n_pages = pages.pictures.len();
    let hyperstack = ImageJ::parse(description).and_then(|imagej| {
        report.extend(imagej.missing_pages(n_pages));
        imagej.hyperstack(n_pages)
    });
    let mut elements = vec![element("", "Pages", "number", &n_pages.to_string())];
    elements.extend(exif::elements(&first));
    Ok(BitmapFile {
        path: path.to_owned(),
        format: "TIFF",
        pictures: pages.pictures,
        hyperstack,
        report,
        elements,
    })
}

impl Pages {
    fn read(path: &Path, source: &mut TagSource<BufReader<File>>) -> Result<Self, FormatError> {
        let mut pages = Self::default();
        let mut seen = BTreeSet::new();
        let mut at = source.first;
        while at != 0 {
            if seen.len() == MAX_PAGES {
                return Err(FormatError::limit(
                    path,
                    format!("more than {MAX_PAGES} pages"),
                ));
            }
            let directory = source.directory(at).filter(|_| seen.insert(at));
            let Some(directory) = directory else {
                let message = format!(
                    "The list of pages is damaged after page {}; what follows was not read.",
                    seen.len()
                );
                pages
                    .report
                    .push(Finding::warning("damaged_pages", message));
                break;
            };
            at = directory.next;
            pages.add(path, source, directory);
        }
        Ok(pages)
    }

    fn add(&mut self, path: &Path, source: &TagSource<BufReader<File>>, directory: Directory) {
        let is_first = self.first.is_none();
        let imagej = self.first.as_ref().unwrap_or(&directory).text(270);
        let spacing = spacing(&directory, imagej.and_then(ImageJ::parse).as_ref());
        match page(&directory, spacing, &mut self.report) {
            Ok((form, mut page)) => {
                page.is_big_endian = source.is_big_endian;
                page.is_wide = source.is_wide;
                self.pictures.push(Picture {
                    path: path.to_owned(),
                    coding: Coding::Tiff(page),
                    form,
                });
            }
            Err(what) => {
                self.n_refused = self.n_refused.saturating_add(1);
                self.refused.get_or_insert(what);
            }
        }
        if is_first {
            self.first = Some(directory);
        }
    }
}

/// ImageJ gives a unit of its own, in the description of the first page.
fn spacing(directory: &Directory, imagej: Option<&ImageJ>) -> Spacing {
    let resolution = directory.number(282).zip(directory.number(283));
    let unit = imagej.and_then(|imagej| mm_of_unit(imagej.unit.as_deref()?));
    match (resolution, unit) {
        (Some((x, y)), Some(mm)) => {
            let between = imagej.and_then(|imagej| imagej.spacing);
            Spacing::measured([mm / x, mm / y], between.map(|n| n.abs() * mm))
        }
        _ => exif::spacing(directory),
    }
}

/// What one directory describes, or what of it is not supported.
fn page(
    directory: &Directory,
    spacing: Spacing,
    report: &mut Vec<Finding>,
) -> Result<(Form, Page), String> {
    // The decoder would make room for it before it finds the end of the file.
    if directory.is_too_long {
        return Err("a tag that is longer than its file".to_owned());
    }
    let size = [256, 257].map(|number| directory.count(number).unwrap_or(0));
    let compression = directory.count(259).unwrap_or(1);
    if !matches!(compression, 1..=5 | 8 | 32773 | 32946) {
        return Err(format!("TIFF compression {compression}"));
    }
    let is_tile_huge = |number| directory.count(number).is_some_and(|n| n > MAX_TILE);
    if is_tile_huge(322) || is_tile_huge(323) {
        return Err(format!("tiles of more than {MAX_TILE} pixels"));
    }
    let n_samples = directory.count(277).unwrap_or(1);
    let n_bits = directory.count(258).unwrap_or(1);
    if directory.numbers(258).iter().any(|n| *n != n_bits as f64) {
        return Err("channels of different depth".to_owned());
    }
    let format = directory.count(339).unwrap_or(1);
    let photometric_tag = directory
        .tag(262)
        .ok_or("a page without a kind of colour")?;
    let (photometric, n_channels) = match directory.count(262) {
        Some(0) => (Photometric::InvertedGrey, 1),
        Some(1) => (Photometric::Grey, 1),
        Some(2) => (Photometric::Rgb, 3),
        Some(3) => (Photometric::Palette(palette(directory, n_bits)?), 1),
        Some(5) => return Err("colours of four inks (CMYK)".to_owned()),
        Some(6) => return Err("colours as luminance and difference (YCbCr)".to_owned()),
        other => return Err(format!("TIFF colours of kind {}", other.unwrap_or(0))),
    };
    let n_extra = n_samples
        .checked_sub(n_channels)
        .ok_or("too few channels")?;
    let is_palette = matches!(photometric, Photometric::Palette(_));
    if n_extra > 1 || n_extra == 1 && is_palette {
        return Err(format!("pictures of {n_samples} channels"));
    }
    let scalar_type = scalar_type(n_channels, n_bits, format)?;
    let orientation = Orientation::new(directory.count(274));
    let mut add = |finding: Finding| {
        if report.iter().all(|known| known.code != finding.code) {
            report.push(finding);
        }
    };
    orientation.finding().map(&mut add);
    if n_extra == 1 {
        add(alpha_dropped());
    }
    if n_channels == 3 && n_bits == 16 {
        add(depth_cut());
    }
    if photometric == Photometric::InvertedGrey {
        let message = "Low values are meant to be shown bright (WhiteIsZero); invert the display to see the image so.";
        add(Finding::note("white_is_zero", message));
    }
    let form = Form {
        stored_size: size,
        orientation,
        scalar_type: if is_palette {
            ScalarType::Rgb8
        } else {
            scalar_type
        },
        stored_spacing: spacing,
    };
    let page = Page {
        at: directory.at,
        photometric_at: photometric_tag.at,
        photometric,
        n_bits,
        is_planar: directory.count(284) == Some(2) && n_samples > 1,
        is_big_endian: false,
        is_wide: false,
    };
    Ok((form, page))
}

/// Of 1 (unsigned), 2 (signed), 3 (floating point) or 4 (unknown) as TIFF counts formats.
fn scalar_type(n_channels: usize, n_bits: usize, format: usize) -> Result<ScalarType, String> {
    let refused = || Err(format!("samples of {n_bits} bits in format {format}"));
    Ok(match (n_channels, n_bits, format) {
        (3, 8 | 16, 1 | 4) => ScalarType::Rgb8,
        (3, ..) => return refused(),
        (_, 1 | 2 | 4 | 8, 1 | 4) => ScalarType::U8,
        (_, 8, 2) => ScalarType::I8,
        (_, 16, 1 | 4) => ScalarType::U16,
        (_, 16, 2) => ScalarType::I16,
        (_, 32, 1 | 4) => ScalarType::U32,
        (_, 32, 2) => ScalarType::I32,
        (_, 32, 3) => ScalarType::F32,
        (_, 64, 3) => ScalarType::F64,
        _ => return refused(),
    })
}

/// All reds, then all greens, then all blues, in 16 bits.
fn palette(directory: &Directory, n_bits: usize) -> Result<Vec<[u8; 3]>, String> {
    let map = directory.numbers(320);
    let n_colours = map.len() / 3;
    if !matches!(n_bits, 1 | 2 | 4 | 8) || n_colours == 0 {
        return Err(format!(
            "a palette of {n_colours} colours for {n_bits} bits"
        ));
    }
    let channel = |number: usize, n: usize| {
        let value = map.get(number.saturating_mul(n_colours).saturating_add(n));
        let value = value.copied().unwrap_or_default() / 256.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "casts of floats saturate; the upper half of 16 bits is meant"
        )]
        let value = value as u8;
        value
    };
    let colour = |n: usize| [0, 1, 2].map(|number| channel(number, n));
    Ok((0..n_colours).map(colour).collect())
}
