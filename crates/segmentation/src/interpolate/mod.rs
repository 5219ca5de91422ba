//! Interpolation between drawn sections: what lies between them, of all segments at once.
//!
//! Works in millimetres where the slices lie. Shape first ([`shape`]), then the image in a band
//! around the borders, weighed by how well it predicts the drawn sections themselves ([`solve`]).
//! Drawn voxels stay as they are.

mod candidates;
mod evidence;
mod grid;
mod logit;
mod maths;
mod parts;
mod plane;
mod sections;
mod shape;
mod solve;
mod stack;

pub use sections::{PlaneSection, Sections, drawn_slices};

use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Axis;
use annotomy_volume::volume::Volume;
use evidence::Evidence;
use grid::Grid;
use plane::Plane;
use rayon::prelude::*;
use shape::Drawn;
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
}

/// Fills what lies between drawn sections.
///
/// With sections across one axis alone, nothing beyond the outermost of them; a segment that is in
/// a drawn slice and not in the next ends half way. `image`, if it is to help, has the grid of the
/// labels; one of another size is left out.
///
/// # Errors
/// [`Cancelled`].
pub fn interpolate(
    sections: &Sections<'_>,
    image: Option<&Volume>,
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
    let boxes = boxes(&labels, size);
    let outlined = sections.planes.iter().flat_map(|plane| &plane.outlines);
    let outlined = outlined
        .map(|(label, _)| *label)
        .filter(|label| *label != 0);
    let all: BTreeSet<Label> = boxes.keys().copied().chain(outlined).collect();
    let all: Vec<Label> = all.into_iter().collect();
    let drawn = Drawn {
        grid: &grid,
        spacing,
        labels: &labels,
        slices: &slices,
        planes: &planes,
    };
    let steps = Steps::new(progress, all.len() + size[2] + 1);
    let shapes: Vec<_> = all
        .par_iter()
        .map(|&label| {
            steps.step()?;
            Ok(drawn
                .shape(boxes.get(&label).copied(), &[label])
                .map(|shape| (label, shape)))
        })
        .collect::<Result<_, _>>()?;
    let whole = boxes.values().copied().reduce(VoxelBox::union);
    let union = (all.len() > 1).then(|| drawn.shape(whole, &all)).flatten();
    let image = image.filter(|image| image.geometry().size() == size);
    let evidence = image.and_then(|image| Evidence::new(image, &grid, &labels));
    let problem = Problem {
        drawn,
        shapes: shapes.into_iter().flatten().collect(),
        union,
        evidence,
    };
    let solution = problem.solve(&steps)?;
    let labels = LabelMap::from_dense(size, &solution.labels).expect("a label a voxel");
    steps.step().map(|()| Interpolated {
        labels,
        confidence: solution.confidence,
    })
}

/// The box of the voxels of each label.
fn boxes(labels: &[Label], [n_i, n_j, _]: [usize; 3]) -> BTreeMap<Label, VoxelBox> {
    let mut boxes: BTreeMap<Label, VoxelBox> = BTreeMap::new();
    for (row, labels) in labels.chunks_exact(n_i.max(1)).enumerate() {
        let [j, k] = [row % n_j, row / n_j];
        let mut start = 0;
        for run in labels.chunk_by(|a, b| a == b) {
            let found = VoxelBox {
                min: [start, j, k],
                max: [start + run.len() - 1, j, k],
            };
            start += run.len();
            if run[0] != 0 {
                let all = boxes.entry(run[0]).or_insert(found);
                *all = all.union(found);
            }
        }
    }
    boxes
}
