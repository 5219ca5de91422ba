//! What a voxel looks like: its value and, at several scales, the value of the blurred image, the
//! magnitude of its gradient and the eigenvalues of its Hessian (Sommer, Straehle, Köthe and
//! Hamprecht, "ilastik", ISBI 2011). Scales and derivatives are in millimetres, so that thick slices
//! count for what they are.

use super::derivatives::Row;
use crate::block::{Smoothed, Source};
use crate::mask::box_size;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::space::Mm;

/// Scales, in multiples of the finest.
const SCALES: [f64; 4] = [1.0, 2.0, 4.0, 8.0];
/// Features at a scale.
const N_OF_SCALE: usize = 5;
/// Features of a voxel.
pub(crate) const N_FEATURES: usize = 1 + SCALES.len() * N_OF_SCALE;

/// The features of one voxel.
pub(crate) type Features = [f32; N_FEATURES];

/// The features of each voxel of a box, i fastest.
pub(crate) fn features(
    source: &Source<'_>,
    region: VoxelBox,
    with: (&Spacing, Mm),
    steps: &Steps<'_>,
) -> Result<Vec<Features>, Cancelled> {
    features_in_rows(source, (region, |_| true), with, steps)
}

/// The same in the rows that are wanted, counted from the box's first; what others get is left open.
pub(crate) fn features_in_rows(
    source: &Source<'_>,
    (region, is_wanted): (VoxelBox, impl Fn(usize) -> bool),
    (spacing, Mm(finest)): (&Spacing, Mm),
    steps: &Steps<'_>,
) -> Result<Vec<Features>, Cancelled> {
    let grid = source.grid();
    let sigmas = SCALES.map(|scale| Mm(finest * scale));
    let widest = sigmas[SCALES.len() - 1];
    let block = source.block(Smoothed::needed(region, grid, (spacing, widest)));
    let mut found = vec![[0.0; N_FEATURES]; box_size(region).iter().product()];
    let own = source.block(region);
    for (features, value) in found.iter_mut().zip(own.values) {
        features[0] = value;
    }
    let mut row = Row::default();
    for (n, sigma) in sigmas.into_iter().enumerate() {
        let smoothed = Smoothed::new(&block, (region, grid), (spacing, sigma), steps)?;
        steps.check()?;
        let first = 1 + n * N_OF_SCALE;
        smoothed.for_each_row(&is_wanted, |at, around| {
            row.derive(around, smoothed.per_mm());
            for (features, own) in found[at..].iter_mut().zip(row.voxels()) {
                features[first..first + N_OF_SCALE].copy_from_slice(&own);
            }
        });
    }
    Ok(found)
}
