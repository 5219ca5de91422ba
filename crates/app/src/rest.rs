//! What is done between edits, so that no edit waits for it: what was written last to the library is
//! moved to its place, and memory that is done with goes back to the system.

use crate::app::App;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Who has not drawn for so long is not in the middle of a row of strokes.
const PAUSE: Duration = Duration::from_millis(250);

/// Edits so far.
#[derive(Debug, Default)]
pub(crate) struct Rest(AtomicU64);

/// Called after every edit. Of edits in quick succession only the last one has a rest after it.
pub(crate) fn begin(app: &Arc<App>) {
    let n = app.rest.0.fetch_add(1, Ordering::Relaxed) + 1;
    // A program that ends does not wait for this: it is done when its library is closed.
    let app = Arc::downgrade(app);
    tokio::spawn(async move {
        tokio::time::sleep(PAUSE).await;
        let app = app.upgrade();
        if let Some(app) = app.filter(|app| app.rest.0.load(Ordering::Relaxed) == n) {
            app.library().checkpoint().await;
            tokio::task::spawn_blocking(annotomy_memory::give_back_freed);
        }
    });
}
