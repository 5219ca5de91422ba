//! What can go wrong in a task.

use std::path::PathBuf;

/// Why a task stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line was not understood.
    #[error("usage:\n{0}")]
    Usage(&'static str),
    /// A program could not be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// Its name.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program ended with a failure.
    #[error("{program} failed ({status})")]
    Exit {
        /// The program and its arguments.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something needed is not there and cannot be set up from here.
    #[error("{what} is missing: {hint}")]
    Missing {
        /// What.
        what: &'static str,
        /// What to do.
        hint: String,
    },
    /// Generated files differ from what their sources say.
    #[error("stale, run `cargo xtask generate`: {}", .0.join(", "))]
    Stale(Vec<String>),
    /// A server did not do what it promised.
    #[error("{0}")]
    Lost(String),
    /// Tests failed.
    #[error("{0} tests failed")]
    Tests(usize),
}
