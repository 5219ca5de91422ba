//! How values become greys, as a file proposes it (DICOM PS3.3 C.11.2, "VOI LUT").

use std::sync::Arc;

/// One way to show an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Voi {
    /// What it is for, such as `BONE`, if the file says.
    pub explanation: Option<String>,
    /// How values become greys.
    pub curve: VoiCurve,
}

/// From values, as rescaled, to greys.
#[derive(Debug, Clone, PartialEq)]
pub enum VoiCurve {
    /// By a centre and a width.
    Window {
        /// Centre, in values.
        center: f64,
        /// Width, in values; positive.
        width: f64,
        /// By which formula.
        function: VoiFunction,
    },
    /// By a table.
    Table(Arc<VoiTable>),
}

/// The formulas of PS3.3 C.11.2.1.2 and C.11.2.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiFunction {
    /// From `center - 0.5 - (width - 1) / 2` to `center - 0.5 + (width - 1) / 2`.
    Linear,
    /// From `center - width / 2` to `center + width / 2`.
    LinearExact,
    /// `1 / (1 + exp(-4 (value - center) / width))`.
    Sigmoid,
}

/// Greys of whole values, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiTable {
    /// The value of the first entry; smaller ones have it too, those beyond the last entry the last.
    pub first: i64,
    /// Greys; at least one.
    pub entries: Vec<u16>,
    /// The brightest grey there can be.
    pub white: u16,
}

impl Voi {
    /// A window between two values, without a name.
    pub(crate) const fn window(center: f64, width: f64) -> Self {
        Self {
            explanation: None,
            curve: VoiCurve::Window {
                center,
                width,
                function: VoiFunction::LinearExact,
            },
        }
    }

    /// The values of a window that are shown black and white; where greys only come near them, those
    /// that its centre and width name.
    pub(crate) fn limits(&self) -> Option<[f64; 2]> {
        let VoiCurve::Window {
            center,
            width,
            function,
        } = self.curve
        else {
            return None;
        };
        let (middle, half) = match function {
            VoiFunction::Linear => (center - 0.5, (width - 1.0) / 2.0),
            VoiFunction::LinearExact | VoiFunction::Sigmoid => (center, width / 2.0),
        };
        (half > 0.0).then_some([middle - half, middle + half])
    }
}
