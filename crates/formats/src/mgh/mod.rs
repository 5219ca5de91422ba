//! FreeSurfer's MGH and MGZ files
//! (<https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat>): big endian, plain or
//! gzipped.
//!
//! RAS millimetres inside the file, LPS outside.

use crate::element::Element;
use crate::error::FormatError;
use crate::file::Head;
use crate::finding::Finding;
use crate::progress::Progress;
use crate::raster::{Described, Encoding, Layout, Part, Raster, StoredType, beginning};
use crate::series::Series;
use annotomy_volume::geometry::Affine;
use annotomy_volume::volume::{Rescale, ScalarType};
use std::path::Path;

/// Bytes of fields that are used.
const N_FIELDS: usize = 90;

/// Where voxels begin.
const DATA_AT: u64 = 284;

/// A header's fields.
struct Header {
    /// Columns, rows, slices, frames, type.
    ints: [i32; 5],
    has_geometry: bool,
    /// Voxel sizes, then directions of the axes in RAS, then the centre's place in RAS.
    floats: [f64; 15],
}

/// Whether these first bytes of a file, inflated, begin like a MGH file.
pub(crate) fn is_mgh(bytes: &[u8]) -> bool {
    // Version 1, and a type that is known: four bytes alone are too common.
    let is_version = bytes.starts_with(&1_i32.to_be_bytes());
    let header = Header::parse(bytes);
    is_version && header.is_some_and(|header| (0..=10).contains(&header.ints[4]))
}

impl Header {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let fields = bytes.get(4..N_FIELDS)?;
        let (words, _) = fields.as_chunks::<4>();
        let mut ints = [0; 5];
        for (int, word) in ints.iter_mut().zip(words) {
            *int = i32::from_be_bytes(*word);
        }
        // After version, these and the degrees of freedom.
        let good_ras = fields.get(24..26)?;
        let (words, _) = fields.get(26..)?.as_chunks::<4>();
        let mut floats = [0.0; 15];
        for (float, word) in floats.iter_mut().zip(words) {
            *float = f32::from_be_bytes(*word).into();
        }
        Some(Self {
            ints,
            has_geometry: good_ras == [0, 1],
            floats,
        })
    }

    fn stored_type(&self, path: &Path) -> Result<StoredType, FormatError> {
        let [.., code] = self.ints;
        let scalar_type = match code {
            0 => ScalarType::U8,
            1 => ScalarType::I32,
            3 => ScalarType::F32,
            4 => ScalarType::I16,
            10 => ScalarType::U16,
            _ => {
                let what = format!("voxels of MGH type {code}");
                return Err(FormatError::unsupported(path, what));
            }
        };
        Ok(StoredType::Plain(scalar_type))
    }

    /// The centre of the grid, half its size from the first voxel's centre, lies at the given
    /// place; without one, coronal slices of 1 mm around the world's origin, as FreeSurfer has it.
    fn lps_from_index(&self, size: [usize; 3], report: &mut Vec<Finding>) -> Affine {
        let [di, dj, dk, ix, iy, iz, jx, jy, jz, kx, ky, kz, x, y, z] = match self.has_geometry {
            true => self.floats,
            false => {
                let message = "The header does not say how the image lies in the patient; coronal slices of 1 mm were assumed, so left and right may be swapped.";
                report.push(Finding::warning("guessed_geometry", message));
                [
                    1.0, 1.0, 1.0, -1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0,
                ]
            }
        };
        // RAS to LPS: the first two rows change sign.
        let rows = [
            [-ix * di, -jx * dj, -kx * dk],
            [-iy * di, -jy * dj, -ky * dk],
            [iz * di, jz * dj, kz * dk],
        ];
        let half = size.map(|n| n as f64 / 2.0);
        let from_centre = rows.map(|row| row.iter().zip(half).map(|(a, n)| a * n).sum::<f64>());
        let [a, b, c] = from_centre;
        Affine {
            linear: rows,
            translation: [-x - a, -y - b, z - c],
        }
    }

    fn elements(&self) -> Vec<Element> {
        let [columns, rows, slices, frames, code] = self.ints;
        let values = |range: std::ops::Range<usize>| {
            let values = self.floats.get(range).unwrap_or_default();
            let shown: Vec<String> = values.iter().map(f64::to_string).collect();
            shown.join(" ")
        };
        let element = |(at, name, vr, value): (usize, &str, &str, String)| Element {
            tag: at.to_string(),
            name: name.to_owned(),
            vr: vr.to_owned(),
            value,
            items: Vec::new(),
            varies: false,
        };
        [
            (4, "width", "int32", columns.to_string()),
            (8, "height", "int32", rows.to_string()),
            (12, "depth", "int32", slices.to_string()),
            (16, "nframes", "int32", frames.to_string()),
            (20, "type", "int32", code.to_string()),
            (
                28,
                "goodRASFlag",
                "int16",
                i32::from(self.has_geometry).to_string(),
            ),
            (30, "delta", "float32[3]", values(0..3)),
            (42, "x_ras", "float32[3]", values(3..6)),
            (54, "y_ras", "float32[3]", values(6..9)),
            (66, "z_ras", "float32[3]", values(9..12)),
            (78, "c_ras", "float32[3]", values(12..15)),
        ]
        .map(element)
        .into()
    }
}

/// Describes a file whose beginning was read.
pub(crate) fn open(
    path: &Path,
    head: &Head,
    progress: &dyn Progress,
) -> Result<Series, FormatError> {
    let damaged = |reason: String| FormatError::damaged(path, reason);
    let header = Header::parse(&beginning(&head.bytes, N_FIELDS));
    let header = header.ok_or_else(|| damaged("the file ends inside its header".to_owned()))?;
    let [columns, rows, slices, frames, _] = header.ints;
    let count = |n: i32| {
        let positive = usize::try_from(n).ok().filter(|n| *n > 0);
        positive.ok_or_else(|| damaged(format!("a dimension of {n} voxels")))
    };
    let size = [count(columns)?, count(rows)?, count(slices)?];
    let stored = header.stored_type(path)?;
    let mut report = Vec::new();
    let lps_from_index = header.lps_from_index(size, &mut report);
    let part = Part {
        path: path.to_owned(),
        start: 0,
        skip: DATA_AT,
    };
    let raster = Raster::new(
        Layout::volumes(size, count(frames)?),
        (stored, true),
        (Encoding::of_file(&head.bytes), vec![part]),
        &mut report,
        progress,
    )?;
    let described = Described {
        size,
        lps_from_index,
        rescale: Rescale::IDENTITY,
        window: None,
        times: None,
        elements: header.elements(),
        report,
    };
    described.series(path, raster, progress)
}
