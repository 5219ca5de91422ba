//! Colours of samples to red, green and blue (DICOM PS3.3 C.7.6.3.1.2).

use super::fault::FrameFault;
use super::form::FrameForm;
use super::palette::Palette;
use super::table::ValueTable;
use annotomy_volume::volume::ScalarType;
use std::sync::Arc;

/// What the samples of a pixel mean, by the header.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Photometric {
    /// One sample, a value.
    Monochrome,
    /// One sample, a place in a table of values.
    Values(Arc<ValueTable>),
    /// One sample, a place in a table of colours.
    Palette(Arc<Palette>),
    Rgb,
    YbrFull,
    /// The differences of two neighbours are one.
    YbrFull422,
    YbrPartial422,
    /// Only within the transforms of JPEG 2000 and JPEG XL, which their decoders undo.
    Transformed,
}

impl Photometric {
    /// Of a code (0028,0004) other than palette colour; `None` for one that is not read.
    pub(crate) fn of_samples(code: &str, samples: usize) -> Option<Self> {
        Some(match (code, samples) {
            ("" | "MONOCHROME1" | "MONOCHROME2", 1) => Self::Monochrome,
            ("RGB", 3) => Self::Rgb,
            ("YBR_FULL", 3) => Self::YbrFull,
            ("YBR_FULL_422", 3) => Self::YbrFull422,
            ("YBR_PARTIAL_422", 3) => Self::YbrPartial422,
            ("YBR_ICT" | "YBR_RCT" | "XYB", 3) => Self::Transformed,
            _ => return None,
        })
    }

    /// Whether plain pixels come in pairs that share their colour differences.
    pub(super) fn is_halved(&self) -> bool {
        matches!(self, Self::YbrFull422 | Self::YbrPartial422)
    }
}

/// What the samples of a pixel mean, by the decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    /// As the header says.
    Declared,
    Rgb,
    YbrFull,
}

/// Fills `out`, three bytes for each pixel, from interleaved samples of the form's type.
pub(super) fn to_rgb(
    form: &FrameForm,
    model: Model,
    samples: &[u8],
    out: &mut [u8],
) -> Result<(), FrameFault> {
    if let Photometric::Palette(palette) = &form.photometric {
        palette.apply(form.sample_type, samples, out);
        return Ok(());
    }
    to_bytes(form, samples, out)?;
    match (model, &form.photometric) {
        (Model::YbrFull, _) | (Model::Declared, Photometric::YbrFull | Photometric::YbrFull422) => {
            convert(out, &FULL);
        }
        (Model::Declared, Photometric::YbrPartial422) => convert(out, &PARTIAL),
        _ => {}
    }
    Ok(())
}

/// Keeps the eight highest of the stored bits.
fn to_bytes(form: &FrameForm, samples: &[u8], out: &mut [u8]) -> Result<(), FrameFault> {
    let right = form.bits_stored.saturating_sub(8);
    let left = 8_u32.saturating_sub(form.bits_stored);
    let low = |value: u32| {
        let [low, ..] = value.unbounded_shr(right).unbounded_shl(left).to_le_bytes();
        low
    };
    match form.sample_type {
        ScalarType::U8 => {
            let values = samples.iter().map(|value| low((*value).into()));
            out.iter_mut().zip(values).for_each(|(to, v)| *to = v);
        }
        ScalarType::U16 => {
            let values = samples.as_chunks().0.iter();
            let values = values.map(|value| low(u16::from_le_bytes(*value).into()));
            out.iter_mut().zip(values).for_each(|(to, v)| *to = v);
        }
        ScalarType::U32 => {
            let values = samples.as_chunks().0.iter();
            let values = values.map(|value| low(u32::from_le_bytes(*value)));
            out.iter_mut().zip(values).for_each(|(to, v)| *to = v);
        }
        other => {
            return Err(FrameFault::Unsupported {
                codec: "colour",
                what: format!("samples of type {}", other.name()),
            });
        }
    }
    Ok(())
}

/// Factors, in 1/65536, of the inverse transform: luma, red difference in red, the differences in
/// green, blue difference in blue; and the luma of black.
struct Matrix {
    luma: i32,
    red: i32,
    green: [i32; 2],
    blue: i32,
    black: i32,
}

/// The inverse of PS3.3 C.7.6.3.1.2 for YBR_FULL, which is ITU-T T.871.
const FULL: Matrix = Matrix {
    luma: 65536,
    red: 91881,
    green: [22554, 46802],
    blue: 116_130,
    black: 0,
};

/// The same for YBR_PARTIAL_422: luma from 16 to 235, differences from 16 to 240 (ITU-R BT.601).
const PARTIAL: Matrix = Matrix {
    luma: 76309,
    red: 104_597,
    green: [25675, 53279],
    blue: 132_201,
    black: 16,
};

#[expect(
    clippy::arithmetic_side_effects,
    reason = "sums of products of 9 and 18 bits"
)]
fn convert(pixels: &mut [u8], matrix: &Matrix) {
    let byte = |value: i32| {
        let [low, ..] = ((value + 32768) >> 16).clamp(0, 255).to_le_bytes();
        low
    };
    for pixel in pixels.as_chunks_mut::<3>().0 {
        let [luma, blue, red] = pixel.map(i32::from);
        let (luma, blue, red) = ((luma - matrix.black) * matrix.luma, blue - 128, red - 128);
        let [blue_in_green, red_in_green] = matrix.green;
        *pixel = [
            byte(luma + matrix.red * red),
            byte(luma - blue_in_green * blue - red_in_green * red),
            byte(luma + matrix.blue * blue),
        ];
    }
}
