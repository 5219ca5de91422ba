//! The grid that segments are exported on.

use crate::documents::OpenDocument;
use crate::wire::{Finding, LengthUnit};
use annotomy_formats::{GridMeaning, InPlane};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{ContinuousIndex, PointLps};

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

    /// That a file's distances from pixel to pixel mean nothing, if that is so.
    pub(crate) fn in_plane_note(&self) -> Option<Finding> {
        let message =
            "Nobody knows how large pixels are: the file will say 1 mm, which means nothing.";
        let is_unknown = self.meaning.in_plane == InPlane::Unknown;
        is_unknown.then(|| Finding::warning("unknown_pixel_size", message))
    }

    /// What lengths are told in.
    pub(crate) fn length_unit(&self) -> LengthUnit {
        self.meaning.in_plane.into()
    }

    /// Whether all distances are known, and with them volumes.
    pub(crate) fn has_volumes(&self) -> bool {
        self.meaning.in_plane != InPlane::Unknown && self.meaning.has_depth
    }
}

/// That a file of one affine transform puts slices beside where they were acquired, if it does.
pub(crate) fn straightened_note(geometry: &Geometry) -> Option<Finding> {
    let origins = geometry.slice_origins()?;
    let straight = geometry.straightened();
    let off = |(k, origin): (usize, &PointLps)| {
        (straight.lps_at(ContinuousIndex([0.0, 0.0, k as f64])) - *origin).norm()
    };
    let most = origins.iter().enumerate().map(off).fold(0.0, f64::max);
    let message = format!(
        "This format has slices at equal distances only: they will lie up to {most:.2} mm from where they were acquired. DICOM segmentations and structure sets keep their places."
    );
    Some(Finding::warning("straightened", message))
}
