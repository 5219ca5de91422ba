//! Writes NRRD files, voxels inside, gzipped.

use super::header::escaped;
use crate::write::gzipped;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::Axis;
use annotomy_volume::volume::{ScalarType, Voxels};
use std::io::{self, Write};

/// What runs faster than the axes of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fastest {
    /// Nothing.
    Grid,
    /// Red, green and blue.
    Colour,
    /// So many layers.
    Layers(usize),
}

/// Writes a volume or label map.
pub(crate) fn write(out: &mut dyn Write, geometry: &Geometry, voxels: &Voxels) -> io::Result<()> {
    let scalar_type = voxels.scalar_type();
    let fastest = match scalar_type {
        ScalarType::Rgb8 => Fastest::Colour,
        _ => Fastest::Grid,
    };
    out.write_all(header(geometry, scalar_type, fastest).as_bytes())?;
    out.write_all(b"\n")?;
    gzipped(out, |out| out.write_all(voxels.bytes()))
}

/// Everything but keys and the empty line.
pub(crate) fn header(geometry: &Geometry, scalar_type: ScalarType, fastest: Fastest) -> String {
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
    let (dimension, sizes, none, kind) = match fastest {
        Fastest::Grid => (3, String::new(), "", ""),
        Fastest::Colour => (4, "3 ".to_owned(), "none ", "RGB-color "),
        Fastest::Layers(n) => (4, format!("{n} "), "none ", "list "),
    };
    let [ni, nj, nk] = geometry.size();
    let [i, j, k] = Axis::ALL.map(|axis| vector(geometry.step(axis).0));
    let origin = vector(geometry.origin().0);
    format!(
        "NRRD0004\n\
         # Complete NRRD file format specification at:\n\
         # http://teem.sourceforge.net/nrrd/format.html\n\
         type: {name}\n\
         dimension: {dimension}\n\
         space: left-posterior-superior\n\
         sizes: {sizes}{ni} {nj} {nk}\n\
         space directions: {none}{i} {j} {k}\n\
         kinds: {kind}domain domain domain\n\
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
