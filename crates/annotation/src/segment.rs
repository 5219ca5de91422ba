//! Segments: the named, coloured structures of a document.

use crate::protocol::{Answer, AttributeId, ClassId};
use annotomy_volume::labels::Label;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Names a segment for as long as its document lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SegmentId(pub Uuid);

/// sRGB, 8 bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Color(pub [u8; 3]);

impl Color {
    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix('#')
            .filter(|d| d.len() == 6 && d.is_ascii())?;
        let channel = |n: usize| u8::from_str_radix(digits.get(n..n + 2)?, 16).ok();
        let is_hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
        is_hexadecimal.then_some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// One of a series in which neighbours are far apart: hues a golden angle from each other.
    #[must_use]
    pub fn distinct(n: u16) -> Self {
        let hue = (f64::from(n) * 0.618_033_988_75).fract() * 6.0;
        let channel = |shift: f64| {
            let x = (hue + shift) % 6.0;
            let y = (2.0 - (x - 3.0).abs()).clamp(0.0, 1.0);
            (60.0 + 180.0 * (1.0 - y)).round() as u8
        };
        Self([channel(0.0), channel(4.0), channel(2.0)])
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// How much of the image a segment hides, in thousandths: a record holds no floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opacity(u16);

impl Opacity {
    /// Half of the image shines through.
    pub const HALF: Self = Self(500);

    /// From 0 (transparent) to 1 (opaque); `None` outside.
    #[must_use]
    pub fn from_fraction(fraction: f64) -> Option<Self> {
        (0.0..=1.0)
            .contains(&fraction)
            .then(|| Self((fraction * 1000.0).round() as u16))
    }

    /// 0 to 1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// How far the work on a segment is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentState {
    /// Nothing was drawn.
    #[default]
    NotStarted,
    /// Something was drawn.
    InProgress,
    /// Somebody says that it is done.
    Completed,
    /// Somebody says that it needs another look.
    Flagged,
}

impl SegmentState {
    /// Whether it is what every segment was before work had states.
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A segment. Its voxels are those of `layer` that have `label`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its identity.
    pub id: SegmentId,
    /// What the user calls it.
    pub name: String,
    /// Colour it is drawn in.
    pub color: Color,
    /// Whether it is drawn.
    pub is_visible: bool,
    /// How strongly it is drawn.
    pub opacity: Opacity,
    /// Whether no tool may change its voxels.
    pub is_locked: bool,
    /// The layer that holds its voxels; segments of one layer exclude each other.
    pub layer: u16,
    /// Its value in that layer; not 0.
    pub label: Label,
    // Not written where nothing was said, as in every document before it could be.
    /// Its class of the label protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassId>,
    /// Answers to the attributes of its class.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<AttributeId, Answer>,
    /// How far the work on it is.
    #[serde(default, skip_serializing_if = "SegmentState::is_default")]
    pub state: SegmentState,
}
