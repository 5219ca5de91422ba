//! Inner loops compiled for the machine's vector unit.

#[cfg(target_arch = "x86_64")]
use fearless_simd::{Level, Simd};

/// Runs plain loops with wider vectors than every machine has, where this one has them. The results
/// are the same. `work` and what it calls must be inlined.
#[inline(always)]
pub(crate) fn vectorized<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = Level::new().as_avx2() {
        return avx2.vectorize(work);
    }
    work()
}
