//! Where a contour is: distances at the voxels beside its surface, and in two layers around these.

use super::motion::Motion;
use super::speed::Speed;
use crate::steps::{Cancelled, look};
use annotomy_volume::progress::Progress;
use rayon::prelude::*;

/// The distance of what is in no layer: so far or further.
pub(super) const FAR: f32 = 1e30;
/// Voxels that a thread does at least.
const MIN_LEN: usize = 1024;
/// Voxels between two looks at whether to go on.
const PART: usize = 1 << 16;
/// Of the largest stable time step.
const CAUTION: f32 = 0.9;
/// Rounds that a layer takes to settle, each from the one before: neighbours in a layer depend on
/// each other.
const N_ROUNDS: usize = 2;
/// The same at the start, where nothing is known yet.
const N_FIRST_ROUNDS: usize = 6;
/// Iterations after which voxels are put in order again.
const SORTED_EVERY: usize = 3;

/// What is beside the surface is on its own side.
pub(super) const LEAST: f32 = 1e-6;

/// How near to the surface a voxel is.
const NOT_IN_BAND: u8 = 0;
/// Beside the surface: a neighbour is on the other side.
const SURFACE: u8 = 1;

/// The voxels of a box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub(super) size: [usize; 3],
    pub(super) strides: [usize; 3],
    /// Millimetres between neighbours.
    pub(super) mm: [f32; 3],
    /// Stand for divisions by the sizes along i and j.
    shares: [u64; 2],
}

impl Grid {
    fn new(size: [usize; 3], mm: [f32; 3]) -> Self {
        Self {
            size,
            strides: [1, size[0], size[0] * size[1]],
            mm,
            shares: [size[0], size[1]].map(|n| u64::MAX / (n as u64).max(2) + 1),
        }
    }

    /// By products instead of divisions, which are right in 32 bits (D. Lemire, O. Kaser, N. Kurz,
    /// Software: Practice and Experience 49 (2019) 953, theorem 1) and there are no more voxels.
    #[inline]
    pub(super) fn place(&self, at: usize) -> [usize; 3] {
        let divided = |n: usize, axis: usize| match self.size[axis] {
            1 => n,
            _ => ((n as u128 * u128::from(self.shares[axis])) >> 64) as usize,
        };
        let row = divided(at, 0);
        let slice = divided(row, 1);
        [at - row * self.size[0], row - slice * self.size[1], slice]
    }

    /// Offsets to the neighbours below and above along each axis; 0 where there is none.
    pub(super) fn beside(&self, place: [usize; 3]) -> [[usize; 2]; 3] {
        std::array::from_fn(|axis| {
            let stride = self.strides[axis];
            let below = if place[axis] > 0 { stride } else { 0 };
            let above = if place[axis] + 1 < self.size[axis] {
                stride
            } else {
                0
            };
            [below, above]
        })
    }
}

/// Distances that are read.
pub(super) struct Levels<'a> {
    pub(super) grid: &'a Grid,
    pub(super) levels: &'a [f32],
}

/// Signed distances in mm near a surface, negative inside.
#[derive(Debug, Clone)]
pub(super) struct Band {
    pub(super) grid: Grid,
    pub(super) levels: Vec<f32>,
    pub(super) ranks: Vec<u8>,
    /// Voxels beside the surface, and those of the two layers around them.
    pub(super) shells: [Vec<u32>; 3],
    pub(super) iteration: usize,
    pub(super) time: f64,
}

impl Band {
    /// From distances that are right beside the surface; elsewhere only their signs count.
    pub(super) fn new(
        size: [usize; 3],
        mm: [f32; 3],
        levels: Vec<f32>,
        progress: &dyn Progress,
    ) -> Result<Self, Cancelled> {
        let grid = Grid::new(size, mm);
        let mut band = Self {
            ranks: vec![NOT_IN_BAND; levels.len()],
            grid,
            levels,
            shells: Default::default(),
            iteration: 0,
            time: 0.0,
        };
        let n_parts = band.levels.len().div_ceil(PART);
        let surface = (0..n_parts).into_par_iter().map(|part| {
            look(progress)?;
            let all = part * PART..((part + 1) * PART).min(band.levels.len());
            let beside = all.filter_map(|at| {
                let at = at as u32;
                let most = band.crossing(at)?;
                Some((at, band.levels[at as usize].clamp(-most, most)))
            });
            Ok(beside.collect())
        });
        let surface: Vec<Vec<(u32, f32)>> = surface.collect::<Result<_, Cancelled>>()?;
        band.levels.par_chunks_mut(PART).try_for_each(|part| {
            for level in part {
                *level = FAR.copysign(sign_of(*level));
            }
            look(progress)
        })?;
        band.settle(surface.concat(), N_FIRST_ROUNDS);
        Ok(band)
    }

    pub(super) const fn iteration(&self) -> usize {
        self.iteration
    }

    pub(super) const fn time(&self) -> f64 {
        self.time
    }

    pub(super) fn is_still(&self) -> bool {
        self.shells[0].is_empty()
    }

    /// Distances; those of voxels far off only have a sign.
    pub(super) fn levels(&self) -> &[f32] {
        &self.levels
    }

    fn read(&self) -> Levels<'_> {
        Levels {
            grid: &self.grid,
            levels: &self.levels,
        }
    }

    /// One iteration, by the longest time step that is stable.
    pub(super) fn advance(&mut self, speed: &Speed, motion: Motion) {
        let read = self.read();
        let surface = self.shells[0].par_iter().with_min_len(MIN_LEN);
        let rates: Vec<[f32; 2]> = surface.map(|&at| read.rate(at, speed, motion)).collect();
        let fastest = rates
            .iter()
            .fold(0.0, |most: f32, [_, bound]| most.max(*bound));
        self.iteration += 1;
        if fastest <= 0.0 {
            return;
        }
        let step = CAUTION / fastest;
        self.time += f64::from(step);
        let before = self.means_beside();
        for (&at, [rate, _]) in self.shells[0].iter().zip(&rates) {
            self.levels[at as usize] += step * rate;
        }
        self.follow(&before);
        let surface = self.surface();
        self.settle(surface, N_ROUNDS);
    }

    /// Of each voxel of the first layer the mean distance of its neighbours beside the surface.
    fn means_beside(&self) -> Vec<f32> {
        let layer = self.shells[1].par_iter().with_min_len(MIN_LEN);
        let mean = |&at: &u32| {
            let at = at as usize;
            let beside = self.grid.beside(self.grid.place(at));
            let there = beside
                .iter()
                .flat_map(|[below, above]| [at - below, at + above]);
            let levels = there.filter(|&there| self.ranks[there] == SURFACE);
            let (sum, n) = levels.fold((0.0, 0.0_f32), |(sum, n), there| {
                (sum + self.levels[there], n + 1.0)
            });
            sum / n.max(1.0)
        };
        layer.map(mean).collect()
    }

    /// Moves the first layer as its neighbours beside the surface have moved, on its own side.
    fn follow(&mut self, before: &[f32]) {
        let after = self.means_beside();
        let moved = before.iter().zip(after);
        for (&at, (before, after)) in self.shells[1].iter().zip(moved) {
            let level = &mut self.levels[at as usize];
            let sign = sign_of(*level);
            *level = sign * (sign * (*level + after - before)).max(LEAST);
        }
    }

    /// The voxels beside the surface now, and their distances.
    fn surface(&self) -> Vec<(u32, f32)> {
        let moved = |&at: &u32| {
            // Not further than the neighbour on the other side.
            let most = self.crossing(at)?;
            Some((at, self.levels[at as usize].clamp(-most, most)))
        };
        let [surface, layer, _] = &self.shells;
        let mut found: Vec<(u32, f32)> = surface
            .par_iter()
            .with_min_len(MIN_LEN)
            .filter_map(moved)
            .collect();
        found.par_extend(layer.par_iter().with_min_len(MIN_LEN).filter_map(moved));
        found
    }

    /// The least distance to a neighbour on the other side of the surface; `None` if there is none.
    fn crossing(&self, at: u32) -> Option<f32> {
        let at = at as usize;
        let is_inside = self.levels[at] < 0.0;
        let beside = self.grid.beside(self.grid.place(at));
        let crosses = |axis: &usize| {
            let [below, above] = beside[*axis];
            (self.levels[at - below] < 0.0) != is_inside
                || (self.levels[at + above] < 0.0) != is_inside
        };
        let distances = (0..3).filter(crosses).map(|axis| self.grid.mm[axis]);
        distances.reduce(f32::min)
    }

    /// Takes voxels as those beside the surface, and finds the layers around them.
    fn settle(&mut self, mut surface: Vec<(u32, f32)>, n_rounds: usize) {
        // What comes of them does not depend on their order, but what lies together is read faster.
        if self.iteration.is_multiple_of(SORTED_EVERY) {
            surface.par_sort_unstable_by_key(|(at, _)| *at);
        }
        let before = std::mem::take(&mut self.shells);
        for &at in before.iter().flatten() {
            self.ranks[at as usize] = NOT_IN_BAND;
        }
        for &(at, level) in &surface {
            self.levels[at as usize] = level;
            self.ranks[at as usize] = SURFACE;
        }
        self.shells[0] = surface.into_iter().map(|(at, _)| at).collect();
        for rank in 1..3_u8 {
            self.shells[usize::from(rank)] = self.around(usize::from(rank) - 1, rank + 1);
        }
        for &at in before.iter().flatten() {
            let at = at as usize;
            if self.ranks[at] == NOT_IN_BAND {
                self.levels[at] = FAR.copysign(sign_of(self.levels[at]));
            }
        }
        for rank in 1..3_u8 {
            for _ in 0..n_rounds {
                self.extend(usize::from(rank), rank + 1);
            }
        }
    }

    /// The neighbours of a shell that are in none yet; they get a rank.
    fn around(&mut self, shell: usize, rank: u8) -> Vec<u32> {
        let mut found = Vec::with_capacity(self.shells[shell].len());
        for &at in &self.shells[shell] {
            let at = at as usize;
            for [below, above] in self.grid.beside(self.grid.place(at)) {
                for there in [at - below, at + above] {
                    if self.ranks[there] == NOT_IN_BAND {
                        self.ranks[there] = rank;
                        found.push(there as u32);
                    }
                }
            }
        }
        found
    }

    /// Distances of a layer from what is as near to the surface or nearer.
    fn extend(&mut self, shell: usize, rank: u8) {
        let read = self.read();
        let layer = &self.shells[shell];
        let mut levels = vec![0.0; layer.len()];
        let parts = levels
            .par_chunks_mut(MIN_LEN)
            .zip(layer.par_chunks(MIN_LEN));
        parts.for_each(|(levels, layer)| read.extended(layer, (&self.ranks, rank), levels));
        for (&at, level) in self.shells[shell].iter().zip(levels) {
            self.levels[at as usize] = level;
        }
    }
}

/// What is on the surface is outside.
fn sign_of(level: f32) -> f32 {
    if level < 0.0 { -1.0 } else { 1.0 }
}
