//! Sorts image files into stacks: images of one series that can lie in one grid.

use super::beside::separate;
use super::slice::Slice;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::space::VectorLps;
use std::collections::BTreeMap;
use std::path::Path;

/// Components of direction vectors that differ by less are the same direction. Files write them
/// with four digits or more; a thousandth is 0.06 degrees.
const DIRECTION_TOLERANCE: f64 = 1e-3;

/// Pixel spacings that differ by less are the same, mm.
const SPACING_TOLERANCE_MM: f64 = 1e-4;

/// Stacks in one series. Rotational scans have some hundred orientations.
const MAX_PARTS: usize = 1000;

/// Images of one series, frame of reference, orientation, size and type, in no order yet.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) slices: Vec<Slice>,
    /// What was odd about the series as a whole.
    pub(crate) report: Vec<Finding>,
    /// Which part of the series this is, and of how many.
    pub(crate) part: (usize, usize),
}

/// Groups the images of a study. The order of the result does not depend on the order of files.
/// Images that cannot be grouped are returned as errors.
pub(crate) fn group(slices: Vec<Slice>) -> (Vec<Group>, Vec<FormatError>) {
    let mut series: BTreeMap<String, Vec<Slice>> = BTreeMap::new();
    for slice in slices {
        series
            .entry(slice.file.series_uid.clone())
            .or_default()
            .push(slice);
    }
    let mut errors = Vec::new();
    let split = |slices| split(slices, &mut errors);
    (series.into_values().flat_map(split).collect(), errors)
}

/// Splits one series.
fn split(mut slices: Vec<Slice>, errors: &mut Vec<FormatError>) -> Vec<Group> {
    slices.sort_by(|a, b| (a.number(), a.path()).cmp(&(b.number(), b.path())));
    let mut duplicates: Vec<Finding> = Vec::new();
    let mut parts: Vec<Vec<Slice>> = Vec::new();
    for slice in slices {
        let is_full = parts.len() >= MAX_PARTS;
        match parts
            .iter_mut()
            .find(|part| part.first().is_some_and(|s| is_same(s, &slice)))
        {
            // Copies of an image follow each other in this order.
            Some(part) => match part.last().filter(|known| known.number() == slice.number()) {
                Some(known) if slice.frame == 0 => duplicates.push(copy_of(known, slice.path())),
                Some(_) => {}
                None => part.push(slice),
            },
            None if !is_full => parts.push(vec![slice]),
            None => {
                let what = format!("more than {MAX_PARTS} stacks in one series");
                errors.push(FormatError::limit(slice.path(), what));
            }
        }
    }
    let mut reasons = reasons(&parts);
    let n_alike = parts.len();
    let parts: Vec<Vec<Slice>> = parts.into_iter().flat_map(separate).collect();
    let n_parts = parts.len();
    if n_parts > n_alike {
        let message = "Stacks of images that lie side by side, or that the files name apart, became series of their own.";
        reasons.push(Finding::note("several_stacks", message));
    }
    let group = |(n, slices): (usize, Vec<Slice>)| {
        let mut report = reasons.clone();
        if n == 0 {
            report.extend(summary(&duplicates));
        }
        Group {
            slices,
            report,
            part: (n.saturating_add(1), n_parts),
        }
    };
    parts.into_iter().enumerate().map(group).collect()
}

fn is_same(a: &Slice, b: &Slice) -> bool {
    a.file.frame_of_reference == b.file.frame_of_reference
        && is_same_orientation(a, b)
        && is_same_form(a, b)
        && is_same_film(a, b)
}

/// Frames without a position belong to no other file: they follow each other in time.
fn is_same_film(a: &Slice, b: &Slice) -> bool {
    let is_film = |slice: &Slice| slice.plane.is_none() && slice.file.n_frames > 1;
    (!is_film(a) && !is_film(b)) || a.file.sop_uid == b.file.sop_uid
}

/// Size, type and meaning of the pixels.
fn is_same_form(a: &Slice, b: &Slice) -> bool {
    (a.file.columns, a.file.rows) == (b.file.columns, b.file.rows)
        && a.file.pixel.form.pixel_type() == b.file.pixel.form.pixel_type()
        && a.rescale_type == b.rescale_type
        && a.file.units == b.file.units
        && match (a.spacing, b.spacing) {
            (Some(a), Some(b)) => a
                .iter()
                .zip(b)
                .all(|(a, b)| (a - b).abs() < SPACING_TOLERANCE_MM),
            (a, b) => a.is_none() && b.is_none(),
        }
}

fn is_same_orientation(a: &Slice, b: &Slice) -> bool {
    let is_near = |a: VectorLps, b: VectorLps| {
        a.0.iter()
            .zip(b.0)
            .all(|(a, b)| (a - b).abs() < DIRECTION_TOLERANCE)
    };
    match (a.plane, b.plane) {
        (Some(a), Some(b)) => {
            is_near(a.along_row, b.along_row) && is_near(a.along_column, b.along_column)
        }
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Why a series was split, for each of its parts.
fn reasons(parts: &[Vec<Slice>]) -> Vec<Finding> {
    let firsts: Vec<&Slice> = parts.iter().filter_map(|part| part.first()).collect();
    let differs = |is_same: fn(&Slice, &Slice) -> bool| {
        firsts
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if !is_same(a, b)))
    };
    let n_parts = parts.len();
    let split = format!("The series was split into {n_parts} stacks because its images");
    let mut found = Vec::new();
    if differs(is_same_orientation) {
        let message =
            format!("{split} lie in different orientations, as the images of a localizer do.");
        found.push(Finding::warning("mixed_orientation", message));
    }
    if differs(is_same_form) {
        let message = format!("{split} differ in size, pixel spacing or kind of value.");
        found.push(Finding::warning("mixed_size", message));
    }
    if differs(|a, b| a.file.frame_of_reference == b.file.frame_of_reference) {
        let message = format!(
            "{split} belong to different frames of reference: their positions cannot be compared."
        );
        found.push(Finding::warning("mixed_frame_of_reference", message));
    }
    found
}

fn copy_of(known: &Slice, path: &Path) -> Finding {
    let message = match path.file_name().zip(known.path().file_name()) {
        Some((_, original)) => format!("a copy of {}", original.to_string_lossy()),
        None => "a copy of another file".to_owned(),
    };
    Finding::note("duplicate_files", message).in_file(path)
}

fn summary(duplicates: &[Finding]) -> Option<Finding> {
    let first = duplicates.first()?;
    let n_files = duplicates.len();
    let message = format!(
        "{n_files} file(s) hold an image that another file holds too, and were left out; the first is {}.",
        first.message
    );
    Some(Finding {
        message,
        ..first.clone()
    })
}
