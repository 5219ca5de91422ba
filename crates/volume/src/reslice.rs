//! A picture of the volume in any plane.

use crate::geometry::Geometry;
use crate::kernel::{Put, put_row};
use crate::sample::Grid;
pub use crate::sample::Interpolation;
use crate::scanline::Scanline;
use crate::slice_track::SliceTrack;
use crate::space::{PointLps, VectorLps};
use crate::volume::{Rescale, Scalar, Volume, Voxels};
use crate::with_voxels;
use rayon::prelude::*;
use std::ops::Range;

/// Rows one task does at least: keeps the cost of sharing work below the work.
const ROWS_PER_TASK: usize = 16;

/// A rectangle of pixels in the patient. The steps need be neither of one length nor at right
/// angles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlicePlane {
    /// Centre of pixel (0, 0).
    pub origin: PointLps,
    /// From a pixel to the next one in its row.
    pub column_step: VectorLps,
    /// From a pixel to the one below.
    pub row_step: VectorLps,
    /// Columns, rows.
    pub size: [usize; 2],
}

impl SlicePlane {
    /// Centre of a pixel.
    #[must_use]
    pub fn pixel_centre(&self, column: usize, row: usize) -> PointLps {
        self.origin + self.column_step * column as f64 + self.row_step * row as f64
    }

    /// Unit vector at right angles to the plane: columns, rows and normal are right-handed. `None`
    /// if the steps do not span a plane.
    #[must_use]
    pub fn normal(&self) -> Option<VectorLps> {
        self.column_step.cross(self.row_step).normalized()
    }

    /// The same rectangle moved.
    #[must_use]
    pub fn moved(&self, by: VectorLps) -> Self {
        Self {
            origin: self.origin + by,
            ..*self
        }
    }
}

/// Rescaled values in a plane, by rows; `background` (a rescaled value) outside the grid.
///
/// A plane that is not finite shows the background only.
///
/// # Panics
/// If the volume is longer than 2^30 voxels along an axis.
#[must_use]
pub fn reslice(
    volume: &Volume,
    plane: &SlicePlane,
    interpolation: Interpolation,
    background: f32,
) -> Vec<f32> {
    put_rescaled(volume, plane, interpolation, (volume.rescale(), background))
}

/// Stored values in a plane, by rows, interpolated and not rounded; not a number outside the grid.
///
/// A plane that is not finite has no number.
///
/// # Panics
/// If the volume is longer than 2^30 voxels along an axis.
#[must_use]
pub fn reslice_unrounded(
    volume: &Volume,
    plane: &SlicePlane,
    interpolation: Interpolation,
) -> Vec<f32> {
    put_rescaled(volume, plane, interpolation, (Rescale::IDENTITY, f32::NAN))
}

fn put_rescaled(
    volume: &Volume,
    plane: &SlicePlane,
    interpolation: Interpolation,
    (rescale, background): (Rescale, f32),
) -> Vec<f32> {
    let mut pixels = vec![background; plane.size[0] * plane.size[1]];
    let put = Rescaled(rescale);
    with_voxels!(volume.voxels(), voxels => {
        let rows = Rows::new(volume.geometry(), plane);
        put_plane(Grid::new(voxels, volume.geometry().size()), &rows, interpolation, &mut pixels, &put);
    });
    pixels
}

/// Stored values in a plane, by rows, in the stored type: interpolated values are rounded and
/// clamped to it. `background` is a stored value, too.
///
/// A plane that is not finite shows the background only.
///
/// # Panics
/// If the volume is longer than 2^30 voxels along an axis.
#[must_use]
pub fn reslice_stored(
    volume: &Volume,
    plane: &SlicePlane,
    interpolation: Interpolation,
    background: f64,
) -> Voxels {
    with_voxels!(volume.voxels(), voxels => {
        let rows = Rows::new(volume.geometry(), plane);
        let grid = Grid::new(voxels, volume.geometry().size());
        let mut pixels = filled(voxels, background, plane.size[0] * plane.size[1]);
        put_plane(grid, &rows, interpolation, &mut pixels, &Stored);
        Scalar::wrap(pixels)
    })
}

/// As many pixels of the type of `_voxels`.
fn filled<T: Scalar>(_voxels: &[T], value: f64, n_pixels: usize) -> Vec<T> {
    vec![T::from_f64(value); n_pixels]
}

fn put_plane<T: Scalar, P: Put<T>>(
    grid: Grid<'_, T>,
    rows: &Rows<'_>,
    interpolation: Interpolation,
    pixels: &mut [P::Pixel],
    put: &P,
) {
    if pixels.is_empty() {
        return;
    }
    pixels
        .par_chunks_mut(rows.n_columns)
        .enumerate()
        .with_min_len(ROWS_PER_TASK)
        .for_each(|(row, pixels)| {
            rows.visit(row, |span, line| {
                put_row(grid, line, interpolation, &mut pixels[span], put);
            });
        });
}

/// A plane in index space.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    n_columns: usize,
    way: Way<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    /// Through a grid whose transform is affine: steps of index.
    Straight {
        start: [f64; 3],
        column_step: [f64; 3],
        row_step: [f64; 3],
    },
    /// Through slices of uneven distance: rows are cut where they pass a slice.
    Tracked(&'a SliceTrack, SlicePlane),
}

impl<'a> Rows<'a> {
    pub(crate) fn new(geometry: &'a Geometry, plane: &SlicePlane) -> Self {
        let way = match geometry.track() {
            Some(track) => Way::Tracked(track, *plane),
            None => Way::Straight {
                start: geometry.index_at(plane.origin).0,
                column_step: geometry.index_step(plane.column_step),
                row_step: geometry.index_step(plane.row_step),
            },
        };
        Self {
            n_columns: plane.size[0],
            way,
        }
    }

    pub(crate) const fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// Calls `visit` with the pixels of a row and their positions, in as few spans as there are
    /// straight lines in it; without those whose positions are not finite.
    pub(crate) fn visit(&self, row: usize, mut visit: impl FnMut(Range<usize>, &Scanline)) {
        match self.way {
            Way::Straight {
                start,
                column_step,
                row_step,
            } => {
                let start = std::array::from_fn(|n| start[n] + row_step[n] * row as f64);
                if let Some(line) = Scanline::new(start, column_step, self.n_columns) {
                    visit(0..self.n_columns, &line);
                }
            }
            Way::Tracked(track, plane) => {
                let mut first = 0;
                while first < self.n_columns {
                    let at = plane.pixel_centre(first, row);
                    let (piece, n) = track.run(at, plane.column_step, self.n_columns - first);
                    let start = piece.index_from_lps().apply(at.0);
                    let step = piece.index_from_lps().apply_to_step(plane.column_step);
                    if let Some(line) = Scanline::new(start, step, n) {
                        visit(first..first + n, &line);
                    }
                    first += n;
                }
            }
        }
    }
}

struct Rescaled(Rescale);

impl<T: Scalar> Put<T> for Rescaled {
    type Pixel = f32;
    #[inline(always)]
    fn value(&self, pixel: &mut f32, stored: f64) {
        *pixel = self.0.value(stored) as f32;
    }
}

struct Stored;

impl<T: Scalar> Put<T> for Stored {
    type Pixel = T;
    #[inline(always)]
    fn value(&self, pixel: &mut T, stored: f64) {
        *pixel = T::from_f64(stored);
    }
    #[inline(always)]
    fn voxel(&self, pixel: &mut T, stored: T) {
        *pixel = stored;
    }
}
