//! What the DICOM header says about the pixels of a frame (PS3.3 C.7.6.3.1).

use super::colour::Photometric;
use super::fault::FrameFault;
use annotomy_volume::volume::ScalarType;

/// The pixels of one frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrameForm {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Samples per pixel: 1, or 3 for colour.
    pub(crate) samples: usize,
    /// Type of one sample as stored; 1-bit samples become bytes.
    pub(crate) sample_type: ScalarType,
    pub(crate) bits_allocated: u32,
    pub(crate) bits_stored: u32,
    pub(crate) high_bit: u32,
    pub(crate) photometric: Photometric,
    /// Whether each colour has a plane of its own (planar configuration 1).
    pub(crate) is_planar: bool,
}

impl FrameForm {
    pub(crate) fn n_pixels(&self) -> usize {
        self.columns.saturating_mul(self.rows)
    }

    /// Bytes of one sample in memory.
    pub(crate) fn sample_bytes(&self) -> usize {
        self.sample_type.n_bytes()
    }

    /// Bytes of one row of interleaved samples in memory.
    pub(super) fn row_bytes(&self) -> usize {
        self.columns
            .saturating_mul(self.samples)
            .saturating_mul(self.sample_bytes())
    }

    /// Bytes of all samples in memory.
    pub(super) fn samples_bytes(&self) -> usize {
        self.row_bytes().saturating_mul(self.rows)
    }

    /// The type of a decoded pixel.
    pub(crate) fn pixel_type(&self) -> ScalarType {
        match self.photometric {
            Photometric::Monochrome => self.sample_type,
            Photometric::Values(_) => ScalarType::U16,
            _ => ScalarType::Rgb8,
        }
    }

    /// Bytes of the decoded frame.
    pub(crate) fn decoded_bytes(&self) -> usize {
        self.n_pixels().saturating_mul(self.pixel_type().n_bytes())
    }

    /// Compares the codec's idea of the image with the header's, before memory is taken.
    pub(super) fn check(
        &self,
        codec: &'static str,
        columns: usize,
        rows: usize,
        samples: usize,
    ) -> Result<(), FrameFault> {
        if (columns, rows, samples) == (self.columns, self.rows, self.samples) {
            return Ok(());
        }
        let words =
            |columns, rows, samples| format!("{columns} x {rows} pixels of {samples} samples");
        Err(FrameFault::Mismatch {
            codec,
            found: words(columns, rows, samples),
            expected: words(self.columns, self.rows, self.samples),
        })
    }

    /// Whether the codec's samples fit in those of the header.
    pub(super) fn check_precision(&self, codec: &'static str, bits: u32) -> Result<(), FrameFault> {
        let is_integer = !matches!(self.sample_type, ScalarType::F32 | ScalarType::F64);
        if is_integer && bits >= 1 && bits <= self.bits_allocated {
            return Ok(());
        }
        Err(FrameFault::Mismatch {
            codec,
            found: format!("{bits} bits"),
            expected: format!("{} bits", self.bits_allocated),
        })
    }

    /// Writes one component of a row of interleaved samples, little endian.
    pub(super) fn put_row(
        &self,
        row: &mut [u8],
        component: usize,
        values: impl Iterator<Item = i32>,
    ) {
        let n_bytes = self.sample_bytes();
        match (n_bytes, self.samples) {
            (1, 1) => row.iter_mut().zip(values).for_each(|(to, value)| {
                let [low, ..] = value.to_le_bytes();
                *to = low;
            }),
            (2, 1) => {
                for (to, value) in row.as_chunks_mut::<2>().0.iter_mut().zip(values) {
                    let [low, high, ..] = value.to_le_bytes();
                    *to = [low, high];
                }
            }
            _ => {
                let pixels = row.chunks_exact_mut(n_bytes.saturating_mul(self.samples).max(1));
                for (pixel, value) in pixels.zip(values) {
                    // Sign extension for samples wider than the value.
                    let bytes = i64::from(value).to_le_bytes();
                    let from = component.saturating_mul(n_bytes);
                    let sample = pixel.get_mut(from..).unwrap_or_default();
                    let sample = sample.iter_mut().take(n_bytes);
                    sample.zip(bytes).for_each(|(to, byte)| *to = byte);
                }
            }
        }
    }
}
