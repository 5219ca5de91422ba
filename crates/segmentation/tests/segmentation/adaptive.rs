//! The adaptive brush on phantoms: it fills its side of an edge, in noise too, and what a stroke takes
//! is what its pieces take.

use annotomy_segmentation::{Adaptive, adaptive_stroke};
use annotomy_volume::brush::{BrushShape, BrushStroke, Rim, Sheet, paint};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Padding, Rescale, Volume, Voxels};
use proptest::prelude::*;
use std::collections::BTreeSet;

const SIZE: [usize; 3] = [48, 40, 6];
const RULE: Adaptive = Adaptive { tolerance: 3.0 };

fn geometry() -> Geometry {
    let steps = [[0.8, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 2.5]].map(VectorLps);
    Geometry::new(SIZE, Affine::from_steps(steps, PointLps([-7.0, 3.0, 11.0]))).expect("a grid")
}

fn centre(VoxelIndex(at): VoxelIndex) -> PointLps {
    geometry().lps_at(ContinuousIndex(at.map(|n| n as f64)))
}

fn all() -> impl Iterator<Item = VoxelIndex> {
    let [n_i, n_j, n_k] = SIZE;
    (0..n_k)
        .flat_map(move |k| (0..n_j).flat_map(move |j| (0..n_i).map(move |i| VoxelIndex([i, j, k]))))
}

fn volume(value: impl Fn(VoxelIndex) -> f32) -> Volume {
    let voxels = Voxels::F32(all().map(value).collect());
    Volume::new(geometry(), voxels, Rescale::IDENTITY, None).expect("the voxels fill the grid")
}

/// Whether a voxel lies on the bright side of a plane that leans to all axes.
fn is_bright(at: VoxelIndex) -> bool {
    let [x, y, z] = centre(at).0;
    0.9 * (x - 11.0) + 0.4 * (y - 22.0) + 0.1 * (z - 17.0) > 0.0
}

type Taken = BTreeSet<[usize; 3]>;

fn voxels_of(delta: &LabelDelta) -> Taken {
    let mut labels = LabelMap::empty(SIZE);
    labels.apply(delta).expect("the change fits");
    all()
        .filter(|&at| labels.label(at) == 1)
        .map(|at| at.0)
        .collect()
}

fn taken(volume: &Volume, stroke: &BrushStroke) -> Taken {
    let labels = LabelMap::empty(SIZE);
    let seen = (volume, &geometry());
    voxels_of(&adaptive_stroke(&labels, seen, stroke, RULE, |_, _| 1))
}

/// What a brush takes that is not adaptive.
fn covered(stroke: &BrushStroke) -> Taken {
    voxels_of(&paint(
        &LabelMap::empty(SIZE),
        &geometry(),
        stroke,
        |_, _| 1,
    ))
}

fn stroke(path: &[[f64; 3]], radius: f64, shape: BrushShape) -> BrushStroke {
    BrushStroke {
        path: path.iter().copied().map(PointLps).collect(),
        radius: Mm(radius),
        shape,
    }
}

fn shapes() -> [BrushShape; 4] {
    let normal = VectorLps([0.1, 0.3, 0.9]);
    let plane = CutPlane::new(PointLps([10.0, 20.0, 16.0]), normal).expect("a plane");
    let slice = Sheet::Slice {
        axis: Axis::K,
        index: 2,
    };
    [
        BrushShape::Flat(slice, Rim::Round),
        BrushShape::Sphere,
        BrushShape::Flat(Sheet::Cut(plane), Rim::Round),
        BrushShape::Flat(slice, Rim::Square(VectorLps([1.0, 0.5, 0.0]))),
    ]
}

#[test]
fn a_dab_takes_its_side_of_an_edge_and_nothing_beyond() {
    let halves = volume(|at| if is_bright(at) { 140.0 } else { 60.0 });
    for shape in shapes() {
        for point in [
            [4.0, 20.0, 16.0],
            [9.8, 20.0, 16.0],
            [13.5, 19.0, 16.0],
            [18.0, 24.0, 16.0],
        ] {
            let dab = stroke(&[point], 5.0, shape);
            let taken = taken(&halves, &dab);
            let covered = covered(&dab);
            let middle = geometry().nearest_voxel(geometry().index_at(dab.path[0]));
            let side = is_bright(middle.expect("a voxel"));
            let wanted: Taken = covered
                .iter()
                .copied()
                .filter(|&at| is_bright(VoxelIndex(at)) == side)
                .collect();
            let beyond = taken.iter().filter(|at| !wanted.contains(*at)).count();
            assert_eq!(beyond, 0, "{shape:?} at {point:?}");
            let share = taken.len() as f64 / wanted.len() as f64;
            assert!(share > 0.98, "{shape:?} at {point:?}: {share} of its side");
        }
    }
}

#[test]
fn a_uniform_image_is_taken_as_by_a_plain_brush() {
    let plain = volume(|_| 7.25);
    for shape in shapes() {
        let path = stroke(&[[2.0, 8.0, 16.0], [20.0, 30.0, 16.0]], 4.0, shape);
        let (taken, covered) = (taken(&plain, &path), covered(&path));
        assert!(taken.is_subset(&covered));
        // Between dabs half a radius apart slivers of the rim are left.
        assert!(taken.len() as f64 > 0.95 * covered.len() as f64);
    }
}

#[test]
fn a_gap_in_an_edge_does_not_let_the_brush_around_it() {
    // A wall across the brush, open far from its middle.
    let is_wall = |VoxelIndex([i, j, _]): VoxelIndex| i == 26 && j != 9;
    let walled = volume(|at| if is_wall(at) { 500.0 } else { 100.0 });
    let disc = shapes()[0];
    let point = centre(VoxelIndex([22, 20, 2])).0;
    let taken = taken(&walled, &stroke(&[point], 12.0, disc));
    let far = taken.iter().filter(|at| at[0] > 26 && at[1] > 20).count();
    assert_eq!(far, 0);
    assert!(taken.iter().filter(|at| at[0] < 26).count() > 250);
}

#[test]
fn padding_and_what_is_outside_are_never_taken() {
    let padding = Padding {
        low: 60.0,
        high: 60.0,
    };
    let halves = volume(|at| if is_bright(at) { 140.0 } else { 60.0 });
    let padded = halves.with_padding(Some(padding));
    let disc = shapes()[0];
    assert_eq!(
        taken(&padded, &stroke(&[[4.0, 20.0, 16.0]], 3.0, disc)),
        Taken::new()
    );
    assert_eq!(
        taken(&padded, &stroke(&[[-90.0, 20.0, 16.0]], 3.0, disc)),
        Taken::new()
    );
    let blank = volume(|_| f32::NAN);
    assert_eq!(
        taken(&blank, &stroke(&[[18.0, 24.0, 16.0]], 3.0, disc)),
        Taken::new()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn noise_neither_leads_it_over_an_edge_nor_leaves_holes(
        seed in any::<u64>(),
        dabs in proptest::collection::vec((0.0..1.0_f64, 1.0..5.0_f64), 12),
    ) {
        // Sums of uniform numbers are nearly normal; a deviation of 5 beside a step of 80.
        let mut state = seed | 1;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
        };
        let noise: Vec<f32> = (0..SIZE.iter().product())
            .map(|_| 5.0 * (0..12).map(|_| uniform()).sum::<f32>())
            .collect();
        let noisy = volume(|at| {
            let value = if is_bright(at) { 140.0 } else { 60.0 };
            value + noise[geometry().offset(at)]
        });
        let (mut n_taken, mut n_wanted) = (0, 0);
        for (place, depth) in dabs {
            let (y, z) = (12.0 + 20.0 * place, 16.0);
            let x = 11.0 - (0.4 * (y - 22.0) + 0.1 * (z - 17.0)) / 0.9 - depth;
            let dab = stroke(&[[x, y, z]], 4.5, shapes()[0]);
            let taken = taken(&noisy, &dab);
            let wanted: Taken = covered(&dab)
                .into_iter()
                .filter(|&at| !is_bright(VoxelIndex(at)))
                .collect();
            prop_assert_eq!(taken.difference(&wanted).count(), 0);
            n_taken += taken.len();
            n_wanted += wanted.len();
        }
        // A single dab may meet a cluster of values that happen to be alike.
        prop_assert!(n_taken as f64 > 0.9 * n_wanted as f64, "{} of {}", n_taken, n_wanted);
    }

    #[test]
    fn a_stroke_takes_what_its_pieces_take(
        path in proptest::collection::vec(
            [-7.0..30.0_f64, 3.0..42.0_f64, 11.0..23.0_f64], 2..7),
        shape in 0..4_usize,
        cut in 0.0..1.0_f64,
    ) {
        let halves = volume(|at| if is_bright(at) { 140.0 } else { 60.0 });
        let shape = shapes()[shape];
        let at = 1 + (cut * (path.len() - 1) as f64) as usize;
        let [whole, first, second] = [&path[..], &path[..at], &path[at - 1..]]
            .map(|path| taken(&halves, &stroke(path, 3.0, shape)));
        prop_assert_eq!(whole, &first | &second);
    }
}
