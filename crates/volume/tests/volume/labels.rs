//! Label maps, their changes and the brush, against brute force over all voxels.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_volume::brush::{BrushShape, BrushStroke, Rim, Sheet, paint};
use annotomy_volume::delta::{DeltaDecodeError, LabelDelta};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{BRICK_VOXELS, Brick, BrickIndex, DeltaMismatch, LabelMap};
use annotomy_volume::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use proptest::prelude::*;

const SIZE: [usize; 3] = [70, 41, 35];

/// Oblique, sheared and anisotropic: nothing lines up by accident.
fn oblique() -> Geometry {
    let steps = [
        VectorLps([0.70, 0.10, 0.05]),
        VectorLps([-0.08, 0.95, 0.20]),
        VectorLps([0.10, -0.45, 2.10]),
    ];
    Geometry::new(
        SIZE,
        Affine::from_steps(steps, PointLps([-30.0, 12.0, 7.5])),
    )
    .unwrap()
}

fn voxels() -> impl Iterator<Item = VoxelIndex> {
    let [ni, nj, nk] = SIZE;
    (0..nk)
        .flat_map(move |k| (0..nj).flat_map(move |j| (0..ni).map(move |i| VoxelIndex([i, j, k]))))
}

fn distance_to_segment(p: PointLps, a: PointLps, b: PointLps) -> f64 {
    let (ab, ap) = (b - a, p - a);
    let length2 = ab.dot(ab);
    let t = if length2 > 0.0 {
        (ap.dot(ab) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (p - (a + ab * t)).norm()
}

/// Distance of a voxel's centre to the path; the definition the brush has to meet.
fn distance(geometry: &Geometry, stroke: &BrushStroke, voxel: VoxelIndex) -> f64 {
    let p = geometry.lps_at(ContinuousIndex(voxel.0.map(|n| n as f64)));
    let project = |q: &PointLps| match stroke.shape {
        // Discs in planes of no grid have tests of their own.
        BrushShape::Sphere | BrushShape::Flat(Sheet::Cut(_), _) => *q,
        BrushShape::Flat(Sheet::Slice { axis, index }, _) => {
            let mut at = geometry.index_at(*q);
            at.0[axis.position()] = index as f64;
            geometry.lps_at(at)
        }
    };
    let path: Vec<_> = stroke.path.iter().map(project).collect();
    let first = distance_to_segment(p, path[0], path[0]);
    path.windows(2)
        .map(|w| distance_to_segment(p, w[0], w[1]))
        .fold(first, f64::min)
}

fn is_in_slice(shape: BrushShape, voxel: VoxelIndex) -> bool {
    match shape {
        BrushShape::Sphere | BrushShape::Flat(Sheet::Cut(_), _) => true,
        BrushShape::Flat(Sheet::Slice { axis, index }, _) => voxel.0[axis.position()] == index,
    }
}

fn strokes() -> impl Strategy<Value = BrushStroke> {
    let point = (-5.0..75.0, -5.0..45.0, -4.0..38.0)
        .prop_map(|(i, j, k)| oblique().lps_at(ContinuousIndex([i, j, k])));
    let shape = prop_oneof![
        Just(BrushShape::Sphere),
        (0_usize..3, 0.0..1.0).prop_map(|(a, at): (usize, f64)| {
            let (axis, index) = (Axis::ALL[a], (at * SIZE[a] as f64) as usize);
            BrushShape::Flat(Sheet::Slice { axis, index }, Rim::Round)
        }),
    ];
    (prop::collection::vec(point, 1..5), 0.2..9.0, shape).prop_map(|(path, radius, shape)| {
        BrushStroke {
            path,
            radius: Mm(radius),
            shape,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn brush_covers_exactly_the_centres_within_its_radius(stroke in strokes()) {
        let geometry = oblique();
        let mut labels = LabelMap::empty(SIZE);
        labels.apply(&paint(&labels, &geometry, &stroke, |_, _| 3)).unwrap();
        for voxel in voxels() {
            let off = distance(&geometry, &stroke, voxel) - stroke.radius.0;
            if off.abs() > 2e-6 {
                let expected = is_in_slice(stroke.shape, voxel) && off < 0.0;
                prop_assert_eq!(labels.label(voxel) == 3, expected, "{:?} off {}", voxel, off);
            }
        }
    }

    #[test]
    fn any_sequence_of_strokes_is_undone_exactly(
        strokes in prop::collection::vec((strokes(), 0_u16..4), 1..6),
    ) {
        let geometry = oblique();
        let mut labels = LabelMap::empty(SIZE);
        let mut states = vec![labels.clone()];
        let mut deltas = Vec::new();
        for (stroke, to) in &strokes {
            // Label 2 is locked.
            let delta = paint(&labels, &geometry, stroke, |_, from| if from == 2 { from } else { *to });
            labels.apply(&delta).unwrap();
            prop_assert_eq!(delta.n_voxels(), voxels().filter(|&v| labels.label(v) != states[states.len() - 1].label(v)).count());
            states.push(labels.clone());
            deltas.push(delta);
        }
        for pair in states.windows(2) {
            let [one, other] = [&pair[0], &pair[1]];
            prop_assert!(one.unshared(one).is_empty());
            let places = one.unshared(other);
            let differing = voxels().filter(|&v| one.label(v) != other.label(v));
            prop_assert!(differing.map(BrickIndex::of).all(|place| places.contains(&place)));
            let theirs = places.iter().map(|&place| (place, other.brick(place).cloned()));
            prop_assert_eq!(&one.with_bricks(theirs).unwrap(), other);
        }
        for (delta, before) in deltas.iter().zip(&states).rev() {
            labels.apply(&delta.inverse()).unwrap();
            prop_assert_eq!(&labels, before);
        }
        prop_assert_eq!(labels.bricks().len(), 0);
    }

    #[test]
    fn delta_bytes_round_trip_and_region_is_tight(stroke in strokes()) {
        let labels = LabelMap::empty(SIZE);
        let delta = paint(&labels, &oblique(), &stroke, |_, _| 300);
        prop_assert_eq!(&LabelDelta::decode(&delta.encode()).unwrap(), &delta);
        let mut painted = labels;
        painted.apply(&delta).unwrap();
        let touched: Vec<_> = voxels().filter(|&v| painted.label(v) != 0).map(|v| v.0).collect();
        let expected = touched.iter().copied().reduce(|a, b| std::array::from_fn(|n| a[n].min(b[n])));
        // A run of several rows counts as whole rows: the box may be larger, never smaller.
        if let (Some(region), Some(min)) = (delta.region(), expected) {
            for v in &touched {
                prop_assert!((0..3).all(|n| region.min[n] <= v[n] && v[n] <= region.max[n]));
            }
            prop_assert!(region.min[2] == min[2]);
        } else {
            prop_assert!(touched.is_empty() && delta.is_empty());
        }
    }

    #[test]
    fn arbitrary_bytes_never_decode_to_something_else(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(delta) = LabelDelta::decode(&bytes) {
            prop_assert_eq!(delta.encode(), bytes);
        }
    }
}

#[test]
fn slices_of_all_axes_show_the_labels() {
    let geometry = oblique();
    let centre = geometry.lps_at(ContinuousIndex([35.0, 20.0, 17.0]));
    let stroke = BrushStroke {
        path: vec![centre],
        radius: Mm(11.0),
        shape: BrushShape::Sphere,
    };
    let mut labels = LabelMap::empty(SIZE);
    labels
        .apply(&paint(&labels, &geometry, &stroke, |_, _| 9))
        .unwrap();
    for axis in Axis::ALL {
        let [column, row] = axis.in_plane().map(Axis::position);
        for index in 0..SIZE[axis.position()] {
            let slice = labels.slice(axis, index);
            for (n, &label) in slice.iter().enumerate() {
                let mut voxel = [0; 3];
                voxel[axis.position()] = index;
                voxel[column] = n % SIZE[column];
                voxel[row] = n / SIZE[column];
                assert_eq!(label, labels.label(VoxelIndex(voxel)));
            }
        }
    }
    let dense = labels.to_dense();
    assert!(voxels().all(|v| dense[[v.0[2], v.0[1], v.0[0]]] == labels.label(v)));
    assert!(dense.is_standard_layout());
}

#[test]
fn labelled_voxels_are_those_of_the_grid() {
    // The last brick along each axis reaches beyond the grid, and is full.
    let full = || Brick::new(&[3; BRICK_VOXELS]).unwrap();
    let bricks = [[0, 0, 0], [2, 1, 1]].map(|at| (BrickIndex(at), full()));
    let map = LabelMap::from_bricks(SIZE, bricks).unwrap();
    let mut found: Vec<_> = map.labelled().map(|(VoxelIndex(at), n)| (at, n)).collect();
    let dense = map.to_dense();
    let mut expected: Vec<_> = dense
        .indexed_iter()
        .filter(|(_, label)| **label != 0)
        .map(|((k, j, i), label)| ([i, j, k], *label))
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn rim_of_a_brush_on_a_millimetre_grid_is_covered() {
    let unit = [
        VectorLps([1.0, 0.0, 0.0]),
        VectorLps([0.0, 1.0, 0.0]),
        VectorLps([0.0, 0.0, 1.0]),
    ];
    let geometry = Geometry::new([16; 3], Affine::from_steps(unit, PointLps([0.0; 3]))).unwrap();
    let stroke = BrushStroke {
        path: vec![PointLps([8.0; 3])],
        radius: Mm(5.0),
        shape: BrushShape::Flat(
            Sheet::Slice {
                axis: Axis::K,
                index: 8,
            },
            Rim::Round,
        ),
    };
    // Gauss's circle problem: 81 lattice points within distance 5.
    assert_eq!(
        paint(&LabelMap::empty([16; 3]), &geometry, &stroke, |_, _| 1).n_voxels(),
        81
    );
}

#[test]
fn a_change_that_does_not_fit_changes_nothing() {
    let geometry = oblique();
    let at = geometry.lps_at(ContinuousIndex([31.0, 20.0, 17.0]));
    let stroke = BrushStroke {
        path: vec![at],
        radius: Mm(3.0),
        shape: BrushShape::Sphere,
    };
    let mut labels = LabelMap::empty(SIZE);
    let delta = paint(&labels, &geometry, &stroke, |_, _| 1);
    labels.apply(&delta).unwrap();
    let before = labels.clone();
    assert!(matches!(
        labels.apply(&delta),
        Err(DeltaMismatch::Label {
            expected: 0,
            found: 1,
            ..
        })
    ));
    assert_eq!(labels, before);
}

#[test]
fn refuses_changes_and_bricks_outside_the_grid() {
    let mut labels = LabelMap::empty([10, 10, 10]);
    // Brick (0,0,0): gap 31, one voxel, 0 -> 1: column 31 of a 10 voxel row.
    let delta = LabelDelta::decode(&[0, 0, 0, 1, 31, 1, 0, 1]).unwrap();
    assert_eq!(
        labels.apply(&delta),
        Err(DeltaMismatch::Outside(BrickIndex([0, 0, 0])))
    );
    let brick = Brick::new(&[1; BRICK_VOXELS]).unwrap();
    assert!(LabelMap::from_bricks([10; 3], [(BrickIndex([1, 0, 0]), brick.clone())]).is_none());
    let outside = [(BrickIndex([1, 0, 0]), Some(brick.into()))];
    assert!(labels.with_bricks(outside).is_none());
}

#[test]
fn rejects_bytes_that_are_no_delta() {
    let check = |bytes: &[u8], expected| assert_eq!(LabelDelta::decode(bytes), Err(expected));
    check(&[0, 0], DeltaDecodeError::Truncated);
    check(&[0, 0, 0, 0], DeltaDecodeError::Malformed);
    check(&[0, 0, 0, 1, 0, 1, 5, 5], DeltaDecodeError::Malformed);
    check(&[0, 0, 0, 1, 0, 0, 0, 1], DeltaDecodeError::Malformed);
    check(
        &[0, 0, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1],
        DeltaDecodeError::Malformed,
    );
}

#[test]
fn roots_tell_states_apart() {
    let geometry = oblique();
    let mut labels = LabelMap::empty(SIZE);
    let empty = labels.root();
    let stroke = BrushStroke {
        path: vec![geometry.lps_at(ContinuousIndex([35.0, 20.0, 17.0]))],
        radius: Mm(2.0),
        shape: BrushShape::Sphere,
    };
    let delta = paint(&labels, &geometry, &stroke, |_, _| 1);
    labels.apply(&delta).unwrap();
    assert_ne!(labels.root(), empty);
    labels.apply(&delta.inverse()).unwrap();
    assert_eq!(labels.root(), empty);
}
