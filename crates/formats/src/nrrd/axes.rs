//! Which axes of a NRRD file span space, and what the others are.

use super::header::Header;
use crate::finding::Finding;
use crate::raster::{Layout, StoredType, numbers};
use annotomy_volume::volume::ScalarType;

/// Axes of one file (`NRRD_DIM_MAX`).
const MAX_AXES: usize = 16;

/// What the axes mean.
#[derive(Debug)]
pub(crate) struct Axes {
    pub(crate) layout: Layout,
    pub(crate) stored: StoredType,
    /// Numbers, among all, of the axes i, j, k, as far as there are.
    pub(crate) domain: Vec<usize>,
    /// `space directions`, one for each axis; `None` for axes that do not span space.
    pub(crate) directions: Vec<Option<Vec<f64>>>,
}

/// An axis that does not span space.
struct Other {
    number: usize,
    /// Axes in space that run faster.
    n_faster: usize,
    size: usize,
}

impl Axes {
    /// Reads sizes, kinds and directions; the reason if they make no sense.
    pub(crate) fn read(header: &Header, report: &mut Vec<Finding>) -> Result<Self, String> {
        let sizes = sizes(header)?;
        let n = sizes.len();
        let size_of = |axis: usize| sizes.get(axis).copied().unwrap_or(1);
        let directions = match header.field("spacedirections") {
            Some(text) => vectors(text)
                .filter(|all| all.len() == n)
                .ok_or("its space directions make no sense")?,
            None => Vec::new(),
        };
        let kinds = header.field("kinds").unwrap_or_default().to_lowercase();
        let kinds: Vec<&str> = kinds.split_whitespace().collect();
        let is_domain = |axis: &usize| match (directions.get(*axis), kinds.get(*axis)) {
            (Some(direction), _) => direction.is_some(),
            (None, Some(kind)) => matches!(*kind, "domain" | "space" | "???" | "none"),
            (None, None) => true,
        };
        let mut domain: Vec<usize> = (0..n).filter(is_domain).collect();
        // A fourth axis cannot lie in space, whatever it says.
        domain.truncate(3);
        let mut size = [1; 3];
        for (side, axis) in size.iter_mut().zip(&domain) {
            *side = size_of(*axis);
        }
        let mut others: Vec<Other> = (0..n)
            .filter(|axis| !domain.contains(axis) && size_of(*axis) > 1)
            .map(|axis| Other {
                number: axis,
                n_faster: domain.iter().filter(|faster| **faster < axis).count(),
                size: size_of(axis),
            })
            .collect();
        let scalar = stored_type(header.field("type").unwrap_or_default())?;
        let fastest = others.first().filter(|other| other.number == 0);
        let components = fastest.map_or(1, |other| other.size);
        let pixel = pixel(scalar, kinds.first().copied(), components);
        if pixel.is_some() {
            others.remove(0);
        } else if kinds.iter().any(|kind| kind.ends_with("-color")) {
            let message = "Its colours are not red, green and blue of 8 bits side by side; each component is shown as a volume.";
            report.push(Finding::warning("colour_as_volumes", message));
        }
        Ok(Self {
            layout: layout(size, domain.len(), &others)?,
            stored: pixel.unwrap_or(scalar),
            domain,
            directions,
        })
    }
}

fn sizes(header: &Header) -> Result<Vec<usize>, String> {
    let n = header.field("dimension").and_then(|n| n.parse().ok());
    let n = n
        .filter(|n| (1..=MAX_AXES).contains(n))
        .ok_or("its number of dimensions makes no sense")?;
    let sizes: Option<Vec<usize>> = header.field("sizes").and_then(numbers);
    let sizes = sizes.filter(|sizes| sizes.len() == n && !sizes.contains(&0));
    Ok(sizes.ok_or("its sizes make no sense")?)
}

fn layout(size: [usize; 3], n_domain: usize, others: &[Other]) -> Result<Layout, String> {
    let faster_axes = others.first().map_or(n_domain, |other| other.n_faster);
    if others.iter().any(|other| other.n_faster != faster_axes) {
        return Err("its volumes lie along several axes that are not neighbours".to_owned());
    }
    let mut sizes = others.iter().map(|other| other.size);
    let n_volumes = sizes.try_fold(1_usize, usize::checked_mul);
    Ok(Layout {
        size,
        n_volumes: n_volumes.ok_or("more volumes than memory could count")?,
        // Axes in space that are not there are as slow as can be.
        faster_axes: if faster_axes == n_domain {
            3
        } else {
            faster_axes
        },
    })
}

/// Several components that are one voxel.
fn pixel(scalar: StoredType, kind: Option<&str>, size: usize) -> Option<StoredType> {
    match (scalar, kind?, size) {
        (StoredType::Plain(ScalarType::U8), "rgb-color" | "3-color", 3) => {
            Some(StoredType::Plain(ScalarType::Rgb8))
        }
        (StoredType::Plain(ScalarType::U8), "rgba-color" | "4-color", 4) => Some(StoredType::Rgba8),
        (StoredType::Plain(ScalarType::F32), "complex", 2) => Some(StoredType::ComplexF32),
        (StoredType::Plain(ScalarType::F64), "complex", 2) => Some(StoredType::ComplexF64),
        _ => None,
    }
}

fn stored_type(name: &str) -> Result<StoredType, String> {
    let plain = |scalar_type| Ok(StoredType::Plain(scalar_type));
    match name {
        "signed char" | "int8" | "int8_t" => plain(ScalarType::I8),
        "uchar" | "unsigned char" | "uint8" | "uint8_t" => plain(ScalarType::U8),
        "short" | "short int" | "signed short" | "signed short int" | "int16" | "int16_t" => {
            plain(ScalarType::I16)
        }
        "ushort" | "unsigned short" | "unsigned short int" | "uint16" | "uint16_t" => {
            plain(ScalarType::U16)
        }
        "int" | "signed int" | "int32" | "int32_t" => plain(ScalarType::I32),
        "uint" | "unsigned int" | "uint32" | "uint32_t" => plain(ScalarType::U32),
        "longlong"
        | "long long"
        | "long long int"
        | "signed long long"
        | "signed long long int"
        | "int64"
        | "int64_t" => Ok(StoredType::I64),
        "ulonglong" | "unsigned long long" | "unsigned long long int" | "uint64" | "uint64_t" => {
            Ok(StoredType::U64)
        }
        "float" => plain(ScalarType::F32),
        "double" => plain(ScalarType::F64),
        _ => Err("its type of voxel is not known".to_owned()),
    }
}

/// `(x,y,z)` or `none` for each axis.
fn vectors(text: &str) -> Option<Vec<Option<Vec<f64>>>> {
    let mut rest = text.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let absent = rest
            .strip_prefix("none")
            .or_else(|| rest.strip_prefix("???"));
        if let Some(after) = absent {
            found.push(None);
            rest = after.trim_start();
            continue;
        }
        let (vector, after) = rest.strip_prefix('(')?.split_once(')')?;
        let vector = components(vector)?;
        // Of no length in space: an axis of time (`left-posterior-superior-time`).
        let is_spatial = vector.iter().take(3).any(|x| *x != 0.0 && !x.is_nan());
        found.push(is_spatial.then_some(vector));
        rest = after.trim_start();
    }
    Some(found)
}

/// `x,y,z` of a vector.
pub(crate) fn components(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(|x| x.trim().parse().ok()).collect()
}
