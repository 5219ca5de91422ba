//! The inner loops of reslicing: one row of pixels at a time.
//!
//! Each row is cut into the part whose whole neighbourhood lies in the grid, done by a loop
//! without border tests, and the ends near the border, done one by one by [`Grid`].

use crate::sample::{Grid, Interpolation, catmull_rom};
use crate::scanline::{HALF, ONE, Scanline};
use crate::trilinear::put_trilinear;
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
        _ => put_trilinear(grid, line.walk(&core, 0), core_row, put),
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
