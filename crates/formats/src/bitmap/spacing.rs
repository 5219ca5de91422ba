//! How large pixels are, as far as a picture says.

use crate::finding::Finding;
use crate::meaning::{GridMeaning, InPlane};

const MM_PER_INCH: f64 = 25.4;

/// Assumed where nothing is known.
const GUESSED_MM: f64 = 1.0;

/// Millimetres from pixel to pixel, and from picture to picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Spacing {
    /// Along a row, along a column.
    pub(crate) in_plane: Option<[f64; 2]>,
    pub(crate) between: Option<f64>,
    /// A resolution that is only a screen's.
    pub(crate) screen_dpi: Option<f64>,
    /// Whether the sizes are meant for print, as any number of dots per inch may be.
    pub(crate) is_print: bool,
}

impl Spacing {
    /// From pixels in a length of `mm`. Programs write 72, 96 and 1 dots per inch into pictures
    /// whose pixels nobody has measured.
    pub(crate) fn of_resolution(per_length: [f64; 2], mm: f64) -> Self {
        let spacing = per_length.map(|n| mm / n);
        let dpi = spacing.map(|mm| MM_PER_INCH / mm);
        let is_screen = |dpi: f64| [72.0, 96.0, 1.0].iter().any(|n| (dpi - n).abs() < 0.05);
        if let Some(dpi) = dpi.into_iter().find(|dpi| is_screen(*dpi)) {
            return Self {
                screen_dpi: Some(dpi.round()),
                ..Self::default()
            };
        }
        Self {
            in_plane: sound(spacing),
            is_print: true,
            ..Self::default()
        }
    }

    /// As measured by who wrote the file.
    pub(crate) fn measured(in_plane: [f64; 2], between: Option<f64>) -> Self {
        Self {
            in_plane: sound(in_plane),
            between: between.filter(|mm| is_sound(*mm)),
            ..Self::default()
        }
    }

    /// With rows and columns exchanged.
    pub(crate) fn turned(mut self) -> Self {
        self.in_plane = self.in_plane.map(|[x, y]| [y, x]);
        self
    }

    /// Pictures lie nowhere in the patient.
    pub(crate) fn meaning(&self) -> GridMeaning {
        GridMeaning {
            is_placed: false,
            in_plane: match self.in_plane {
                Some(_) => InPlane::Patient,
                None => InPlane::Unknown,
            },
            has_depth: self.between.is_some(),
            ..GridMeaning::PLACED
        }
    }

    /// Along i, j and k, and what was assumed.
    pub(crate) fn grid(self, n_slices: usize) -> ([f64; 3], Vec<Finding>) {
        let [x, y] = self.in_plane.unwrap_or([GUESSED_MM; 2]);
        let mut report = Vec::new();
        let what = match (self.screen_dpi, self.in_plane) {
            (Some(dpi), _) => format!(
                "The picture's {dpi} dots per inch are those of a screen, not measured; pixels of {GUESSED_MM} mm were assumed, so lengths and volumes mean nothing."
            ),
            (None, None) => format!(
                "The picture does not say how large its pixels are; {GUESSED_MM} mm was assumed, so lengths and volumes mean nothing."
            ),
            (None, Some(_)) if self.between.is_none() => match n_slices {
                1 => format!(
                    "A picture of unknown thickness; {GUESSED_MM} mm was assumed, so volumes mean nothing."
                ),
                _ => format!(
                    "The distance from picture to picture is unknown; {GUESSED_MM} mm was assumed, so volumes mean nothing."
                ),
            },
            _ => String::new(),
        };
        let what = what + " Where it lies in the patient is not known: directions mean nothing.";
        report.push(Finding::warning("guessed_geometry", what.trim_start()));
        if self.in_plane.is_some() && self.is_print {
            let message = format!(
                "The size of pixels, {x:.6} x {y:.6} mm, is from the resolution that the file gives, which may be meant for print."
            );
            report.push(Finding::warning("spacing_from_resolution", message));
        }
        ([x, y, self.between.unwrap_or(GUESSED_MM)], report)
    }
}

fn is_sound(mm: f64) -> bool {
    (1e-9..1e6).contains(&mm)
}

fn sound(spacing: [f64; 2]) -> Option<[f64; 2]> {
    spacing.iter().all(|mm| is_sound(*mm)).then_some(spacing)
}

/// Millimetres in a unit as ImageJ spells it.
pub(crate) fn mm_of_unit(unit: &str) -> Option<f64> {
    match unit.trim() {
        "nm" | "nanometer" | "nanometre" => Some(1e-6),
        "µm" | "μm" | "um" | "micron" | "microns" | "micrometer" | "micrometre" | "\\u00B5m" => {
            Some(1e-3)
        }
        "mm" | "millimeter" | "millimetre" => Some(1.0),
        "cm" | "centimeter" | "centimetre" => Some(10.0),
        "m" | "meter" | "metre" => Some(1000.0),
        "inch" | "in" => Some(MM_PER_INCH),
        _ => None,
    }
}

/// Millimetres in an inch or a centimetre, as TIFF and EXIF count them (TIFF 6.0, tag 296).
pub(crate) fn mm_of_resolution_unit(unit: Option<f64>) -> Option<f64> {
    match unit {
        None => Some(MM_PER_INCH),
        Some(2.0) => Some(MM_PER_INCH),
        Some(3.0) => Some(10.0),
        Some(_) => None,
    }
}
