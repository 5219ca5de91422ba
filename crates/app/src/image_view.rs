//! An opened image in the words of the wire.

use crate::app::App;
use crate::documents::OpenDocument;
use crate::image_cache::{Measured, OpenImage};
use crate::image_planes::shown_planes;
use crate::wire::{self, WireError};
use crate::{volumes, windows};
use annotomy_annotation::scope::Scope;
use annotomy_formats::{Finding, InPlane, NoSuv, Series};
use annotomy_volume::geometry::Geometry;

/// More volumes than any scanner makes have no labels: a small file can claim billions.
const MAX_LABELS: usize = 1 << 16;

/// What the UI gets to know of an image, once its first slice can be shown. `shown` is the volume
/// whose values are measured, waited for where it is a further one.
pub(crate) async fn of(
    app: &App,
    image: &OpenImage,
    shown: &OpenImage,
) -> Result<wire::Image, WireError> {
    let main = app.documents.main(app, &image.series).await?;
    let scope = main.snapshot().scope;
    let document = volumes::document_of(app, &image.series, 0).await?;
    image.shown().await?;
    shown.shown().await?;
    let found = app.images.found(image.series.key());
    let measured = shown.measured().ok_or_else(WireError::internal)?;
    describe(image, measured, (&document, scope), found)
}

/// `found` is what was odd about the voxels of its volumes.
fn describe(
    image: &OpenImage,
    Measured { range, automatic }: Measured,
    (document, scope): (&OpenDocument, Scope),
    found: Vec<Finding>,
) -> Result<wire::Image, WireError> {
    let first = image.first().ok_or_else(WireError::internal)?;
    let series = &image.series;
    let geometry = document.geometry();
    let meaning = document.meaning();
    let loaded = image.loaded();
    let of_first = image.measured().ok_or_else(WireError::internal)?;
    let window_presets = windows::presets(series, &automatic, range);
    Ok(wire::Image {
        id: series.key().to_owned(),
        document: document.id.0.to_string(),
        scope: match scope {
            Scope::AllVolumes => wire::SegmentScope::AllVolumes,
            Scope::EachVolume => wire::SegmentScope::EachVolume,
        },
        modality: series.modality().to_owned(),
        description: series.description().to_owned(),
        size: geometry.size().map(|n| n as u32),
        n_volumes: series.n_volumes() as u32,
        volume_labels: match series.n_volumes() <= MAX_LABELS {
            true => series.volume_labels(),
            false => Vec::new(),
        },
        spacing_mm: geometry.spacing_mm(),
        lps_from_index: geometry.lps_from_index().rows(),
        slice_origins_lps: slice_origins_lps(&geometry),
        scalar_type: series.scalar_type().name().to_owned(),
        rescale: wire::Rescale {
            slope: series.rescale().slope,
            intercept: series.rescale().intercept,
        },
        padding: series.padding().map(|padding| [padding.low, padding.high]),
        unit: series.unit().map(str::to_owned),
        suv: series.suv_body_weight().map(wire_suv),
        asks_pixel_size: asks_pixel_size(series),
        frame_ms: meaning.frame_ms,
        meaning: meaning.into(),
        planes: shown_planes(series),
        first_slice: first.index as u32,
        is_inverted: series.is_inverted(),
        is_ready: loaded.is_some(),
        value_range: range,
        window: windows::initial(series, of_first.automatic),
        window_presets,
        report: series
            .report()
            .iter()
            .cloned()
            .chain(found)
            .map(Into::into)
            .collect(),
    })
}

pub(crate) fn slice_origins_lps(geometry: &Geometry) -> Vec<[f64; 3]> {
    let origins = geometry.slice_origins().unwrap_or_default();
    origins.iter().map(|origin| origin.0).collect()
}

fn wire_suv(suv: Result<f64, NoSuv>) -> wire::Suv {
    match suv {
        Ok(factor) => wire::Suv::Factor { factor },
        Err(reason) => wire::Suv::Unknown {
            reason: reason.to_string(),
        },
    }
}

/// Whether a person has to say how large pixels are: of images that lie nowhere in a patient, where
/// the files do not say.
pub(crate) fn asks_pixel_size(series: &Series) -> bool {
    let meaning = series.meaning();
    !meaning.is_placed && meaning.in_plane == InPlane::Unknown
}
