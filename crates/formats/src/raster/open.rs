//! A series whose voxels are a raster.

use super::identity::identity;
use super::load::Raster;
use crate::element::Element;
use crate::error::FormatError;
use crate::finding::Finding;
use crate::meaning::GridMeaning;
use crate::progress::Progress;
use crate::series::{Info, Series, Source};
use crate::voi::Voi;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::volume::{Rescale, ScalarType};
use std::path::{Path, PathBuf};

/// A file that can be loaded.
#[derive(Debug)]
pub(crate) struct RasterFile {
    /// The header's, then those of the voxels; each once.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) raster: Raster,
    /// What the header says.
    pub(crate) elements: Vec<Element>,
    /// If the volumes are points in time.
    pub(crate) times: Option<Times>,
}

/// What a header says besides its voxels.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) size: [usize; 3],
    pub(crate) lps_from_index: Affine,
    pub(crate) rescale: Rescale,
    pub(crate) window: Option<(f64, f64)>,
    /// If the volumes are points in time.
    pub(crate) times: Option<Times>,
    pub(crate) elements: Vec<Element>,
    pub(crate) report: Vec<Finding>,
}

/// Evenly spaced points in time, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) start: f64,
    pub(crate) step: f64,
}

impl Times {
    /// Such as `t = 12.5 s`, to a microsecond: a float32 step has no more.
    pub(crate) fn label(self, volume: usize) -> String {
        let seconds = self.step.mul_add(volume as f64, self.start);
        format!("t = {} s", (seconds * 1e6).round() / 1e6)
    }
}

impl Described {
    /// The series that a header at `path` and its voxels are.
    pub(crate) fn series(
        self,
        path: &Path,
        raster: Raster,
        progress: &dyn Progress,
    ) -> Result<Series, FormatError> {
        let placed = Geometry::new(self.size, self.lps_from_index);
        let geometry = placed.map_err(|source| FormatError::NoGeometry {
            path: path.to_owned(),
            source,
        })?;
        let n_volumes = raster.n_volumes();
        let mut files = vec![path.to_owned()];
        files.extend(
            raster
                .paths()
                .filter(|other| *other != path)
                .map(Path::to_owned),
        );
        let name = path.file_name().unwrap_or_default();
        let is_colour = raster.scalar_type() == ScalarType::Rgb8;
        let info = Info {
            key: identity(&files, progress)?,
            modality: "OT".to_owned(),
            description: name.to_string_lossy().into_owned(),
            number: None,
            unit: None,
            voi: self
                .window
                .map(|(center, width)| Voi::window(center, width))
                .into_iter()
                .collect(),
            is_inverted: false,
            geometry,
            meaning: GridMeaning::PLACED,
            scalar_type: raster.scalar_type(),
            rescale: match is_colour {
                true => Rescale::IDENTITY,
                false => self.rescale,
            },
            padding: None,
            n_volumes,
            report: self.report,
        };
        let file = RasterFile {
            files,
            raster,
            elements: self.elements,
            times: self.times,
        };
        Ok(Series::new(info, Source::Raster(Box::new(file))))
    }
}
