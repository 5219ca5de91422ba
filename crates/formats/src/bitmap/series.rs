//! A series of pictures that can be loaded.

use super::decode::decode;
use super::picture::Picture;
use super::read;
use crate::element::Element;
use crate::error::FormatError;
use crate::file::Head;
use crate::series::SliceFiles;
use std::path::{Path, PathBuf};

/// The pictures of a stack.
#[derive(Debug)]
pub(crate) struct BitmapSeries {
    /// Each with one picture for each k; missing ones are `None`.
    pub(crate) volumes: Vec<Vec<Option<Picture>>>,
    pub(crate) labels: Vec<String>,
}

impl BitmapSeries {
    fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.volumes.iter().flatten().flatten()
    }

    /// All files, each once, in the order of k.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = Vec::new();
        for picture in self.pictures() {
            if paths.last() != Some(&picture.path) {
                paths.push(picture.path.clone());
            }
        }
        paths
    }

    /// The file of picture `k`, or of the nearest before it, and what it says about itself.
    pub(crate) fn metadata(&self, k: usize) -> Result<(PathBuf, Vec<Element>), FormatError> {
        let slices = self.volumes.first().into_iter().flatten();
        let picture = slices.take(k.saturating_add(1)).flatten().last();
        let Some(picture) = picture.or_else(|| self.pictures().next()) else {
            return Err(FormatError::not_an_image(Path::new(""), "no pictures"));
        };
        let head = Head::open(&picture.path, super::LONGEST_HEADER)?;
        let file = read(&picture.path, &head)?;
        let mut elements = vec![super::picture::element("", "Format", "text", file.format)];
        elements.extend(file.elements);
        Ok((picture.path.clone(), elements))
    }
}

impl SliceFiles for BitmapSeries {
    fn n_images(&self, volume: usize) -> usize {
        let slices = self.volumes.get(volume).into_iter().flatten();
        slices.flatten().count()
    }

    fn fill(&self, volume: usize, k: usize, out: &mut [u8]) -> Result<(), FormatError> {
        let picture = self.volumes.get(volume).and_then(|slices| slices.get(k));
        match picture.and_then(Option::as_ref) {
            Some(picture) => decode(picture, out),
            None => Ok(()),
        }
    }
}
