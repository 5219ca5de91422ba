//! Writes MetaImage files, voxels inside, compressed.

use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{ScalarType, Voxels};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::{self, Write};

/// Writes a volume or label map, or several label maps as volumes.
pub(crate) fn write(
    out: &mut dyn Write,
    geometry: &Geometry,
    n_volumes: usize,
    voxels: &Voxels,
) -> io::Result<()> {
    // Readers want the compressed length before the voxels.
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(voxels.bytes())?;
    let packed = packed.finish()?;
    let header = header(geometry, n_volumes, voxels.scalar_type(), packed.len());
    out.write_all(header.as_bytes())?;
    out.write_all(&packed)
}

fn header(
    geometry: &Geometry,
    n_volumes: usize,
    scalar_type: ScalarType,
    n_packed: usize,
) -> String {
    let (name, n_channels) = match scalar_type {
        ScalarType::U8 => ("MET_UCHAR", 1),
        ScalarType::I8 => ("MET_CHAR", 1),
        ScalarType::U16 => ("MET_USHORT", 1),
        ScalarType::I16 => ("MET_SHORT", 1),
        ScalarType::U32 => ("MET_UINT", 1),
        ScalarType::I32 => ("MET_INT", 1),
        ScalarType::F32 => ("MET_FLOAT", 1),
        ScalarType::F64 => ("MET_DOUBLE", 1),
        ScalarType::Rgb8 => ("MET_UCHAR", 3),
    };
    let [i, j, k] = geometry.directions().map(|direction| list(direction.0));
    let offset = list(geometry.origin().0);
    let spacing = list(geometry.spacing_mm());
    let [ni, nj, nk] = geometry.size();
    let sizes = format!("{ni} {nj} {nk}");
    let (n_dimensions, matrix, offset, center, spacing, sizes) = match n_volumes {
        1 => (3, format!("{i} {j} {k}"), offset, "0 0 0", spacing, sizes),
        n => (
            4,
            format!("{i} 0 {j} 0 {k} 0 0 0 0 1"),
            format!("{offset} 0"),
            "0 0 0 0",
            format!("{spacing} 1"),
            format!("{sizes} {n}"),
        ),
    };
    format!(
        "ObjectType = Image\n\
         NDims = {n_dimensions}\n\
         BinaryData = True\n\
         BinaryDataByteOrderMSB = False\n\
         CompressedData = True\n\
         CompressedDataSize = {n_packed}\n\
         TransformMatrix = {matrix}\n\
         Offset = {offset}\n\
         CenterOfRotation = {center}\n\
         ElementSpacing = {spacing}\n\
         DimSize = {sizes}\n\
         ElementNumberOfChannels = {n_channels}\n\
         ElementType = {name}\n\
         ElementDataFile = LOCAL\n"
    )
}

/// The shortest decimals that give the same doubles again; adding 0 makes -0 one.
fn list(values: [f64; 3]) -> String {
    values.map(|x| (x + 0.0).to_string()).join(" ")
}
