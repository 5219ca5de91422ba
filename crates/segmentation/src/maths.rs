//! Functions that systems compute differently in their last bits, from sums and products alone.

/// The exponential to a few units in the last place; 0 far below 0.
pub(crate) fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let x = x.min(700.0);
    let whole = (x * std::f64::consts::LOG2_E).round();
    // ln 2 in two parts, so that the rest is exact.
    let rest = x - whole * 0.693_147_180_369_123_8 - whole * 1.908_214_929_270_587_7e-10;
    let series = (1..=14_u32)
        .rev()
        .fold(1.0, |sum, n| 1.0 + sum * rest / f64::from(n));
    let exponent = (whole as i64 + 1023) as u64;
    series * f64::from_bits(exponent << 52)
}

/// The hyperbolic tangent.
pub(crate) fn tanh(x: f64) -> f64 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_and_tangent_are_those_of_the_library() {
        for x in [-690.0_f64, -30.5, -1.0, -1e-9, 0.0, 1e-3, 0.34, 2.0, 300.0] {
            assert!((exp(x) - x.exp()).abs() <= 4e-15 * x.exp(), "{x}");
            assert!((tanh(x) - x.tanh()).abs() < 1e-15, "{x}");
        }
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!([tanh(f64::NEG_INFINITY), tanh(f64::INFINITY)], [-1.0, 1.0]);
    }
}
