//! Times the surface of a segment as finely built as bone, and of an edit of it.
//!
//!     surface_bench [REPEATS]
//!
//! The same phantom as `tests/bench/surface.py`, which times VTK at it. Prints JSON: median
//! milliseconds.
#![expect(clippy::print_stdout, reason = "prints its results")]

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::surface::Surface;
use std::time::Instant;

const SIZE: [usize; 3] = [512, 512, 300];

/// A gyroid with a period of 40 voxels inside a ball, without another ball where there is an edit.
fn phantom(edited: bool) -> LabelMap {
    let turn = |n: usize| (std::f64::consts::TAU * n as f64 / 40.0).sin_cos();
    let within = |at: [usize; 3], centre: [i64; 3], radius: i64| {
        let off = (0..3).map(|a| (at[a] as i64 - centre[a]).pow(2));
        off.sum::<i64>() <= radius * radius
    };
    let [ni, nj, nk] = SIZE;
    let labels = (0..ni * nj * nk).map(|n| {
        let at = [n % ni, n / ni % nj, n / ni / nj];
        if !within(at, [256, 256, 150], 137) || (edited && within(at, [256, 256, 150], 20)) {
            return 0;
        }
        let [(si, ci), (sj, cj), (sk, ck)] = at.map(turn);
        Label::from(si * cj + sj * ck + sk * ci > 0.0)
    });
    LabelMap::from_dense(SIZE, &labels.collect::<Vec<_>>()).expect("as many labels as voxels")
}

fn median_ms(repeats: usize, mut work: impl FnMut()) -> f64 {
    work();
    let mut times: Vec<f64> = (0..repeats)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let repeats = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(5);
    let steps = [[0.7, 0.0, 0.0], [0.0, 0.7, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(SIZE, affine).expect("a grid");
    let (map, edited) = (phantom(false), phantom(true));
    let surface = Surface::new(&map, &geometry, 1);
    let n_triangles: usize = surface.pieces().map(|(_, p)| p.triangles().len()).sum();
    let new = median_ms(repeats, || drop(Surface::new(&map, &geometry, 1)));
    let edit = median_ms(repeats, || drop(surface.after(&edited)));
    let whole = median_ms(repeats, || drop(surface.whole()));
    println!(
        "{{\"triangles\": {n_triangles}, \"new\": {new:.1}, \"edit\": {edit:.1}, \"whole\": {whole:.1}}}"
    );
}
