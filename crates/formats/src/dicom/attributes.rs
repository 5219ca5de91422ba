//! What may differ from frame to frame of one file, or from file to file.
//!
//! An image of one frame has it in its data set. An enhanced image (DICOM PS3.3 C.7.6.16) has it in
//! functional groups: one item for each frame, and one that all frames share. What a frame does not
//! say is taken from the shared groups, then from the data set; never from another frame.

use super::marks::Marks;
use super::meaning::region_spacing;
use super::values::Values;
use super::voi::read_voi;
use crate::slice_plane::SlicePlane;
use crate::voi::Voi;
use dicom_dictionary_std::tags;

/// Attributes of a frame, or of all frames as far as they share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributes {
    pub(crate) position: Option<[f64; 3]>,
    pub(crate) orientation: Option<[f64; 6]>,
    /// Distance between columns, between rows; mm.
    pub(crate) spacing: Option<[f64; 2]>,
    pub(crate) thickness: Option<f64>,
    /// Signed.
    pub(crate) spacing_between_slices: Option<f64>,
    pub(crate) slope: Option<f64>,
    pub(crate) intercept: Option<f64>,
    pub(crate) rescale_type: Option<String>,
    pub(crate) voi: Vec<Voi>,
    pub(crate) marks: Marks,
}

impl Attributes {
    /// Of the data set itself.
    pub(crate) fn of_data_set(values: &Values<'_>) -> Self {
        let mut found = Self::default();
        found.read_position(values);
        found.read_measures(values);
        found.spacing = found.spacing.or_else(|| region_spacing(values));
        found.read_values(values);
        found.marks = Marks::of_data_set(values);
        found
    }

    /// Of one item of the shared or per-frame functional groups sequence.
    pub(crate) fn of_groups(groups: &Values<'_>) -> Self {
        let mut found = Self::default();
        let positions = [
            tags::PLANE_POSITION_SEQUENCE,
            tags::PLANE_ORIENTATION_SEQUENCE,
        ];
        for item in positions.into_iter().filter_map(|tag| groups.item(tag)) {
            found.read_position(&item);
        }
        if let Some(item) = groups.item(tags::PIXEL_MEASURES_SEQUENCE) {
            found.read_measures(&item);
        }
        let transforms = [
            tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE,
            tags::FRAME_VOILUT_SEQUENCE,
        ];
        for item in transforms.into_iter().filter_map(|tag| groups.item(tag)) {
            found.read_values(&item);
        }
        found.marks = Marks::of_groups(groups);
        found
    }

    /// These attributes, and those of `base` where these say nothing.
    pub(crate) fn over(self, base: &Self) -> Self {
        Self {
            position: self.position.or(base.position),
            orientation: self.orientation.or(base.orientation),
            spacing: self.spacing.or(base.spacing),
            thickness: self.thickness.or(base.thickness),
            spacing_between_slices: self.spacing_between_slices.or(base.spacing_between_slices),
            slope: self.slope.or(base.slope),
            intercept: self.intercept.or(base.intercept),
            rescale_type: self.rescale_type.or_else(|| base.rescale_type.clone()),
            voi: match self.voi.is_empty() {
                true => base.voi.clone(),
                false => self.voi,
            },
            marks: self.marks.over(&base.marks),
        }
    }

    pub(crate) fn plane(&self) -> Option<SlicePlane> {
        SlicePlane::new(self.position?, self.orientation?)
    }

    fn read_position(&mut self, values: &Values<'_>) {
        let position = values.array(tags::IMAGE_POSITION_PATIENT);
        self.position = self.position.or(position);
        let orientation = values.array(tags::IMAGE_ORIENTATION_PATIENT);
        self.orientation = self.orientation.or(orientation);
    }

    fn read_measures(&mut self, values: &Values<'_>) {
        let nonzero = |tag| values.number(tag).filter(|mm: &f64| mm.abs() > 0.0);
        self.spacing = positive_pair(values, tags::PIXEL_SPACING);
        self.thickness = nonzero(tags::SLICE_THICKNESS).map(f64::abs);
        self.spacing_between_slices = nonzero(tags::SPACING_BETWEEN_SLICES);
    }

    fn read_values(&mut self, values: &Values<'_>) {
        self.slope = self.slope.or(values.number(tags::RESCALE_SLOPE));
        self.intercept = self.intercept.or(values.number(tags::RESCALE_INTERCEPT));
        let rescale_type = self.rescale_type.take();
        self.rescale_type = rescale_type.or_else(|| values.code(tags::RESCALE_TYPE));
        if self.voi.is_empty() {
            self.voi = read_voi(values);
        }
    }
}

/// A pair of distances as column distance first, then row distance. The file has them the other way
/// round (PS3.3 10.7.1.3).
pub(crate) fn positive_pair(values: &Values<'_>, tag: dicom_core::Tag) -> Option<[f64; 2]> {
    let [between_rows, between_columns] = values.array(tag)?;
    let is_positive = between_rows > 0.0 && between_columns > 0.0;
    is_positive.then_some([between_columns, between_rows])
}
