//! How long work tells its caller where it is, and hears that it should stop.

/// Receives progress and answers whether to go on. Called from several threads.
pub trait Progress: Sync {
    /// `done` of `total` steps are finished; `total` is 0 while it is unknown.
    fn advance(&self, done: usize, total: usize);
    /// Whether the work should stop as soon as it can.
    fn is_cancelled(&self) -> bool;
}

/// Nobody watches and nobody cancels.
#[derive(Debug, Clone, Copy)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn advance(&self, _done: usize, _total: usize) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}
