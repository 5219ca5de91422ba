//! Writes volumes and label maps in the format that a file's name asks for, and reads one back.

use crate::error::FormatError;
use crate::finding::Finding;
use crate::progress::NoProgress;
use crate::save::save;
use crate::scan::open_one;
use crate::series::Series;
use crate::voi::Voi;
use crate::{metaimage, nifti, nrrd};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Rescale, Scalar, ScalarType, Volume, Voxels};
use annotomy_volume::with_voxels;
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

/// A format that volumes are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// NIfTI-1: at most 32767 voxels a side; slope, intercept and geometry in single precision.
    Nifti1,
    /// NIfTI-2: the same in double precision, and sides of any length. Fewer programs read it.
    Nifti2,
    /// NRRD with its voxels inside, gzipped. Values are written, not stored values and a slope.
    Nrrd,
    /// MetaImage with its voxels inside, compressed. Values are written, as in NRRD.
    MetaImage,
}

impl Format {
    /// What the end of a name asks for, in capitals or not: `.nii`, `.nii.gz`, `.nrrd`, `.mha`.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        if name.ends_with(".nii") || name.ends_with(".nii.gz") {
            Some(Self::Nifti1)
        } else if name.ends_with(".nrrd") {
            Some(Self::Nrrd)
        } else if name.ends_with(".mha") {
            Some(Self::MetaImage)
        } else {
            None
        }
    }
}

/// Writes a volume in the format that the name's ending asks for ([`Format::of_name`]); NIfTI-2
/// where a side or a number exceeds what NIfTI-1 can say. An existing file is replaced only when the new one
/// is complete and on disk.
///
/// # Errors
/// [`FormatError::Unsupported`] for another ending, [`FormatError::Io`] if the file system
/// refuses.
pub fn write_volume(path: &Path, volume: &Volume) -> Result<(), FormatError> {
    write_volume_on(path, volume.geometry(), volume, &[])
}

/// As [`write_volume`], with the voxels on another grid of the same size, such as one whose pixels
/// are as large as a person said. NIfTI keeps the first window of `voi`, as `cal_min` and `cal_max`;
/// the other formats have no field for one.
///
/// # Errors
/// As [`write_volume`]; also [`FormatError::Unsupported`] for a grid of another size.
pub fn write_volume_on(
    path: &Path,
    geometry: &Geometry,
    volume: &Volume,
    voi: &[Voi],
) -> Result<(), FormatError> {
    let (size, own) = (geometry.size(), volume.geometry().size());
    if size != own {
        let what = format!("a volume of {own:?} voxels on a grid of {size:?}");
        return Err(FormatError::unsupported(path, what));
    }
    let content = Content {
        geometry,
        shown: voi.iter().find_map(Voi::limits),
        ..Content::of(volume)
    };
    write(path, &content, chosen(path, &content)?)
}

/// As [`write_volume`], in a format of the caller's choice.
///
/// # Errors
/// As [`write_volume`]; also [`FormatError::Limit`] if a side or a number exceeds the format's.
pub fn write_volume_as(path: &Path, volume: &Volume, format: Format) -> Result<(), FormatError> {
    write(path, &Content::of(volume), format)
}

/// Writes a label map on a grid. Otherwise as [`write_volume`].
///
/// # Errors
/// As [`write_volume`]; also [`FormatError::Unsupported`] if the labels are not uint8 or uint16 or
/// do not fill the grid.
pub fn write_labels(path: &Path, geometry: &Geometry, labels: &Voxels) -> Result<(), FormatError> {
    write_label_volumes(path, geometry, 1, labels)
}

/// Writes label maps on one grid as the volumes of one file; `labels` holds them one after the
/// other. Otherwise as [`write_labels`].
///
/// # Errors
/// As [`write_labels`].
pub fn write_label_volumes(
    path: &Path,
    geometry: &Geometry,
    n_volumes: usize,
    labels: &Voxels,
) -> Result<(), FormatError> {
    check_labels(path, geometry, n_volumes, labels)?;
    let content = Content {
        geometry,
        n_volumes,
        voxels: labels,
        rescale: Rescale::IDENTITY,
        shown: None,
        is_labels: true,
    };
    write(path, &content, chosen(path, &content)?)
}

/// The series in a file that holds one, such as one just written. DICOM is not read so.
///
/// # Errors
/// Why it cannot be read.
pub fn open_series(path: &Path) -> Result<Series, FormatError> {
    open_one(path, &NoProgress)
}

/// Reads the first volume of a file that is known to hold one, such as one just written.
///
/// # Errors
/// Why it cannot be read.
pub fn read_volume(path: &Path) -> Result<(Volume, Vec<Finding>), FormatError> {
    let series = open_series(path)?;
    let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
    Ok((
        volume,
        series.report().iter().cloned().chain(found).collect(),
    ))
}

/// Refuses what is no label map on a grid.
pub(crate) fn check_labels(
    path: &Path,
    geometry: &Geometry,
    n_volumes: usize,
    labels: &Voxels,
) -> Result<(), FormatError> {
    let is_label_type = matches!(labels.scalar_type(), ScalarType::U8 | ScalarType::U16);
    let n_voxels = geometry.n_voxels().checked_mul(n_volumes);
    if is_label_type && n_volumes > 0 && n_voxels == Some(labels.len()) {
        return Ok(());
    }
    let name = labels.scalar_type().name();
    let (n, size) = (labels.len(), geometry.size());
    let what = format!("{n} labels of type {name} on {n_volumes} volume(s) of {size:?}");
    Err(FormatError::unsupported(path, what))
}

/// What is written.
pub(crate) struct Content<'a> {
    pub(crate) geometry: &'a Geometry,
    /// Volumes on that grid; only label maps have several.
    pub(crate) n_volumes: usize,
    /// Volume after volume.
    pub(crate) voxels: &'a Voxels,
    pub(crate) rescale: Rescale,
    /// The values that are shown black and white.
    pub(crate) shown: Option<[f64; 2]>,
    pub(crate) is_labels: bool,
}

fn chosen(path: &Path, content: &Content<'_>) -> Result<Format, FormatError> {
    let format = Format::of_name(path);
    let [i, j, k] = content.geometry.size();
    let is_long = [i, j, k, content.n_volumes]
        .iter()
        .any(|n| i16::try_from(*n).is_err());
    match format {
        Some(Format::Nifti1) if is_long || !nifti::write::is_single(content) => Ok(Format::Nifti2),
        Some(format) => Ok(format),
        None => {
            let what = "writing under this name; it can end in .nii, .nii.gz, .nrrd or .mha";
            Err(FormatError::unsupported(path, what))
        }
    }
}

fn write(path: &Path, content: &Content<'_>, format: Format) -> Result<(), FormatError> {
    match format {
        Format::Nifti1 => write_nifti(path, content, &nifti::write::header_1(path, content)?),
        Format::Nifti2 => write_nifti(path, content, &nifti::write::header_2(content)),
        Format::Nrrd => save(path, |out| {
            nrrd::write::write(out, content.geometry, content.n_volumes, &content.values())
        }),
        Format::MetaImage => save(path, |out| {
            metaimage::write::write(out, content.geometry, content.n_volumes, &content.values())
        }),
    }
}

fn write_nifti(path: &Path, content: &Content<'_>, header: &[u8]) -> Result<(), FormatError> {
    let write = |out: &mut dyn Write| {
        out.write_all(header)?;
        out.write_all(content.voxels.bytes())
    };
    let name = path.to_string_lossy().to_lowercase();
    match name.ends_with(".gz") {
        true => save(path, |out| gzipped(out, write)),
        false => save(path, write),
    }
}

/// Writes through gzip, at the speed of interactive saves.
pub(crate) fn gzipped(
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut stream = GzEncoder::new(out, Compression::fast());
    write(&mut stream)?;
    stream.finish()?;
    Ok(())
}

impl<'a> Content<'a> {
    fn of(volume: &'a Volume) -> Self {
        Self {
            geometry: volume.geometry(),
            n_volumes: 1,
            voxels: volume.voxels(),
            rescale: volume.rescale(),
            shown: None,
            is_labels: false,
        }
    }

    /// For formats without slope and intercept: whole numbers as the smaller of int16 and int32
    /// that holds them all, others as double precision; either is exact.
    fn values(&self) -> Cow<'a, Voxels> {
        match self.rescale == Rescale::IDENTITY {
            true => Cow::Borrowed(self.voxels),
            false => Cow::Owned(values(self.voxels, self.rescale)),
        }
    }
}

fn values(voxels: &Voxels, rescale: Rescale) -> Voxels {
    let parts = [rescale.slope, rescale.intercept];
    let is_whole = parts.iter().all(|x| x.fract() == 0.0);
    let is_integer = !matches!(voxels.scalar_type(), ScalarType::F32 | ScalarType::F64);
    if !is_whole || !is_integer {
        return as_type::<f64>(voxels, rescale);
    }
    let (low, high) = with_voxels!(voxels, v => v
        .par_iter()
        .map(|x| rescale.value(x.to_f64()))
        .map(|x| (x, x))
        .reduce(|| (0.0, 0.0), |a, b| (a.0.min(b.0), a.1.max(b.1))));
    let fits = |smallest: f64, largest: f64| smallest <= low && high <= largest;
    if fits(i16::MIN.into(), i16::MAX.into()) {
        as_type::<i16>(voxels, rescale)
    } else if fits(i32::MIN.into(), i32::MAX.into()) {
        as_type::<i32>(voxels, rescale)
    } else {
        as_type::<f64>(voxels, rescale)
    }
}

fn as_type<T: Scalar>(voxels: &Voxels, rescale: Rescale) -> Voxels {
    let value = |stored: f64| T::from_f64(rescale.value(stored));
    with_voxels!(voxels, v => T::wrap(v.par_iter().map(|x| value(x.to_f64())).collect()))
}
