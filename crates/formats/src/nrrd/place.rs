//! Where NRRD voxels lie: any of several worlds in the file, LPS outside.

use super::axes::{Axes, components};
use super::header::Header;
use crate::finding::Finding;
use annotomy_volume::geometry::Affine;
use annotomy_volume::space::{PointLps, VectorLps};

/// Index to LPS; the reason if the header makes no sense.
pub(crate) fn lps_from_index(
    header: &Header,
    axes: &Axes,
    report: &mut Vec<Finding>,
) -> Result<Affine, String> {
    if axes.directions.is_empty() {
        return Ok(from_spacings(header, axes, report));
    }
    let signs = signs(header.field("space"), report);
    let turn = |vector: &[f64]| {
        let mut turned = [0.0; 3];
        for ((to, from), sign) in turned.iter_mut().zip(vector).zip(signs) {
            *to = from * sign;
        }
        turned
    };
    let mut steps = axes.domain.iter().map(|axis| {
        let direction = axes.directions.get(*axis)?.as_ref()?;
        Some(VectorLps(turn(direction)))
    });
    let [first, second, third] = [(); 3].map(|()| steps.next().flatten());
    let (first, second) = first
        .zip(second)
        .ok_or("it has fewer than two axes in space")?;
    let third = third.unwrap_or_else(|| {
        let message = "A single slice of unknown thickness; 1 mm was assumed.";
        report.push(Finding::warning("guessed_geometry", message));
        let normal = first.cross(second);
        VectorLps(normal.0.map(|x| x / normal.norm()))
    });
    let origin = match header.field("spaceorigin") {
        Some(text) => text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
            .and_then(components)
            .ok_or("its space origin makes no sense")?,
        None => {
            let message =
                "The header does not say where the image begins; the world's origin was assumed.";
            report.push(Finding::warning("guessed_geometry", message));
            Vec::new()
        }
    };
    Ok(Affine::from_steps(
        [first, second, third],
        PointLps(turn(&origin)),
    ))
}

/// Signs that turn the file's world into LPS.
fn signs(space: Option<&str>, report: &mut Vec<Finding>) -> [f64; 3] {
    let name = space.map(str::to_lowercase).unwrap_or_default();
    match name.trim_end_matches("-time") {
        "left-posterior-superior" | "lps" | "lpst" => [1.0; 3],
        "right-anterior-superior" | "ras" | "rast" => [-1.0, -1.0, 1.0],
        "left-anterior-superior" | "las" | "last" => [1.0, -1.0, 1.0],
        _ => {
            report.push(Finding::warning("guessed_geometry", UNPLACED));
            [1.0; 3]
        }
    }
}

const UNPLACED: &str = "The header does not say how the image lies in the patient; its axes were taken for left, posterior and superior, so left and right may be swapped.";

/// No directions at all: along the axes of the world.
fn from_spacings(header: &Header, axes: &Axes, report: &mut Vec<Finding>) -> Affine {
    let of_axis = |name: &str, n: usize| {
        let axis = axes.domain.get(n)?;
        let word = header.field(name)?.split_whitespace().nth(*axis)?;
        word.parse().ok().filter(|x: &f64| x.is_finite())
    };
    report.push(Finding::warning("guessed_geometry", UNPLACED));
    let spacing = [0, 1, 2].map(|n| of_axis("spacings", n).filter(|size| *size != 0.0));
    if spacing.contains(&None) {
        let message = "The header does not say how large voxels are; 1 mm was assumed.";
        report.push(Finding::warning("guessed_geometry", message));
    }
    let [i, j, k] = spacing.map(|size| size.unwrap_or(1.0));
    Affine {
        linear: [[i, 0.0, 0.0], [0.0, j, 0.0], [0.0, 0.0, k]],
        translation: [0, 1, 2].map(|n| of_axis("axismins", n).unwrap_or(0.0)),
    }
}
