//! Interpolation between drawn sections: what lies between them, of all segments at once.
//!
//! Works in millimetres where the slices lie. Shape first ([`shape`]), then the image in a band
//! around the borders, weighed by how well it predicts the drawn sections themselves ([`solve`]).
//! Drawn voxels stay as they are. Which parts of a section go on as which says [`rule`], where nobody
//! says otherwise ([`matches`]).

mod candidates;
mod coarse;
mod evidence;
mod grid;
mod left_out;
mod logit;
mod matches;
mod maths;
mod parts;
mod piece;
mod plane;
mod rule;
mod sections;
mod shape;
mod solve;
mod stack;

pub use coarse::interpolate_coarsely;
pub use matches::{Goes, Matched, MatchedGroup, PartChoice, SectionPart, Way};
pub use sections::{PlaneSection, Sections, drawn_slices};

use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps, look};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Axis;
use annotomy_volume::volume::Volume;
use evidence::Evidence;
use grid::Grid;
use matches::divided;
use plane::Plane;
use rayon::prelude::*;
use shape::{Drawn, Shape};
use solve::Problem;
use std::collections::{BTreeMap, BTreeSet};

/// What came of an interpolation.
#[derive(Debug, Clone, PartialEq)]
pub struct Interpolated {
    /// The drawn labels and those between them.
    pub labels: LabelMap,
    /// How certain the label of each voxel is, from 0 to 1, in memory order; 1 where it was drawn
    /// and where shape leaves no doubt.
    pub confidence: Vec<f32>,
    /// What the parts of each segment become between neighbouring drawn slices.
    pub matches: Vec<Matched>,
    /// The numbers of the choices that fit nothing that is drawn.
    pub unfollowed: Vec<usize>,
}

/// What counts beside the sections.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filling<'a> {
    /// An image that helps. It has the grid of the labels; one of another size is left out.
    pub image: Option<&'a Volume>,
    /// How parts go on, where it is not as the rule finds it.
    pub choices: &'a [PartChoice],
}

/// Fills what lies between drawn sections.
///
/// With sections across one axis alone, nothing beyond the outermost of them, and no segment beyond
/// the outermost that has it; in a gap on the way, a part that is in one of its slices alone ends half
/// way. `image`, if it is to help, has the grid of the labels; one of another size is left out.
///
/// # Errors
/// [`Cancelled`].
pub fn interpolate(
    sections: &Sections<'_>,
    image: Option<&Volume>,
    spacing: &Spacing,
    progress: &dyn Progress,
) -> Result<Interpolated, Cancelled> {
    let choices = &[];
    interpolate_with(sections, &Filling { image, choices }, spacing, progress)
}

/// The same where somebody says how parts go on.
///
/// # Errors
/// [`Cancelled`].
pub fn interpolate_with(
    sections: &Sections<'_>,
    filling: &Filling<'_>,
    spacing: &Spacing,
    progress: &dyn Progress,
) -> Result<Interpolated, Cancelled> {
    let size = sections.labels.size();
    let grid = Grid::new(size, spacing);
    let (labels, _) = sections.labels.to_dense().into_raw_vec_and_offset();
    let slices = Axis::ALL.map(|axis| sections.slices_across(axis));
    let planes = sections.planes.iter();
    let planes: Vec<Plane> = planes
        .filter_map(|plane| Plane::new(plane, &grid))
        .collect();
    let boxes = boxes(&labels, size, progress)?;
    let outlined = sections.planes.iter().flat_map(|plane| &plane.outlines);
    let outlined = outlined
        .map(|(label, _)| *label)
        .filter(|label| *label != 0);
    let all: BTreeSet<Label> = boxes.keys().copied().chain(outlined).collect();
    let all: Vec<Label> = all.into_iter().collect();
    let steps = Steps::new(progress, all.len() + size[2] + 1);
    let drawn = |choices| Drawn {
        grid: &grid,
        spacing,
        labels: &labels,
        slices: &slices,
        planes: &planes,
        choices,
        steps: &steps,
    };
    let apart = drawn(filling.choices);
    let shapes: Vec<_> = all
        .par_iter()
        .map(|&label| {
            steps.step()?;
            let shape = apart.shape(boxes.get(&label).copied(), &[label])?;
            Ok(shape.map(|shape| (label, shape)))
        })
        .collect::<Result<_, _>>()?;
    let shapes: Vec<(Label, Shape)> = shapes.into_iter().flatten().collect();
    let matches = matches_of(&shapes);
    let (followed, unfollowed) = divided(filling.choices, &matches);
    let whole = boxes.values().copied().reduce(VoxelBox::union);
    let together = drawn(&followed);
    let union = match all.len() {
        0 | 1 => None,
        _ => together.shape(whole, &all)?,
    };
    let image = filling
        .image
        .filter(|image| image.geometry().size() == size);
    let evidence = match image {
        Some(image) => Evidence::new(image, &grid, &labels, &steps)?,
        None => None,
    };
    let problem = Problem {
        drawn: together,
        shapes,
        union,
        evidence,
    };
    let solution = problem.solve(&steps)?;
    let labels = LabelMap::from_dense(size, &solution.labels).expect("a label a voxel");
    steps.step().map(|()| Interpolated {
        labels,
        confidence: solution.confidence,
        matches,
        unfollowed,
    })
}

/// What becomes of the parts of segments, by label, axis and slice.
fn matches_of(shapes: &[(Label, Shape)]) -> Vec<Matched> {
    let stacks = shapes.iter().flat_map(|(label, shape)| {
        let stacks = shape.stacks.iter();
        stacks.flat_map(|stack| stack.matches(*label))
    });
    let mut all: Vec<Matched> = stacks.collect();
    all.sort_by_key(|found| (found.label, found.axis, found.slices));
    all
}

/// The box of the voxels of each label.
fn boxes(
    labels: &[Label],
    [n_i, n_j, _]: [usize; 3],
    progress: &dyn Progress,
) -> Result<BTreeMap<Label, VoxelBox>, Cancelled> {
    type Boxes = BTreeMap<Label, VoxelBox>;
    let add = |boxes: &mut Boxes, label: Label, found: VoxelBox| {
        let all = boxes.entry(label).or_insert(found);
        *all = all.union(found);
    };
    let of_slice = |(k, slice): (usize, &[Label])| {
        let mut boxes = Boxes::new();
        for (j, row) in slice.chunks_exact(n_i.max(1)).enumerate() {
            let mut start = 0;
            for run in row.chunk_by(|a, b| a == b) {
                let found = VoxelBox {
                    min: [start, j, k],
                    max: [start + run.len() - 1, j, k],
                };
                start += run.len();
                if run[0] != 0 {
                    add(&mut boxes, run[0], found);
                }
            }
        }
        look(progress).map(|()| boxes)
    };
    let slices = labels.par_chunks((n_i * n_j).max(1)).enumerate();
    let slices: Vec<Boxes> = slices.map(of_slice).collect::<Result<_, _>>()?;
    let mut all = Boxes::new();
    for (label, found) in slices.into_iter().flatten() {
        add(&mut all, label, found);
    }
    Ok(all)
}
