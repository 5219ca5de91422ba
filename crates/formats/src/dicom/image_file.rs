//! One image file: what its header says of all its frames, and where their pixels are.

use super::attributes::{Attributes, positive_pair};
use super::codec::{Photometric, is_bomb};
use super::directory::{Directory, is_directory, read_directory};
use super::frames::FrameTable;
use super::meaning::{Calibration, frame_ms, orientation};
use super::open::{Opened, open};
use super::pet::Pet;
use super::pixel::Pixel;
use super::placed::Placement;
use super::slice::Slice;
use super::syntax::{PixelCoding, Syntax};
use super::values::Values;
use super::walk::PixelElement;
use crate::error::FormatError;
use crate::file::Head;
use crate::finding::Finding;
use crate::study_label::StudyLabel;
use annotomy_volume::volume::Rescale;
use dicom_dictionary_std::tags;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Frames in one file: each takes memory before its pixels are read.
const MAX_FRAMES: usize = 100_000;

/// What the frames of one file share.
#[derive(Debug)]
pub(crate) struct ImageFile {
    pub(crate) path: PathBuf,
    pub(crate) sop_uid: String,
    pub(crate) study: StudyLabel,
    pub(crate) series_uid: String,
    pub(crate) frame_of_reference: String,
    pub(crate) modality: String,
    pub(crate) description: String,
    pub(crate) series_number: Option<i64>,
    pub(crate) instance_number: Option<i64>,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) n_frames: usize,
    pub(crate) units: Option<String>,
    has_modality_lut: bool,
    pub(crate) is_inverted: bool,
    /// Directions of rows and columns, where no position is given.
    pub(super) orientation: Option<[String; 2]>,
    pub(super) frame_ms: Option<f64>,
    pub(super) calibration: Calibration,
    pub(crate) pixel: Pixel,
    /// Where the pixels begin, in the file or in its inflated data set.
    pub(crate) pixels_at: usize,
    pub(crate) syntax: Syntax,
    pub(crate) frames: FrameTable,
    /// For PET.
    pub(super) pet: Option<Box<Pet>>,
}

impl ImageFile {
    /// Whether there is a table of values that makes no sense.
    pub(crate) fn has_unread_table(&self) -> bool {
        self.has_modality_lut && self.pixel.form.photometric == Photometric::Monochrome
    }

    /// What is odd about the file, in words.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut found = self.pixel.findings();
        if self.syntax.is_mislabelled() {
            let message = "The file says that its elements name their value representation, but they do not; it was read as they are.";
            found.push(Finding::note("mislabelled_encoding", message).in_file(&self.path));
        }
        found
    }
}

/// What a DICOM file holds for a scan.
#[derive(Debug)]
pub(crate) enum Contents {
    /// Frames of an image.
    Slices(Vec<Slice>),
    /// An index of other files.
    Directory(Directory),
}

/// Reads a header. Pixels are located, not read.
pub(crate) fn read_contents(path: &Path, head: Head) -> Result<Contents, FormatError> {
    let opened = open(path, head)?;
    if opened.layout.pixels.is_none() && is_directory(&Values::new(&opened)) {
        return Ok(Contents::Directory(read_directory(path, &opened)));
    }
    read_slices(path, &opened).map(Contents::Slices)
}

/// The frames of the file.
fn read_slices(path: &Path, opened: &Opened) -> Result<Vec<Slice>, FormatError> {
    let values = Values::new(opened);
    let file = Arc::new(read_file(path, opened, &values)?);
    let shared = values.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let base = Attributes::of_data_set(&values);
    let base = match &shared {
        Some(shared) => Attributes::of_groups(shared).over(&base),
        None => base,
    };
    let placement = Placement::read(&values, &file, &base);
    let at_detector = positive_pair(&values, tags::IMAGER_PIXEL_SPACING);
    let mut own = values.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, file.n_frames);
    let dose = values.number(tags::DOSE_GRID_SCALING);
    let slice = |frame: usize| {
        let groups = own.next();
        let found = groups.as_ref().map(Attributes::of_groups);
        let mut found = found.unwrap_or_default().over(&base);
        found.slope = found.slope.or(dose);
        placement.place(&mut found, groups.as_ref(), frame);
        slice(&file, frame, found, at_detector)
    };
    (0..file.n_frames).map(slice).collect()
}

fn slice(
    file: &Arc<ImageFile>,
    frame: usize,
    found: Attributes,
    at_detector: Option<[f64; 2]>,
) -> Result<Slice, FormatError> {
    // A table's values and colours are final.
    let is_rescaled = file.pixel.form.photometric == Photometric::Monochrome;
    let slope = found.slope.filter(|_| is_rescaled).unwrap_or(1.0);
    if slope == 0.0 {
        return Err(FormatError::damaged(&file.path, "the rescale slope is 0"));
    }
    let intercept = found.intercept.filter(|_| is_rescaled).unwrap_or(0.0);
    Ok(Slice {
        file: Arc::clone(file),
        frame,
        plane: found.plane(),
        spacing: found.spacing.or(at_detector),
        is_spacing_at_detector: at_detector
            .is_some_and(|at| found.spacing.is_none_or(|own| own == at)),
        thickness: found.thickness,
        spacing_between_slices: found.spacing_between_slices.map(f64::abs),
        rescale: Rescale { slope, intercept },
        rescale_type: found.rescale_type.or(file.pixel.value_type.clone()),
        voi: found.voi,
        marks: found.marks,
    })
}

fn read_file(path: &Path, opened: &Opened, values: &Values<'_>) -> Result<ImageFile, FormatError> {
    let Some(pixels) = opened.layout.pixels else {
        let modality = modality(values);
        let what = format!("a DICOM object of modality {modality} without pixel data");
        return Err(FormatError::not_an_image(path, what));
    };
    let class = values.code(tags::SOP_CLASS_UID).unwrap_or_default();
    if SEGMENTATIONS.contains(&class.as_str()) {
        let what = "a DICOM segmentation, which belongs to another image";
        return Err(FormatError::not_an_image(path, what));
    }
    describe(path, opened, values, pixels)
}

/// A segmentation as an image of the same frames, whose samples are values even if colours are
/// given for them.
pub(crate) fn segmentation_file(
    path: &Path,
    opened: &Opened,
    pixels: PixelElement,
) -> Result<ImageFile, FormatError> {
    let mut file = describe(path, opened, &Values::new(opened), pixels)?;
    file.pixel.form.photometric = Photometric::Monochrome;
    match file.pixel.form.samples {
        1 => Ok(file),
        n => Err(FormatError::damaged(
            path,
            format!("a segmentation with {n} samples a pixel"),
        )),
    }
}

fn describe(
    path: &Path,
    opened: &Opened,
    values: &Values<'_>,
    pixels: PixelElement,
) -> Result<ImageFile, FormatError> {
    let modality = modality(values);
    let n_frames = n_frames(path, values)?;
    let pixel = Pixel::read(path, opened, values, pixels)?;
    let pixels_at = pixels_at(path, opened, &pixel, n_frames)?;
    let (columns, rows) = (pixel.form.columns, pixel.form.rows);
    let code = |tag| values.code(tag);
    let header = opened
        .bytes
        .get(opened.dataset_at..opened.layout.end)
        .unwrap_or_default();
    // A file that breaks the rule to have an UID is known by its header.
    let nameless = || blake3::hash(header).to_string();
    Ok(ImageFile {
        path: path.to_owned(),
        sop_uid: code(tags::SOP_INSTANCE_UID).unwrap_or_else(nameless),
        study: study(values),
        series_uid: code(tags::SERIES_INSTANCE_UID).unwrap_or_default(),
        frame_of_reference: code(tags::FRAME_OF_REFERENCE_UID).unwrap_or_default(),
        description: values.text(tags::SERIES_DESCRIPTION).unwrap_or_default(),
        pet: (modality == "PT").then(|| Box::new(Pet::read(values))),
        modality,
        series_number: values.integer(tags::SERIES_NUMBER),
        instance_number: values.integer(tags::INSTANCE_NUMBER),
        columns,
        rows,
        n_frames,
        units: code(tags::UNITS),
        has_modality_lut: values.has(tags::MODALITY_LUT_SEQUENCE),
        is_inverted: code(tags::PHOTOMETRIC_INTERPRETATION).as_deref() == Some("MONOCHROME1"),
        orientation: orientation(values),
        frame_ms: frame_ms(values),
        calibration: Calibration::read(values),
        pixel,
        pixels_at,
        syntax: opened.syntax.clone(),
        frames: FrameTable::new(values),
    })
}

fn modality(values: &Values<'_>) -> String {
    values
        .code(tags::MODALITY)
        .unwrap_or_else(|| "OT".to_owned())
}

fn study(values: &Values<'_>) -> StudyLabel {
    let uid = values.code(tags::STUDY_INSTANCE_UID).unwrap_or_default();
    // A name may be spelt in several ways; an identifier counts where there is one.
    let patient = values.text(tags::PATIENT_ID);
    let patient = patient.or_else(|| values.text(tags::PATIENT_NAME));
    StudyLabel {
        key: blake3::hash(uid.as_bytes()).to_string(),
        patient_key: blake3::hash(patient.unwrap_or_default().as_bytes()).to_string(),
        description: values.text(tags::STUDY_DESCRIPTION).unwrap_or_default(),
        date: values.code(tags::STUDY_DATE),
    }
}

/// A file that says nothing has one frame; some write 0.
fn n_frames(path: &Path, values: &Values<'_>) -> Result<usize, FormatError> {
    let declared = values.integer(tags::NUMBER_OF_FRAMES).unwrap_or(1).max(1);
    let n_frames = usize::try_from(declared).unwrap_or(usize::MAX);
    if n_frames > MAX_FRAMES {
        let what = format!("{declared} frames, more than {MAX_FRAMES}");
        return Err(FormatError::limit(path, what));
    }
    Ok(n_frames)
}

/// Segmentations and label maps: annotations on other images.
const SEGMENTATIONS: [&str; 2] = [
    "1.2.840.10008.5.1.4.1.1.66.4",
    "1.2.840.10008.5.1.4.1.1.66.7",
];

/// Where the pixels begin, once the file was found long enough for them.
fn pixels_at(
    path: &Path,
    opened: &Opened,
    pixel: &Pixel,
    n_frames: usize,
) -> Result<usize, FormatError> {
    let Some(pixels) = opened.layout.pixels else {
        return Err(FormatError::not_an_image(path, "no pixel data"));
    };
    let at = pixels.value_at;
    let n_bytes = pixel.form.decoded_bytes();
    let n_native = pixel.n_native_bytes(n_frames);
    let is_native = opened.syntax.pixels == PixelCoding::Native;
    let left = opened.total.saturating_sub(at);
    match pixels.len {
        None if !is_native && is_bomb(n_bytes, left) => {
            let what = format!("an image of {n_bytes} bytes in {left} compressed bytes");
            Err(FormatError::limit(path, what))
        }
        // Every frame has a fragment, and that a header of 8 bytes.
        None if !is_native && n_frames > left / 8 => {
            let reason = format!("{n_frames} frames cannot be in {left} bytes");
            Err(FormatError::damaged(path, reason))
        }
        None if !is_native => Ok(at),
        Some(declared) if is_native => {
            let found = declared.min(left);
            if declared > left || found < n_native {
                let reason = format!(
                    "{n_native} bytes of pixels expected, {declared} declared, {left} in the file"
                );
                return Err(FormatError::damaged(path, reason));
            }
            Ok(at)
        }
        _ => {
            let name = opened.syntax.name();
            let reason = format!("the pixel data's form does not match {name}");
            Err(FormatError::damaged(path, reason))
        }
    }
}
