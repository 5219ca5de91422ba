//! The NIfTI-1 header: what it must say for the voxels to be read.

use super::voxels::StoredType;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::volume::{Rescale, ScalarType};
use nifti::{NiftiHeader, NiftiType};
use std::path::Path;

/// Bytes of a NIfTI-1 header.
pub(crate) const HEADER_LEN: usize = 348;

/// Where voxels begin at the earliest: header and extension flag.
const MIN_OFFSET: usize = 352;

/// A header that was checked.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) raw: [u8; HEADER_LEN],
    pub(crate) parsed: NiftiHeader,
    pub(crate) is_big_endian: bool,
    pub(crate) size: [usize; 3],
    /// Product of the dimensions after the third.
    pub(crate) n_volumes: usize,
    pub(crate) stored: StoredType,
    /// Where the voxels begin, in the inflated file.
    pub(crate) offset: usize,
}

/// What the first bytes of a (decompressed) file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    Single,
    Pair,
    Analyze,
    Nifti2,
}

/// Recognizes a header in either byte order.
pub(crate) fn magic(bytes: &[u8]) -> Option<Magic> {
    let length: [u8; 4] = *bytes.first_chunk()?;
    let is_length = |n: i32| length == n.to_le_bytes() || length == n.to_be_bytes();
    match (bytes.get(344..348), bytes.get(4..8)) {
        (Some(b"n+1\0"), _) if is_length(348) => Some(Magic::Single),
        (Some(b"ni1\0"), _) if is_length(348) => Some(Magic::Pair),
        (_, Some(b"n+2\0" | b"ni2\0")) if is_length(540) => Some(Magic::Nifti2),
        // An Analyze 7.5 header is marked by this letter only.
        (Some(_), _) if is_length(348) && bytes.get(38) == Some(&b'r') => Some(Magic::Analyze),
        _ => None,
    }
}

impl Header {
    /// Checks a header.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, FormatError> {
        match magic(bytes) {
            Some(Magic::Single) => {}
            Some(Magic::Pair) => {
                let what =
                    "a NIfTI pair (.hdr and .img); only single files (.nii, .nii.gz) are read";
                return Err(FormatError::unsupported(path, what));
            }
            Some(Magic::Nifti2) => return Err(FormatError::unsupported(path, "NIfTI-2")),
            Some(Magic::Analyze) => return Err(FormatError::unsupported(path, "Analyze 7.5")),
            None => return Err(FormatError::not_an_image(path, "neither DICOM nor NIfTI-1")),
        }
        let damaged = |reason: String| FormatError::damaged(path, reason);
        let raw = bytes.first_chunk::<HEADER_LEN>();
        let raw = *raw.ok_or_else(|| damaged("the file ends inside its header".to_owned()))?;
        let is_big_endian = raw.starts_with(&348_i32.to_be_bytes());
        let parsed =
            NiftiHeader::from_reader(raw.as_slice()).map_err(|fault| damaged(fault.to_string()))?;
        let (size, n_volumes) = dimensions(&parsed).map_err(damaged)?;
        let stored = stored_type(path, &parsed)?;
        let offset = offset(parsed.vox_offset).map_err(damaged)?;
        Ok(Self {
            raw,
            parsed,
            is_big_endian,
            size,
            n_volumes,
            stored,
            offset,
        })
    }

    pub(crate) fn i16(&self, bytes: [u8; 2]) -> i16 {
        if self.is_big_endian {
            i16::from_be_bytes(bytes)
        } else {
            i16::from_le_bytes(bytes)
        }
    }

    pub(crate) fn i32(&self, bytes: [u8; 4]) -> i32 {
        if self.is_big_endian {
            i32::from_be_bytes(bytes)
        } else {
            i32::from_le_bytes(bytes)
        }
    }

    pub(crate) fn f32(&self, bytes: [u8; 4]) -> f32 {
        f32::from_bits(self.i32(bytes).cast_unsigned())
    }

    /// Bytes of the first volume as stored; `None` if no memory could hold them.
    pub(crate) fn n_bytes(&self) -> Option<usize> {
        let [a, b, c] = self.size;
        a.checked_mul(b)?
            .checked_mul(c)?
            .checked_mul(self.stored.n_bytes())
    }

    /// Stored value to value: a slope of 0 means none (nifti1.h, "DATA SCALING").
    pub(crate) fn rescale(&self, report: &mut Vec<Finding>) -> Rescale {
        let (slope, intercept) = (self.parsed.scl_slope, self.parsed.scl_inter);
        if slope == 0.0 {
            return Rescale::IDENTITY;
        }
        if !slope.is_finite() || !intercept.is_finite() {
            let message = format!(
                "The header scales values by {slope} and adds {intercept}, which is no number; stored values are shown."
            );
            report.push(Finding::warning("invalid_rescale", message));
            return Rescale::IDENTITY;
        }
        Rescale {
            slope: slope.into(),
            intercept: intercept.into(),
        }
    }
}

fn dimensions(header: &NiftiHeader) -> Result<([usize; 3], usize), String> {
    let [n, dim @ ..] = header.dim.map(u16::cast_signed);
    let used = usize::try_from(n).ok().filter(|n| (1..=7).contains(n));
    let used = used.ok_or_else(|| format!("{n} dimensions; 1 to 7 are possible"))?;
    let mut sides = [1_usize; 7];
    for (side, declared) in sides.iter_mut().zip(dim).take(used) {
        let positive = usize::try_from(declared).ok().filter(|n| *n > 0);
        *side = positive.ok_or_else(|| format!("a dimension of {declared} voxels"))?;
    }
    let [i, j, k, rest @ ..] = sides;
    let n_volumes = rest
        .iter()
        .try_fold(1_usize, |product, n| product.checked_mul(*n));
    let n_volumes = n_volumes.ok_or_else(|| "more volumes than memory could count".to_owned())?;
    Ok(([i, j, k], n_volumes))
}

fn stored_type(path: &Path, header: &NiftiHeader) -> Result<StoredType, FormatError> {
    let unsupported = |what: &str| {
        let code = header.datatype;
        Err(FormatError::unsupported(
            path,
            format!("{what} voxels (NIfTI datatype {code})"),
        ))
    };
    let plain = |scalar_type| Ok(StoredType::Plain(scalar_type));
    match header.data_type() {
        Ok(NiftiType::Uint8) => plain(ScalarType::U8),
        Ok(NiftiType::Int8) => plain(ScalarType::I8),
        Ok(NiftiType::Uint16) => plain(ScalarType::U16),
        Ok(NiftiType::Int16) => plain(ScalarType::I16),
        Ok(NiftiType::Uint32) => plain(ScalarType::U32),
        Ok(NiftiType::Int32) => plain(ScalarType::I32),
        Ok(NiftiType::Float32) => plain(ScalarType::F32),
        Ok(NiftiType::Float64) => plain(ScalarType::F64),
        Ok(NiftiType::Int64) => Ok(StoredType::I64),
        Ok(NiftiType::Uint64) => Ok(StoredType::U64),
        Ok(NiftiType::Rgb24 | NiftiType::Rgba32) => unsupported("colour"),
        Ok(NiftiType::Complex64 | NiftiType::Complex128 | NiftiType::Complex256) => {
            unsupported("complex")
        }
        Ok(NiftiType::Float128) => unsupported("128-bit floating point"),
        Err(_) if header.datatype == 1 => unsupported("1-bit"),
        Err(_) => unsupported("unknown"),
    }
}

fn offset(declared: f32) -> Result<usize, String> {
    // Some writers leave 0 where they mean the earliest place, as nibabel reads it.
    if declared == 0.0 {
        return Ok(MIN_OFFSET);
    }
    if !(348.0..1e9).contains(&declared) {
        return Err(format!("voxels begin at byte {declared}"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "348 to 1e9"
    )]
    Ok(declared as usize)
}
