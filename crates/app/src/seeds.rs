//! Segments grown from what is painted of them, from files to a file.

use crate::app::{App, Caller};
use crate::convert::chosen;
use crate::export::{refuse_existing, refuse_source, straightened_note, target};
use crate::import::read_one_layer;
use crate::interpolation::{ENDINGS, refuse_input, voxels_of};
use crate::jobs::blocking;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_formats::{NoProgress, scan, write_labels};
use annotomy_segmentation::{Growth, GrowthError, Spacing, grow_seeds, seed_region};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::Mm;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) async fn grow_seeds_of_files(
    _: &Arc<App>,
    _: &Caller,
    request: wire::GrowSeedsRequest,
) -> Result<wire::GrownSeeds, WireError> {
    let output = target(&request.output, ENDINGS)?;
    if !request.replace_existing {
        refuse_existing(&output)?;
    }
    if !(request.locality.is_finite() && request.locality >= 0.0) {
        return Err(WireError::invalid("the locality is below 0"));
    }
    let is_length = |mm: f64| mm.is_finite() && mm >= 0.0;
    if !request.margin_mm.is_none_or(is_length) {
        return Err(WireError::invalid("the margin is below 0"));
    }
    blocking(move || run(&request, &output)).await
}

fn run(request: &wire::GrowSeedsRequest, output: &Path) -> Result<wire::GrownSeeds, WireError> {
    let study = scan(&[PathBuf::from(&request.image)], &NoProgress)?;
    let series = chosen(&study, None)?;
    refuse_source(output, series)?;
    refuse_input(output, [Some(&request.seeds)])?;
    let geometry = series.geometry().clone();
    let path = Path::new(&request.seeds);
    let (seeds, mut report) = read_one_layer(path, series, &geometry)?;
    let spacing = Spacing::of(&geometry);
    let margin = Mm(request.margin_mm.unwrap_or(f64::INFINITY));
    let Some(region) = seed_region(&seeds, &spacing, margin) else {
        let message = format!("{}: nothing is painted in it", path.display());
        return Err(WireError::new(ErrorCode::BadInput, message)
            .hint("Paint some voxels of each segment, and of what is around them."));
    };
    let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
    report.extend(found);
    let growth = Growth {
        locality: request.locality,
        region,
    };
    let grown = grow_seeds(&volume, &seeds, (None, &spacing), &growth, &NoProgress);
    let grown = grown.map_err(refusal)?.labels();
    // Where nothing grows what is painted stays.
    let kept = seeds.merged(&grown, |seed, grown| if seed == 0 { grown } else { seed });
    let mut labels = seeds.clone();
    labels.apply(&kept).map_err(|_| WireError::internal())?;
    write_labels(output, &geometry, &voxels_of(&labels))?;
    Ok(wire::GrownSeeds {
        path: output.display().to_string(),
        segments: segments(&seeds, &labels),
        region: region.into(),
        report: report
            .into_iter()
            .map(Into::into)
            .chain(straightened_note(&geometry))
            .collect(),
    })
}

pub(crate) fn refusal(problem: GrowthError) -> WireError {
    match problem {
        GrowthError::Cancelled(cancelled) => cancelled.into(),
        GrowthError::TooLarge { .. } => WireError::invalid(problem.to_string())
            .hint("Grow in a smaller margin around what is painted."),
    }
}

fn segments(seeds: &LabelMap, labels: &LabelMap) -> Vec<wire::GrownSegment> {
    let (before, after) = (counts(seeds), counts(labels));
    let segments = after
        .into_iter()
        .map(|(label, n_voxels)| wire::GrownSegment {
            label,
            n_painted: before.get(&label).copied().unwrap_or(0),
            n_voxels,
        });
    segments.collect()
}

/// Voxels of each label.
fn counts(labels: &LabelMap) -> BTreeMap<Label, u32> {
    let mut counts = BTreeMap::new();
    for (_, brick) in labels.bricks() {
        for run in brick.labels().chunk_by(|a, b| a == b) {
            if run[0] != 0 {
                *counts.entry(run[0]).or_insert(0) += run.len() as u32;
            }
        }
    }
    counts
}
