//! Reads images: headers, voxels, single slices, metadata; and writes the volumes again.

use crate::memory::{bounded, voxel_bytes};
use crate::target::Outcome;
use annotomy_formats::{
    Format, FormatError, NoProgress, Series, read_volume, scan, write_volume_as,
};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Scalar, ScalarType, Volume};
use annotomy_volume::with_voxels;
use std::path::Path;

/// Series and volumes of an input that are read; more are more of the same.
const MAX_SERIES: usize = 4;
const MAX_VOLUMES: usize = 3;

/// Voxels that are written again.
const MAX_COPIED: usize = 1 << 16;

pub(crate) fn study(opened: &Path, root: &Path, copy: &Path, n_bytes: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let (found, peak) = bounded("headers", n_bytes, || {
        scan(&[opened.to_owned()], &NoProgress)
    });
    outcome.add(false, peak);
    match found {
        Err(error) => check_named(&error, root),
        Ok(study) => {
            for series in study.series.iter().take(MAX_SERIES) {
                read_series(series, copy, n_bytes, &mut outcome);
            }
        }
    }
    outcome
}

/// Errors name the file or folder, or one inside an archive that it is.
pub(crate) fn check_named(error: &FormatError, root: &Path) {
    let is_named = error.path().is_some_and(|path| path.starts_with(root));
    let is_unpacked = || error.to_string().contains("annotomy-");
    assert!(
        is_named || is_unpacked(),
        "names no file of the input: {error}"
    );
}

fn read_series(series: &Series, copy: &Path, n_bytes: usize, outcome: &mut Outcome) {
    let size = series.geometry().size();
    assert_eq!(series.slice_planes().len(), size[2]);
    assert_eq!(series.volume_labels().len(), series.n_volumes());
    let suv = series.suv_body_weight().and_then(Result::ok);
    assert!(suv.is_none_or(f64::is_finite));
    let ((), peak) = bounded("metadata", n_bytes, || {
        drop(series.metadata(0));
        drop(series.patient());
    });
    outcome.add(false, peak);
    let n_pixels = size[0].saturating_mul(size[1]);
    let plane = n_pixels.saturating_mul(series.scalar_type().n_bytes());
    let counted = |n_voxels| n_bytes.saturating_add(voxel_bytes(n_voxels, series.scalar_type()));
    for volume in 0..series.n_volumes().min(MAX_VOLUMES) {
        let (loaded, peak) = bounded("voxels", counted(series.geometry().n_voxels()), || {
            series.load(volume, 0, &|_| {}, &NoProgress)
        });
        outcome.add(loaded.is_ok(), peak);
        let k = size[2] / 2;
        let (slice, peak) = bounded("one slice", counted(n_pixels), || {
            series.load_slice(volume, k)
        });
        outcome.add(slice.is_ok(), peak);
        let Ok((loaded, found)) = loaded else {
            continue;
        };
        let is_whole = found.iter().all(|finding| finding.code != "blank_slice");
        if let (Ok(slice), true) = (slice, is_whole) {
            let part = &loaded.voxels().bytes()[k * plane..(k + 1) * plane];
            assert!(slice.bytes() == part, "slice {k} differs from the volume's");
        }
        if loaded.geometry().n_voxels() <= MAX_COPIED {
            check_copy(&loaded, copy, n_bytes);
        }
    }
}

/// Writes a volume in one of the formats, and reads it again.
fn check_copy(volume: &Volume, copy: &Path, choice: usize) {
    let (format, ending, tolerance) = [
        (Format::Nifti1, "nii", 1e-5),
        (Format::Nifti2, "nii.gz", 1e-9),
        (Format::Nrrd, "nrrd", 1e-9),
        (Format::MetaImage, "mha", 1e-9),
    ][choice % 4];
    let path = copy.with_extension(ending);
    match write_volume_as(&path, volume, format) {
        Ok(()) => {}
        Err(FormatError::Unsupported { .. } | FormatError::Limit { .. }) => return,
        Err(error) => panic!("cannot be written: {error}"),
    }
    let read = read_volume(&path);
    let (read, _) = read.unwrap_or_else(|error| panic!("what was written is refused: {error}"));
    check_grid(volume.geometry(), read.geometry(), tolerance);
    check_values(volume, &read, tolerance);
}

/// Up to a share of the largest number of the transform.
fn check_grid(expected: &Geometry, found: &Geometry, tolerance: f64) {
    assert_eq!(expected.size(), found.size());
    let [expected, found] = [expected, found].map(|grid| grid.lps_from_index().rows());
    let pairs = || expected.as_flattened().iter().zip(found.as_flattened());
    let largest = pairs().map(|(a, _)| a.abs()).fold(0.0, f64::max);
    let is_near = pairs().all(|(a, b)| (a - b).abs() <= tolerance * largest);
    assert!(is_near, "a grid of {found:?}, not {expected:?}");
}

fn check_values(expected: &Volume, found: &Volume, tolerance: f64) {
    if expected.voxels().scalar_type() == ScalarType::Rgb8 {
        assert!(expected.voxels() == found.voxels(), "other colours");
        return;
    }
    let rescale = expected.rescale();
    // Slopes of a format in single precision move a value by a part of what it is the sum of.
    let spread = |stored: f64| (rescale.slope * stored).abs() + rescale.intercept.abs();
    for ((stored, value), found) in values(expected).into_iter().zip(values(found)) {
        let (value, found) = (value, found.1);
        let is_same = value == found || (value.is_nan() && found.is_nan());
        let is_near = (value - found).abs() <= tolerance * spread(stored);
        assert!(is_same || is_near, "a value of {found}, not {value}");
    }
}

/// Stored values, and values.
fn values(volume: &Volume) -> Vec<(f64, f64)> {
    let rescale = volume.rescale();
    let pair = |stored: f64| (stored, rescale.value(stored));
    with_voxels!(volume.voxels(), v => v.iter().map(|x| pair(x.to_f64())).collect())
}
