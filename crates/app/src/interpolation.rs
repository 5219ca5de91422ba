//! What lies between drawn sections, from files to a file.

use crate::app::{App, Caller};
use crate::convert::chosen;
use crate::export::{refuse_existing, refuse_source, straightened_note, target};
use crate::import::read_one_layer;
use crate::jobs::blocking;
use crate::json_file::read_json;
use crate::matches::{all_told, choices};
use crate::wire::{self, ErrorCode, WireError};
use annotomy_formats::{NoProgress, scan, write_labels, write_volume};
use annotomy_segmentation::{
    Filling, Interpolated, PartChoice, PlaneSection, Sections, Spacing, drawn_slices,
    interpolate_with,
};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::LabelMap;
use annotomy_volume::space::{Axis, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Endings of the files that are written.
pub(crate) const ENDINGS: &[&str] = &[".nii", ".nii.gz", ".nrrd", ".mha"];
/// How far a corner may lie off the plane of its outlines.
const OFF_PLANE_MM: f64 = 0.5;
/// Bytes of a file of contours, and of one of matches, at most.
const MAX_CONTOURS: u64 = 64 << 20;
const MAX_MATCHES: u64 = 4 << 20;

pub(crate) async fn interpolate_files(
    _: &Arc<App>,
    _: &Caller,
    request: wire::InterpolateRequest,
) -> Result<wire::Interpolation, WireError> {
    let output = target(&request.output, ENDINGS)?;
    let certainty = request.confidence.as_deref();
    let certainty = certainty.map(|path| target(path, ENDINGS)).transpose()?;
    if certainty.as_ref() == Some(&output) {
        return Err(WireError::invalid("labels and confidence need a file each"));
    }
    if !request.replace_existing {
        [Some(&output), certainty.as_ref()]
            .into_iter()
            .flatten()
            .try_for_each(|path| refuse_existing(path))?;
    }
    blocking(move || run(&request, &output, certainty.as_deref())).await
}

fn run(
    request: &wire::InterpolateRequest,
    output: &Path,
    certainty: Option<&Path>,
) -> Result<wire::Interpolation, WireError> {
    let study = scan(&[PathBuf::from(&request.image)], &NoProgress)?;
    let series = chosen(&study, None)?;
    for path in [Some(output), certainty].into_iter().flatten() {
        refuse_source(path, series)?;
        let more = [request.contours.as_ref(), request.matches.as_ref()];
        refuse_input(path, [Some(&request.sections), more[0], more[1]])?;
    }
    let geometry = series.geometry().clone();
    let sections = Path::new(&request.sections);
    let (labels, mut report) = read_one_layer(sections, series, &geometry)?;
    let planes = match &request.contours {
        Some(path) => contours(Path::new(path), &geometry)?,
        None => Vec::new(),
    };
    let choices = said(request.matches.as_deref())?;
    let slices = drawn_slices(&labels);
    if slices.is_empty() && planes.is_empty() {
        let message = format!("{}: nothing is drawn in it", sections.display());
        return Err(WireError::new(ErrorCode::BadInput, message)
            .hint("Fill some slices of a structure, or give contours."));
    }
    let image = match request.uses_image {
        true => {
            let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
            report.extend(found);
            Some(volume)
        }
        false => None,
    };
    let given = Sections {
        labels: &labels,
        slices: &slices,
        planes: &planes,
    };
    let filling = Filling {
        image: image.as_ref(),
        choices: &choices,
    };
    let found = interpolate_with(&given, &filling, &Spacing::of(&geometry), &NoProgress)
        .map_err(|_| WireError::cancelled())?;
    let matches = all_told(&found, &geometry);
    let least_certain = least_certain(&doubts(&found, &slices, geometry.size()));
    write(found, &geometry, output, certainty)?;
    Ok(wire::Interpolation {
        path: output.display().to_string(),
        drawn: slices.iter().map(|&(axis, n)| slice(axis, n)).collect(),
        n_planes: planes.len() as u32,
        least_certain,
        matches,
        report: report
            .into_iter()
            .map(Into::into)
            .chain(straightened_note(&geometry))
            .collect(),
    })
}

/// How parts go on, as a file says.
fn said(path: Option<&str>) -> Result<Vec<PartChoice>, WireError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let file: wire::MatchFile = read_json(Path::new(path), MAX_MATCHES, "matches")?;
    choices(&file.matches)
}

/// What was drawn is never written over.
pub(crate) fn refuse_input<const N: usize>(
    path: &Path,
    inputs: [Option<&String>; N],
) -> Result<(), WireError> {
    let Ok(target) = path.canonicalize() else {
        return Ok(());
    };
    let is_target = |input: &String| Path::new(input).canonicalize().is_ok_and(|i| i == target);
    if inputs.into_iter().flatten().any(is_target) {
        let message = format!("{}: is what was drawn, which is kept", path.display());
        return Err(WireError::new(ErrorCode::Conflict, message).hint("Choose another name."));
    }
    Ok(())
}

fn write(
    found: Interpolated,
    geometry: &Geometry,
    output: &Path,
    certainty: Option<&Path>,
) -> Result<(), WireError> {
    if let Some(path) = certainty {
        let values = Voxels::F32(found.confidence);
        let volume = Volume::new(geometry.clone(), values, Rescale::IDENTITY, None)
            .map_err(|_| WireError::internal())?;
        write_volume(path, &volume)?;
    }
    Ok(write_labels(output, geometry, &voxels_of(&found.labels))?)
}

/// The labels of a file, in as few bytes as hold them.
pub(crate) fn voxels_of(labels: &LabelMap) -> Voxels {
    let (labels, _) = labels.to_dense().into_raw_vec_and_offset();
    let is_small = labels.iter().all(|&label| label <= u16::from(u8::MAX));
    if is_small {
        Voxels::U8(labels.into_iter().map(|label| label as u8).collect())
    } else {
        Voxels::U16(labels)
    }
}

fn slice(axis: Axis, index: usize) -> wire::SlicePlace {
    wire::SlicePlace {
        axis: axis.position() as u32,
        index: index as u32,
    }
}

/// How much is in doubt in each slice across the axis of the most drawn slices.
pub(crate) fn doubts(
    found: &Interpolated,
    slices: &[(Axis, usize)],
    [n_i, n_j, n_k]: [usize; 3],
) -> Vec<(wire::SlicePlace, f64)> {
    let n_across = |axis: Axis| slices.iter().filter(|(found, _)| *found == axis).count();
    let [i, j, k] = Axis::ALL;
    let axis = [k, j, i]
        .into_iter()
        .reduce(|a, b| if n_across(b) > n_across(a) { b } else { a })
        .unwrap_or(k);
    let mut doubt = vec![0.0_f64; [n_i, n_j, n_k][axis.position()]];
    for (offset, confidence) in found.confidence.iter().enumerate() {
        let voxel = [offset % n_i, offset / n_i % n_j, offset / (n_i * n_j)];
        doubt[voxel[axis.position()]] += f64::from(1.0 - confidence);
    }
    let all = doubt.into_iter().enumerate();
    all.map(|(index, doubt)| (slice(axis, index), doubt))
        .collect()
}

/// The slice with the most doubt.
pub(crate) fn least_certain(doubts: &[(wire::SlicePlace, f64)]) -> Option<wire::SlicePlace> {
    let doubted = doubts.iter().filter(|(_, doubt)| *doubt > 0.0);
    let most = doubted.reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    Some(most.0)
}

fn contours(path: &Path, geometry: &Geometry) -> Result<Vec<PlaneSection>, WireError> {
    let refusal = |reason: String| {
        let message = format!("{}: {reason}", path.display());
        WireError::new(ErrorCode::BadInput, message)
    };
    let file: wire::ContourFile = read_json(path, MAX_CONTOURS, "contours")?;
    let planes = file.planes.iter().enumerate();
    planes
        .map(|(n, plane)| section(plane, geometry).map_err(|e| refusal(format!("plane {n}: {e}"))))
        .collect()
}

/// Why outlines are no section.
#[derive(Debug, thiserror::Error)]
enum NoSection {
    #[error("has no contour")]
    Empty,
    #[error("a contour has the label 0, which is none")]
    NoLabel,
    #[error("a contour has fewer than three points or encloses nothing")]
    NoArea,
    #[error("a point is no finite position")]
    NotFinite,
    #[error("a point lies {0:.1} mm off the plane of the others")]
    OffPlane(f64),
}

fn section(plane: &wire::ContourPlane, geometry: &Geometry) -> Result<PlaneSection, NoSection> {
    let mut widest: Option<(f64, VectorLps, PointLps)> = None;
    for contour in &plane.contours {
        if contour.label == 0 {
            return Err(NoSection::NoLabel);
        }
        if !contour.points_lps.iter().flatten().all(|x| x.is_finite()) {
            return Err(NoSection::NotFinite);
        }
        let &[first, .., _, _] = contour.points_lps.as_slice() else {
            return Err(NoSection::NoArea);
        };
        let first = PointLps(first);
        let corners = contour
            .points_lps
            .windows(2)
            .map(|pair| (PointLps(pair[0]) - first).cross(PointLps(pair[1]) - first));
        let area = corners.reduce(|a, b| a + b);
        let normal = area
            .filter(|area| area.norm() > 1e-6)
            .ok_or(NoSection::NoArea)?;
        if widest.is_none_or(|(norm, ..)| normal.norm() > norm) {
            widest = Some((normal.norm(), normal * (1.0 / normal.norm()), first));
        }
    }
    let (_, normal, origin) = widest.ok_or(NoSection::Empty)?;
    let outline = |contour: &wire::Contour| {
        let corner = |&point: &[f64; 3]| {
            let off = (PointLps(point) - origin).dot(normal).abs();
            match off <= OFF_PLANE_MM {
                true => Ok(geometry.index_at(PointLps(point))),
                false => Err(NoSection::OffPlane(off)),
            }
        };
        let corners = contour.points_lps.iter().map(corner);
        Ok((contour.label, corners.collect::<Result<_, _>>()?))
    };
    let outlines = plane.contours.iter().map(outline);
    Ok(PlaneSection {
        outlines: outlines.collect::<Result<_, _>>()?,
    })
}
