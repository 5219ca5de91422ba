//! DICOM segmentations (PS3.3 A.51, C.8.20): layers of labels and what each label means.

mod compressed;
mod describe;
pub(crate) mod frames;
pub(crate) mod grid;
mod groups;
pub(crate) mod layers;
pub(crate) mod plan;
mod read;
mod segments;
mod write;

use super::write::{Code, NewObject};
use crate::series::Series;
use annotomy_volume::labels::{Label, LabelMap};

pub use read::{ReadDicomSegmentation, read_dicom_segmentation};
pub use write::{check_dicom_segmentation, write_dicom_segmentation};

/// How a segment was made (Segment Algorithm Type).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Algorithm {
    /// By hand.
    Manual,
    /// By a person with an algorithm of this name.
    SemiAutomatic(String),
    /// By an algorithm of this name.
    Automatic(String),
}

impl Algorithm {
    /// As Segment Algorithm Type and ROI Generation Algorithm have it, and the algorithm's name.
    pub(crate) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Manual => ("MANUAL", ""),
            Self::SemiAutomatic(name) => ("SEMIAUTOMATIC", name),
            Self::Automatic(name) => ("AUTOMATIC", name),
        }
    }
}

/// One segment: which voxels, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Index of its layer.
    pub layer: usize,
    /// Its label in that layer.
    pub label: Label,
    /// Segment Label, at most 64 characters.
    pub name: String,
    /// Colour for display, sRGB.
    pub color: [u8; 3],
    /// How it was made.
    pub algorithm: Algorithm,
    /// Segmented Property Category.
    pub category: Code,
    /// Segmented Property Type.
    pub property: Code,
    /// Segmented Property Type Modifier, such as a side.
    pub modifier: Option<Code>,
    /// Anatomic Region, where the type does not say it.
    pub region: Option<Code>,
    /// Anatomic Region Modifier; counts with a region only.
    pub region_modifier: Option<Code>,
    /// What it is followed by through time and objects.
    pub tracking: Option<Tracking>,
}

/// An identifier for people and one for programs (PS3.3 C.8.20.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracking {
    /// Tracking ID.
    pub id: String,
    /// Tracking UID.
    pub uid: String,
}

impl Segment {
    /// Drawn by hand, grey, of category and type Tissue (SCT 85756007), as 3D Slicer codes what
    /// nobody has coded.
    #[must_use]
    pub fn new(layer: usize, label: Label, name: &str) -> Self {
        let tissue = Code::new("85756007", "SCT", "Tissue");
        Self {
            layer,
            label,
            name: name.to_owned(),
            color: [128; 3],
            algorithm: Algorithm::Manual,
            category: tissue.clone(),
            property: tissue,
            modifier: None,
            region: None,
            region_modifier: None,
            tracking: None,
        }
    }
}

/// How the voxels are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentationType {
    /// One bit a voxel, one frame for each slice of each segment: read by everything, and segments
    /// may overlap.
    Binary,
    /// The segment's number at each voxel, one frame a slice (Supplement 243): small, read by newer
    /// software only; segments cannot overlap.
    LabelMap,
}

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct DicomSegmentation<'a> {
    /// The images that were segmented.
    pub series: &'a Series,
    /// Which of their volumes, 0 first: the one whose images are referred to.
    pub volume: usize,
    /// Labels on the images' own grid.
    pub layers: &'a [LabelMap],
    /// Segments in the order of their numbers, which begin with 1.
    pub segments: &'a [Segment],
    /// How the voxels are kept.
    pub kind: SegmentationType,
    /// UIDs, dates and names of the new object.
    pub object: &'a NewObject,
    /// UID of the frames' order (Dimension Organization UID).
    pub dimension_organization_uid: &'a str,
}
