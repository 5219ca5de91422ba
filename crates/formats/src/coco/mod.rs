//! COCO data sets: what the JSON file says (<https://cocodataset.org/#format-data>).
//!
//! Pictures lie beside it; a pixel is [x, x + 1) across and [y, y + 1) down, x along i and y along
//! j, so that a pixel's corners are whole numbers. Masks are those of `pycocotools.mask`.

mod mask;
mod rle;

pub use mask::{CocoMask, Counts, MaskForm};

use crate::error::FormatError;
use crate::json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::Path;

/// Bytes of a JSON file that is read; a data set of a hundred thousand pictures has less.
const MAX_BYTES: u64 = 2 << 30;

/// A data set. Of what others added to the file, nothing is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CocoDataset {
    /// About the data set as a whole.
    pub info: CocoInfo,
    /// The pictures.
    pub images: Vec<CocoImage>,
    /// The masks on them.
    pub annotations: Vec<CocoAnnotation>,
    /// What masks are of.
    pub categories: Vec<CocoCategory>,
    /// Whatever else the file says.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// About a data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CocoInfo {
    /// Program that wrote it; absent in other programs' files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    /// Whatever else is said.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CocoImage {
    /// Names it in this file.
    pub id: u64,
    /// Its file, in the folder of pictures.
    pub file_name: String,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Image that it is a slice of; absent in other programs' files, as what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Which slice along k, 0 first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_index: Option<usize>,
    /// Whatever else is said.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// A mask on a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CocoAnnotation {
    /// Names it in this file.
    pub id: u64,
    /// The picture.
    pub image_id: u64,
    /// What it is of.
    pub category_id: u64,
    /// Its pixels.
    pub segmentation: CocoMask,
    /// How many they are.
    pub area: f64,
    /// The smallest box around them: left, top, width, height.
    pub bbox: [f64; 4],
    /// 0: one thing, as training code wants it also of run-length masks.
    pub iscrowd: u8,
    /// Whatever else is said.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// What masks are of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CocoCategory {
    /// Names it in this file; from 1.
    pub id: u64,
    /// For people.
    pub name: String,
    /// Whatever else is said.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl CocoDataset {
    /// An empty data set of `generator`.
    #[must_use]
    pub fn new(generator: &str, categories: Vec<CocoCategory>) -> Self {
        Self {
            info: CocoInfo {
                generator: Some(generator.to_owned()),
                others: Map::new(),
            },
            images: Vec::new(),
            annotations: Vec::new(),
            categories,
            others: Map::new(),
        }
    }

    /// Reads the JSON file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(path: &Path) -> Result<Self, FormatError> {
        json::read(path, MAX_BYTES)
    }

    /// What the JSON file holds.
    ///
    /// # Panics
    /// Never: there is nothing in a data set that JSON cannot express.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("names, numbers and lists are JSON")
    }
}
