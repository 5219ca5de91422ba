//! Writes NIfTI headers.

use super::affine::{Forms, forms};
use super::header::{HEADER_1, HEADER_2};
use crate::error::FormatError;
use crate::write::Content;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::volume::{Rescale, ScalarType};
use std::path::Path;

/// `NIFTI_INTENT_LABEL`.
const INTENT_LABEL: i16 = 1002;

/// `NIFTI_XFORM_SCANNER_ANAT`.
const SCANNER: i16 = 1;

/// `NIFTI_UNITS_MM`.
const MILLIMETRES: u8 = 2;

/// Code and bits of a voxel.
const fn data_type(scalar_type: ScalarType) -> [i16; 2] {
    match scalar_type {
        ScalarType::U8 => [2, 8],
        ScalarType::I8 => [256, 8],
        ScalarType::U16 => [512, 16],
        ScalarType::I16 => [4, 16],
        ScalarType::U32 => [768, 32],
        ScalarType::I32 => [8, 32],
        ScalarType::F32 => [16, 32],
        ScalarType::F64 => [64, 64],
        ScalarType::Rgb8 => [128, 24],
    }
}

const fn intent(content: &Content<'_>) -> i16 {
    if content.is_labels { INTENT_LABEL } else { 0 }
}

/// Whether single precision holds every number of the header: none is too large for it, no slope,
/// intercept or spacing becomes 0 or loses digits, and the axes still span space.
pub(crate) fn is_single(content: &Content<'_>) -> bool {
    let Rescale { slope, intercept } = content.rescale;
    let transform = content.geometry.lps_from_index().rows();
    let largest = f64::from(f32::MAX);
    let is_small = transform.as_flattened().iter().all(|x| x.abs() <= largest);
    let range = f64::from(f32::MIN_POSITIVE)..=largest;
    let spacing = content.geometry.spacing_mm().into_iter();
    let mut numbers = spacing.chain([slope, intercept]);
    is_small && numbers.all(|x| x == 0.0 || range.contains(&x.abs())) && spans(content.geometry)
}

/// Whether the axes are independent as single precision has them.
fn spans(geometry: &Geometry) -> bool {
    let exact = geometry.lps_from_index();
    let written = Affine {
        linear: exact.linear.map(|row| row.map(|x| single(x).into())),
        ..*exact
    };
    Geometry::new(geometry.size(), written).is_ok()
}

/// The nearest that single precision can say.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the format has single precision only"
)]
const fn single(x: f64) -> f32 {
    x as f32
}

/// How many dimensions there are, and the length of each.
fn dimensions(content: &Content<'_>) -> [usize; 8] {
    let [i, j, k] = content.geometry.size();
    let n_dimensions = if content.n_volumes > 1 { 4 } else { 3 };
    [n_dimensions, i, j, k, content.n_volumes, 1, 1, 1]
}

/// A NIfTI-1 header and the flag that no extension follows.
pub(crate) fn header_1(path: &Path, content: &Content<'_>) -> Result<Vec<u8>, FormatError> {
    let size = content.geometry.size();
    let n = content.n_volumes;
    let limit = || {
        let what = format!("{n} volume(s) of {size:?} voxels; NIfTI-1 has 32767 a side");
        FormatError::limit(path, what)
    };
    if !is_single(content) {
        let what = "slopes, spacings or positions that NIfTI-1 has no numbers for; NIfTI-2 has";
        return Err(FormatError::limit(path, what));
    }
    let mut dim = [0_i16; 8];
    for (dim, n) in dim.iter_mut().zip(dimensions(content)) {
        *dim = i16::try_from(n).map_err(|_| limit())?;
    }
    let Forms {
        srows,
        pixdim,
        quaternion,
    } = forms(content.geometry);
    let [datatype, bits] = data_type(content.voxels.scalar_type());
    let [[.., qx], [.., qy], [.., qz]] = srows;
    let mut fields = Fields {
        bytes: Vec::with_capacity(HEADER_1),
    };
    fields.i32(348).zeros(34).text("r").zeros(1);
    fields
        .i16s(dim)
        .zeros(12)
        .i16s([intent(content), datatype, bits, 0]);
    fields.f32s(pixdim).f32s([1.0; 4]).f32s([352.0]);
    fields.f32s([content.rescale.slope, content.rescale.intercept]);
    let [black, white] = content.shown.unwrap_or_default();
    fields
        .zeros(3)
        .u8(MILLIMETRES)
        .f32s([white, black])
        .zeros(16);
    fields.text("Annotomy").zeros(72).zeros(24);
    let qform_code = if quaternion.is_some() { SCANNER } else { 0 };
    fields.i16s([qform_code, SCANNER]);
    fields
        .f32s(quaternion.unwrap_or_default())
        .f32s([qx, qy, qz]);
    fields.f32s(srows.into_iter().flatten());
    fields.zeros(16).text("n+1\0").zeros(4);
    Ok(fields.bytes)
}

/// A NIfTI-2 header and the flag that no extension follows.
pub(crate) fn header_2(content: &Content<'_>) -> Vec<u8> {
    let dim = dimensions(content).map(|n| n as u64);
    let Forms {
        srows,
        pixdim,
        quaternion,
    } = forms(content.geometry);
    let [[.., qx], [.., qy], [.., qz]] = srows;
    let mut fields = Fields {
        bytes: Vec::with_capacity(HEADER_2),
    };
    fields.i32(540).text("n+2\0").u8(13).u8(10).u8(26).u8(10);
    fields
        .i16s(data_type(content.voxels.scalar_type()))
        .u64s(dim);
    fields.zeros(24).f64s(pixdim).f64s([1.0; 4]).u64s([544]);
    fields.f64s([content.rescale.slope, content.rescale.intercept]);
    let [black, white] = content.shown.unwrap_or_default();
    fields
        .f64s([white, black])
        .zeros(32)
        .text("Annotomy")
        .zeros(72)
        .zeros(24);
    let qform_code = if quaternion.is_some() { SCANNER } else { 0 };
    fields.i32(qform_code.into()).i32(SCANNER.into());
    fields
        .f64s(quaternion.unwrap_or_default())
        .f64s([qx, qy, qz]);
    fields.f64s(srows.into_iter().flatten()).zeros(4);
    fields.i32(MILLIMETRES.into()).i32(intent(content).into());
    // Name of the intent, slice order and room, then the flag.
    fields.zeros(32).zeros(4);
    fields.bytes
}

/// Fields in file order, little endian.
struct Fields {
    bytes: Vec<u8>,
}

impl Fields {
    fn zeros(&mut self, n: usize) -> &mut Self {
        self.bytes.resize(self.bytes.len().saturating_add(n), 0);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes.push(value);
        self
    }

    fn i16s(&mut self, values: impl IntoIterator<Item = i16>) -> &mut Self {
        self.bytes
            .extend(values.into_iter().flat_map(i16::to_le_bytes));
        self
    }

    fn i32(&mut self, value: i32) -> &mut Self {
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn u64s(&mut self, values: impl IntoIterator<Item = u64>) -> &mut Self {
        self.bytes
            .extend(values.into_iter().flat_map(u64::to_le_bytes));
        self
    }

    fn f32s(&mut self, values: impl IntoIterator<Item = f64>) -> &mut Self {
        let values = values.into_iter().map(single);
        self.bytes.extend(values.flat_map(f32::to_le_bytes));
        self
    }

    fn f64s(&mut self, values: impl IntoIterator<Item = f64>) -> &mut Self {
        self.bytes
            .extend(values.into_iter().flat_map(f64::to_le_bytes));
        self
    }
}
