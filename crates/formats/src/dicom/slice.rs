//! One image file of a series: what its header says, and where its pixels are.

use super::codec::is_bomb;
use super::open::{Opened, open};
use super::pixel::Pixel;
use super::syntax::{PixelCoding, Syntax};
use super::values::Values;
use crate::error::FormatError;
use crate::file::Head;
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::Rescale;
use dicom_dictionary_std::tags;
use std::path::{Path, PathBuf};

/// Position and orientation (PS3.3 C.7.6.2.1.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plane {
    /// Centre of the first pixel.
    pub(crate) position: PointLps,
    /// Unit vector along a row: where the column index grows.
    pub(crate) along_row: VectorLps,
    /// Unit vector along a column: where the row index grows.
    pub(crate) along_column: VectorLps,
}

/// One image.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    pub(crate) path: PathBuf,
    pub(crate) sop_uid: String,
    pub(crate) series_uid: String,
    pub(crate) frame_of_reference: String,
    pub(crate) modality: String,
    pub(crate) description: String,
    pub(crate) series_number: Option<i64>,
    pub(crate) instance_number: Option<i64>,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) plane: Option<Plane>,
    /// Distance between columns, between rows; mm.
    pub(crate) spacing: Option<[f64; 2]>,
    /// Whether that distance was measured at the detector, not in the patient.
    pub(crate) is_spacing_at_detector: bool,
    pub(crate) thickness: Option<f64>,
    pub(crate) spacing_between_slices: Option<f64>,
    pub(crate) rescale: Rescale,
    pub(crate) rescale_type: Option<String>,
    pub(crate) units: Option<String>,
    /// Centre and width.
    pub(crate) window: Option<(f64, f64)>,
    pub(crate) has_modality_lut: bool,
    pub(crate) is_inverted: bool,
    pub(crate) pixel: Pixel,
    /// Where the pixels begin, in the file or in its inflated data set.
    pub(crate) pixels_at: usize,
    pub(crate) syntax: Syntax,
}

impl Slice {
    pub(crate) fn n_pixels(&self) -> usize {
        self.columns.saturating_mul(self.rows)
    }
}

/// Reads a header. The pixels are located, not read.
pub(crate) fn read_slice(path: &Path, head: Head) -> Result<Slice, FormatError> {
    let opened = open(path, head)?;
    let values = Values::new(&opened);
    let modality = values
        .code(tags::MODALITY)
        .unwrap_or_else(|| "OT".to_owned());
    let Some(pixels) = opened.layout.pixels else {
        let what = if values.has(tags::DIRECTORY_RECORD_SEQUENCE) {
            "a DICOMDIR, an index of other files".to_owned()
        } else {
            format!("a DICOM object of modality {modality} without pixel data")
        };
        return Err(FormatError::not_an_image(path, what));
    };
    refuse_frames(path, &values)?;
    let pixel = Pixel::read(path, &opened, &values, pixels)?;
    let pixels_at = pixels_at(path, &opened, &pixel)?;
    let (columns, rows) = (pixel.form.columns, pixel.form.rows);
    let (spacing, is_spacing_at_detector) = spacing(&values);
    let code = |tag| values.code(tag);
    let positive = |tag| values.number(tag).map(f64::abs).filter(|mm| *mm > 0.0);
    let header = opened
        .bytes
        .get(opened.dataset_at..opened.layout.end)
        .unwrap_or_default();
    // A file that breaks the rule to have an UID is known by its header.
    let nameless = || blake3::hash(header).to_string();
    Ok(Slice {
        path: path.to_owned(),
        sop_uid: code(tags::SOP_INSTANCE_UID).unwrap_or_else(nameless),
        series_uid: code(tags::SERIES_INSTANCE_UID).unwrap_or_default(),
        frame_of_reference: code(tags::FRAME_OF_REFERENCE_UID).unwrap_or_default(),
        description: values.text(tags::SERIES_DESCRIPTION).unwrap_or_default(),
        modality,
        series_number: values.integer(tags::SERIES_NUMBER),
        instance_number: values.integer(tags::INSTANCE_NUMBER),
        columns,
        rows,
        plane: plane(&values),
        spacing,
        is_spacing_at_detector,
        thickness: positive(tags::SLICE_THICKNESS),
        spacing_between_slices: positive(tags::SPACING_BETWEEN_SLICES),
        rescale: rescale(path, &values)?,
        rescale_type: code(tags::RESCALE_TYPE),
        units: code(tags::UNITS),
        window: window(&values),
        has_modality_lut: values.has(tags::MODALITY_LUT_SEQUENCE),
        is_inverted: code(tags::PHOTOMETRIC_INTERPRETATION).as_deref() == Some("MONOCHROME1"),
        pixel,
        pixels_at,
        syntax: opened.syntax.clone(),
    })
}

fn refuse_frames(path: &Path, values: &Values<'_>) -> Result<(), FormatError> {
    let n_frames = values.integer(tags::NUMBER_OF_FRAMES).unwrap_or(1);
    let is_enhanced = values.has(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
        || values.has(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    if n_frames > 1 || is_enhanced {
        let kind = if is_enhanced { "an enhanced" } else { "a" };
        let what = format!("{kind} multi-frame image ({n_frames} frame(s) in one file)");
        return Err(FormatError::unsupported(path, what));
    }
    Ok(())
}

fn pixels_at(path: &Path, opened: &Opened, pixel: &Pixel) -> Result<usize, FormatError> {
    let Some(pixels) = opened.layout.pixels else {
        return Err(FormatError::not_an_image(path, "no pixel data"));
    };
    let at = pixels.value_at;
    let n_bytes = pixel.form.decoded_bytes();
    let n_native = pixel.n_native_bytes(1);
    let is_native = opened.syntax.pixels == PixelCoding::Native;
    let left = opened.total.saturating_sub(at);
    match pixels.len {
        None if !is_native && is_bomb(n_bytes, left) => {
            let what = format!("an image of {n_bytes} bytes in {left} compressed bytes");
            Err(FormatError::limit(path, what))
        }
        None if !is_native => Ok(at),
        Some(declared) if is_native => {
            let found = declared.min(left);
            if declared > left || found < n_native {
                let reason = format!(
                    "{n_native} bytes of pixels expected, {declared} declared, {left} in the file"
                );
                return Err(FormatError::damaged(path, reason));
            }
            Ok(at)
        }
        _ => {
            let name = opened.syntax.name();
            let reason = format!("the pixel data's form does not match {name}");
            Err(FormatError::damaged(path, reason))
        }
    }
}

/// PS3.3 C.7.6.2.1.1. Directions are written with few digits, so they are scaled to length 1; a
/// direction far from that is none.
fn plane(values: &Values<'_>) -> Option<Plane> {
    let position = PointLps(values.array(tags::IMAGE_POSITION_PATIENT)?);
    let [a, b, c, d, e, f] = values.array(tags::IMAGE_ORIENTATION_PATIENT)?;
    let (row, column) = (VectorLps([a, b, c]), VectorLps([d, e, f]));
    let is_unit = |v: VectorLps| (v.norm() - 1.0).abs() < 0.05;
    if !is_unit(row) || !is_unit(column) || row.cross(column).norm() < 0.5 {
        return None;
    }
    let (along_row, along_column) = (row.normalized()?, column.normalized()?);
    Some(Plane {
        position,
        along_row,
        along_column,
    })
}

/// Pixel Spacing is row distance first, then column distance (PS3.3 10.7.1.3).
fn spacing(values: &Values<'_>) -> (Option<[f64; 2]>, bool) {
    let positive = |tag| {
        let [between_rows, between_columns] = values.array(tag)?;
        let is_positive = between_rows > 0.0 && between_columns > 0.0;
        is_positive.then_some([between_columns, between_rows])
    };
    match positive(tags::PIXEL_SPACING) {
        Some(spacing) => (Some(spacing), false),
        None => (positive(tags::IMAGER_PIXEL_SPACING), true),
    }
}

fn rescale(path: &Path, values: &Values<'_>) -> Result<Rescale, FormatError> {
    let slope = values.number(tags::RESCALE_SLOPE).unwrap_or(1.0);
    let intercept = values.number(tags::RESCALE_INTERCEPT).unwrap_or(0.0);
    if slope == 0.0 {
        return Err(FormatError::damaged(path, "the rescale slope is 0"));
    }
    Ok(Rescale { slope, intercept })
}

fn window(values: &Values<'_>) -> Option<(f64, f64)> {
    let center = values.number(tags::WINDOW_CENTER)?;
    let width = values
        .number(tags::WINDOW_WIDTH)
        .filter(|width| *width > 0.0)?;
    Some((center, width))
}
