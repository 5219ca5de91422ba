//! One image of a series: a frame of a file, and where it lies.

use super::image_file::ImageFile;
use super::marks::Marks;
use crate::slice_plane::SlicePlane;
use crate::voi::Voi;
use annotomy_volume::volume::Rescale;
use std::path::Path;
use std::sync::Arc;

/// One image.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    pub(crate) file: Arc<ImageFile>,
    /// Which frame of the file, from 0 on.
    pub(crate) frame: usize,
    pub(crate) plane: Option<SlicePlane>,
    /// Distance between columns, between rows; mm.
    pub(crate) spacing: Option<[f64; 2]>,
    /// Whether that distance was measured at the detector, not in the patient.
    pub(crate) is_spacing_at_detector: bool,
    pub(crate) thickness: Option<f64>,
    /// Positive.
    pub(crate) spacing_between_slices: Option<f64>,
    pub(crate) rescale: Rescale,
    pub(crate) rescale_type: Option<String>,
    pub(crate) voi: Vec<Voi>,
    pub(crate) marks: Marks,
}

impl Slice {
    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    /// In the order of acquisition, as far as numbers tell it; the same for the same images
    /// whatever the order of files.
    pub(crate) fn number(&self) -> (Option<i64>, &str, usize) {
        (self.file.instance_number, &self.file.sop_uid, self.frame)
    }
}
