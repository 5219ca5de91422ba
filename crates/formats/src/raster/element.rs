//! How voxels are stored, and what they become in memory.

use crate::dicom::swap;
use crate::finding::Finding;
use annotomy_volume::volume::{Scalar, ScalarType};

/// The type of a voxel in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoredType {
    /// One that volumes have too.
    Plain(ScalarType),
    /// Signed 64 bits.
    I64,
    /// Unsigned 64 bits.
    U64,
    /// Red, green, blue, alpha, 8 bits each.
    Rgba8,
    /// Real and imaginary part, single precision.
    ComplexF32,
    /// Real and imaginary part, double precision.
    ComplexF64,
}

impl StoredType {
    pub(crate) const fn n_bytes(self) -> usize {
        match self {
            Self::Plain(scalar_type) => scalar_type.n_bytes(),
            Self::Rgba8 => 4,
            Self::I64 | Self::U64 | Self::ComplexF32 => 8,
            Self::ComplexF64 => 16,
        }
    }

    /// The type in memory; `None` for 64-bit integers, which depend on their values.
    pub(crate) const fn scalar_type(self) -> Option<ScalarType> {
        match self {
            Self::Plain(scalar_type) => Some(scalar_type),
            Self::Rgba8 => Some(ScalarType::Rgb8),
            Self::ComplexF32 => Some(ScalarType::F32),
            Self::ComplexF64 => Some(ScalarType::F64),
            Self::I64 | Self::U64 => None,
        }
    }

    /// What is lost on the way into memory.
    pub(crate) fn loss(self) -> Option<Finding> {
        match self {
            Self::Rgba8 => Some(Finding::note(
                "alpha_dropped",
                "The colours have transparency (alpha), which is left out.",
            )),
            Self::ComplexF32 | Self::ComplexF64 => Some(Finding::warning(
                "complex_magnitude",
                "Voxels are complex numbers; their magnitude is shown and the phase left out.",
            )),
            Self::Plain(_) | Self::I64 | Self::U64 => None,
        }
    }

    /// Machine byte order (little endian) from big endian.
    pub(crate) fn swap(self, bytes: &mut [u8]) {
        let n_bytes = match self {
            Self::Plain(ScalarType::Rgb8) | Self::Rgba8 => 1,
            Self::ComplexF32 => 4,
            Self::ComplexF64 => 8,
            other => other.n_bytes(),
        };
        match n_bytes {
            2 => swap::<2>(bytes),
            4 => swap::<4>(bytes),
            8 => swap::<8>(bytes),
            _ => {}
        }
    }

    /// Voxels in machine byte order into a volume of type `to`.
    pub(crate) fn convert(self, bytes: &[u8], to: ScalarType, out: &mut [u8]) {
        match self {
            Self::Plain(_) => out.copy_from_slice(bytes),
            Self::I64 | Self::U64 => self.narrow(bytes, to, out),
            Self::Rgba8 => {
                let (pixels, _) = bytes.as_chunks::<4>();
                for (out, [red, green, blue, _]) in
                    out.as_chunks_mut::<3>().0.iter_mut().zip(pixels)
                {
                    *out = [*red, *green, *blue];
                }
            }
            Self::ComplexF32 => {
                let (halves, _) = bytes.as_chunks::<4>();
                let (pairs, _) = halves.as_chunks::<2>();
                for (out, pair) in out.as_chunks_mut::<4>().0.iter_mut().zip(pairs) {
                    // In double precision, so that one rounding is left.
                    let [real, imaginary] = pair.map(|half| f64::from(f32::from_ne_bytes(half)));
                    *out = f32::from_f64(real.hypot(imaginary)).to_ne_bytes();
                }
            }
            Self::ComplexF64 => {
                let (halves, _) = bytes.as_chunks::<8>();
                let (pairs, _) = halves.as_chunks::<2>();
                for (out, pair) in out.as_chunks_mut::<8>().0.iter_mut().zip(pairs) {
                    let [real, imaginary] = pair.map(f64::from_ne_bytes);
                    *out = real.hypot(imaginary).to_ne_bytes();
                }
            }
        }
    }

    /// The 64-bit integers in machine byte order.
    fn integers(self, bytes: &[u8]) -> impl Iterator<Item = i128> + '_ {
        bytes
            .as_chunks::<8>()
            .0
            .iter()
            .map(move |value| match self {
                Self::U64 => u64::from_ne_bytes(*value).into(),
                _ => i64::from_ne_bytes(*value).into(),
            })
    }

    /// Smallest and largest 64-bit integer.
    pub(crate) fn range(self, bytes: &[u8]) -> Option<(i128, i128)> {
        self.integers(bytes).fold(None, |range, value| match range {
            Some((low, high)) => Some((value.min(low), value.max(high))),
            None => Some((value, value)),
        })
    }

    /// 64-bit integers into a volume of int32 or float64.
    fn narrow(self, bytes: &[u8], to: ScalarType, out: &mut [u8]) {
        let values = self.integers(bytes);
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
}
