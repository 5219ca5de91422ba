//! Writes NIfTI-1 files.

use super::affine::{Forms, forms};
use super::header::HEADER_LEN;
use crate::error::FormatError;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Rescale, ScalarType, Volume, Voxels};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// `NIFTI_INTENT_LABEL`.
const INTENT_LABEL: i16 = 1002;

/// Writes a volume with its exact stored values; slope, intercept and geometry in single
/// precision, as the format has them. Gzipped if the name ends in `.gz`. An existing file is
/// replaced only when the new one is complete and on disk.
///
/// # Errors
/// [`FormatError::Limit`] if a side exceeds 32767 voxels, [`FormatError::Io`] if the file system
/// refuses.
pub fn write_nifti(path: &Path, volume: &Volume) -> Result<(), FormatError> {
    let content = Content {
        geometry: volume.geometry(),
        voxels: volume.voxels(),
        rescale: volume.rescale(),
        intent: 0,
    };
    write(path, &content)
}

/// Writes a label map on a grid. Otherwise as [`write_nifti`].
///
/// # Errors
/// As [`write_nifti`]; also [`FormatError::Unsupported`] if the labels are not uint8 or uint16 or
/// do not fill the grid.
pub fn write_labels(path: &Path, geometry: &Geometry, labels: &Voxels) -> Result<(), FormatError> {
    let is_label_type = matches!(labels.scalar_type(), ScalarType::U8 | ScalarType::U16);
    if !is_label_type || labels.len() != geometry.n_voxels() {
        let name = labels.scalar_type().name();
        let what = format!(
            "{} labels of type {name} on {:?}",
            labels.len(),
            geometry.size()
        );
        return Err(FormatError::unsupported(path, what));
    }
    let rescale = Rescale::IDENTITY;
    write(
        path,
        &Content {
            geometry,
            voxels: labels,
            rescale,
            intent: INTENT_LABEL,
        },
    )
}

struct Content<'a> {
    geometry: &'a Geometry,
    voxels: &'a Voxels,
    rescale: Rescale,
    intent: i16,
}

fn write(path: &Path, content: &Content<'_>) -> Result<(), FormatError> {
    let header = header(path, content)?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let is_gzip = path
        .extension()
        .and_then(OsStr::to_str)
        .is_some_and(|e| e == "gz");
    let write = || -> io::Result<()> {
        let temporary = temporary_file(folder)?;
        let mut file = BufWriter::with_capacity(1 << 20, temporary.as_file());
        if is_gzip {
            let mut stream = GzEncoder::new(&mut file, Compression::fast());
            write_to(&mut stream, &header, content)?;
            stream.finish()?;
        } else {
            write_to(&mut file, &header, content)?;
        }
        file.flush()?;
        drop(file);
        temporary.as_file().sync_all()?;
        temporary.persist(path)?;
        sync_folder(folder)
    };
    write().map_err(FormatError::io(path))
}

/// Beside the target, so that renaming replaces it at once; readable as any new file would be.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".annotomy-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder
            .permissions(std::fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)
    }
    #[cfg(not(unix))]
    builder.tempfile_in(folder)
}

/// Makes the new name durable; only Unix lets a folder be opened for that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

fn write_to(
    out: &mut dyn Write,
    header: &[u8; HEADER_LEN],
    content: &Content<'_>,
) -> io::Result<()> {
    out.write_all(header)?;
    out.write_all(&[0; 4])?;
    out.write_all(content.voxels.bytes())
}

fn header(path: &Path, content: &Content<'_>) -> Result<[u8; HEADER_LEN], FormatError> {
    let size = content.geometry.size();
    let limit = || FormatError::limit(path, format!("{size:?} voxels; NIfTI-1 has 32767 a side"));
    let mut dim = [3_i16, 1, 1, 1, 1, 1, 1, 1];
    for (dim, side) in dim.iter_mut().skip(1).zip(size) {
        *dim = i16::try_from(side).map_err(|_| limit())?;
    }
    let Forms {
        srows,
        pixdim,
        quaternion,
    } = forms(content.geometry);
    let (datatype, bits) = match content.voxels.scalar_type() {
        ScalarType::U8 => (2_i16, 8_i16),
        ScalarType::I8 => (256, 8),
        ScalarType::U16 => (512, 16),
        ScalarType::I16 => (4, 16),
        ScalarType::U32 => (768, 32),
        ScalarType::I32 => (8, 32),
        ScalarType::F32 => (16, 32),
        ScalarType::F64 => (64, 64),
        ScalarType::Rgb8 => (128, 24),
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the format has single precision only"
    )]
    let scale = [
        content.rescale.slope as f32,
        content.rescale.intercept as f32,
    ];
    let [[.., qx], [.., qy], [.., qz]] = srows;
    let mut fields = Fields {
        bytes: Vec::with_capacity(HEADER_LEN),
    };
    fields.i32(348).zeros(34).text("r").zeros(1);
    fields
        .i16s(dim)
        .zeros(12)
        .i16s([content.intent, datatype, bits, 0]);
    fields.f32s(pixdim).f32s([1.0; 4]).f32s([352.0]).f32s(scale);
    // Space in millimetres, no time.
    fields.zeros(3).u8(2).zeros(24);
    fields.text("Annotomy").zeros(72).zeros(24);
    // Scanner coordinates.
    fields.i16s([quaternion.is_some().into(), 1]);
    fields
        .f32s(quaternion.unwrap_or_default())
        .f32s([qx, qy, qz]);
    fields.f32s(srows.as_flattened().iter().copied());
    fields.zeros(16).text("n+1\0");
    let damaged = |bytes: Vec<u8>| FormatError::limit(path, format!("{} bytes", bytes.len()));
    fields.bytes.try_into().map_err(damaged)
}

/// Fields in file order, little endian.
struct Fields {
    bytes: Vec<u8>,
}

impl Fields {
    fn zeros(&mut self, n: usize) -> &mut Self {
        self.bytes.resize(self.bytes.len().saturating_add(n), 0);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes.push(value);
        self
    }

    fn i16s(&mut self, values: impl IntoIterator<Item = i16>) -> &mut Self {
        self.bytes
            .extend(values.into_iter().flat_map(i16::to_le_bytes));
        self
    }

    fn i32(&mut self, value: i32) -> &mut Self {
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn f32s(&mut self, values: impl IntoIterator<Item = f32>) -> &mut Self {
        self.bytes
            .extend(values.into_iter().flat_map(f32::to_le_bytes));
        self
    }
}
