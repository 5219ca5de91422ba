//! Writes NRRD files, voxels inside, gzipped.

use super::header::escaped;
use crate::write::gzipped;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::Axis;
use annotomy_volume::volume::{ScalarType, Voxels};
use std::io::{self, Write};

/// The axis beside those of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// None.
    Nothing,
    /// Red, green and blue, faster than the grid.
    Colour,
    /// So many layers, faster than the grid.
    Layers(usize),
    /// So many volumes, slower than the grid, as 3D Slicer has its sequences.
    Volumes(usize),
}

/// Writes a volume or label map, or several label maps as volumes.
pub(crate) fn write(
    out: &mut dyn Write,
    geometry: &Geometry,
    n_volumes: usize,
    voxels: &Voxels,
) -> io::Result<()> {
    let scalar_type = voxels.scalar_type();
    let beside = match (scalar_type, n_volumes) {
        (ScalarType::Rgb8, _) => Beside::Colour,
        (_, 1) => Beside::Nothing,
        _ => Beside::Volumes(n_volumes),
    };
    out.write_all(header(geometry, scalar_type, beside).as_bytes())?;
    out.write_all(b"\n")?;
    gzipped(out, |out| out.write_all(voxels.bytes()))
}

/// Everything but keys and the empty line.
pub(crate) fn header(geometry: &Geometry, scalar_type: ScalarType, beside: Beside) -> String {
    let name = match scalar_type {
        ScalarType::U8 | ScalarType::Rgb8 => "unsigned char",
        ScalarType::I8 => "signed char",
        ScalarType::U16 => "unsigned short",
        ScalarType::I16 => "short",
        ScalarType::U32 => "unsigned int",
        ScalarType::I32 => "int",
        ScalarType::F32 => "float",
        ScalarType::F64 => "double",
    };
    let [ni, nj, nk] = geometry.size();
    let [i, j, k] = Axis::ALL.map(|axis| vector(geometry.step(axis).0));
    let sizes = format!("{ni} {nj} {nk}");
    let directions = format!("{i} {j} {k}");
    let kinds = "domain domain domain";
    let faster = |n: usize, kind| {
        let (sizes, directions) = (format!("{n} {sizes}"), format!("none {directions}"));
        (4, sizes, directions, format!("{kind} {kinds}"))
    };
    let (dimension, sizes, directions, kinds) = match beside {
        Beside::Nothing => (3, sizes, directions, kinds.to_owned()),
        Beside::Colour => faster(3, "RGB-color"),
        Beside::Layers(n) => faster(n, "list"),
        Beside::Volumes(n) => {
            let (sizes, directions) = (format!("{sizes} {n}"), format!("{directions} none"));
            (4, sizes, directions, format!("{kinds} list"))
        }
    };
    let origin = vector(geometry.origin().0);
    format!(
        "NRRD0004\n\
         # Complete NRRD file format specification at:\n\
         # http://teem.sourceforge.net/nrrd/format.html\n\
         type: {name}\n\
         dimension: {dimension}\n\
         space: left-posterior-superior\n\
         sizes: {sizes}\n\
         space directions: {directions}\n\
         kinds: {kinds}\n\
         endian: little\n\
         encoding: gzip\n\
         space origin: {origin}\n"
    )
}

/// The shortest decimals that give the same doubles again.
fn vector([x, y, z]: [f64; 3]) -> String {
    // Adding 0 makes -0 one.
    format!("({},{},{})", x + 0.0, y + 0.0, z + 0.0)
}

/// A key and value of its own line.
pub(crate) fn pair(key: &str, value: &str) -> String {
    format!("{key}:={}\n", escaped(value))
}
