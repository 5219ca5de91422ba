//! How large pixels are, where the image does not say and a person does.

use serde::{Deserialize, Serialize};

const PM_PER_MM: f64 = 1e9;

/// Sizes that a pixel may have, in mm: from below an electron microscope's to above a film's.
const RANGE_MM: std::ops::RangeInclusive<f64> = 1e-6..=1e3;

/// A person's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PixelSize {
    /// Nobody knows: lengths are told in pixels.
    Unknown,
    /// Along a row and along a column, in picometres: a record holds no floats.
    Picometres([u64; 2]),
}

impl PixelSize {
    /// From mm along a row and along a column; `None` where a pixel cannot be that large or small.
    #[must_use]
    pub fn from_mm(mm: [f64; 2]) -> Option<Self> {
        let is_possible = mm.iter().all(|mm| RANGE_MM.contains(mm));
        is_possible.then(|| Self::Picometres(mm.map(|mm| (mm * PM_PER_MM).round() as u64)))
    }

    /// In mm, if known.
    #[must_use]
    pub fn mm(self) -> Option<[f64; 2]> {
        match self {
            Self::Unknown => None,
            Self::Picometres(pm) => Some(pm.map(|pm| pm as f64 / PM_PER_MM)),
        }
    }
}
