//! The header of NIfTI-1, NIfTI-2 and Analyze 7.5: what it must say for the voxels to be read
//! (nifti1.h, nifti2.h; Mayo Clinic, "ANALYZE 7.5 File Format").

use super::fields::{self, FIELDS_2, Value};
use crate::error::FormatError;
use crate::finding::Finding;
use crate::raster::{StoredType, Times};
use annotomy_volume::volume::{Rescale, ScalarType};
use nifti::NiftiHeader;
use std::path::Path;

/// Bytes of a NIfTI-1 or Analyze header.
pub(crate) const HEADER_1: usize = 348;

/// Bytes of a NIfTI-2 header.
pub(crate) const HEADER_2: usize = 540;

/// `NIFTI_INTENT` codes of CIFTI-2, whose values belong to surfaces and tables.
const CIFTI: std::ops::RangeInclusive<i32> = 3000..=3099;

/// What the first bytes of a (decompressed) file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    /// Header and voxels in one file.
    Single,
    /// Voxels in a file of their own.
    Pair,
    /// As a pair, and without a place in the patient.
    Analyze,
    /// As `Single`, with 64-bit fields.
    Single2,
    /// As `Pair`, with 64-bit fields.
    Pair2,
}

impl Magic {
    /// Recognizes a header in either byte order.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let length: [u8; 4] = *bytes.first_chunk()?;
        let is_length = |n: i32| length == n.to_le_bytes() || length == n.to_be_bytes();
        match (bytes.get(344..348), bytes.get(4..8)) {
            (Some(b"n+1\0"), _) if is_length(348) => Some(Self::Single),
            (Some(b"ni1\0"), _) if is_length(348) => Some(Self::Pair),
            (_, Some(b"n+2\0")) if is_length(540) => Some(Self::Single2),
            (_, Some(b"ni2\0")) if is_length(540) => Some(Self::Pair2),
            // An Analyze 7.5 header is marked by its length only; a number of dimensions that is
            // possible is asked for too.
            (Some(_), _) if is_length(348) => {
                let n_dimensions: [u8; 2] = *bytes.get(40..)?.first_chunk()?;
                let little = i16::from_le_bytes(n_dimensions);
                let n = if length == 348_i32.to_le_bytes() {
                    little
                } else {
                    little.swap_bytes()
                };
                (1..=7).contains(&n).then_some(Self::Analyze)
            }
            _ => None,
        }
    }

    pub(crate) const fn is_pair(self) -> bool {
        matches!(self, Self::Pair | Self::Analyze | Self::Pair2)
    }

    pub(crate) const fn header_len(self) -> usize {
        match self {
            Self::Single | Self::Pair | Self::Analyze => HEADER_1,
            Self::Single2 | Self::Pair2 => HEADER_2,
        }
    }
}

/// A header that was checked. Fields have their names in the standard.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) magic: Magic,
    pub(crate) raw: Vec<u8>,
    pub(crate) is_big_endian: bool,
    pub(crate) size: [usize; 3],
    /// Product of the dimensions after the third.
    pub(crate) n_volumes: usize,
    pub(crate) stored: StoredType,
    /// Where the voxels begin, in the inflated file that holds them.
    pub(crate) offset: u64,
    /// Sign of the third axis, then voxel sizes.
    pub(crate) pixdim: [f64; 4],
    /// Along the fourth dimension: first value and step.
    time: [f64; 2],
    /// Whether no dimension but the fourth has volumes.
    is_4d: bool,
    pub(crate) units: i32,
    pub(crate) qform_code: i32,
    pub(crate) sform_code: i32,
    pub(crate) quatern: [f64; 3],
    pub(crate) qoffset: [f64; 3],
    pub(crate) srow: [[f64; 4]; 3],
    scale: [f64; 2],
    cal: [f64; 2],
}

/// The fields that differ in width only.
struct Fields {
    dim: [i64; 8],
    datatype: i32,
    pixdim: [f64; 4],
    time: [f64; 2],
    vox_offset: f64,
    scale: [f64; 2],
    cal: [f64; 2],
    units: i32,
    intent: i32,
    codes: [i32; 2],
    quatern: [f64; 3],
    qoffset: [f64; 3],
    srow: [[f64; 4]; 3],
}

impl Header {
    /// Checks a header, of which all bytes have to be there.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, FormatError> {
        let magic = Magic::of(bytes)
            .ok_or_else(|| FormatError::not_an_image(path, "no NIfTI or Analyze header"))?;
        let damaged = |reason: String| FormatError::damaged(path, reason);
        let raw = bytes.get(..magic.header_len());
        let raw = raw.ok_or_else(|| damaged("the file ends inside its header".to_owned()))?;
        let is_big_endian = raw.starts_with(&[0, 0]);
        let fields = match magic {
            Magic::Single | Magic::Pair => {
                let header = NiftiHeader::from_reader(raw);
                Fields::nifti_1(&header.map_err(|fault| damaged(fault.to_string()))?)
            }
            Magic::Analyze => Fields::analyze(raw, is_big_endian),
            Magic::Single2 | Magic::Pair2 => Fields::nifti_2(raw, is_big_endian),
        };
        if CIFTI.contains(&fields.intent) {
            let what = "CIFTI-2, whose values belong to surfaces, not to a grid";
            return Err(FormatError::unsupported(path, what));
        }
        let (size, n_volumes) = dimensions(&fields.dim).map_err(damaged)?;
        let offset = offset(magic, fields.vox_offset).map_err(damaged)?;
        Ok(Self {
            magic,
            raw: raw.to_vec(),
            is_big_endian,
            size,
            n_volumes,
            stored: stored_type(path, fields.datatype)?,
            offset,
            pixdim: fields.pixdim,
            time: fields.time,
            is_4d: fields
                .dim
                .get(4)
                .is_some_and(|n| usize::try_from(*n) == Ok(n_volumes)),
            units: fields.units,
            qform_code: fields.codes[0],
            sform_code: fields.codes[1],
            quatern: fields.quatern,
            qoffset: fields.qoffset,
            srow: fields.srow,
            scale: fields.scale,
            cal: fields.cal,
        })
    }

    /// Stored value to value: a slope of 0 means none (nifti1.h, "DATA SCALING").
    pub(crate) fn rescale(&self, report: &mut Vec<Finding>) -> Rescale {
        let [slope, intercept] = self.scale;
        // Analyze has no such field; SPM writes the slope there, others anything.
        if slope == 0.0 || (self.magic == Magic::Analyze && !slope.is_finite()) {
            return Rescale::IDENTITY;
        }
        if !slope.is_finite() || !intercept.is_finite() {
            let message = format!(
                "The header scales values by {slope} and adds {intercept}, which is no number; stored values are shown."
            );
            report.push(Finding::warning("invalid_rescale", message));
            return Rescale::IDENTITY;
        }
        Rescale { slope, intercept }
    }

    /// When the volumes were acquired, if the fourth dimension is time in a unit that the header
    /// names (nifti1.h, "UNITS OF SPATIAL AND TEMPORAL DIMENSIONS").
    pub(crate) fn times(&self) -> Option<Times> {
        let seconds = match self.units & 0x38 {
            8 => 1.0,
            16 => 1e-3,
            24 => 1e-6,
            _ => return None,
        };
        let [start, step] = self.time.map(|time| time * seconds);
        let is_known = self.is_4d && start.is_finite() && step.is_finite() && step > 0.0;
        is_known.then_some(Times { start, step })
    }

    /// Centre and width of `cal_min` and `cal_max`, if the header has them.
    pub(crate) fn window(&self) -> Option<(f64, f64)> {
        let [low, high] = self.cal;
        let is_set = low.is_finite() && high.is_finite() && high > low;
        is_set.then_some(((low + high) / 2.0, high - low))
    }
}

impl Fields {
    fn nifti_1(header: &NiftiHeader) -> Self {
        let [qfac, i, j, k, t, ..] = header.pixdim.map(f64::from);
        Self {
            dim: header.dim.map(|n| n.cast_signed().into()),
            datatype: header.datatype.into(),
            pixdim: [qfac, i, j, k],
            time: [header.toffset.into(), t],
            vox_offset: header.vox_offset.into(),
            scale: [header.scl_slope.into(), header.scl_inter.into()],
            cal: [header.cal_min.into(), header.cal_max.into()],
            units: header.xyzt_units.into(),
            intent: header.intent_code.into(),
            codes: [header.qform_code.into(), header.sform_code.into()],
            quatern: [header.quatern_b, header.quatern_c, header.quatern_d].map(f64::from),
            qoffset: [header.quatern_x, header.quatern_y, header.quatern_z].map(f64::from),
            srow: [header.srow_x, header.srow_y, header.srow_z].map(|row| row.map(f64::from)),
        }
    }

    /// The same offsets as NIfTI-1 for what is used here; the slope as SPM has it.
    fn analyze(raw: &[u8], is_big_endian: bool) -> Self {
        let ints = |at| fields::numbers::<2>(raw, at, is_big_endian).map(i16::from_le_bytes);
        let floats = |at| fields::numbers::<4>(raw, at, is_big_endian).map(f32::from_le_bytes);
        let float = |at| floats(at).next().map_or(0.0, f64::from);
        let mut dim = [0_i64; 8];
        for (dim, value) in dim.iter_mut().zip(ints(40)) {
            *dim = value.into();
        }
        let mut sizes = [0.0; 4];
        for (size, value) in sizes.iter_mut().zip(floats(76)) {
            *size = value.into();
        }
        Self {
            dim,
            datatype: ints(70).next().unwrap_or_default().into(),
            pixdim: sizes,
            time: [0.0; 2],
            vox_offset: float(108),
            scale: [float(112), 0.0],
            cal: [float(128), float(124)],
            units: 0,
            intent: 0,
            codes: [0; 2],
            quatern: [0.0; 3],
            qoffset: [0.0; 3],
            srow: [[0.0; 4]; 3],
        }
    }

    fn nifti_2(raw: &[u8], is_big_endian: bool) -> Self {
        let value = |name: &str| {
            let field = FIELDS_2.iter().find(|field| field.1 == name);
            field.map_or_else(Vec::new, |field| fields::values(raw, *field, is_big_endian))
        };
        let int = |name: &str, n: usize| match value(name).get(n) {
            Some(Value::Int(value)) => *value,
            _ => 0,
        };
        let code = |name: &str| i32::try_from(int(name, 0)).unwrap_or(0);
        let float = |name: &str, n: usize| match value(name).get(n) {
            Some(Value::Float(value)) => *value,
            _ => 0.0,
        };
        let row = |name: &str| [0, 1, 2, 3].map(|n| float(name, n));
        // Bytes beyond 53 bits of a number are beyond any file.
        let vox_offset = int("vox_offset", 0) as f64;
        Self {
            dim: [0, 1, 2, 3, 4, 5, 6, 7].map(|n| int("dim", n)),
            datatype: code("datatype"),
            pixdim: row("pixdim"),
            time: [float("toffset", 0), float("pixdim", 4)],
            vox_offset,
            scale: [float("scl_slope", 0), float("scl_inter", 0)],
            cal: [float("cal_min", 0), float("cal_max", 0)],
            units: code("xyzt_units"),
            intent: code("intent_code"),
            codes: [code("qform_code"), code("sform_code")],
            quatern: ["quatern_b", "quatern_c", "quatern_d"].map(|name| float(name, 0)),
            qoffset: ["qoffset_x", "qoffset_y", "qoffset_z"].map(|name| float(name, 0)),
            srow: ["srow_x", "srow_y", "srow_z"].map(row),
        }
    }
}

fn dimensions(dim: &[i64; 8]) -> Result<([usize; 3], usize), String> {
    let [n, dim @ ..] = *dim;
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

/// By the `DT_` codes of nifti1.h.
fn stored_type(path: &Path, code: i32) -> Result<StoredType, FormatError> {
    let plain = |scalar_type| Ok(StoredType::Plain(scalar_type));
    let what = match code {
        2 => return plain(ScalarType::U8),
        4 => return plain(ScalarType::I16),
        8 => return plain(ScalarType::I32),
        16 => return plain(ScalarType::F32),
        32 => return Ok(StoredType::ComplexF32),
        64 => return plain(ScalarType::F64),
        128 => return plain(ScalarType::Rgb8),
        256 => return plain(ScalarType::I8),
        512 => return plain(ScalarType::U16),
        768 => return plain(ScalarType::U32),
        1024 => return Ok(StoredType::I64),
        1280 => return Ok(StoredType::U64),
        1792 => return Ok(StoredType::ComplexF64),
        2304 => return Ok(StoredType::Rgba8),
        1 => "1-bit",
        // Which of the three 128-bit layouts in use was written, a file does not say.
        1536 => "128-bit floating point",
        2048 => "256-bit complex",
        _ => "unknown",
    };
    Err(FormatError::unsupported(
        path,
        format!("{what} voxels (datatype {code})"),
    ))
}

fn offset(magic: Magic, declared: f64) -> Result<u64, String> {
    // Some writers leave 0 where they mean the earliest place, as nibabel reads it: after the
    // header and the extension flag.
    let earliest = match magic {
        Magic::Single => 352_u32,
        Magic::Single2 => 544,
        Magic::Pair | Magic::Pair2 | Magic::Analyze => 0,
    };
    if declared == 0.0 {
        return Ok(earliest.into());
    }
    let least = f64::from(earliest.saturating_sub(4));
    if !(least..1e12).contains(&declared) {
        return Err(format!("voxels begin at byte {declared}"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1e12"
    )]
    Ok(declared as u64)
}
