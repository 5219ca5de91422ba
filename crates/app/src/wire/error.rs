//! What goes back when a command fails.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose fault a failure is and what a user can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is malformed; a fault of the client.
    InvalidRequest,
    /// The study, image, document or segment named does not exist.
    NotFound,
    /// A file is damaged or is not an image.
    BadInput,
    /// A file is sound but uses something this version cannot read.
    Unsupported,
    /// A size or a number is beyond a limit.
    Limit,
    /// The edit is against a lock, or the caller's role does not allow it.
    NotPermitted,
    /// Somebody else changed the document first, or the library is in use.
    Conflict,
    /// The file system refused.
    Io,
    /// The disk is full; nothing was changed.
    StorageFull,
    /// The user cancelled.
    Cancelled,
    /// A defect of this program.
    Internal,
}

/// A failure: what happened and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WireError {
    /// Machine-readable kind.
    pub code: ErrorCode,
    /// What happened, naming the file and the reason; no patient data.
    pub message: String,
    /// What the user can do about it.
    pub hint: Option<String>,
}
