//! An opened image in the words of the wire.

use crate::images::OpenImage;
use crate::windows;
use crate::wire::{self, WireError};
use annotomy_store::DocumentId;
use annotomy_volume::orientation::{self, Plane, PlaneName, planes};
use annotomy_volume::space::Axis;

/// What the UI gets to know of an image whose first slice can be shown.
pub(crate) fn describe(image: &OpenImage, document: DocumentId) -> Result<wire::Image, WireError> {
    let first = image.first().ok_or_else(WireError::internal)?;
    let series = &image.series;
    let geometry = series.geometry();
    let loaded = image.loaded();
    let range = loaded.as_ref().and_then(|loaded| loaded.range);
    let automatic = loaded
        .as_ref()
        .map_or(first.automatic, |loaded| loaded.automatic);
    let window_presets = windows::presets(series, automatic, range);
    let found_later = loaded.iter().flat_map(|loaded| &loaded.report);
    Ok(wire::Image {
        id: series.key().to_owned(),
        document: document.0.to_string(),
        modality: series.modality().to_owned(),
        description: series.description().to_owned(),
        size: geometry.size().map(|n| n as u32),
        spacing_mm: geometry.spacing_mm(),
        lps_from_index: geometry.lps_from_index().rows(),
        scalar_type: series.scalar_type().name().to_owned(),
        rescale: wire::Rescale {
            slope: series.rescale().slope,
            intercept: series.rescale().intercept,
        },
        unit: series.unit().map(str::to_owned),
        planes: planes(geometry).map(wire_plane),
        first_slice: first.index as u32,
        is_ready: loaded.is_some(),
        value_range: range,
        window: windows::initial(series, automatic),
        window_presets,
        report: series
            .report()
            .iter()
            .chain(found_later)
            .cloned()
            .map(Into::into)
            .collect(),
    })
}

fn wire_plane(plane: Plane) -> wire::Plane {
    let name = match plane.name {
        PlaneName::Axial => wire::PlaneName::Axial,
        PlaneName::Sagittal => wire::PlaneName::Sagittal,
        PlaneName::Coronal => wire::PlaneName::Coronal,
    };
    let number = |axis: Axis| axis.position() as u32;
    let orientation::Plane {
        across,
        columns,
        rows,
        letters: [left, right, top, bottom],
        ..
    } = plane;
    wire::Plane {
        name,
        slice_axis: number(across),
        column_axis: number(columns.axis),
        is_column_flipped: columns.is_flipped,
        row_axis: number(rows.axis),
        is_row_flipped: rows.is_flipped,
        letters: wire::EdgeLetters {
            left,
            right,
            top,
            bottom,
        },
    }
}
