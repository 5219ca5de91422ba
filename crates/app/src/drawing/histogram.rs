//! How often values occur in an image, and the thresholds that follow from it.

use super::plane_outline::voxels_near;
use super::{cut_plane, place_in, segment_id, slice_box};
use crate::app::{App, Caller};
use crate::images;
use crate::jobs::blocking;
use crate::wire::{self, CountedValues, Reach, ThresholdMethod, WireError};
use annotomy_annotation::edit::EditError;
use annotomy_segmentation::{AutoThreshold, Histogram, Mask};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::NoProgress;
use std::sync::Arc;

/// As many as the peers take.
const N_BINS: usize = 256;

pub(crate) async fn histogram(
    app: &Arc<App>,
    _: &Caller,
    request: wire::HistogramRequest,
) -> Result<wire::Histogram, WireError> {
    let image = images::volume(app, &request.image, request.volume)?;
    let loaded = image.ready().await?;
    let counted = counted(app, request.of, loaded.volume.geometry()).await?;
    blocking(move || {
        let found = Histogram::of(&loaded.volume, counted.as_ref(), N_BINS, &NoProgress)?;
        let found = found.ok_or_else(|| WireError::invalid("there are no values"))?;
        let threshold = |method: AutoThreshold| {
            let value = method.of(&found)?;
            let method = wire_method(method);
            Some(wire::FoundThreshold { method, value })
        };
        Ok(wire::Histogram {
            range: [found.start(), found.end(N_BINS - 1)],
            counts: found.counts().iter().map(|&n| n as u32).collect(),
            thresholds: AutoThreshold::ALL
                .into_iter()
                .filter_map(threshold)
                .collect(),
        })
    })
    .await
}

/// The voxels whose values count; all if there is no mask.
async fn counted(
    app: &Arc<App>,
    of: CountedValues,
    geometry: &Geometry,
) -> Result<Option<Mask>, WireError> {
    let grid = geometry.size();
    let (document, segment) = match of {
        CountedValues::Volume => return Ok(None),
        CountedValues::Slice { axis, index } => {
            let place = place_in(geometry, wire::SlicePlace { axis, index })?;
            let slice = slice_box(geometry, place);
            return Ok(Some(Mask::from_voxels(grid, slice, |_| true)));
        }
        CountedValues::Plane { point, normal } => {
            let plane = cut_plane(wire::CutPlane { point, normal })?;
            return voxels_near(geometry, plane, Reach::Slice, &NoProgress).map(Some);
        }
        CountedValues::Segment { document, segment } => (document, segment_id(&segment)?),
    };
    let document = app.documents.find(app, &document).await?;
    let before = document.snapshot();
    let mut segments = before.state.segments().iter();
    let segment = segments.find(|one| one.id == segment);
    let segment = segment.ok_or(EditError::NoSuchSegment)?;
    let labels = &before.state.layers()[usize::from(segment.layer)];
    if labels.size() != grid {
        return Err(WireError::invalid("the segment is of another image"));
    }
    Ok(Some(Mask::of_label(labels, segment.label)))
}

const fn wire_method(method: AutoThreshold) -> ThresholdMethod {
    match method {
        AutoThreshold::Otsu => ThresholdMethod::Otsu,
        AutoThreshold::Huang => ThresholdMethod::Huang,
        AutoThreshold::Intermodes => ThresholdMethod::Intermodes,
        AutoThreshold::IsoData => ThresholdMethod::IsoData,
        AutoThreshold::KittlerIllingworth => ThresholdMethod::KittlerIllingworth,
        AutoThreshold::Li => ThresholdMethod::Li,
        AutoThreshold::MaxEntropy => ThresholdMethod::MaxEntropy,
        AutoThreshold::Moments => ThresholdMethod::Moments,
        AutoThreshold::RenyiEntropy => ThresholdMethod::RenyiEntropy,
        AutoThreshold::Shanbhag => ThresholdMethod::Shanbhag,
        AutoThreshold::Triangle => ThresholdMethod::Triangle,
        AutoThreshold::Yen => ThresholdMethod::Yen,
    }
}
