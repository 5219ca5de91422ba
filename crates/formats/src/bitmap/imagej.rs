//! What ImageJ writes into the description of a TIFF's first page: lines of `name=value`
//! (`ij.io.FileInfo`, `ij.io.TiffDecoder`).

use super::picture::Hyperstack;
use crate::finding::Finding;

/// Values that are used here.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ImageJ {
    pub(crate) unit: Option<String>,
    /// From slice to slice, in that unit.
    pub(crate) spacing: Option<f64>,
    n_images: Option<usize>,
    n_channels: Option<usize>,
    n_slices: Option<usize>,
    n_frames: Option<usize>,
}

impl ImageJ {
    /// `None` if the text is not ImageJ's.
    pub(crate) fn parse(description: &str) -> Option<Self> {
        if !description.starts_with("ImageJ=") {
            return None;
        }
        let mut all = Self::default();
        for (name, value) in description.lines().filter_map(|line| line.split_once('=')) {
            let count = || value.trim().parse().ok().filter(|n| *n > 0);
            match name.trim() {
                "unit" => all.unit = Some(value.trim().to_owned()),
                "spacing" => all.spacing = value.trim().parse().ok(),
                "images" => all.n_images = count(),
                "channels" => all.n_channels = count(),
                "slices" => all.n_slices = count(),
                "frames" => all.n_frames = count(),
                _ => {}
            }
        }
        Some(all)
    }

    /// ImageJ writes stacks of more than 4 GB as one page and the rest behind it.
    pub(crate) fn missing_pages(&self, n_pages: usize) -> Option<Finding> {
        let n_images = self.n_images.filter(|n| *n > n_pages)?;
        let message = format!(
            "ImageJ has written {n_images} images but only {n_pages} page(s); the others are not read."
        );
        Some(Finding::warning("page_left_out", message))
    }

    /// How pages follow each other, if there is more than one stack of them.
    pub(crate) fn hyperstack(&self, n_pages: usize) -> Option<Hyperstack> {
        let [n_channels, n_slices, n_frames] =
            [self.n_channels, self.n_slices, self.n_frames].map(|n| n.unwrap_or(1));
        let n_volumes = n_channels.checked_mul(n_frames)?;
        let is_hyperstack = n_volumes > 1 && n_volumes.checked_mul(n_slices) == Some(n_pages);
        is_hyperstack.then_some(Hyperstack {
            n_channels,
            n_slices,
            n_frames,
        })
    }
}
