//! Smoothing: where the vertices of nets come to lie.
//!
//! A vertex starts in the middle of its cell. The mean of its neighbours, taken again and again, is
//! a filter whose powers make up any other (G. Taubin, T. Zhang, G. Golub, "Optimal surface
//! smoothing as filter design", ECCV 1996). Here it is the smoothest one, under a Hann window, that
//! leaves planes and curvature as they are, so that the steps of voxels go and volumes stay. In the
//! end no vertex lies outside its cell, so that the surface stays between the centres of voxels
//! (S. F. F. Gibson, "Constrained elastic surface nets", MICCAI 1998). All of it in index space:
//! half a voxel is half a slice where slices are thick.

use super::links::{Links, Nets};
use crate::labels::BRICK_EDGE;
use rayon::prelude::*;
use std::f64::consts::PI;

/// Means that are taken. A change is felt as many cells away, which has to be less than a brick.
const N_MEANS: usize = 10;

const _: () = assert!(N_MEANS + 4 < BRICK_EDGE, "an edit is felt too far away");

/// Positions of all vertices, in voxels of the grid.
pub(super) fn relaxed(nets: &Nets, links: &[Links]) -> Vec<[f32; 3]> {
    let [first, second, others @ ..] = weights();
    let mut now = middles(nets);
    let mut smooth: Vec<[f32; 3]> = now.iter().map(|x| x.map(|x| x * first)).collect();
    let mut before = now.clone();
    // T1 = M, T(n + 1) = 2 M T(n) - T(n - 1), of the mean M.
    let steps = others.map(|weight| (2.0, 1.0, weight));
    for (of_mean, of_last, weight) in [(1.0, 0.0, second)].into_iter().chain(steps) {
        let parts = nets.split(&mut before).into_par_iter();
        let sums = nets.split(&mut smooth).into_par_iter();
        parts.zip(sums).zip(links).for_each(|((part, sum), links)| {
            for ((x, sum), neighbours) in part.iter_mut().zip(sum).zip(links.each()) {
                let mean = mean(neighbours, &now);
                for axis in 0..3 {
                    x[axis] = of_mean * mean[axis] - of_last * x[axis];
                    sum[axis] += weight * x[axis];
                }
            }
        });
        std::mem::swap(&mut before, &mut now);
    }
    let middles = middles(nets);
    for (x, middle) in smooth.iter_mut().zip(middles) {
        for (x, middle) in x.iter_mut().zip(middle) {
            *x = x.clamp(middle - 0.5, middle + 0.5);
        }
    }
    smooth
}

/// Of the Chebyshev polynomials of the mean: f(t) = sum of w(n) cos(n t) has f(0) = 1 and no
/// curvature there, and is least in the mean square, weighted by the window.
fn weights() -> [f32; N_MEANS + 1] {
    let window: [f64; N_MEANS + 1] = std::array::from_fn(|n| {
        let hann = 0.5 + 0.5 * (PI * n as f64 / (N_MEANS + 1) as f64).cos();
        if n == 0 { hann } else { 2.0 * hann }
    });
    let moment = |power: i32| -> f64 {
        let terms = window.iter().enumerate();
        terms.map(|(n, w)| w * (n as f64).powi(power)).sum()
    };
    let [m0, m2, m4] = [0, 2, 4].map(moment);
    let scale = m0 * m4 - m2 * m2;
    std::array::from_fn(|n| {
        let factor = (m4 - m2 * (n as f64).powi(2)) / scale;
        (window[n] * factor) as f32
    })
}

/// The middle of each vertex's cell.
fn middles(nets: &Nets) -> Vec<[f32; 3]> {
    let mut middles = vec![[0.0; 3]; nets.n_vertices()];
    let parts = nets.split(&mut middles).into_par_iter();
    parts.zip(&nets.nets).for_each(|(part, net)| {
        let first = net.index.first_voxel();
        for (middle, vertex) in part.iter_mut().zip(&net.vertices) {
            *middle =
                std::array::from_fn(|n| (first[n] + usize::from(vertex.cell[n])) as f32 - 0.5);
        }
    });
    middles
}

fn mean(neighbours: &[u32], positions: &[[f32; 3]]) -> [f32; 3] {
    let mut sum = [0.0; 3];
    for &neighbour in neighbours {
        let position = positions[neighbour as usize];
        for (sum, x) in sum.iter_mut().zip(position) {
            *sum += x;
        }
    }
    let share = 1.0 / neighbours.len().max(1) as f32;
    sum.map(|x| x * share)
}
