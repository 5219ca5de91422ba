//! The two doors between the window and the app.

#![expect(
    clippy::let_underscore_must_use,
    reason = "what the command macro makes of a function does it"
)]

use crate::desk::Desk;
use annotomy_app::wire::{BytesRequest, WireError};
use annotomy_app::{bytes as app_bytes, commands};
use serde_json::Value;
use tauri::State;
use tauri::ipc::Response;

/// Control: any command of the app, by name.
#[tauri::command]
pub(crate) async fn rpc(
    desk: State<'_, Desk>,
    command: String,
    request: Value,
) -> Result<Response, WireError> {
    let app = desk.app().await?;
    let answer = commands::dispatch(&app, &app.local_caller(), &command, request).await;
    answer.map(Response::new)
}

/// Slices, labels and thumbnails, raw.
#[tauri::command]
pub(crate) async fn bytes(
    desk: State<'_, Desk>,
    request: BytesRequest,
) -> Result<Response, WireError> {
    let app = desk.app().await?;
    app_bytes::bytes(&app, request).await.map(Response::new)
}
