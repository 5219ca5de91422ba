//! Grows seeds, adds a stroke and takes it away again, and prints what it took as JSON: seconds of
//! each, and the most memory that was needed beside the image and the seeds, in bytes. `tests/bench/seeds.py` makes the files
//! and does the same with ITK.
//!
//! `seeds_bench IMAGE SEEDS MORE SIZE SPACING LOCALITY OUT`: IMAGE is int16, SEEDS, MORE (the seeds
//! and a stroke) and OUT are uint16, i fastest, little endian; SIZE and SPACING (mm) are three
//! numbers joined by commas.

use annotomy_segmentation::{Growth, Spacing, grow_seeds};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use std::io::Write;
use std::str::FromStr;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [image, seeds, more, size, spacing, locality, out] = arguments.as_slice() else {
        return Err("seven arguments are needed".into());
    };
    let size: [usize; 3] = three(size)?;
    let mm: [f64; 3] = three(spacing)?;
    let image = volume(&std::fs::read(image)?, size, mm)?;
    let [seeds, more] = [labels(seeds, size)?, labels(more, size)?];
    let spacing = Spacing::even(mm.map(Mm))?;
    let growth = Growth {
        locality: locality.parse()?,
        region: VoxelBox {
            min: [0; 3],
            max: size.map(|n| n - 1),
        },
    };
    let before = bytes_of("VmRSS:")?;
    let start = Instant::now();
    let grown = grow_seeds(&image, &seeds, (None, &spacing), &growth, &NoProgress)?;
    let all = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let found = grown.labels();
    let labels = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let grown = grown.with_seeds(&more, &NoProgress)?;
    let added = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let grown = grown.with_seeds(&seeds, &NoProgress)?;
    let removed = start.elapsed().as_secs_f64();
    if grown.labels() != found {
        return Err("a stroke that came and went left something".into());
    }
    let peak = bytes_of("VmHWM:")?.saturating_sub(before);
    writeln!(
        std::io::stdout(),
        "{{\"all\": {all}, \"labels\": {labels}, \"added\": {added}, \"removed\": {removed}, \"peak\": {peak}}}"
    )?;
    let found = found.to_dense();
    let bytes: Vec<u8> = found.iter().flat_map(|label| label.to_le_bytes()).collect();
    Ok(std::fs::write(out, bytes)?)
}

/// Memory of this process as Linux counts it: what it has, or the most that it had.
fn bytes_of(name: &str) -> Result<usize, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("memory is not known")?.parse::<usize>()? * 1024)
}

fn three<T: FromStr>(text: &str) -> Result<[T; 3], Failure>
where
    T::Err: std::error::Error + 'static,
{
    let numbers: Vec<T> = text.split(',').map(str::parse).collect::<Result<_, _>>()?;
    numbers
        .try_into()
        .map_err(|_| "three numbers are needed".into())
}

fn labels(path: &str, size: [usize; 3]) -> Result<LabelMap, Failure> {
    let bytes = std::fs::read(path)?;
    let labels = bytes.as_chunks().0.iter();
    let labels: Vec<Label> = labels.map(|&two| Label::from_le_bytes(two)).collect();
    LabelMap::from_dense(size, &labels).ok_or_else(|| "labels do not fill the grid".into())
}

fn volume(bytes: &[u8], size: [usize; 3], mm: [f64; 3]) -> Result<Volume, Failure> {
    let values = bytes.as_chunks().0.iter();
    let values = values.map(|&two| i16::from_le_bytes(two));
    let steps = [0, 1, 2].map(|n| {
        let mut step = [0.0; 3];
        step[n] = mm[n];
        VectorLps(step)
    });
    let geometry = Geometry::new(size, Affine::from_steps(steps, PointLps([0.0; 3])))?;
    let voxels = Voxels::I16(values.collect());
    Ok(Volume::new(geometry, voxels, Rescale::IDENTITY, None)?)
}
