//! Interpolation between drawn sections of shapes with a closed form.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::Stopped;
use annotomy_segmentation::{
    Interpolated, PlaneSection, Sections, Spacing, drawn_slices, interpolate,
};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};

/// A shape on a grid of millimetres.
struct Phantom {
    size: [usize; 3],
    truth: Vec<Label>,
}

impl Phantom {
    fn new(size: [usize; 3], label: impl Fn([f64; 3]) -> Label) -> Self {
        let [n_i, n_j, n_k] = size;
        let mut truth = Vec::with_capacity(n_i * n_j * n_k);
        for k in 0..n_k {
            for j in 0..n_j {
                truth.extend((0..n_i).map(|i| label([i as f64, j as f64, k as f64])));
            }
        }
        Self { size, truth }
    }

    fn voxel(&self, offset: usize) -> [usize; 3] {
        let [n_i, n_j, _] = self.size;
        [offset % n_i, offset / n_i % n_j, offset / (n_i * n_j)]
    }

    fn is_in(&self, offset: usize, slices: &[(Axis, usize)]) -> bool {
        let voxel = self.voxel(offset);
        slices
            .iter()
            .any(|(axis, index)| voxel[axis.position()] == *index)
    }

    /// What is left of it in some slices.
    fn drawn(&self, slices: &[(Axis, usize)]) -> LabelMap {
        let labels = self.truth.iter().enumerate();
        let labels = labels.map(|(n, &label)| if self.is_in(n, slices) { label } else { 0 });
        LabelMap::from_dense(self.size, &labels.collect::<Vec<_>>()).unwrap()
    }

    fn solved(&self, slices: &[(Axis, usize)], image: Option<&Volume>) -> Interpolated {
        let labels = self.drawn(slices);
        let sections = Sections {
            labels: &labels,
            slices,
            planes: &[],
        };
        interpolate(&sections, image, &even(), &NoProgress).unwrap()
    }

    /// Dice of a label in the slices along k that were not drawn, from the first drawn to the last.
    fn dice(&self, found: &Interpolated, label: Label, slices: &[(Axis, usize)]) -> f64 {
        let across: Vec<usize> = slices
            .iter()
            .filter(|(a, _)| *a == Axis::K)
            .map(|s| s.1)
            .collect();
        let (first, last) = (across[0], across[across.len() - 1]);
        let found = dense(found);
        let (mut both, mut sum) = (0, 0);
        for (n, (&a, &b)) in self.truth.iter().zip(&found).enumerate() {
            let k = self.voxel(n)[2];
            if k > first && k < last && !across.contains(&k) {
                both += 2 * usize::from(a == label && b == label);
                sum += usize::from(a == label) + usize::from(b == label);
            }
        }
        both as f64 / sum as f64
    }

    fn image(&self, value: impl Fn(usize, Label) -> f32) -> Volume {
        let values = self
            .truth
            .iter()
            .enumerate()
            .map(|(n, &label)| value(n, label));
        let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
        let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
        let geometry = Geometry::new(self.size, affine).unwrap();
        let voxels = Voxels::F32(values.collect());
        Volume::new(geometry, voxels, Rescale::IDENTITY, None).unwrap()
    }
}

fn even() -> Spacing {
    Spacing::even([Mm(1.0); 3]).unwrap()
}

fn dense(found: &Interpolated) -> Vec<Label> {
    found.labels.to_dense().into_raw_vec_and_offset().0
}

fn across_k(indices: impl IntoIterator<Item = usize>) -> Vec<(Axis, usize)> {
    indices.into_iter().map(|k| (Axis::K, k)).collect()
}

fn ball(center: [f64; 3], radii: [f64; 3]) -> impl Fn([f64; 3]) -> Label {
    move |at| {
        let squared: f64 = (0..3)
            .map(|n| ((at[n] - center[n]) / radii[n]).powi(2))
            .sum();
        Label::from(squared <= 1.0)
    }
}

/// The same numbers on every run: a linear congruential generator's upper bits.
fn noise(offset: usize) -> f32 {
    let mut x = offset as u64;
    for _ in 0..3 {
        x = x
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
    }
    (x >> 40) as f32 / (1 << 24) as f32
}

#[test]
fn a_ball_is_round_between_its_sections() {
    let phantom = Phantom::new([50, 50, 50], ball([25.0; 3], [20.0; 3]));
    let slices = across_k((5..=45).step_by(5));
    let found = phantom.solved(&slices, None);
    let dice = phantom.dice(&found, 1, &slices);
    assert!(dice > 0.97, "{dice}");
}

#[test]
fn a_cone_in_uneven_gaps_is_filled_where_the_slices_lie() {
    // Its radius follows the millimetres, in which there is a wide gap, not the indices.
    let position = |k: usize| k as f64 + if k > 14 { 16.0 } else { 0.0 };
    let phantom = Phantom::new([60, 60, 30], |[i, j, k]| {
        let radius = 5.0 + 0.5 * position(k as usize);
        Label::from((i - 30.0).hypot(j - 30.0) <= radius)
    });
    let mm: Vec<Mm> = (0..30).map(|k| Mm(position(k))).collect();
    let spacing = even().with_slices_at(&mm).unwrap();
    let slices = across_k([2, 7, 12, 17, 22, 27]);
    let labels = phantom.drawn(&slices);
    let sections = Sections {
        labels: &labels,
        slices: &slices,
        planes: &[],
    };
    let dice = |spacing: &Spacing| {
        let found = interpolate(&sections, None, spacing, &NoProgress).unwrap();
        phantom.dice(&found, 1, &slices)
    };
    let (in_mm, by_index) = (dice(&spacing), dice(&even()));
    assert!(in_mm > 0.98 && in_mm > by_index, "{in_mm}, {by_index}");
}

#[test]
fn drawn_voxels_stay_and_empty_drawn_slices_end_a_segment() {
    let phantom = Phantom::new([40, 40, 40], ball([20.0; 3], [14.0; 3]));
    let mut slices = across_k([4, 12, 20, 28, 36]);
    slices.push((Axis::I, 15));
    let drawn = phantom
        .drawn(&slices)
        .to_dense()
        .into_raw_vec_and_offset()
        .0;
    let found = dense(&phantom.solved(&slices, None));
    for (n, (&drawn, &found)) in drawn.iter().zip(&found).enumerate() {
        if phantom.is_in(n, &slices) {
            assert_eq!(drawn, found, "{:?}", phantom.voxel(n));
        }
    }
    let beyond = found.iter().enumerate().filter(|(n, _)| {
        let k = phantom.voxel(*n)[2];
        !(4..=36).contains(&k)
    });
    assert!(beyond.into_iter().all(|(_, &label)| label == 0));
}

#[test]
fn a_leaning_cylinder_whose_sections_do_not_overlap_stays_whole() {
    // Middle moves by 1.5 voxels a slice: 15 between drawn slices, more than its width of 12.
    let phantom = Phantom::new([90, 30, 41], |[i, j, k]| {
        Label::from((i - 12.0 - 1.5 * k).hypot(j - 15.0) <= 6.0)
    });
    let slices = across_k([0, 10, 20, 30, 40]);
    let dice = phantom.dice(&phantom.solved(&slices, None), 1, &slices);
    assert!(dice > 0.95, "{dice}");
}

#[test]
fn a_trunk_parts_into_both_its_branches() {
    // Two discs that lie on each other at the bottom and part toward the top.
    let phantom = Phantom::new([60, 40, 31], |[i, j, k]| {
        let apart = (0.6 * k).min(14.0);
        let is_in = |middle: f64| (i - middle).hypot(j - 20.0) <= 9.0;
        Label::from(is_in(30.0 - apart) || is_in(30.0 + apart))
    });
    let slices = across_k([0, 10, 20, 30]);
    let dice = phantom.dice(&phantom.solved(&slices, None), 1, &slices);
    assert!(dice > 0.93, "{dice}");
}

#[test]
fn neighbours_that_touch_leave_no_gap_and_do_not_overlap() {
    // A block of two halves whose border leans, so that it moves from slice to slice.
    let phantom = Phantom::new([40, 40, 21], |[i, j, k]| {
        let is_in = (8.0..32.0).contains(&i) && (8.0..32.0).contains(&j);
        match is_in {
            false => 0,
            true if i < 12.0 + 0.7 * k => 1,
            true => 2,
        }
    });
    let slices = across_k([0, 10, 20]);
    let found = phantom.solved(&slices, None);
    let labels = dense(&found);
    let n_gaps = labels
        .iter()
        .zip(&phantom.truth)
        .filter(|(found, truth)| **found == 0 && **truth != 0);
    assert_eq!(n_gaps.count(), 0);
    for label in [1, 2] {
        let dice = phantom.dice(&found, label, &slices);
        assert!(dice > 0.97, "{label}: {dice}");
    }
}

#[test]
fn an_image_that_shows_the_border_halves_the_error() {
    let bumpy = |[i, j, k]: [f64; 3]| {
        let radius = 12.0 + 4.0 * (k * 0.9).sin();
        Label::from((i - 25.0).hypot(j - 25.0) <= radius)
    };
    let phantom = Phantom::new([50, 50, 41], bumpy);
    let slices = across_k((0..=40).step_by(5));
    let image = phantom.image(|n, label| f32::from(label) * 3.0 + noise(n));
    let error = |image| 1.0 - phantom.dice(&phantom.solved(&slices, image), 1, &slices);
    let (shape, guided) = (error(None), error(Some(&image)));
    assert!(guided < 0.5 * shape, "{guided}, {shape}");
}

#[test]
fn noise_changes_nothing() {
    let phantom = Phantom::new([50, 50, 50], ball([25.0; 3], [20.0, 14.0, 20.0]));
    let slices = across_k((5..=45).step_by(8));
    let image = phantom.image(|n, _| noise(n));
    let dice = |image| phantom.dice(&phantom.solved(&slices, image), 1, &slices);
    let (shape, guided) = (dice(None), dice(Some(&image)));
    assert!((shape - guided).abs() < 0.01, "{shape}, {guided}");
}

#[test]
fn a_noisy_image_costs_little_where_narrow_gaps_show_the_shape() {
    // Across gaps twice as wide, shape is wrong and the image better.
    let wavy = |[i, j, k]: [f64; 3]| {
        let radius = 14.0 + 5.0 * (k * 0.45).sin();
        Label::from((i - 25.0).hypot(j - 25.0) <= radius)
    };
    let phantom = Phantom::new([50, 50, 49], wavy);
    let slices = across_k((0..=48).step_by(3));
    let image = phantom.image(|n, label| f32::from(label) + 6.0 * noise(n));
    let dice = |image| phantom.dice(&phantom.solved(&slices, image), 1, &slices);
    let (shape, guided) = (dice(None), dice(Some(&image)));
    assert!(guided > shape - 0.01, "{shape}, {guided}");
}

#[test]
fn sections_of_other_directions_at_least_halve_the_error() {
    // A ball with a dent that the two drawn slices do not show.
    let shape = |[i, j, k]: [f64; 3]| {
        let radius = 16.0 - 6.0 * (-((k - 25.0) / 5.0).powi(2)).exp();
        Label::from((i - 25.0).hypot(j - 25.0) <= radius && (k - 25.0).abs() <= 20.0)
    };
    let phantom = Phantom::new([51, 51, 51], shape);
    let parallel = across_k([1, 13, 37, 49]);
    let mut slices = parallel.clone();
    slices.extend([(Axis::I, 25), (Axis::J, 25)]);
    let before = 1.0 - phantom.dice(&phantom.solved(&parallel, None), 1, &parallel);
    // The plane i = j: half its outline, mirrored.
    let edge = |k: f64| (16.0 - 6.0 * (-((k - 25.0) / 5.0).powi(2)).exp()) / 2.0_f64.sqrt();
    let corner =
        |side: f64, k: f64| ContinuousIndex([25.0 + side * edge(k), 25.0 + side * edge(k), k]);
    let up = (5..=45).map(|k| corner(1.0, f64::from(k)));
    let down = (5..=45).rev().map(|k| corner(-1.0, f64::from(k)));
    let planes = [PlaneSection {
        outlines: vec![(1, up.chain(down).collect())],
    }];
    let labels = phantom.drawn(&slices);
    let sections = Sections {
        labels: &labels,
        slices: &slices,
        planes: &planes,
    };
    let found = interpolate(&sections, None, &even(), &NoProgress).unwrap();
    let after = 1.0 - phantom.dice(&found, 1, &slices);
    assert!(after < 0.5 * before, "{after}, {before}");
}

#[test]
fn the_result_is_the_same_on_any_number_of_threads() {
    let phantom = Phantom::new([40, 40, 40], |at| {
        let left = ball([15.0, 20.0, 20.0], [10.0; 3])(at);
        if left == 1 {
            1
        } else {
            2 * ball([26.0, 20.0, 20.0], [9.0; 3])(at)
        }
    });
    let slices = across_k([8, 15, 22, 29, 34]);
    let image = phantom.image(|n, label| f32::from(label) + noise(n));
    let on = |n| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .build()
            .unwrap();
        pool.install(|| phantom.solved(&slices, Some(&image)))
    };
    assert!(on(1) == on(2));
}

#[test]
fn stops_when_cancelled() {
    let phantom = Phantom::new([20, 20, 20], ball([10.0; 3], [6.0; 3]));
    let labels = phantom.drawn(&across_k([5, 10, 15]));
    let sections = Sections {
        labels: &labels,
        slices: &across_k([5, 10, 15]),
        planes: &[],
    };
    assert!(interpolate(&sections, None, &even(), &Stopped).is_err());
}

#[test]
fn doubt_grows_with_the_distance_from_what_was_drawn() {
    let phantom = Phantom::new([40, 40, 41], ball([20.0, 20.0, 20.0], [14.0, 14.0, 30.0]));
    let slices = across_k([0, 4, 8, 28, 32, 36, 40]);
    let found = phantom.solved(&slices, None);
    let mut doubt = vec![0.0_f64; 41];
    for (n, confidence) in found.confidence.iter().enumerate() {
        assert!((0.0..=1.0).contains(confidence));
        doubt[phantom.voxel(n)[2]] += f64::from(1.0 - confidence);
    }
    let worst = (0..41)
        .max_by(|&a, &b| doubt[a].total_cmp(&doubt[b]))
        .unwrap();
    assert!((15..=21).contains(&worst), "{worst}");
    assert!(slices.iter().all(|(_, k)| doubt[*k] == 0.0));
}

#[test]
fn drawn_slices_are_found_in_several_directions_and_side_by_side() {
    let phantom = Phantom::new([40, 40, 40], ball([20.0; 3], [15.0; 3]));
    let slices = [
        (Axis::I, 20),
        (Axis::K, 12),
        (Axis::K, 13),
        (Axis::K, 25),
        (Axis::J, 18),
    ];
    let mut found = drawn_slices(&phantom.drawn(&slices));
    let key = |slice: &(Axis, usize)| (slice.0.position(), slice.1);
    found.sort_by_key(key);
    let mut expected = slices.to_vec();
    expected.sort_by_key(key);
    assert_eq!(found, expected);
}

#[test]
fn odd_sections_are_no_error() {
    let empty = LabelMap::empty([9, 8, 7]);
    let bad = PlaneSection {
        outlines: vec![
            (1, vec![ContinuousIndex([f64::NAN; 3]); 3]),
            (2, Vec::new()),
        ],
    };
    let sections = Sections {
        labels: &empty,
        slices: &[(Axis::K, 99)],
        planes: &[bad],
    };
    let found = interpolate(&sections, None, &even(), &NoProgress).unwrap();
    assert!(dense(&found).iter().all(|&label| label == 0));
}
