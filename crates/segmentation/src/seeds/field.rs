//! The voxels of a box with the distances to their nearest seeds, and how they spread.
//!
//! A distance is a whole number of steps of a value: the sum, along the best path from a seed, of
//! what each move to one of 26 neighbours costs, the difference of the values and a share for its
//! length. A move costs at least 1, so that those who are nearer to their seed are settled first and
//! the moves that give a voxel its distance never go in circles. Of equally near seeds the smallest
//! label counts: distances and labels are what the seeds say and not how they were found.

use super::cell::{Cell, Key};
use super::layout::{Layout, N_AROUND};
use super::queue::Queue;
use crate::steps::{self, CHUNK, Cancelled, filled};
use annotomy_volume::labels::Label;
use annotomy_volume::progress::Progress;
use rayon::prelude::*;

/// Voxels settled between two looks at whether to go on.
const CHECK_EVERY: usize = 1 << 14;
/// Voxels whose surroundings are fetched from memory together.
const FETCHED: usize = 8;

/// The corners of what is around a voxel and of the slice in its middle.
const CORNERS: [usize; 12] = [0, 2, 6, 8, 9, 11, 15, 17, 18, 20, 24, 26];

/// What the moves from a slice cost for their length, by the way to a voxel around.
pub(super) type Lengths = [u32; N_AROUND];

/// What moves cost.
#[derive(Debug)]
pub(super) struct Costs {
    /// For their length, of each slice.
    pub(super) lengths: Vec<Lengths>,
    /// For a difference of 1 between values.
    pub(super) per_value: u32,
    /// At most.
    pub(super) most: u32,
}

/// The voxels of a box in a shell of closed ones.
#[derive(Debug)]
pub(super) struct Field<K: Key> {
    pub(super) layout: Layout,
    pub(super) cells: Vec<Cell<K>>,
    pub(super) costs: Costs,
}

impl<K: Key> Field<K> {
    /// Calls `found` with the place of each voxel around one, itself included, and what a move
    /// between the two costs.
    #[inline(always)]
    fn around(&self, at: usize, mut found: impl FnMut(usize, u32)) {
        let value = self.cells[at].value;
        let lengths = &self.costs.lengths[self.layout.slice(at)];
        for (way, length) in self.layout.around(at).iter().zip(lengths) {
            let other = at.wrapping_add_signed(*way as isize);
            let apart = u32::from(value.abs_diff(self.cells[other].value));
            found(other, length + apart * self.costs.per_value);
        }
    }

    /// The same with other keys, before anything has grown.
    pub(super) fn emptied<L: Key>(self, progress: &dyn Progress) -> Result<Field<L>, Cancelled> {
        let mut cells = filled(self.cells.len(), Cell::CLOSED, progress)?;
        let both = cells
            .par_chunks_mut(CHUNK)
            .zip(self.cells.par_chunks(CHUNK));
        both.try_for_each(|(cells, before)| {
            for (cell, before) in cells.iter_mut().zip(before) {
                if before.key() != K::CLOSED {
                    let value = before.value;
                    *cell = Cell {
                        key: L::OPEN,
                        value,
                    };
                }
            }
            steps::look(progress)
        })?;
        Ok(Field {
            layout: self.layout,
            cells,
            costs: self.costs,
        })
    }

    /// Makes a voxel a seed.
    pub(super) fn seed(&mut self, at: usize, label: Label, queue: &mut Queue) {
        self.cells[at].key = K::new(0, label);
        queue.push(0, at as u32);
    }

    /// Spreads what is queued until every voxel has its distance; answers whether all distances were
    /// near enough to be told apart.
    pub(super) fn spread(
        &mut self,
        queue: &mut Queue,
        progress: &dyn Progress,
    ) -> Result<bool, Cancelled> {
        let mut batch = Vec::new();
        let (mut n_settled, mut next_look) = (0, CHECK_EVERY);
        let mut farthest = 0;
        while let Some(distance) = queue.take(&mut batch, distance_in(&self.cells)) {
            farthest = distance;
            for some in batch.chunks(FETCHED) {
                self.fetch(some);
                for &at in some {
                    self.relax(at as usize, queue);
                }
                n_settled += some.len();
                if n_settled >= next_look {
                    look(progress, n_settled, self.cells.len())?;
                    next_look = n_settled + CHECK_EVERY;
                }
            }
        }
        Ok(farthest.saturating_add(self.costs.most) < K::FARTHEST)
    }

    /// Has what is around some voxels come from memory while nothing waits for it.
    fn fetch(&self, some: &[u32]) {
        let mut all = 0;
        for &at in some {
            let ways = self.layout.around(at as usize);
            for n in CORNERS {
                let other = (at as usize).wrapping_add_signed(ways[n] as isize);
                all |= self.cells[other].value;
            }
        }
        std::hint::black_box(all);
    }

    /// Offers the ways through a voxel to those around it.
    #[inline(always)]
    fn relax(&mut self, at: usize, queue: &mut Queue) {
        let Cell { key, value } = self.cells[at];
        let lengths = &self.costs.lengths[self.layout.slice(at)];
        for (way, length) in self.layout.around(at).iter().zip(lengths) {
            let other = at.wrapping_add_signed(*way as isize);
            let cell = &mut self.cells[other];
            let apart = u32::from(cell.value.abs_diff(value));
            let offered = key.further(apart * self.costs.per_value + length);
            if offered < cell.key() {
                cell.key = offered;
                queue.push(offered.distance(), other as u32);
            }
        }
    }

    /// Takes seeds away with all that they alone reached, and queues what is around.
    ///
    /// A voxel is kept while a neighbour that is kept gives it its distance and its label
    /// (Ramalingam and Reps, J. Algorithms 21 (1996) 267); they are asked nearest first, when all
    /// that they could have it from is decided.
    pub(super) fn release(
        &mut self,
        seeds: &[u32],
        progress: &dyn Progress,
    ) -> Result<Queue, Cancelled> {
        let mut asked = Queue::new();
        let mut released = Vec::new();
        for &seed in seeds {
            self.open(seed, &mut asked);
            released.push(seed);
        }
        let mut batch = Vec::new();
        let mut next_look = CHECK_EVERY;
        while asked.take(&mut batch, distance_in(&self.cells)).is_some() {
            for &at in &batch {
                if !self.is_supported(at as usize) {
                    self.open(at, &mut asked);
                    released.push(at);
                }
            }
            if released.len() >= next_look {
                look(progress, released.len(), self.cells.len())?;
                next_look = released.len() + CHECK_EVERY;
            }
        }
        let mut queue = Queue::new();
        for (n, &at) in released.iter().enumerate() {
            if n % CHECK_EVERY == 0 {
                look(progress, n, self.cells.len())?;
            }
            let nearest = self.nearest(at as usize);
            if nearest != K::OPEN {
                self.cells[at as usize].key = nearest;
                queue.push(nearest.distance(), at);
            }
        }
        Ok(queue)
    }

    /// Forgets the distance of a voxel and asks again those who may have theirs from it.
    fn open(&mut self, at: u32, asked: &mut Queue) {
        let key = self.cells[at as usize].key();
        self.cells[at as usize].key = K::OPEN;
        self.around(at as usize, |other, cost| {
            let neighbour = self.cells[other].key;
            let from_here = key.further(cost);
            if neighbour == from_here && neighbour != K::OPEN {
                asked.push(neighbour.distance(), other as u32);
            }
        });
    }

    fn is_supported(&self, at: usize) -> bool {
        let key = self.cells[at].key();
        let mut is_supported = false;
        self.around(at, |other, cost| {
            is_supported |= self.given(other, cost) == key
        });
        is_supported
    }

    /// The least key that neighbours with one give a voxel.
    fn nearest(&self, at: usize) -> K {
        let mut nearest = K::OPEN;
        self.around(at, |other, cost| {
            nearest = nearest.min(self.given(other, cost))
        });
        nearest
    }

    /// What a voxel gives to one that a move costs so much to; nothing if it is closed.
    fn given(&self, other: usize, cost: u32) -> K {
        match self.cells[other].key() {
            key if key == K::CLOSED || key == K::OPEN => K::OPEN,
            key => key.further(cost),
        }
    }
}

fn distance_in<K: Key>(cells: &[Cell<K>]) -> impl Fn(u32) -> u32 {
    |voxel| cells[voxel as usize].key().distance()
}

fn look(progress: &dyn Progress, done: usize, total: usize) -> Result<(), Cancelled> {
    progress.advance(done.min(total), total);
    match progress.is_cancelled() {
        true => Err(Cancelled),
        false => Ok(()),
    }
}
