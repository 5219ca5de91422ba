//! Stored values that fill pixels outside the image (DICOM PS3.3 C.7.5.1.1.2).

use super::codec::Photometric;
use super::slice::Slice;
use crate::finding::Finding;
use annotomy_volume::volume::Padding;

/// The padding of a series, if all its images have the same and its values are stored as the files
/// have them; and what to tell of it.
pub(super) fn padding<'a>(
    slices: impl Iterator<Item = &'a Slice> + Clone,
    is_rescaled_on_reading: bool,
) -> (Option<Padding>, Option<Finding>) {
    let of = |slice: &Slice| slice.file.pixel.padding;
    let Some(known) = slices.clone().find_map(of) else {
        return (None, None);
    };
    let is_same = slices.clone().all(|slice| of(slice) == Some(known));
    // Looked up, a value is no longer the one that was stored.
    let is_stored = |slice: &Slice| slice.file.pixel.form.photometric == Photometric::Monochrome;
    let is_usable = is_same && !is_rescaled_on_reading && slices.clone().all(is_stored);
    let Padding { low, high } = known;
    let which = match low == high {
        true => format!("The stored value {low} fills"),
        false => format!("The stored values {low} to {high} fill"),
    };
    let what = match (is_usable, is_same) {
        (true, _) => "they are left out of measures and shown as background.",
        (false, true) => "measures of values include them where they are annotated.",
        (false, false) => {
            "since not all images say so, measures of values include them where they are annotated."
        }
    };
    let message = format!("{which} pixels outside the image (padding); {what}");
    let finding = Finding::note("pixel_padding", message);
    (is_usable.then_some(known), Some(finding))
}
