//! Earlier states of a contour, so that it can go back: every so many iterations one is kept, fewer
//! the longer it goes, and what lies between is computed again.

use super::band::{Band, FAR};

/// States kept at most, the start among them.
const MOST: usize = 32;
/// Iterations between two states, until there are too many.
const FIRST_INTERVAL: usize = 4;

/// One state.
#[derive(Debug)]
struct State {
    iteration: usize,
    time: f64,
    /// Which voxels are inside, 64 to a word.
    inside: Vec<u64>,
    shells: [Vec<u32>; 3],
    /// Distances of the shells' voxels, in their order.
    levels: Vec<f32>,
}

/// States by their iterations.
#[derive(Debug)]
pub(super) struct History {
    interval: usize,
    states: Vec<State>,
}

impl History {
    /// Only the start.
    pub(super) fn new(start: &Band) -> Self {
        Self {
            interval: FIRST_INTERVAL,
            states: vec![State::of(start)],
        }
    }

    /// Keeps a state, if it is its turn.
    pub(super) fn keep(&mut self, band: &Band) {
        if !band.iteration.is_multiple_of(self.interval) {
            return;
        }
        self.states.push(State::of(band));
        if self.states.len() > MOST {
            self.interval *= 2;
            self.states
                .retain(|state| state.iteration.is_multiple_of(self.interval));
        }
    }

    /// Takes a band back to the last state kept up to an iteration; later ones are forgotten.
    pub(super) fn restore(&mut self, iteration: usize, band: &mut Band) {
        // The start is never forgotten.
        self.states.retain(|state| state.iteration <= iteration);
        if let Some(state) = self.states.last() {
            state.put(band);
        }
    }
}

impl State {
    fn of(band: &Band) -> Self {
        let words = band.levels.chunks(64).map(|levels| {
            let bits = levels.iter().zip(0_u32..);
            bits.fold(0, |word, (level, n)| word | u64::from(*level < 0.0) << n)
        });
        Self {
            iteration: band.iteration,
            time: band.time,
            inside: words.collect(),
            shells: band.shells.clone(),
            levels: band
                .shells
                .iter()
                .flatten()
                .map(|&at| band.levels[at as usize])
                .collect(),
        }
    }

    fn put(&self, band: &mut Band) {
        for (levels, word) in band.levels.chunks_mut(64).zip(&self.inside) {
            for (level, n) in levels.iter_mut().zip(0_u32..) {
                *level = if word >> n & 1 == 1 { -FAR } else { FAR };
            }
        }
        band.ranks.fill(0);
        for (shell, rank) in self.shells.iter().zip(1_u8..) {
            shell.iter().for_each(|&at| band.ranks[at as usize] = rank);
        }
        for (&at, &level) in self.shells.iter().flatten().zip(&self.levels) {
            band.levels[at as usize] = level;
        }
        band.shells.clone_from(&self.shells);
        (band.iteration, band.time) = (self.iteration, self.time);
    }
}
