//! Steps of work: counted for whoever watches, and where a cancelled run stops.

use annotomy_volume::progress::Progress;
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
