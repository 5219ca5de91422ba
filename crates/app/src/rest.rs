//! What a library does between edits: it moves what was written last to its place, so that no edit
//! waits for that.

use annotomy_store::Library;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Who has not drawn for so long is not in the middle of a row of strokes.
const PAUSE: Duration = Duration::from_millis(250);

/// Edits so far.
#[derive(Debug, Default)]
pub(crate) struct Rest(Arc<AtomicU64>);

impl Rest {
    /// Called after every edit. Of edits in quick succession only the last one has a rest after it.
    pub(crate) fn begin(&self, library: &Arc<Library>) {
        let n_edits = Arc::clone(&self.0);
        let n = n_edits.fetch_add(1, Ordering::Relaxed) + 1;
        // A library that another one replaces must be free to close.
        let library = Arc::downgrade(library);
        tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            let is_last = n_edits.load(Ordering::Relaxed) == n;
            if let Some(library) = library.upgrade().filter(|_| is_last) {
                library.checkpoint().await;
            }
        });
    }
}
