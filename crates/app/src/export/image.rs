//! The image with what is in segments only, or around them.

use super::Written;
use super::dataset::Source;
use super::image_file::write_image;
use super::staged::Staged;
use crate::masked::{Masked, masked};
use crate::wire::{ExportFormat, ExportOptions, Finding, ImageMask, KeepVoxels, WireError};
use annotomy_annotation::segment::SegmentId;
use annotomy_segmentation::Mask;
use std::path::Path;

/// What is left of an image, and around which segments.
#[derive(Debug)]
pub(crate) struct Cut {
    mask: ImageMask,
    /// All if there is none.
    segments: Vec<SegmentId>,
}

impl Cut {
    /// Of a format that holds the image; none of others.
    pub(crate) fn of(
        format: ExportFormat,
        options: &ExportOptions,
    ) -> Result<Option<Self>, WireError> {
        let asked = options.image.unwrap_or_default();
        let mask = match format {
            ExportFormat::MaskedImage => asked,
            ExportFormat::CroppedImage => ImageMask {
                keep: KeepVoxels::All,
                outside: None,
                crop_mm: asked.crop_mm.or(Some(0.0)),
            },
            _ => return Ok(None),
        };
        let ids = options.segments.iter();
        let segments = ids.map(|id| crate::drawing::segment_id(id));
        Ok(Some(Self {
            mask,
            segments: segments.collect::<Result<_, _>>()?,
        }))
    }
}

/// What the file would not hold, and why it cannot be written.
pub(crate) fn check(source: &Source, cut: &Cut) -> Result<Vec<Finding>, WireError> {
    left(source, cut)?;
    Ok(source.one_volume().into_iter().collect())
}

/// Writes what is left, and compares what is read back.
pub(crate) fn write(target: &Path, source: &Source, cut: &Cut) -> Result<Written, WireError> {
    let left = left(source, cut)?;
    let staged = Staged::beside(target)?;
    let image = (left.volume.geometry(), &left.volume);
    write_image(&staged.path(), image, source.series.voi(), target)?;
    staged.publish()?;
    Ok(Written {
        sidecar: None,
        n_voxels: left.n_kept,
        n_shapes: 0,
        notes: source.one_volume().into_iter().collect(),
    })
}

fn left(source: &Source, cut: &Cut) -> Result<Masked, WireError> {
    let state = source.state();
    let is_meant = |id: SegmentId| cut.segments.is_empty() || cut.segments.contains(&id);
    let segments = state.segments().iter().filter(|s| is_meant(s.id));
    let mut inside = Mask::empty(source.grid.geometry.size());
    for segment in segments {
        let labels = &state.layers()[usize::from(segment.layer)];
        inside = inside.union(&Mask::of_label(labels, segment.label));
    }
    let image = (&source.loaded.volume, &source.grid.geometry);
    masked(image, &inside, &cut.mask)
}
