//! Long work: off the async threads, with progress, and cancellable.

use crate::app::App;
use crate::wire::{Event, Stage, WireError};
use annotomy_formats::Progress;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Between two progress events of a job.
const EVENT_INTERVAL: Duration = Duration::from_millis(50);

/// Jobs that can be cancelled at present.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<BTreeMap<String, Arc<AtomicBool>>>);

impl Jobs {
    fn flags(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<AtomicBool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks a job to stop; unknown jobs have ended already.
    pub(crate) fn cancel(&self, job: &str) {
        if let Some(flag) = self.flags().get(job) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// One job; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Job {
    name: String,
    stage: Stage,
    is_cancelled: Arc<AtomicBool>,
    app: Arc<App>,
    last_event: Mutex<Option<Instant>>,
}

impl Job {
    pub(crate) fn start(app: &Arc<App>, name: &str, stage: Stage) -> Self {
        let is_cancelled = Arc::<AtomicBool>::default();
        app.jobs
            .flags()
            .insert(name.to_owned(), Arc::clone(&is_cancelled));
        let app = Arc::clone(app);
        Self {
            name: name.to_owned(),
            stage,
            is_cancelled,
            app,
            last_event: Mutex::default(),
        }
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
        self.app.jobs.flags().remove(&self.name);
    }
}

impl Progress for Job {
    fn advance(&self, done: usize, total: usize) {
        if self.is_due(done == total) {
            let job = self.name.clone();
            let (done, total) = (done as u32, total as u32);
            self.app.events.send(Event::Progress {
                job,
                stage: self.stage,
                done,
                total,
            });
        }
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
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
