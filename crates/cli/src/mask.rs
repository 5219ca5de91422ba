//! `annotomy mask`: what is left of an image in segments, or around them.

use crate::arguments::MaskArguments;
use crate::call::{Session, absolute};
use crate::print::Output;
use annotomy_app::wire::{ImageMask, KeepVoxels, MaskImageRequest, MaskedImage};

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
