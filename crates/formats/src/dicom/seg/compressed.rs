//! Pixels of compressed segmentations.

use crate::dicom::image_file::segmentation_file;
use crate::dicom::open::Opened;
use crate::dicom::pixels::read_encapsulated;
use crate::dicom::walk::PixelElement;
use crate::error::FormatError;
use rayon::prelude::*;
use std::path::Path;

/// Bytes of all frames.
const MAX_BYTES: usize = 2 << 30;

/// The samples of all frames, one after the other, in bytes or little endian words.
pub(crate) fn decompressed(
    path: &Path,
    opened: &Opened,
    pixels: PixelElement,
) -> Result<Vec<u8>, FormatError> {
    let file = segmentation_file(path, opened, pixels)?;
    let n_frame_bytes = file.pixel.form.decoded_bytes();
    let n_bytes = n_frame_bytes.saturating_mul(file.n_frames);
    if n_bytes > MAX_BYTES {
        let what = format!("a segmentation of {n_bytes} bytes once decompressed");
        return Err(FormatError::limit(path, what));
    }
    let mut bytes = vec![0; n_bytes];
    bytes
        .par_chunks_exact_mut(n_frame_bytes.max(1))
        .enumerate()
        .try_for_each(|(frame, out)| read_encapsulated(&file, frame, out))?;
    Ok(bytes)
}
