//! Slabs against closed forms and against the layers they are made of.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::reslice::{Interpolation, SlicePlane, reslice};
use annotomy_volume::slab::{Projection, Slab, project_slab};
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use proptest::prelude::*;

const BACKGROUND: f32 = -7777.0;

fn grid(size: [usize; 3], spacing_mm: [f64; 3]) -> Geometry {
    let [x, y, z] = spacing_mm;
    let steps = [[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, z]].map(VectorLps);
    Geometry::new(size, Affine::from_steps(steps, PointLps([0.0; 3])))
        .expect("the steps span space")
}

/// 3x2 voxels in a plane, `voxels` behind each other, 2 mm apart.
fn stack(voxels: &[f32], slope: f64) -> Volume {
    let geometry = grid([3, 2, voxels.len()], [1.0, 1.0, 2.0]);
    let all = voxels.iter().flat_map(|&v| [v; 6]).collect();
    let rescale = Rescale {
        slope,
        intercept: 0.0,
    };
    Volume::new(geometry, Voxels::F32(all), rescale, None).expect("the voxels fill the grid")
}

fn axial(z_mm: f64) -> SlicePlane {
    SlicePlane {
        origin: PointLps([0.0, 0.0, z_mm]),
        column_step: VectorLps([1.0, 0.0, 0.0]),
        row_step: VectorLps([0.0, 1.0, 0.0]),
        size: [3, 2],
    }
}

/// Every pixel of an axial slab around `z_mm`.
#[track_caller]
fn check(volume: &Volume, z_mm: f64, thickness_mm: f64, projection: Projection, expected: f32) {
    let slab = Slab {
        plane: axial(z_mm),
        thickness: Mm(thickness_mm),
    };
    for interpolation in [Interpolation::Nearest, Interpolation::Linear] {
        let pixels = project_slab(volume, &slab, interpolation, projection, BACKGROUND);
        assert_eq!(pixels, [expected; 6]);
    }
}

#[test]
fn voxels_whose_centre_is_in_the_slab_count() {
    let volume = stack(&[9.0, 1.0, 4.0, 2.0, 6.0, -3.0], 1.0);
    check(&volume, 6.0, 0.0, Projection::Max, 2.0);
    check(&volume, 6.0, 3.9, Projection::Max, 2.0);
    check(&volume, 6.0, 4.0, Projection::Max, 6.0);
    check(&volume, 6.0, 4.0, Projection::Min, 2.0);
    check(&volume, 6.0, 4.0, Projection::Mean, 4.0);
    check(&volume, 6.0, 8.0, Projection::Min, -3.0);
    check(&volume, 6.0, 12.0, Projection::Max, 9.0);
}

#[test]
fn layers_at_the_slabs_edge_count_whatever_the_rounding() {
    for spacing_mm in [0.1, 0.3, 0.7, 1.1, 2.3] {
        let geometry = grid([3, 2, 41], [1.0, 1.0, spacing_mm]);
        for each_side in 0..=20_u32 {
            let slab = Slab {
                plane: axial(20.0 * spacing_mm),
                thickness: Mm(f64::from(2 * each_side) * spacing_mm),
            };
            assert_eq!(slab.layers(&geometry).len() as u32, 2 * each_side + 1);
        }
    }
}

#[test]
fn only_layers_in_the_grid_count() {
    let volume = stack(&[9.0, 1.0, 4.0], 1.0);
    check(&volume, 4.0, 4.0, Projection::Mean, 2.5);
    check(&volume, 4.0, 1e9, Projection::Mean, 14.0 / 3.0);
    check(&volume, 100.0, 4.0, Projection::Max, BACKGROUND);
    check(&volume, 100.0, 1e300, Projection::Max, 9.0);
    check(&volume, 4.0, f64::NAN, Projection::Max, 4.0);
    check(&volume, 4.0, -5.0, Projection::Max, 4.0);
    check(&volume, f64::NAN, 5.0, Projection::Max, BACKGROUND);
}

#[test]
fn extremes_are_those_of_the_rescaled_values() {
    let volume = stack(&[9.0, 1.0, 4.0], -1.0);
    check(&volume, 2.0, 4.0, Projection::Max, -1.0);
    check(&volume, 2.0, 4.0, Projection::Min, -9.0);
}

#[test]
fn extremes_pass_over_values_that_are_no_numbers() {
    let volume = stack(&[f32::NAN, 1.0, f32::NAN], 1.0);
    check(&volume, 2.0, 4.0, Projection::Max, 1.0);
    check(&volume, 2.0, 4.0, Projection::Min, 1.0);
}

#[test]
fn a_plane_without_a_normal_shows_the_background() {
    let volume = stack(&[1.0], 1.0);
    let flat = SlicePlane {
        row_step: VectorLps([2.0, 0.0, 0.0]),
        ..axial(0.0)
    };
    let slab = Slab {
        plane: flat,
        thickness: Mm(5.0),
    };
    let pixels = project_slab(
        &volume,
        &slab,
        Interpolation::Linear,
        Projection::Max,
        BACKGROUND,
    );
    assert_eq!(pixels, [BACKGROUND; 6]);
}

proptest! {
    #[test]
    fn a_slab_is_the_projection_of_its_layers(
        spacing_mm in prop::array::uniform3(0.5..3.0),
        values in prop::collection::vec(any::<i16>(), 6 * 5 * 4),
        origin in prop::array::uniform3(-3.0..8.0),
        steps in prop::array::uniform2(prop::array::uniform3(-1.5..1.5)),
        thickness_mm in 0.0..12.0,
    ) {
        let geometry = grid([6, 5, 4], spacing_mm);
        let volume = Volume::new(geometry, Voxels::I16(values), Rescale::IDENTITY, None).unwrap();
        let [column_step, row_step] = steps.map(VectorLps);
        let plane = SlicePlane { origin: PointLps(origin), column_step, row_step, size: [5, 4] };
        let slab = Slab { plane, thickness: Mm(thickness_mm) };
        let layers: Vec<Vec<f32>> = slab
            .layers(volume.geometry())
            .into_iter()
            .map(|by| reslice(&volume, &plane.moved(by), Interpolation::Linear, f32::NAN))
            .collect();
        for projection in [Projection::Max, Projection::Min, Projection::Mean] {
            let pixels = project_slab(&volume, &slab, Interpolation::Linear, projection, BACKGROUND);
            for (n, pixel) in pixels.into_iter().enumerate() {
                let met: Vec<f32> = layers.iter().map(|layer| layer[n]).filter(|v| !v.is_nan()).collect();
                let expected = match projection {
                    _ if met.is_empty() => BACKGROUND,
                    Projection::Max => met.iter().copied().fold(f32::MIN, f32::max),
                    Projection::Min => met.iter().copied().fold(f32::MAX, f32::min),
                    Projection::Mean => met.iter().sum::<f32>() / met.len() as f32,
                };
                prop_assert!((pixel - expected).abs() < 0.05, "{} {}", pixel, expected);
            }
        }
    }

    #[test]
    fn layers_stay_in_the_slab_and_miss_no_voxel(
        spacing_mm in prop::array::uniform3(0.5..3.0),
        steps in prop::array::uniform2(prop::array::uniform3(-1.5..1.5)),
        thickness_mm in 0.0..12.0,
    ) {
        let geometry = grid([30, 30, 30], spacing_mm);
        let middle = spacing_mm.map(|mm| 15.0 * mm);
        let [column_step, row_step] = steps.map(VectorLps);
        let plane = SlicePlane { origin: PointLps(middle), column_step, row_step, size: [1, 1] };
        prop_assume!(plane.normal().is_some());
        let layers = Slab { plane, thickness: Mm(thickness_mm) }.layers(&geometry);
        prop_assert!(layers.iter().all(|by| by.norm() <= thickness_mm / 2.0 + 1e-5));
        let apart = |pair: &[VectorLps]| {
            let [i, j, k] = geometry.index_step(pair[1] - pair[0]);
            (i * i + j * j + k * k).sqrt()
        };
        prop_assert!(layers.windows(2).all(|pair| (apart(pair) - 1.0).abs() < 1e-9));
    }
}
