//! The speed by a pixel classifier: outwards where voxels look like a segment, inwards elsewhere.

use super::speed::{Speed, stored};
use crate::classify::Classifier;
use crate::spacing::Spacing;
use crate::steps::Cancelled;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::Label;
use annotomy_volume::progress::Progress;
use annotomy_volume::volume::Volume;
use rayon::prelude::*;

/// The speed by a classifier in a box of a volume: how likely a voxel has a label, less how likely it
/// has another. Padding and what is no number is never entered.
///
/// # Errors
/// [`Cancelled`].
pub fn classifier_speed(
    (volume, spacing): (&Volume, &Spacing),
    region: VoxelBox,
    (classifier, label): (&Classifier, Label),
    progress: &dyn Progress,
) -> Result<Speed, Cancelled> {
    let likeness = classifier.likeness((volume, spacing), (region, label), progress)?;
    let speeds = likeness.par_iter();
    let speeds = speeds.map(|&likely| stored(2.0 * f64::from(likely) - 1.0));
    Ok(Speed::from_values(region, speeds.collect()).unwrap_or(Speed::uniform(region, 0.0)))
}
