//! Measures of labels against values from NumPy.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::statistics::{label_medians, label_statistics};
use annotomy_volume::volume::{Padding, Rescale, Volume, Voxels};

/// One row of voxels, longer than a brick, and labels on it.
fn row(voxels: Voxels, slope: f64, labels: &[Label]) -> (Volume, LabelMap) {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let size = [voxels.len(), 1, 1];
    let geometry = Geometry::new(size, affine).expect("the steps span space");
    let rescale = Rescale {
        slope,
        intercept: 1.0,
    };
    let volume = Volume::new(geometry, voxels, rescale, None).expect("the voxels fill the grid");
    let labels = LabelMap::from_dense(size, labels).expect("so do the labels");
    (volume, labels)
}

#[test]
fn range_and_median_are_those_of_numpy_across_bricks() {
    // v = numpy.arange(100) ** 2 % 71; label = numpy.arange(100) % 3
    let voxels = Voxels::I16((0..100_i32).map(|n| (n * n % 71) as i16).collect());
    let labels: Vec<Label> = (0..100).map(|n| n % 3).collect();
    let (volume, labels) = row(voxels, -2.0, &labels);
    let found = label_statistics(&volume, &labels);
    let medians = label_medians(&volume, &labels);
    // w = -2 * v[label == n] + 1; w.min(), w.max(), numpy.median(w)
    assert_eq!(found[&1].range(), Some([-127.0, -1.0]));
    assert_eq!(found[&2].range(), Some([-127.0, 1.0]));
    assert_eq!((medians[&1], medians[&2]), (-57.0, -37.0));
    assert_eq!(medians.len(), 2);
}

#[test]
fn middle_two_are_averaged_and_values_that_are_not_finite_do_not_count() {
    let voxels = Voxels::F32(vec![4.0, f32::NAN, 1.0, f32::INFINITY, 9.0, 2.0, f32::NAN]);
    let (volume, labels) = row(voxels, 1.0, &[1, 1, 1, 1, 1, 1, 2]);
    // numpy.median([4, 1, 9, 2]) + 1
    assert_eq!(
        label_medians(&volume, &labels)
            .into_iter()
            .collect::<Vec<_>>(),
        [(1, 4.0)]
    );
    let found = label_statistics(&volume, &labels);
    assert_eq!(found[&1].range(), Some([2.0, 10.0]));
    assert_eq!(found[&2].range(), None);
}

#[test]
fn padding_counts_as_voxels_and_not_as_values() {
    let voxels = Voxels::I16(vec![4, -20, 1, -19, 9, 2, -20]);
    let (volume, labels) = row(voxels, 1.0, &[1, 1, 1, 1, 1, 1, 2]);
    let padding = Padding {
        low: -20.0,
        high: -19.0,
    };
    let volume = volume.with_padding(Some(padding));
    // numpy.median([4, 1, 9, 2]) + 1
    assert_eq!(
        label_medians(&volume, &labels)
            .into_iter()
            .collect::<Vec<_>>(),
        [(1, 4.0)]
    );
    let found = label_statistics(&volume, &labels);
    assert_eq!((found[&1].n_voxels, found[&2].n_voxels), (6, 1));
    assert_eq!(found[&1].range(), Some([2.0, 10.0]));
    assert_eq!(found[&2].range(), None);
}
