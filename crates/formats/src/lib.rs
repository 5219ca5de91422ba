//! Floor 2: reads image files (DICOM, NIfTI, Analyze, NRRD, MetaImage, MGH, PNG, JPEG, TIFF, BMP)
//! into volumes and writes volumes, label maps and segmentations back; reads and writes DICOM segmentations and
//! structure sets, and the files of COCO and nnU-Net data sets; writes surfaces as STL, OBJ, PLY and glTF.
//!
//! [`scan`] reads headers only and sorts what it finds into [`Series`]; a series then loads its
//! voxels. Nothing odd about a file is repaired in silence: it becomes a [`Finding`].
//!
//! Files are not trusted. Every size they declare is checked against the bytes that are there
//! before memory is taken for it, and nesting is walked without recursion.
//!
//! World coordinates are LPS millimetres, as in `annotomy_volume`; RAS exists inside `nifti`,
//! `nrrd` and `mgh` only.
#![warn(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects
)]

mod archive;
mod bitmap;
mod coco;
mod dicom;
mod element;
mod error;
mod file;
mod finding;
mod json;
mod load_each;
mod meaning;
mod mesh;
mod metaimage;
mod mgh;
mod nifti;
mod nnunet;
mod no_suv;
mod nrrd;
mod raster;
mod save;
mod scan;
mod series;
mod slice_plane;
mod study_label;
mod voi;
mod write;

use annotomy_volume::progress;
pub use annotomy_volume::progress::{NoProgress, Progress};
pub use bitmap::write_png;
pub use coco::{
    CocoAnnotation, CocoCategory, CocoDataset, CocoImage, CocoInfo, CocoMask, Counts, MaskForm,
};
pub use dicom::annotation_kind::{AnnotationKind, annotation_kind};
pub use dicom::rtstruct::{
    Contour, Rasterized, Region, StructureSet, Structures, check_structure_set, read_structure_set,
    write_structure_set,
};
pub use dicom::seg::{
    Algorithm, DicomSegmentation, ReadDicomSegmentation, Segment, SegmentationType, Tracking,
    check_dicom_segmentation, read_dicom_segmentation, write_dicom_segmentation,
};
pub use dicom::sr::{
    Graphic, GraphicKind, Measurement, MeasurementGroup, MeasurementReport, ReadReport, Said,
    check_measurement_report, read_measurement_report, write_measurement_report,
};
pub use dicom::write::{Code, NewObject, uid_from_uuid};
pub use element::Element;
pub use error::FormatError;
pub use finding::{Finding, Severity};
pub use meaning::{GridMeaning, InPlane};
pub use mesh::{Body, MeshFormat, TooLarge, mesh_file};
pub use nnunet::{NnunetDataset, NnunetSplit, read_splits, splits_to_json, with_case};
pub use no_suv::NoSuv;
pub use nrrd::segmentation::{
    LabelLayer, SegmentLabel, Segmentation, read_segmentation, write_segmentation,
};
pub use scan::{Study, scan};
pub use series::Series;
pub use slice_plane::SlicePlane;
pub use study_label::StudyLabel;
pub use voi::{Voi, VoiCurve, VoiFunction, VoiTable};
pub use write::{
    Format, open_series, read_volume, write_label_volumes, write_labels, write_volume,
    write_volume_as, write_volume_on,
};
