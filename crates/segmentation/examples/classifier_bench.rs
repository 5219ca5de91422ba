//! Learns from scribbles and labels a slice, then the whole image, and prints what it took as JSON:
//! seconds of each. `tests/bench/classifier.py` makes the files and does the same with SciPy and
//! scikit-learn.
//!
//! `classifier_bench IMAGE PAINTED SLICE SIZE SPACING OUT`: IMAGE is int16, PAINTED and OUT are
//! uint16, i fastest, little endian; SLICE is the k that is labelled first; SIZE and SPACING (mm) are
//! three numbers joined by commas.

use annotomy_segmentation::{Mask, Spacing, classify};
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
    let [image, painted, slice, size, spacing, out] = arguments.as_slice() else {
        return Err("six arguments are needed".into());
    };
    let size: [usize; 3] = three(size)?;
    let mm: [f64; 3] = three(spacing)?;
    let image = volume(&std::fs::read(image)?, size)?;
    let painted = labels(&std::fs::read(painted)?, size)?;
    let spacing = Spacing::even(mm.map(Mm))?;
    let finest = Mm(mm.into_iter().fold(f64::INFINITY, f64::min));
    let k: usize = slice.parse()?;
    let whole = VoxelBox {
        min: [0; 3],
        max: size.map(|n| n - 1),
    };
    let mut one = whole;
    (one.min[2], one.max[2]) = (k, k);
    let timed = |region: VoxelBox| {
        let wanted = Mask::filled(size, region);
        let start = Instant::now();
        let voxels = (&painted, &wanted);
        let found = classify(&image, voxels, (&spacing, finest), &NoProgress);
        found.map(|found| (start.elapsed().as_secs_f64(), found))
    };
    let (of_slice, _) = timed(one)?;
    let (of_all, found) = timed(whole)?;
    writeln!(
        std::io::stdout(),
        "{{\"slice\": {of_slice}, \"all\": {of_all}}}"
    )?;
    let found = found.to_dense();
    let bytes: Vec<u8> = found.iter().flat_map(|label| label.to_le_bytes()).collect();
    Ok(std::fs::write(out, bytes)?)
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

fn labels(bytes: &[u8], size: [usize; 3]) -> Result<LabelMap, Failure> {
    let labels = bytes.as_chunks().0.iter();
    let labels: Vec<Label> = labels.map(|&two| Label::from_le_bytes(two)).collect();
    LabelMap::from_dense(size, &labels).ok_or_else(|| "labels do not fill the grid".into())
}

fn volume(bytes: &[u8], size: [usize; 3]) -> Result<Volume, Failure> {
    let values = bytes.as_chunks().0.iter();
    let values = values.map(|&two| i16::from_le_bytes(two));
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let geometry = Geometry::new(size, Affine::from_steps(steps, PointLps([0.0; 3])))?;
    let voxels = Voxels::I16(values.collect());
    Ok(Volume::new(geometry, voxels, Rescale::IDENTITY, None)?)
}
