//! `annotomy mask`: what is left of an image in segments, or around them.

use crate::call::{Session, absolute};
use crate::print::Output;
use annotomy_app::wire::{ImageMask, KeepVoxels, MaskImageRequest, MaskedImage};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct MaskArguments {
    /// Folder or file that holds the image.
    image: PathBuf,
    /// Label map or segmentation on the image's voxels.
    labels: PathBuf,
    /// Image to write: .nii, .nii.gz, .nrrd or .mha.
    #[arg(long)]
    out: PathBuf,
    /// Value of all voxels that are not kept, in the image's unit; its lowest if not given.
    #[arg(long, allow_hyphen_values = true)]
    outside: Option<f64>,
    /// Labels of the segments, such as 1,3; all if not given.
    #[arg(long, value_delimiter = ',')]
    segments: Vec<u16>,
    /// Keep what is in none of the segments.
    #[arg(long)]
    invert: bool,
    /// Keep all values: with --crop the box around the segments as it is.
    #[arg(long, conflicts_with_all = ["invert", "outside"], requires = "crop")]
    keep_all: bool,
    /// Only the box around the segments, larger by so many mm on each side.
    #[arg(long, value_name = "MARGIN_MM", num_args = 0..=1, default_missing_value = "0")]
    crop: Option<f64>,
    /// Replace an existing file.
    #[arg(long)]
    replace: bool,
}

impl MaskArguments {
    fn request(&self) -> anyhow::Result<MaskImageRequest> {
        let keep = match (self.keep_all, self.invert) {
            (true, _) => KeepVoxels::All,
            (false, true) => KeepVoxels::Outside,
            (false, false) => KeepVoxels::Inside,
        };
        Ok(MaskImageRequest {
            image: absolute(&self.image)?,
            labels: absolute(&self.labels)?,
            segments: self.segments.clone(),
            mask: ImageMask {
                keep,
                outside: self.outside,
                crop_mm: self.crop,
            },
            output: absolute(&self.out)?,
            replace_existing: self.replace,
        })
    }
}

pub(crate) async fn run(arguments: &MaskArguments, output: Output) -> anyhow::Result<()> {
    let session = Session::transient().await?;
    let done: MaskedImage = session.call("mask_image", &arguments.request()?).await?;
    output.masked_image(&done)
}
