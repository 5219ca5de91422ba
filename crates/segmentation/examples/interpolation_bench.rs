//! Interpolates between drawn slices of a label map and prints the seconds that it took.
//! `tests/bench/interpolation.py` makes the files and compares the result with the truth.
//!
//! `interpolation_bench LABELS IMAGE SIZE SPACING AXIS SLICES OUT`: LABELS and OUT are uint16 and
//! IMAGE float32, i fastest, little endian, IMAGE `-` for none; SIZE, SPACING (mm) and SLICES are
//! numbers joined by commas, AXIS is 0, 1 or 2. An eighth argument, `coarse`, has the coarse look timed.

use annotomy_segmentation::{Sections, Spacing, interpolate, interpolate_coarsely};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Axis, Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use std::io::Write;
use std::str::FromStr;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [labels, image, size, spacing, axis, slices, out, more @ ..] = arguments.as_slice() else {
        return Err("seven arguments are needed".into());
    };
    let size: [usize; 3] = three(size)?;
    let mm: [f64; 3] = three(spacing)?;
    let axis = *Axis::ALL
        .get(axis.parse::<usize>()?)
        .ok_or("no such axis")?;
    let drawn: Vec<usize> = numbers(slices)?;
    let labels = only_drawn(&std::fs::read(labels)?, size, axis, &drawn);
    let labels = LabelMap::from_dense(size, &labels).ok_or("labels do not fill the grid")?;
    let image = match image.as_str() {
        "-" => None,
        path => Some(volume(&std::fs::read(path)?, size, mm)?),
    };
    let slices: Vec<(Axis, usize)> = drawn.into_iter().map(|n| (axis, n)).collect();
    let spacing = Spacing::even(mm.map(Mm))?;
    let sections = Sections {
        labels: &labels,
        slices: &slices,
        planes: &[],
    };
    let start = Instant::now();
    let found = match more {
        [] => interpolate(&sections, image.as_ref(), &spacing, &NoProgress)?.labels,
        _ => interpolate_coarsely(&sections, &[], &spacing, &NoProgress)?
            .ok_or("the whole grid takes no longer")?,
    };
    writeln!(std::io::stdout(), "{}", start.elapsed().as_secs_f64())?;
    let found = found.to_dense();
    let bytes: Vec<u8> = found.iter().flat_map(|label| label.to_le_bytes()).collect();
    Ok(std::fs::write(out, bytes)?)
}

fn numbers<T: FromStr>(text: &str) -> Result<Vec<T>, T::Err> {
    text.split(',').map(str::parse).collect()
}

fn three<T: FromStr>(text: &str) -> Result<[T; 3], Failure>
where
    T::Err: std::error::Error + 'static,
{
    let numbers = numbers(text)?;
    numbers
        .try_into()
        .map_err(|_| "three numbers are needed".into())
}

fn only_drawn(bytes: &[u8], [n_i, n_j, _]: [usize; 3], axis: Axis, drawn: &[usize]) -> Vec<Label> {
    let labels = bytes.as_chunks().0.iter().enumerate();
    let label = |(n, &two): (usize, &[u8; 2])| {
        let voxel = [n % n_i, n / n_i % n_j, n / (n_i * n_j)];
        let is_drawn = drawn.contains(&voxel[axis.position()]);
        if is_drawn {
            Label::from_le_bytes(two)
        } else {
            0
        }
    };
    labels.map(label).collect()
}

fn volume(bytes: &[u8], size: [usize; 3], mm: [f64; 3]) -> Result<Volume, Failure> {
    let values = bytes
        .as_chunks()
        .0
        .iter()
        .map(|&four| f32::from_le_bytes(four));
    let steps = [0, 1, 2].map(|n| {
        let mut step = [0.0; 3];
        step[n] = mm[n];
        VectorLps(step)
    });
    let geometry = Geometry::new(size, Affine::from_steps(steps, PointLps([0.0; 3])))?;
    let voxels = Voxels::F32(values.collect());
    Ok(Volume::new(geometry, voxels, Rescale::IDENTITY, None)?)
}
