//! nnU-Net v2 data sets: `dataset.json` and `splits_final.json`
//! (<https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/dataset_format.md>).

use crate::error::FormatError;
use crate::json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of a JSON file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// Parts that cases are divided into, as nnU-Net divides them.
const N_FOLDS: usize = 5;

/// What `dataset.json` says. Of what others added to it, nothing is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NnunetDataset {
    /// Names of the channels by their number, `0` first; `CT` chooses how values are normalised.
    pub channel_names: BTreeMap<String, String>,
    /// The number of each label by its name; `background` is 0.
    #[serde(with = "by_number")]
    pub labels: Vec<(String, u32)>,
    /// Cases in `imagesTr`.
    #[serde(rename = "numTraining")]
    pub n_training: usize,
    /// What names of image files end in.
    pub file_ending: String,
    /// Program that wrote it; absent in other programs' files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    /// Whatever else the file says.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl NnunetDataset {
    /// Reads `dataset.json`.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(path: &Path) -> Result<Self, FormatError> {
        json::read(path, MAX_BYTES)
    }

    /// What `dataset.json` holds.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}

/// The cases that one model is trained with, and those it is validated on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NnunetSplit {
    /// To train with.
    pub train: Vec<String>,
    /// To validate on.
    pub val: Vec<String>,
}

/// Reads `splits_final.json`.
///
/// # Errors
/// Why it cannot be read.
pub fn read_splits(path: &Path) -> Result<Vec<NnunetSplit>, FormatError> {
    json::read(path, MAX_BYTES)
}

/// What `splits_final.json` holds.
#[must_use]
pub fn splits_to_json(splits: &[NnunetSplit]) -> Vec<u8> {
    to_json(&splits)
}

fn to_json<T: Serialize>(content: &T) -> Vec<u8> {
    serde_json::to_vec_pretty(content).expect("names, numbers and lists are JSON")
}

/// The splits with one case more, those before it as they were: a fold of its own while there are
/// fewer than five of one case each, else validated on where that is done on the fewest.
#[must_use]
pub fn with_case(mut splits: Vec<NnunetSplit>, case: &str) -> Vec<NnunetSplit> {
    let case = || case.to_owned();
    let are_single = splits.iter().all(|split| split.val.len() == 1);
    if splits.len() < N_FOLDS && are_single {
        let train = splits.iter().flat_map(|split| split.val.clone()).collect();
        splits.iter_mut().for_each(|split| split.train.push(case()));
        splits.push(NnunetSplit {
            train,
            val: vec![case()],
        });
        return splits;
    }
    let fewest = splits
        .iter()
        .enumerate()
        .min_by_key(|(_, split)| split.val.len());
    let fewest = fewest.map(|(n, _)| n);
    for (n, split) in splits.iter_mut().enumerate() {
        match Some(n) == fewest {
            true => split.val.push(case()),
            false => split.train.push(case()),
        }
    }
    splits
}

/// A map of names to numbers, written in the order of the numbers.
mod by_number {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::collections::BTreeMap;

    pub(super) fn serialize<S: Serializer>(
        labels: &[(String, u32)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(labels.iter().map(|(name, number)| (name, number)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(String, u32)>, D::Error> {
        let labels = BTreeMap::<String, u32>::deserialize(deserializer)?;
        let mut labels: Vec<_> = labels.into_iter().collect();
        labels.sort_by_key(|(_, number)| *number);
        Ok(labels)
    }
}
