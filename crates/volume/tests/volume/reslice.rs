//! Planes through volumes: closed forms, exactness on the grid, and agreement with point samples.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::reslice::{Interpolation, SlicePlane, reslice, reslice_stored};
use annotomy_volume::sample::sample;
use annotomy_volume::slice::orthogonal_slice;
use annotomy_volume::space::{Axis, ContinuousIndex, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use proptest::prelude::*;

const ALL: [Interpolation; 3] = [
    Interpolation::Nearest,
    Interpolation::Linear,
    Interpolation::Cubic,
];
const BACKGROUND: f32 = -7777.0;
/// Voxels; nearer to a border or a tie, rounding may decide either way.
const UNDECIDED: f64 = 1e-6;

/// An invertible affine: turned, flipped or not, anisotropic, sheared.
fn affines() -> impl Strategy<Value = Affine> {
    let angles = prop::array::uniform3(-3.0..3.0_f64);
    let spacing = prop::array::uniform3(0.3..4.0);
    let shear = prop::array::uniform3(-0.4..0.4);
    let origin = prop::array::uniform3(-200.0..200.0);
    (angles, spacing, shear, origin, any::<bool>()).prop_map(
        |([a, b, c], spacing, [p, q, r], origin, flip)| {
            let turn = |v: [f64; 3]| {
                let [x, y, z] = v;
                let (x, y) = (x * a.cos() - y * a.sin(), x * a.sin() + y * a.cos());
                let (y, z) = (y * b.cos() - z * b.sin(), y * b.sin() + z * b.cos());
                let (x, y) = (x * c.cos() - y * c.sin(), x * c.sin() + y * c.cos());
                VectorLps([x, y, z])
            };
            let third = if flip { -1.0 } else { 1.0 };
            let sheared = [[1.0, 0.0, 0.0], [p, 1.0, 0.0], [q, r, third]];
            let steps = std::array::from_fn(|n| turn(sheared[n]) * spacing[n]);
            Affine::from_steps(steps, PointLps(origin))
        },
    )
}

fn grids() -> impl Strategy<Value = Geometry> {
    (prop::array::uniform3(1_usize..9), affines())
        .prop_map(|(size, affine)| Geometry::new(size, affine).expect("the steps span space"))
}

/// Slices that do not follow one line: uneven distances, each shifted in any direction.
fn uneven_grids() -> impl Strategy<Value = Geometry> {
    let shifts = prop::collection::vec(prop::array::uniform3(-0.45..0.45), 3..9);
    (prop::array::uniform2(1_usize..9), affines(), shifts).prop_map(|(size, affine, shifts)| {
        let straight =
            Geometry::new([size[0], size[1], shifts.len()], affine).expect("the steps span space");
        let [i, j, k] = Axis::ALL.map(|axis| straight.step(axis));
        let origin = |(n, [a, b, c]): (usize, &[f64; 3])| {
            straight.origin() + i * *a + j * *b + k * (n as f64 + c)
        };
        let origins: Vec<PointLps> = shifts.iter().enumerate().map(origin).collect();
        Geometry::from_slices(size, [i, j], &origins).expect("the slices follow each other")
    })
}

/// Noise; the same for the same grid and seed.
fn noise(geometry: &Geometry, seed: u64) -> Volume {
    let value = |n: u64| {
        let mixed = (n + 1)
            .wrapping_mul(seed | 1)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 48) as u16 as i16
    };
    let voxels = Voxels::I16((0..geometry.n_voxels() as u64).map(value).collect());
    let rescale = Rescale {
        slope: 0.5,
        intercept: -10.0,
    };
    Volume::new(geometry.clone(), voxels, rescale, None).expect("the voxels fill the grid")
}

/// A plane given in index space, so that it meets the grid.
fn plane_at(
    geometry: &Geometry,
    start: [f64; 3],
    steps: [[f64; 3]; 2],
    size: [usize; 2],
) -> SlicePlane {
    let origin = geometry.lps_at(ContinuousIndex(start));
    let step = |by: [f64; 3]| {
        let end = std::array::from_fn(|n| start[n] + by[n]);
        geometry.lps_at(ContinuousIndex(end)) - origin
    };
    SlicePlane {
        origin,
        column_step: step(steps[0]),
        row_step: step(steps[1]),
        size,
    }
}

/// The plane of one slice of the grid, pixels on its voxels.
fn grid_plane(geometry: &Geometry, axis: Axis, index: usize) -> SlicePlane {
    let [columns, rows] = axis.in_plane();
    let mut start = [0.0; 3];
    start[axis.position()] = index as f64;
    let size = geometry.size();
    SlicePlane {
        origin: geometry.lps_at(ContinuousIndex(start)),
        column_step: geometry.step(columns),
        row_step: geometry.step(rows),
        size: [size[columns.position()], size[rows.position()]],
    }
}

fn is_undecided(index: ContinuousIndex) -> bool {
    let from_half = |x: f64| (x - x.floor() - 0.5).abs();
    index.0.iter().any(|&x| from_half(x) < UNDECIDED)
}

proptest! {
    #[test]
    fn plane_through_voxel_centres_shows_the_voxels(geometry in grids(), seed: u64) {
        let volume = noise(&geometry, seed);
        for axis in Axis::ALL {
            for index in 0..geometry.size()[axis.position()] {
                let plane = grid_plane(&geometry, axis, index);
                let expected = orthogonal_slice(&volume, axis, index).unwrap();
                for interpolation in ALL {
                    let stored = reslice_stored(&volume, &plane, interpolation, -1.0);
                    prop_assert_eq!(&stored, &expected.voxels);
                }
            }
        }
    }

    #[test]
    fn each_pixel_is_the_sample_at_its_centre(
        geometry in prop_oneof![grids(), uneven_grids()],
        seed: u64,
        start in prop::array::uniform3(-4.0..8.0),
        steps in prop::array::uniform2(prop::array::uniform3(-1.5..1.5)),
        size in prop::array::uniform2(1_usize..14),
    ) {
        let volume = noise(&geometry, seed);
        let plane = plane_at(&geometry, start, steps, size);
        for interpolation in ALL {
            let pixels = reslice(&volume, &plane, interpolation, BACKGROUND);
            prop_assert_eq!(pixels.len(), size[0] * size[1]);
            for (n, pixel) in pixels.into_iter().enumerate() {
                let centre = plane.pixel_centre(n % size[0], n / size[0]);
                let index = geometry.index_at(centre);
                let expected = sample(&volume, index, interpolation);
                let expected = expected.map_or(BACKGROUND, |value| value as f32);
                // Single precision of values up to 65536, times the overshoot of cubic.
                let is_near = (pixel - expected).abs() < 0.02;
                prop_assert!(is_near || is_undecided(index), "{} {}", pixel, expected);
            }
        }
    }

    #[test]
    fn a_ramp_in_the_patient_is_reproduced(
        affine in affines(),
        slope in prop::array::uniform3(-5.0..5.0),
        start in prop::array::uniform3(1.0..3.0),
        steps in prop::array::uniform2(prop::array::uniform3(-0.4..0.4)),
    ) {
        let geometry = Geometry::new([7, 8, 9], affine).unwrap();
        let ramp = |p: PointLps| VectorLps(slope).dot(p - geometry.origin());
        let mut voxels = Vec::new();
        for k in 0..9 {
            for j in 0..8 {
                let centre = |i: i32| geometry.lps_at(ContinuousIndex([i.into(), j.into(), k.into()]));
                voxels.extend((0..7).map(|i| ramp(centre(i))));
            }
        }
        let volume = Volume::new(geometry.clone(), Voxels::F64(voxels), Rescale::IDENTITY, None).unwrap();
        let plane = plane_at(&geometry, start, steps, [6, 6]);
        for interpolation in [Interpolation::Linear, Interpolation::Cubic] {
            // Cubic takes a neighbour more on each side.
            let margin = if interpolation == Interpolation::Cubic { 1.0 } else { 0.0 };
            let pixels = reslice(&volume, &plane, interpolation, BACKGROUND);
            for (n, pixel) in pixels.into_iter().enumerate() {
                let centre = plane.pixel_centre(n % 6, n / 6);
                let index = geometry.index_at(centre).0;
                let is_deep = |axis: usize| {
                    (margin..=geometry.size()[axis] as f64 - 1.0 - margin).contains(&index[axis])
                };
                if (0..3).all(is_deep) {
                    prop_assert!((f64::from(pixel) - ramp(centre)).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn a_ramp_is_reproduced_between_uneven_slices(
        geometry in uneven_grids(),
        slope in prop::array::uniform3(-5.0..5.0),
        start in prop::array::uniform3(-1.0..3.0),
        steps in prop::array::uniform2(prop::array::uniform3(-0.4..0.4)),
    ) {
        let ramp = |p: PointLps| VectorLps(slope).dot(p - geometry.origin());
        let [ni, nj, nk] = geometry.size();
        let indices = (0..nk).flat_map(|k| (0..nj).flat_map(move |j| (0..ni).map(move |i| [i, j, k])));
        let voxel = |index: [usize; 3]| ramp(geometry.lps_at(ContinuousIndex(index.map(|n| n as f64))));
        let voxels = Voxels::F64(indices.map(voxel).collect());
        let volume = Volume::new(geometry.clone(), voxels, Rescale::IDENTITY, None).unwrap();
        let plane = plane_at(&geometry, start, steps, [6, 6]);
        let pixels = reslice(&volume, &plane, Interpolation::Linear, BACKGROUND);
        for (n, pixel) in pixels.into_iter().enumerate() {
            let centre = plane.pixel_centre(n % 6, n / 6);
            let index = geometry.index_at(centre).0;
            let is_between = |axis: usize| (0.0..=geometry.size()[axis] as f64 - 1.0).contains(&index[axis]);
            if (0..3).all(is_between) {
                prop_assert!((f64::from(pixel) - ramp(centre)).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn a_flipped_plane_shows_the_mirror_image(geometry in grids(), seed: u64) {
        let volume = noise(&geometry, seed);
        let plane = grid_plane(&geometry, Axis::K, geometry.size()[2] - 1);
        let flipped = SlicePlane {
            origin: plane.pixel_centre(plane.size[0] - 1, 0),
            column_step: plane.column_step * -1.0,
            ..plane
        };
        for interpolation in ALL {
            let straight = reslice(&volume, &plane, interpolation, BACKGROUND);
            let mut mirrored = reslice(&volume, &flipped, interpolation, BACKGROUND);
            mirrored.chunks_mut(plane.size[0]).for_each(<[f32]>::reverse);
            prop_assert_eq!(straight, mirrored);
        }
    }
}

fn unit_grid(size: [usize; 3]) -> Geometry {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    Geometry::new(size, Affine::from_steps(steps, PointLps([0.0; 3])))
        .expect("the steps span space")
}

fn along_x(x: f64, n_columns: usize, step: f64) -> SlicePlane {
    SlicePlane {
        origin: PointLps([x, 0.0, 0.0]),
        column_step: VectorLps([step, 0.0, 0.0]),
        row_step: VectorLps([0.0, 1.0, 0.0]),
        size: [n_columns, 1],
    }
}

#[test]
fn outside_shows_the_background_and_half_a_voxel_repeats() {
    let geometry = unit_grid([2, 1, 1]);
    let voxels = Voxels::U8(vec![10, 20]);
    let volume = Volume::new(geometry, voxels, Rescale::IDENTITY, None).unwrap();
    let pixels = reslice(
        &volume,
        &along_x(-0.75, 6, 0.5),
        Interpolation::Linear,
        -1.0,
    );
    assert_eq!(pixels, [-1.0, 10.0, 12.5, 17.5, 20.0, -1.0]);
}

#[test]
fn of_the_grids_two_edges_only_the_lower_one_is_inside() {
    let geometry = unit_grid([2, 1, 1]);
    let voxels = Voxels::U8(vec![10, 20]);
    let volume = Volume::new(geometry, voxels, Rescale::IDENTITY, None).unwrap();
    let linear = |plane| reslice(&volume, &plane, Interpolation::Linear, -1.0);
    assert_eq!(
        linear(along_x(-0.5, 5, 0.5)),
        [10.0, 10.0, 15.0, 20.0, -1.0]
    );
    assert_eq!(
        linear(along_x(1.5, 5, -0.5)),
        [-1.0, 20.0, 15.0, 10.0, 10.0]
    );
}

#[test]
fn stored_values_are_rounded_and_clamped_to_their_type() {
    let geometry = unit_grid([4, 1, 1]);
    let voxels = Voxels::U8(vec![0, 0, 255, 255]);
    let volume = Volume::new(geometry, voxels, Rescale::IDENTITY, None).unwrap();
    let halves = along_x(0.5, 3, 1.0);
    let linear = reslice_stored(&volume, &halves, Interpolation::Linear, 0.0);
    assert_eq!(linear, Voxels::U8(vec![0, 128, 255]));
    // Overshoots: -255/16 and 255 + 255/16.
    let cubic = reslice_stored(&volume, &halves, Interpolation::Cubic, 300.0);
    assert_eq!(cubic, Voxels::U8(vec![0, 128, 255]));
    let missed = reslice_stored(&volume, &along_x(50.0, 2, 1.0), Interpolation::Cubic, 300.0);
    assert_eq!(missed, Voxels::U8(vec![255, 255]));
}

#[test]
fn absurd_planes_show_the_background() {
    let volume = noise(&unit_grid([3, 3, 3]), 1);
    for (x, step) in [
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
        (1e300, -1e300),
        (-1e18, 1e18),
        (1e30, 0.0),
    ] {
        for interpolation in ALL {
            let pixels = reslice(&volume, &along_x(x, 4, step), interpolation, BACKGROUND);
            let expected_inside = usize::from((x, step) == (-1e18, 1e18));
            let n_inside = pixels.iter().filter(|&&pixel| pixel != BACKGROUND).count();
            assert_eq!(n_inside, expected_inside, "{x} {step}");
        }
    }
}

#[test]
fn a_plane_without_pixels_is_empty() {
    let volume = noise(&unit_grid([3, 3, 3]), 1);
    let plane = along_x(0.0, 0, 1.0);
    assert!(reslice(&volume, &plane, Interpolation::Linear, 0.0).is_empty());
    assert!(reslice_stored(&volume, &plane, Interpolation::Nearest, 0.0).is_empty());
}
