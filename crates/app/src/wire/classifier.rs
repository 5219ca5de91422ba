//! Pixel classifiers that were taught once and are used again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Teaches a classifier from what is painted of all segments of a segment's layer, and keeps it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeachClassifierRequest {
    /// Names the work in progress events and for `cancel`.
    pub job: String,
    /// The document.
    pub document: String,
    /// A segment of the layer.
    pub segment: String,
    /// The volume whose values are looked at, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// The finest detail that is looked at, in mm; the coarsest is eight times as large.
    pub finest: f64,
    /// What the classifier is to be called.
    pub name: String,
    /// Whether it may take the name of another one.
    pub replace_existing: bool,
}

/// Exports a classifier.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportClassifierRequest {
    /// Which.
    pub classifier: String,
    /// Absolute path of the file to write: `.classifier`.
    pub path: String,
    /// Whether an existing file may be replaced.
    pub replace_existing: bool,
}

/// Imports a classifier.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportClassifierRequest {
    /// Absolute path of the file.
    pub path: String,
    /// What the classifier is to be called; as the file if absent.
    pub name: Option<String>,
    /// Whether it may take the name of another one.
    pub replace_existing: bool,
}

/// Takes a classifier off the list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgetClassifierRequest {
    /// Which.
    pub classifier: String,
}

/// A classifier that the library keeps.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Classifier {
    /// The hash of what it is, by which effects, contours and their records name it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The finest detail that it looks at, in mm.
    pub finest: f64,
    /// What it tells apart: a class is found in segments of its name.
    pub classes: Vec<String>,
    /// When it was kept, RFC 3339 in UTC.
    pub kept_at: String,
}

/// The classifiers that have a name.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Classifiers {
    /// By name.
    pub classifiers: Vec<Classifier>,
}
