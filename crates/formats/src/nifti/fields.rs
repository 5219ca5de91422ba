//! The fields of a NIfTI-1 header, for display (nifti1.h).

use super::header::Header;
use crate::element::{Element, cut};

#[derive(Clone, Copy)]
enum Type {
    U8,
    I16,
    I32,
    F32,
    Text,
}

/// Offset, name, type, number of values.
const FIELDS: [(usize, &str, Type, usize); 43] = [
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

/// Every field, in file order.
pub(crate) fn elements(header: &Header) -> Vec<Element> {
    FIELDS.iter().map(|field| element(header, *field)).collect()
}

fn element(header: &Header, (at, name, kind, n): (usize, &str, Type, usize)) -> Element {
    let rest = header.raw.get(at..).unwrap_or_default();
    let (type_name, value) = match kind {
        Type::U8 => ("uint8", numbers(rest, n, |[b]: [u8; 1]| b.to_string())),
        Type::I16 => ("int16", numbers(rest, n, |b| header.i16(b).to_string())),
        Type::I32 => ("int32", numbers(rest, n, |b| header.i32(b).to_string())),
        Type::F32 => ("float32", numbers(rest, n, |b| header.f32(b).to_string())),
        Type::Text => ("char", text(rest.get(..n).unwrap_or_default())),
    };
    let vr = if n == 1 {
        type_name.to_owned()
    } else {
        format!("{type_name}[{n}]")
    };
    let (tag, name) = (at.to_string(), name.to_owned());
    Element {
        tag,
        name,
        vr,
        value,
        items: Vec::new(),
        varies: false,
    }
}

fn numbers<const N: usize>(bytes: &[u8], n: usize, show: impl Fn([u8; N]) -> String) -> String {
    let shown: Vec<String> = bytes
        .as_chunks::<N>()
        .0
        .iter()
        .take(n)
        .map(|b| show(*b))
        .collect();
    shown.join(" ")
}

/// Up to the first NUL.
pub(crate) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|b| *b == 0).next().unwrap_or_default();
    cut(&String::from_utf8_lossy(bytes))
}
