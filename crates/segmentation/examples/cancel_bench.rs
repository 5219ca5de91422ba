//! Begins every long effect on a 512x512x300 grid, cancels it, and prints how many milliseconds later
//! it had stopped, as JSON: the worst of several moments at which it was cancelled.
//!
//! `cancel_bench [NAME]`, where NAME is the beginning of what is to be measured.

use annotomy_segmentation::{
    Bubble, Classifier, Confidence, Connectivity, EdgeSpeed, Flood, FrontSpeed, GeodesicFill,
    Growth, Histogram, Holes, Islands, Mask, Motion, Propagation, Sections, Smoothing, Snake,
    Spacing, Start, ThresholdSpeed, Walk, Wall, Watershed, arrival, confidence_connected,
    edge_speed, fill_holes, flood_fill, geodesic_fill, grow, grow_seeds, hollow, interpolate,
    interpolate_coarsely, islands, propagate, random_walk, shrink, smooth, smooth_jointly,
    split_islands, threshold, threshold_speed, watershed,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::{NoProgress, Progress};
use annotomy_volume::space::{Axis, ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

const GRID: [usize; 3] = [512, 512, 300];
const SPACING_MM: [f64; 3] = [0.8, 0.8, 1.0];
const WHOLE: VoxelBox = VoxelBox {
    min: [0; 3],
    max: [GRID[0] - 1, GRID[1] - 1, GRID[2] - 1],
};
/// When it is cancelled, in milliseconds after it began.
const AFTER: [u64; 6] = [20, 70, 200, 500, 1200, 3000];

type Failure = Box<dyn std::error::Error>;

/// Work that is cancelled at a moment.
struct Until(Instant);

impl Progress for Until {
    fn advance(&self, _done: usize, _total: usize) {}

    fn is_cancelled(&self) -> bool {
        Instant::now() >= self.0
    }
}

/// What is measured, and how.
struct Bench {
    wanted: String,
    results: Vec<(&'static str, f64)>,
}

impl Bench {
    fn cancel<R>(&mut self, name: &'static str, work: impl Fn(&dyn Progress) -> R) {
        if !name.starts_with(&self.wanted) {
            return;
        }
        let mut worst = 0.0_f64;
        for after in AFTER {
            let until = Instant::now() + Duration::from_millis(after);
            black_box(work(&Until(until)));
            let Some(late) = Instant::now().checked_duration_since(until) else {
                // It was over before.
                break;
            };
            worst = worst.max(late.as_secs_f64() * 1e3);
        }
        self.results.push((name, worst));
    }
}

/// What the effects work on.
struct Given {
    spacing: Spacing,
    image: Volume,
    /// A large segment, and one that is all grains.
    organ: LabelMap,
    grains: LabelMap,
    /// Paint of three segments.
    painted: LabelMap,
}

fn main() -> Result<(), Failure> {
    let mut bench = Bench {
        wanted: std::env::args().nth(1).unwrap_or_default(),
        results: Vec::new(),
    };
    let given = Given {
        spacing: Spacing::even(SPACING_MM.map(Mm))?,
        image: image()?,
        organ: labels(|at| Label::from(is_organ(at)))?,
        grains: labels(|at| Label::from(noise(at).is_multiple_of(3)))?,
        painted: labels(paint)?,
    };
    between(&mut bench, &given)?;
    from_paint(&mut bench, &given);
    fronts(&mut bench, &given);
    contours(&mut bench, &given)?;
    shapes(&mut bench, &given);
    values(&mut bench, &given);
    let rows = bench.results.iter();
    let fields: Vec<String> = rows
        .map(|(name, ms)| format!("\"{name}\": {ms:.1}"))
        .collect();
    Ok(writeln!(std::io::stdout(), "{{{}}}", fields.join(", "))?)
}

fn between(bench: &mut Bench, given: &Given) -> Result<(), Failure> {
    let slices: Vec<(Axis, usize)> = (30..280).step_by(27).map(|k| (Axis::K, k)).collect();
    let is_drawn = |k: usize| slices.contains(&(Axis::K, k));
    let drawn = labels(|at| match is_drawn(at[2]) && is_organ(at) {
        true if at[0] < 200 => 1,
        true => 2,
        false => 0,
    })?;
    let sections = Sections {
        labels: &drawn,
        slices: &slices,
        planes: &[],
    };
    let (image, spacing) = (&given.image, &given.spacing);
    bench.cancel("interpolate", |progress| {
        interpolate(&sections, Some(image), spacing, progress)
    });
    bench.cancel("interpolate by shape", |progress| {
        interpolate(&sections, None, spacing, progress)
    });
    bench.cancel("interpolate coarsely", |progress| {
        interpolate_coarsely(&sections, &[], spacing, progress)
    });
    let organ = Mask::of_label(&given.organ, 1);
    let wanted = Propagation {
        axis: Axis::K,
        from: 150,
        to: 40,
        least_alike: -1.0,
    };
    bench.cancel("propagate", |progress| {
        propagate(image, &organ, spacing, &wanted, progress)
    });
    Ok(())
}

fn from_paint(bench: &mut Bench, given: &Given) {
    let Given {
        image,
        painted,
        spacing,
        ..
    } = given;
    let permitted = (None, spacing);
    let growth = Growth {
        locality: 1.0,
        region: WHOLE,
    };
    bench.cancel("grow seeds", |progress| {
        grow_seeds(image, painted, permitted, &growth, progress)
    });
    let flooded = Watershed {
        sigma: Mm(1.0),
        region: WHOLE,
    };
    bench.cancel("watershed", |progress| {
        watershed(image, painted, permitted, &flooded, progress)
    });
    let walk = Walk {
        beta: 130.0,
        region: VoxelBox {
            min: [120, 170, 70],
            max: [279, 329, 229],
        },
    };
    bench.cancel("random walk", |progress| {
        random_walk(image, painted, permitted, &walk, progress)
    });
    let with = (spacing, Mm(1.0));
    bench.cancel("learn", |progress| {
        Classifier::learn(image, painted, with, progress)
    });
    if let Ok(classifier) = Classifier::learn(image, painted, with, &NoProgress) {
        let wanted = Mask::filled(GRID, WHOLE);
        bench.cancel("classify", |progress| {
            classifier.classify((image, spacing), &wanted, progress)
        });
    }
}

fn fronts(bench: &mut Bench, given: &Given) {
    let Given { image, spacing, .. } = given;
    let [inside, outside] = [1, 2].map(|label| Mask::of_label(&given.painted, label));
    let speeds = [
        ("march evenly", FrontSpeed::Even),
        ("march to values", FrontSpeed::Values { multiplier: 3.0 }),
        (
            "march to edges",
            FrontSpeed::Edges {
                sigma: Mm(1.0),
                contrast: None,
                width: None,
            },
        ),
    ];
    for (name, speed) in speeds {
        bench.cancel(name, |progress| {
            arrival(image, &inside, (None, spacing), (&speed, WHOLE), progress)
        });
    }
    let fill = GeodesicFill {
        sigma: Mm(1.0),
        weight: 1.0,
        region: WHOLE,
    };
    bench.cancel("fill between", |progress| {
        geodesic_fill(image, (&inside, &outside), (None, spacing), &fill, progress)
    });
}

fn contours(bench: &mut Bench, given: &Given) -> Result<(), Failure> {
    let Given { image, spacing, .. } = given;
    let region = VoxelBox {
        min: [20, 20, 20],
        max: [420, 420, 280],
    };
    let edges = EdgeSpeed {
        sigma: Mm(1.0),
        contrast: None,
        exponent: 3,
    };
    bench.cancel("speed by edges", |progress| {
        edge_speed(image, spacing, region, &edges, progress)
    });
    let by_value = ThresholdSpeed {
        low: Some(-200.0),
        high: None,
        softness: 50.0,
    };
    bench.cancel("speed by values", |progress| {
        threshold_speed(image, region, &by_value, progress)
    });
    let speed = Arc::new(threshold_speed(image, region, &by_value, &NoProgress)?);
    let bubble = Bubble {
        center: ContinuousIndex([200.0, 250.0, 150.0]),
        radius: Mm(40.0),
    };
    let start = Start {
        mask: None,
        bubbles: &[bubble],
    };
    let motion = Motion::Regions {
        propagation: 1.0,
        curvature: 0.2,
    };
    bench.cancel("snake", |progress| {
        let begun = Snake::new(
            &start,
            (GRID, spacing),
            Arc::clone(&speed),
            motion,
            progress,
        );
        begun.map(|mut snake| snake.advance(1000, progress))
    });
    Ok(())
}

fn shapes(bench: &mut Bench, given: &Given) {
    let (organ, spacing) = (Mask::of_label(&given.organ, 1), &given.spacing);
    let grains = Mask::of_label(&given.grains, 1);
    bench.cancel("grow", |progress| grow(&organ, spacing, Mm(20.0), progress));
    bench.cancel("shrink", |progress| {
        shrink(&organ, spacing, Mm(20.0), progress)
    });
    bench.cancel("grow grains", |progress| {
        grow(&grains, spacing, Mm(3.0), progress)
    });
    bench.cancel("hollow", |progress| {
        hollow(&organ, spacing, (Wall::Middle, Mm(10.0)), progress)
    });
    for (name, smoothing) in [
        ("median", Smoothing::Median(Mm(5.0))),
        ("opening", Smoothing::Opening(Mm(5.0))),
        ("closing", Smoothing::Closing(Mm(5.0))),
        ("gaussian", Smoothing::Gaussian(Mm(5.0))),
    ] {
        bench.cancel(name, |progress| {
            smooth(&grains, spacing, smoothing, progress)
        });
    }
    bench.cancel("smooth jointly", |progress| {
        smooth_jointly(&given.grains, spacing, Mm(3.0), progress)
    });
    bench.cancel("islands", |progress| {
        islands(&grains, Islands::AtLeast(4), Connectivity::Faces, progress)
    });
    bench.cancel("split islands", |progress| {
        split_islands(&grains, 4, 100, Connectivity::Faces, progress)
    });
    bench.cancel("fill holes", |progress| {
        fill_holes(&grains, Holes::Volume, progress)
    });
}

fn values(bench: &mut Bench, given: &Given) {
    let image = &given.image;
    bench.cancel("threshold", |progress| {
        threshold(image, &(-300.0..=400.0), WHOLE, progress)
    });
    let flood = Flood {
        seed: VoxelIndex([200, 250, 150]),
        range: -900.0..=2000.0,
        connectivity: Connectivity::Faces,
        region: None,
    };
    bench.cancel("flood fill", |progress| {
        flood_fill(image, &flood, None, progress)
    });
    let confidence = Confidence {
        seed: VoxelIndex([200, 250, 150]),
        radius: [2; 3],
        multiplier: 3.0,
        n_iterations: 5,
        connectivity: Connectivity::Faces,
        region: None,
    };
    bench.cancel("confidence connected", |progress| {
        confidence_connected(image, &confidence, None, progress)
    });
    bench.cancel("histogram", |progress| {
        Histogram::of(image, None, 256, progress)
    });
}

fn is_organ([i, j, k]: [usize; 3]) -> bool {
    let at = [(i, 200.0, 130.0), (j, 250.0, 150.0), (k, 150.0, 140.0)];
    let squares = at.map(|(n, middle, radius)| ((n as f64 - middle) / radius).powi(2));
    squares.iter().sum::<f64>() <= 1.0
}

/// The upper bits of a product with a constant of Knuth's.
fn noise([i, j, k]: [usize; 3]) -> usize {
    let n = (k * GRID[1] + j) * GRID[0] + i;
    ((n as u32).wrapping_mul(2_654_435_761) >> 16) as usize
}

fn paint([i, j, k]: [usize; 3]) -> Label {
    let is_stroke =
        |[a, b, c]: [usize; 3]| i.abs_diff(a) <= 20 && j.abs_diff(b) <= 3 && k.abs_diff(c) <= 2;
    match [i, j, k] {
        _ if is_stroke([200, 250, 150]) => 1,
        _ if is_stroke([200, 310, 150]) || is_stroke([450, 250, 150]) => 2,
        _ if is_stroke([160, 190, 90]) => 3,
        _ => 0,
    }
}

fn image() -> Result<Volume, Failure> {
    let [i, j, k] = SPACING_MM;
    let steps = [[i, 0.0, 0.0], [0.0, j, 0.0], [0.0, 0.0, k]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let value = |at| {
        let tissue = if is_organ(at) { 100 } else { -100 };
        tissue + (noise(at) % 128) as i16
    };
    let voxels = Voxels::I16(voxels(value));
    let geometry = Geometry::new(GRID, affine)?;
    Ok(Volume::new(geometry, voxels, Rescale::IDENTITY, None)?)
}

fn labels(label: impl Fn([usize; 3]) -> Label) -> Result<LabelMap, Failure> {
    LabelMap::from_dense(GRID, &voxels(label)).ok_or_else(|| "labels do not fill the grid".into())
}

fn voxels<T>(value: impl Fn([usize; 3]) -> T) -> Vec<T> {
    let mut voxels = Vec::with_capacity(GRID.iter().product());
    for k in 0..GRID[2] {
        for j in 0..GRID[1] {
            voxels.extend((0..GRID[0]).map(|i| value([i, j, k])));
        }
    }
    voxels
}
