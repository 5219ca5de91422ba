//! Moves an active contour by edges and prints what it took as JSON: seconds for the speed image and
//! for the iterations. `tests/bench/snake.py` makes the file and does the same with SimpleITK.
//!
//! `snake_bench IMAGE SIDE RADIUS ITERATIONS OUT`: IMAGE is int16, a cube of SIDE voxels of 1 mm, OUT
//! bytes, i fastest, little endian; the contour begins in a ball of RADIUS mm in the middle.

use annotomy_segmentation::{Bubble, EdgeSpeed, Motion, Snake, Spacing, Start, edge_speed};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{ContinuousIndex, Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [image, side, radius, iterations, out] = arguments.as_slice() else {
        return Err("five arguments are needed".into());
    };
    let side: usize = side.parse()?;
    let volume = volume(&std::fs::read(image)?, side)?;
    let spacing = Spacing::even([Mm(1.0); 3])?;
    let region = VoxelBox {
        min: [0; 3],
        max: [side - 1; 3],
    };
    let edges = EdgeSpeed {
        sigma: Mm(1.0),
        contrast: Some(5.0),
        exponent: 3,
    };
    let start = Instant::now();
    let speed = edge_speed(&volume, &spacing, region, &edges, &NoProgress)?;
    let speed_secs = start.elapsed().as_secs_f64();
    let bubble = Bubble {
        center: ContinuousIndex([(side / 2) as f64; 3]),
        radius: Mm(radius.parse()?),
    };
    let from = Start {
        mask: None,
        bubbles: &[bubble],
    };
    let motion = Motion::Edges {
        propagation: 1.0,
        curvature: 0.5,
        advection: 2.0,
    };
    let start = Instant::now();
    let mut snake = Snake::new(
        &from,
        ([side; 3], &spacing),
        Arc::new(speed),
        motion,
        &NoProgress,
    )?;
    snake.advance(iterations.parse()?, &NoProgress)?;
    let mask = snake.mask();
    let evolved = start.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "{{\"speed\": {speed_secs}, \"evolved\": {evolved}}}"
    )?;
    let inside: Vec<u8> = mask.to_dense().into_iter().map(u8::from).collect();
    Ok(std::fs::write(out, inside)?)
}

fn volume(bytes: &[u8], side: usize) -> Result<Volume, Failure> {
    let values = bytes.as_chunks().0.iter();
    let values = values.map(|&two| i16::from_le_bytes(two));
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let geometry = Geometry::new([side; 3], Affine::from_steps(steps, PointLps([0.0; 3])))?;
    let voxels = Voxels::I16(values.collect());
    Ok(Volume::new(geometry, voxels, Rescale::IDENTITY, None)?)
}
