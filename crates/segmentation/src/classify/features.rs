//! What a voxel looks like: its value and, at several scales, the value of the blurred image, the
//! magnitude of its gradient and the eigenvalues of its Hessian (Sommer, Straehle, Köthe and
//! Hamprecht, "ilastik", ISBI 2011). Scales and derivatives are in millimetres, so that thick slices
//! count for what they are.

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
    for (n, sigma) in sigmas.into_iter().enumerate() {
        let smoothed = Smoothed::new(&block, (region, grid), (spacing, sigma), steps)?;
        steps.check()?;
        let first = 1 + n * N_OF_SCALE;
        smoothed.for_each(|at, around| {
            let [low, middle, high] = eigenvalues(around.hessian());
            found[at][first..first + N_OF_SCALE].copy_from_slice(&[
                around.value(),
                around.gradient_magnitude(),
                low,
                middle,
                high,
            ]);
        });
    }
    Ok(found)
}

/// Of a symmetric matrix (ii, jj, kk, ij, ik, jk), ascending: the trigonometric solution of its
/// characteristic cubic (Smith, Communications of the ACM 4 (1961) 168).
fn eigenvalues(matrix: [f32; 6]) -> [f32; 3] {
    let [ii, jj, kk, ij, ik, jk] = matrix.map(f64::from);
    let mean = (ii + jj + kk) / 3.0;
    let [a, b, c] = [ii - mean, jj - mean, kk - mean];
    let off = ij * ij + ik * ik + jk * jk;
    let spread = ((a * a + b * b + c * c + 2.0 * off) / 6.0).sqrt();
    if spread == 0.0 {
        return [mean as f32; 3];
    }
    let determinant = a * (b * c - jk * jk) - ij * (ij * c - jk * ik) + ik * (ij * jk - b * ik);
    let half = (determinant / (2.0 * spread * spread * spread)).clamp(-1.0, 1.0);
    let (sine, cosine) = (half.acos() / 3.0).sin_cos();
    let high = mean + 2.0 * spread * cosine;
    let low = mean - spread * (cosine + 3_f64.sqrt() * sine);
    [low, 3.0 * mean - low - high, high].map(|value| value as f32)
}
