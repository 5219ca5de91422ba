//! A row of pixels through the grid: which pixels lie inside, and where, in fixed point.
//!
//! Positions are index coordinates with 32 fraction bits. Fixed point makes the inside test and
//! the positions visited agree exactly, so that loops inside need no tests; takes floor and
//! fraction for free (a float floor is a library call without SSE4.1); and snaps the rounding of
//! the affine, so that a plane through voxel centres meets them exactly. The price is a position
//! off by up to 2^-33 voxel per pixel along the row.

use std::ops::Range;

/// Fixed-point 1.
pub(crate) const ONE: i128 = 1 << 32;
/// Fixed-point 1/2.
pub(crate) const HALF: i128 = ONE / 2;
/// Farther positions, in voxels, count as outside whatever the row does.
const FARTHEST: f64 = (1_u64 << 62) as f64;
/// Longer axes do not fit the positions.
const LONGEST_AXIS: usize = 1 << 30;
/// Pixels located at a time: enough to pay for the start of a block, few enough for its arrays to
/// stay in the innermost cache.
pub(crate) const BLOCK: usize = 64;

/// Positions of a row's pixels: `start + pixel * step`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanline {
    start: [i128; 3],
    step: [i128; 3],
    n_pixels: usize,
}

impl Scanline {
    /// `None` for positions that are not finite or absurdly far away.
    pub(crate) fn new(start: [f64; 3], step: [f64; 3], n_pixels: usize) -> Option<Self> {
        let near = |x: &f64| x.abs() < FARTHEST;
        if !start.iter().chain(&step).all(near) {
            return None;
        }
        let fixed = |x: f64| (x * ONE as f64).round() as i128;
        Some(Self {
            start: start.map(fixed),
            step: step.map(fixed),
            n_pixels,
        })
    }

    /// Whether every pixel lies on a whole index.
    pub(crate) fn is_on_centres(&self) -> bool {
        let mut all = self.start.iter().chain(&self.step);
        all.all(|x| x % ONE == 0)
    }

    /// The pixels whose position is at least `margin` above the first centre and less than
    /// `margin` below the last one, along every axis; `margin` in fixed point, may be negative.
    pub(crate) fn inside(&self, size: [usize; 3], margin: Range<i128>) -> Range<usize> {
        let mut span = 0..self.n_pixels as i128;
        for axis in 0..3 {
            assert!(
                size[axis] <= LONGEST_AXIS,
                "an axis of {size:?} is too long"
            );
            let low = margin.start - self.start[axis];
            let high = (size[axis] as i128 - 1) * ONE - margin.end - self.start[axis];
            let step = self.step[axis];
            // low <= pixel * step < high
            let (first, end) = match step {
                0 if low <= 0 && 0 < high => continue,
                0 => return 0..0,
                1.. => (ceil_div(low, step), ceil_div(high, step)),
                _ => (ceil_div(1 - high, -step), ceil_div(1 - low, -step)),
            };
            span = span.start.max(first)..span.end.min(end);
        }
        if span.is_empty() {
            return 0..0;
        }
        span.start as usize..span.end as usize
    }

    /// Positions of the pixels of `span`, which must be inside the grid, moved by `shift` in fixed
    /// point so that none is negative.
    pub(crate) fn walk(&self, span: &Range<usize>, shift: i128) -> Walk {
        let first = span.start as i128;
        Walk {
            at: std::array::from_fn(|n| (self.start[n] + first * self.step[n] + shift) as i64),
            // A step too long for the type is never taken: the span has one pixel then.
            step: self.step.map(|step| step as i64),
        }
    }
}

/// Quotient rounded up, for a positive divisor.
fn ceil_div(dividend: i128, divisor: i128) -> i128 {
    -((-dividend).div_euclid(divisor))
}

/// A position moving along a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    at: [i64; 3],
    step: [i64; 3],
}

impl Walk {
    /// Goes to the next pixel.
    #[inline(always)]
    pub(crate) fn advance(&mut self) {
        for n in 0..3 {
            self.at[n] = self.at[n].wrapping_add(self.step[n]);
        }
    }

    /// Goes `n_pixels` on.
    #[inline(always)]
    pub(crate) fn skip(&mut self, n_pixels: usize) {
        for n in 0..3 {
            let way = self.step[n].wrapping_mul(n_pixels as i64);
            self.at[n] = self.at[n].wrapping_add(way);
        }
    }

    /// How far the pixels of a block lie from its first one, along each axis.
    #[inline(always)]
    pub(crate) fn steps(&self) -> [[i64; BLOCK]; 3] {
        let pixels: [i64; BLOCK] = std::array::from_fn(|n| n as i64);
        self.step.map(|step| pixels.map(|n| step.wrapping_mul(n)))
    }

    /// Of the next pixels, `steps` away, the position in memory of the voxel at or below and how
    /// far above it, in 0..1, along each axis. No position may be negative.
    #[inline(always)]
    pub(crate) fn locate(
        &self,
        steps: &[[i64; BLOCK]; 3],
        strides: [usize; 3],
        cells: &mut [usize],
        fractions: &mut [[f64; BLOCK]; 3],
    ) {
        for (n, cell) in cells.iter_mut().enumerate() {
            let at = std::array::from_fn(|axis| self.at[axis].wrapping_add(steps[axis][n]));
            let walk = Walk { at, ..*self };
            *cell = walk.offset(strides);
            let above = walk.fractions();
            for axis in 0..3 {
                fractions[axis][n] = above[axis];
            }
        }
    }

    /// Position in memory of the voxel at or below; the position must not be negative.
    #[inline(always)]
    pub(crate) fn offset(&self, strides: [usize; 3]) -> usize {
        let whole = self.voxel();
        whole[0] + whole[1] * strides[1] + whole[2] * strides[2]
    }

    /// The voxel at or below; the position must not be negative.
    #[inline(always)]
    pub(crate) fn voxel(&self) -> [usize; 3] {
        // Through 32 bits, for vectors multiply those far faster than 64.
        self.at.map(|x| (x >> 32) as u32 as usize)
    }

    /// How far above that voxel, in 0..1.
    #[inline(always)]
    pub(crate) fn fractions(&self) -> [f64; 3] {
        self.at.map(|x| f64::from(x as u32) * (1.0 / ONE as f64))
    }

    /// The position in voxels.
    pub(crate) fn index(&self) -> [f64; 3] {
        self.at.map(|x| x as f64 / ONE as f64)
    }
}
