//! Sections that go on in the slices beside them: discs that move and grow in noise, against their
//! closed form, and structures of a real brain and chest, against those who drew them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{Stopped, answer, image, list, mask, number, volume, whole};
use annotomy_segmentation::{Mask, Propagated, Propagation, Spacing, propagate};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, Mm, VoxelIndex};
use annotomy_volume::volume::{Volume, Voxels};

const GRID: [usize; 3] = [72, 64, 9];
const MM: [f64; 3] = [0.8, 1.1, 4.0];

/// A disc in the first slice that moves and grows by so many mm a slice.
#[derive(Clone, Copy)]
struct Disc {
    move_mm: [f64; 2],
    grow_mm: f64,
}

impl Disc {
    fn holds(self, [i, j, k]: [usize; 3]) -> bool {
        let k = k as f64;
        let from = |at: usize, axis: usize, start: f64| {
            at as f64 * MM[axis] - start - self.move_mm[axis] * k
        };
        let (x, y) = (from(i, 0, 22.0), from(j, 1, 30.0));
        x.hypot(y) <= 9.0 + self.grow_mm * k
    }

    fn mask(self, axes: [usize; 3]) -> Mask {
        let grid = turned(GRID, axes);
        Mask::from_voxels(grid, whole(grid), |VoxelIndex(at)| {
            self.holds(back(at, axes))
        })
    }

    /// Bright on dark, with noise of a fifth of the contrast.
    fn image(self, axes: [usize; 3]) -> Volume {
        let grid = turned(GRID, axes);
        let mut random = 1_u32;
        let n: usize = grid.iter().product();
        let values = (0..n).map(|n| {
            let at = [n % grid[0], n / grid[0] % grid[1], n / (grid[0] * grid[1])];
            // The sum of uniform numbers is nearly normal: of six, a deviation of 0.71.
            let sum = (0..6).map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(random >> 8) / f64::from(1 << 24) - 0.5
            });
            let noise = sum.sum::<f64>() / 0.71;
            let value = if self.holds(back(at, axes)) {
                100.0
            } else {
                0.0
            };
            (value + 20.0 * noise).round() as i16
        });
        volume(grid, Voxels::I16(values.collect()))
    }
}

/// A grid whose axes come in another order, and a voxel of it in the first order.
fn turned<T: Copy>(all: [T; 3], axes: [usize; 3]) -> [T; 3] {
    axes.map(|axis| all[axis])
}

fn back(at: [usize; 3], axes: [usize; 3]) -> [usize; 3] {
    let mut found = [0; 3];
    for (n, axis) in axes.into_iter().enumerate() {
        found[axis] = at[n];
    }
    found
}

fn slice(mask: &Mask, axis: Axis, index: usize) -> Mask {
    let mut region = whole(mask.grid());
    let n = axis.position();
    (region.min[n], region.max[n]) = (index, index);
    mask.cropped(region)
}

fn dice(a: &Mask, b: &Mask) -> f64 {
    let both = a.intersection(b).n_voxels() as f64;
    2.0 * both / (a.n_voxels() + b.n_voxels()).max(1) as f64
}

fn gone_on(image: &Volume, section: &Mask, axes: [usize; 3], to: usize) -> Propagated {
    let across = axes.iter().position(|&axis| axis == 2).unwrap();
    let wanted = Propagation {
        axis: Axis::ALL[across],
        from: 0,
        to,
        least_alike: 0.5,
    };
    let spacing = Spacing::even(turned(MM, axes).map(Mm)).unwrap();
    propagate(image, section, &spacing, &wanted, &NoProgress).unwrap()
}

const ALONG: [usize; 3] = [0, 1, 2];

#[test]
fn a_disc_in_noise_is_followed_where_it_moves_and_grows() {
    for (move_mm, grow_mm) in [
        ([2.5, 0.0], 0.0),
        ([1.5, -2.0], 0.0),
        ([0.0, 0.0], 0.7),
        ([2.0, 1.0], -0.6),
    ] {
        let disc = Disc { move_mm, grow_mm };
        for axes in [ALONG, [2, 0, 1], [1, 2, 0]] {
            let across = Axis::ALL[axes.iter().position(|&axis| axis == 2).unwrap()];
            let (truth, image) = (disc.mask(axes), disc.image(axes));
            let first = slice(&truth, across, 0);
            let found = gone_on(&image, &first, axes, 8);
            let came_to: Vec<usize> = found.slices.iter().map(|(index, _)| *index).collect();
            assert_eq!(came_to, [1, 2, 3, 4, 5, 6, 7, 8]);
            for k in came_to {
                let there = dice(&slice(&found.mask, across, k), &slice(&truth, across, k));
                // What is lost in a slice is lost in all that follow.
                let least = if k <= 4 { 0.93 } else { 0.85 };
                assert!(
                    there > least,
                    "{move_mm:?} {grow_mm}, {axes:?}, {k}: {there}"
                );
            }
        }
    }
}

#[test]
fn it_ends_where_the_disc_does_and_where_something_is_drawn() {
    let disc = Disc {
        move_mm: [1.0, 0.5],
        grow_mm: 0.0,
    };
    let (truth, image) = (disc.mask(ALONG), disc.image(ALONG));
    let first = slice(&truth, Axis::K, 0);
    // Nothing but noise from slice 4 on.
    let n_slice = GRID[0] * GRID[1];
    let cut = (0..n_slice * GRID[2]).map(|n| {
        let at = VoxelIndex([n % GRID[0], n / GRID[0] % GRID[1], n / n_slice]);
        let disc = if n / n_slice >= 4 && truth.contains(at) {
            100.0
        } else {
            0.0
        };
        (image.value(at) - disc) as i16
    });
    let cut = volume(GRID, Voxels::I16(cut.collect()));
    let found = gone_on(&cut, &first, ALONG, 8);
    assert_eq!(found.slices.last().unwrap().0, 3, "{:?}", found.slices);
    let drawn = first.union(&slice(&truth, Axis::K, 6));
    let found = gone_on(&image, &drawn, ALONG, 8);
    assert_eq!(found.slices.last().unwrap().0, 5, "{:?}", found.slices);
    assert!(found.mask.intersection(&drawn).is_empty());
    assert!(gone_on(&image, &first, ALONG, 0).slices.is_empty());
    assert!(
        gone_on(&image, &Mask::empty(GRID), ALONG, 8)
            .slices
            .is_empty()
    );
}

#[test]
fn structures_are_followed_better_than_by_copying_their_section() {
    let mut worse = Vec::new();
    for set in list(&answer("propagation.py", &[])) {
        let (mut ours, mut copied, mut n) = (0.0, 0.0, 0.0);
        for case in list(&set["cases"]) {
            let (volume, spacing) = image(case);
            let [section, truth] = ["section", "truth"].map(|name| mask(case, &case[name]));
            let wanted = Propagation {
                axis: Axis::K,
                from: 0,
                to: truth.grid()[2] - 1,
                least_alike: -1.0,
            };
            let found = propagate(&volume, &section, &spacing, &wanted, &NoProgress).unwrap();
            for k in 1..truth.grid()[2] {
                let there = slice(&truth, Axis::K, k);
                let copy = moved(&section, k);
                ours += dice(&slice(&found.mask, Axis::K, k), &there);
                copied += dice(&copy, &there);
                n += 1.0;
            }
        }
        let (ours, copied) = (ours / n, copied / n);
        eprintln!(
            "{}: {ours:.3} instead of {copied:.3} in {n} slices",
            set["name"]
        );
        if ours < copied + number(&set["gain"]) {
            worse.push(set["name"].to_string());
        }
    }
    assert!(worse.is_empty(), "{worse:?}");
}

/// The section of slice 0 in another.
fn moved(section: &Mask, k: usize) -> Mask {
    let grid = section.grid();
    Mask::from_voxels(grid, whole(grid), |VoxelIndex([i, j, at])| {
        at == k && section.contains(VoxelIndex([i, j, 0]))
    })
}

#[test]
fn it_is_the_same_on_any_number_of_threads_and_can_be_cancelled() {
    let disc = Disc {
        move_mm: [2.0, 0.0],
        grow_mm: 0.3,
    };
    let (first, image) = (slice(&disc.mask(ALONG), Axis::K, 0), disc.image(ALONG));
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        pool.build()
            .unwrap()
            .install(|| gone_on(&image, &first, ALONG, 3))
    };
    assert_eq!(on(1), on(4));
    let wanted = Propagation {
        axis: Axis::K,
        from: 0,
        to: 3,
        least_alike: 0.5,
    };
    let spacing = Spacing::even(MM.map(Mm)).unwrap();
    assert!(propagate(&image, &first, &spacing, &wanted, &Stopped).is_err());
}
