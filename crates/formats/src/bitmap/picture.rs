//! One picture of a file, before its pixels are read.

use super::orientation::Orientation;
use super::spacing::Spacing;
use super::tiff::Page;
use crate::element::{Element, cut};
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::volume::ScalarType;
use std::path::{Path, PathBuf};

/// Decoded bytes that any file may ask for.
const MAX_SMALL: u128 = 64 << 20;

/// Decoded bytes for a byte of the file: deflate, the densest of the codings, reaches 1032.
const MAX_RATIO: u128 = 1100;

/// How pixels are stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Coding {
    Png,
    Jpeg,
    Bmp,
    Tiff(Page),
}

/// What pictures of one stack share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Form {
    /// Columns and rows, as stored.
    pub(crate) stored_size: [usize; 2],
    pub(crate) orientation: Orientation,
    /// Of the pixels in memory.
    pub(crate) scalar_type: ScalarType,
    /// As stored.
    pub(crate) stored_spacing: Spacing,
}

impl Form {
    /// Columns and rows, as shown.
    pub(crate) fn size(&self) -> [usize; 2] {
        let [columns, rows] = self.stored_size;
        match self.orientation.is_turned() {
            true => [rows, columns],
            false => [columns, rows],
        }
    }

    /// As shown.
    pub(crate) fn spacing(&self) -> Spacing {
        match self.orientation.is_turned() {
            true => self.stored_spacing.turned(),
            false => self.stored_spacing,
        }
    }

    pub(crate) fn n_bytes(&self) -> usize {
        let [columns, rows] = self.stored_size;
        let n_pixels = columns.saturating_mul(rows);
        n_pixels.saturating_mul(self.scalar_type.n_bytes())
    }
}

/// One picture.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) path: PathBuf,
    pub(crate) coding: Coding,
    pub(crate) form: Form,
}

/// Volumes that pictures of a file make up: channels, then slices, then time points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hyperstack {
    pub(crate) n_channels: usize,
    pub(crate) n_slices: usize,
    pub(crate) n_frames: usize,
}

/// A file, before its pixels are read.
#[derive(Debug)]
pub(crate) struct BitmapFile {
    pub(crate) path: PathBuf,
    pub(crate) format: &'static str,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) hyperstack: Option<Hyperstack>,
    pub(crate) report: Vec<Finding>,
    pub(crate) elements: Vec<Element>,
}

/// Checks what pictures declare against the length of their file: no coding makes that much of so
/// little.
pub(crate) fn check_size<'a>(
    path: &Path,
    forms: impl IntoIterator<Item = &'a Form>,
    n_file_bytes: usize,
) -> Result<(), FormatError> {
    let most = (n_file_bytes as u128).saturating_mul(MAX_RATIO);
    let mut left = most.max(MAX_SMALL);
    for form in forms {
        let [columns, rows] = form.stored_size;
        if columns == 0 || rows == 0 {
            return Err(FormatError::damaged(path, "a picture without pixels"));
        }
        let n_pixels = (columns as u128).saturating_mul(rows as u128);
        let n_bytes = n_pixels.saturating_mul(form.scalar_type.n_bytes() as u128);
        left = left.checked_sub(n_bytes).ok_or_else(|| {
            let what = format!(
                "a picture of {columns} x {rows} pixels, more than {n_file_bytes} bytes can hold"
            );
            FormatError::limit(path, what)
        })?;
    }
    Ok(())
}

/// A line of the metadata panel.
pub(crate) fn element(tag: &str, name: &str, vr: &str, value: &str) -> Element {
    Element {
        tag: tag.to_owned(),
        name: cut(name),
        vr: vr.to_owned(),
        value: cut(value),
        items: Vec::new(),
        varies: false,
    }
}

pub(crate) fn alpha_dropped() -> Finding {
    let message = "The picture has transparency (alpha), which is left out.";
    Finding::note("alpha_dropped", message)
}

pub(crate) fn depth_cut() -> Finding {
    let message = "The colours have 16 bits; only the upper 8 are kept.";
    Finding::warning("colour_depth_cut", message)
}
