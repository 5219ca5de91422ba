//! Times slices and reslices of a synthetic 512x512x300 int16 volume; prints median milliseconds
//! as JSON. `tests/peers/volume_bench.py` does the same work in VTK and SimpleITK.
//!
//! `reslice_bench [REPEATS]`

use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::percentile::{percentiles, value_range};
use annotomy_volume::reslice::{Interpolation, SlicePlane, reslice, reslice_stored};
use annotomy_volume::slab::{Projection, Slab, project_slab};
use annotomy_volume::slice::orthogonal_slice;
use annotomy_volume::space::{Axis, Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

const SIZE: [usize; 3] = [512, 512, 300];
const SPACING_MM: [f64; 3] = [0.7, 0.7, 1.0];
const PIXEL_MM: f64 = 0.7;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let repeats = std::env::args().nth(1).map_or(Ok(51), |n| n.parse())?;
    let volume = synthetic_volume()?;
    let plane = oblique_plane();
    let slab = Slab {
        plane,
        thickness: Mm(20.0),
    };
    let mut results = Vec::new();
    let mut time = |name, work: &dyn Fn(usize)| results.push((name, median_ms(repeats, work)));
    for (name, axis) in ["orthogonal_i", "orthogonal_j", "orthogonal_k"]
        .into_iter()
        .zip(Axis::ALL)
    {
        let n_slices = SIZE[axis.position()];
        time(name, &|n| {
            black_box(orthogonal_slice(&volume, axis, (100 + n) % n_slices));
        });
    }
    for (name, stored_name, interpolation) in [
        (
            "oblique_nearest",
            "oblique_nearest_int16",
            Interpolation::Nearest,
        ),
        (
            "oblique_linear",
            "oblique_linear_int16",
            Interpolation::Linear,
        ),
        ("oblique_cubic", "oblique_cubic_int16", Interpolation::Cubic),
    ] {
        time(name, &|_| {
            black_box(reslice(&volume, &plane, interpolation, 0.0));
        });
        time(stored_name, &|_| {
            black_box(reslice_stored(&volume, &plane, interpolation, 0.0));
        });
    }
    time("slab_20mm_max_oblique", &|_| {
        black_box(project_slab(
            &volume,
            &slab,
            Interpolation::Linear,
            Projection::Max,
            0.0,
        ));
    });
    let axial = Slab {
        plane: axial_plane(),
        thickness: Mm(20.0),
    };
    time("slab_20mm_max_axial", &|_| {
        black_box(project_slab(
            &volume,
            &axial,
            Interpolation::Linear,
            Projection::Max,
            0.0,
        ));
    });
    time("value_range", &|_| {
        black_box(value_range(&volume));
    });
    time("percentiles", &|_| {
        black_box(percentiles(volume.voxels(), None, &[1.0, 99.0]));
    });
    let fields: Vec<String> = results
        .iter()
        .map(|(name, ms)| format!("\"{name}\": {ms:.3}"))
        .collect();
    writeln!(std::io::stdout(), "{{{}}}", fields.join(", "))?;
    Ok(())
}

fn median_ms(repeats: usize, work: &dyn Fn(usize)) -> f64 {
    work(0);
    let mut times: Vec<f64> = (0..repeats.max(1))
        .map(|n| {
            let start = Instant::now();
            work(n);
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn synthetic_volume() -> Result<Volume, Box<dyn std::error::Error>> {
    let [x, y, z] = SPACING_MM;
    let steps = [[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, z]].map(VectorLps);
    let geometry = Geometry::new(SIZE, Affine::from_steps(steps, PointLps([0.0; 3])))?;
    let mut voxels = Vec::with_capacity(geometry.n_voxels());
    for k in 0..SIZE[2] {
        for j in 0..SIZE[1] {
            let row = (0..SIZE[0]).map(|i| ((3 * i + 5 * j + 7 * k) % 2000) as i16 - 1000);
            voxels.extend(row);
        }
    }
    Ok(Volume::new(
        geometry,
        Voxels::I16(voxels),
        Rescale::IDENTITY,
        None,
    )?)
}

/// Through the middle of the volume, turned by 0.5 rad about z and then tilted by 0.6 rad.
fn oblique_plane() -> SlicePlane {
    let (turn, tilt) = (0.5_f64, 0.6_f64);
    let columns = VectorLps([turn.cos(), turn.sin(), 0.0]);
    let rows = VectorLps([
        -turn.sin() * tilt.cos(),
        turn.cos() * tilt.cos(),
        tilt.sin(),
    ]);
    let middle: [f64; 3] = std::array::from_fn(|n| (SIZE[n] - 1) as f64 / 2.0 * SPACING_MM[n]);
    let to_corner = (columns + rows) * (-PIXEL_MM * 255.5);
    SlicePlane {
        origin: PointLps(middle) + to_corner,
        column_step: columns * PIXEL_MM,
        row_step: rows * PIXEL_MM,
        size: [512, 512],
    }
}

fn axial_plane() -> SlicePlane {
    SlicePlane {
        origin: PointLps([0.0, 0.0, 150.0]),
        column_step: VectorLps([PIXEL_MM, 0.0, 0.0]),
        row_step: VectorLps([0.0, PIXEL_MM, 0.0]),
        size: [512, 512],
    }
}
