//! An image: voxels in the type they were stored in, their geometry, and what a value means.

use crate::geometry::Geometry;
use crate::space::VoxelIndex;
use thiserror::Error;

/// The type voxels are stored in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarType {
    /// Unsigned 8 bits.
    U8,
    /// Signed 8 bits.
    I8,
    /// Unsigned 16 bits.
    U16,
    /// Signed 16 bits.
    I16,
    /// Unsigned 32 bits.
    U32,
    /// Signed 32 bits.
    I32,
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 double precision.
    F64,
    /// Red, green and blue, 8 bits each.
    Rgb8,
}

/// A colour as it is stored: red, green, blue. Colour images are looked at and annotated in their
/// own planes; where one number is asked of a voxel (statistics, percentiles, interpolation) it is
/// the luma, 0 to 255.
pub type Rgb = [u8; 3];

/// Luma of a colour, by the weights of ITU-R BT.601 section 2.5.1.
fn luma([red, green, blue]: Rgb) -> f64 {
    // Whole thousandths, so that equal channels give exactly their value.
    let thousandths = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    f64::from(thousandths) / 1000.0
}

impl ScalarType {
    /// The name used on the wire and by `annotomy info`: as NumPy spells it, and `rgb8`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "uint8",
            Self::I8 => "int8",
            Self::U16 => "uint16",
            Self::I16 => "int16",
            Self::U32 => "uint32",
            Self::I32 => "int32",
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::Rgb8 => "rgb8",
        }
    }

    /// Bytes of one voxel.
    #[must_use]
    pub const fn n_bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
            Self::Rgb8 => 3,
        }
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A Rust type that voxels can be stored in.
pub trait Scalar:
    sealed::Sealed + bytemuck::Pod + PartialEq + Send + Sync + std::fmt::Debug + 'static
{
    /// Its [`ScalarType`].
    const TYPE: ScalarType;
    /// The value as a double; exact for every type here. Of a colour its luma.
    fn to_f64(self) -> f64;
    /// Whether the value is smaller; false where one is no number.
    fn is_below(self, other: Self) -> bool;
    /// The nearest value of this type: rounded half away from zero for integers, clamped to the
    /// type's range. A colour becomes a grey.
    fn from_f64(value: f64) -> Self;
    /// Wraps a buffer of this type.
    fn wrap(voxels: Vec<Self>) -> Voxels;
}

macro_rules! scalars {
    ($($variant:ident $type:ty, $to:expr, $from:expr, $is_below:expr;)*) => {
        /// Voxels in memory order (i fastest), in their stored type.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Voxels {
            $(#[doc = concat!("Stored as `", stringify!($type), "`.")] $variant(Vec<$type>),)*
        }

        $(impl sealed::Sealed for $type {}
        impl Scalar for $type {
            const TYPE: ScalarType = ScalarType::$variant;
            fn to_f64(self) -> f64 { $to(self) }
            fn is_below(self, other: Self) -> bool { $is_below(self, other) }
            fn from_f64(value: f64) -> Self { $from(value) }
            fn wrap(voxels: Vec<Self>) -> Voxels { Voxels::$variant(voxels) }
        })*
    };
}

scalars! {
    U8 u8, f64::from, |v: f64| v.round() as u8, |a, b| a < b;
    I8 i8, f64::from, |v: f64| v.round() as i8, |a, b| a < b;
    U16 u16, f64::from, |v: f64| v.round() as u16, |a, b| a < b;
    I16 i16, f64::from, |v: f64| v.round() as i16, |a, b| a < b;
    U32 u32, f64::from, |v: f64| v.round() as u32, |a, b| a < b;
    I32 i32, f64::from, |v: f64| v.round() as i32, |a, b| a < b;
    F32 f32, f64::from, |v: f64| v as f32, |a, b| a < b;
    F64 f64, |v| v, |v: f64| v, |a, b| a < b;
    Rgb8 Rgb, luma, |v: f64| [v.round() as u8; 3], |a, b| luma(a) < luma(b);
}

/// Runs `$body` with `$voxels` bound to the typed vector inside a [`Voxels`].
#[macro_export]
macro_rules! with_voxels {
    ($value:expr, $voxels:ident => $body:expr) => {
        match $value {
            $crate::volume::Voxels::U8($voxels) => $body,
            $crate::volume::Voxels::I8($voxels) => $body,
            $crate::volume::Voxels::U16($voxels) => $body,
            $crate::volume::Voxels::I16($voxels) => $body,
            $crate::volume::Voxels::U32($voxels) => $body,
            $crate::volume::Voxels::I32($voxels) => $body,
            $crate::volume::Voxels::F32($voxels) => $body,
            $crate::volume::Voxels::F64($voxels) => $body,
            $crate::volume::Voxels::Rgb8($voxels) => $body,
        }
    };
}

impl Voxels {
    /// Zeros of a type.
    #[must_use]
    pub fn zeros(scalar_type: ScalarType, n_voxels: usize) -> Self {
        match scalar_type {
            ScalarType::U8 => Self::U8(vec![0; n_voxels]),
            ScalarType::I8 => Self::I8(vec![0; n_voxels]),
            ScalarType::U16 => Self::U16(vec![0; n_voxels]),
            ScalarType::I16 => Self::I16(vec![0; n_voxels]),
            ScalarType::U32 => Self::U32(vec![0; n_voxels]),
            ScalarType::I32 => Self::I32(vec![0; n_voxels]),
            ScalarType::F32 => Self::F32(vec![0.0; n_voxels]),
            ScalarType::F64 => Self::F64(vec![0.0; n_voxels]),
            ScalarType::Rgb8 => Self::Rgb8(vec![[0; 3]; n_voxels]),
        }
    }

    /// The stored type.
    #[must_use]
    pub const fn scalar_type(&self) -> ScalarType {
        match self {
            Self::U8(_) => ScalarType::U8,
            Self::I8(_) => ScalarType::I8,
            Self::U16(_) => ScalarType::U16,
            Self::I16(_) => ScalarType::I16,
            Self::U32(_) => ScalarType::U32,
            Self::I32(_) => ScalarType::I32,
            Self::F32(_) => ScalarType::F32,
            Self::F64(_) => ScalarType::F64,
            Self::Rgb8(_) => ScalarType::Rgb8,
        }
    }

    /// Voxels in all.
    #[must_use]
    pub fn len(&self) -> usize {
        with_voxels!(self, v => v.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes in memory, machine byte order (little endian on every platform we build for).
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        with_voxels!(self, v => bytemuck::cast_slice(v))
    }

    /// The same, to be filled by a reader.
    #[must_use]
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        with_voxels!(self, v => bytemuck::cast_slice_mut(v))
    }
}

/// How a stored value becomes the value a reader of the image means (HU, SUV, ...):
/// `value = slope * stored + intercept` (DICOM PS3.3 C.7.6.16.2.9, NIfTI `scl_slope`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rescale {
    /// Factor; finite and not 0.
    pub slope: f64,
    /// Offset, in the unit of the value.
    pub intercept: f64,
}

impl Rescale {
    /// Stored values are the values.
    pub const IDENTITY: Self = Self {
        slope: 1.0,
        intercept: 0.0,
    };

    /// The value meant by a stored value.
    #[must_use]
    pub fn value(self, stored: f64) -> f64 {
        stored * self.slope + self.intercept
    }
}

/// Stored values that mean "no image here": all from `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Padding {
    /// Smallest.
    pub low: f64,
    /// Largest; the same where it is one value.
    pub high: f64,
}

impl Padding {
    /// Whether a stored value is one of them.
    #[must_use]
    pub fn holds(self, stored: f64) -> bool {
        self.low <= stored && stored <= self.high
    }
}

/// A volume cannot be built from these parts.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{n_voxels} voxels do not fill a grid of {size:?}")]
pub struct SizeMismatch {
    /// Voxels given.
    pub n_voxels: usize,
    /// Voxels along i, j, k that the geometry says.
    pub size: [usize; 3],
}

/// An image volume. It has as many voxels as its geometry says.
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    geometry: Geometry,
    voxels: Voxels,
    rescale: Rescale,
    padding: Option<Padding>,
    unit: Option<String>,
}

impl Volume {
    /// Puts the parts together. `unit` is the unit of the rescaled value (`HU`, `Bq/ml`), if known.
    ///
    /// # Errors
    /// [`SizeMismatch`] if the voxels do not fill the grid exactly.
    pub fn new(
        geometry: Geometry,
        voxels: Voxels,
        rescale: Rescale,
        unit: Option<String>,
    ) -> Result<Self, SizeMismatch> {
        if voxels.len() == geometry.n_voxels() {
            Ok(Self {
                geometry,
                voxels,
                rescale,
                padding: None,
                unit,
            })
        } else {
            Err(SizeMismatch {
                n_voxels: voxels.len(),
                size: geometry.size(),
            })
        }
    }

    /// The same volume in which some stored values do not count.
    #[must_use]
    pub fn with_padding(self, padding: Option<Padding>) -> Self {
        Self { padding, ..self }
    }

    /// Stored values that do not count.
    #[must_use]
    pub const fn padding(&self) -> Option<Padding> {
        self.padding
    }

    /// Where the voxels lie.
    #[must_use]
    pub const fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The stored values.
    #[must_use]
    pub const fn voxels(&self) -> &Voxels {
        &self.voxels
    }

    /// Stored value to value.
    #[must_use]
    pub const fn rescale(&self) -> Rescale {
        self.rescale
    }

    /// Unit of the rescaled values.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The rescaled value of one voxel.
    #[must_use]
    pub fn value(&self, index: VoxelIndex) -> f64 {
        self.rescale.value(self.stored(index))
    }

    /// The rescaled value of one voxel; `None` of padding and of what is no number.
    #[must_use]
    pub fn known_value(&self, index: VoxelIndex) -> Option<f64> {
        self.meaning_of(self.stored(index))
    }

    /// The rescaled value that a stored one means; `None` of padding and of what is no number.
    #[must_use]
    pub fn meaning_of(&self, stored: f64) -> Option<f64> {
        let value = self.rescale.value(stored);
        let counts =
            value.is_finite() && !self.padding.is_some_and(|padding| padding.holds(stored));
        counts.then_some(value)
    }

    fn stored(&self, index: VoxelIndex) -> f64 {
        let offset = self.geometry.offset(index);
        with_voxels!(&self.voxels, v => v[offset].to_f64())
    }
}
