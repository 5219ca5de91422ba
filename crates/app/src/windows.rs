//! Windows to start with: width and level that suit the image.

use crate::voi::of_file;
use crate::wire::{Window, WindowFunction, WindowName, WindowPreset};
use annotomy_formats::Series;
use annotomy_volume::percentile::percentiles;
use annotomy_volume::volume::{ScalarType, Voxels};

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

/// Windows of PET: largest uptake shown, g/ml.
const UPTAKE: [(WindowName, f64); 2] = [(WindowName::Suv5, 5.0), (WindowName::Suv10, 10.0)];

/// The windows of an image: the file's, those of its modality, and those measured. `range` holds
/// the smallest and largest value, once known.
pub(crate) fn presets(
    series: &Series,
    automatic: &Window,
    range: Option<[f64; 2]>,
) -> Vec<WindowPreset> {
    if series.scalar_type() == ScalarType::Rgb8 {
        return vec![preset(WindowName::FullRange, colors())];
    }
    let full = range.map(|[low, high]| preset(WindowName::FullRange, between(low, high)));
    let ct = CT.map(|(name, center, width)| preset(name, Window::exact(center, width)));
    let suv = series.suv_body_weight().and_then(Result::ok);
    let pet = suv
        .into_iter()
        .flat_map(|factor| UPTAKE.map(|(name, most)| preset(name, between(0.0, most / factor))));
    let is_ct = series.modality() == "CT";
    of_file(series)
        .into_iter()
        .chain(is_ct.then_some(ct).into_iter().flatten())
        .chain(pet)
        .chain([preset(WindowName::Automatic, automatic.clone())])
        .chain(full)
        .collect()
}

/// The window to start with: colours as they are; the file's first, soft tissue for CT, else the
/// automatic one.
pub(crate) fn initial(series: &Series, automatic: Window) -> Window {
    if series.scalar_type() == ScalarType::Rgb8 {
        return colors();
    }
    let from_file = of_file(series).into_iter().next();
    let from_file = from_file.map(|preset| preset.window);
    let soft_tissue = CT.iter().find(|(name, ..)| *name == WindowName::Abdomen);
    let suits_ct = soft_tissue.filter(|_| series.modality() == "CT");
    from_file
        .or(suits_ct.map(|&(_, center, width)| Window::exact(center, width)))
        .unwrap_or(automatic)
}

/// From the percentiles of some voxels of a series; all of 0 to 1 where no value counts.
pub(crate) fn automatic(voxels: &Voxels, series: &Series) -> Window {
    let rescale = series.rescale();
    match percentiles(voxels, series.padding(), &AUTOMATIC_PERCENTILES).as_slice() {
        [low, high] if low.is_finite() && high.is_finite() => {
            between(rescale.value(*low), rescale.value(*high))
        }
        _ => between(0.0, 1.0),
    }
}

const fn preset(name: WindowName, window: Window) -> WindowPreset {
    WindowPreset {
        name,
        explanation: None,
        window,
    }
}

/// Shows each channel of a colour as it is.
const fn colors() -> Window {
    Window::exact(127.5, 255.0)
}

fn between(low: f64, high: f64) -> Window {
    let width = (high - low).abs();
    let width = if width > 0.0 { width } else { 1.0 };
    Window::exact(f64::midpoint(low, high), width)
}

impl Window {
    pub(crate) const fn exact(center: f64, width: f64) -> Self {
        Self {
            center,
            width,
            function: WindowFunction::LinearExact,
            steps: Vec::new(),
        }
    }
}
