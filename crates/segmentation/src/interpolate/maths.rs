//! Functions that systems compute differently in their last bits, from sums and products alone: the
//! same input gives the same labels on any machine.

/// The logarithm of a positive number to about 1e-6, by the series of atanh.
pub(super) fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as f32 - 127.0;
    let mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let series = 1.0 + s2 * (1.0 / 3.0 + s2 * (0.2 + s2 * (1.0 / 7.0 + s2 * (1.0 / 9.0))));
    exponent * std::f32::consts::LN_2 + 2.0 * s * series
}

/// The exponential of a number from -30 to 0, as (1 + x/n)^n with n = 65536.
pub(super) fn exp(x: f32) -> f32 {
    let mut y = 1.0 + f64::from(x) / 65536.0;
    for _ in 0..16 {
        y *= y;
    }
    y as f32
}

/// The length of two perpendicular steps.
pub(super) fn length([x, y]: [f32; 2]) -> f32 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_and_exponential_are_those_of_the_library() {
        for x in [1e-6_f32, 0.02, 0.5, 0.999, 1.0, 3.0, 1e5] {
            assert!((ln(x) - x.ln()).abs() < 1e-5 * (1.0 + x.ln().abs()), "{x}");
        }
        for x in [-30.0_f32, -8.0, -1.0, -1e-3, 0.0] {
            assert!((exp(x) - x.exp()).abs() < 1e-2 * x.exp(), "{x}");
        }
    }
}
