//! Times the algorithms on a 512x512x300 grid; prints median milliseconds as JSON.
//! `tests/bench/segmentation_algorithms.py` does the same work with the peers.
//!
//! `segmentation_bench BLOBS [REPEATS [NAME]]`, where BLOBS is a file of one byte a voxel, 0 or 1, and
//! NAME the beginning of what is to be measured.

use annotomy_segmentation::{
    Connectivity, Mask, Spacing, components, grow, shrink, signed_distance,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::Mm;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

const GRID: [usize; 3] = [512, 512, 300];
type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let blobs = std::fs::read(arguments.next().ok_or("a file of voxels is missing")?)?;
    let repeats = arguments.next().map_or(Ok(5), |n| n.parse())?;
    let wanted = arguments.next().unwrap_or_default();
    let blobs = labels(&blobs)?;
    let liver = labels(&liver())?;
    let spacing = Spacing::even([Mm(0.8), Mm(0.8), Mm(1.0)])?;
    let mut results = Vec::new();
    for (name, labels) in [("blobs", &blobs), ("liver", &liver)] {
        let mask = Mask::of_label(labels, 1);
        let mut time = |what: &str, work: &dyn Fn()| {
            let name = format!("{what}_{name}");
            if name.starts_with(&wanted) {
                results.push((name, median_ms(repeats, work)));
            }
        };
        time("mask_of_label", &|| {
            black_box(Mask::of_label(labels, 1));
        });
        time("components", &|| {
            black_box(components(&mask, Connectivity::Corners, &NoProgress).ok());
        });
        time("components_dense", &|| {
            let mask = Mask::of_label(labels, 1);
            let found = components(&mask, Connectivity::Corners, &NoProgress);
            black_box(found.map(|found| found.to_dense()).ok());
        });
        let whole = VoxelBox {
            min: [0; 3],
            max: GRID.map(|n| n - 1),
        };
        time("signed_distance", &|| {
            black_box(signed_distance(&mask, &spacing, whole, None, &NoProgress).ok());
        });
        time("margin_5mm", &|| {
            black_box(grow(&mask, &spacing, Mm(5.0), &NoProgress).ok());
        });
        time("shrink_5mm", &|| {
            black_box(shrink(&mask, &spacing, Mm(5.0), &NoProgress).ok());
        });
    }
    let fields: Vec<String> = results
        .iter()
        .map(|(name, ms)| format!("\"{name}\": {ms:.3}"))
        .collect();
    writeln!(std::io::stdout(), "{{{}}}", fields.join(", "))?;
    Ok(())
}

fn labels(voxels: &[u8]) -> Result<LabelMap, Failure> {
    let labels: Vec<u16> = voxels.iter().map(|&x| x.into()).collect();
    LabelMap::from_dense(GRID, &labels).ok_or_else(|| "the voxels do not fill the grid".into())
}

/// An ellipsoid of 1.5 million voxels.
fn liver() -> Vec<u8> {
    let [n_i, n_j, n_k] = GRID;
    let square = |x: usize, middle: f64, radius: f64| ((x as f64 - middle) / radius).powi(2);
    let mut voxels = Vec::with_capacity(n_i * n_j * n_k);
    for k in 0..n_k {
        for j in 0..n_j {
            let rest = square(j, 250.0, 75.0) + square(k, 150.0, 52.0);
            voxels.extend((0..n_i).map(|i| u8::from(square(i, 200.0, 90.0) + rest < 1.0)));
        }
    }
    voxels
}

fn median_ms(repeats: usize, work: &dyn Fn()) -> f64 {
    work();
    let mut times: Vec<f64> = (0..repeats.max(1))
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
