//! Images as files that are read back and compared.

use super::is_same_grid;
use super::staged::differs;
use crate::wire::WireError;
use annotomy_formats::{Voi, read_volume, write_volume_on};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Rescale, Scalar, Volume, Voxels};
use annotomy_volume::with_voxels;
use std::path::Path;

/// Writes an image on a grid of its size, with its window, and compares what is read back. It is part
/// of the export to `target`.
pub(crate) fn write_image(
    path: &Path,
    (geometry, volume): (&Geometry, &Volume),
    voi: &[Voi],
    target: &Path,
) -> Result<(), WireError> {
    write_volume_on(path, geometry, volume, voi)?;
    let (read, _) = read_volume(path)?;
    match is_same_image(&read, volume) && is_same_grid(read.geometry(), geometry) {
        true => Ok(()),
        false => Err(differs(target, "the image")),
    }
}

fn is_same_image(read: &Volume, written: &Volume) -> bool {
    let has_values = read.rescale() == Rescale::IDENTITY && written.rescale() != Rescale::IDENTITY;
    match has_values {
        true => holds_values(read.voxels(), written),
        false => holds_stored(read, written),
    }
}

/// Whether stored values are the same, and their scale but for rounding.
fn holds_stored(read: &Volume, written: &Volume) -> bool {
    let [a, b] = [read.rescale(), written.rescale()];
    let is_near = |x: f64, y: f64| x == f64::from(y as f32) || x == y;
    // Bytes, since a value that is no number differs from itself.
    read.voxels().scalar_type() == written.voxels().scalar_type()
        && read.voxels().bytes() == written.voxels().bytes()
        && is_near(a.slope, b.slope)
        && is_near(a.intercept, b.intercept)
}

/// Whether a file without a scale holds the values that the stored ones mean.
fn holds_values(read: &Voxels, written: &Volume) -> bool {
    let values = |voxels: &Voxels, rescale: Rescale| -> Vec<f64> {
        with_voxels!(voxels, v => v.iter().map(|x| rescale.value(x.to_f64())).collect())
    };
    let [a, b] = [
        values(read, Rescale::IDENTITY),
        values(written.voxels(), written.rescale()),
    ];
    let mut pairs = a.iter().zip(&b);
    a.len() == b.len() && pairs.all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}
