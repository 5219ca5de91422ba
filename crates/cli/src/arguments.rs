//! What can be typed.

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Annotates medical images. Keeps its library in the user's data folder, or in
/// `ANNOTOMY_DATA_DIR`.
#[derive(Debug, Parser)]
#[command(name = "annotomy", version)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what a file or folder holds.
    Info {
        /// DICOM folder or file, or NIfTI file.
        path: PathBuf,
        /// Also say who the patient is.
        #[arg(long)]
        patient: bool,
    },
    /// Write a volume as NIfTI, exactly.
    Convert {
        /// DICOM folder or file, or NIfTI file.
        input: PathBuf,
        /// File to write: .nii or .nii.gz.
        output: PathBuf,
        /// Which series, where there are several: 0 first.
        #[arg(long)]
        series: Option<u32>,
        /// Replace an existing file.
        #[arg(long)]
        replace: bool,
    },
    /// Add a study to the recent ones and list its series.
    Open {
        /// DICOM folder or file, or NIfTI file.
        path: PathBuf,
    },
    /// Write the label map of an annotated image as NIfTI, with names and colours beside it.
    Export {
        /// The image that was annotated.
        path: PathBuf,
        /// File to write: .nii or .nii.gz.
        output: PathBuf,
        /// Which series, where there are several: 0 first.
        #[arg(long)]
        series: Option<u32>,
        /// Replace an existing file.
        #[arg(long)]
        replace: bool,
    },
    /// The audit trail.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Serve the user interface to a browser on this machine.
    Serve {
        /// Loopback address and port; port 0 takes any free one.
        #[arg(long, default_value = "127.0.0.1:8017")]
        listen: SocketAddr,
    },
    /// Print the `OpenAPI` document of the commands.
    #[command(hide = true)]
    Openapi,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check the whole log and all voxels; exit status 1 and the first record that does not hold.
    Verify,
    /// Say who did what when.
    Log {
        /// Only records after this one.
        #[arg(long)]
        after: Option<u32>,
        /// At most so many.
        #[arg(long)]
        limit: Option<u32>,
    },
    /// Rebuild what the user interface reads from the log.
    Rebuild,
}
