//! One image series: what is known before its voxels are read, and reading them.

use crate::bitmap::BitmapSeries;
use crate::dicom::{self, DicomSeries};
use crate::element::Element;
use crate::error::FormatError;
use crate::finding::Finding;
use crate::meaning::GridMeaning;
use crate::no_suv::NoSuv;
use crate::progress::Progress;
use crate::raster::RasterFile;
use crate::slice_plane::{self, SlicePlane};
use crate::study_label::StudyLabel;
use crate::voi::Voi;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::{Padding, Rescale, ScalarType, Volume, Voxels};
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;

/// Voxels of one series in memory.
const MAX_VOLUME_BYTES: usize = 1 << 36;

/// What is known about a series before its voxels are read.
#[derive(Debug)]
pub(crate) struct Info {
    pub(crate) key: String,
    pub(crate) modality: String,
    pub(crate) description: String,
    pub(crate) number: Option<i64>,
    pub(crate) unit: Option<String>,
    pub(crate) voi: Vec<Voi>,
    pub(crate) is_inverted: bool,
    pub(crate) geometry: Geometry,
    pub(crate) meaning: GridMeaning,
    pub(crate) scalar_type: ScalarType,
    pub(crate) rescale: Rescale,
    pub(crate) padding: Option<Padding>,
    pub(crate) n_volumes: usize,
    pub(crate) report: Vec<Finding>,
}

/// Where the voxels are.
#[derive(Debug)]
pub(crate) enum Source {
    /// In one file for each slice.
    Dicom(DicomSeries),
    /// One after another in a file or several.
    Raster(Box<RasterFile>),
    /// Pictures in one file or in one for each slice.
    Bitmap(BitmapSeries),
}

/// Files, or parts of them, that hold one slice each.
pub(crate) trait SliceFiles: Sync {
    /// How many slices of a volume there are.
    fn n_images(&self, volume: usize) -> usize;

    /// Fills one slice, in the series' scalar type; a missing one stays as it is.
    fn fill(&self, volume: usize, k: usize, out: &mut [u8]) -> Result<(), FormatError>;
}

/// An image series, before its voxels are read.
#[derive(Debug)]
pub struct Series {
    info: Info,
    source: Source,
    /// Temporary folders that files of the series are in; removed with the last series.
    folders: Vec<Arc<TempDir>>,
}

impl Series {
    pub(crate) fn new(info: Info, source: Source) -> Self {
        Self {
            info,
            source,
            folders: Vec::new(),
        }
    }

    /// Keeps a temporary folder as long as the series, if files of the series are in it.
    pub(crate) fn keep(&mut self, folder: &Arc<TempDir>) {
        if self
            .paths()
            .iter()
            .any(|path| path.starts_with(folder.path()))
        {
            self.folders.push(Arc::clone(folder));
        }
    }

    pub(crate) fn number(&self) -> Option<i64> {
        self.info.number
    }

    /// Identity by content, hexadecimal: the same files give the same key wherever they lie.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.info.key
    }

    /// DICOM modality; `OT` where the format does not say.
    #[must_use]
    pub fn modality(&self) -> &str {
        &self.info.modality
    }

    /// Series description, or the file's name.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.info.description
    }

    /// Grid of the volume.
    #[must_use]
    pub const fn geometry(&self) -> &Geometry {
        &self.info.geometry
    }

    /// What positions, directions and distances on that grid mean.
    #[must_use]
    pub const fn meaning(&self) -> &GridMeaning {
        &self.info.meaning
    }

    /// Type that the voxels will have.
    #[must_use]
    pub const fn scalar_type(&self) -> ScalarType {
        self.info.scalar_type
    }

    /// Stored value to value.
    #[must_use]
    pub const fn rescale(&self) -> Rescale {
        self.info.rescale
    }

    /// Stored values that mean "no image here".
    #[must_use]
    pub const fn padding(&self) -> Option<Padding> {
        self.info.padding
    }

    /// Unit of the rescaled value, if known.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        self.info.unit.as_deref()
    }

    /// Volumes in the series, as time points or directions of diffusion.
    #[must_use]
    pub const fn n_volumes(&self) -> usize {
        self.info.n_volumes
    }

    /// The file, if the voxels lie one after another in one or several.
    pub(crate) fn raster(&self) -> Option<&RasterFile> {
        match &self.source {
            Source::Raster(file) => Some(file),
            Source::Dicom(_) | Source::Bitmap(_) => None,
        }
    }

    /// The DICOM images, if it is a series of them.
    pub(crate) const fn dicom(&self) -> Option<&DicomSeries> {
        match &self.source {
            Source::Dicom(dicom) => Some(dicom),
            Source::Raster(_) | Source::Bitmap(_) => None,
        }
    }

    /// The study the series belongs to, if the format has studies.
    #[must_use]
    pub fn study(&self) -> Option<&StudyLabel> {
        match &self.source {
            Source::Dicom(dicom) => Some(dicom.study()),
            Source::Raster(_) | Source::Bitmap(_) => None,
        }
    }

    /// For PET: what a value in Bq/ml is multiplied with to get the standardized uptake value by
    /// body weight, g/ml, or why nothing does. The values of the series stay in Bq/ml.
    #[must_use]
    pub fn suv_body_weight(&self) -> Option<Result<f64, NoSuv>> {
        match &self.source {
            Source::Dicom(dicom) => dicom.suv_body_weight(),
            Source::Raster(_) | Source::Bitmap(_) => None,
        }
    }

    /// What each volume is, such as `t = 12.5 s` or `b = 1000`; empty where nothing is known.
    #[must_use]
    pub fn volume_labels(&self) -> Vec<String> {
        match &self.source {
            Source::Dicom(dicom) => dicom.labels.clone(),
            Source::Raster(file) => {
                let label = |volume| file.times.map(|times| times.label(volume));
                let volumes = 0..self.info.n_volumes;
                volumes
                    .map(|volume| label(volume).unwrap_or_default())
                    .collect()
            }
            Source::Bitmap(pictures) => pictures.labels.clone(),
        }
    }

    /// Where each slice along k was acquired, in the digits of its file; the grid's own where
    /// nothing is known of single slices.
    #[must_use]
    pub fn slice_planes(&self) -> Vec<SlicePlane> {
        let acquired = match &self.source {
            Source::Dicom(dicom) => dicom.planes.clone(),
            Source::Raster(_) | Source::Bitmap(_) => None,
        };
        acquired.unwrap_or_else(|| slice_plane::of_grid(&self.info.geometry))
    }

    /// Files the volumes are read from.
    #[must_use]
    pub fn n_files(&self) -> usize {
        match &self.source {
            Source::Dicom(dicom) => dicom.files().len(),
            Source::Raster(raster) => raster.files.len(),
            Source::Bitmap(pictures) => pictures.paths().len(),
        }
    }

    /// Those files, volume by volume and in k order; a header that is a file of its own comes first.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        match &self.source {
            Source::Dicom(dicom) => {
                let files = dicom.files().into_iter();
                files.map(|file| file.path.clone()).collect()
            }
            Source::Raster(raster) => raster.files.clone(),
            Source::Bitmap(pictures) => pictures.paths(),
        }
    }

    /// What was odd, before the voxels were read.
    #[must_use]
    pub fn report(&self) -> &[Finding] {
        &self.info.report
    }

    /// How the file proposes to show the values; the first one is meant to be used first.
    #[must_use]
    pub fn voi(&self) -> &[Voi] {
        &self.info.voi
    }

    /// Whether low values are meant to be shown bright (MONOCHROME1).
    #[must_use]
    pub const fn is_inverted(&self) -> bool {
        self.info.is_inverted
    }

    /// Reads volume number `volume` (0 first), on the current rayon pool. Slice `first_slice`
    /// (along k, clamped) is read first and handed over in its stored type while the others follow; progress counts
    /// slices. A damaged slice of a series of files stays blank and is reported.
    ///
    /// # Errors
    /// [`FormatError::Cancelled`], or why no voxels can be read.
    pub fn load(
        &self,
        volume: usize,
        first_slice: usize,
        on_first: &(dyn Fn(Voxels) + Sync),
        progress: &dyn Progress,
    ) -> Result<(Volume, Vec<Finding>), FormatError> {
        self.check_volume(volume)?;
        let n_voxels = self.info.geometry.n_voxels();
        self.check_size(n_voxels)?;
        let mut voxels = Voxels::zeros(self.info.scalar_type, n_voxels);
        let first = first_slice.min(self.n_slices().saturating_sub(1));
        let on_first = |bytes: &[u8]| on_first(self.slice_of(bytes));
        let order = Order {
            first,
            on_first: &on_first,
            progress,
        };
        let mut found = match &self.source {
            Source::Dicom(dicom) => {
                let held = dicom.hold(volume);
                let mut found = self.load_files(dicom, volume, voxels.bytes_mut(), &order)?;
                drop(held);
                found.extend(dicom.found_on_reading());
                found
            }
            Source::Bitmap(pictures) => {
                self.load_files(pictures, volume, voxels.bytes_mut(), &order)?
            }
            Source::Raster(file) => {
                file.raster.load(volume, voxels.bytes_mut(), &order)?;
                Vec::new()
            }
        };
        found.extend(not_finite(&voxels));
        let Info {
            geometry,
            rescale,
            padding,
            unit,
            ..
        } = &self.info;
        let volume = Volume::new(geometry.clone(), voxels, *rescale, unit.clone())
            .map_err(|mismatch| self.damaged(mismatch.to_string()))?
            .with_padding(*padding);
        Ok((volume, found))
    }

    /// Reads one slice along k (clamped) of volume number `volume` (0 first).
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn load_slice(&self, volume: usize, k: usize) -> Result<Voxels, FormatError> {
        self.check_volume(volume)?;
        let [columns, rows, n_slices] = self.info.geometry.size();
        self.check_size(columns.saturating_mul(rows))?;
        let k = k.min(n_slices.saturating_sub(1));
        let mut slice = Voxels::zeros(self.info.scalar_type, columns.saturating_mul(rows));
        match &self.source {
            Source::Dicom(dicom) => dicom.fill(volume, k, slice.bytes_mut())?,
            Source::Raster(file) => file.raster.load_slice(volume, k, slice.bytes_mut())?,
            Source::Bitmap(pictures) => pictures.fill(volume, k, slice.bytes_mut())?,
        }
        Ok(slice)
    }

    /// Whether [`Self::load_slice`] reads that slice alone; else everything before it is read too.
    #[must_use]
    pub fn is_random_access(&self) -> bool {
        match &self.source {
            Source::Dicom(_) | Source::Bitmap(_) => true,
            Source::Raster(file) => file.raster.is_random_access(),
        }
    }

    /// The file that holds slice `k` (clamped) and everything it says about itself. Holds patient
    /// data.
    ///
    /// # Errors
    /// Why the file cannot be read again.
    pub fn metadata(&self, k: usize) -> Result<(PathBuf, Vec<Element>), FormatError> {
        match &self.source {
            Source::Dicom(series) => dicom::metadata(series, k),
            Source::Bitmap(pictures) => pictures.metadata(k),
            Source::Raster(file) => {
                let path = self.paths().into_iter().next().unwrap_or_default();
                Ok((path, file.elements.clone()))
            }
        }
    }

    /// Name, identifier, birth date and sex of the patient, as far as the files say.
    ///
    /// # Errors
    /// Why the file cannot be read again.
    pub fn patient(&self) -> Result<Vec<Element>, FormatError> {
        match &self.source {
            Source::Dicom(series) => dicom::patient(series),
            Source::Raster(_) | Source::Bitmap(_) => Ok(Vec::new()),
        }
    }

    fn load_files(
        &self,
        files: &dyn SliceFiles,
        volume: usize,
        out: &mut [u8],
        order: &Order<'_>,
    ) -> Result<Vec<Finding>, FormatError> {
        let n_slices = self.n_slices();
        let failures: Mutex<Vec<(usize, FormatError)>> = Mutex::default();
        let n_done = AtomicUsize::new(0);
        let read = |k: usize, out: &mut [u8]| -> Result<(), FormatError> {
            if order.progress.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
            if let Err(error) = files.fill(volume, k, out) {
                // Only what was touched: blank memory that was never written takes no space.
                out.iter_mut()
                    .filter(|byte| **byte != 0)
                    .for_each(|byte| *byte = 0);
                failures
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((k, error));
            }
            let done = n_done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            order.progress.advance(done, n_slices);
            Ok(())
        };
        let mut planes: Vec<(usize, &mut [u8])> = out
            .chunks_exact_mut(self.plane_bytes())
            .enumerate()
            .collect();
        if order.first < planes.len() {
            let (k, out) = planes.swap_remove(order.first);
            read(k, out)?;
            (order.on_first)(out);
        }
        planes
            .into_par_iter()
            .try_for_each(|(k, out)| read(k, out))?;
        let mut failures = failures
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        failures.sort_by_key(|(k, _)| *k);
        if failures.len() == files.n_images(volume)
            && let Some((_, error)) = failures.pop()
        {
            return Err(error);
        }
        let blank =
            |(k, error): (usize, FormatError)| dicom::blank_slice(k, &self.info.geometry, &error);
        Ok(failures.into_iter().map(blank).collect())
    }

    fn n_slices(&self) -> usize {
        let [_, _, n_slices] = self.info.geometry.size();
        n_slices
    }

    /// Bytes of one slice along k.
    fn plane_bytes(&self) -> usize {
        let [columns, rows, _] = self.info.geometry.size();
        let n_bytes = self.info.scalar_type.n_bytes();
        columns.saturating_mul(rows).saturating_mul(n_bytes)
    }

    /// A copy of one slice's bytes as voxels.
    fn slice_of(&self, bytes: &[u8]) -> Voxels {
        let n_bytes = self.info.scalar_type.n_bytes();
        let n_voxels = bytes.len().checked_div(n_bytes).unwrap_or(0);
        let mut slice = Voxels::zeros(self.info.scalar_type, n_voxels);
        slice.bytes_mut().copy_from_slice(bytes);
        slice
    }

    fn check_volume(&self, volume: usize) -> Result<(), FormatError> {
        if volume < self.info.n_volumes {
            return Ok(());
        }
        let path = self.paths().into_iter().next().unwrap_or_default();
        let what = format!("volume {volume} of {}, counted from 0", self.info.n_volumes);
        Err(FormatError::unsupported(&path, what))
    }

    pub(crate) fn check_size(&self, n_voxels: usize) -> Result<(), FormatError> {
        let n_bytes = n_voxels.saturating_mul(self.info.scalar_type.n_bytes());
        // Ask first: an allocation that fails later ends the program.
        let fits = || Vec::<u8>::new().try_reserve_exact(n_bytes).is_ok();
        if n_bytes <= MAX_VOLUME_BYTES && fits() {
            return Ok(());
        }
        let path = self.paths().into_iter().next().unwrap_or_default();
        Err(FormatError::limit(
            &path,
            format!("the memory for {n_bytes} bytes of voxels"),
        ))
    }

    fn damaged(&self, reason: String) -> FormatError {
        let path = self.paths().into_iter().next().unwrap_or_default();
        FormatError::Damaged { path, reason }
    }
}

/// Which slice to read first, and whom to tell.
pub(crate) struct Order<'a> {
    pub(crate) first: usize,
    /// Receives that slice as the volume has it.
    pub(crate) on_first: &'a (dyn Fn(&[u8]) + Sync),
    pub(crate) progress: &'a dyn Progress,
}

/// Counts values that are no numbers.
fn not_finite(voxels: &Voxels) -> Option<Finding> {
    let (n, n_voxels) = match voxels {
        Voxels::F32(v) => (v.par_iter().filter(|x| !x.is_finite()).count(), v.len()),
        Voxels::F64(v) => (v.par_iter().filter(|x| !x.is_finite()).count(), v.len()),
        _ => (0, 0),
    };
    let message = format!(
        "{n} of {n_voxels} voxels are not numbers (NaN or infinite); measures leave them out."
    );
    (n > 0).then(|| Finding::warning("not_finite", message))
}
