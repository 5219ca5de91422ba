//! The values of a slice, or of a plane at any angle.

use annotomy_volume::space::Mm;

/// Standard deviations beyond which a Gaussian counts as 0, as in `scipy.ndimage`.
const TRUNCATE: f64 = 4.0;
/// Pixels that a kernel reaches at most on each side.
const MAX_REACH: usize = 64;

/// A rectangle of pixels with values, by rows. What is no number lies outside the image.
#[derive(Debug, Clone, Copy)]
pub struct ValuePlane<'a> {
    /// As many as the size says.
    pub values: &'a [f64],
    /// Columns, rows.
    pub size: [usize; 2],
    /// From a pixel to the next along columns and rows, mm.
    pub step_mm: [f64; 2],
}

impl ValuePlane<'_> {
    /// Values smoothed by a Gaussian; those that are missing count for nothing.
    pub(crate) fn smoothed(&self, Mm(sigma): Mm) -> Vec<f64> {
        let [n_columns, n_rows] = self.size;
        let values = &self.values[..n_columns * n_rows];
        let kernels = self.step_mm.map(|step| kernel(sigma / step));
        let blurred = |values: Vec<f64>| {
            let along = blur(&values, self.size, &kernels[0]);
            transposed(
                &blur(
                    &transposed(&along, self.size),
                    [n_rows, n_columns],
                    &kernels[1],
                ),
                [n_rows, n_columns],
            )
        };
        let known = |value: &f64| value.is_finite();
        let shares = blurred(
            values
                .iter()
                .map(|v| f64::from(u8::from(known(v))))
                .collect(),
        );
        let sums = blurred(
            values
                .iter()
                .map(|v| if known(v) { *v } else { 0.0 })
                .collect(),
        );
        sums.iter()
            .zip(&shares)
            .map(|(sum, share)| if *share > 0.0 { sum / share } else { f64::NAN })
            .collect()
    }
}

/// Weights from the middle outwards; both halves and the middle add up to 1.
fn kernel(sigma: f64) -> Vec<f64> {
    let reach = ((TRUNCATE * sigma + 0.5).max(0.0) as usize).min(MAX_REACH);
    let weights: Vec<f64> = (0..=reach)
        .map(|n| match n {
            0 => 1.0,
            n => (-0.5 * (n as f64 / sigma).powi(2)).exp(),
        })
        .collect();
    let total = 2.0 * weights.iter().sum::<f64>() - 1.0;
    weights.iter().map(|weight| weight / total).collect()
}

/// Each row blurred; beyond its ends is nothing.
fn blur(values: &[f64], [n_columns, _]: [usize; 2], kernel: &[f64]) -> Vec<f64> {
    let mut blurred = Vec::with_capacity(values.len());
    for row in values.chunks_exact(n_columns.max(1)) {
        blurred.extend((0..row.len()).map(|at| {
            let beside = kernel.iter().enumerate().skip(1).map(|(n, weight)| {
                let before = at.checked_sub(n).map_or(0.0, |at| row[at]);
                let after = row.get(at + n).copied().unwrap_or(0.0);
                weight * (before + after)
            });
            kernel[0] * row[at] + beside.sum::<f64>()
        }));
    }
    blurred
}

fn transposed(values: &[f64], [n_columns, n_rows]: [usize; 2]) -> Vec<f64> {
    (0..n_columns)
        .flat_map(|column| (0..n_rows).map(move |row| values[row * n_columns + column]))
        .collect()
}
