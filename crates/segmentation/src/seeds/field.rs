//! The voxels of a box with the distances to their nearest seeds, and how they spread.
//!
//! A distance is a whole number of steps of a value: the sum, along the best path from a seed, of
//! what each move to one of 26 neighbours costs, the difference of the values and a share for its
//! length. A move costs at least 1, so that those who are nearer to their seed are settled first and
//! the moves that give a voxel its distance never go in circles. Of equally near seeds the smallest
//! label counts: distances and labels are what the seeds say and not how they were found.

use super::queue::Queue;
use crate::steps::Cancelled;
use annotomy_volume::labels::Label;
use annotomy_volume::progress::Progress;

/// The distance of a voxel that no seed reaches.
pub(super) const OPEN: u32 = u32::MAX;
/// Voxels settled between two looks at whether to go on.
const CHECK_EVERY: usize = 1 << 14;
/// Voxels whose surroundings are fetched from memory together.
const FETCHED: usize = 16;
/// Rows of three around a voxel.
const N_ROWS: usize = 9;

/// A voxel. One at distance 0 is a seed, or, without a label, closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) distance: u32,
    pub(super) label: Label,
    pub(super) value: u16,
}

impl Cell {
    /// Neither grown into nor from.
    pub(super) const CLOSED: Self = Self {
        distance: 0,
        label: 0,
        value: 0,
    };

    pub(super) const fn is_closed(self) -> bool {
        self.distance == 0 && self.label == 0
    }
}

/// What the moves from a slice cost for their length, by row and place around a voxel.
pub(super) type Lengths = [[u32; 3]; N_ROWS];

/// The voxels of a box in a shell of closed ones, i fastest.
#[derive(Debug)]
pub(super) struct Field {
    /// Voxels along i, j, k with the shell.
    pub(super) size: [usize; 3],
    pub(super) cells: Vec<Cell>,
    /// Of each slice.
    pub(super) lengths: Vec<Lengths>,
    /// What a difference of 1 between values costs.
    pub(super) per_value: u32,
}

impl Field {
    /// Starts of the rows of three around a voxel, as steps back in memory from it.
    fn rows(&self) -> [usize; N_ROWS] {
        let [n_i, n_j, _] = self.size;
        std::array::from_fn(|n| {
            let [j, k] = [n % 3, n / 3];
            let ahead = (k * n_j + j) * n_i;
            ((n_j + 1) * n_i + 1).wrapping_sub(ahead)
        })
    }

    fn slice(&self, at: usize) -> usize {
        at / (self.size[0] * self.size[1])
    }

    /// Calls `found` with the place of each voxel around one, itself included, and what a move
    /// between the two costs.
    fn around(&self, at: usize, rows: &[usize; N_ROWS], mut found: impl FnMut(usize, u32)) {
        let value = self.cells[at].value;
        for (back, lengths) in rows.iter().zip(&self.lengths[self.slice(at)]) {
            let first = at.wrapping_sub(*back);
            for (n, length) in lengths.iter().enumerate() {
                let other = self.cells[first + n].value;
                let cost = length + u32::from(value.abs_diff(other)) * self.per_value;
                found(first + n, cost);
            }
        }
    }

    /// Makes a voxel a seed.
    pub(super) fn seed(&mut self, at: usize, label: Label, queue: &mut Queue) {
        let cell = &mut self.cells[at];
        (cell.distance, cell.label) = (0, label);
        queue.push(0, at as u32);
    }

    /// Spreads what is queued until every voxel has its distance.
    pub(super) fn spread(
        &mut self,
        queue: &mut Queue,
        progress: &dyn Progress,
    ) -> Result<(), Cancelled> {
        let rows = self.rows();
        let mut batch = Vec::new();
        let (mut n_settled, mut next_look) = (0, CHECK_EVERY);
        while queue.take(&mut batch, distance_in(&self.cells)).is_some() {
            for some in batch.chunks(FETCHED) {
                self.fetch(some, &rows);
                for &at in some {
                    self.relax(at as usize, &rows, queue);
                }
                n_settled += some.len();
                if n_settled >= next_look {
                    look(progress, n_settled, self.cells.len())?;
                    next_look = n_settled + CHECK_EVERY;
                }
            }
        }
        Ok(())
    }

    /// Has what is around some voxels come from memory while nothing waits for it.
    fn fetch(&self, some: &[u32], rows: &[usize; N_ROWS]) {
        let places = some
            .iter()
            .flat_map(|at| rows.iter().map(|back| (*at as usize).wrapping_sub(*back)));
        let all = places.fold(0, |all, place| all | self.cells[place].distance);
        std::hint::black_box(all);
    }

    /// Offers the ways through a voxel to those around it.
    #[inline(always)]
    fn relax(&mut self, at: usize, rows: &[usize; N_ROWS], queue: &mut Queue) {
        let Cell {
            distance,
            label,
            value,
        } = self.cells[at];
        let lengths = &self.lengths[self.slice(at)];
        for (back, lengths) in rows.iter().zip(lengths) {
            let first = at.wrapping_sub(*back);
            let row: &mut [Cell; 3] = (&mut self.cells[first..first + 3])
                .try_into()
                .expect("three are three");
            for (n, (cell, length)) in row.iter_mut().zip(lengths).enumerate() {
                let apart = u32::from(cell.value.abs_diff(value));
                let further = distance.saturating_add(apart * self.per_value + length);
                let is_nearer = further < cell.distance;
                if is_nearer || further == cell.distance && label < cell.label {
                    (cell.distance, cell.label) = (further, label);
                    queue.push(further, (first + n) as u32);
                }
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
        let rows = self.rows();
        let mut asked = Queue::new();
        let mut released = Vec::new();
        for &seed in seeds {
            self.open(seed, (0, &rows), &mut asked);
            released.push(seed);
        }
        let mut batch = Vec::new();
        let mut next_look = CHECK_EVERY;
        while let Some(distance) = asked.take(&mut batch, distance_in(&self.cells)) {
            for &at in &batch {
                if !self.is_supported(at as usize, &rows) {
                    self.open(at, (distance, &rows), &mut asked);
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
            if let Some((distance, label)) = self.nearest(at as usize, &rows) {
                let cell = &mut self.cells[at as usize];
                (cell.distance, cell.label) = (distance, label);
                queue.push(distance, at);
            }
        }
        Ok(queue)
    }

    /// Forgets the distance of a voxel and asks again those who may have theirs from it.
    fn open(&mut self, at: u32, (distance, rows): (u32, &[usize; N_ROWS]), asked: &mut Queue) {
        let label = self.cells[at as usize].label;
        let cell = &mut self.cells[at as usize];
        (cell.distance, cell.label) = (OPEN, 0);
        self.around(at as usize, rows, |other, cost| {
            let neighbour = self.cells[other];
            let is_from_here = neighbour.distance == distance.saturating_add(cost);
            if is_from_here && neighbour.label == label {
                asked.push(neighbour.distance, other as u32);
            }
        });
    }

    fn is_supported(&self, at: usize, rows: &[usize; N_ROWS]) -> bool {
        let cell = self.cells[at];
        let mut is_supported = false;
        self.around(at, rows, |other, cost| {
            let neighbour = self.cells[other];
            is_supported |= neighbour.label == cell.label
                && neighbour.distance.saturating_add(cost) == cell.distance;
        });
        is_supported
    }

    /// The least distance that neighbours with one give a voxel, and its label.
    fn nearest(&self, at: usize, rows: &[usize; N_ROWS]) -> Option<(u32, Label)> {
        let mut nearest = (OPEN, 0);
        self.around(at, rows, |other, cost| {
            let neighbour = self.cells[other];
            if !neighbour.is_closed() {
                let found = (neighbour.distance.saturating_add(cost), neighbour.label);
                nearest = nearest.min(found);
            }
        });
        (nearest.0 != OPEN).then_some(nearest)
    }
}

fn distance_in(cells: &[Cell]) -> impl Fn(u32) -> u32 {
    |voxel| cells[voxel as usize].distance
}

fn look(progress: &dyn Progress, done: usize, total: usize) -> Result<(), Cancelled> {
    progress.advance(done.min(total), total);
    match progress.is_cancelled() {
        true => Err(Cancelled),
        false => Ok(()),
    }
}
