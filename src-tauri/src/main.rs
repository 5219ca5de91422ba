//! The desktop window: one command for control, one for bytes, and events. Everything else is the
//! app's.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod desk;
mod doors;

use annotomy_app::config::Config;
use desk::Desk;
use tauri::async_runtime::block_on;
use tauri::{Manager, RunEvent};

fn main() {
    annotomy_memory::keep_no_large_blocks();
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![doors::rpc, doors::bytes])
        .setup(|app| {
            let resources = app.path().resource_dir().ok();
            let config = Config::from_environment(resources.as_deref());
            app.manage(Desk::new(app.handle().clone(), config));
            Ok(())
        })
        .build(tauri::generate_context!())
        .expect("the window's context is part of the program")
        .run(|handle, event| {
            if let RunEvent::Exit = event {
                block_on(handle.state::<Desk>().finish());
            }
        });
}
