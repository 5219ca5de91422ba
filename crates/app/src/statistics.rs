//! Measures of segments.

use crate::app::{App, Caller};
use crate::images;
use crate::jobs::blocking;
use crate::wire::{self, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_formats::{GridMeaning, InPlane};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::statistics::label_statistics;
use std::sync::Arc;

pub(crate) async fn statistics(
    app: &Arc<App>,
    _: &Caller,
    request: wire::StatisticsRequest,
) -> Result<wire::Statistics, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let image = images::volume(app, document.series().key(), request.volume)?;
    let loaded = image.ready().await?;
    let snapshot = document.snapshot();
    let sizes = VoxelSizes::of(&document.geometry(), &document.meaning());
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
            let n_voxels = found.n_voxels as f64;
            wire::SegmentStatistics {
                segment: segment.id.0.to_string(),
                n_voxels: found.n_voxels as u32,
                volume_ml: sizes.ml.map(|ml| n_voxels * ml),
                area_mm2: sizes.mm2.map(|mm2| n_voxels * mm2),
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

/// What one voxel measures, as far as distances are known.
#[derive(Debug, Clone, Copy)]
struct VoxelSizes {
    ml: Option<f64>,
    /// Where slices have no known depth.
    mm2: Option<f64>,
}

impl VoxelSizes {
    fn of(geometry: &Geometry, meaning: &GridMeaning) -> Self {
        let [i_mm, j_mm, _] = geometry.spacing_mm();
        let is_measured = meaning.in_plane != InPlane::Unknown;
        let ml = geometry.voxel_volume_mm3() / 1000.0;
        Self {
            ml: (is_measured && meaning.has_depth).then_some(ml),
            mm2: (is_measured && !meaning.has_depth).then_some(i_mm * j_mm),
        }
    }
}
