//! Looking at files and converting them.

use crate::app::{App, Caller};
use crate::export::{refuse_existing, refuse_source, straightened_note, target};
use crate::image_view::slice_origins_lps;
use crate::jobs::blocking;
use crate::wire::{self, WireError};
use annotomy_formats::{Finding, FormatError, NoProgress, Series, Study, scan, write_volume_on};
use annotomy_volume::percentile::value_range;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) async fn inspect(
    _: &Arc<App>,
    _: &Caller,
    request: wire::InspectRequest,
) -> Result<wire::Inspection, WireError> {
    blocking(move || {
        let study = scan(&[PathBuf::from(request.path)], &NoProgress)?;
        let mut series = Vec::new();
        let mut failures = Vec::new();
        for found in &study.series {
            let range = range(found).unwrap_or_else(|error| {
                let reason = Finding::from(&error);
                failures.push(error);
                (None, vec![reason])
            });
            series.push(inspect_series(found, range, request.with_patient)?);
        }
        // One that cannot be read does not hide the others; where there are no others, it failed.
        if failures.len() == series.len()
            && let Some(error) = failures.pop()
        {
            return Err(error.into());
        }
        Ok(wire::Inspection {
            series,
            report: study.report.into_iter().map(Into::into).collect(),
        })
    })
    .await
}

/// Smallest and largest value, and what was odd about the voxels.
type Range = (Option<[f64; 2]>, Vec<Finding>);

fn range(series: &Series) -> Result<Range, FormatError> {
    let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
    Ok((value_range(&volume), found))
}

fn inspect_series(
    series: &Series,
    (range, found): Range,
    with_patient: bool,
) -> Result<wire::InspectedSeries, WireError> {
    let geometry = series.geometry();
    let [min, max] = range.map_or([None; 2], |range| range.map(Some));
    let mut size = geometry.size().map(|n| n as u32).to_vec();
    if series.n_volumes() > 1 {
        size.push(series.n_volumes() as u32);
    }
    let patient = with_patient.then(|| series.patient()).transpose()?;
    Ok(wire::InspectedSeries {
        modality: series.modality().to_owned(),
        description: series.description().to_owned(),
        size,
        spacing_mm: geometry.spacing_mm(),
        origin_lps_mm: geometry.origin().0,
        direction_lps: geometry.directions().map(|direction| direction.0),
        lps_from_index: geometry.lps_from_index().rows(),
        slice_origins_lps: slice_origins_lps(geometry),
        scalar_type: series.scalar_type().name().to_owned(),
        min,
        max,
        unit: series.unit().map(str::to_owned),
        report: series
            .report()
            .iter()
            .cloned()
            .chain(found)
            .map(Into::into)
            .collect(),
        patient: patient.map(|elements| elements.into_iter().map(|e| [e.name, e.value]).collect()),
    })
}

pub(crate) async fn convert(
    _: &Arc<App>,
    _: &Caller,
    request: wire::ConvertRequest,
) -> Result<wire::Converted, WireError> {
    let output = target(&request.output, &[".nii", ".nii.gz", ".nrrd", ".mha"])?;
    if !request.replace_existing {
        refuse_existing(&output)?;
    }
    blocking(move || {
        let study = scan(&[PathBuf::from(&request.input)], &NoProgress)?;
        let series = chosen(&study, request.series)?;
        refuse_source(&output, series)?;
        let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
        write_volume_on(&output, volume.geometry(), &volume, series.voi())?;
        let straightened = straightened_note(volume.geometry());
        Ok(wire::Converted {
            path: output.display().to_string(),
            report: series
                .report()
                .iter()
                .cloned()
                .chain(found)
                .map(Into::into)
                .chain(straightened)
                .collect(),
        })
    })
    .await
}

pub(crate) fn chosen(study: &Study, number: Option<u32>) -> Result<&Series, WireError> {
    match (study.series.as_slice(), number) {
        ([series], None) => Ok(series),
        (all, None) => Err(WireError::invalid(format!(
            "there are {} series: say which one",
            all.len()
        ))
        .hint("`annotomy info` lists them; choose with --series, 0 first.")),
        (all, Some(number)) => all
            .get(number as usize)
            .ok_or_else(|| WireError::invalid(format!("there is no series {number}"))),
    }
}
