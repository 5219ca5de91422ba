//! Numbers of the pixels of a slice: blurred, halved, differentiated and read between pixels. Beyond
//! the border the outermost pixels go on.

use crate::gaussian::{Kernel, blur_across};

/// Numbers of pixels, the first axis fastest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plane {
    pub(super) size: [usize; 2],
    pub(super) values: Vec<f32>,
}

impl Plane {
    pub(super) fn zero(size: [usize; 2]) -> Self {
        let values = vec![0.0; size[0] * size[1]];
        Self { size, values }
    }

    /// From a number of each pixel, given by its place.
    pub(super) fn of(size: [usize; 2], number: impl FnMut([usize; 2]) -> f32) -> Self {
        let places = (0..size[1]).flat_map(|v| (0..size[0]).map(move |u| [u, v]));
        let values = places.map(number).collect();
        Self { size, values }
    }

    pub(super) fn at(&self, [u, v]: [usize; 2]) -> f32 {
        self.values[v * self.size[0] + u]
    }

    /// Between four pixels, in straight lines.
    pub(super) fn between(&self, place: [f32; 2]) -> f32 {
        let axis = |n: usize| {
            let at = place[n].clamp(0.0, (self.size[n] - 1) as f32);
            let low = at as usize;
            (low, (low + 1).min(self.size[n] - 1), at - low as f32)
        };
        let ((u, next_u, s), (v, next_v, t)) = (axis(0), axis(1));
        let row = |v| (1.0 - s) * self.at([u, v]) + s * self.at([next_u, v]);
        (1.0 - t) * row(v) + t * row(next_v)
    }

    /// Blurred by Gaussians along both axes.
    pub(super) fn blurred(&self, kernels: &[Kernel; 2]) -> Self {
        let [n_u, n_v] = self.size;
        let mut across = Self::zero(self.size);
        let rows: Vec<&[f32]> = self.values.chunks_exact(n_u).collect();
        for (v, out) in across.values.chunks_exact_mut(n_u).enumerate() {
            blur_across(v, n_v, &kernels[1], out, |v| rows[v]);
        }
        let mut out = Self::zero(self.size);
        let reach = kernels[0].reach();
        let mut wide = Vec::with_capacity(n_u + 2 * reach);
        let rows = across.values.chunks_exact(n_u);
        for (row, out) in rows.zip(out.values.chunks_exact_mut(n_u)) {
            wide.clear();
            wide.resize(reach, row[0]);
            wide.extend_from_slice(row);
            wide.resize(n_u + 2 * reach, row[n_u - 1]);
            let part = |n: usize| &wide[n..n + n_u];
            blur_across(reach, 2 * reach + 1, &kernels[0], out, part);
        }
        out
    }

    /// Every other pixel along both axes.
    pub(super) fn halved(&self) -> Self {
        let size = self.size.map(|n| n.div_ceil(2));
        Self::of(size, |place| self.at(place.map(|n| 2 * n)))
    }

    /// The other way round, to a size that halves to this one.
    pub(super) fn doubled(&self, size: [usize; 2]) -> Self {
        Self::of(size, |place| self.between(place.map(|n| n as f32 / 2.0)))
    }

    /// The change of values a mm at a pixel, by central differences.
    pub(super) fn slope(&self, place: [usize; 2], mm: [f32; 2]) -> [f32; 2] {
        [0, 1].map(|axis: usize| {
            let (mut low, mut high) = (place, place);
            low[axis] = place[axis].saturating_sub(1);
            high[axis] = (place[axis] + 1).min(self.size[axis] - 1);
            let apart = (high[axis] - low[axis]) as f32 * mm[axis];
            match apart > 0.0 {
                true => (self.at(high) - self.at(low)) / apart,
                false => 0.0,
            }
        })
    }
}
