//! Archives: libraries as one file.

use super::{AuditVerification, Finding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks which documents the library holds, and where their images are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListDocumentsRequest {
    /// Names the search for images, for progress and cancelling.
    pub job: String,
}

/// The documents of the library.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DocumentList {
    /// Sorted by identity.
    pub documents: Vec<ListedDocument>,
}

/// A document of the library.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ListedDocument {
    /// Names the document.
    pub id: String,
    /// Voxels along i, j, k.
    pub size: [u32; 3],
    /// Operations so far.
    pub n_records: u32,
    /// Names of its segments, in the user's order.
    pub segments: Vec<String>,
    /// Names its image, of which there can be several documents.
    pub image_id: String,
    /// The volume of the image, 0 first, whose segments it holds; absent where it holds those of
    /// all volumes.
    pub volume: Option<u32>,
    /// Its image, if it is among the studies that were opened lately and is still there.
    pub image: Option<FoundImage>,
}

/// An image on this machine.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FoundImage {
    /// DICOM modality; `OT` where the format does not say.
    pub modality: String,
    /// Series description, or the file's name.
    pub description: String,
    /// Number of its files.
    pub n_files: u32,
    /// Their length in mebibytes.
    pub mebibytes: f64,
}

/// Asks for an archive of the library.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateArchiveRequest {
    /// Names the work, for progress and cancelling.
    pub job: String,
    /// Absolute path that ends in `.annotomy`.
    pub path: String,
    /// Documents that go in, all when absent. Of the records of others only the hashes go in.
    pub documents: Option<Vec<String>>,
    /// Whether the files of the images go in, with all that they say of patients.
    pub include_images: bool,
    /// Whether an existing file may be replaced.
    pub replace_existing: bool,
}

/// An archive was written, read back and checked.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreatedArchive {
    /// The file.
    pub path: String,
    /// What is in it.
    pub summary: ArchiveSummary,
    /// What could not go in.
    pub notes: Vec<Finding>,
}

/// What an archive holds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ArchiveSummary {
    /// The program that wrote it.
    pub program: String,
    /// When, RFC 3339, UTC.
    pub created_at: String,
    /// Documents.
    pub n_documents: u32,
    /// Pixel classifiers.
    pub n_classifiers: u32,
    /// Images whose files are in it.
    pub n_images: u32,
    /// Files of these images.
    pub n_image_files: u32,
    /// Length of these files in mebibytes.
    pub image_mebibytes: f64,
    /// The log and the voxels.
    pub verification: AuditVerification,
}

/// Asks whether an archive holds; nothing is opened.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyArchiveRequest {
    /// Names the work, for progress and cancelling.
    pub job: String,
    /// Absolute path of the archive.
    pub path: String,
}

/// Whether an archive holds: one of the two is there.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ArchiveVerification {
    /// What is in it, where everything holds.
    pub summary: Option<ArchiveSummary>,
    /// The first thing that does not hold.
    pub first_fault: Option<ArchiveFault>,
}

/// Something in an archive that does not hold.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ArchiveFault {
    /// The entry or record concerned.
    pub place: String,
    /// What does not hold.
    pub reason: String,
}

/// Opens an archive, after checking everything in it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenArchiveRequest {
    /// Names the work, for progress and cancelling.
    pub job: String,
    /// Absolute path of the archive.
    pub path: String,
    /// Absolute path of a data folder for a library of its own; into the library in use when
    /// absent. Either has to be empty.
    pub data_folder: Option<String>,
    /// Absolute path of the folder for images that are in the archive; `images` in the data folder
    /// when absent.
    pub image_folder: Option<String>,
}

/// Goes on with another library, such as one that an archive was opened as.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UseLibraryRequest {
    /// Absolute path of its data folder; the user's own when absent.
    pub data_folder: Option<String>,
}

/// An archive is a library now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OpenedArchive {
    /// The library's file.
    pub library_path: String,
    /// What came with the archive.
    pub summary: ArchiveSummary,
    /// Where its images are now.
    pub image_folders: Vec<String>,
    /// What was odd.
    pub report: Vec<Finding>,
}
