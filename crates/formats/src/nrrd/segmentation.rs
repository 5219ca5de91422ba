//! Segmentations as 3D Slicer has them in `.seg.nrrd`: layers of labels, and segments that are
//! labels in a layer
//! (<https://slicer.readthedocs.io/en/latest/developer_guide/modules/segmentations.html>).

use super::file::series;
use super::header::Header;
use super::write::{Beside, header as write_header, pair};
use crate::error::FormatError;
use crate::file::Head;
use crate::finding::Finding;
use crate::progress::Progress;
use crate::raster::numbers;
use crate::save::save;
use crate::write::{check_labels, gzipped};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Scalar, ScalarType, Voxels};
use annotomy_volume::with_voxels;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// More segments than labels of 16 bits can tell apart in a few layers.
const MAX_SEGMENTS: usize = 1 << 18;

/// The tag that holds coded terms.
const TERMINOLOGY: &str = "TerminologyEntry:";

/// Labels of one layer; those of other layers may overlap them.
#[derive(Debug, Clone, Copy)]
pub struct LabelLayer<'a> {
    /// Uint8 or uint16, as many as the grid has voxels.
    pub labels: &'a Voxels,
}

/// A segment: the voxels of one value in one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentLabel {
    /// Identifier, of its own in the file.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Red, green, blue.
    pub color: [u8; 3],
    /// Number of its layer, 0 first.
    pub layer: usize,
    /// Its label there, not 0.
    pub value: u32,
    /// What it is in coded terms: Slicer's `TerminologyEntry`, seven fields apart by `~`.
    pub terminology: Option<String>,
}

/// A segmentation that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// Grid of every layer.
    pub geometry: Geometry,
    /// Labels of each layer, all of one integer type.
    pub layers: Vec<Voxels>,
    /// Segments, in file order.
    pub segments: Vec<SegmentLabel>,
    /// What was odd.
    pub report: Vec<Finding>,
}

/// Writes layers and segments as a `.seg.nrrd` that 3D Slicer opens. An existing file is replaced
/// only when the new one is complete and on disk.
///
/// # Errors
/// [`FormatError::Unsupported`] if there is no layer, layers differ in type, labels are not uint8
/// or uint16 or do not fill the grid, a segment names a layer that is not there or the value 0, or
/// its terminology holds the separator of tags; [`FormatError::Io`] if the file system refuses.
pub fn write_segmentation(
    path: &Path,
    geometry: &Geometry,
    layers: &[LabelLayer<'_>],
    segments: &[SegmentLabel],
) -> Result<(), FormatError> {
    let unsupported = |what: &str| Err(FormatError::unsupported(path, what));
    let Some(first) = layers.first() else {
        return unsupported("a segmentation without layers");
    };
    let scalar_type = first.labels.scalar_type();
    for layer in layers {
        check_labels(path, geometry, 1, layer.labels)?;
        if layer.labels.scalar_type() != scalar_type {
            return unsupported("layers of several types");
        }
    }
    for segment in segments {
        if segment.layer >= layers.len() || segment.value == 0 {
            return unsupported("a segment without a layer, or with the label 0");
        }
        if segment.terminology.iter().any(|terms| terms.contains('|')) {
            return unsupported("a vertical bar in a segment's terminology");
        }
    }
    let beside = match layers.len() {
        1 => Beside::Nothing,
        n => Beside::Layers(n),
    };
    let mut header = write_header(geometry, scalar_type, beside);
    for (number, segment) in segments.iter().enumerate() {
        let extent = layers
            .get(segment.layer)
            .map(|layer| extent(geometry, layer.labels, segment.value));
        header.push_str(&fields(number, segment, extent.unwrap_or_default()));
    }
    header.push_str(&pair(
        "Segmentation_ContainedRepresentationNames",
        "Binary labelmap|",
    ));
    header.push_str(&pair(
        "Segmentation_MasterRepresentation",
        "Binary labelmap",
    ));
    header.push_str(&pair("Segmentation_ReferenceImageExtentOffset", "0 0 0"));
    header.push('\n');
    save(path, |out| {
        out.write_all(header.as_bytes())?;
        gzipped(out, |out| write_mixed(out, layers, scalar_type.n_bytes()))
    })
}

/// Voxel by voxel, of each layer in turn.
fn write_mixed(out: &mut dyn Write, layers: &[LabelLayer<'_>], n_bytes: usize) -> io::Result<()> {
    if let [only] = layers {
        return out.write_all(only.labels.bytes());
    }
    let piece = n_bytes.saturating_mul(1 << 14);
    let mut all: Vec<_> = layers
        .iter()
        .map(|layer| layer.labels.bytes().chunks(piece))
        .collect();
    loop {
        let pieces: Vec<&[u8]> = all.iter_mut().filter_map(Iterator::next).collect();
        let Some(first) = pieces.first() else {
            return Ok(());
        };
        let mut mixed = Vec::with_capacity(first.len().saturating_mul(pieces.len()));
        for at in (0..first.len()).step_by(n_bytes) {
            for piece in &pieces {
                let voxel = piece.get(at..at.saturating_add(n_bytes));
                mixed.extend_from_slice(voxel.unwrap_or_default());
            }
        }
        out.write_all(&mixed)?;
    }
}

fn fields(number: usize, segment: &SegmentLabel, extent: [[usize; 2]; 3]) -> String {
    let color = segment
        .color
        .map(|part| (f64::from(part) / 255.0).to_string());
    let extent = extent.map(|[low, high]| format!("{low} {high}"));
    let terms = segment.terminology.iter();
    let terms: String = terms
        .map(|terms| format!("{TERMINOLOGY}{terms}|"))
        .collect();
    let of_segment = |(name, value): (&str, &str)| pair(&format!("Segment{number}_{name}"), value);
    [
        ("Color", &*color.join(" ")),
        ("ColorAutoGenerated", "0"),
        ("Extent", &extent.join(" ")),
        ("ID", &segment.id),
        ("LabelValue", &segment.value.to_string()),
        ("Layer", &segment.layer.to_string()),
        ("Name", &segment.name),
        ("NameAutoGenerated", "0"),
        ("Tags", &format!("Segmentation.Status:inprogress|{terms}")),
    ]
    .map(of_segment)
    .concat()
}

/// First and last index of a label along each axis; 0 and 0 of an empty one, since Slicer has no
/// word for none.
fn extent(geometry: &Geometry, labels: &Voxels, value: u32) -> [[usize; 2]; 3] {
    let [ni, nj, _] = geometry.size();
    let wanted = f64::from(value);
    let mut found: Option<[[usize; 2]; 3]> = None;
    with_voxels!(labels, labels => for (row, labels) in labels.chunks(ni).enumerate() {
        let is_mine = |label: &_| Scalar::to_f64(*label) == wanted;
        let Some(first) = labels.iter().position(is_mine) else { continue };
        let last = labels.iter().rposition(is_mine).unwrap_or(first);
        let j = row.checked_rem(nj).unwrap_or(0);
        let k = row.checked_div(nj).unwrap_or(0);
        let here = [[first, last], [j, j], [k, k]];
        let mut widened = found.unwrap_or(here);
        for ([low, high], [a, b]) in widened.iter_mut().zip(here) {
            (*low, *high) = (a.min(*low), b.max(*high));
        }
        found = Some(widened);
    });
    found.unwrap_or_default()
}

/// Reads layers and segments of a `.seg.nrrd`. Segments that overlap lie in different layers and
/// stay so. A label map without segments is one layer and no segments.
///
/// # Errors
/// Why it cannot be read; [`FormatError::Unsupported`] if its voxels are no integers.
pub fn read_segmentation(
    path: &Path,
    progress: &dyn Progress,
) -> Result<Segmentation, FormatError> {
    let mut head = Head::open(path, crate::dicom::FIRST_READ)?;
    if !super::is_nrrd(&head.bytes) {
        return Err(FormatError::not_an_image(path, "not a NRRD file"));
    }
    let header = Header::read(path, &mut head)?;
    let series = series(path, &header, progress)?;
    let scalar_type = series.scalar_type();
    if matches!(
        scalar_type,
        ScalarType::F32 | ScalarType::F64 | ScalarType::Rgb8
    ) {
        let what = format!("labels of type {}", scalar_type.name());
        return Err(FormatError::unsupported(path, what));
    }
    let load = |number| {
        let (volume, _) = series.load(number, 0, &|_| {}, progress)?;
        Ok(volume.voxels().clone())
    };
    let layers: Vec<Voxels> = (0..series.n_volumes())
        .map(load)
        .collect::<Result<_, FormatError>>()?;
    let mut report = series.report().to_vec();
    let segments = segments(path, &header, layers.len(), &mut report)?;
    Ok(Segmentation {
        geometry: series.geometry().clone(),
        layers,
        segments,
        report,
    })
}

fn segments(
    path: &Path,
    header: &Header,
    n_layers: usize,
    report: &mut Vec<Finding>,
) -> Result<Vec<SegmentLabel>, FormatError> {
    let mut all: BTreeMap<usize, BTreeMap<&str, &str>> = BTreeMap::new();
    for (key, value) in header.pairs() {
        let of_segment = key.strip_prefix("Segment");
        let Some((number, name)) = of_segment.and_then(|key| key.split_once('_')) else {
            continue;
        };
        if let Ok(number) = number.parse() {
            all.entry(number).or_default().insert(name, value);
        }
        if all.len() > MAX_SEGMENTS {
            return Err(FormatError::limit(path, "more segments than labels"));
        }
    }
    let mut segments = Vec::new();
    for (number, fields) in all {
        match segment(number, &fields) {
            Some(segment) if segment.layer < n_layers => segments.push(segment),
            _ => {
                let message =
                    format!("Segment {number} has no usable layer or label; it was left out.");
                report.push(Finding::warning("segment_left_out", message));
            }
        }
    }
    Ok(segments)
}

fn segment(number: usize, fields: &BTreeMap<&str, &str>) -> Option<SegmentLabel> {
    let field = |name: &str| fields.get(name).copied();
    let id = field("ID").map_or_else(|| format!("Segment_{number}"), str::to_owned);
    let parts: Vec<f64> = numbers(field("Color").unwrap_or_default())?;
    // Grey, if the file does not say.
    let mut color = [128; 3];
    for (part, value) in color.iter_mut().zip(parts) {
        *part = u8::from_f64(value * 255.0);
    }
    // Files of Slicer 4.10 and older have a layer for each segment, and no such fields.
    let layer = field("Layer").map_or(Some(number), |text| text.trim().parse().ok())?;
    let value = field("LabelValue").map_or(Some(1), |text| text.trim().parse().ok())?;
    let mut tags = field("Tags").unwrap_or_default().split('|');
    let terminology = tags.find_map(|tag| tag.strip_prefix(TERMINOLOGY));
    (value > 0).then(|| SegmentLabel {
        name: field("Name").map_or_else(|| id.clone(), str::to_owned),
        id,
        color,
        layer,
        value,
        terminology: terminology.map(str::to_owned),
    })
}
