//! What it costs to draw along the links between pixels.

use super::NEIGHBOURS;
use crate::value_plane::ValuePlane;
use annotomy_volume::space::Mm;

/// Smoothed values that differ by less than this part of them are the same.
const ROUNDING: f64 = 1e-12;

/// Shares of a link's cost: how weak the edge is at its ends, that no zero crossing is there, and how
/// far it runs across the edge. Mortensen and Barrett give strength less and crossings more; with
/// theirs, wires in noise follow crossings that are no edges.
const WEAKNESS: f64 = 0.65;
const NO_CROSSING: f64 = 0.15;
const ACROSS: f64 = 0.2;

/// What it costs to draw along the links of a plane's pixels.
///
/// An edge is as strong as x² / (1 + x²), x being the gradient of the smoothed values as a multiple of
/// the plane's mean: so no single metal implant makes all other edges weak. The cost of a link is its
/// length in mm times a weighted sum of three terms between 0 and 1: how weak the edge is, as the
/// mean of its ends; how many of its ends are no zero crossing of the Laplacian; and how far the
/// edge's direction at its ends, weighted by strength, is from its own. A link costs the same in
/// both directions.
#[derive(Debug, Clone)]
pub struct WireCosts {
    size: [usize; 2],
    /// Of each pixel: weakness and missing crossing, weighted.
    local: Vec<f32>,
    /// Of each pixel the direction of the edge, as long as it is strong.
    along: Vec<[f32; 2]>,
    /// Lengths of the links to the neighbours, mm, and their directions.
    lengths: [f32; 8],
    directions: [[f32; 2]; 8],
}

impl WireCosts {
    /// Of values smoothed by a Gaussian.
    ///
    /// # Panics
    /// If the values are fewer than the size says.
    #[must_use]
    pub fn of(plane: &ValuePlane<'_>, sigma: Mm) -> Self {
        let smoothed = Field {
            values: plane.smoothed(sigma),
            size: plane.size,
            step_mm: plane.step_mm,
        };
        let n_pixels = plane.size[0] * plane.size[1];
        let gradients: Vec<[f64; 2]> = (0..n_pixels).map(|at| smoothed.gradient(at)).collect();
        let strengths = gradients.iter().map(|[x, y]| x.hypot(*y));
        let mean = strengths.sum::<f64>() / n_pixels.max(1) as f64;
        let laplacians: Vec<f64> = (0..n_pixels).map(|at| smoothed.laplacian(at)).collect();
        let is_crossing = |at: usize| {
            let own = laplacians[at];
            smoothed.sides(at).into_iter().any(|side| {
                let other = laplacians[side];
                own * other < 0.0 && own.abs() <= other.abs()
            })
        };
        let pixel = |(at, &[x, y]): (usize, &[f64; 2])| {
            let length = x.hypot(y);
            if length == 0.0 {
                return (WEAKNESS + NO_CROSSING, [0.0; 2]);
            }
            let strength = 1.0 / (1.0 + (mean / length).powi(2));
            // What crosses zero where nothing is steep is rounding or noise.
            let crossing = match length > mean && is_crossing(at) {
                true => 0.0,
                false => NO_CROSSING,
            };
            let along = [-y, x].map(|part| part / length * strength);
            (WEAKNESS * (1.0 - strength) + crossing, along)
        };
        let (local, along) = gradients
            .iter()
            .enumerate()
            .map(pixel)
            .map(|(local, along)| (local as f32, along.map(|part| part as f32)))
            .unzip();
        let steps = NEIGHBOURS.map(|[x, y]| {
            let step = [x as f64 * plane.step_mm[0], y as f64 * plane.step_mm[1]];
            (step, step[0].hypot(step[1]))
        });
        Self {
            size: plane.size,
            local,
            along,
            lengths: steps.map(|(_, length)| length as f32),
            directions: steps.map(|(step, length)| step.map(|part| (part / length) as f32)),
        }
    }

    /// Columns, rows.
    #[must_use]
    pub const fn size(&self) -> [usize; 2] {
        self.size
    }

    /// The neighbour of a pixel in one of the eight directions, and what the link to it costs; `None`
    /// beyond the plane.
    #[must_use]
    pub fn link(&self, at: usize, direction: usize) -> Option<(usize, f32)> {
        let [n_columns, n_rows] = self.size;
        let [x, y] = NEIGHBOURS[direction];
        let column = (at % n_columns).checked_add_signed(x)?;
        let row = (at / n_columns).checked_add_signed(y)?;
        if column >= n_columns || row >= n_rows {
            return None;
        }
        let to = row * n_columns + column;
        let [right, down] = self.directions[direction];
        let sum = [0, 1].map(|part| self.along[at][part] + self.along[to][part]);
        // Both ends' edges have to run the same way: two that lie back to back are no one edge.
        let across = 1.0 - 0.5 * sum[0].mul_add(right, sum[1] * down).abs();
        let local = 0.5 * (self.local[at] + self.local[to]);
        Some((
            to,
            self.lengths[direction] * (ACROSS as f32).mul_add(across, local),
        ))
    }
}

/// Smoothed values; not a number where none is near.
struct Field {
    values: Vec<f64>,
    size: [usize; 2],
    step_mm: [f64; 2],
}

impl Field {
    /// The pixels before and after along columns and rows, or the pixel itself at the border.
    fn sides(&self, at: usize) -> [usize; 4] {
        let [n_columns, n_rows] = self.size;
        let (column, row) = (at % n_columns, at / n_columns);
        [
            at - usize::from(column > 0),
            at + usize::from(column + 1 < n_columns),
            at - if row > 0 { n_columns } else { 0 },
            at + if row + 1 < n_rows { n_columns } else { 0 },
        ]
    }

    /// By central differences; 0 where a value is missing.
    fn gradient(&self, at: usize) -> [f64; 2] {
        let [left, right, up, down] = self.sides(at).map(|side| self.values[side]);
        let [x, y] = [[left, right], [up, down]].map(|[before, after]| {
            let is_same = (after - before).abs() <= ROUNDING * before.abs();
            if is_same { 0.0 } else { after - before }
        });
        let [x, y] = [x / (2.0 * self.step_mm[0]), y / (2.0 * self.step_mm[1])];
        match x.is_finite() && y.is_finite() {
            true => [x, y],
            false => [0.0; 2],
        }
    }

    /// 0 where a value is missing.
    fn laplacian(&self, at: usize) -> f64 {
        let own = self.values[at];
        let [left, right, up, down] = self.sides(at).map(|side| self.values[side]);
        let second = |a: f64, b: f64, step: f64| (a - 2.0 * own + b) / (step * step);
        let sum = second(left, right, self.step_mm[0]) + second(up, down, self.step_mm[1]);
        if sum.is_finite() { sum } else { 0.0 }
    }
}
