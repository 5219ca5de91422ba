//! Sections that go on from plane to plane at any angle: a disc that moves and grows along the normal of
//! a tilted plane, in noise on an oblique grid of oblong voxels, against its closed form.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{Stopped, whole};
use annotomy_segmentation::{Across, Mask, Propagated, PropagationAcross, propagate_across};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Rescale, Volume, Voxels};

const GRID: [usize; 3] = [64, 56, 40];
const STEP_MM: f64 = 1.2;
const RADIUS_MM: f64 = 9.0;

/// Voxels of 0.8 x 1.0 x 1.6 mm, turned about two axes.
fn grid() -> Geometry {
    let (a, b) = (0.3_f64, 0.2_f64);
    let i = VectorLps([a.cos(), a.sin(), 0.0]);
    let j = VectorLps([-a.sin() * b.cos(), a.cos() * b.cos(), b.sin()]);
    let steps = [i * 0.8, j * 1.0, i.cross(j) * 1.6];
    Geometry::new(
        GRID,
        Affine::from_steps(steps, PointLps([-30.0, 12.0, 5.0])),
    )
    .unwrap()
}

fn centre(geometry: &Geometry, VoxelIndex(at): VoxelIndex) -> PointLps {
    geometry.lps_at(ContinuousIndex(at.map(|n| n as f64)))
}

/// Through the middle of the grid, across none of its axes.
fn plane(geometry: &Geometry) -> CutPlane {
    let middle = geometry.lps_at(ContinuousIndex(GRID.map(|n| n as f64 / 2.0)));
    CutPlane::new(middle, VectorLps([0.5, -0.4, 0.77])).unwrap()
}

/// A disc that moves and grows by so many mm a mm of height.
#[derive(Clone, Copy)]
struct Disc {
    moves: f64,
    grows: f64,
}

impl Disc {
    /// The voxels between two heights; those above `highest` are noise in the image.
    fn mask(self, geometry: &Geometry, [lowest, highest]: [f64; 2]) -> Mask {
        let plane = plane(geometry);
        let [right, down] = plane.axes();
        let origin = plane.foot(centre(geometry, VoxelIndex(GRID.map(|n| n / 2))));
        Mask::from_voxels(GRID, whole(GRID), |voxel| {
            let point = centre(geometry, voxel);
            let height = plane.height_mm(point);
            let offset = plane.foot(point) - origin;
            let across = offset.dot(right) - self.moves * height;
            (lowest..=highest).contains(&height)
                && across.hypot(offset.dot(down)) <= RADIUS_MM + self.grows * height
        })
    }

    /// Bright on dark, with noise of a fifth of the contrast.
    fn image(self, geometry: &Geometry, heights: [f64; 2]) -> Volume {
        let inside = self.mask(geometry, heights).to_dense();
        let mut random = 1_u32;
        let values = inside.into_iter().map(|is_inside| {
            let sum = (0..6).map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(random >> 8) / f64::from(1 << 24) - 0.5
            });
            let noise = sum.sum::<f64>() / 0.71;
            (100.0 * f64::from(u8::from(is_inside)) + 20.0 * noise).round() as i16
        });
        let voxels = Voxels::I16(values.collect());
        Volume::new(geometry.clone(), voxels, Rescale::IDENTITY, None).unwrap()
    }

    fn section(self, geometry: &Geometry) -> Mask {
        let reach = plane(geometry).reach_mm(geometry);
        self.mask(geometry, [-reach, reach])
    }
}

const EVERYWHERE: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

fn wanted(geometry: &Geometry, step_mm: f64, n_planes: usize) -> PropagationAcross {
    PropagationAcross {
        plane: plane(geometry),
        step: Mm(step_mm),
        n_planes,
        least_alike: 0.5,
    }
}

fn gone_on(image: &Volume, section: &Mask, wanted: &PropagationAcross) -> Across {
    propagate_across((image, image.geometry()), section, wanted, &NoProgress).unwrap()
}

fn found(across: Across) -> Propagated {
    match across {
        Across::To(found) => found,
        ended => unreachable!("{ended:?}"),
    }
}

fn dice(a: &Mask, b: &Mask) -> f64 {
    let both = a.intersection(b).n_voxels() as f64;
    2.0 * both / (a.n_voxels() + b.n_voxels()).max(1) as f64
}

#[test]
fn a_disc_in_noise_is_followed_on_tilted_planes_along_the_normal_and_against_it() {
    let geometry = grid();
    let reach = plane(&geometry).reach_mm(&geometry);
    for (moves, grows) in [(0.0, 0.0), (0.5, 0.0), (0.0, 0.2), (-0.4, -0.15)] {
        let disc = Disc { moves, grows };
        let (image, section) = (disc.image(&geometry, EVERYWHERE), disc.section(&geometry));
        for way in [1.0, -1.0] {
            let found = found(gone_on(
                &image,
                &section,
                &wanted(&geometry, way * STEP_MM, 6),
            ));
            let came_to: Vec<usize> = found.slices.iter().map(|(n, _)| *n).collect();
            assert_eq!(came_to, [1, 2, 3, 4, 5, 6]);
            // What the plane itself cuts stays as it is.
            let [near, far] = [way * reach, way * (6.0 * STEP_MM + reach)];
            let truth = disc.mask(&geometry, [near.min(far), near.max(far)]);
            let there = dice(&found.mask, &truth);
            assert!(there > 0.93, "{moves} {grows} {way}: {there}");
            // A copy of the section does not follow.
            let still = Disc {
                moves: 0.0,
                grows: 0.0,
            };
            let copied = dice(
                &still.mask(&geometry, [near.min(far), near.max(far)]),
                &truth,
            );
            let gain = if moves == 0.0 && grows == 0.0 {
                -0.07
            } else {
                0.02
            };
            assert!(
                there > copied + gain,
                "{moves} {grows} {way}: {there} {copied}"
            );
        }
    }
}

#[test]
fn it_ends_where_the_disc_does_where_something_is_drawn_and_at_the_end_of_the_grid() {
    let geometry = grid();
    let disc = Disc {
        moves: 0.1,
        grows: 0.0,
    };
    let reach = plane(&geometry).reach_mm(&geometry);
    let section = disc.section(&geometry);
    // Half way between planes 4 and 5.
    let ends = disc.image(&geometry, [f64::NEG_INFINITY, 4.5 * STEP_MM]);
    let came_to = |image: &Volume, mask: &Mask, n_planes| {
        let wanted = wanted(&geometry, STEP_MM, n_planes);
        let found = found(gone_on(image, mask, &wanted));
        (found.slices.last().map_or(0, |(n, _)| *n), found.mask)
    };
    assert_eq!(came_to(&ends, &section, 9).0, 4);

    let image = disc.image(&geometry, EVERYWHERE);
    // Cut by plane 6 at its upper side, and by no plane before.
    let [low, high] = [5.2 * STEP_MM + reach, 6.0 * STEP_MM + reach];
    let drawn = section.union(&disc.mask(&geometry, [low, high]));
    assert_eq!(came_to(&image, &drawn, 9).0, 5);
    let [low, high] = [0.2 * STEP_MM + reach, STEP_MM + reach];
    let beside = section.union(&disc.mask(&geometry, [low, high]));
    assert_eq!(
        gone_on(&image, &beside, &wanted(&geometry, STEP_MM, 9)),
        Across::Drawn
    );

    let (last, all) = came_to(&image, &section, 10_000);
    assert!((10..100).contains(&last), "{last}");
    assert!(all.n_voxels() > 10 * section.n_voxels() / 4);
}

#[test]
fn without_a_section_in_the_plane_there_is_none_to_follow() {
    let geometry = grid();
    let disc = Disc {
        moves: 0.0,
        grows: 0.0,
    };
    let image = disc.image(&geometry, EVERYWHERE);
    let wanted = wanted(&geometry, STEP_MM, 3);
    let above = disc.mask(&geometry, [6.0, 9.0]);
    for mask in [above, Mask::empty(GRID)] {
        assert_eq!(gone_on(&image, &mask, &wanted), Across::NoSection);
    }
}

#[test]
fn it_is_the_same_on_any_number_of_threads_and_can_be_cancelled() {
    let geometry = grid();
    let disc = Disc {
        moves: 0.2,
        grows: 0.1,
    };
    let (image, section) = (disc.image(&geometry, EVERYWHERE), disc.section(&geometry));
    let wanted = wanted(&geometry, STEP_MM, 3);
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        let pool = pool.build().unwrap();
        pool.install(|| gone_on(&image, &section, &wanted))
    };
    assert_eq!(on(1), on(4));
    let stopped = propagate_across((&image, &geometry), &section, &wanted, &Stopped);
    assert!(stopped.is_err());
}
