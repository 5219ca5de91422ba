//! Long work: off the async threads, with progress, and cancellable.
//!
//! Several clients may wait for one piece of work, each under a job name of its own; it stops when
//! none of them wants it any more.

use crate::app::App;
use crate::wire::{Event, Stage, WireError};
use annotomy_formats::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Between two progress events of a job.
const EVENT_INTERVAL: Duration = Duration::from_millis(50);

/// The job names under which clients wait for one piece of work; none left means stop.
#[derive(Debug, Default)]
pub(crate) struct Interest(Mutex<BTreeSet<String>>);

impl Interest {
    /// Adds a job to those that use what the work has made.
    pub(crate) fn add(&self, job: &str) {
        self.names().insert(job.to_owned());
    }

    /// Takes a job's interest back. Whether it had any.
    pub(crate) fn leave(&self, job: &str) -> bool {
        self.names().remove(job)
    }

    /// Takes everybody's interest back: the work stops.
    pub(crate) fn lose(&self) {
        self.names().clear();
    }

    fn names(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.names().is_empty()
    }
}

/// Jobs that can be cancelled at present.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<BTreeMap<String, Arc<Interest>>>);

impl Jobs {
    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Interest>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a job's interest back; unknown jobs have ended already.
    pub(crate) fn cancel(&self, job: &str) {
        if let Some(interest) = self.running().remove(job) {
            interest.leave(job);
        }
    }

    /// Adds a job to those that wait for work already going on. False when that work is stopping.
    pub(crate) fn join(&self, job: &str, interest: &Arc<Interest>) -> bool {
        let mut names = interest.names();
        let goes_on = !names.is_empty();
        if goes_on {
            names.insert(job.to_owned());
            drop(names);
            self.running().insert(job.to_owned(), Arc::clone(interest));
        }
        goes_on
    }
}

/// One job; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Job {
    stage: Stage,
    interest: Arc<Interest>,
    app: Arc<App>,
    last_event: Mutex<Option<Instant>>,
}

impl Job {
    pub(crate) fn start(app: &Arc<App>, name: &str, stage: Stage) -> Self {
        let interest = Arc::<Interest>::default();
        interest.names().insert(name.to_owned());
        app.jobs
            .running()
            .insert(name.to_owned(), Arc::clone(&interest));
        Self {
            stage,
            interest,
            app: Arc::clone(app),
            last_event: Mutex::default(),
        }
    }

    pub(crate) fn interest(&self) -> &Arc<Interest> {
        &self.interest
    }

    fn is_due(&self, is_last: bool) -> bool {
        let mut last = self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_due = is_last || last.is_none_or(|at| at.elapsed() >= EVENT_INTERVAL);
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let is_ours = |interest: &Arc<Interest>| Arc::ptr_eq(interest, &self.interest);
        let mut running = self.app.jobs.running();
        running.retain(|_, interest| !is_ours(interest));
    }
}

impl Progress for Job {
    fn advance(&self, done: usize, total: usize) {
        if self.is_due(done == total) {
            let (stage, done, total) = (self.stage, done as u32, total as u32);
            for job in self.interest.names().iter().cloned() {
                self.app.events.send(Event::Progress {
                    job,
                    stage,
                    done,
                    total,
                });
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.interest.is_lost()
    }
}

/// Events on their way to every window.
#[derive(Debug)]
pub(crate) struct Events(broadcast::Sender<Event>);

/// A window that falls behind further loses events and is told so.
const N_BUFFERED: usize = 1024;

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(N_BUFFERED))
    }
}

impl Events {
    /// Sends an event; without a window nobody hears it, and that is fine.
    pub(crate) fn send(&self, event: Event) {
        drop(self.0.send(event));
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}

/// Runs CPU or file work off the async threads. A panic becomes `internal`.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WireError> + Send + 'static,
) -> Result<T, WireError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(WireError::internal()))
}
