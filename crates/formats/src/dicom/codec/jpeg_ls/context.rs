//! Statistics of the contexts of a JPEG-LS scan (ITU-T T.87 annex A.6, A.7).
#![expect(
    clippy::arithmetic_side_effects,
    reason = "counts stay below 2^16, mapped errors below 2^17, sums saturate"
)]

use super::bits::Bits;
use super::parameters::Parameters;

/// A context of the regular mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Regular {
    /// Sum of error magnitudes.
    a: i32,
    /// Bias.
    b: i32,
    /// Correction of the prediction.
    pub(super) c: i32,
    /// Errors seen.
    n: i32,
}

/// A context of the run mode's interruptions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interruption {
    a: i32,
    n: i32,
    n_negative: i32,
}

fn first_sum(parameters: &Parameters) -> i32 {
    ((parameters.range + 32) / 64).max(2)
}

/// The smallest k for which `n << k` reaches `sum`; neither is negative, `n` is not 0.
#[inline]
fn golomb(n: i32, sum: i32) -> u32 {
    // With this k, both have the same number of bits.
    let k = n.leading_zeros().saturating_sub(sum.leading_zeros());
    k + u32::from((n << k) < sum)
}

/// A limited-length Golomb code (A.5.3).
#[inline(always)]
fn mapped_error(bits: &mut Bits<'_>, p: &Parameters, k: u32, limit: u32) -> Option<i32> {
    let longest = limit.checked_sub(p.n_direct_bits + 1)?;
    let value = match bits.short_golomb(k, longest) {
        Some(value) => value,
        None => {
            let (rest, value) = long_code(*bits, p, k, longest);
            *bits = rest;
            value?
        }
    };
    // An error beyond half the range is none.
    i32::try_from(value).ok().filter(|value| *value <= p.range)
}

#[cold]
#[inline(never)]
fn long_code<'a>(
    mut bits: Bits<'a>,
    p: &Parameters,
    k: u32,
    longest: u32,
) -> (Bits<'a>, Option<u32>) {
    let value = bits.zeros(longest).map(|high| match high < longest {
        true => high.wrapping_shl(k) | bits.take(k),
        false => bits.take(p.n_direct_bits) + 1,
    });
    (bits, value)
}

impl Regular {
    pub(super) fn new(parameters: &Parameters) -> Self {
        Self {
            a: first_sum(parameters),
            b: 0,
            c: 0,
            n: 1,
        }
    }

    /// Reads an error and learns from it; `None` if the code is longer than allowed. `IS_PLAIN`
    /// if [`Parameters::is_plain`].
    #[inline(always)]
    pub(super) fn error<const IS_PLAIN: bool>(
        &mut self,
        bits: &mut Bits<'_>,
        p: &Parameters,
    ) -> Option<i32> {
        let k = golomb(self.n, self.a);
        let mapped = mapped_error(bits, p, k, p.limit)?;
        let is_swapped = (IS_PLAIN || p.near == 0) && k == 0 && 2 * self.b <= -self.n;
        let error = (mapped >> 1) ^ -(mapped & 1) ^ -i32::from(is_swapped);
        let step = if IS_PLAIN { 1 } else { 2 * p.near + 1 };
        self.learn(error, step, p.reset);
        Some(error)
    }

    /// Without branches but for the reset: which way the bias goes cannot be foreseen.
    #[inline]
    fn learn(&mut self, error: i32, step: i32, reset: i32) {
        let mut b = self.b + error * step;
        self.a = self.a.saturating_add(error.abs());
        if self.n == reset {
            self.a >>= 1;
            b >>= 1;
            self.n >>= 1;
        }
        self.n += 1;
        let n = self.n;
        let (is_low, is_high) = (b <= -n, b > 0);
        let c = self.c + i32::from(is_high) - i32::from(is_low);
        self.c = c.clamp(-128, 127);
        let above = if is_high { (b - n).min(0) } else { b };
        self.b = if is_low { (b + n).max(1 - n) } else { above };
    }
}

impl Interruption {
    pub(super) fn new(parameters: &Parameters) -> Self {
        Self {
            a: first_sum(parameters),
            n: 1,
            n_negative: 0,
        }
    }

    /// Reads the error of the sample that ends a run; `is_even` where both neighbours are alike.
    pub(super) fn error(
        &mut self,
        bits: &mut Bits<'_>,
        p: &Parameters,
        is_even: bool,
        n_run_bits: u32,
    ) -> Option<i32> {
        let kind = i32::from(is_even);
        let k = golomb(self.n, self.a.saturating_add((self.n >> 1) * kind));
        let limit = p.limit.checked_sub(n_run_bits + 1)?;
        let mapped = mapped_error(bits, p, k, limit)?;
        let (odd, magnitude) = ((mapped + kind) & 1, (mapped + kind + 1) >> 1);
        let is_often_negative = k != 0 || 2 * self.n_negative >= self.n;
        let error = match is_often_negative == (odd == 1) {
            true => -magnitude,
            false => magnitude,
        };
        self.n_negative += i32::from(error < 0);
        self.a = self.a.saturating_add((mapped + 1 - kind) >> 1);
        if self.n == p.reset {
            self.a >>= 1;
            self.n >>= 1;
            self.n_negative >>= 1;
        }
        self.n += 1;
        Some(error)
    }
}
