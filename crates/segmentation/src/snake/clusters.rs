//! The speed by classes of values: outwards in some of them, inwards in the others.

use super::mixture::Mixture;
use super::speed::{Speed, map_values, speed_of_values};
use crate::mask::box_size;
use crate::steps::Cancelled;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::volume::Volume;
use thiserror::Error;

/// Voxels that classes are found from, at most.
const N_SAMPLES: usize = 20_000;
/// Classes at most.
const MAX_CLASSES: usize = 16;

/// Classes cannot be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MixtureError {
    /// The work was cancelled; nothing came of it.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// There are too few values.
    #[error("the box has fewer different values than {n_classes} classes")]
    TooFewValues {
        /// Classes that were asked for.
        n_classes: usize,
    },
    /// More classes than can be told apart.
    #[error("{n_classes} classes are not between 2 and 16")]
    TooMany {
        /// Classes that were asked for.
        n_classes: usize,
    },
}

/// Classes of the values in a box, found from voxels at equal steps through it.
///
/// # Errors
/// [`MixtureError`].
pub fn fit_mixture(
    volume: &Volume,
    region: VoxelBox,
    n_classes: usize,
    progress: &dyn Progress,
) -> Result<Mixture, MixtureError> {
    if !(2..=MAX_CLASSES).contains(&n_classes) {
        return Err(MixtureError::TooMany { n_classes });
    }
    let values = map_values(volume, region, progress, |value| value.unwrap_or(f64::NAN))?;
    let values: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
    let step = step_through(box_size(region), values.len());
    let sample: Vec<f64> = values.into_iter().step_by(step).collect();
    if progress.is_cancelled() {
        return Err(Cancelled.into());
    }
    Mixture::fit(sample, n_classes).ok_or(MixtureError::TooFewValues { n_classes })
}

/// A step that gives at most [`N_SAMPLES`] and that does not walk along columns.
fn step_through([n_i, _, _]: [usize; 3], n_values: usize) -> usize {
    let step = n_values.div_ceil(N_SAMPLES).max(1);
    let walks_along_columns = |step: usize| step > 1 && n_i % step == 0;
    (step..)
        .find(|&step| !walks_along_columns(step))
        .unwrap_or(step)
}

/// The speed by classes: how likely a value is of a chosen one, less how likely it is not, as
/// ITK-SNAP has it. Padding and what is no number is never entered.
///
/// # Errors
/// [`Cancelled`].
pub fn cluster_speed(
    volume: &Volume,
    region: VoxelBox,
    (mixture, chosen): (&Mixture, &[usize]),
    progress: &dyn Progress,
) -> Result<Speed, Cancelled> {
    let n_classes = mixture.classes().len();
    let signs: Vec<f64> = (0..n_classes)
        .map(|class| if chosen.contains(&class) { 1.0 } else { -1.0 })
        .collect();
    let speed = |value: f64| {
        let mut shares = [0.0; MAX_CLASSES];
        let shares = &mut shares[..n_classes.min(MAX_CLASSES)];
        mixture.shares(value, shares);
        shares
            .iter()
            .zip(&signs)
            .map(|(share, sign)| share * sign)
            .sum()
    };
    speed_of_values(volume, region, speed, progress)
}
