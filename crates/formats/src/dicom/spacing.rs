//! Whether slice positions follow a regular grid, and what to tell the user when they do not.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "vectors of floats: nothing overflows"
)]

use crate::finding::Finding;
use annotomy_volume::space::{PointLps, VectorLps};

/// A gap may differ from the usual one by this share of it before it counts as different.
const GAP_TOLERANCE: f64 = 0.01;

/// But differences below this come from rounding in the file, mm.
const ROUNDING_MM: f64 = 0.01;

/// A gap within this share of a step from a multiple of the usual one means missing slices.
const MULTIPLE_TOLERANCE: f64 = 0.05;

/// Gaps of more steps than this are not explained by missing slices.
const MAX_MULTIPLE: f64 = 100.0;

const AS_ACQUIRED: &str = "Each is shown, annotated and measured where it was acquired.";
const FILLED: &str = "Across the gap the planes show what lies between its two neighbours.";

/// Angles below this come from rounding in the file, degrees.
const MIN_TILT_DEGREES: f64 = 0.05;

/// What is known of the positions of slices.
pub(crate) struct Spacing {
    pub(crate) report: Vec<Finding>,
    /// Whether they are where the grid has them, but for rounding.
    pub(crate) is_straight: bool,
}

/// What is odd about positions that were sorted along `normal`; a straight grid has the first
/// position plus multiples of `step`. At least two positions; all lengths in mm.
pub(crate) fn check(positions: &[PointLps], step: VectorLps, normal: VectorLps) -> Spacing {
    let mut report = Vec::new();
    report.extend(tilt(positions, step, normal));
    let depths: Vec<f64> = positions
        .iter()
        .map(|p| VectorLps(p.0).dot(normal))
        .collect();
    let gaps: Vec<f64> = depths
        .iter()
        .zip(depths.iter().skip(1))
        .map(|(a, b)| b - a)
        .collect();
    let odd = uneven(&gaps).or_else(|| shifted(displacement(positions, step), step));
    let is_straight = odd.is_none();
    report.extend(odd);
    Spacing {
        report,
        is_straight,
    }
}

/// Images beside the line through the first and the last.
fn shifted(displacement: f64, step: VectorLps) -> Option<Finding> {
    let message = format!(
        "The images are shifted against each other, by up to {displacement:.2} mm from a straight line. {AS_ACQUIRED}"
    );
    let is_odd = displacement > ROUNDING_MM.max(step.norm() * GAP_TOLERANCE);
    is_odd.then(|| Finding::warning("shifted_slices", message))
}

/// Largest distance between a position and where the grid has it.
fn displacement(positions: &[PointLps], step: VectorLps) -> f64 {
    let Some(first) = positions.first() else {
        return 0.0;
    };
    let off = |(n, at): (usize, &PointLps)| (*at - (*first + step * n as f64)).norm();
    positions.iter().enumerate().map(off).fold(0.0, f64::max)
}

/// A tilted gantry: the table moves at an angle to the images' normal.
fn tilt(positions: &[PointLps], step: VectorLps, normal: VectorLps) -> Option<Finding> {
    let sideways = (step - normal * step.dot(normal)).norm();
    let degrees = sideways.atan2(step.dot(normal).abs()).to_degrees();
    let total_mm = sideways * positions.len().saturating_sub(1) as f64;
    if degrees < MIN_TILT_DEGREES || total_mm < ROUNDING_MM.max(0.05) {
        return None;
    }
    let message = format!(
        "The gantry was tilted by {degrees:.1} degrees: each image is shifted against the one before. Positions and measures take the tilt into account."
    );
    Some(Finding::note("gantry_tilt", message))
}

fn uneven(gaps: &[f64]) -> Option<Finding> {
    let usual = usual_gap(gaps)?;
    let tolerance = (usual * GAP_TOLERANCE).max(ROUNDING_MM);
    let is_odd = |gap: &f64| (gap - usual).abs() > tolerance;
    let first_odd = gaps.iter().position(is_odd)?;
    let multiple = |gap: f64| (gap / usual).round();
    let is_multiple = |gap: &f64| {
        let n = multiple(*gap);
        (1.0..=MAX_MULTIPLE).contains(&n) && (gap / usual - n).abs() < MULTIPLE_TOLERANCE
    };
    let n_missing: f64 = gaps.iter().map(|gap| multiple(*gap) - 1.0).sum();
    if n_missing > 0.0 && gaps.iter().all(is_multiple) {
        let (before, after) = (first_odd.saturating_add(1), first_odd.saturating_add(2));
        let message = format!(
            "{n_missing} image(s) seem to be missing: the images are {usual:.3} mm apart, but the first gap, between image {before} and {after}, is {:.3} mm. {AS_ACQUIRED} {FILLED}",
            gaps.get(first_odd).copied().unwrap_or_default()
        );
        return Some(Finding::warning("missing_slices", message));
    }
    let smallest = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = gaps.iter().copied().fold(0.0, f64::max);
    let message = format!(
        "The images are not evenly spaced: neighbours are {smallest:.3} to {largest:.3} mm apart. {AS_ACQUIRED}"
    );
    Some(Finding::warning("uneven_spacing", message))
}

/// The gap that is as common as any: the lower median. Missing slices make few gaps larger.
fn usual_gap(gaps: &[f64]) -> Option<f64> {
    let mut sorted = gaps.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .get(sorted.len().saturating_sub(1) / 2)
        .copied()
        .filter(|gap| *gap > 0.0)
}
