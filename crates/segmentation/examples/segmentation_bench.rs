//! Times the algorithms on a 512x512x300 grid; prints median milliseconds as JSON.
//! `tests/bench/segmentation_algorithms.py` makes the blobs and does the same work with the peers.
//!
//! `segmentation_bench BLOBS [REPEATS [NAME]]`, where BLOBS is a file of one byte a voxel, 0 or 1,
//! and NAME the beginning of what is to be measured.

use annotomy_segmentation::{
    AutoThreshold, Connectivity, Flood, Histogram, Holes, Mask, Smoothing, Spacing, components,
    fill_holes, flood_fill, grow, shrink, signed_distance, smooth, smooth_jointly, threshold,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

const GRID: [usize; 3] = [512, 512, 300];
const SPACING_MM: [f64; 3] = [0.8, 0.8, 1.0];
const WHOLE: VoxelBox = VoxelBox {
    min: [0; 3],
    max: [GRID[0] - 1, GRID[1] - 1, GRID[2] - 1],
};

type Failure = Box<dyn std::error::Error>;

/// What is measured, and how.
struct Bench {
    repeats: usize,
    wanted: String,
    results: Vec<(String, f64)>,
}

impl Bench {
    fn time<R>(&mut self, name: &str, work: impl Fn() -> R) {
        if !name.starts_with(&self.wanted) {
            return;
        }
        black_box(work());
        let once = |_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1e3
        };
        let mut times: Vec<f64> = (0..self.repeats.max(1)).map(once).collect();
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        self.results.push((name.to_owned(), median));
    }
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let blobs = std::fs::read(arguments.next().ok_or("a file of voxels is missing")?)?;
    let mut bench = Bench {
        repeats: arguments.next().map_or(Ok(5), |n| n.parse())?,
        wanted: arguments.next().unwrap_or_default(),
        results: Vec::new(),
    };
    let spacing = Spacing::even(SPACING_MM.map(Mm))?;
    let blobs = labels(|[i, j, k]| blobs[(k * GRID[1] + j) * GRID[0] + i].into())?;
    let liver = labels(|at| ellipsoid(at, [200, 250, 150]).into())?;
    whole_volume(&mut bench, ("blobs", &blobs), &spacing);
    whole_volume(&mut bench, ("liver", &liver), &spacing);
    one_segment(&mut bench, &Mask::of_label(&liver, 1), &spacing);
    let all = labels(twenty)?;
    bench.time("joint_smoothing_20", || {
        smooth_jointly(&all, &spacing, Mm(1.5), &NoProgress)
    });
    image(&mut bench)?;
    let fields: Vec<String> = bench
        .results
        .iter()
        .map(|(name, ms)| format!("\"{name}\": {ms:.3}"))
        .collect();
    writeln!(std::io::stdout(), "{{{}}}", fields.join(", "))?;
    Ok(())
}

fn whole_volume(bench: &mut Bench, (name, labels): (&str, &LabelMap), spacing: &Spacing) {
    let mask = Mask::of_label(labels, 1);
    bench.time(&format!("mask_of_label_{name}"), || {
        Mask::of_label(labels, 1)
    });
    bench.time(&format!("components_{name}"), || {
        components(&mask, Connectivity::Corners, &NoProgress)
    });
    // From the label map to one number a voxel, as the peers give them.
    bench.time(&format!("components_dense_{name}"), || {
        let mask = Mask::of_label(labels, 1);
        let found = components(&mask, Connectivity::Corners, &NoProgress);
        found.map(|found| found.to_dense())
    });
    bench.time(&format!("signed_distance_{name}"), || {
        signed_distance(&mask, spacing, WHOLE, None, &NoProgress)
    });
    bench.time(&format!("signed_distance_5mm_{name}"), || {
        signed_distance(&mask, spacing, WHOLE, Some(Mm(5.0)), &NoProgress)
    });
}

fn one_segment(bench: &mut Bench, liver: &Mask, spacing: &Spacing) {
    bench.time("grow_5mm_liver", || {
        grow(liver, spacing, Mm(5.0), &NoProgress)
    });
    bench.time("shrink_5mm_liver", || {
        shrink(liver, spacing, Mm(5.0), &NoProgress)
    });
    bench.time("fill_holes_liver", || {
        fill_holes(liver, Holes::Volume, &NoProgress)
    });
    for (name, smoothing) in [
        ("median_3mm_liver", Smoothing::Median(Mm(3.0))),
        ("opening_3mm_liver", Smoothing::Opening(Mm(3.0))),
        ("closing_3mm_liver", Smoothing::Closing(Mm(3.0))),
        ("gaussian_3mm_liver", Smoothing::Gaussian(Mm(3.0))),
    ] {
        bench.time(name, || smooth(liver, spacing, smoothing, &NoProgress));
    }
}

fn image(bench: &mut Bench) -> Result<(), Failure> {
    let [i, j, k] = SPACING_MM;
    let steps = [[i, 0.0, 0.0], [0.0, j, 0.0], [0.0, 0.0, k]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let mut voxels = Vec::with_capacity(GRID.iter().product());
    let value = |[i, j, k]: [usize; 3]| ((3 * i + 5 * j + 7 * k) % 2000) as i16 - 1000;
    for_each_voxel(|at| voxels.push(value(at)));
    let geometry = Geometry::new(GRID, affine)?;
    let volume = Volume::new(geometry, Voxels::I16(voxels), Rescale::IDENTITY, None)?;
    bench.time("threshold", || {
        threshold(&volume, &(-300.0..=400.0), WHOLE, &NoProgress)
    });
    let flood = Flood {
        seed: VoxelIndex([300, 0, 20]),
        range: -300.0..=900.0,
        connectivity: Connectivity::Faces,
        region: None,
    };
    bench.time("flood_fill", || {
        flood_fill(&volume, &flood, None, &NoProgress)
    });
    bench.time("otsu", || {
        let histogram = Histogram::of(&volume, None, 256, &NoProgress)
            .ok()
            .flatten();
        histogram.and_then(|all| AutoThreshold::Otsu.of(&all))
    });
    Ok(())
}

fn for_each_voxel(mut visit: impl FnMut([usize; 3])) {
    let [n_i, n_j, n_k] = GRID;
    for k in 0..n_k {
        for j in 0..n_j {
            (0..n_i).for_each(|i| visit([i, j, k]));
        }
    }
}

fn labels(label: impl Fn([usize; 3]) -> u16) -> Result<LabelMap, Failure> {
    let mut labels = Vec::with_capacity(GRID.iter().product());
    for_each_voxel(|at| labels.push(label(at)));
    LabelMap::from_dense(GRID, &labels).ok_or_else(|| "the labels do not fill the grid".into())
}

/// 1.5 million voxels around a middle.
fn ellipsoid(at: [usize; 3], middle: [usize; 3]) -> bool {
    let radii = [90.0, 75.0, 52.0];
    let squared = (0..3).map(|n| (at[n].abs_diff(middle[n]) as f64 / radii[n]).powi(2));
    squared.sum::<f64>() < 1.0
}

/// 20 segments that touch: one large ellipsoid cut by planes, 4 along i and 5 along k.
fn twenty(at: [usize; 3]) -> u16 {
    let radii = [240.0, 180.0, 145.0];
    let middle = [256, 256, 150];
    let squared = (0..3).map(|n| (at[n].abs_diff(middle[n]) as f64 / radii[n]).powi(2));
    let is_inside = squared.sum::<f64>() < 1.0;
    let number = 1 + at[0] / 128 + 4 * (at[2] / 60);
    if is_inside { number as u16 } else { 0 }
}
