//! Measures of segments.

use crate::app::{App, Caller};
use crate::images;
use crate::jobs::blocking;
use crate::past::Shown;
use crate::wire::{self, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_formats::InPlane;
use annotomy_volume::statistics::label_statistics;
use std::sync::Arc;

pub(crate) async fn statistics(
    app: &Arc<App>,
    _: &Caller,
    request: wire::StatisticsRequest,
) -> Result<wire::Statistics, WireError> {
    let shown = Shown::find(app, &request.document).await?;
    let document = shown.document();
    let image = images::volume(app, document.series().key(), request.volume)?;
    let loaded = image.ready().await?;
    let snapshot = shown.snapshot();
    let (geometry, meaning) = (document.geometry(), document.meaning());
    let is_measured = meaning.in_plane != InPlane::Unknown;
    let has_volume = is_measured && meaning.has_depth;
    // Where slices have no known depth, segments have an area.
    let [i_mm, j_mm, _] = geometry.spacing_mm();
    let pixel_mm2 = (is_measured && !meaning.has_depth).then_some(i_mm * j_mm);
    blocking(move || {
        let volume = &loaded.volume;
        let layers: Vec<_> = snapshot
            .state
            .layers()
            .iter()
            .map(|layer| label_statistics(volume, layer))
            .collect();
        let measure = |segment: &Segment| {
            let layer = layers.get(usize::from(segment.layer));
            let found = layer
                .and_then(|layer| layer.get(&segment.label))
                .copied()
                .unwrap_or_default();
            wire::SegmentStatistics {
                segment: segment.id.0.to_string(),
                n_voxels: found.n_voxels as u32,
                volume_ml: has_volume.then(|| found.volume_mm3(&geometry) / 1000.0),
                area_mm2: pixel_mm2.map(|mm2| found.n_voxels as f64 * mm2),
                mean: found.mean(),
                standard_deviation: found.standard_deviation(),
            }
        };
        Ok(wire::Statistics {
            revision: snapshot.revision as u32,
            unit: volume.unit().map(str::to_owned),
            segments: snapshot.state.segments().iter().map(measure).collect(),
        })
    })
    .await
}
