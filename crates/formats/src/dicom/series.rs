//! A DICOM series that can be loaded.

use super::group::{Group, group};
use super::pixels::read_pixels;
use super::slice::Slice;
use super::stack::{Stack, stack};
use crate::error::FormatError;
use crate::finding::{Finding, Severity};
use crate::series::{Info, Series, Source};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Rescale, Scalar, ScalarType, Voxels};
use annotomy_volume::with_voxels;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The files of a stack in k order, and how their pixels become the series' voxels.
#[derive(Debug)]
pub(crate) struct DicomSeries {
    pub(crate) slices: Vec<Slice>,
    /// Whether each slice is rescaled by its own numbers while it is read.
    is_rescaled_on_reading: bool,
    /// Paths of the elements that differ between slices, once they were asked for.
    pub(crate) varying: OnceLock<BTreeSet<super::metadata::ElementPath>>,
}

impl DicomSeries {
    /// Slice `k`, or the last one.
    pub(crate) fn slice(&self, k: usize) -> &Slice {
        self.slices
            .get(k)
            .or(self.slices.last())
            .expect("a stack has an image")
    }

    /// Fills one slice, in the series' scalar type.
    pub(crate) fn fill(&self, k: usize, out: &mut [u8]) -> Result<(), FormatError> {
        let slice = self.slice(k);
        if !self.is_rescaled_on_reading {
            return read_pixels(slice, out);
        }
        let mut stored = Voxels::zeros(slice.pixel.form.pixel_type(), slice.n_pixels());
        read_pixels(slice, stored.bytes_mut())?;
        let values = out.as_chunks_mut::<4>().0;
        with_voxels!(stored, stored => {
            for (to, stored) in values.iter_mut().zip(stored) {
                #[expect(clippy::cast_possible_truncation, reason = "values are kept as float32")]
                let value = slice.rescale.value(stored.to_f64()) as f32;
                *to = value.to_ne_bytes();
            }
        });
        Ok(())
    }
}

/// Makes series of the images of a study; what cannot become one is returned as an error.
pub(crate) fn assemble(slices: Vec<Slice>) -> (Vec<Series>, Vec<FormatError>) {
    let mut errors = Vec::new();
    let mut series = Vec::new();
    for group in group(slices) {
        let part = group.part;
        match stack_of(group) {
            Ok((key, stack)) => series.extend(one(key, stack, part)),
            Err(error) => errors.push(error),
        }
    }
    (series, errors)
}

/// The identity takes in every image of the group, also those that the stack leaves out.
fn stack_of(group: Group) -> Result<(String, Stack), FormatError> {
    let key = key(&group.slices);
    Ok((key, stack(group)?))
}

fn one(key: String, stack: Stack, part: (usize, usize)) -> Option<Series> {
    let Stack {
        slices,
        geometry,
        n_volumes,
        mut report,
    } = stack;
    let first = slices.first()?;
    let middle = slices.get(slices.len() / 2).unwrap_or(first);
    let is_rescaled_on_reading = slices.iter().any(|slice| slice.rescale != first.rescale);
    if is_rescaled_on_reading {
        let message = "Slices differ in their rescale slope or intercept; the values were computed for each slice and are kept as float32.";
        report.push(Finding::note("rescale_per_slice", message));
    }
    report.extend(pixel_findings(&slices));
    let (scalar_type, rescale) = match is_rescaled_on_reading {
        true => (ScalarType::F32, Rescale::IDENTITY),
        false => (first.pixel.form.pixel_type(), first.rescale),
    };
    let mut description = first.description.clone();
    if let (n, 2..) = part {
        let space = if description.is_empty() { "" } else { " " };
        description = format!("{description}{space}(part {n} of {})", part.1);
    }
    let info = Info {
        key,
        modality: first.modality.clone(),
        description,
        number: first.series_number,
        unit: unit(first),
        window: middle.window,
        geometry,
        scalar_type,
        rescale,
        n_volumes,
        report,
    };
    let varying = OnceLock::new();
    let source = Source::Dicom(DicomSeries {
        slices,
        is_rescaled_on_reading,
        varying,
    });
    Some(Series::new(info, source))
}

fn pixel_findings(slices: &[Slice]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for finding in slices.iter().flat_map(|slice| slice.pixel.findings()) {
        if found.iter().all(|known| known.code != finding.code) {
            found.push(finding);
        }
    }
    if let Some(slice) = slices.iter().find(|slice| slice.has_modality_lut) {
        let message = "The files give a table for their values (Modality LUT), which is not applied: stored values are shown.";
        found.push(Finding::warning("modality_lut_ignored", message).in_file(&slice.path));
    }
    if slices.iter().any(|slice| slice.is_inverted) {
        let message = "Low values are meant to be shown bright (MONOCHROME1); invert the display to see the image so.";
        found.push(Finding::note("monochrome1", message));
    }
    found
}

/// Unit of the rescaled value (DICOM PS3.3 C.11.1.1.2, C.8.9.1).
fn unit(slice: &Slice) -> Option<String> {
    let named = slice.rescale_type.as_deref();
    match (slice.modality.as_str(), named) {
        ("MR", _) | (_, Some("US")) => None,
        ("PT", _) => slice.units.as_deref().map(|units| match units {
            "BQML" => "Bq/ml".to_owned(),
            "GML" => "g/ml".to_owned(),
            "CNTS" => "counts".to_owned(),
            "PROPCNTS" => "proportional to counts".to_owned(),
            "NONE" => "1".to_owned(),
            "CM2ML" => "cm²/ml".to_owned(),
            "STDDEV" => "standard deviations".to_owned(),
            other => other.to_owned(),
        }),
        ("CT", None) => Some("HU".to_owned()),
        (_, named) => named.map(str::to_owned),
    }
}

/// Identity by content: series, frame of reference and the images of the stack.
fn key(slices: &[Slice]) -> String {
    let mut uids: Vec<&str> = slices.iter().map(|slice| slice.sop_uid.as_str()).collect();
    uids.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    if let Some(first) = slices.first() {
        part(&first.series_uid);
        part(&first.frame_of_reference);
    }
    uids.into_iter().for_each(part);
    hasher.finalize().to_string()
}

/// A slice that could not be read and is blank in the volume.
pub(crate) fn blank_slice(k: usize, geometry: &Geometry, error: &FormatError) -> Finding {
    let n_slices = geometry.size().last().copied().unwrap_or_default();
    let number = k.saturating_add(1);
    Finding {
        code: "blank_slice",
        severity: Severity::Error,
        message: format!("Image {number} of {n_slices} is blank: {}", error.reason()),
        file: error.path().map(std::path::Path::to_owned),
    }
}
