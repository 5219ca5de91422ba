//! The inverse cosine transform of an 8x8 block (ITU-T T.81 A.3.3) in whole numbers, by the
//! algorithm of Loeffler, Ligtenberg and Moschytz (ICASSP 1989, 988-991) with 13-bit constants.
//! T.81 does not fix the rounding; this one gives the samples that the Independent JPEG Group's
//! decoder, and with it DCMTK, GDCM and libjpeg-turbo, give.

/// Bits behind the point of the constants.
const FRACTION: u32 = 13;

/// Numbers of eight columns, or rows.
type Lane = [i32; 8];

fn each(a: Lane, b: Lane, f: impl Fn(i32, i32) -> i32) -> Lane {
    let mut out = a;
    out.iter_mut().zip(b).for_each(|(a, b)| *a = f(*a, b));
    out
}

fn add(a: Lane, b: Lane) -> Lane {
    each(a, b, i32::wrapping_add)
}

fn subtract(a: Lane, b: Lane) -> Lane {
    each(a, b, i32::wrapping_sub)
}

fn scale(a: Lane, by: i32) -> Lane {
    a.map(|a| a.wrapping_mul(by))
}

/// Transforms eight columns at once; lane n of `x` holds frequency n of each. Drops `n_bits` of
/// the result's fraction.
fn transform(x: &[Lane; 8], n_bits: u32) -> [Lane; 8] {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = *x;
    let turned = scale(add(x2, x6), 4433);
    let low = add(turned, scale(x2, 6270));
    let high = subtract(turned, scale(x6, 15137));
    let sums = add(x0, x4).map(|a| a.wrapping_shl(FRACTION));
    let differences = subtract(x0, x4).map(|a| a.wrapping_shl(FRACTION));
    let even = [
        add(sums, low),
        add(differences, high),
        subtract(differences, high),
        subtract(sums, low),
    ];
    let (a, b, c, d) = (add(x7, x1), add(x5, x3), add(x7, x3), add(x5, x1));
    let both = scale(add(c, d), 9633);
    let (a, b) = (scale(a, -7373), scale(b, -20995));
    let c = add(scale(c, -16069), both);
    let d = add(scale(d, -3196), both);
    let odd = [
        add(scale(x1, 12299), add(a, d)),
        add(scale(x3, 25172), add(b, c)),
        add(scale(x5, 16819), add(b, d)),
        add(scale(x7, 2446), add(a, c)),
    ];
    let half = 1_i32.wrapping_shl(n_bits).wrapping_shr(1);
    let rounded = |lane: Lane| lane.map(|a| a.wrapping_add(half).wrapping_shr(n_bits));
    let [e0, e1, e2, e3] = even;
    let [o0, o1, o2, o3] = odd;
    [
        rounded(add(e0, o0)),
        rounded(add(e1, o1)),
        rounded(add(e2, o2)),
        rounded(add(e3, o3)),
        rounded(subtract(e3, o3)),
        rounded(subtract(e2, o2)),
        rounded(subtract(e1, o1)),
        rounded(subtract(e0, o0)),
    ]
}

#[expect(clippy::indexing_slicing, reason = "both are below 8")]
fn transposed(x: &[Lane; 8]) -> [Lane; 8] {
    std::array::from_fn(|row| std::array::from_fn(|column| x[column][row]))
}

/// Samples by rows of the coefficients by rows, before the level shift. Columns are kept with
/// some bits of fraction: 2 for samples of 8 bits, 1 for 12, where more would not fit.
pub(super) fn inverse(coefficients: &[Lane; 8], precision: u8) -> [Lane; 8] {
    let n_kept = if precision == 8 { 2 } else { 1 };
    let columns_done = transform(coefficients, FRACTION.saturating_sub(n_kept));
    // A factor of 8 belongs to the transform.
    let n_bits = FRACTION.saturating_add(n_kept).saturating_add(3);
    transposed(&transform(&transposed(&columns_done), n_bits))
}

#[cfg(test)]
mod tests {
    use super::inverse;
    use std::f64::consts::PI;

    /// T.81 A.3.3, the formula as it stands.
    #[test]
    fn equals_the_formula() {
        let mut coefficients = [[0; 8]; 8];
        let mut state = 1_u32;
        for value in coefficients.iter_mut().flatten() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *value = (state >> 24).cast_signed() - 128;
        }
        let c = |n: usize| if n == 0 { 0.5_f64.sqrt() } else { 1.0 };
        let cosine = |at: usize, n: usize| ((2 * at + 1) as f64 * n as f64 * PI / 16.0).cos();
        for (precision, tolerance) in [(8, 0.51), (12, 0.6)] {
            let found = inverse(&coefficients, precision);
            for (y, row) in found.iter().enumerate() {
                for (x, found) in row.iter().enumerate() {
                    let mut expected = 0.0;
                    for (v, row) in coefficients.iter().enumerate() {
                        for (u, value) in row.iter().enumerate() {
                            let weight = c(u) * c(v) / 4.0;
                            expected += weight * f64::from(*value) * cosine(x, u) * cosine(y, v);
                        }
                    }
                    let off = (f64::from(*found) - expected).abs();
                    assert!(off < tolerance, "{off}");
                }
            }
        }
    }
}
