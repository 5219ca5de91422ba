//! Brushes and labels in planes that are none of the grid's, against closed forms.

use annotomy_volume::brush::{BrushShape, BrushStroke, Rim, Sheet, paint};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::label_plane::labels_in_plane;
use annotomy_volume::labels::LabelMap;
use annotomy_volume::reslice::SlicePlane;
use annotomy_volume::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use proptest::prelude::*;

/// Nearer to an edge, rounding may decide either way, mm or voxels.
const UNDECIDED: f64 = 1e-5;

fn vectors(reach: f64) -> impl Strategy<Value = [f64; 3]> {
    prop::array::uniform3(-reach..reach)
}

/// Anisotropic, turned and sheared.
fn grids() -> impl Strategy<Value = Geometry> {
    let spacing = prop::array::uniform3(0.5..3.0);
    (vectors(0.4), spacing).prop_map(|([a, b, c], [x, y, z])| {
        let steps = [
            VectorLps([x, x * a, x * b]),
            VectorLps([-y * a, y, y * c]),
            VectorLps([-z * b, -z * c * 0.5, z]),
        ];
        let affine = Affine::from_steps(steps, PointLps([3.0, -4.0, 5.0]));
        Geometry::new([40, 12, 9], affine).expect("the steps span space")
    })
}

fn normals() -> impl Strategy<Value = VectorLps> {
    let long_enough = |v: &[f64; 3]| VectorLps(*v).norm() > 0.2;
    vectors(1.0)
        .prop_filter("a direction", long_enough)
        .prop_map(VectorLps)
}

fn voxels(geometry: &Geometry) -> impl Iterator<Item = [usize; 3]> + use<> {
    let [ni, nj, nk] = geometry.size();
    (0..nk).flat_map(move |k| (0..nj).flat_map(move |j| (0..ni).map(move |i| [i, j, k])))
}

fn at(geometry: &Geometry, index: [f64; 3]) -> PointLps {
    geometry.lps_at(ContinuousIndex(index))
}

/// Of a point from a piece of the path, both without their parts along the normal.
fn distance_in_plane(point: PointLps, [a, b]: [PointLps; 2], unit: VectorLps) -> f64 {
    let flat = |v: VectorLps| v - unit * v.dot(unit);
    let (along, offset) = (flat(b - a), flat(point - a));
    let length2 = along.dot(along);
    let t = match length2 > 0.0 {
        true => (offset.dot(along) / length2).clamp(0.0, 1.0),
        false => 0.0,
    };
    (offset - along * t).norm()
}

/// The longer of a point's two coordinates along the sides of a square that goes from `a` to `b`, where
/// it is least: convex along the way, so that halving finds it.
fn distance_to_squares(point: PointLps, [a, b]: [PointLps; 2], sides: [VectorLps; 2]) -> f64 {
    let longer = |t: f64| {
        let offset = point - (a + (b - a) * t);
        sides
            .map(|side| offset.dot(side).abs())
            .into_iter()
            .fold(0.0, f64::max)
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let (one, other) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if longer(one) < longer(other) {
            high = other
        } else {
            low = one
        }
    }
    longer(low)
}

proptest! {
    #[test]
    fn a_square_covers_what_lies_in_it_on_its_way(
        geometry in grids(),
        normal in normals(),
        along in normals(),
        corners in prop::collection::vec((-2.0..42.0, -2.0..14.0, -1.0..10.0), 1..4),
        radius in 0.5..8.0,
        slice in prop::option::of((0_usize..3, 0.0..1.0)),
    ) {
        let corner = |&(i, j, k): &(f64, f64, f64)| at(&geometry, [i, j, k]);
        let mut path: Vec<PointLps> = corners.iter().map(corner).collect();
        let sheet = match slice {
            None => Sheet::Cut(CutPlane::new(path[0], normal).expect("a plane")),
            Some((axis, place)) => Sheet::Slice {
                axis: Axis::ALL[axis],
                index: (place * geometry.size()[axis] as f64) as usize,
            },
        };
        let unit = match sheet {
            Sheet::Cut(_) => normal * (1.0 / normal.norm()),
            Sheet::Slice { axis, .. } => {
                let [first, second] = [1, 2].map(|n| geometry.step(Axis::ALL[(axis.position() + n) % 3]));
                first.cross(second).normalized().expect("a direction")
            }
        };
        let right = along - unit * along.dot(unit);
        prop_assume!(right.norm() > 0.05);
        let right = right * (1.0 / right.norm());
        let shape = BrushShape::Flat(sheet, Rim::Square(along));
        let stroke = BrushStroke { path: path.clone(), radius: Mm(radius), shape };
        let mut painted = LabelMap::empty(geometry.size());
        painted.apply(&paint(&painted, &geometry, &stroke, |_, _| 1)).expect("it fits");

        if let Sheet::Slice { axis, index } = sheet {
            // A slice is reached along the steps of the grid, not straight across it.
            for point in &mut path {
                let mut index_of = geometry.index_at(*point);
                index_of.0[axis.position()] = index as f64;
                *point = geometry.lps_at(index_of);
            }
        }
        let half: f64 = Axis::ALL.map(|axis| geometry.step(axis).dot(unit).abs() / 2.0).iter().sum();
        for index in voxels(&geometry) {
            let point = at(&geometry, index.map(|n| n as f64));
            let pieces = path.windows(2).map(|ends| [ends[0], ends[1]]);
            let distance = pieces
                .chain([[path[0]; 2]])
                .map(|ends| distance_to_squares(point, ends, [right, unit.cross(right)]))
                .fold(f64::INFINITY, f64::min);
            let height = (point - path[0]).dot(unit).abs();
            let (is_near, is_sure) = match sheet {
                Sheet::Cut(_) => (height < half, (height - half).abs() > UNDECIDED),
                Sheet::Slice { axis, index: own } => (index[axis.position()] == own, true),
            };
            if is_sure && (distance - radius).abs() > UNDECIDED {
                let is_hit = is_near && distance < radius;
                prop_assert_eq!(painted.label(VoxelIndex(index)) == 1, is_hit, "{:?}", index);
            }
        }
    }

    #[test]
    fn a_disc_covers_the_voxels_that_its_plane_cuts_within_the_radius(
        geometry in grids(),
        normal in normals(),
        corners in prop::collection::vec((-2.0..42.0, -2.0..14.0, -1.0..10.0), 1..4),
        radius in 0.5..8.0,
    ) {
        let corner = |&(i, j, k): &(f64, f64, f64)| at(&geometry, [i, j, k]);
        let path: Vec<PointLps> = corners.iter().map(corner).collect();
        let plane = CutPlane::new(path[0], normal).expect("a plane");
        let stroke = BrushStroke { path, radius: Mm(radius), shape: BrushShape::Flat(Sheet::Cut(plane), Rim::Round) };
        let mut painted = LabelMap::empty(geometry.size());
        painted.apply(&paint(&painted, &geometry, &stroke, |_, _| 1)).expect("it fits");

        let unit = normal * (1.0 / normal.norm());
        let half: f64 = Axis::ALL.map(|axis| geometry.step(axis).dot(unit).abs() / 2.0).iter().sum();
        for index in voxels(&geometry) {
            let point = at(&geometry, index.map(|n| n as f64));
            let height = (point - stroke.path[0]).dot(unit).abs();
            let pieces = stroke.path.windows(2).map(|ends| [ends[0], ends[1]]);
            let single = [stroke.path[0]; 2];
            let distance = pieces
                .chain([single])
                .map(|ends| distance_in_plane(point, ends, unit))
                .fold(f64::INFINITY, f64::min);
            if (height - half).abs() > UNDECIDED && (distance - radius).abs() > UNDECIDED {
                let is_hit = height < half && distance < radius;
                prop_assert_eq!(painted.label(VoxelIndex(index)) == 1, is_hit, "{:?}", index);
            }
        }
    }

    #[test]
    fn a_plane_shows_the_labels_of_the_nearest_voxels(
        geometry in grids(),
        start in (-3.0..43.0, -3.0..15.0, -3.0..12.0),
        column_step in normals(),
        row_step in normals(),
    ) {
        let n = geometry.n_voxels();
        let [ni, nj, _] = geometry.size();
        let label = |[i, j, k]: [usize; 3]| ((k * nj + j) * ni + i) as u16 % 997;
        let every: Vec<u16> = voxels(&geometry).map(label).collect();
        let labels = LabelMap::from_dense(geometry.size(), &every).expect("labels fill the grid");
        prop_assert_eq!(every.len(), n);
        let plane = SlicePlane {
            origin: at(&geometry, [start.0, start.1, start.2]),
            column_step: column_step * 0.7,
            row_step: row_step * 1.1,
            size: [37, 23],
        };
        let found = labels_in_plane(&labels, &geometry, &plane);
        for (pixel, found) in found.into_iter().enumerate() {
            let point = plane.pixel_centre(pixel % 37, pixel / 37);
            let index = geometry.index_at(point).0;
            if index.iter().any(|x| (x - x.floor() - 0.5).abs() < UNDECIDED) {
                continue;
            }
            let nearest = index.map(f64::round);
            let is_inside = (0..3).all(|n| nearest[n] >= 0.0 && nearest[n] < geometry.size()[n] as f64);
            let expected = if is_inside { label(nearest.map(|x| x as usize)) } else { 0 };
            prop_assert_eq!(found, expected, "pixel {}", pixel);
        }
    }
}

#[test]
fn a_plane_along_the_faces_of_voxels_cuts_those_on_both_sides() {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 2.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new([5, 5, 5], affine).expect("a grid");
    let point = PointLps([2.0, 2.0, 5.0]);
    let plane = CutPlane::new(point, VectorLps([0.0, 0.0, 4.0])).expect("a plane");
    let stroke = BrushStroke {
        path: vec![point],
        radius: Mm(1.0),
        shape: BrushShape::Flat(Sheet::Cut(plane), Rim::Round),
    };
    let mut painted = LabelMap::empty(geometry.size());
    let delta = paint(&painted, &geometry, &stroke, |_, _| 1);
    painted.apply(&delta).expect("it fits");
    let found: Vec<[usize; 3]> = voxels(&geometry)
        .filter(|&index| painted.label(VoxelIndex(index)) == 1)
        .collect();
    let cross = [[2, 1], [1, 2], [2, 2], [3, 2], [2, 3]];
    let expected: Vec<[usize; 3]> = [2, 3]
        .into_iter()
        .flat_map(|k| cross.map(|[i, j]| [i, j, k]))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_no_plane_is_refused() {
    let (point, normal) = (PointLps([0.0; 3]), VectorLps([0.0, 0.0, 1.0]));
    assert!(CutPlane::new(point, normal).is_some());
    assert!(CutPlane::new(point, VectorLps([0.0; 3])).is_none());
    assert!(CutPlane::new(point, VectorLps([f64::NAN, 0.0, 1.0])).is_none());
    assert!(CutPlane::new(PointLps([f64::INFINITY, 0.0, 0.0]), normal).is_none());
}
