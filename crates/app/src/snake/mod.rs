//! Active contours: from what is asked to a contour at its start; in a window, and for files.

mod files;
mod live;
mod together;

pub(crate) use files::segment_snake;
pub(crate) use live::{Snakes, advance_snake, begin_snake, end_snake};

use crate::classifiers::Named;
use crate::wire::{self, SnakeSpeed, WireError};
use annotomy_segmentation::{
    Bubble, EdgeSpeed, Mask, Mixture, MixtureError, Motion, Snake, SnakeError, Spacing, Speed,
    Start, ThresholdSpeed, classifier_speed, cluster_speed, edge_speed, fit_mixture,
    threshold_speed,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Mm, PointLps};
use annotomy_volume::volume::Volume;
use std::sync::Arc;

/// Voxels of the box that a contour may go through, at most: a gigabyte of memory.
const MAX_VOXELS: usize = 1 << 27;
/// Iterations at most.
pub(crate) const MAX_ITERATIONS: u32 = 100_000;
/// Bubbles at most.
const MAX_BUBBLES: usize = 1000;
/// Lengths, in mm, at most.
const MAX_MM: f64 = 1000.0;

/// A contour at its start.
pub(crate) struct Begun {
    pub(crate) snake: Snake,
    pub(crate) region: VoxelBox,
    /// The classes that its speed is by, if it is.
    pub(crate) classes: Vec<wire::SnakeClass>,
}

/// The classifier that a contour goes by.
pub(crate) fn classifier_of(speed: &SnakeSpeed) -> Option<&str> {
    match speed {
        SnakeSpeed::Classifier { classifier, .. } => Some(classifier),
        _ => None,
    }
}

/// A contour as it is asked for, on an image and by the classifier that it names; `segment` is what
/// it begins in beside its bubbles.
pub(crate) fn begun(
    form: &wire::SnakeForm,
    (geometry, volume, classifier): (&Geometry, &Volume, Option<&Named>),
    segment: Option<&Mask>,
    progress: &dyn Progress,
) -> Result<Begun, WireError> {
    check(form)?;
    let grid = geometry.size();
    let spacing = Spacing::of(geometry);
    let bubbles = form.bubbles.iter().map(|bubble| Bubble {
        center: geometry.index_at(PointLps(bubble.center)),
        radius: Mm(bubble.radius),
    });
    let bubbles: Vec<Bubble> = bubbles.collect();
    let start = Start {
        mask: segment.filter(|_| form.from_segment),
        bubbles: &bubbles,
    };
    let region = start.region(grid, &spacing, form.margin.map(Mm));
    let region = region.ok_or_else(|| nowhere(SnakeError::NoSurface))?;
    let sides = [0, 1, 2].map(|n| region.max[n] - region.min[n] + 1);
    if sides.iter().product::<usize>() > MAX_VOXELS {
        return Err(WireError::invalid("the box is too large for a contour")
            .hint("Choose a smaller margin around the start."));
    }
    let by = (volume, classifier);
    let (speed, classes) = speed_of(&form.speed, by, (&spacing, region), progress)?;
    let (on, speed) = ((grid, &spacing), Arc::new(speed));
    let snake = Snake::new(&start, on, speed, motion_of(form), progress).map_err(nowhere)?;
    Ok(Begun {
        snake,
        region,
        classes,
    })
}

/// What becomes of a segment: the contour in its place, or beside what is there.
pub(crate) fn outcome(form: &wire::SnakeForm, region: VoxelBox, now: &Mask, found: &Mask) -> Mask {
    match form.from_segment {
        true => now
            .difference(&Mask::filled(now.grid(), region))
            .union(found),
        false => now.union(found),
    }
}

fn check(form: &wire::SnakeForm) -> Result<(), WireError> {
    if form.bubbles.len() > MAX_BUBBLES {
        return Err(WireError::invalid(format!(
            "there are more than {MAX_BUBBLES} bubbles"
        )));
    }
    let is_length = |mm: f64| mm > 0.0 && mm <= MAX_MM;
    let is_bubble = |bubble: &wire::SnakeBubble| {
        is_length(bubble.radius) && bubble.center.iter().all(|x| x.is_finite())
    };
    if !form.bubbles.iter().all(is_bubble) {
        let message = format!("a bubble has a place and a radius up to {MAX_MM} mm");
        return Err(WireError::invalid(message));
    }
    if !form.margin.is_none_or(|mm| (0.0..=MAX_MM).contains(&mm)) {
        return Err(WireError::invalid(format!(
            "the margin is not between 0 and {MAX_MM} mm"
        )));
    }
    Ok(())
}

fn speed_of(
    speed: &SnakeSpeed,
    (volume, classifier): (&Volume, Option<&Named>),
    (spacing, region): (&Spacing, VoxelBox),
    progress: &dyn Progress,
) -> Result<(Speed, Vec<wire::SnakeClass>), WireError> {
    match speed {
        SnakeSpeed::Threshold {
            low,
            high,
            softness,
        } => {
            let threshold = ThresholdSpeed {
                low: *low,
                high: *high,
                softness: *softness,
            };
            let numbers = [low.unwrap_or(0.0), high.unwrap_or(0.0), *softness];
            if !numbers.iter().all(|x| x.is_finite()) || *softness < 0.0 {
                return Err(WireError::invalid(
                    "a threshold is a number, its softness not below 0",
                ));
            }
            Ok((
                threshold_speed(volume, region, &threshold, progress)?,
                Vec::new(),
            ))
        }
        SnakeSpeed::Edge {
            sigma,
            contrast,
            exponent,
        } => {
            let has_contrast =
                contrast.is_none_or(|contrast| contrast > 0.0 && contrast.is_finite());
            let is_valid = (0.0..=100.0).contains(sigma) && (1..=8).contains(exponent);
            if !has_contrast || !is_valid {
                let message = "an edge has a sigma up to 100 mm, a contrast above 0 and an exponent from 1 to 8";
                return Err(WireError::invalid(message));
            }
            let edges = EdgeSpeed {
                sigma: Mm(*sigma),
                contrast: *contrast,
                exponent: *exponent,
            };
            Ok((
                edge_speed(volume, spacing, region, &edges, progress)?,
                Vec::new(),
            ))
        }
        SnakeSpeed::Clusters { classes, chosen } => {
            let n_classes = *classes as usize;
            let mixture = fit_mixture(volume, region, n_classes, progress).map_err(unclassed)?;
            let chosen: Vec<usize> = chosen.iter().map(|&class| class as usize).collect();
            if chosen.iter().any(|&class| class >= n_classes) {
                return Err(WireError::invalid("there is no such class"));
            }
            let speed = cluster_speed(volume, region, (&mixture, &chosen), progress)?;
            Ok((speed, classes_of(&mixture)))
        }
        SnakeSpeed::Classifier { class, .. } => {
            let named = classifier.ok_or_else(WireError::internal)?;
            let speed = speed_by(named, class, (volume, spacing, region), progress)?;
            Ok((speed, Vec::new()))
        }
    }
}

/// Outwards where voxels look like a class.
fn speed_by(
    named: &Named,
    class: &str,
    (volume, spacing, region): (&Volume, &Spacing, VoxelBox),
    progress: &dyn Progress,
) -> Result<Speed, WireError> {
    let found = named.classes.iter().find(|other| other.name == class);
    let found = found.ok_or_else(|| {
        WireError::invalid("the classifier has no class of this name")
            .hint(&format!("It has: {}.", named.names()))
    })?;
    let by = (&named.classifier, found.label);
    Ok(classifier_speed((volume, spacing), region, by, progress)?)
}

fn classes_of(mixture: &Mixture) -> Vec<wire::SnakeClass> {
    let classes = mixture.classes().iter().map(|class| wire::SnakeClass {
        mean: class.mean,
        deviation: class.deviation,
        weight: class.weight,
    });
    classes.collect()
}

const fn motion_of(form: &wire::SnakeForm) -> Motion {
    match form.speed {
        SnakeSpeed::Edge { .. } => Motion::Edges {
            propagation: form.propagation,
            curvature: form.curvature,
            advection: form.advection,
        },
        SnakeSpeed::Threshold { .. }
        | SnakeSpeed::Clusters { .. }
        | SnakeSpeed::Classifier { .. } => Motion::Regions {
            propagation: form.propagation,
            curvature: form.curvature,
        },
    }
}

fn nowhere(problem: SnakeError) -> WireError {
    match problem {
        SnakeError::Cancelled(cancelled) => cancelled.into(),
        SnakeError::NoSurface | SnakeError::TooLarge { .. } | SnakeError::NoMotion => {
            WireError::invalid(problem.to_string())
                .hint("Place a bubble in the image, or begin in a segment that has some voxels.")
        }
    }
}

fn unclassed(problem: MixtureError) -> WireError {
    match problem {
        MixtureError::Cancelled(cancelled) => cancelled.into(),
        MixtureError::TooFewValues { .. } | MixtureError::TooMany { .. } => {
            WireError::invalid(problem.to_string()).hint("Choose another number of classes.")
        }
    }
}
