//! Windows to start with: width and level that suit the image.

use crate::wire::{Window, WindowName, WindowPreset};
use annotomy_formats::Series;
use annotomy_volume::percentile::percentiles;
use annotomy_volume::volume::{Rescale, ScalarType, Voxels};

/// Percentiles between which an automatic window lies.
const AUTOMATIC_PERCENTILES: [f64; 2] = [1.0, 99.0];

const SOFT_TISSUE: Window = Window {
    center: 60.0,
    width: 400.0,
};

/// Shows each channel of a colour as it is.
const COLORS: Window = Window {
    center: 127.5,
    width: 255.0,
};

/// The customary CT windows: name, level, width in HU.
const CT: [(WindowName, f64, f64); 6] = [
    (WindowName::Brain, 40.0, 80.0),
    (WindowName::Subdural, 75.0, 215.0),
    (WindowName::Bone, 480.0, 2500.0),
    (WindowName::Lung, -600.0, 1500.0),
    (WindowName::Abdomen, SOFT_TISSUE.center, SOFT_TISSUE.width),
    (WindowName::Mediastinum, 50.0, 350.0),
];

/// The windows of an image: the file's, those of its modality, and those measured. `range` holds
/// the smallest and largest value, once known.
pub(crate) fn presets(
    series: &Series,
    automatic: Window,
    range: Option<[f64; 2]>,
) -> Vec<WindowPreset> {
    let preset = |name, window| WindowPreset { name, window };
    if series.scalar_type() == ScalarType::Rgb8 {
        return vec![preset(WindowName::FullRange, COLORS)];
    }
    let from_file = from_file(series).map(|window| preset(WindowName::File, window));
    let automatic = preset(WindowName::Automatic, automatic);
    let full = range.map(|[low, high]| preset(WindowName::FullRange, between(low, high)));
    let ct = CT
        .iter()
        .map(|&(name, center, width)| preset(name, Window { center, width }));
    let is_ct = series.modality() == "CT";
    from_file
        .into_iter()
        .chain(is_ct.then_some(ct).into_iter().flatten())
        .chain([automatic])
        .chain(full)
        .collect()
}

/// The window to start with: colours as they are; the file's, soft tissue for CT, else the
/// automatic one.
pub(crate) fn initial(series: &Series, automatic: Window) -> Window {
    if series.scalar_type() == ScalarType::Rgb8 {
        return COLORS;
    }
    let suits_ct = (series.modality() == "CT").then_some(SOFT_TISSUE);
    from_file(series).or(suits_ct).unwrap_or(automatic)
}

fn from_file(series: &Series) -> Option<Window> {
    let (center, width) = series.window().filter(|(_, width)| *width > 0.0)?;
    Some(Window { center, width })
}

/// From the percentiles of some voxels; all of 0 to 1 where no value is finite.
pub(crate) fn automatic(voxels: &Voxels, rescale: Rescale) -> Window {
    match percentiles(voxels, &AUTOMATIC_PERCENTILES).as_slice() {
        [low, high] if low.is_finite() && high.is_finite() => {
            between(rescale.value(*low), rescale.value(*high))
        }
        _ => between(0.0, 1.0),
    }
}

fn between(low: f64, high: f64) -> Window {
    let width = (high - low).abs();
    Window {
        center: f64::midpoint(low, high),
        width: if width > 0.0 { width } else { 1.0 },
    }
}
