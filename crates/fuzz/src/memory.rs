//! How much memory reading may take.
//!
//! Headers: 64 MiB and eight times the bytes of the files. Where voxels are asked for, they count
//! like bytes of the files, four bytes a sample, which is what decoders compute in: compression has
//! no bound that is a small multiple, an even image of a scanner is a thousandth of its size. How
//! many voxels a file may have for its bytes is bounded by the readers, by what each compression
//! can honestly hold.

use allocation_counter::measure;
use annotomy_volume::volume::ScalarType;

/// For tables and buffers of any file, bytes.
const ALLOWANCE: u64 = 64 << 20;

/// Bytes for each byte read.
const FACTOR: u64 = 8;

/// Bytes that voxels count for.
pub(crate) fn voxel_bytes(n_voxels: usize, scalar_type: ScalarType) -> usize {
    let n_samples = if scalar_type == ScalarType::Rgb8 {
        3
    } else {
        1
    };
    let n_bytes = scalar_type.n_bytes().max(n_samples * 4);
    n_voxels.saturating_mul(n_bytes)
}

/// Runs on this thread and answers the result, and the most bytes that were allocated at once.
///
/// # Panics
/// If that is more than so many bytes of files and voxels allow.
pub(crate) fn bounded<T>(what: &str, n_bytes: usize, run: impl FnOnce() -> T) -> (T, u64) {
    let mut result = None;
    let peak = measure(|| result = Some(run())).bytes_max;
    let limit = (n_bytes as u64)
        .saturating_mul(FACTOR)
        .saturating_add(ALLOWANCE);
    assert!(
        peak <= limit,
        "{what}: {peak} bytes of memory at once for {n_bytes} bytes, more than {limit}"
    );
    (result.expect("it has run"), peak)
}
