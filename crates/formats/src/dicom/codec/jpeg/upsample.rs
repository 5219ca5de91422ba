//! Brings subsampled components to the image's size. A factor of 2 is interpolated between
//! centres, 3/4 of the near and 1/4 of the far sample, as the Independent JPEG Group's decoder and
//! with it DCMTK and GDCM do it; other factors repeat samples. T.81 leaves the method open.

use super::plane::Plane;

/// How many image samples a plane's sample stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Factors {
    pub(super) across: usize,
    pub(super) down: usize,
}

/// Row `row` of the image in `out`.
pub(super) fn row(plane: &Plane, factors: Factors, row: usize, out: &mut [i32]) {
    let own = row.checked_div(factors.down).unwrap_or(0);
    let line = |row: usize| {
        let row = row.min(plane.rows.saturating_sub(1));
        let from = row.saturating_mul(plane.stride);
        let to = from.saturating_add(plane.columns);
        plane.samples.get(from..to).unwrap_or_default()
    };
    let near = line(own);
    if factors.down != 2 {
        let sum = |at: usize| near.get(at).copied().map_or(0, i32::from);
        return across(factors.across, near.len(), sum, (1, 0), out);
    }
    let far = match row & 1 {
        0 => line(own.saturating_sub(1)),
        _ => line(own.saturating_add(1)),
    };
    let sum = |at: usize| {
        let [near, far] = [near, far].map(|line| line.get(at).copied().map_or(0, i32::from));
        near.wrapping_mul(3).wrapping_add(far)
    };
    across(factors.across, near.len(), sum, (4, row & 1), out);
}

/// `sample` answers samples times `scale`.
fn across(
    factor: usize,
    n: usize,
    sample: impl Fn(usize) -> i32,
    (scale, parity): (i32, usize),
    out: &mut [i32],
) {
    if factor != 2 {
        // Rows between two others round up and down in turn.
        let half = if scale == 1 {
            0
        } else {
            1_i32.wrapping_add(i32::from(parity == 1))
        };
        for (column, to) in out.iter_mut().enumerate() {
            let at = column.checked_div(factor).unwrap_or(0);
            *to = sample(at)
                .wrapping_add(half)
                .checked_div(scale)
                .unwrap_or(0);
        }
        return;
    }
    let last = n.saturating_sub(1);
    // Columns round up and down in turn, so that no grey level is preferred.
    let (even, odd) = if scale == 1 { (1, 2) } else { (8, 7) };
    let whole = scale.wrapping_mul(4);
    for (column, to) in out.iter_mut().enumerate() {
        let at = (column >> 1).min(last);
        let (far, half) = match column & 1 {
            0 => (at.saturating_sub(1), even),
            _ => (at.saturating_add(1).min(last), odd),
        };
        let sum = sample(at).wrapping_mul(3).wrapping_add(sample(far));
        *to = sum.wrapping_add(half).checked_div(whole).unwrap_or(0);
    }
}
