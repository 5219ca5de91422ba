//! The app behind the window. A library that cannot be opened is an answer, not an end: the
//! window shows why, and the next command tries again.

use annotomy_app::App;
use annotomy_app::config::Config;
use annotomy_app::wire::WireError;
use std::sync::Arc;
use tauri::async_runtime::spawn;
use tauri::{AppHandle, Emitter};
use tokio::sync::Mutex;
use tokio::sync::broadcast::error::RecvError;

/// The name under which every event reaches the window.
const EVENT: &str = "annotomy";

/// What the window works on.
pub(crate) struct Desk {
    handle: AppHandle,
    config: Config,
    app: Mutex<Option<Arc<App>>>,
}

impl Desk {
    pub(crate) fn new(handle: AppHandle, config: Config) -> Self {
        Self {
            handle,
            config,
            app: Mutex::default(),
        }
    }

    /// The app; opens its library if it is not open yet.
    pub(crate) async fn app(&self) -> Result<Arc<App>, WireError> {
        let mut open = self.app.lock().await;
        if let Some(app) = &*open {
            return Ok(Arc::clone(app));
        }
        let app = App::open(self.config.clone()).await?;
        spawn(forward_events(self.handle.clone(), Arc::clone(&app)));
        Ok(Arc::clone(open.insert(app)))
    }

    /// Waits for what is still being written.
    pub(crate) async fn finish(&self) {
        if let Some(app) = &*self.app.lock().await {
            app.finish().await;
        }
    }
}

async fn forward_events(handle: AppHandle, app: Arc<App>) {
    let mut events = app.events();
    loop {
        match events.recv().await {
            // A window that is being closed hears nothing any more.
            Ok(event) => drop(handle.emit(EVENT, event)),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
