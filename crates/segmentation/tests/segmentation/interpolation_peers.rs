//! Interpolation of the segments of a real CT of a chest against what peers make of the same slices.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{answer, bytes, list, number, numbers, size};
use annotomy_segmentation::{Sections, Spacing, interpolate};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use serde_json::Value;

struct Chest {
    size: [usize; 3],
    spacing: Spacing,
    labels: Vec<Label>,
    image: Volume,
    cases: Vec<Value>,
}

impl Chest {
    fn read() -> Self {
        let answer = answer("interpolation.py", &[]);
        let size = size(&answer);
        let mm: [f64; 3] = numbers(&answer["spacing_mm"]);
        let steps = [0, 1, 2].map(|n| {
            let mut step = [0.0; 3];
            step[n] = mm[n];
            VectorLps(step)
        });
        let geometry = Geometry::new(size, Affine::from_steps(steps, PointLps([0.0; 3]))).unwrap();
        let values = bytes(&answer["image"]);
        let values = values
            .as_chunks()
            .0
            .iter()
            .map(|&two| i16::from_le_bytes(two));
        let voxels = Voxels::I16(values.collect());
        Self {
            size,
            spacing: Spacing::even(mm.map(Mm)).unwrap(),
            labels: bytes(&answer["labels"])
                .into_iter()
                .map(Label::from)
                .collect(),
            image: Volume::new(geometry, voxels, Rescale::IDENTITY, None).unwrap(),
            cases: list(&answer["cases"]).cloned().collect(),
        }
    }

    fn along(&self, axis: usize, offset: usize) -> usize {
        let [n_i, n_j, _] = self.size;
        [offset % n_i, offset / n_i % n_j, offset / (n_i * n_j)][axis]
    }

    fn filled(&self, axis: usize, slices: &[usize], image: Option<&Volume>) -> Vec<Label> {
        let labels = self.labels.iter().enumerate().map(|(n, &label)| {
            let is_drawn = slices.contains(&self.along(axis, n));
            if is_drawn { label } else { 0 }
        });
        let labels = LabelMap::from_dense(self.size, &labels.collect::<Vec<_>>()).unwrap();
        let slices: Vec<_> = slices.iter().map(|&n| (Axis::ALL[axis], n)).collect();
        let sections = Sections {
            labels: &labels,
            slices: &slices,
            planes: &[],
        };
        let found = interpolate(&sections, image, &self.spacing, &NoProgress).unwrap();
        found.labels.to_dense().into_raw_vec_and_offset().0
    }

    /// As `scores` of the script.
    fn dice(&self, found: &[Label], label: Label, axis: usize, slices: &[usize]) -> f64 {
        let of_label = |n: &usize| self.labels[*n] == label;
        let has: Vec<usize> = (0..found.len())
            .filter(of_label)
            .map(|n| self.along(axis, n))
            .collect();
        let drawn = slices.iter().filter(|n| has.contains(n));
        let (first, last) = (drawn.clone().min().unwrap(), drawn.max().unwrap());
        let (mut both, mut all) = (0, 0);
        for (n, (&truth, &found)) in self.labels.iter().zip(found).enumerate() {
            let at = self.along(axis, n);
            if at > *first && at < *last && !slices.contains(&at) {
                both += 2 * usize::from(truth == label && found == label);
                all += usize::from(truth == label) + usize::from(found == label);
            }
        }
        both as f64 / all as f64
    }
}

#[test]
fn errors_are_far_below_those_of_shape_based_interpolation() {
    let chest = Chest::read();
    let [mut ours, mut by_shape, mut theirs, mut blend] = [0.0; 4];
    for case in &chest.cases {
        let axis = number(&case["axis"]) as usize;
        let slices: Vec<usize> = list(&case["slices"]).map(|n| number(n) as usize).collect();
        let guided = chest.filled(axis, &slices, Some(&chest.image));
        let shape = chest.filled(axis, &slices, None);
        let labels = case["peers"]["nearest"].as_object().unwrap();
        for (label, nearest) in labels.iter().filter(|(_, scores)| !scores.is_null()) {
            let blended = number(&case["peers"]["raya_udupa"][label][0]);
            let best = blended.max(number(&nearest[0]));
            let label: Label = label.parse().unwrap();
            let dice = chest.dice(&guided, label, axis, &slices);
            assert!(
                dice > best,
                "label {label}, {axis}, {slices:?}: {dice}, {best}"
            );
            ours += 1.0 - dice;
            by_shape += 1.0 - chest.dice(&shape, label, axis, &slices);
            theirs += 1.0 - best;
            blend += 1.0 - blended;
        }
    }
    assert!(ours < 0.6 * theirs, "{ours}, {theirs}");
    assert!(by_shape < blend, "{by_shape}, {blend}");
}
