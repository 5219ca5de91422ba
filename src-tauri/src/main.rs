//! The desktop window: one command for control, one for bytes, and events. Everything else is the
//! app's.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod doors;

use annotomy_app::App;
use annotomy_app::config::Config;
use std::sync::Arc;
use tauri::async_runtime::{block_on, spawn};
use tauri::{AppHandle, Emitter, Manager, RunEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tokio::sync::broadcast::error::RecvError;

/// The name under which every event reaches the window.
const EVENT: &str = "annotomy";

fn main() {
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![doors::rpc, doors::bytes])
        .setup(|handle| {
            open_library(handle.handle());
            Ok(())
        })
        .build(tauri::generate_context!())
        .expect("the window's context is part of the program")
        .run(|handle, event| {
            if let (RunEvent::Exit, Some(app)) = (event, handle.try_state::<Arc<App>>()) {
                block_on(app.finish());
            }
        });
}

/// Without its library the program cannot keep anything: it says why and ends.
fn open_library(handle: &AppHandle) {
    let resources = handle.path().resource_dir().ok();
    match block_on(App::open(Config::from_environment(resources.as_deref()))) {
        Ok(app) => {
            handle.manage(Arc::clone(&app));
            spawn(forward_events(handle.clone(), app));
        }
        Err(error) => {
            let ended = handle.clone();
            handle
                .dialog()
                .message(error.to_string())
                .title("Annotomy cannot start")
                .kind(MessageDialogKind::Error)
                .show(move |_| ended.exit(1));
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
