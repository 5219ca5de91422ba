//! Propagates a section of a segment to the slices beside it by the image.
//!
//! From slice to slice the section's signed distance moves with the image ([`demons`]), in a margin
//! around the section; near its border, values that are more like those inside or outside the
//! section draw it, as far as the two can be told apart. It goes on until the section vanishes, the
//! slices are no longer alike around it, or its area jumps.

mod across;
mod demons;
mod plane;

use crate::block::Source;
use crate::distance::signed_distance;
use crate::mask::{Mask, box_size};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
pub use across::{Across, PropagationAcross, propagate_across};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Axis, Mm};
use annotomy_volume::volume::Volume;
use demons::{Displacement, kernels};
use plane::Plane;

/// What lies around a section and has a part in how it moves: millimetres, and pixels at least.
const MARGIN_MM: f64 = 12.0;
const MARGIN_PIXELS: usize = 8;
/// Pixels of the mean size on both sides of the border in which values draw it, and twice as far in
/// which they are looked at.
const BAND: f32 = 3.0;
/// Distances where a box has no other side.
const FARTHEST: Mm = Mm(1e4);
/// How much values draw, against a pixel of distance; and the most that a single value can say.
const WEIGHT: f32 = 0.75;
const SUREST: f32 = 2.0;
/// Pixels on each side of the border from which something can be learned at least.
const FEWEST: usize = 6;
/// The least part of all values' spread that those of one side have.
const LEAST_SPREAD: f64 = 0.02;
/// By how much the area may change from one slice to the next.
const MOST_CHANGE: f64 = 2.5;

/// Where a section goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Propagation {
    /// Across which axis the slices lie.
    pub axis: Axis,
    /// The slice with the section.
    pub from: usize,
    /// The last slice that it may come to.
    pub to: usize,
    /// How alike two slices have to be around the section, as a correlation from -1 to 1.
    pub least_alike: f64,
}

/// A section that was propagated.
#[derive(Debug, Clone, PartialEq)]
pub struct Propagated {
    /// What it became, without the section that it began with.
    pub mask: Mask,
    /// The slices that it came to, in order, and how alike each was to the one before.
    pub slices: Vec<(usize, f64)>,
}

/// Propagates the part of a mask in a slice. A slice in which `mask` has voxels already ends it.
///
/// # Errors
/// [`Cancelled`].
pub fn propagate(
    volume: &Volume,
    mask: &Mask,
    spacing: &Spacing,
    wanted: &Propagation,
    progress: &dyn Progress,
) -> Result<Propagated, Cancelled> {
    let source = Source::new(volume);
    let grid = mask.grid();
    let mut found = Propagated {
        mask: Mask::empty(grid),
        slices: Vec::new(),
    };
    let axis = wanted.axis.position();
    if source.grid() != grid || wanted.from.max(wanted.to) >= grid[axis] {
        return Ok(found);
    }
    let slice = |index: usize| slice_box(grid, axis, index);
    let steps = Steps::new(progress, wanted.from.abs_diff(wanted.to).max(1));
    let mut section = mask.cropped(slice(wanted.from));
    let mut at = wanted.from;
    while at != wanted.to {
        let next = if wanted.to > at { at + 1 } else { at - 1 };
        if !mask.cropped(slice(next)).is_empty() {
            break;
        }
        let beside = Beside {
            source: &source,
            spacing,
            axis,
            next,
        };
        let Some((moved, alike)) = beside.moved(&section, progress)? else {
            break;
        };
        let areas = [section.n_voxels(), moved.n_voxels()];
        if !goes_on(areas, (alike, wanted.least_alike)) {
            break;
        }
        found.mask = found.mask.union(&moved);
        found.slices.push((next, alike));
        (section, at) = (moved, next);
        steps.step()?;
    }
    Ok(found)
}

/// Whether a section is one of the same body as that before.
fn goes_on([before, now]: [usize; 2], (alike, least_alike): (f64, f64)) -> bool {
    let change = now as f64 / before as f64;
    (1.0 / MOST_CHANGE..=MOST_CHANGE).contains(&change) && alike >= least_alike
}

/// The box of one slice.
fn slice_box(grid: [usize; 3], axis: usize, index: usize) -> VoxelBox {
    let mut region = VoxelBox {
        min: [0; 3],
        max: grid.map(|n| n - 1),
    };
    (region.min[axis], region.max[axis]) = (index, index);
    region
}

/// A slice beside that of a section.
struct Beside<'a> {
    source: &'a Source<'a>,
    spacing: &'a Spacing,
    axis: usize,
    next: usize,
}

impl Beside<'_> {
    /// The section as it is in the next slice, and how alike the slices are around it; none if there
    /// is no section.
    fn moved(
        &self,
        section: &Mask,
        progress: &dyn Progress,
    ) -> Result<Option<(Mask, f64)>, Cancelled> {
        let grid = section.grid();
        let Some(bounds) = section.bounds() else {
            return Ok(None);
        };
        let sides = [0, 1, 2].into_iter().filter(|&n| n != self.axis);
        let sides: Vec<usize> = sides.collect();
        let mut region = bounds;
        let mut mm = [1.0; 2];
        for (&n, mm) in sides.iter().zip(&mut mm) {
            *mm = self.spacing.mean(n, bounds.min[n]..=bounds.max[n]);
            let by = (MARGIN_MM / f64::from(*mm)).ceil() as usize;
            let by = by.max(MARGIN_PIXELS);
            region.min[n] = bounds.min[n].saturating_sub(by);
            region.max[n] = (bounds.max[n] + by).min(grid[n] - 1);
        }
        let mut next_region = region;
        (next_region.min[self.axis], next_region.max[self.axis]) = (self.next, self.next);
        let size = box_size(region);
        let plane = |values: Vec<f32>| Plane {
            size: [size[sides[0]], size[sides[1]]],
            values,
        };
        let before = plane(self.source.block(region).values);
        let now = plane(self.source.block(next_region).values);
        let limit = Some(FARTHEST);
        let distances = signed_distance(section, self.spacing, region, limit, progress)?;
        let distances = plane(distances.mm().to_vec());
        let (depths, alike) = moved([&before, &now], &distances, mm, progress)?;
        let found = Mask::from_box(grid, next_region, &depths.values, |depth| depth > 0.0);
        Ok(Some((found, alike)))
    }
}

/// How deep each pixel of a plane lies in the section that the plane before had, given its signed
/// distances, and how alike the planes are around it.
fn moved(
    [before, now]: [&Plane; 2],
    distances: &Plane,
    mm: [f32; 2],
    progress: &dyn Progress,
) -> Result<(Plane, f64), Cancelled> {
    let by = Displacement::find(before, now, mm, progress)?;
    let (moved, warped) = (by.warped(distances, mm), by.warped(before, mm));
    let pixel = (mm[0] * mm[1]).sqrt();
    let depths = Plane {
        size: now.size,
        values: draw(before, now, (distances, &moved), mm),
    };
    let alike = correlation(&warped, now, |at| {
        moved.values[at].abs() < 2.0 * BAND * pixel
    });
    Ok((depths, alike))
}

/// How deep each pixel of the next slice lies inside, in pixels: by the section that moved there, and
/// near its border by the values that the section had inside and outside.
fn draw(
    before: &Plane,
    now: &Plane,
    (distances, moved): (&Plane, &Plane),
    mm: [f32; 2],
) -> Vec<f32> {
    let pixel = (mm[0] * mm[1]).sqrt();
    let reach = 2.0 * BAND * pixel;
    let mut depths: Vec<f32> = moved.values.iter().map(|mm| -mm / pixel).collect();
    let all = Normal::of(before, |_| true);
    let inside = Normal::of(before, |at| (-reach..0.0).contains(&distances.values[at]));
    let outside = Normal::of(before, |at| {
        distances.values[at] > 0.0 && distances.values[at] < reach
    });
    if inside.n.min(outside.n) < FEWEST || all.deviation <= 0.0 {
        return depths;
    }
    let least = LEAST_SPREAD * all.deviation;
    let [inside, outside] = [inside, outside].map(|side| side.with_least(least));
    let smooth = now.blurred(&kernels(mm, 0.5));
    let evidence = Plane {
        size: now.size,
        values: smooth
            .values
            .iter()
            .map(|&value| {
                let more = inside.likeness(value) - outside.likeness(value);
                (more as f32).clamp(-SUREST, SUREST)
            })
            .collect(),
    };
    let evidence = evidence.blurred(&kernels(mm, 0.7));
    let pixels = depths.iter_mut().zip(&evidence.values);
    for (depth, evidence) in pixels.filter(|(depth, _)| depth.abs() < BAND) {
        *depth += WEIGHT * evidence;
    }
    depths
}

/// The spread of some values.
#[derive(Debug, Clone, Copy)]
struct Normal {
    n: usize,
    mean: f64,
    deviation: f64,
}

impl Normal {
    fn of(plane: &Plane, is_meant: impl Fn(usize) -> bool) -> Self {
        let values = plane.values.iter().enumerate();
        let values = values.filter(|(at, _)| is_meant(*at));
        let values: Vec<f64> = values.map(|(_, &value)| f64::from(value)).collect();
        let n = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares = values.iter().map(|value| (value - mean) * (value - mean));
        Self {
            n: values.len(),
            mean,
            deviation: (squares.sum::<f64>() / n).sqrt(),
        }
    }

    fn with_least(self, deviation: f64) -> Self {
        let deviation = self.deviation.max(deviation);
        Self { deviation, ..self }
    }

    /// The logarithm of how likely a value is.
    fn likeness(&self, value: f32) -> f64 {
        let away = (f64::from(value) - self.mean) / self.deviation;
        -0.5 * away * away - self.deviation.ln()
    }
}

/// The correlation of two planes in some pixels; 1 where neither has anything but one value.
fn correlation(a: &Plane, b: &Plane, is_meant: impl Fn(usize) -> bool) -> f64 {
    let [of_a, of_b] = [a, b].map(|plane| Normal::of(plane, &is_meant));
    if of_a.deviation <= 0.0 && of_b.deviation <= 0.0 {
        return 1.0;
    }
    let pixels = (0..a.values.len()).filter(|&at| is_meant(at));
    let products = pixels.map(|at| {
        let [a, b] =
            [(a, of_a), (b, of_b)].map(|(plane, normal)| f64::from(plane.values[at]) - normal.mean);
        a * b
    });
    let shared = products.sum::<f64>() / of_a.n.max(1) as f64;
    let spreads = of_a.deviation * of_b.deviation;
    if spreads > 0.0 { shared / spreads } else { 0.0 }
}
