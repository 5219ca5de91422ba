//! A DICOM series that can be loaded.

use super::frames;
use super::group::{Group, group};
use super::image_file::ImageFile;
use super::meaning::meaning;
use super::padding::padding;
use super::pet::suv_body_weight;
use super::pixels::read_pixels;
use super::slice::Slice;
use super::stack::{Stack, stack};
use crate::error::FormatError;
use crate::finding::{Finding, Severity};
use crate::no_suv::NoSuv;
use crate::series::{Info, Series, SliceFiles, Source};
use crate::slice_plane::SlicePlane;
use crate::study_label::StudyLabel;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Rescale, Scalar, ScalarType, Voxels};
use annotomy_volume::with_voxels;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// The images of a stack, and how their pixels become the series' voxels.
#[derive(Debug)]
pub(crate) struct DicomSeries {
    /// Each with one image for each k; missing ones are `None`.
    volumes: Vec<Vec<Option<Slice>>>,
    pub(crate) labels: Vec<String>,
    /// Where each k was acquired, if the files say.
    pub(crate) planes: Option<Vec<SlicePlane>>,
    /// Whether each slice is rescaled by its own numbers while it is read.
    is_rescaled_on_reading: bool,
    /// Paths of the elements that differ between slices, once they were asked for.
    pub(crate) varying: OnceLock<BTreeSet<super::metadata::ElementPath>>,
}

impl DicomSeries {
    /// Image `k` of a volume; `None` if it is missing.
    pub(crate) fn slice(&self, volume: usize, k: usize) -> Option<&Slice> {
        self.volumes.get(volume)?.get(k)?.as_ref()
    }

    /// All images, volume by volume.
    pub(crate) fn slices(&self) -> impl Iterator<Item = &Slice> {
        self.volumes.iter().flatten().flatten()
    }

    /// Image `k` of the first volume that has one.
    pub(crate) fn any_slice(&self, k: usize) -> &Slice {
        let mut volumes = 0..self.volumes.len();
        let found = volumes.find_map(|volume| self.slice(volume, k));
        found
            .or_else(|| self.slices().last())
            .expect("a stack has an image")
    }

    /// All files, in the order of the images in them.
    pub(crate) fn files(&self) -> Vec<&Arc<ImageFile>> {
        let mut seen = BTreeSet::new();
        let files = self.slices().map(|slice| &slice.file);
        files
            .filter(|file| seen.insert(Arc::as_ptr(file)))
            .collect()
    }

    /// The study of the first image.
    pub(crate) fn study(&self) -> &StudyLabel {
        &self.any_slice(0).file.study
    }

    /// UID of the space that positions are given in; may be empty.
    pub(crate) fn frame_of_reference(&self) -> &str {
        &self.any_slice(0).file.frame_of_reference
    }

    /// Factor from Bq/ml to g/ml of body weight, or why there is none; for PET.
    pub(crate) fn suv_body_weight(&self) -> Option<Result<f64, NoSuv>> {
        suv_body_weight(&self.files())
    }

    /// Deflated files that hold several frames, inflated: who holds them spares each frame the
    /// work.
    pub(crate) fn hold(&self, volume: usize) -> Vec<Arc<Vec<u8>>> {
        let slices = self.volumes.get(volume).into_iter().flatten().flatten();
        let mut seen = BTreeSet::new();
        slices
            .map(|slice| &slice.file)
            .filter(|file| file.syntax.is_deflated && file.n_frames > 1)
            .filter(|file| seen.insert(Arc::as_ptr(file)))
            .filter_map(|file| frames::inflated(file).ok())
            .collect()
    }

    /// What reading the pixels has shown to be odd.
    pub(crate) fn found_on_reading(&self) -> Option<Finding> {
        let mut slices = self.slices();
        let wrong = slices.find(|slice| slice.file.frames.has_wrong_table())?;
        let message = "The table that says where each frame begins is wrong; the frames were found without it.";
        Some(Finding::note("wrong_offset_table", message).in_file(wrong.path()))
    }
}

impl SliceFiles for DicomSeries {
    fn n_images(&self, volume: usize) -> usize {
        let slices = self.volumes.get(volume).into_iter().flatten();
        slices.flatten().count()
    }

    fn fill(&self, volume: usize, k: usize, out: &mut [u8]) -> Result<(), FormatError> {
        let Some(slice) = self.slice(volume, k) else {
            return Ok(());
        };
        if !self.is_rescaled_on_reading {
            return read_pixels(slice, out);
        }
        let form = &slice.file.pixel.form;
        let mut stored = Voxels::zeros(form.pixel_type(), form.n_pixels());
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
    let mut series = Vec::new();
    let (groups, mut errors) = group(slices);
    for group in groups {
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
        volumes,
        labels,
        planes,
        geometry,
        mut report,
    } = stack;
    let slices = || volumes.iter().flatten().flatten();
    let first = slices().next()?;
    let middle = volumes
        .first()
        .and_then(|slices| slices.get(slices.len() / 2)?.as_ref());
    let is_rescaled_on_reading = slices().any(|slice| slice.rescale != first.rescale);
    if is_rescaled_on_reading {
        let message = "Slices differ in their rescale slope or intercept; the values were computed for each slice and are kept as float32.";
        report.push(Finding::note("rescale_per_slice", message));
    }
    report.extend(pixel_findings(slices()));
    let (padding, found) = padding(slices(), is_rescaled_on_reading);
    report.extend(found);
    let (scalar_type, rescale) = match is_rescaled_on_reading {
        true => (ScalarType::F32, Rescale::IDENTITY),
        false => (first.file.pixel.form.pixel_type(), first.rescale),
    };
    let mut description = first.file.description.clone();
    if let (n, 2..) = part {
        let space = if description.is_empty() { "" } else { " " };
        description = format!("{description}{space}(part {n} of {})", part.1);
    }
    let info = Info {
        key,
        modality: first.file.modality.clone(),
        description,
        number: first.file.series_number,
        unit: unit(first),
        voi: middle.unwrap_or(first).voi.clone(),
        is_inverted: first.file.is_inverted,
        geometry,
        meaning: meaning(first, planes.as_ref().map(Vec::len)),
        scalar_type,
        rescale,
        padding,
        n_volumes: volumes.len(),
        report,
    };
    let source = Source::Dicom(DicomSeries {
        volumes,
        labels,
        planes,
        is_rescaled_on_reading,
        varying: OnceLock::new(),
    });
    Some(Series::new(info, source))
}

fn pixel_findings<'a>(slices: impl Iterator<Item = &'a Slice> + Clone) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for finding in slices.clone().flat_map(|slice| slice.file.findings()) {
        if found.iter().all(|known| known.code != finding.code) {
            found.push(finding);
        }
    }
    if let Some(slice) = slices.clone().find(|slice| slice.file.has_unread_table()) {
        let message = "The files give a table for their values (Modality LUT) that contradicts itself; stored values are shown.";
        found.push(Finding::warning("modality_lut_ignored", message).in_file(slice.path()));
    }
    if slices.clone().any(|slice| slice.file.is_inverted) {
        let message = "Low values are shown bright, as the files want it (MONOCHROME1).";
        found.push(Finding::note("monochrome1", message));
    }
    found
}

/// Unit of the rescaled value (DICOM PS3.3 C.11.1.1.2, C.8.9.1).
fn unit(slice: &Slice) -> Option<String> {
    let named = slice.rescale_type.as_deref();
    match (slice.file.modality.as_str(), named) {
        ("MR", _) | (_, Some("US")) => None,
        ("PT", _) => slice.file.units.as_deref().map(|units| match units {
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
    let mut images: Vec<(&str, Option<usize>)> = slices.iter().map(identity).collect();
    images.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    if let Some(first) = slices.first() {
        part(&first.file.series_uid);
        part(&first.file.frame_of_reference);
    }
    for (uid, frame) in images {
        part(uid);
        if let Some(frame) = frame {
            part(&frame.to_string());
        }
    }
    hasher.finalize().to_string()
}

/// The instance, and the frame if it has several.
fn identity(slice: &Slice) -> (&str, Option<usize>) {
    let frame = (slice.file.n_frames > 1).then_some(slice.frame);
    (&slice.file.sop_uid, frame)
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
