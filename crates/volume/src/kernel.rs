//! The inner loops of reslicing: one row of pixels at a time.
//!
//! Each row is cut into the part whose whole neighbourhood lies in the grid, done by a loop
//! without border tests, and the ends near the border, done one by one by [`Grid`].

use crate::sample::{Grid, Interpolation, catmull_rom};
use crate::scanline::{HALF, ONE, Scanline};
use crate::volume::Scalar;
use std::ops::Range;

/// What becomes of a value met at a pixel.
pub(crate) trait Put<T: Scalar>: Sync {
    /// What is kept for a pixel.
    type Pixel: Send;

    /// An interpolated stored value.
    fn value(&self, pixel: &mut Self::Pixel, stored: f64);

    /// A voxel as it is.
    #[inline(always)]
    fn voxel(&self, pixel: &mut Self::Pixel, stored: T) {
        self.value(pixel, stored.to_f64());
    }
}

/// Puts the values along `line` into the pixels of `row` inside the grid, and returns which these
/// are; the others are left alone.
pub(crate) fn put_row<T: Scalar, P: Put<T>>(
    grid: Grid<'_, T>,
    line: &Scanline,
    interpolation: Interpolation,
    row: &mut [P::Pixel],
    put: &P,
) -> Range<usize> {
    let inside = line.inside(grid.size, -HALF..-HALF);
    let margin = match interpolation {
        _ if line.is_on_centres() => None,
        Interpolation::Nearest => None,
        Interpolation::Linear => Some(0..0),
        Interpolation::Cubic => Some(ONE..ONE),
    };
    let Some(margin) = margin else {
        nearest(grid, line, &inside, &mut row[inside.clone()], put);
        return inside;
    };
    let core = line.inside(grid.size, margin);
    let core = if core.is_empty() {
        inside.end..inside.end
    } else {
        core
    };
    let ends = [inside.start..core.start, core.end..inside.end];
    let core_row = &mut row[core.clone()];
    match interpolation {
        Interpolation::Cubic => cubic(grid, line, &core, core_row, put),
        _ => linear(grid, line, &core, core_row, put),
    }
    for end in ends {
        let mut walk = line.walk(&end, 0);
        for pixel in &mut row[end] {
            let index = walk.index();
            let stored = match interpolation {
                Interpolation::Cubic => grid.cubic_at(index),
                _ => grid.linear_at(index),
            };
            put.value(pixel, stored);
            walk.advance();
        }
    }
    inside
}

fn nearest<T: Scalar, P: Put<T>>(
    grid: Grid<'_, T>,
    line: &Scanline,
    span: &Range<usize>,
    row: &mut [P::Pixel],
    put: &P,
) {
    let mut walk = line.walk(span, HALF);
    for pixel in row {
        put.voxel(pixel, grid.voxels[walk.offset(grid.strides)]);
        walk.advance();
    }
}

fn linear<T: Scalar, P: Put<T>>(
    grid: Grid<'_, T>,
    line: &Scanline,
    span: &Range<usize>,
    row: &mut [P::Pixel],
    put: &P,
) {
    if row.is_empty() {
        return;
    }
    // Eight views of one length, so that a single test covers eight reads.
    let [_, j, k] = grid.strides;
    let n_cells = grid.voxels.len() - (1 + j + k);
    let corner = |offset: usize| &grid.voxels[offset..][..n_cells];
    let corners = [0, 1, j, 1 + j, k, 1 + k, j + k, 1 + j + k].map(corner);
    let mut walk = line.walk(span, 0);
    for pixel in row {
        let cell = walk.offset(grid.strides);
        let [fi, fj, fk] = walk.fractions();
        let v: [f64; 8] = std::array::from_fn(|n| corners[n][cell].to_f64());
        let along_i: [f64; 4] = std::array::from_fn(|n| v[2 * n] + (v[2 * n + 1] - v[2 * n]) * fi);
        let along_j: [f64; 2] =
            std::array::from_fn(|n| along_i[2 * n] + (along_i[2 * n + 1] - along_i[2 * n]) * fj);
        put.value(pixel, along_j[0] + (along_j[1] - along_j[0]) * fk);
        walk.advance();
    }
}

fn cubic<T: Scalar, P: Put<T>>(
    grid: Grid<'_, T>,
    line: &Scanline,
    span: &Range<usize>,
    row: &mut [P::Pixel],
    put: &P,
) {
    let [_, j, k] = grid.strides;
    let mut walk = line.walk(span, -ONE);
    for pixel in row {
        let cell = walk.offset(grid.strides);
        let [wi, wj, wk] = walk.fractions().map(catmull_rom);
        let mut columns = [0.0; 4];
        for (c, wk) in wk.into_iter().enumerate() {
            for (b, wj) in wj.into_iter().enumerate() {
                let weight = wj * wk;
                let line = &grid.voxels[cell + b * j + c * k..][..4];
                for (column, voxel) in columns.iter_mut().zip(line) {
                    *column += voxel.to_f64() * weight;
                }
            }
        }
        let stored = columns.iter().zip(wi).map(|(column, w)| column * w).sum();
        put.value(pixel, stored);
        walk.advance();
    }
}
