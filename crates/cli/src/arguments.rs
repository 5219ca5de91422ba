//! What can be typed.

use annotomy_app::wire::{
    ExportFormat, ExportOptions, ExportVolumes, MaskForm, Window, WindowFunction,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::de::DeserializeOwned;
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

#[derive(Debug, Args)]
pub(crate) struct InterpolateArguments {
    /// Folder or file that holds the image.
    pub(crate) image: PathBuf,
    /// Label map on the image's voxels in which only the drawn slices are filled.
    pub(crate) sections: PathBuf,
    /// Label map to write: .nii, .nii.gz, .nrrd or .mha.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// JSON of contours on other planes, in LPS: {"planes": [{"contours": [{"label": 1,
    /// "points_lps": [[x, y, z], ...]}]}]}.
    #[arg(long)]
    pub(crate) contours: Option<PathBuf>,
    /// JSON of how parts of sections go on, in voxels (i, j, k): {"matches": [{"label": 1, "part":
    /// [i, j, k], "toward": {"axis": 2, "index": 12}, "goes": {"way": "join", "with": [i, j, k]}}]}; or
    /// "taper", or "end", with a last slice as "held_to". --json tells what there is to choose.
    #[arg(long)]
    pub(crate) matches: Option<PathBuf>,
    /// By shape alone.
    #[arg(long)]
    pub(crate) no_image: bool,
    /// Map to write of how certain each voxel is, from 0 to 1.
    #[arg(long)]
    pub(crate) confidence: Option<PathBuf>,
    /// Replace existing files.
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SegmentCommand {
    /// Grow segments from what is painted of them until they meet.
    Seeds(SeedsArguments),
    /// Give every voxel to the segment that it looks like, by what is painted of each.
    Classify(ClassifyArguments),
    /// Let an active contour move from bubbles, or from what is painted, until it fits the image.
    Snake(SnakeArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SeedsArguments {
    /// Folder or file that holds the image.
    pub(crate) image: PathBuf,
    /// Label map on the image's voxels in which some of each segment, and of what is around them, is
    /// painted.
    pub(crate) seeds: PathBuf,
    /// Label map to write: .nii, .nii.gz, .nrrd or .mha.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// What a millimetre counts, as a difference of values in the image's unit.
    #[arg(long, default_value_t = 0.0)]
    pub(crate) locality: f64,
    /// How far around what is painted to grow, in mm; anywhere if not given.
    #[arg(long)]
    pub(crate) margin: Option<f64>,
    /// Replace an existing file.
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MaskArguments {
    /// Folder or file that holds the image.
    pub(crate) image: PathBuf,
    /// Label map or segmentation on the image's voxels.
    pub(crate) labels: PathBuf,
    /// Image to write: .nii, .nii.gz, .nrrd or .mha.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Value of all voxels that are not kept, in the image's unit; its lowest if not given.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) outside: Option<f64>,
    /// Labels of the segments, such as 1,3; all if not given.
    #[arg(long, value_delimiter = ',')]
    pub(crate) segments: Vec<u16>,
    /// Keep what is in none of the segments.
    #[arg(long)]
    pub(crate) invert: bool,
    /// Keep all values: with --crop the box around the segments as it is.
    #[arg(long, conflicts_with_all = ["invert", "outside"], requires = "crop")]
    pub(crate) keep_all: bool,
    /// Only the box around the segments, larger by so many mm on each side.
    #[arg(long, value_name = "MARGIN_MM", num_args = 0..=1, default_missing_value = "0")]
    pub(crate) crop: Option<f64>,
    /// Replace an existing file.
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SnakeArguments {
    /// Folder or file that holds the image.
    pub(crate) image: PathBuf,
    /// JSON of bubbles to begin in, in LPS: {"bubbles": [{"center": [x, y, z], "radius": 5}]}.
    #[arg(long, required_unless_present = "start")]
    pub(crate) bubbles: Option<PathBuf>,
    /// Label map on the image's voxels to begin in: all that is painted.
    #[arg(long)]
    pub(crate) start: Option<PathBuf>,
    /// Label map to write: .nii, .nii.gz, .nrrd or .mha.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// What moves it.
    #[arg(long)]
    pub(crate) speed: SpeedBy,
    /// By threshold: lowest value that is wanted.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) low: Option<f64>,
    /// By threshold: highest value that is wanted.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) high: Option<f64>,
    /// By threshold: difference of values over which the speed falls by 0.76.
    #[arg(long, default_value_t = 0.0)]
    pub(crate) softness: f64,
    /// By edge: standard deviation of the Gaussian that smooths before, in mm.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) sigma: f64,
    /// By edge: change of values a mm that halves the speed; 0.04 of the steepest if not given.
    #[arg(long)]
    pub(crate) contrast: Option<f64>,
    /// By edge: how suddenly, 1 to 8.
    #[arg(long, default_value_t = 3)]
    pub(crate) exponent: u32,
    /// By clusters: how many classes of values there are.
    #[arg(long, default_value_t = 3)]
    pub(crate) classes: u32,
    /// By clusters: which are wanted, 0 that of the lowest values.
    #[arg(long, value_delimiter = ',')]
    pub(crate) chosen: Vec<u32>,
    /// By classifier: the file of one that was exported.
    #[arg(long, required_if_eq("speed", "classifier"))]
    pub(crate) classifier: Option<PathBuf>,
    /// By classifier: the class that is wanted, by its name; of one that `segment classify` exported,
    /// the label.
    #[arg(long, required_if_eq("speed", "classifier"))]
    pub(crate) class: Option<String>,
    /// How much the speed counts.
    #[arg(long, default_value_t = 1.0, allow_hyphen_values = true)]
    pub(crate) propagation: f64,
    /// How stiff the contour is, in mm.
    #[arg(long, default_value_t = 0.2)]
    pub(crate) curvature: f64,
    /// By edge: how much edges draw it, in mm.
    #[arg(long, default_value_t = 2.0, allow_hyphen_values = true)]
    pub(crate) advection: f64,
    /// How long it goes on.
    #[arg(long, default_value_t = 200)]
    pub(crate) iterations: u32,
    /// How far around the start it may go, in mm; anywhere if not given.
    #[arg(long)]
    pub(crate) margin: Option<f64>,
    /// Replace an existing file.
    #[arg(long)]
    pub(crate) replace: bool,
}

/// What moves a contour.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SpeedBy {
    /// Values in a range, `--low` and `--high`.
    Threshold,
    /// Where values change.
    Edge,
    /// Classes of values, `--chosen`.
    Clusters,
    /// What a classifier learned, `--classifier` and `--class`.
    Classifier,
}

#[derive(Debug, Args)]
pub(crate) struct ClassifyArguments {
    /// Folder or file that holds the image.
    pub(crate) image: PathBuf,
    /// Label map on the image's voxels in which some of each segment, and of what is around them, is
    /// painted.
    #[arg(required_unless_present = "classifier", conflicts_with = "classifier")]
    pub(crate) scribbles: Option<PathBuf>,
    /// Classifier that was exported, instead of scribbles: every voxel of the image is told apart.
    #[arg(long, conflicts_with_all = ["finest", "margin", "export_classifier"])]
    pub(crate) classifier: Option<PathBuf>,
    /// Also write what was learned: .classifier.
    #[arg(long)]
    pub(crate) export_classifier: Option<PathBuf>,
    /// Label map to write: .nii, .nii.gz, .nrrd or .mha.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Finest detail to look at, in mm; as fine as the image if not given.
    #[arg(long)]
    pub(crate) finest: Option<f64>,
    /// How far around what is painted, in mm; everywhere if not given.
    #[arg(long)]
    pub(crate) margin: Option<f64>,
    /// Label of what is around the segments: it gains nothing.
    #[arg(long)]
    pub(crate) background: Option<u16>,
    /// Replace an existing file.
    #[arg(long)]
    pub(crate) replace: bool,
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
    /// Fill what lies between drawn sections, in any planes, with the image's help.
    Interpolate(InterpolateArguments),
    /// Find segments with the help of what is painted of them.
    Segment {
        #[command(subcommand)]
        command: SegmentCommand,
    },
    /// Write an image of which only what is in segments is left, or the box around them.
    Mask(MaskArguments),
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
        /// Add the classes that coded segments and shapes mean and the label protocol lacks.
        #[arg(long)]
        add_classes: bool,
        #[command(flatten)]
        part: Part,
    },
    /// Write the segments of annotated images: .nii, .nii.gz, .nrrd and .mha with names and colours
    /// beside them, .seg.nrrd, surfaces as .stl, .obj, .ply and .glb, .csv with measures, or for DICOM
    /// images .dcm; or add the images to a data set for training.
    Export(ExportArguments),
    /// Shapes of annotated images.
    Shapes {
        #[command(subcommand)]
        command: ShapesCommand,
    },
    /// The audit trail.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// The library, or a part of it, as one file.
    Archive {
        #[command(subcommand)]
        command: ArchiveCommand,
    },
    /// The label protocol: the classes that segments belong to.
    Protocol {
        #[command(subcommand)]
        command: ProtocolCommand,
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

/// Which segments of a study.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Part {
    /// Which series, where there are several: 0 first.
    #[arg(long)]
    pub(crate) series: Option<u32>,
    /// Which volume, where each has segments of its own: 0 first.
    #[arg(long)]
    pub(crate) volume: Option<u32>,
}

/// What to export, and as what.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The image that was annotated; several for a data set.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// File to write, or the data set's folder: a new one, or one that Annotomy has written.
    pub(crate) output: PathBuf,
    /// nifti, nrrd, meta-image, seg-nrrd, dicom-seg, dicom-seg-label-map, dicom-rt-struct, stl, obj,
    /// ply, gltf, csv, coco, nnunet, masked-image or cropped-image; of shapes dicom-sr, shapes-json or shapes-csv; by the name's
    /// ending when absent.
    #[arg(long, value_parser = spelt::<ExportFormat>)]
    pub(crate) format: Option<ExportFormat>,
    /// Which series of each path, where there are several: 0 first. Into a data set go all that
    /// are annotated when absent.
    #[arg(long)]
    pub(crate) series: Option<u32>,
    /// Replace an existing file, or the image's case in a data set.
    #[arg(long)]
    pub(crate) replace: bool,
    /// Which volume of a 4D image, 0 first: whose segments, where each has its own, and whose values
    /// go into data sets and tables.
    #[arg(long)]
    pub(crate) volume: Option<u32>,
    /// Where each volume has segments of its own: all of them, `together` in one label map or
    /// `apart` in numbered files.
    #[arg(long, value_parser = spelt::<ExportVolumes>, conflicts_with = "volume")]
    pub(crate) volumes: Option<ExportVolumes>,
    /// COCO masks as polygons, rle or packed-rle.
    #[arg(long, value_parser = spelt::<MaskForm>)]
    pub(crate) masks: Option<MaskForm>,
    /// Window of COCO pictures as CENTER,WIDTH or CENTER,WIDTH,FUNCTION (linear, linear-exact or
    /// sigmoid; linear-exact when absent); the one an image is first shown in when absent.
    #[arg(long, value_parser = window, allow_hyphen_values = true)]
    pub(crate) window: Option<Window>,
    /// What nnU-Net calls the values, such as CT; the modality when absent.
    #[arg(long)]
    pub(crate) channel: Option<String>,
}

impl ExportArguments {
    pub(crate) fn options(&self) -> ExportOptions {
        ExportOptions {
            volume: self.volume,
            masks: self.masks,
            window: self.window.clone(),
            channel: self.channel.clone(),
            image: None,
            segments: Vec::new(),
        }
    }

    /// Whether the values of one volume are exported with the segments.
    pub(crate) fn has_values(&self) -> bool {
        let format = self.format.or_else(|| ExportFormat::of_name(&self.output));
        format.is_some_and(ExportFormat::has_values)
    }
}

/// A choice as the wire spells it, with hyphens or underscores.
fn spelt<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_value(text.replace('-', "_").into())
}

const NO_WINDOW: &str = "a window is two numbers, center,width, and perhaps a function after them: linear, linear-exact or sigmoid";

fn window(text: &str) -> Result<Window, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (center, width, function) = match parts.as_slice() {
        [center, width] => (center, width, Ok(WindowFunction::LinearExact)),
        [center, width, function] => (center, width, spelt(function)),
        _ => return Err(NO_WINDOW.to_owned()),
    };
    match (center.parse(), width.parse(), function) {
        (Ok(center), Ok(width), Ok(function)) => Ok(Window {
            center,
            width,
            function,
            steps: Vec::new(),
        }),
        _ => Err(NO_WINDOW.to_owned()),
    }
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

#[derive(Debug, Subcommand)]
pub(crate) enum ProtocolCommand {
    /// List the classes.
    Show,
    /// Write the classes to a file.
    Export {
        /// File to write: .json.
        file: PathBuf,
        /// Replace an existing file.
        #[arg(long)]
        replace: bool,
    },
    /// Take over the classes of a file: known ones change, others are added, none is removed.
    Import {
        /// A protocol that was exported, or written by hand.
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ShapesCommand {
    /// Find the shapes between keys: those of one track, or of the same kind, class and text.
    Interpolate {
        /// The image that is annotated.
        path: PathBuf,
        /// Between time points, where each has shapes of its own, instead of slices.
        #[arg(long)]
        times: bool,
        #[command(flatten)]
        part: Part,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// List the documents of the library: identity, records, segments, and the image if it is found.
    Documents,
    /// Write an archive, read it back and check it.
    Create {
        /// File to write: .annotomy.
        #[arg(long)]
        out: PathBuf,
        /// Also the files of the images, with all that they say of patients.
        #[arg(long)]
        include_images: bool,
        /// Only these documents; of the records of others only the hashes go in.
        #[arg(long, num_args = 1..)]
        documents: Option<Vec<String>>,
        /// Replace an existing file.
        #[arg(long)]
        replace: bool,
    },
    /// Check everything in an archive without opening it; exit status 1 and the first entry or
    /// record that does not hold.
    Verify {
        /// The archive.
        file: PathBuf,
    },
    /// Check an archive and make a library of it.
    Open {
        /// The archive.
        file: PathBuf,
        /// Folder of the library it becomes, instead of the user's own; the library has to be empty.
        #[arg(long)]
        data_dir: Option<PathBuf>,
        /// Folder for images that are in the archive, instead of `images` beside the library.
        #[arg(long)]
        image_dir: Option<PathBuf>,
    },
}
