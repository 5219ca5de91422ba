//! Why a frame could not be decoded.

use crate::error::FormatError;
use std::path::Path;
use thiserror::Error;

/// Why a frame could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum FrameFault {
    /// The encoded bytes contradict themselves or end early.
    #[error("{codec}: {reason}")]
    Damaged { codec: &'static str, reason: String },
    /// The encoded bytes describe another image than the DICOM header.
    #[error("{codec} of {found}; {expected} expected")]
    Mismatch {
        codec: &'static str,
        found: String,
        expected: String,
    },
    /// Sound, but not decoded.
    #[error("{codec} with {what}")]
    Unsupported { codec: &'static str, what: String },
}

impl FrameFault {
    pub(crate) fn in_file(&self, path: &Path) -> FormatError {
        let message = self.to_string();
        match self {
            Self::Damaged { .. } | Self::Mismatch { .. } => FormatError::damaged(path, message),
            Self::Unsupported { .. } => FormatError::unsupported(path, message),
        }
    }
}
