//! One worker of `cargo xtask fuzz`: libFuzzer around one target, which `ANNOTOMY_FUZZ_TARGET`
//! names. Inputs that do harm end it.
#![no_main]
#![expect(
    clippy::print_stdout,
    reason = "the list of targets is what was asked for"
)]

use annotomy_fuzz::{Target, damage, mutate};
use cpu_time::ProcessTime;
use fastrand::Rng;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::collections::BTreeSet;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("ANNOTOMY_FUZZ_TARGET").unwrap_or_default();
    Target::named(&name).expect("ANNOTOMY_FUZZ_TARGET names a target")
});

/// Processor time that reading may take: for any input, and for each of its megabytes.
const MAX_TIME: Duration = Duration::from_secs(2);

/// A new peak of memory is told when it is this much higher, bytes.
const TOLD: u64 = 4 << 20;

static PEAK: AtomicU64 = AtomicU64::new(0);

fuzz_target!(init: prepare(), |input: &[u8]| {
    let begun = ProcessTime::now();
    let outcome = TARGET.read(input);
    let taken = begun.elapsed();
    let n_megabytes = u32::try_from(input.len() >> 20).unwrap_or(u32::MAX);
    let allowed = MAX_TIME.saturating_mul(n_megabytes.max(1));
    assert!(taken <= allowed, "took {taken:?} for {} bytes", input.len());
    if outcome.peak_bytes > PEAK.load(Ordering::Relaxed) + TOLD {
        PEAK.store(outcome.peak_bytes, Ordering::Relaxed);
        eprintln!("peak {} bytes for {} bytes", outcome.peak_bytes, input.len());
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut rng = Rng::with_seed(seed.into());
    let damaged = damage(*TARGET, &data[..size], &mut rng, |bytes, rng| {
        match rng.bool() {
            true => mutate(bytes, rng),
            false => by_coverage(bytes, max_size),
        }
    });
    let n_bytes = damaged.len().min(max_size);
    data[..n_bytes].copy_from_slice(&damaged[..n_bytes]);
    n_bytes
});

/// libFuzzer's own changes, which know what comparisons looked for.
fn by_coverage(bytes: &mut Vec<u8>, max_size: usize) {
    let size = bytes.len();
    bytes.resize(size.max(max_size), 0);
    let size = fuzzer_mutate(bytes, size.min(max_size), max_size);
    bytes.truncate(size);
}

/// Without a target, lists them and ends.
fn prepare() {
    if std::env::var_os("ANNOTOMY_FUZZ_TARGET").is_none() {
        Target::ALL
            .iter()
            .for_each(|target| println!("{}", target.name()));
        std::process::exit(0);
    }
    std::panic::set_hook(Box::new(panicked));
}

/// Ends the process where the code is ours. Decoders of others may panic where that is contained;
/// else it comes back to libFuzzer, which ends the process too.
fn panicked(panic: &PanicHookInfo<'_>) {
    static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let at = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    if at.starts_with("crates/") {
        eprintln!("harm: {panic}");
        std::process::abort();
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.insert(at) {
        eprintln!("panic: {panic}");
    }
}
