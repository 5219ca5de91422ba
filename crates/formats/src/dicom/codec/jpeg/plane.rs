//! The samples of one component.

use super::frame::{Component, Frame};
use super::idct;

/// The samples of a component, in whole blocks.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    /// Samples in a row, a multiple of 8.
    pub(super) stride: usize,
    /// Samples that belong to the image.
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) samples: Vec<u16>,
    precision: u8,
}

impl Plane {
    /// Blank, of as many blocks as the frame's units need (T.81 A.1.1, A.2.4).
    pub(super) fn new(frame: &Frame, component: Component) -> Self {
        let (h, v) = frame.largest_sampling();
        let own = |n: u16, own: u8, largest: u8| {
            usize::from(n)
                .saturating_mul(own.into())
                .div_ceil(usize::from(largest).max(1))
        };
        let blocks = |n: u16, own: u8, largest: u8| {
            let unit = usize::from(largest).saturating_mul(8).max(1);
            usize::from(n).div_ceil(unit).saturating_mul(own.into())
        };
        let stride = blocks(frame.columns, component.h, h).saturating_mul(8);
        let n_rows = blocks(frame.rows, component.v, v).saturating_mul(8);
        Self {
            stride,
            columns: own(frame.columns, component.h, h),
            rows: own(frame.rows, component.v, v),
            samples: vec![0; stride.saturating_mul(n_rows)],
            precision: frame.precision,
        }
    }

    /// Columns and rows that belong to the image.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }

    /// Blocks across, and all of them.
    pub(super) fn n_blocks(&self) -> (usize, usize) {
        (self.stride / 8, self.samples.len() / 64)
    }

    /// Transforms the dequantized coefficients of a block, by rows, and puts it in its place.
    pub(super) fn put(&mut self, column: usize, row: usize, coefficients: &[[i32; 8]; 8]) {
        let [[dc, rest @ ..], others @ ..] = coefficients;
        let is_flat = rest.iter().chain(others.as_flattened()).all(|c| *c == 0);
        let block = match is_flat {
            true => [[dc.wrapping_add(4) >> 3; 8]; 8],
            false => idct::inverse(coefficients, self.precision),
        };
        let whole = 1_i32.wrapping_shl(self.precision.into());
        let from = row
            .saturating_mul(8)
            .saturating_mul(self.stride)
            .saturating_add(column.saturating_mul(8));
        let samples = self.samples.get_mut(from..).unwrap_or_default();
        for (row, values) in samples.chunks_mut(self.stride.max(1)).zip(block) {
            for (to, value) in row.iter_mut().zip(values) {
                let value = value
                    .wrapping_add(whole >> 1)
                    .clamp(0, whole.wrapping_sub(1));
                let [low, high, ..] = value.to_le_bytes();
                *to = u16::from_le_bytes([low, high]);
            }
        }
    }
}
