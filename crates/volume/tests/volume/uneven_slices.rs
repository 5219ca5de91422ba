//! Slices that lie where they were acquired and not on one line in even steps.

use annotomy_volume::brush::{BrushShape, BrushStroke, Rim, Sheet, paint};
use annotomy_volume::crop::cropped_geometry;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Geometry, GeometryError};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::regrid::regrid;
use annotomy_volume::reslice::Interpolation;
use annotomy_volume::reslice::SlicePlane;
use annotomy_volume::slab::{Projection, Slab, project_slab};
use annotomy_volume::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::statistics::label_statistics;
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use proptest::prelude::*;

/// Depths of slices with a gap, in mm.
const DEPTHS: [f64; 5] = [0.0, 2.0, 3.0, 9.0, 10.0];
const SIZE: [usize; 2] = [12, 10];

fn steps() -> [VectorLps; 2] {
    [VectorLps([1.5, 0.0, 0.0]), VectorLps([0.0, 0.8, 0.0])]
}

/// Slices at [`DEPTHS`], shifted sideways by as many mm along x as `shift` has for each.
fn grid(shift: [f64; 5]) -> Geometry {
    let origins = std::array::from_fn::<_, 5, _>(|k| PointLps([shift[k], -4.0, DEPTHS[k]]));
    Geometry::from_slices(SIZE, steps(), &origins).expect("the slices follow each other")
}

fn voxels(geometry: &Geometry) -> Vec<[usize; 3]> {
    let [ni, nj, nk] = geometry.size();
    let rows = (0..nk).flat_map(|k| (0..nj).map(move |j| [j, k]));
    rows.flat_map(|[j, k]| (0..ni).map(move |i| [i, j, k]))
        .collect()
}

fn centre(geometry: &Geometry, index: [usize; 3]) -> PointLps {
    geometry.lps_at(ContinuousIndex(index.map(|n| n as f64)))
}

#[test]
fn voxels_lie_on_their_slices_and_points_between_them_in_proportion() {
    let geometry = grid([0.0, 1.0, 0.0, -2.0, 0.0]);
    assert!(!geometry.is_straight());
    assert_eq!(centre(&geometry, [2, 5, 3]).0, [1.0, 0.0, 9.0]);
    let middle = geometry.index_at(PointLps([2.0, 0.0, 6.0])).0;
    // Half way between slices 2 and 3, whose first voxels are at x = 0 and -2.
    for (found, expected) in middle.into_iter().zip([2.0, 5.0, 2.5]) {
        assert!((found - expected).abs() < 1e-12, "{middle:?}");
    }
    for index in voxels(&geometry) {
        let found = geometry.index_at(centre(&geometry, index));
        assert_eq!(geometry.nearest_voxel(found), Some(VoxelIndex(index)));
    }
}

#[test]
fn even_slices_are_a_straight_grid() {
    let origins = [0.0, 2.5, 5.0].map(|z| PointLps([3.0, 4.0, z]));
    let geometry = Geometry::from_slices(SIZE, steps(), &origins).unwrap();
    assert!(geometry.is_straight());
    assert_eq!(geometry.spacing_mm(), [1.5, 0.8, 2.5]);
}

#[test]
fn slices_out_of_order_or_at_one_place_are_refused() {
    let at = |depths: [f64; 3]| {
        let origins = depths.map(|z| PointLps([0.0, 0.0, z]));
        Geometry::from_slices(SIZE, steps(), &origins).map(|_| ())
    };
    assert_eq!(at([0.0, 5.0, 4.0]), Err(GeometryError::Unordered(2)));
    assert_eq!(at([0.0, 0.0, 4.0]), Err(GeometryError::Unordered(1)));
    assert_eq!(at([0.0, f64::NAN, 4.0]), Err(GeometryError::NotFinite));
    assert_eq!(at([9.0, 5.0, 4.0]), Ok(()), "either direction is one");
}

#[test]
fn a_slice_reaches_half_way_to_its_neighbours() {
    let geometry = grid([0.0; 5]);
    let voxels: Vec<u16> = voxels(&geometry)
        .into_iter()
        .map(|[_, _, k]| k as u16 + 1)
        .collect();
    let size = geometry.size();
    let labels = LabelMap::from_dense(size, &voxels).unwrap();
    let image = Volume::new(
        geometry.clone(),
        Voxels::U8(vec![7; voxels.len()]),
        Rescale::IDENTITY,
        None,
    );
    let found = label_statistics(&image.unwrap(), &labels);
    // Thickness of each slice, mm: 2, (2 + 1) / 2, (1 + 6) / 2, (6 + 1) / 2, 1.
    for (label, thickness) in [2.0, 1.5, 3.5, 3.5, 1.0].into_iter().enumerate() {
        let expected = 120.0 * 1.5 * 0.8 * thickness;
        let volume = found[&(label as u16 + 1)].volume_mm3(&geometry);
        assert!(
            (volume - expected).abs() < 1e-9,
            "{volume} is not {expected}"
        );
    }
}

#[test]
fn labels_come_from_a_grid_with_the_same_slices_only() {
    let uneven = grid([0.0; 5]);
    let labels: Vec<u16> = (0..uneven.n_voxels() as u16).collect();
    let same = regrid(&uneven, &labels, &uneven).expect("the same grid");
    assert_eq!(same.labels, labels);
    assert_eq!(regrid(&uneven.straightened(), &labels, &uneven), None);
    assert_eq!(regrid(&uneven, &labels, &uneven.straightened()), None);
}

#[test]
fn a_slab_meets_a_slice_between_even_steps() {
    let geometry = grid([0.0; 5]);
    let bright = |[_, _, k]: [usize; 3]| if k == 2 { 100 } else { 0 };
    let voxels = Voxels::I16(voxels(&geometry).into_iter().map(bright).collect());
    let volume = Volume::new(geometry.clone(), voxels, Rescale::IDENTITY, None).unwrap();
    let slab = Slab {
        plane: SlicePlane {
            origin: PointLps([0.0, -4.0, 5.0]),
            column_step: steps()[0],
            row_step: steps()[1],
            size: SIZE,
        },
        thickness: Mm(4.0),
    };
    let pixels = project_slab(&volume, &slab, Interpolation::Linear, Projection::Max, -1.0);
    assert!(
        pixels.iter().all(|&pixel| pixel == 100.0),
        "slice 2 is at its edge"
    );
}

proptest! {
    #[test]
    fn a_brush_covers_the_voxels_within_its_radius(
        shift in prop::array::uniform5(-3.0..3.0_f64),
        path in prop::collection::vec(
            (-6.0..20.0, -8.0..8.0, -3.0..13.0).prop_map(|(x, y, z)| PointLps([x, y, z])),
            1..4,
        ),
        radius in 0.5..6.0,
        slice in 0_usize..5,
        is_ball: bool,
    ) {
        let geometry = grid(shift);
        let disc = BrushShape::Flat(Sheet::Slice { axis: Axis::K, index: slice }, Rim::Round);
        let shape = if is_ball { BrushShape::Sphere } else { disc };
        let stroke = BrushStroke { path, radius: Mm(radius), shape };
        let mut painted = LabelMap::empty(geometry.size());
        painted.apply(&paint(&painted, &geometry, &stroke, |_, _| 1)).unwrap();
        for index in voxels(&geometry) {
            let distance = distance_to_path(&geometry, &stroke, centre(&geometry, index));
            let is_hit = distance <= radius && (is_ball || index[2] == slice);
            if (distance - radius).abs() > 1e-5 {
                prop_assert_eq!(painted.label(VoxelIndex(index)) == 1, is_hit, "{:?}", index);
            }
        }
    }
}

/// To the path, or to its projection onto the disc's slice along the way slices take.
fn distance_to_path(geometry: &Geometry, stroke: &BrushStroke, point: PointLps) -> f64 {
    let on_slice = |at: &PointLps| match stroke.shape {
        BrushShape::Sphere => *at,
        BrushShape::Flat(Sheet::Cut(plane), _) => plane.foot(*at),
        BrushShape::Flat(Sheet::Slice { index, .. }, _) => {
            let [i, j, _] = geometry.index_at(*at).0;
            geometry.lps_at(ContinuousIndex([i, j, index as f64]))
        }
    };
    let path: Vec<PointLps> = stroke.path.iter().map(on_slice).collect();
    let to_piece = |a: PointLps, b: PointLps| {
        let along = b - a;
        let length2 = along.dot(along);
        let t = if length2 > 0.0 {
            (point - a).dot(along) / length2
        } else {
            0.0
        };
        (point - (a + along * t.clamp(0.0, 1.0))).norm()
    };
    let pieces = path.windows(2).map(|ends| to_piece(ends[0], ends[1]));
    pieces.fold(to_piece(path[0], path[0]), f64::min)
}

#[test]
fn a_cropped_grid_keeps_every_voxel_where_it_was() {
    let whole = grid([0.0, 1.0, 0.0, -2.0, 0.0]);
    for (min, max) in [
        ([2, 3, 1], [7, 8, 3]),
        ([0, 0, 0], [3, 3, 1]),
        ([4, 4, 3], [99, 99, 99]),
    ] {
        let cropped = cropped_geometry(&whole, VoxelBox { min, max }).unwrap();
        let end: [usize; 3] = std::array::from_fn(|n| (max[n] + 1).min(whole.size()[n]));
        assert_eq!(cropped.size(), std::array::from_fn(|n| end[n] - min[n]));
        for index in voxels(&cropped) {
            let there = std::array::from_fn(|n| index[n] + min[n]);
            let off = centre(&cropped, index) - centre(&whole, there);
            assert!(off.norm() < 1e-9, "{index:?}");
        }
    }
    let single = VoxelBox {
        min: [1, 1, 2],
        max: [1, 1, 2],
    };
    let single = cropped_geometry(&whole, single).unwrap();
    assert_eq!(single.origin(), centre(&whole, [1, 1, 2]));
    // As thick as slices are on average.
    assert_eq!(single.spacing_mm()[2], 2.5);
}
