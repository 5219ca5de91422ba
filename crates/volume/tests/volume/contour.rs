//! Outlines, against the voxels they came from.

use annotomy_volume::contour::{INSET, Outline, SlicePoint, fill, outlines, solid_outlines};
use annotomy_volume::labels::Label;
use proptest::prelude::*;

/// Rows of a picture; `#` is inside.
fn picture(rows: &[&str]) -> (Vec<Label>, usize) {
    let labels = rows
        .iter()
        .flat_map(|row| row.bytes().map(|b| u16::from(b == b'#')));
    (labels.collect(), rows[0].len())
}

fn filled(found: &[Outline], columns: usize, n: usize) -> Vec<Label> {
    let mut inside = vec![false; n];
    fill(found, columns, &mut inside);
    inside.into_iter().map(u16::from).collect()
}

#[track_caller]
fn check(rows: &[&str], n_outlines: usize) -> Vec<Outline> {
    let (labels, columns) = picture(rows);
    let found = outlines(&labels, columns, 1);
    assert_eq!(found.len(), n_outlines, "{found:?}");
    assert_eq!(filled(&found, columns, labels.len()), labels);
    found
}

#[test]
fn one_voxel_is_outlined_by_its_corners() {
    let found = check(&["...", ".#.", "..."], 1);
    let h = 0.5 - INSET;
    let corners = [[h, -h], [h, h], [-h, h], [-h, -h]].map(|[x, y]| SlicePoint([1.0 + x, 1.0 + y]));
    let mut points = found[0].points.clone();
    let first = points.iter().position(|p| *p == corners[0]).unwrap_or(0);
    points.rotate_left(first);
    for (SlicePoint([x, y]), SlicePoint([a, b])) in points.iter().zip(corners) {
        assert!((x - a).abs() < 1e-12 && (y - b).abs() < 1e-12, "{points:?}");
    }
}

#[test]
fn parts_are_apart_and_holes_are_keyholes() {
    check(&["##..", "##..", "...#", "...#"], 2);
    check(&["#.", ".#"], 2);
    check(&["###", "#.#", "###"], 1);
    check(&["#####", "#.#.#", "#####", "##.##", "#####"], 1);
    check(
        &[
            "#######", "#.....#", "#.###.#", "#.#.#.#", "#.###.#", "#.....#", "#######",
        ],
        2,
    );
    // A hole that touches the outside at a corner is none.
    check(&[".##", "#.#", "###"], 1);
    check(&["#"], 1);
    check(&["...", "..."], 0);
}

/// Area by the shoelace formula; keyholes count for nothing.
fn area(outline: &Outline) -> f64 {
    let next = outline.points.iter().cycle().skip(1);
    let cross = |(a, b): (&SlicePoint, &SlicePoint)| a.0[0] * b.0[1] - b.0[0] * a.0[1];
    outline.points.iter().zip(next).map(cross).sum::<f64>() / 2.0
}

/// What a program finds that rounds corners to voxels, fills, and counts the outline as inside.
fn rounded(found: &[Outline], columns: usize, n: usize) -> Vec<Label> {
    let round = |outline: &Outline| Outline {
        points: outline
            .points
            .iter()
            .map(|p| SlicePoint(p.0.map(f64::round)))
            .collect(),
    };
    let found: Vec<Outline> = found.iter().map(round).collect();
    let mut inside = filled(&found, columns, n);
    for outline in &found {
        let next = outline.points.iter().cycle().skip(1);
        for (SlicePoint([ax, ay]), SlicePoint([bx, by])) in outline.points.iter().zip(next) {
            // Every edge runs along a row or a column.
            for j in ay.min(*by) as usize..=ay.max(*by) as usize {
                for i in ax.min(*bx) as usize..=ax.max(*bx) as usize {
                    inside[j * columns + i] = 1;
                }
            }
        }
    }
    inside
}

#[test]
fn outline_on_the_edges_of_voxels_has_their_corners_and_no_hole() {
    let (labels, columns) = picture(&["....", ".##.", ".#.."]);
    let found = solid_outlines(&labels, columns, 1).unwrap_or_default();
    let corners = [[1, 1], [3, 1], [3, 2], [2, 2], [2, 3], [1, 3]];
    let corners = corners.map(|corner| SlicePoint(corner.map(|x| f64::from(x) - 0.5)));
    assert_eq!(found.len(), 1);
    let mut points = found[0].points.clone();
    let first = points.iter().position(|p| *p == corners[0]);
    points.rotate_left(first.unwrap_or(0));
    assert_eq!(points, corners);
    assert_eq!(filled(&found, columns, labels.len()), labels);
    let (ring, columns) = picture(&["###", "#.#", "###"]);
    assert_eq!(solid_outlines(&ring, columns, 1), None);
    // Voxels that touch at a corner do not close a ring.
    let (open, columns) = picture(&[".##", "#.#", "###"]);
    let found = solid_outlines(&open, columns, 1);
    assert_eq!(
        found.map(|found| filled(&found, columns, open.len())),
        Some(open)
    );
    assert_eq!(solid_outlines(&[0, 0], 2, 1), Some(Vec::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn outlines_hold_exactly_the_voxels_they_came_from(
        columns in 1_usize..24, rows in 1_usize..24, density in 1_u32..10, seed: u64,
    ) {
        // Noise: holes in parts in holes, and every kind of touching corner.
        let noise = |n: usize| {
            let mixed = (n as u64 + 1).wrapping_mul(seed | 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (mixed >> 40) as u32 % 10
        };
        let labels: Vec<Label> = (0..columns * rows).map(|n| u16::from(noise(n) < density)).collect();
        let found = outlines(&labels, columns, 1);
        prop_assert_eq!(&filled(&found, columns, labels.len()), &labels);
        prop_assert_eq!(&rounded(&found, columns, labels.len()), &labels);
        let n_inside = labels.iter().filter(|label| **label == 1).count() as f64;
        let total: f64 = found.iter().map(area).sum();
        prop_assert!(total <= n_inside && total >= n_inside * (1.0 - 2.0 * INSET).powi(2) - 1e-6);
    }

    #[test]
    fn a_circle_holds_the_centres_nearer_than_its_radius(x in 3.0..9.0, y in 3.0..9.0, r in 0.5..5.0) {
        let corner = |n: i32| {
            let angle = f64::from(n) * std::f64::consts::TAU / 2000.0;
            SlicePoint([x + r * angle.cos(), y + r * angle.sin()])
        };
        let circle = Outline { points: (0..2000).map(corner).collect() };
        let mut inside = vec![false; 12 * 12];
        fill(&[circle], 12, &mut inside);
        for (n, inside) in inside.iter().enumerate() {
            let [dx, dy]: [f64; 2] = [(n % 12) as f64 - x, (n / 12) as f64 - y];
            let distance = dx.hypot(dy);
            // A polygon of 2000 corners is a circle to within this.
            prop_assume!(f64::abs(distance - r) > 1e-4);
            prop_assert_eq!(*inside, distance < r);
        }
    }
}
