//! A thick slice: many voxels behind each other shown as one pixel.

use crate::geometry::Geometry;
use crate::kernel::{Put, put_row};
use crate::reslice::{Rows, SlicePlane};
use crate::sample::{Grid, Interpolation};
use crate::space::{ContinuousIndex, Mm, VectorLps};
use crate::volume::{Rescale, Scalar, Volume};
use crate::with_voxels;
use rayon::prelude::*;
use std::ops::Range;

/// Keeps a layer exactly at the edge of the slab in, whatever the rounding.
const EDGE_TOLERANCE: f64 = 1e-6;

/// Rows that are projected together, layer by layer: what neighbours share is still in the cache then.
const BAND: usize = 8;

/// How the values behind each other become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Projection {
    /// The largest (MIP). Values that are not a number do not count.
    Max,
    /// The smallest (MinIP). Values that are not a number do not count.
    Min,
    /// The average of those inside the grid.
    Mean,
}

/// A slab around a plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slab {
    /// Its middle.
    pub plane: SlicePlane,
    /// Along the plane's normal, half on either side.
    pub thickness: Mm,
}

impl Slab {
    /// Offsets from the middle plane to the layers that are sampled.
    ///
    /// Layers lie one voxel's extent along the normal apart, one of them in the middle plane; in
    /// the slab is what has its centre there, edges included. So a slab across an axis of evenly
    /// spaced slices holds whole slices of the grid, and one thinner than two voxels is its middle
    /// plane. Layers that pass the grid by are left out.
    #[must_use]
    pub fn layers(&self, geometry: &Geometry) -> Vec<VectorLps> {
        let Some(normal) = self.plane.normal() else {
            return Vec::new();
        };
        let spacing_mm = geometry.voxel_extent_mm(normal);
        // `max` also makes a thickness that is not a number 0.
        let half_mm = (self.thickness.0 / 2.0).max(0.0);
        let [near_mm, far_mm] = grid_extent_mm(geometry, &self.plane, normal);
        let number = |distance_mm: f64| distance_mm / spacing_mm + EDGE_TOLERANCE;
        let first = -number((-near_mm).min(half_mm)).floor();
        let last = number(far_mm.min(half_mm)).floor();
        (first as i64..=last as i64)
            .map(|n| normal * (n as f64 * spacing_mm))
            .collect()
    }
}

/// Rescaled values of a slab, by rows of its plane; `background` (a rescaled value) where no layer
/// meets the grid.
///
/// # Panics
/// If the volume is longer than 2^30 voxels along an axis.
#[must_use]
pub fn project_slab(
    volume: &Volume,
    slab: &Slab,
    interpolation: Interpolation,
    projection: Projection,
    background: f32,
) -> Vec<f32> {
    let shown = (volume.rescale(), background);
    project(volume, slab, (interpolation, projection), shown)
}

/// Stored values of a slab, by rows of its plane, not rounded; not a number where no layer meets the
/// grid. What is largest or smallest is decided by the rescaled values.
///
/// # Panics
/// If the volume is longer than 2^30 voxels along an axis.
#[must_use]
pub fn project_slab_unrounded(
    volume: &Volume,
    slab: &Slab,
    interpolation: Interpolation,
    projection: Projection,
) -> Vec<f32> {
    let shown = (Rescale::IDENTITY, f32::NAN);
    project(volume, slab, (interpolation, projection), shown)
}

fn project(
    volume: &Volume,
    slab: &Slab,
    (interpolation, projection): (Interpolation, Projection),
    (rescale, background): (Rescale, f32),
) -> Vec<f32> {
    let geometry = volume.geometry();
    let [n_columns, n_rows] = slab.plane.size;
    let layers: Vec<Rows<'_>> = slab
        .layers(geometry)
        .into_iter()
        .map(|offset| Rows::new(geometry, &slab.plane.moved(offset)))
        .collect();
    // The largest value is the smallest stored one where the slope is negative.
    let projection = match projection {
        Projection::Max if volume.rescale().slope < 0.0 => Projection::Min,
        Projection::Min if volume.rescale().slope < 0.0 => Projection::Max,
        as_stored => as_stored,
    };
    let mut pixels = vec![background; n_columns * n_rows];
    if pixels.is_empty() || layers.is_empty() {
        return pixels;
    }
    with_voxels!(volume.voxels(), voxels => {
        let grid = Grid::new(voxels, geometry.size());
        let bands = pixels.par_chunks_mut(n_columns * BAND).enumerate();
        bands.for_each(|(n, pixels)| {
            let rows = n * BAND..n * BAND + pixels.len() / n_columns;
            let stored = match projection {
                Projection::Max => project_rows(grid, &layers, rows, interpolation, &Largest),
                Projection::Min => project_rows(grid, &layers, rows, interpolation, &Smallest),
                Projection::Mean => project_rows(grid, &layers, rows, interpolation, &Total),
            };
            for (pixel, stored) in pixels.iter_mut().zip(stored) {
                if let Some(stored) = stored {
                    *pixel = rescale.value(stored) as f32;
                }
            }
        });
    });
    pixels
}

/// How far along `normal` from the plane the grid starts and ends.
fn grid_extent_mm(geometry: &Geometry, plane: &SlicePlane, normal: VectorLps) -> [f64; 2] {
    let [columns, rows, slices] = geometry.size().map(|n| n as f64);
    let outermost = [-0.5, slices - 0.5];
    // Slices that are shifted sideways may reach farther than the outermost.
    let between = (0..geometry.size()[2]).filter(|_| !geometry.is_straight());
    let corners = outermost
        .into_iter()
        .chain(between.map(|k| k as f64))
        .flat_map(|k| [-0.5, columns - 0.5].map(|i| [i, k]))
        .flat_map(|[i, k]| [-0.5, rows - 0.5].map(|j| ContinuousIndex([i, j, k])));
    corners
        .map(|corner| normal.dot(geometry.lps_at(corner) - plane.origin))
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[near, far], x| {
            [near.min(x), far.max(x)]
        })
}

/// The stored values of some rows, `None` where no layer meets the grid.
fn project_rows<T: Scalar, P: Fold<T>>(
    grid: Grid<'_, T>,
    layers: &[Rows<'_>],
    rows: Range<usize>,
    interpolation: Interpolation,
    fold: &P,
) -> Vec<Option<f64>> {
    let n_columns = layers.first().map_or(0, |layer| layer.n_columns());
    let mut values = vec![P::START; n_columns * rows.len()];
    let mut n_layers = vec![0_u32; values.len()];
    for layer in layers {
        let of_rows = values
            .chunks_mut(n_columns)
            .zip(n_layers.chunks_mut(n_columns));
        for (row, (values, n_layers)) in rows.clone().zip(of_rows) {
            layer.visit(row, |span, line| {
                let values = &mut values[span.clone()];
                let inside = put_row(grid, line, interpolation, values, fold);
                for n in &mut n_layers[span][inside] {
                    *n += 1;
                }
            });
        }
    }
    let found = values.into_iter().zip(n_layers);
    found
        .map(|(value, n)| (n > 0).then(|| P::finish(value, n)))
        .collect()
}

/// One of the [`Projection`]s, on stored values.
trait Fold<T: Scalar>: Put<T, Pixel = f64> {
    const START: f64;
    fn finish(value: f64, _n_layers: u32) -> f64 {
        value
    }
}

struct Largest;
struct Smallest;
struct Total;

impl<T: Scalar> Put<T> for Largest {
    type Pixel = f64;
    #[inline(always)]
    fn value(&self, pixel: &mut f64, stored: f64) {
        *pixel = pixel.max(stored);
    }
}

impl<T: Scalar> Fold<T> for Largest {
    /// Gives way to every number.
    const START: f64 = f64::NAN;
}

impl<T: Scalar> Put<T> for Smallest {
    type Pixel = f64;
    #[inline(always)]
    fn value(&self, pixel: &mut f64, stored: f64) {
        *pixel = pixel.min(stored);
    }
}

impl<T: Scalar> Fold<T> for Smallest {
    /// Gives way to every number.
    const START: f64 = f64::NAN;
}

impl<T: Scalar> Put<T> for Total {
    type Pixel = f64;
    #[inline(always)]
    fn value(&self, pixel: &mut f64, stored: f64) {
        *pixel += stored;
    }
}

impl<T: Scalar> Fold<T> for Total {
    const START: f64 = 0.0;
    fn finish(value: f64, n_layers: u32) -> f64 {
        value / f64::from(n_layers)
    }
}
