//! The grid that segments are exported on.

use crate::documents::OpenDocument;
use crate::wire::Finding;
use annotomy_formats::{GridMeaning, InPlane};
use annotomy_volume::geometry::Geometry;

/// The image's grid, with what a person said of the size of its pixels, and what it means.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    pub(crate) geometry: Geometry,
    meaning: GridMeaning,
}

impl Grid {
    pub(crate) fn of(document: &OpenDocument) -> Self {
        Self {
            geometry: document.geometry(),
            meaning: document.meaning(),
        }
    }

    /// That a file's distances mean nothing, if that is so.
    pub(crate) fn note(&self) -> Option<Finding> {
        let message =
            "Nobody knows how large pixels are: the file will say 1 mm, which means nothing.";
        let is_unknown = self.meaning.in_plane == InPlane::Unknown;
        is_unknown.then(|| Finding::warning("unknown_pixel_size", message))
    }

    /// Volume of one voxel in mm³, where all distances are known.
    pub(crate) fn voxel_volume_mm3(&self) -> Option<f64> {
        let is_known = self.meaning.in_plane != InPlane::Unknown && self.meaning.has_depth;
        is_known.then(|| self.geometry.voxel_volume_mm3())
    }
}
