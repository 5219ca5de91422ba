//! Trilinear values along a row of pixels, a block at a time.
//!
//! A block takes three passes, each a plain loop: where its pixels lie, which voxels they need, and
//! what value these give. Compilers make vector code of the first and the last; in one loop the
//! scattered reads of the second keep them from it.

use crate::kernel::Put;
use crate::sample::Grid;
use crate::scanline::{BLOCK, Walk};
use crate::volume::Scalar;
#[cfg(target_arch = "x86_64")]
use fearless_simd::{Level, Simd};

/// Puts values into the pixels of `row`, whose neighbourhoods all lie in the grid.
pub(crate) fn put_trilinear<T: Scalar, P: Put<T>>(
    grid: Grid<'_, T>,
    walk: Walk,
    row: &mut [P::Pixel],
    put: &P,
) {
    if row.is_empty() {
        return;
    }
    // Wider vectors than every machine has; the results are the same.
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = Level::new().as_avx2() {
        return avx2.vectorize(
            #[inline(always)]
            || blocks(grid, walk, row, put),
        );
    }
    blocks(grid, walk, row, put);
}

#[inline(always)]
fn blocks<T: Scalar, P: Put<T>>(grid: Grid<'_, T>, mut walk: Walk, row: &mut [P::Pixel], put: &P) {
    // Four views of one length, so that a single test covers all reads of a pixel.
    let [_, j, k] = grid.strides;
    let n_cells = grid.voxels.len() - (1 + j + k);
    let line = |offset: usize| &grid.voxels[offset..][..n_cells + 1];
    let (near, near_below, far, far_below) = (line(0), line(j), line(k), line(j + k));
    let steps = walk.steps();
    let mut cells = [0; BLOCK];
    let mut fractions = [[0.0; BLOCK]; 3];
    let mut pairs = [[[T::zeroed(); 2]; BLOCK]; 4];
    for row in row.chunks_mut(BLOCK) {
        let n = row.len();
        walk.locate(&steps, grid.strides, &mut cells[..n], &mut fractions);
        for (pixel, &cell) in cells[..n].iter().enumerate() {
            assert!(cell < n_cells, "inside the grid");
            pairs[0][pixel] = [near[cell], near[cell + 1]];
            pairs[1][pixel] = [near_below[cell], near_below[cell + 1]];
            pairs[2][pixel] = [far[cell], far[cell + 1]];
            pairs[3][pixel] = [far_below[cell], far_below[cell + 1]];
        }
        for (n, pixel) in row.iter_mut().enumerate() {
            let [fi, fj, fk] = [fractions[0][n], fractions[1][n], fractions[2][n]];
            let along_i = |line: usize| {
                let [low, high] = pairs[line][n].map(T::to_f64);
                between(low, high, fi)
            };
            let near = between(along_i(0), along_i(1), fj);
            let far = between(along_i(2), along_i(3), fj);
            put.value(pixel, between(near, far, fk));
        }
        walk.skip(n);
    }
}

#[inline(always)]
fn between(low: f64, high: f64, fraction: f64) -> f64 {
    low + (high - low) * fraction
}
