//! Labels in a plane at any angle.

use crate::brick::position_in_brick;
use crate::geometry::Geometry;
use crate::labels::{BRICK_EDGE, Brick, Label, LabelMap};
use crate::reslice::{Rows, SlicePlane};
use crate::scanline::HALF;
use rayon::prelude::*;

/// Labels of the nearest voxels, by rows of the plane; ties go to the higher index, as with
/// [`Interpolation::Nearest`](crate::sample::Interpolation::Nearest). 0 outside the grid.
///
/// `geometry` is that of the labels.
///
/// # Panics
/// If the grid is longer than 2^30 voxels along an axis.
#[must_use]
pub fn labels_in_plane(labels: &LabelMap, geometry: &Geometry, plane: &SlicePlane) -> Vec<Label> {
    let [n_columns, n_rows] = plane.size;
    let mut pixels = vec![0; n_columns * n_rows];
    if pixels.is_empty() {
        return pixels;
    }
    let rows = Rows::new(geometry, plane);
    let bricks = Bricks::new(labels);
    let put_row = |(row, pixels): (usize, &mut [Label])| {
        rows.visit(row, |span, line| {
            let inside = line.inside(labels.size(), -HALF..-HALF);
            let mut walk = line.walk(&inside, HALF);
            for pixel in &mut pixels[span][inside] {
                *pixel = bricks.label(walk.voxel());
                walk.advance();
            }
        });
    };
    pixels
        .par_chunks_mut(n_columns)
        .enumerate()
        .for_each(put_row);
    pixels
}

/// Bricks by their place: found without a search.
struct Bricks<'a> {
    n: [usize; 3],
    bricks: Vec<Option<&'a Brick>>,
}

impl<'a> Bricks<'a> {
    fn new(labels: &'a LabelMap) -> Self {
        let n = labels.size().map(|n| n.div_ceil(BRICK_EDGE));
        let mut bricks = vec![None; n[0] * n[1] * n[2]];
        for (at, brick) in labels.bricks() {
            let [i, j, k] = at.0.map(usize::from);
            bricks[(k * n[1] + j) * n[0] + i] = Some(&**brick);
        }
        Self { n, bricks }
    }

    fn label(&self, voxel: [usize; 3]) -> Label {
        let [i, j, k] = voxel.map(|x| x / BRICK_EDGE);
        let brick = self.bricks[(k * self.n[1] + j) * self.n[0] + i];
        brick.map_or(0, |brick| brick.label(position_in_brick(voxel)))
    }
}
