//! Fronts that spread from a segment or a place, and how far they go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A front: where it begins and how fast it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontForm {
    /// The voxel that it begins at; all of the segment if absent.
    #[serde(default)]
    pub seed: Option<[u32; 3]>,
    /// How fast it goes.
    pub speed: FrontSpeed,
    /// How far around its start it may go, in mm.
    pub margin: f64,
}

/// What the speed of a front follows from: at full speed it needs a unit of time for a millimetre.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum FrontSpeed {
    /// Full speed everywhere: times are ways in mm.
    Even,
    /// Slow where the image changes: a sigmoid of the gradient's length.
    Edges {
        /// Standard deviation of the Gaussian that smooths before, in mm.
        sigma: f64,
        /// What change of values a mm halves the speed; the mean one if absent.
        #[serde(default)]
        contrast: Option<f64>,
    },
    /// Slow where values are unlike those at its start: a Gaussian around their mean.
    Values {
        /// Its standard deviation, in standard deviations of the values at the start.
        multiplier: f64,
    },
}

/// Where a front stops.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "at", rename_all = "snake_case", deny_unknown_fields)]
pub enum FrontStop {
    /// After a time.
    Time {
        /// The time.
        time: f64,
    },
    /// When it holds a volume, its start included.
    Volume {
        /// In ml.
        ml: f64,
    },
}

/// How far a front went.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontReach {
    /// When it was stopped.
    pub time: f64,
    /// When it has arrived at half of all voxels that it comes to: times after that are long.
    pub half_time: f64,
    /// What it held then, its start included, in ml.
    pub ml: f64,
    /// What it would hold at last, in ml.
    pub most_ml: f64,
}

/// Fills between a scribble inside and one outside by the image.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeodesicForm {
    /// Standard deviation of the Gaussian that smooths before, in mm.
    pub sigma: f64,
    /// What edges count against the way: by 0 only the way does.
    pub weight: f64,
    /// How far around what is painted of the segment, in mm.
    pub margin: f64,
}
