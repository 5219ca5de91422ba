//! A MetaImage: described, its voxels found.

use super::header::Header;
use crate::error::FormatError;
use crate::file::{Head, read_exact_at};
use crate::finding::Finding;
use crate::progress::Progress;
use crate::raster::{DataFiles, Described, Encoding, Layout, Part, Raster, StoredType};
use crate::series::Series;
use annotomy_volume::geometry::Affine;
use annotomy_volume::volume::{Rescale, ScalarType};
use std::path::{Path, PathBuf};

/// Dimensions of one image (`vtkMetaObject`, "NDims").
const MAX_DIMENSIONS: usize = 10;

/// Names of data files after a header.
const MAX_LIST: usize = 16 << 20;

/// Describes a file whose beginning was read.
pub(crate) fn open(
    path: &Path,
    head: &mut Head,
    progress: &dyn Progress,
) -> Result<Series, FormatError> {
    let header = Header::read(path, head)?;
    let damaged = |reason: String| FormatError::damaged(path, reason);
    if let Some(kind) = header.field(&["ObjectType"])
        && kind != "Image"
    {
        let what = "a MetaIO object that is no image";
        return Err(FormatError::unsupported(path, what));
    }
    let mut report = Vec::new();
    let sizes = sizes(&header).map_err(damaged)?;
    let (stored, n_channels) = stored_type(path, &header)?;
    let (layout, channels) = layout(&sizes, n_channels).map_err(damaged)?;
    if channels > 1 {
        let message =
            format!("Each voxel has {channels} values that are no colours; each is a volume.");
        report.push(Finding::warning("channels_as_volumes", message));
    }
    let lps_from_index = lps_from_index(&header, sizes.len(), &mut report).map_err(damaged)?;
    let encoding = encoding(&header);
    let parts = parts(path, &header, head, (encoding, layout.n_bytes(stored)))?;
    let order = ["BinaryDataByteOrderMSB", "ElementByteOrderMSB"];
    let is_big_endian = header.is_true(&order) && encoding != Encoding::Text;
    let raster = Raster::new(
        layout,
        (stored, is_big_endian),
        (encoding, parts),
        &mut report,
        progress,
    )?;
    let described = Described {
        size: layout.size,
        lps_from_index,
        rescale: rescale(&header).map_err(damaged)?,
        window: None,
        times: None,
        elements: header.elements(),
        report,
    };
    described.series(path, raster, progress)
}

fn sizes(header: &Header) -> Result<Vec<usize>, String> {
    let n = header.field(&["NDims"]).and_then(|n| n.parse().ok());
    let n = n
        .filter(|n| (1..=MAX_DIMENSIONS).contains(n))
        .ok_or("its number of dimensions makes no sense")?;
    let sizes = header.numbers(&["DimSize"]).ok_or("it has no sizes")??;
    let is_sound = sizes.len() == n && !sizes.contains(&0);
    if is_sound {
        Ok(sizes)
    } else {
        Err("its sizes make no sense".to_owned())
    }
}

/// How a voxel is stored, and how many of them side by side are one place.
fn stored_type(path: &Path, header: &Header) -> Result<(StoredType, usize), FormatError> {
    let damaged = |reason: &str| FormatError::damaged(path, reason);
    let n_channels = header.field(&["ElementNumberOfChannels"]);
    let n_channels: usize = n_channels
        .map_or(Some(1), |n| n.parse().ok())
        .filter(|n| *n > 0)
        .ok_or_else(|| damaged("its number of channels makes no sense"))?;
    let name = header.field(&["ElementType"]).unwrap_or_default();
    // `MET_SHORT_ARRAY` is how old writers say that there are several channels.
    let scalar = match name.strip_suffix("_ARRAY").unwrap_or(name) {
        "MET_CHAR" | "MET_ASCII_CHAR" => StoredType::Plain(ScalarType::I8),
        "MET_UCHAR" => StoredType::Plain(ScalarType::U8),
        "MET_SHORT" => StoredType::Plain(ScalarType::I16),
        "MET_USHORT" => StoredType::Plain(ScalarType::U16),
        // MetaIO stores `long` in four bytes (metaTypes.h).
        "MET_INT" | "MET_LONG" => StoredType::Plain(ScalarType::I32),
        "MET_UINT" | "MET_ULONG" => StoredType::Plain(ScalarType::U32),
        "MET_LONG_LONG" => StoredType::I64,
        "MET_ULONG_LONG" => StoredType::U64,
        "MET_FLOAT" => StoredType::Plain(ScalarType::F32),
        "MET_DOUBLE" => StoredType::Plain(ScalarType::F64),
        _ => return Err(FormatError::unsupported(path, "its type of voxel")),
    };
    Ok(match (scalar, n_channels) {
        (StoredType::Plain(ScalarType::U8), 3) => (StoredType::Plain(ScalarType::Rgb8), 1),
        (StoredType::Plain(ScalarType::U8), 4) => (StoredType::Rgba8, 1),
        other => other,
    })
}

/// The layout, and how many channels are volumes.
fn layout(sizes: &[usize], n_channels: usize) -> Result<(Layout, usize), String> {
    let mut size = [1; 3];
    for (side, n) in size.iter_mut().zip(sizes) {
        *side = *n;
    }
    let mut times = sizes.iter().skip(3);
    let n_times = times.try_fold(1_usize, |n, size| n.checked_mul(*size));
    let n_times = n_times.ok_or("more volumes than memory could count")?;
    match (n_channels, n_times) {
        (1, _) => Ok((Layout::volumes(size, n_times), 1)),
        (_, 1) => {
            let layout = Layout {
                size,
                n_volumes: n_channels,
                faster_axes: 0,
            };
            Ok((layout, n_channels))
        }
        _ => Err("it has both several channels and several volumes".to_owned()),
    }
}

/// Row n of `TransformMatrix` is the direction of axis n (MetaIO, `itk::MetaImageIO`).
fn lps_from_index(header: &Header, n: usize, report: &mut Vec<Finding>) -> Result<Affine, String> {
    let spacing = ["ElementSpacing", "ElementSize"];
    let spacing = header.numbers::<f64>(&spacing).transpose()?;
    let origin = ["Offset", "Position", "Origin"];
    let origin = header.numbers::<f64>(&origin).transpose()?;
    let matrix = ["TransformMatrix", "Rotation", "Orientation"];
    let matrix = header.numbers::<f64>(&matrix).transpose()?;
    let is_whole = |values: &Option<Vec<f64>>, n: usize| {
        let values = values.as_ref();
        values.is_none_or(|values| values.len() >= n)
    };
    if !is_whole(&spacing, n) || !is_whole(&origin, n) || !is_whole(&matrix, n.saturating_mul(n)) {
        return Err("it places fewer dimensions than it has".to_owned());
    }
    let guess = |what: &str| {
        Finding::warning(
            "guessed_geometry",
            format!("The header does not say {what}"),
        )
    };
    if matrix.is_none() || origin.is_none() {
        report.push(guess("how the image lies in the patient; its axes were taken for left, posterior and superior, so left and right may be swapped."));
    }
    if spacing.is_none() || n < 3 {
        report.push(guess(
            "how large voxels are along every axis; 1 mm was assumed.",
        ));
    }
    // Axes that the image does not have keep the world's, 1 mm apart.
    let of_axis = |values: &Option<Vec<f64>>, at: usize, absent: f64| {
        let value = values.as_ref().and_then(|values| values.get(at).copied());
        value.unwrap_or(absent)
    };
    let unit = |axis: usize, row: usize| if axis == row { 1.0 } else { 0.0 };
    let direction = |axis: usize, row: usize| match axis < n && row < n {
        true => {
            let at = axis.saturating_mul(n).saturating_add(row);
            of_axis(&matrix, at, unit(axis, row))
        }
        false => unit(axis, row),
    };
    let step = |axis: usize, row: usize| {
        let spacing = if axis < n {
            of_axis(&spacing, axis, 1.0)
        } else {
            1.0
        };
        direction(axis, row) * spacing
    };
    let at = |row: usize| {
        if row < n {
            of_axis(&origin, row, 0.0)
        } else {
            0.0
        }
    };
    Ok(Affine {
        linear: [0, 1, 2].map(|row| [0, 1, 2].map(|axis| step(axis, row))),
        translation: [0, 1, 2].map(at),
    })
}

/// Stored value to value.
fn rescale(header: &Header) -> Result<Rescale, String> {
    let number = |name: &str, absent: f64| match header.numbers::<f64>(&[name]) {
        Some(values) => match values?.as_slice() {
            [value] if value.is_finite() => Ok(*value),
            _ => Err(format!("its {name} makes no sense")),
        },
        None => Ok(absent),
    };
    let slope = number("ElementToIntensityFunctionSlope", 1.0)?;
    let intercept = number("ElementToIntensityFunctionOffset", 0.0)?;
    if slope == 0.0 {
        return Ok(Rescale::IDENTITY);
    }
    Ok(Rescale { slope, intercept })
}

fn encoding(header: &Header) -> Encoding {
    let is_text = header.field(&["BinaryData"]).is_some() && !header.is_true(&["BinaryData"]);
    if header.is_true(&["CompressedData"]) {
        Encoding::Zlib
    } else if is_text {
        Encoding::Text
    } else {
        Encoding::Plain
    }
}

/// The voxels: after the header, or in the files it names.
fn parts(
    path: &Path,
    header: &Header,
    head: &mut Head,
    (encoding, n_bytes): (Encoding, u128),
) -> Result<Vec<Part>, FormatError> {
    let damaged = |reason: &str| FormatError::damaged(path, reason);
    let name = header.field(&["ElementDataFile"]).unwrap_or_default();
    let words: Vec<&str> = name.split_whitespace().collect();
    let files = DataFiles::of(path);
    let (paths, start) = match words.as_slice() {
        ["LOCAL" | "Local" | "local"] => (vec![path.to_owned()], header.end as u64),
        // A number of dimensions of each file may follow; it follows from the number of files.
        ["LIST", ..] => (listed(path, header, head, &files)?, 0),
        [pattern, range @ ..] if pattern.contains('%') => {
            let range: Option<Vec<i64>> = range.iter().map(|n| n.parse().ok()).collect();
            let range = match range.as_deref() {
                Some([first, last]) => (*first, *last, 1),
                Some([first, last, step]) => (*first, *last, *step),
                _ => return Err(damaged("the numbers of its data files make no sense")),
            };
            (files.pattern(pattern, range)?, 0)
        }
        _ => (vec![files.one(name)?], 0),
    };
    let skip = header.field(&["HeaderSize"]);
    let skip: i64 = skip
        .map_or(Some(0), |n| n.parse().ok())
        .filter(|n| *n >= -1)
        .ok_or_else(|| damaged("its HeaderSize makes no sense"))?;
    let n_mine = n_bytes.checked_div(paths.len() as u128).unwrap_or(0);
    let part = |path: PathBuf| {
        let (start, skip) = match u64::try_from(skip) {
            Ok(skip) => (start.saturating_add(skip), 0),
            Err(_) if encoding == Encoding::Plain => {
                (start, Part::skip_to_last(&path, start, n_mine)?)
            }
            Err(_) => (start, 0),
        };
        Ok(Part { path, start, skip })
    };
    paths.into_iter().map(part).collect()
}

/// Names on the lines after the header.
fn listed(
    path: &Path,
    header: &Header,
    head: &Head,
    files: &DataFiles<'_>,
) -> Result<Vec<PathBuf>, FormatError> {
    let n_bytes = head.total.saturating_sub(header.end);
    if n_bytes > MAX_LIST {
        return Err(FormatError::limit(path, "a list of more than 16 MB"));
    }
    let mut bytes = vec![0; n_bytes];
    read_exact_at(path, header.end as u64, &mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    files.list(text.lines())
}
