//! Positions of frames that follow from one position of the file: dose grids and tomograms of
//! nuclear medicine.

use super::attributes::Attributes;
use super::image_file::ImageFile;
use super::values::Values;
use crate::slice_plane::SlicePlane;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

/// Vectors of a nuclear medicine image: for each frame its place in a dimension other than space
/// (DICOM PS3.3 C.8.4.8).
const VECTORS: [Tag; 8] = [
    tags::ENERGY_WINDOW_VECTOR,
    tags::DETECTOR_VECTOR,
    tags::PHASE_VECTOR,
    tags::ROTATION_VECTOR,
    tags::RR_INTERVAL_VECTOR,
    tags::TIME_SLOT_VECTOR,
    tags::ANGULAR_VIEW_VECTOR,
    tags::TIME_SLICE_VECTOR,
];

/// Dimensions of an enhanced image that are space, or that frames say by themselves.
const NOT_A_MARK: [Tag; 6] = [
    tags::STACK_ID,
    tags::IN_STACK_POSITION_NUMBER,
    tags::IMAGE_POSITION_PATIENT,
    tags::IMAGE_ORIENTATION_PATIENT,
    tags::SLICE_LOCATION,
    tags::TEMPORAL_POSITION_INDEX,
];

/// How the frames of a file get what their own attributes do not say.
#[derive(Debug, Default)]
pub(super) struct Placement {
    /// Distance of each frame from the first along the normal, mm.
    offsets: Vec<f64>,
    /// Where that first one lies.
    first: Option<SlicePlane>,
    vectors: Vec<(Tag, Vec<f64>)>,
    dimensions: Vec<Tag>,
}

impl Placement {
    pub(super) fn read(values: &Values<'_>, file: &ImageFile, base: &Attributes) -> Self {
        let dimensions = values.items(tags::DIMENSION_INDEX_SEQUENCE, 64);
        let dimensions = dimensions.map(|item| item.tag(tags::DIMENSION_INDEX_POINTER));
        let mut placement = Self {
            dimensions: dimensions.map(|tag| tag.unwrap_or(Tag(0, 0))).collect(),
            ..Self::default()
        };
        if file.n_frames < 2 {
            return placement;
        }
        if let Some(offsets) = values.numbers(tags::GRID_FRAME_OFFSET_VECTOR) {
            // Relative to the first, or as table positions (PS3.3 C.8.8.3.2).
            let first = offsets.first().copied().unwrap_or(0.0);
            placement.offsets = offsets.iter().map(|offset| offset - first).collect();
            placement.first = base.plane();
        } else if let Some(slices) = values.numbers(tags::SLICE_VECTOR) {
            // The sign says on which side of the first the others lie (PS3.3 C.8.4.15).
            let mm = base.spacing_between_slices.or(base.thickness);
            let mm = mm.unwrap_or(0.0);
            placement.offsets = slices.iter().map(|slice| (slice - 1.0) * mm).collect();
            let detector = values.item(tags::DETECTOR_INFORMATION_SEQUENCE);
            let plane = detector.and_then(|detector| Attributes::of_data_set(&detector).plane());
            placement.first = plane.or(base.plane()).filter(|_| mm != 0.0);
        }
        let vector = |tag| Some((tag, values.numbers(tag)?));
        placement.vectors = VECTORS.into_iter().filter_map(vector).collect();
        placement
    }

    /// Completes the attributes of a frame.
    pub(super) fn place(&self, found: &mut Attributes, groups: Option<&Values<'_>>, frame: usize) {
        if let (Some(first), Some(offset)) = (self.first, self.offsets.get(frame)) {
            let [row, column] = [first.along_row.0, first.along_column.0];
            found.position = Some(first.moved(*offset).position.0);
            found.orientation = row
                .into_iter()
                .chain(column)
                .collect::<Vec<_>>()
                .try_into()
                .ok();
        }
        let content = groups.and_then(|groups| groups.item(tags::FRAME_CONTENT_SEQUENCE));
        let indices = content.and_then(|content| content.numbers(tags::DIMENSION_INDEX_VALUES));
        let indices = self
            .dimensions
            .iter()
            .copied()
            .zip(indices.unwrap_or_default());
        let vectors = self.vectors.iter();
        let vectors = vectors.filter_map(|(tag, vector)| Some((*tag, *vector.get(frame)?)));
        #[expect(clippy::cast_possible_truncation, reason = "an index of 16 or 32 bits")]
        let marks = indices
            .filter(|(tag, _)| !NOT_A_MARK.contains(tag))
            .chain(vectors)
            .map(|(tag, index)| (tag, index as i64));
        found.marks.dimensions = marks.collect();
    }
}
