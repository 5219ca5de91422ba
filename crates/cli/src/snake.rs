//! `annotomy segment snake`.

use crate::call::{Session, absolute};
use crate::print::Output;
use annotomy_app::wire::{SegmentSnakeRequest, SegmentedBySnake, SnakeSpeed};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct SnakeArguments {
    /// Folder or file that holds the image.
    image: PathBuf,
    /// JSON of bubbles to begin in, in LPS: {"bubbles": [{"center": [x, y, z], "radius": 5}]}.
    #[arg(long, required_unless_present = "start")]
    bubbles: Option<PathBuf>,
    /// Label map on the image's voxels to begin in: all that is painted.
    #[arg(long)]
    start: Option<PathBuf>,
    /// Label map to write: .nii, .nii.gz, .nrrd or .mha.
    #[arg(long)]
    out: PathBuf,
    /// What moves it.
    #[arg(long)]
    speed: By,
    /// By threshold: lowest value that is wanted.
    #[arg(long, allow_hyphen_values = true)]
    low: Option<f64>,
    /// By threshold: highest value that is wanted.
    #[arg(long, allow_hyphen_values = true)]
    high: Option<f64>,
    /// By threshold: difference of values over which the speed falls by 0.76.
    #[arg(long, default_value_t = 0.0)]
    softness: f64,
    /// By edge: standard deviation of the Gaussian that smooths before, in mm.
    #[arg(long, default_value_t = 1.0)]
    sigma: f64,
    /// By edge: change of values a mm that halves the speed; 0.04 of the steepest if not given.
    #[arg(long)]
    contrast: Option<f64>,
    /// By edge: how suddenly, 1 to 8.
    #[arg(long, default_value_t = 3)]
    exponent: u32,
    /// By clusters: how many classes of values there are.
    #[arg(long, default_value_t = 3)]
    classes: u32,
    /// By clusters: which are wanted, 0 that of the lowest values.
    #[arg(long, value_delimiter = ',')]
    chosen: Vec<u32>,
    /// How much the speed counts.
    #[arg(long, default_value_t = 1.0, allow_hyphen_values = true)]
    propagation: f64,
    /// How stiff the contour is, in mm.
    #[arg(long, default_value_t = 0.2)]
    curvature: f64,
    /// By edge: how much edges draw it, in mm.
    #[arg(long, default_value_t = 2.0, allow_hyphen_values = true)]
    advection: f64,
    /// How long it goes on.
    #[arg(long, default_value_t = 200)]
    iterations: u32,
    /// How far around the start it may go, in mm; anywhere if not given.
    #[arg(long)]
    margin: Option<f64>,
    /// Replace an existing file.
    #[arg(long)]
    replace: bool,
}

/// What moves a contour.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// Values in a range, `--low` and `--high`.
    Threshold,
    /// Where values change.
    Edge,
    /// Classes of values, `--chosen`.
    Clusters,
}

impl SnakeArguments {
    fn speed(&self) -> SnakeSpeed {
        match self.speed {
            By::Threshold => SnakeSpeed::Threshold {
                low: self.low,
                high: self.high,
                softness: self.softness,
            },
            By::Edge => SnakeSpeed::Edge {
                sigma: self.sigma,
                contrast: self.contrast,
                exponent: self.exponent,
            },
            By::Clusters => SnakeSpeed::Clusters {
                classes: self.classes,
                chosen: self.chosen.clone(),
            },
        }
    }
}

pub(crate) async fn run(
    session: &Session,
    wanted: SnakeArguments,
    output: Output,
) -> anyhow::Result<()> {
    let optional = |path: &Option<PathBuf>| path.as_deref().map(absolute).transpose();
    let request = SegmentSnakeRequest {
        image: absolute(&wanted.image)?,
        bubbles: optional(&wanted.bubbles)?,
        start: optional(&wanted.start)?,
        output: absolute(&wanted.out)?,
        margin_mm: wanted.margin,
        speed: wanted.speed(),
        propagation: wanted.propagation,
        curvature: wanted.curvature,
        advection: wanted.advection,
        iterations: wanted.iterations,
        replace_existing: wanted.replace,
    };
    let done: SegmentedBySnake = session.call("segment_snake", &request).await?;
    output.segmented_by_snake(&done)
}
