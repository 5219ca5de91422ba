//! An opened image in the words of the wire.

use crate::image_cache::{Measured, OpenImage};
use crate::windows;
use crate::wire::{self, WireError};
use annotomy_formats::Finding;
use annotomy_store::DocumentId;
use annotomy_volume::orientation::{self, Plane, PlaneName, planes};
use annotomy_volume::space::Axis;

/// More volumes than any scanner makes have no labels: a small file can claim billions.
const MAX_LABELS: usize = 1 << 16;

/// What the UI gets to know of an image whose first slice can be shown.
///
/// `found` is what was odd about the voxels of its volumes.
pub(crate) fn describe(
    image: &OpenImage,
    document: DocumentId,
    found: Vec<Finding>,
) -> Result<wire::Image, WireError> {
    let first = image.first().ok_or_else(WireError::internal)?;
    let series = &image.series;
    let geometry = series.geometry();
    let loaded = image.loaded();
    let Measured { range, automatic } = loaded
        .as_ref()
        .and_then(|loaded| loaded.measured)
        .unwrap_or(first.measured);
    let window_presets = windows::presets(series, automatic, range);
    Ok(wire::Image {
        id: series.key().to_owned(),
        document: document.0.to_string(),
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
            .cloned()
            .chain(found)
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
