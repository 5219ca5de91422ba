//! Reads the forest of a classifier's file, writes it again, and lets it label a few voxels.

use crate::memory::bounded;
use crate::target::Outcome;
use annotomy_segmentation::{Classifier, Mask, Spacing};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};

/// Voxels that are labelled.
const SIZE: [usize; 3] = [6, 5, 4];

pub(crate) fn classifier(input: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    let (read, peak) = bounded("a classifier", input.len(), || {
        Classifier::from_bytes(input)
    });
    outcome.add(read.is_ok(), peak);
    let Ok(classifier) = read else {
        return outcome;
    };
    assert!(classifier.to_bytes() == input, "another classifier");
    let volume = volume();
    let spacing = Spacing::of(volume.geometry());
    let wanted = Mask::whole(SIZE);
    let (labels, peak) = bounded("labels", input.len(), || {
        classifier.classify((&volume, &spacing), &wanted, &NoProgress)
    });
    outcome.add(true, peak);
    let labels = labels.expect("nobody cancels").to_dense();
    let is_known = |label| classifier.labels().contains(label);
    assert!(labels.iter().all(is_known), "a label that it does not know");
    outcome
}

/// Values of all kinds that a forest asks for.
fn volume() -> Volume {
    let step = |axis: usize| VectorLps(std::array::from_fn(|n| if n == axis { 1.5 } else { 0.0 }));
    let grid = Affine::from_steps([step(0), step(1), step(2)], PointLps([0.0; 3]));
    let geometry = Geometry::new(SIZE, grid).expect("a sound grid");
    let values = (0..geometry.n_voxels() as i16).map(|n| n * n % 251 - 100);
    let voxels = Voxels::I16(values.collect());
    Volume::new(geometry, voxels, Rescale::IDENTITY, None).expect("as many voxels as the grid has")
}
