//! Windows to start with: width and level that suit the image.

use crate::wire::{Window, WindowName, WindowPreset};
use annotomy_formats::Series;
use annotomy_volume::percentile::percentiles;
use annotomy_volume::volume::{Rescale, Voxels};

/// Percentiles between which an automatic window lies.
const AUTOMATIC_PERCENTILES: [f64; 2] = [1.0, 99.0];

/// The customary CT windows: name, level, width in HU.
const CT: [(WindowName, f64, f64); 6] = [
    (WindowName::Brain, 40.0, 80.0),
    (WindowName::Subdural, 75.0, 215.0),
    (WindowName::Bone, 480.0, 2500.0),
    (WindowName::Lung, -600.0, 1500.0),
    (WindowName::Abdomen, 60.0, 400.0),
    (WindowName::Mediastinum, 50.0, 350.0),
];

/// The windows of an image; the first is the one to start with. `range` holds the smallest and
/// largest value, once known.
pub(crate) fn presets(
    series: &Series,
    automatic: Window,
    range: Option<[f64; 2]>,
) -> Vec<WindowPreset> {
    let preset = |name, window| WindowPreset { name, window };
    let file = series.window().filter(|(_, width)| *width > 0.0);
    let from_file = file.map(|(center, width)| preset(WindowName::File, Window { center, width }));
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
