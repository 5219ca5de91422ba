//! What was odd about a file or series.

use crate::error::FormatError;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know; nothing is affected.
    Note,
    /// Something was assumed, or measures may be affected.
    Warning,
    /// Something could not be used.
    Error,
}

/// Something odd about a file or series, in words a radiographer understands; no patient data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Machine-readable kind, such as `gantry_tilt`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was found and what was assumed.
    pub message: String,
    /// The file concerned, if one.
    pub file: Option<PathBuf>,
}

impl Finding {
    pub(crate) fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Note,
            message: message.into(),
            file: None,
        }
    }

    pub(crate) fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            message: message.into(),
            file: None,
        }
    }

    /// Labels that lie beyond the image they are put on.
    #[must_use]
    pub fn outside_image(path: &Path, message: String) -> Self {
        Self::warning("outside_image", message).in_file(path)
    }

    /// Segments coded as something that no class means.
    #[must_use]
    pub fn classes_missing(message: String) -> Self {
        Self::warning("classes_missing", message)
    }

    /// Classes that were made for segments that came in.
    #[must_use]
    pub fn classes_added(message: String) -> Self {
        Self::note("classes_added", message)
    }

    /// Labels of slices at equal distances, taken for slices that lie elsewhere.
    #[must_use]
    pub fn straightened(path: &Path, message: String) -> Self {
        Self::warning("straightened", message).in_file(path)
    }

    pub(crate) fn in_file(self, path: &Path) -> Self {
        Self {
            file: Some(path.to_owned()),
            ..self
        }
    }

    /// Kind and weight of a file that was left out.
    pub(crate) fn kind_of(error: &FormatError) -> (&'static str, Severity) {
        match error {
            FormatError::NotAnImage { .. } | FormatError::Empty { .. } => {
                ("not_an_image", Severity::Note)
            }
            FormatError::Unsupported { .. } => ("unsupported", Severity::Warning),
            FormatError::Damaged { .. } => ("damaged", Severity::Error),
            FormatError::Limit { .. } => ("limit", Severity::Error),
            FormatError::Io { .. } => ("unreadable", Severity::Error),
            FormatError::NoGeometry { .. } => ("no_geometry", Severity::Error),
            FormatError::Cancelled => ("cancelled", Severity::Note),
        }
    }
}

/// What could not be used, and why.
impl From<&FormatError> for Finding {
    fn from(error: &FormatError) -> Self {
        let (code, severity) = Self::kind_of(error);
        Self {
            code,
            severity,
            message: error.reason(),
            file: error.path().map(Path::to_owned),
        }
    }
}

/// One finding for each kind of fault, however many files have it: a study with 300 slices in a
/// syntax that is not read says so once.
pub(crate) fn summarize(errors: &[FormatError]) -> Vec<Finding> {
    let mut groups: BTreeMap<(Severity, &'static str, String), (usize, Option<&Path>)> =
        BTreeMap::new();
    for error in errors {
        let (code, severity) = Finding::kind_of(error);
        let group = groups
            .entry((severity, code, error.reason()))
            .or_insert((0, error.path()));
        group.0 = group.0.saturating_add(1);
    }
    let finding =
        |((severity, code, reason), (n_files, path)): ((_, _, String), (_, Option<&Path>))| {
            let message = match n_files {
                1 => format!("left out: {reason}"),
                n => format!("left out {n} files: {reason}"),
            };
            Finding {
                code,
                severity,
                message,
                file: path.map(Path::to_owned),
            }
        };
    // Worst first.
    groups.into_iter().rev().map(finding).collect()
}
