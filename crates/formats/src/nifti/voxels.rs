//! How NIfTI voxels are stored, and what they become in memory.

use crate::dicom::swap;
use annotomy_volume::volume::ScalarType;

/// The type of a voxel in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoredType {
    /// One that volumes have too.
    Plain(ScalarType),
    /// Signed 64 bits.
    I64,
    /// Unsigned 64 bits.
    U64,
}

impl StoredType {
    pub(crate) const fn n_bytes(self) -> usize {
        match self {
            Self::Plain(scalar_type) => scalar_type.n_bytes(),
            Self::I64 | Self::U64 => 8,
        }
    }

    /// Whether voxels can be read straight into the volume.
    pub(crate) const fn is_plain(self) -> bool {
        matches!(self, Self::Plain(_))
    }
}

/// Machine byte order (little endian) from the file's.
pub(crate) fn reorder(bytes: &mut [u8], n_bytes: usize, is_big_endian: bool) {
    match n_bytes {
        2 if is_big_endian => swap::<2>(bytes),
        4 if is_big_endian => swap::<4>(bytes),
        8 if is_big_endian => swap::<8>(bytes),
        _ => {}
    }
}

/// The 64-bit integers in machine byte order.
fn integers(stored: StoredType, bytes: &[u8]) -> impl Iterator<Item = i128> + '_ {
    bytes
        .as_chunks::<8>()
        .0
        .iter()
        .map(move |value| match stored {
            StoredType::U64 => u64::from_ne_bytes(*value).into(),
            _ => i64::from_ne_bytes(*value).into(),
        })
}

/// Smallest and largest 64-bit integer.
pub(crate) fn range(stored: StoredType, bytes: &[u8]) -> Option<(i128, i128)> {
    integers(stored, bytes).fold(None, |range, value| match range {
        Some((low, high)) => Some((value.min(low), value.max(high))),
        None => Some((value, value)),
    })
}

/// 64-bit integers into a volume of int32 or float64.
pub(crate) fn narrow(stored: StoredType, bytes: &[u8], to: ScalarType, out: &mut [u8]) {
    let values = integers(stored, bytes);
    if to == ScalarType::I32 {
        for (out, value) in out.as_chunks_mut::<4>().0.iter_mut().zip(values) {
            *out = i32::try_from(value).unwrap_or_default().to_ne_bytes();
        }
    } else {
        for (out, value) in out.as_chunks_mut::<8>().0.iter_mut().zip(values) {
            *out = (value as f64).to_ne_bytes();
        }
    }
}
