//! What is painted of segments spreads to others of their voxels, from files to a file.

use crate::app::{App, Caller};
use crate::convert::chosen;
use crate::export::{refuse_existing, refuse_source, straightened_note, target};
use crate::import::read_one_layer;
use crate::interpolation::{ENDINGS, refuse_input, voxels_of};
use crate::jobs::blocking;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_formats::{NoProgress, scan, write_labels};
use annotomy_segmentation::{Growth, GrowthError, LearnError, Spacing, grow_seeds, seed_region};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::Mm;
use annotomy_volume::volume::Volume;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) async fn grow_seeds_of_files(
    _: &Arc<App>,
    _: &Caller,
    request: wire::GrowSeedsRequest,
) -> Result<wire::GrownSeeds, WireError> {
    let files = Files {
        image: request.image,
        painted: Some(request.seeds),
        margin_mm: request.margin_mm,
        output: output(&request.output, request.replace_existing)?,
    };
    let locality = request.locality;
    if !(locality.is_finite() && locality >= 0.0) {
        return Err(WireError::invalid("the locality is below 0"));
    }
    spread(files, move |volume, seeds, spacing, region| {
        let growth = Growth { locality, region };
        let grown = grow_seeds(volume, seeds, (None, spacing), &growth, &NoProgress);
        Ok((grown.map_err(refusal)?.labels(), None))
    })
    .await
}

/// Where an image and what is painted of its segments come from, and where they go.
pub(crate) struct Files {
    pub(crate) image: String,
    /// None where a classifier needs nothing painted.
    pub(crate) painted: Option<String>,
    pub(crate) margin_mm: Option<f64>,
    pub(crate) output: PathBuf,
}

/// What becomes of what is painted, and the hash of the classifier that said so, if one did.
pub(crate) type Spread = (LabelMap, Option<String>);

pub(crate) fn output(path: &str, replace_existing: bool) -> Result<PathBuf, WireError> {
    let output = target(path, ENDINGS)?;
    if !replace_existing {
        refuse_existing(&output)?;
    }
    Ok(output)
}

/// Reads files, has what is painted spread in a box around it, and writes what becomes of it.
pub(crate) async fn spread(
    files: Files,
    work: impl FnOnce(&Volume, &LabelMap, &Spacing, VoxelBox) -> Result<Spread, WireError>
    + Send
    + 'static,
) -> Result<wire::GrownSeeds, WireError> {
    let is_length = |mm: f64| mm.is_finite() && mm >= 0.0;
    if !files.margin_mm.is_none_or(is_length) {
        return Err(WireError::invalid("the margin is below 0"));
    }
    blocking(move || {
        let output = &files.output;
        let study = scan(&[PathBuf::from(&files.image)], &NoProgress)?;
        let series = chosen(&study, None)?;
        refuse_source(output, series)?;
        refuse_input(output, [files.painted.as_ref()])?;
        let geometry = series.geometry().clone();
        let (painted, mut report) = match &files.painted {
            Some(path) => read_one_layer(Path::new(path), series, &geometry)?,
            None => (LabelMap::empty(geometry.size()), Vec::new()),
        };
        let spacing = Spacing::of(&geometry);
        let margin = Mm(files.margin_mm.unwrap_or(f64::INFINITY));
        let region = match &files.painted {
            Some(path) => seed_region(&painted, &spacing, margin).ok_or_else(|| {
                let message = format!("{path}: nothing is painted in it");
                WireError::new(ErrorCode::BadInput, message)
                    .hint("Paint some voxels of each segment, and of what is around them.")
            })?,
            None => VoxelBox {
                min: [0; 3],
                max: geometry.size().map(|n| n - 1),
            },
        };
        let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
        report.extend(found);
        let (found, classifier) = work(&volume, &painted, &spacing, region)?;
        // Where nothing was found what is painted stays.
        let kept = painted.merged(&found, |own, found| if own == 0 { found } else { own });
        let mut labels = painted.clone();
        labels.apply(&kept).map_err(|_| WireError::internal())?;
        write_labels(output, &geometry, &voxels_of(&labels))?;
        let notes = report.into_iter().map(Into::into);
        Ok(wire::GrownSeeds {
            path: output.display().to_string(),
            segments: segments(&painted, &labels),
            region: region.into(),
            classifier,
            report: notes.chain(straightened_note(&geometry)).collect(),
        })
    })
    .await
}

pub(crate) fn refusal(problem: GrowthError) -> WireError {
    match problem {
        GrowthError::Cancelled(cancelled) => cancelled.into(),
        GrowthError::TooLarge { .. } => WireError::invalid(problem.to_string())
            .hint("Grow in a smaller margin around what is painted."),
    }
}

pub(crate) fn cannot_learn(problem: LearnError) -> WireError {
    match problem {
        LearnError::Cancelled(cancelled) => cancelled.into(),
        LearnError::TooFew { .. } => WireError::invalid(problem.to_string())
            .hint("Paint some voxels of each segment, and of what is around them as one more."),
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
        for run in brick.to_labels().chunk_by(|a, b| a == b) {
            if run[0] != 0 {
                *counts.entry(run[0]).or_insert(0) += run.len() as u32;
            }
        }
    }
    counts
}
