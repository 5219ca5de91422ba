//! The two doors between the window and the app.

use annotomy_app::wire::{BytesRequest, WireError};
use annotomy_app::{App, bytes as app_bytes, commands};
use serde_json::Value;
use std::sync::Arc;
use tauri::State;
use tauri::ipc::Response;

/// Control: any command of the app, by name.
#[tauri::command]
pub(crate) async fn rpc(
    app: State<'_, Arc<App>>,
    command: String,
    request: Value,
) -> Result<Value, WireError> {
    commands::dispatch(&app, &app.local_caller(), &command, request).await
}

/// Slices, labels and thumbnails, raw.
#[tauri::command]
pub(crate) async fn bytes(
    app: State<'_, Arc<App>>,
    request: BytesRequest,
) -> Result<Response, WireError> {
    app_bytes::bytes(&app, request).await.map(Response::new)
}
