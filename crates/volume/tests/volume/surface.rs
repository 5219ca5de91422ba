//! Surfaces of phantoms against closed forms, and of edits against surfaces made from nothing.

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::{ContinuousIndex, PointLps, VectorLps};
use annotomy_volume::surface::{Mesh, Surface};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::PI;
use std::sync::Arc;

const SIZE: [usize; 3] = [70, 66, 40];

fn straight(steps: [[f64; 3]; 3]) -> Geometry {
    let affine = Affine::from_steps(steps.map(VectorLps), PointLps([-30.0, 12.0, 700.0]));
    Geometry::new(SIZE, affine).expect("a grid")
}

/// Even and uneven, upright and oblique, right- and left-handed, sheared.
fn grids() -> Vec<(&'static str, Geometry)> {
    let (s, c) = 0.5_f64.sin_cos();
    let origins: Vec<_> = (0..SIZE[2])
        .map(|k| {
            PointLps([
                0.3 * k as f64,
                5.0,
                1.2 * k as f64 + if k > 20 { 0.8 } else { 0.0 },
            ])
        })
        .collect();
    let steps = [VectorLps([0.8, 0.0, 0.0]), VectorLps([0.0, 0.8, 0.0])];
    let uneven = Geometry::from_slices([SIZE[0], SIZE[1]], steps, &origins).expect("a grid");
    vec![
        (
            "cubes",
            straight([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        ),
        (
            "anisotropic",
            straight([[0.6, 0.0, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 1.5]]),
        ),
        (
            "oblique",
            straight([
                [0.7 * c, 0.7 * s, 0.0],
                [-0.8 * s, 0.8 * c, 0.0],
                [0.0, 0.0, 1.2],
            ]),
        ),
        (
            "left-handed",
            straight([[0.7, 0.0, 0.0], [0.0, 0.7, 0.0], [0.0, 0.0, -1.1]]),
        ),
        (
            "sheared",
            straight([[0.8, 0.0, 0.0], [0.0, 0.8, 0.0], [0.0, 0.3, 1.1]]),
        ),
        ("uneven slices", uneven),
    ]
}

fn labels(size: [usize; 3], label_at: impl Fn([usize; 3]) -> Label) -> LabelMap {
    let [ni, nj, nk] = size;
    let voxels = (0..ni * nj * nk).map(|n| label_at([n % ni, n / ni % nj, n / ni / nj]));
    LabelMap::from_dense(size, &voxels.collect::<Vec<_>>()).expect("as many labels as voxels")
}

fn centre_of(geometry: &Geometry) -> PointLps {
    geometry.lps_at(ContinuousIndex([34.3, 32.1, 19.7]))
}

fn ball(geometry: &Geometry, radius_mm: f64) -> LabelMap {
    let centre = centre_of(geometry);
    labels(geometry.size(), |at| {
        let point = geometry.lps_at(ContinuousIndex(at.map(|n| n as f64)));
        Label::from((point - centre).norm() <= radius_mm)
    })
}

fn point(mesh: &Mesh, n: u32) -> PointLps {
    PointLps(mesh.positions[n as usize].map(f64::from))
}

fn area_mm2(mesh: &Mesh) -> f64 {
    let area = |t: &[u32; 3]| {
        let [a, b, c] = t.map(|n| point(mesh, n));
        (b - a).cross(c - a).norm() / 2.0
    };
    mesh.triangles.iter().map(area).sum()
}

/// By the divergence theorem: positive where triangles face outward.
fn volume_mm3(mesh: &Mesh) -> f64 {
    let base = point(mesh, 0);
    let share = |t: &[u32; 3]| {
        let [a, b, c] = t.map(|n| point(mesh, n) - base);
        a.dot(b.cross(c)) / 6.0
    };
    mesh.triangles.iter().map(share).sum()
}

/// Every edge lies between two triangles that run along it in opposite directions.
fn check_closed(mesh: &Mesh, what: &str) {
    let mut uses = BTreeMap::<[u32; 2], usize>::new();
    for [a, b, c] in &mesh.triangles {
        for edge in [[*a, *b], [*b, *c], [*c, *a]] {
            *uses.entry(edge).or_default() += 1;
        }
    }
    for ([a, b], n) in &uses {
        assert_eq!(
            (*n, uses.get(&[*b, *a])),
            (1, Some(&1)),
            "{what}: edge {a}-{b}"
        );
    }
}

/// Vertices - edges + triangles of those in use: 2 for each ball, 0 for each ring.
fn euler(mesh: &Mesh) -> i64 {
    let used: BTreeSet<_> = mesh.triangles.iter().flatten().collect();
    used.len() as i64 - mesh.triangles.len() as i64 / 2
}

fn check_near(found: f64, expected: f64, share: f64, what: &str) {
    let off = (found / expected - 1.0).abs();
    assert!(off < share, "{what}: {found} instead of {expected}");
}

#[test]
fn a_ball_has_its_volume_and_area_in_every_grid() {
    let radius = 14.0;
    for (name, geometry) in grids() {
        let surface = Surface::new(&ball(&geometry, radius), &geometry, 1);
        let mesh = surface.whole();
        check_closed(&mesh, name);
        assert_eq!(euler(&mesh), 2, "{name}");
        check_near(
            volume_mm3(&mesh),
            4.0 / 3.0 * PI * radius.powi(3),
            0.003,
            name,
        );
        check_near(area_mm2(&mesh), 4.0 * PI * radius.powi(2), 0.005, name);
        let centre = centre_of(&geometry);
        let mut sum = 0.0;
        for (position, normal) in mesh.positions.iter().zip(&mesh.normals) {
            let out = PointLps(position.map(f64::from)) - centre;
            // Half the diagonal of the largest voxel.
            assert!((out.norm() - radius).abs() < 0.9, "{name}: {}", out.norm());
            sum += (out.norm() - radius).abs();
            let turn = VectorLps(normal.map(f64::from)).dot(out) / out.norm();
            assert!(turn > 0.9, "{name}: a normal is off by {turn}");
        }
        let mean = sum / mesh.positions.len() as f64;
        assert!(mean < 0.06, "{name}: {mean} mm off in the mean");
    }
}

#[test]
fn a_box_keeps_its_faces_and_volume() {
    let geometry = straight([[0.6, 0.0, 0.0], [0.0, 0.9, 0.0], [0.0, 0.0, 1.5]]);
    let map = labels(SIZE, |[i, j, k]| {
        7 * Label::from((10..50).contains(&i) && (8..58).contains(&j) && (5..35).contains(&k))
    });
    let mesh = Surface::new(&map, &geometry, 7).whole();
    let [a, b, c] = [40.0 * 0.6, 50.0 * 0.9, 30.0 * 1.5];
    check_closed(&mesh, "box");
    check_near(volume_mm3(&mesh), a * b * c, 0.01, "volume");
    // Edges of the box are rounded.
    check_near(area_mm2(&mesh), 2.0 * (a * b + b * c + c * a), 0.04, "area");
    // The middle of the face across i lies half a voxel outside the first voxels.
    let face = -30.0 + 9.5 * 0.6;
    let is_middle = |p: &&[f32; 3]| (p[1] - 41.7).abs() < 3.0 && (p[2] - 729.0).abs() < 3.0;
    let on_face = mesh
        .positions
        .iter()
        .filter(is_middle)
        .filter(|p| p[0] < -20.0);
    let mut n = 0;
    for position in on_face {
        assert!((f64::from(position[0]) - face).abs() < 0.02, "{position:?}");
        n += 1;
    }
    assert!(n > 10);
}

#[test]
fn what_touches_the_border_or_is_one_voxel_is_closed_too() {
    let geometry = straight([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    let full = Surface::new(&labels(SIZE, |_| 1), &geometry, 1).whole();
    check_closed(&full, "full");
    check_near(volume_mm3(&full), 70.0 * 66.0 * 40.0, 0.01, "full");
    // On the seam of eight bricks.
    let one = labels(SIZE, |at| Label::from(at == [31, 32, 31]));
    let one = Surface::new(&one, &geometry, 1).whole();
    check_closed(&one, "one voxel");
    assert_eq!((one.triangles.len(), euler(&one)), (12, 2));
    assert!(volume_mm3(&one) > 0.0);
    assert!(
        Surface::new(&labels(SIZE, |_| 2), &geometry, 1)
            .whole()
            .triangles
            .is_empty()
    );
}

/// Labels without any order, half of them 1: every way that eight voxels can lie together.
fn noise(seed: u64) -> LabelMap {
    labels(SIZE, |[i, j, k]| {
        let n = (i + 100 * j + 10_000 * k) as u64 + seed;
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed >> 40 & 1) as Label
    })
}

#[test]
fn noise_has_a_closed_surface_without_shared_edges() {
    let (_, geometry) = grids().remove(0);
    for seed in [0, 99_991] {
        let mesh = Surface::new(&noise(seed), &geometry, 1).whole();
        check_closed(&mesh, "noise");
        assert!(mesh.triangles.len() > 400_000);
    }
}

#[test]
fn a_ring_has_a_hole() {
    let (_, geometry) = grids().remove(0);
    let ring = labels(SIZE, |[i, j, k]| {
        let [x, y, z] = [i as f64 - 34.3, j as f64 - 32.9, k as f64 - 19.6];
        Label::from((x.hypot(y) - 20.0).hypot(z) <= 7.0)
    });
    let mesh = Surface::new(&ring, &geometry, 1).whole();
    assert_eq!(euler(&mesh), 0);
    // Pappus: the circle's area and rim along the path of its centre.
    check_near(
        volume_mm3(&mesh),
        2.0 * PI * 20.0 * PI * 49.0,
        0.01,
        "volume",
    );
    check_near(
        area_mm2(&mesh),
        2.0 * PI * 20.0 * 2.0 * PI * 7.0,
        0.02,
        "area",
    );
}

#[test]
fn after_edits_it_is_as_if_made_from_nothing() {
    let size = [150, 70, 40];
    let (_, like) = grids().remove(2);
    let geometry = Geometry::new(size, *like.lps_from_index()).expect("a grid");
    let balls = |n: usize| {
        let centres = [
            [20, 30, 20],
            [33, 31, 20],
            [64, 40, 31],
            [120, 20, 10],
            [30, 33, 22],
        ];
        labels(size, move |at| {
            let inside = centres[..n].iter().enumerate().rev().find(|(_, centre)| {
                let off: Vec<_> = (0..3).map(|a| at[a].abs_diff(centre[a]).pow(2)).collect();
                off.iter().sum::<usize>() <= 90
            });
            // The last one takes away.
            inside.map_or(0, |(which, _)| Label::from(which < 4))
        })
    };
    let empty = LabelMap::empty(size);
    let mut surface = Surface::new(&empty, &geometry, 1);
    let states = [
        balls(1),
        balls(2),
        balls(3),
        balls(4),
        balls(5),
        balls(2),
        empty.clone(),
    ];
    for map in &states {
        surface = surface.after(map);
        let anew = Surface::new(map, &geometry, 1);
        assert!(surface.pieces().eq(anew.pieces()));
    }
    let four = Surface::new(&balls(3), &geometry, 1);
    let more = four.after(&balls(4));
    let shared = four.pieces().filter(|(index, piece)| {
        more.pieces()
            .any(|(other, same)| *index == other && Arc::ptr_eq(piece, same))
    });
    assert_eq!(
        shared.count(),
        four.pieces().len(),
        "the fourth ball is far from the others"
    );
}

#[test]
fn pieces_fit_and_any_number_of_threads_makes_the_same() {
    let (_, geometry) = grids().remove(5);
    let map = ball(&geometry, 13.0);
    let surfaces = [1, 3].map(|n_threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build();
        pool.expect("threads")
            .install(|| Surface::new(&map, &geometry, 1))
    });
    assert!(surfaces[0].pieces().eq(surfaces[1].pieces()));
    let bits = |p: &[f32; 3]| p.map(f32::to_bits);
    let whole = surfaces[0].whole();
    let known: BTreeSet<_> = whole.positions.iter().map(bits).collect();
    let n_triangles = surfaces[0].pieces().map(|(_, piece)| {
        assert!(piece.positions().iter().all(|p| known.contains(&bits(p))));
        assert_eq!(piece.normals().len(), piece.positions().len());
        piece.triangles().len()
    });
    assert!(surfaces[0].pieces().len() > 3);
    assert_eq!(n_triangles.sum::<usize>(), whole.triangles.len());
}
