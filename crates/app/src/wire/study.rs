//! The home screen, and opening a study.

use super::GridMeaning;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The home screen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Home {
    /// Version of this program.
    pub version: String,
    /// Name under which edits are recorded.
    pub user: String,
    /// Where annotations are kept.
    pub library_path: String,
    /// Whether that is the user's own library, not one that was gone over to.
    pub is_own_library: bool,
    /// Records of its log.
    pub n_records: u32,
    /// Whether the bundled sample is there.
    pub has_sample: bool,
    /// Most recent first.
    pub recent: Vec<RecentStudy>,
}

/// A study opened before.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RecentStudy {
    /// What was opened: a folder or a file.
    pub path: String,
    /// Last part of the path.
    pub title: String,
    /// Modalities, such as `CT` or `MR`; `OT` where the format does not say.
    pub modality: String,
    /// Number of series.
    pub n_series: u32,
    /// When it was last opened, RFC 3339, UTC.
    pub opened_at: String,
    /// Whether the path still exists.
    pub exists: bool,
}

/// Opens folders and files; folders are searched to any depth.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenStudyRequest {
    /// Name chosen by the client for progress events and `cancel`.
    pub job: String,
    /// Absolute paths.
    pub paths: Vec<String>,
}

/// Opens the bundled sample.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenSampleRequest {
    /// Name chosen by the client for progress events and `cancel`.
    pub job: String,
}

/// Stops a long command; it then answers with `cancelled`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// The job named when the command was sent.
    pub job: String,
}

/// What was found.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Study {
    /// Last part of the opened path.
    pub title: String,
    /// What was opened.
    pub path: String,
    /// The studies that series belong to, by patient, newest first.
    pub studies: Vec<StudyLabel>,
    /// Readable image series, sorted by series number, then description.
    pub series: Vec<Series>,
    /// What was odd about files that belong to no series.
    pub report: Vec<Finding>,
}

/// Tells the studies that were opened together apart, without saying who the patient is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StudyLabel {
    /// Names it in `Series`.
    pub id: String,
    /// Study description; may be empty.
    pub description: String,
    /// `YYYY-MM-DD`, if the files say.
    pub date: Option<String>,
    /// Number of the patient among those opened together, 1 first; 1 if there is but one.
    pub patient: u32,
}

/// One series, before its voxels are read.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// Names the series in `open_image` and `thumbnail`.
    pub id: String,
    /// The study it belongs to, if the format has studies.
    pub study: Option<String>,
    /// DICOM modality; `OT` where the format does not say.
    pub modality: String,
    /// Series description, or the file's name.
    pub description: String,
    /// Voxels along i, j, k.
    pub size: [u32; 3],
    /// Volumes in the file; more than 1 for 4D.
    pub n_volumes: u32,
    /// Distances between voxel centres along i, j, k.
    pub spacing_mm: [f64; 3],
    /// What positions and distances on the grid mean.
    pub meaning: GridMeaning,
    /// Stored type, as NumPy spells it.
    pub scalar_type: String,
    /// Files it consists of.
    pub n_files: u32,
    /// Whether it has been annotated before.
    pub is_annotated: bool,
    /// What was odd.
    pub report: Vec<Finding>,
}

/// How much a finding matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know; nothing is affected.
    Note,
    /// Something was assumed, or measures may be affected.
    Warning,
    /// Something could not be used.
    Error,
}

/// Something odd about a file or series; never repaired in silence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Machine-readable kind, such as `gantry_tilt` or `missing_slices`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// What was found and what was assumed; no patient data.
    pub message: String,
    /// The file concerned, if one.
    pub file: Option<String>,
}

/// Lists a folder, for hosts that have no file dialog of their own.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFolderRequest {
    /// Absolute path; the user's home folder when absent.
    pub path: Option<String>,
}

/// A folder's contents.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Folder {
    /// Absolute path.
    pub path: String,
    /// The folder above, if there is one.
    pub parent: Option<String>,
    /// Folders first, each group by name; hidden entries are left out.
    pub entries: Vec<FolderEntry>,
}

/// A file or folder.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FolderEntry {
    /// Last part of the path.
    pub name: String,
    /// Absolute path.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}
