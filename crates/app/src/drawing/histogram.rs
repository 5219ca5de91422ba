//! How often values occur in an image, and the thresholds that follow from it.

use crate::app::{App, Caller};
use crate::images;
use crate::jobs::blocking;
use crate::wire::{self, ThresholdMethod, WireError};
use annotomy_segmentation::{AutoThreshold, Histogram};
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
    blocking(move || {
        let found = Histogram::of(&loaded.volume, None, N_BINS, &NoProgress)?;
        let found = found.ok_or_else(|| WireError::invalid("this image has no values"))?;
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
