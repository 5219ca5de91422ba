//! Active contours from files to a file.

use super::{Begun, MAX_ITERATIONS, begun, classifier_of};
use crate::app::{App, Caller};
use crate::classifiers::Named;
use crate::convert::chosen;
use crate::export::{refuse_existing, refuse_source, straightened_note, target};
use crate::import::read_one_layer;
use crate::interpolation::{ENDINGS, refuse_input, voxels_of};
use crate::jobs::blocking;
use crate::json_file::read_json;
use crate::wire::{self, WireError};
use annotomy_formats::{NoProgress, scan, write_labels};
use annotomy_segmentation::Mask;
use annotomy_volume::labels::LabelMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of a file of bubbles at most.
const MAX_BUBBLES: u64 = 1 << 20;

pub(crate) async fn segment_snake(
    _: &Arc<App>,
    _: &Caller,
    request: wire::SegmentSnakeRequest,
) -> Result<wire::SegmentedBySnake, WireError> {
    let output = target(&request.output, ENDINGS)?;
    if !request.replace_existing {
        refuse_existing(&output)?;
    }
    if request.iterations > MAX_ITERATIONS {
        return Err(too_long());
    }
    blocking(move || run(request, &output)).await
}

pub(super) fn too_long() -> WireError {
    WireError::invalid(format!(
        "a contour goes on for {MAX_ITERATIONS} iterations at most"
    ))
}

fn run(
    request: wire::SegmentSnakeRequest,
    output: &Path,
) -> Result<wire::SegmentedBySnake, WireError> {
    let study = scan(&[PathBuf::from(&request.image)], &NoProgress)?;
    let series = chosen(&study, None)?;
    refuse_source(output, series)?;
    refuse_input(output, [request.start.as_ref(), request.bubbles.as_ref()])?;
    let geometry = series.geometry().clone();
    let (start, mut report) = match &request.start {
        Some(path) => read_one_layer(Path::new(path), series, &geometry)?,
        None => (LabelMap::empty(geometry.size()), Vec::new()),
    };
    let bubbles = match &request.bubbles {
        Some(path) => {
            read_json::<wire::BubbleFile>(Path::new(path), MAX_BUBBLES, "bubbles")?.bubbles
        }
        None => Vec::new(),
    };
    let form = wire::SnakeForm {
        bubbles,
        from_segment: request.start.is_some(),
        margin: request.margin_mm,
        speed: request.speed,
        propagation: request.propagation,
        curvature: request.curvature,
        advection: request.advection,
    };
    let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
    report.extend(found);
    let start = Mask::of_labels(&start, |label| label != 0);
    let classifier = classifier_of(&form.speed);
    let classifier = classifier.map(|path| Named::read(Path::new(path)));
    let classifier = classifier.transpose()?.map(|(named, _)| named);
    let on = (&geometry, &volume, classifier.as_ref());
    let Begun {
        mut snake,
        region,
        classes,
    } = begun(&form, on, Some(&start), &NoProgress)?;
    snake.advance(request.iterations as usize, &NoProgress)?;
    let found = snake.mask();
    let mut labels = LabelMap::empty(geometry.size());
    let painted = found.relabel(&labels, |_, _| 1);
    labels.apply(&painted).map_err(|_| WireError::internal())?;
    write_labels(output, &geometry, &voxels_of(&labels))?;
    Ok(wire::SegmentedBySnake {
        path: output.display().to_string(),
        n_voxels: found.n_voxels() as u32,
        iterations: request.iterations,
        region: region.into(),
        classes,
        report: report
            .into_iter()
            .map(Into::into)
            .chain(straightened_note(&geometry))
            .collect(),
    })
}
