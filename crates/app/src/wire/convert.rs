//! Looking at files and converting them, for the command line.

use super::Finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks what files hold.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectRequest {
    /// Absolute path of a folder or file.
    pub path: String,
    /// Whether to tell who the patient is.
    pub with_patient: bool,
}

/// What files hold.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Inspection {
    /// Readable image series.
    pub series: Vec<InspectedSeries>,
    /// What was odd about files that belong to no series.
    pub report: Vec<Finding>,
}

/// One series with the range of its values.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InspectedSeries {
    /// DICOM modality; `OT` where the format does not say.
    pub modality: String,
    /// Series description, or the file's name.
    pub description: String,
    /// Voxels along i, j, k and, for 4D, volumes.
    pub size: Vec<u32>,
    /// Distances between voxel centres along i, j, k.
    pub spacing_mm: [f64; 3],
    /// Centre of voxel (0, 0, 0).
    pub origin_lps_mm: [f64; 3],
    /// Unit vectors along i, j, k.
    pub direction_lps: [[f64; 3]; 3],
    /// Patient millimetres from index, 4x4 by rows.
    pub lps_from_index: [[f64; 4]; 4],
    /// Where slices along k do not follow one line in even steps: the centre of the first voxel of
    /// each. The transform is that of even steps from the first to the last then.
    pub slice_origins_lps: Vec<[f64; 3]>,
    /// Stored type, as NumPy spells it.
    pub scalar_type: String,
    /// Smallest finite value.
    pub min: Option<f64>,
    /// Largest finite value.
    pub max: Option<f64>,
    /// Unit of the values, if known.
    pub unit: Option<String>,
    /// What was odd, and why the values could not be read where there is no range.
    pub report: Vec<Finding>,
    /// Who the patient is, where asked for: attribute and value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<Vec<[String; 2]>>,
}

/// Asks for a volume as NIfTI.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvertRequest {
    /// Absolute path of a folder or file that holds one series.
    pub input: String,
    /// Which series, where there are several: 0 first.
    pub series: Option<u32>,
    /// Absolute path that ends in `.nii`, `.nii.gz`, `.nrrd` or `.mha`.
    pub output: String,
    /// Whether an existing file may be replaced.
    pub replace_existing: bool,
}

/// A volume was written.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Converted {
    /// The NIfTI file.
    pub path: String,
    /// What was odd about the input.
    pub report: Vec<Finding>,
}
