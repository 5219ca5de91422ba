//! Segments from files and to files.

use super::{Document, ExportVolumes, Finding, ImageMask, Region, Window};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Adds the segments or shapes of a file to a document, beside what is there.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The document.
    pub document: String,
    /// Absolute path of a label map or segmentation on the image's voxels, or of a report, JSON file
    /// or table of shapes. A label map with a volume for each of the image's goes to the document of
    /// each.
    pub path: String,
    /// Whether the label protocol gets the classes that segments of the file, or shapes of a report,
    /// mean by their codes and that it does not have; else these come in without a class.
    #[serde(default)]
    pub add_classes: bool,
}

/// Segments or shapes came in, as one operation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// The document after it.
    pub document: Document,
    /// The box of voxels that changed, if any did.
    pub region: Option<Region>,
    /// Segments that came in.
    pub n_segments: u32,
    /// Shapes that came in.
    pub n_shapes: u32,
    /// What was odd or left out.
    pub report: Vec<Finding>,
}

/// What segments are exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// NIfTI label map, `.nii` or `.nii.gz`, with a sidecar of names and colours.
    Nifti,
    /// NRRD label map, `.nrrd`, with the same sidecar.
    Nrrd,
    /// MetaImage label map, `.mha`, with the same sidecar.
    MetaImage,
    /// 3D Slicer's segmentation, `.seg.nrrd`: names, colours, overlapping segments.
    SegNrrd,
    /// DICOM segmentation, `.dcm`, one bit a voxel: for DICOM images.
    DicomSeg,
    /// DICOM segmentation, `.dcm`, as a label map (Supplement 243): for DICOM images.
    DicomSegLabelMap,
    /// DICOM structure set (RTSTRUCT), `.dcm`: contours, for DICOM images.
    DicomRtStruct,
    /// COCO data set, a folder: masks on pictures of the slices.
    Coco,
    /// nnU-Net v2 data set, a folder: image and label map of each case.
    Nnunet,
    /// Measures of the segments as a table, `.csv`.
    Csv,
    /// DICOM report of the shapes and what they measure (SR, TID 1500), `.dcm`: for DICOM images.
    DicomSr,
    /// The shapes and what they measure, `.json`.
    ShapesJson,
    /// The shapes and what they measure as a table, `.csv`.
    ShapesCsv,
    /// Surfaces, `.stl`: triangles only.
    Stl,
    /// Surfaces, `.obj`: segments by name, colours of vertices.
    Obj,
    /// Surfaces, `.ply`: colours of vertices.
    Ply,
    /// Surfaces, `.glb`, binary glTF: segments by name, with colours.
    Gltf,
    /// The image with the values of the segments only, `.nii.gz`, `.nii`, `.nrrd` or `.mha`.
    MaskedImage,
    /// The image in a box around the segments, under the same names.
    CroppedImage,
}

/// How masks are written in a COCO data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaskForm {
    /// Polygons along the edges of pixels; masks with holes as run lengths.
    Polygons,
    /// Run lengths as lists of numbers.
    Rle,
    /// Run lengths packed into texts, as pycocotools does.
    PackedRle,
}

/// What some formats leave open.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportOptions {
    /// Which volume of the image goes into data sets and measures, 0 first; the first when absent.
    /// Segments of one volume always go with that one.
    pub volume: Option<u32>,
    /// How masks are written in a COCO data set; as polygons when absent.
    pub masks: Option<MaskForm>,
    /// Window of the pictures of a COCO data set; what the image is first shown in when absent.
    pub window: Option<Window>,
    /// What nnU-Net calls the image's values, such as `CT`; the modality when absent.
    pub channel: Option<String>,
    /// What is left of an image; what is in the segments when absent.
    #[serde(default)]
    pub image: Option<ImageMask>,
    /// Of an image: around which segments; all if none are named.
    #[serde(default)]
    pub segments: Vec<String>,
}

/// Asks what an export would lose.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckExportRequest {
    /// The document.
    pub document: String,
    /// As what.
    pub format: ExportFormat,
    /// Of which volumes.
    #[serde(default)]
    pub volumes: ExportVolumes,
    /// Absolute path of the target, where what is there matters: a data set.
    pub path: Option<String>,
    /// What the format leaves open.
    #[serde(default)]
    pub options: ExportOptions,
}

/// What an export would lose.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ExportCheck {
    /// What the file would not say as the document does.
    pub notes: Vec<Finding>,
}

/// Writes the segments, reads them back and compares.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportLabelsRequest {
    /// The document.
    pub document: String,
    /// Absolute path with an ending that suits the format. A data set's folder is made, or the image
    /// is added to what Annotomy has written there.
    pub path: String,
    /// As what; by the path's ending when absent.
    pub format: Option<ExportFormat>,
    /// Of which volumes.
    #[serde(default)]
    pub volumes: ExportVolumes,
    /// Whether an existing file, or the image's case in a data set, may be replaced.
    pub replace_existing: bool,
    /// What the format leaves open.
    #[serde(default)]
    pub options: ExportOptions,
}

/// What was written, after reading it back and comparing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Exported {
    /// The file or folder; the first of them where each volume has one.
    pub path: String,
    /// Files of labels; a data set counts as one.
    pub n_files: u32,
    /// Names and colours, where they are in a file of their own.
    pub sidecar: Option<String>,
    /// Labelled voxels that were exported, counted in each layer.
    pub n_voxels: u32,
    /// Shapes that were exported.
    pub n_shapes: u32,
    /// What the file does not say as the document does.
    pub notes: Vec<Finding>,
}
