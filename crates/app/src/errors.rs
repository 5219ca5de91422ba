//! Failures, in the words and codes of the wire.

use crate::wire::{ErrorCode, WireError};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::protocol_edit::ClassError;
use annotomy_annotation::restore::RestoreError;
use annotomy_formats::FormatError;
use annotomy_segmentation::Cancelled;
use annotomy_store::{ArchiveError, StoreError};

impl WireError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn hint(self, hint: &str) -> Self {
        Self {
            hint: Some(hint.to_owned()),
            ..self
        }
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(ErrorCode::Cancelled, "cancelled")
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("this {what} is not open"))
            .hint("Open the study again.")
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message)
    }

    /// A defect: what is known of it goes to the log, not to the user.
    pub(crate) fn internal() -> Self {
        Self::new(ErrorCode::Internal, "something went wrong inside Annotomy")
            .hint("What was saved is safe. Please report what you did.")
    }

    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                ErrorCode::StorageFull
            }
            std::io::ErrorKind::NotFound => ErrorCode::NotFound,
            std::io::ErrorKind::NotADirectory => ErrorCode::BadInput,
            _ => ErrorCode::Io,
        };
        Self::new(code, format!("{}: {error}", path.display()))
    }
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\n{hint}"))
    }
}

impl std::error::Error for WireError {}

impl From<FormatError> for WireError {
    fn from(error: FormatError) -> Self {
        let message = error.to_string();
        match error {
            FormatError::NotAnImage { .. } | FormatError::Empty { .. } => {
                Self::new(ErrorCode::BadInput, message)
                    .hint("Choose a folder or file with images: DICOM, NIfTI, NRRD, MetaImage, MGH or pictures.")
            }
            FormatError::Damaged { .. } | FormatError::NoGeometry { .. } => {
                Self::new(ErrorCode::BadInput, message)
                    .hint("Get a fresh copy of the file from its source.")
            }
            FormatError::Unsupported { .. } => Self::new(ErrorCode::Unsupported, message),
            FormatError::Limit { .. } => Self::new(ErrorCode::Limit, message),
            FormatError::Io { path, source } => Self::io(&path, &source),
            FormatError::Cancelled => Self::cancelled(),
        }
    }
}

impl From<StoreError> for WireError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::InUse { .. } => Self::new(ErrorCode::Conflict, message)
                .hint("Close the other window, or go on working there."),
            StoreError::Newer { .. } => Self::new(ErrorCode::Unsupported, message)
                .hint("Update Annotomy. The file was not changed."),
            StoreError::Full { .. } => Self::new(ErrorCode::StorageFull, message)
                .hint("Free some space and do it again. Everything saved before is safe."),
            StoreError::Damaged { .. } => Self::new(ErrorCode::BadInput, message)
                .hint("Run `annotomy audit verify` to see what still holds."),
            StoreError::Occupied { .. } => Self::new(ErrorCode::Conflict, message)
                .hint("Open the archive as a library of its own, in another folder."),
            StoreError::NoSuchRecord(_) => Self::new(ErrorCode::NotFound, message),
            StoreError::NoSuchDocument => Self::not_found("document"),
            StoreError::Stale | StoreError::Mismatch(_) => Self::new(ErrorCode::Conflict, message),
            StoreError::Io { path, source } => Self::io(&path, &source),
            StoreError::Database { .. } => {
                Self::new(ErrorCode::Io, message).hint("The change was not saved. Check the disk.")
            }
        }
    }
}

impl From<ArchiveError> for WireError {
    fn from(error: ArchiveError) -> Self {
        let message = error.to_string();
        match error {
            ArchiveError::NotAnArchive { .. } | ArchiveError::Fault { .. } => {
                Self::new(ErrorCode::BadInput, message)
                    .hint("Get a fresh copy from its source. Nothing of it was opened.")
            }
            ArchiveError::Newer { .. } => {
                Self::new(ErrorCode::Unsupported, message).hint("Update Annotomy.")
            }
            ArchiveError::Limit { .. } => Self::new(ErrorCode::Limit, message),
            ArchiveError::Cancelled => Self::cancelled(),
            ArchiveError::Io { path, source } => Self::io(&path, &source),
            ArchiveError::Store(error) => error.into(),
        }
    }
}

impl From<ClassError> for WireError {
    fn from(error: ClassError) -> Self {
        let code = match error {
            ClassError::NoSuchClass => ErrorCode::NotFound,
            ClassError::Protocol(_) => ErrorCode::InvalidRequest,
        };
        Self::new(code, error.to_string())
    }
}

impl From<RestoreError> for WireError {
    fn from(error: RestoreError) -> Self {
        Self::new(ErrorCode::NotPermitted, error.to_string())
            .hint("Unlock them first. Nothing was changed.")
    }
}

impl From<Cancelled> for WireError {
    fn from(_: Cancelled) -> Self {
        Self::cancelled()
    }
}

impl From<EditError> for WireError {
    fn from(error: EditError) -> Self {
        let code = match error {
            EditError::NoSuchSegment => ErrorCode::NotFound,
            EditError::Locked => ErrorCode::NotPermitted,
            EditError::TooManySegments => ErrorCode::Limit,
            EditError::NoStroke
            | EditError::NoName
            | EditError::NoAnswer
            | EditError::NoSuchLabel => ErrorCode::InvalidRequest,
            EditError::Occupied => ErrorCode::Conflict,
            EditError::Overlapping => ErrorCode::Unsupported,
        };
        let wire = Self::new(code, error.to_string());
        match error {
            EditError::Locked => wire.hint("Unlock it first."),
            EditError::Occupied => wire.hint("Replace them, which undo takes back, or keep them."),
            _ => wire,
        }
    }
}
