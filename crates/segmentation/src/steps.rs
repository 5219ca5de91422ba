//! Steps of work: counted for whoever watches, and where a cancelled run stops.

use annotomy_volume::progress::Progress;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use thiserror::Error;

/// The work was cancelled; nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Counts steps of work done on several threads.
pub(crate) struct Steps<'a> {
    progress: &'a dyn Progress,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(progress: &'a dyn Progress, total: usize) -> Self {
        let done = AtomicUsize::new(0);
        Self {
            progress,
            done,
            total,
        }
    }

    /// Whether to go on.
    pub(crate) fn check(&self) -> Result<(), Cancelled> {
        if self.progress.is_cancelled() {
            Err(Cancelled)
        } else {
            Ok(())
        }
    }

    /// One more step is done.
    pub(crate) fn step(&self) -> Result<(), Cancelled> {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.progress.advance(done, self.total);
        self.check()
    }
}

impl Progress for Steps<'_> {
    /// Nothing: steps within a step are not told.
    fn advance(&self, _done: usize, _total: usize) {}

    fn is_cancelled(&self) -> bool {
        self.progress.is_cancelled()
    }
}

/// Voxels between two looks at whether to go on.
pub(crate) const CHUNK: usize = 1 << 16;

/// Whether to go on.
pub(crate) fn look(progress: &dyn Progress) -> Result<(), Cancelled> {
    match progress.is_cancelled() {
        true => Err(Cancelled),
        false => Ok(()),
    }
}

/// So many values, each made from its number, side by side.
pub(crate) fn made<T: Clone + Default + Send>(
    n: usize,
    progress: &dyn Progress,
    make: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>, Cancelled> {
    let mut all = vec![T::default(); n];
    let chunks = all.par_chunks_mut(CHUNK).enumerate();
    chunks.try_for_each(|(chunk, values)| {
        look(progress)?;
        for (n, value) in values.iter_mut().enumerate() {
            *value = make(chunk * CHUNK + n);
        }
        Ok(())
    })?;
    Ok(all)
}

/// So many copies of a value that is not all zeros, for which memory has to be written.
pub(crate) fn filled<T: Clone>(
    n: usize,
    value: T,
    progress: &dyn Progress,
) -> Result<Vec<T>, Cancelled> {
    let mut all = Vec::with_capacity(n);
    while all.len() < n {
        look(progress)?;
        all.resize((all.len() + CHUNK).min(n), value.clone());
    }
    Ok(all)
}

/// One of several equal parts of some work, as the whole's progress.
pub(crate) struct Part<'a> {
    whole: &'a dyn Progress,
    part: usize,
    n_parts: usize,
}

impl<'a> Part<'a> {
    pub(crate) fn new(whole: &'a dyn Progress, part: usize, n_parts: usize) -> Self {
        Self {
            whole,
            part,
            n_parts,
        }
    }
}

impl Progress for Part<'_> {
    fn advance(&self, done: usize, total: usize) {
        self.whole
            .advance(self.part * total + done, self.n_parts * total);
    }

    fn is_cancelled(&self) -> bool {
        self.whole.is_cancelled()
    }
}
