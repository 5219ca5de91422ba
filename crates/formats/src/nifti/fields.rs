//! The fields of NIfTI-1, NIfTI-2 and Analyze headers, for display and for reading (nifti1.h,
//! nifti2.h, dbh.h).

use super::header::{Header, Magic};
use crate::element::{Element, cut};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Type {
    U8,
    I16,
    I32,
    I64,
    F32,
    F64,
    Text,
}

/// Offset, name, type, number of values.
pub(crate) type Field = (usize, &'static str, Type, usize);

/// A number in a header.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Int(i64),
    Float(f64),
    Single(f32),
}

const FIELDS_1: [Field; 43] = [
    (0, "sizeof_hdr", Type::I32, 1),
    (4, "data_type", Type::Text, 10),
    (14, "db_name", Type::Text, 18),
    (32, "extents", Type::I32, 1),
    (36, "session_error", Type::I16, 1),
    (38, "regular", Type::Text, 1),
    (39, "dim_info", Type::U8, 1),
    (40, "dim", Type::I16, 8),
    (56, "intent_p1", Type::F32, 1),
    (60, "intent_p2", Type::F32, 1),
    (64, "intent_p3", Type::F32, 1),
    (68, "intent_code", Type::I16, 1),
    (70, "datatype", Type::I16, 1),
    (72, "bitpix", Type::I16, 1),
    (74, "slice_start", Type::I16, 1),
    (76, "pixdim", Type::F32, 8),
    (108, "vox_offset", Type::F32, 1),
    (112, "scl_slope", Type::F32, 1),
    (116, "scl_inter", Type::F32, 1),
    (120, "slice_end", Type::I16, 1),
    (122, "slice_code", Type::U8, 1),
    (123, "xyzt_units", Type::U8, 1),
    (124, "cal_max", Type::F32, 1),
    (128, "cal_min", Type::F32, 1),
    (132, "slice_duration", Type::F32, 1),
    (136, "toffset", Type::F32, 1),
    (140, "glmax", Type::I32, 1),
    (144, "glmin", Type::I32, 1),
    (148, "descrip", Type::Text, 80),
    (228, "aux_file", Type::Text, 24),
    (252, "qform_code", Type::I16, 1),
    (254, "sform_code", Type::I16, 1),
    (256, "quatern_b", Type::F32, 1),
    (260, "quatern_c", Type::F32, 1),
    (264, "quatern_d", Type::F32, 1),
    (268, "qoffset_x", Type::F32, 1),
    (272, "qoffset_y", Type::F32, 1),
    (276, "qoffset_z", Type::F32, 1),
    (280, "srow_x", Type::F32, 4),
    (296, "srow_y", Type::F32, 4),
    (312, "srow_z", Type::F32, 4),
    (328, "intent_name", Type::Text, 16),
    (344, "magic", Type::Text, 4),
];

pub(crate) const FIELDS_2: [Field; 37] = [
    (0, "sizeof_hdr", Type::I32, 1),
    (4, "magic", Type::Text, 8),
    (12, "datatype", Type::I16, 1),
    (14, "bitpix", Type::I16, 1),
    (16, "dim", Type::I64, 8),
    (80, "intent_p1", Type::F64, 1),
    (88, "intent_p2", Type::F64, 1),
    (96, "intent_p3", Type::F64, 1),
    (104, "pixdim", Type::F64, 8),
    (168, "vox_offset", Type::I64, 1),
    (176, "scl_slope", Type::F64, 1),
    (184, "scl_inter", Type::F64, 1),
    (192, "cal_max", Type::F64, 1),
    (200, "cal_min", Type::F64, 1),
    (208, "slice_duration", Type::F64, 1),
    (216, "toffset", Type::F64, 1),
    (224, "slice_start", Type::I64, 1),
    (232, "slice_end", Type::I64, 1),
    (240, "descrip", Type::Text, 80),
    (320, "aux_file", Type::Text, 24),
    (344, "qform_code", Type::I32, 1),
    (348, "sform_code", Type::I32, 1),
    (352, "quatern_b", Type::F64, 1),
    (360, "quatern_c", Type::F64, 1),
    (368, "quatern_d", Type::F64, 1),
    (376, "qoffset_x", Type::F64, 1),
    (384, "qoffset_y", Type::F64, 1),
    (392, "qoffset_z", Type::F64, 1),
    (400, "srow_x", Type::F64, 4),
    (432, "srow_y", Type::F64, 4),
    (464, "srow_z", Type::F64, 4),
    (496, "slice_code", Type::I32, 1),
    (500, "xyzt_units", Type::I32, 1),
    (504, "intent_code", Type::I32, 1),
    (508, "intent_name", Type::Text, 16),
    (524, "dim_info", Type::U8, 1),
    (525, "unused_str", Type::Text, 15),
];

const FIELDS_ANALYZE: [Field; 24] = [
    (0, "sizeof_hdr", Type::I32, 1),
    (4, "data_type", Type::Text, 10),
    (14, "db_name", Type::Text, 18),
    (32, "extents", Type::I32, 1),
    (38, "regular", Type::Text, 1),
    (40, "dim", Type::I16, 8),
    (56, "vox_units", Type::Text, 4),
    (60, "cal_units", Type::Text, 8),
    (70, "datatype", Type::I16, 1),
    (72, "bitpix", Type::I16, 1),
    (76, "pixdim", Type::F32, 8),
    (108, "vox_offset", Type::F32, 1),
    (112, "funused1", Type::F32, 1),
    (124, "cal_max", Type::F32, 1),
    (128, "cal_min", Type::F32, 1),
    (140, "glmax", Type::I32, 1),
    (144, "glmin", Type::I32, 1),
    (148, "descrip", Type::Text, 80),
    (228, "aux_file", Type::Text, 24),
    (252, "orient", Type::U8, 1),
    (253, "originator", Type::Text, 10),
    (263, "generated", Type::Text, 10),
    (328, "views", Type::I32, 1),
    (336, "field_skip", Type::I32, 1),
];

/// Every field, in file order.
pub(crate) fn elements(header: &Header) -> Vec<Element> {
    let fields: &[Field] = match header.magic {
        Magic::Single | Magic::Pair => &FIELDS_1,
        Magic::Single2 | Magic::Pair2 => &FIELDS_2,
        Magic::Analyze => &FIELDS_ANALYZE,
    };
    fields.iter().map(|field| element(header, *field)).collect()
}

fn element(header: &Header, field: Field) -> Element {
    let (at, name, kind, n) = field;
    let type_name = match kind {
        Type::U8 => "uint8",
        Type::I16 => "int16",
        Type::I32 => "int32",
        Type::I64 => "int64",
        Type::F32 => "float32",
        Type::F64 => "float64",
        Type::Text => "char",
    };
    let value = match kind {
        Type::Text => text(
            header
                .raw
                .get(at..)
                .and_then(|rest| rest.get(..n))
                .unwrap_or_default(),
        ),
        _ => {
            let values = values(&header.raw, field, header.is_big_endian);
            let shown: Vec<String> = values.iter().map(Value::to_string).collect();
            shown.join(" ")
        }
    };
    let vr = match n {
        1 => type_name.to_owned(),
        _ => format!("{type_name}[{n}]"),
    };
    Element {
        tag: at.to_string(),
        name: name.to_owned(),
        vr,
        value,
        items: Vec::new(),
        varies: false,
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Single(value) => value.fmt(f),
        }
    }
}

/// The numbers of a field; none for text.
pub(crate) fn values(raw: &[u8], (at, _, kind, n): Field, is_big_endian: bool) -> Vec<Value> {
    let int = Value::Int;
    match kind {
        Type::U8 => numbers::<1>(raw, at, false)
            .take(n)
            .map(|[b]| int(b.into()))
            .collect(),
        Type::I16 => {
            let all = numbers::<2>(raw, at, is_big_endian).take(n);
            all.map(|b| int(i16::from_le_bytes(b).into())).collect()
        }
        Type::I32 => {
            let all = numbers::<4>(raw, at, is_big_endian).take(n);
            all.map(|b| int(i32::from_le_bytes(b).into())).collect()
        }
        Type::I64 => {
            let all = numbers::<8>(raw, at, is_big_endian).take(n);
            all.map(|b| int(i64::from_le_bytes(b))).collect()
        }
        Type::F32 => {
            let all = numbers::<4>(raw, at, is_big_endian).take(n);
            all.map(|b| Value::Single(f32::from_le_bytes(b))).collect()
        }
        Type::F64 => {
            let all = numbers::<8>(raw, at, is_big_endian).take(n);
            all.map(|b| Value::Float(f64::from_le_bytes(b))).collect()
        }
        Type::Text => Vec::new(),
    }
}

/// Values of `N` bytes from `at` on, little endian.
pub(crate) fn numbers<const N: usize>(
    raw: &[u8],
    at: usize,
    is_big_endian: bool,
) -> impl Iterator<Item = [u8; N]> + '_ {
    let rest = raw.get(at..).unwrap_or_default();
    rest.as_chunks::<N>().0.iter().map(move |bytes| {
        let mut bytes = *bytes;
        if is_big_endian {
            bytes.reverse();
        }
        bytes
    })
}

/// Up to the first NUL.
pub(crate) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|b| *b == 0).next().unwrap_or_default();
    cut(&String::from_utf8_lossy(bytes))
}
