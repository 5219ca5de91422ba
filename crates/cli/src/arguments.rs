//! What can be typed.

use annotomy_app::wire::ExportFormat;
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
        /// Folder or file of any format that is read.
        path: PathBuf,
        /// Also say who the patient is.
        #[arg(long)]
        patient: bool,
    },
    /// Write a volume as NIfTI, NRRD or MetaImage, exactly.
    Convert {
        /// Folder or file of any format that is read.
        input: PathBuf,
        /// File to write: .nii, .nii.gz, .nrrd or .mha.
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
        /// Folder or file of any format that is read.
        path: PathBuf,
    },
    /// Add the segments of a file to an image's annotation; nothing is overwritten.
    Import {
        /// The image that is annotated.
        path: PathBuf,
        /// Label map or segmentation on the image's voxels.
        segments: PathBuf,
        /// Which series, where there are several: 0 first.
        #[arg(long)]
        series: Option<u32>,
    },
    /// Write the segments of an annotated image: .nii, .nii.gz, .nrrd and .mha with names and
    /// colours beside them, .seg.nrrd, or for DICOM images .dcm.
    Export {
        /// The image that was annotated.
        path: PathBuf,
        /// File to write.
        output: PathBuf,
        /// nifti, nrrd, meta-image, seg-nrrd, dicom-seg, dicom-seg-label-map or dicom-rt-struct; by
        /// the name's ending when absent.
        #[arg(long, value_parser = export_format)]
        format: Option<ExportFormat>,
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

/// A format as the wire spells it, with hyphens or underscores.
fn export_format(text: &str) -> Result<ExportFormat, serde_json::Error> {
    serde_json::from_value(text.replace('-', "_").into())
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
