//! The three planes over HTTP.

use crate::access::{Access, Token, check};
use crate::ui;
use annotomy_app::wire::{BytesRequest, ErrorCode, WireError};
use annotomy_app::{App, bytes, commands};
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use futures_util::StreamExt;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

/// The largest request is a stroke: 60,000 points of three numbers.
const MAX_REQUEST_BYTES: usize = 8 << 20;

/// Everything the server answers.
pub fn router(app: Arc<App>, token: Token, port: u16) -> Router {
    let access = Access {
        token: Arc::new(token),
        port,
    };
    Router::new()
        .route("/api/{command}", post(command))
        .route("/bytes", get(slice))
        .route("/events", get(events))
        .fallback(ui::file)
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .layer(middleware::from_fn_with_state(access, check))
        .layer(middleware::map_response(ui::guard))
        .with_state(app)
}

async fn command(State(app): State<Arc<App>>, Path(name): Path<String>, body: Bytes) -> Response {
    let request = match serde_json::from_slice::<Value>(&body) {
        Ok(request) => request,
        Err(e) => return failure(&invalid(e.to_string())),
    };
    match commands::dispatch(&app, &app.local_caller(), &name, request).await {
        Ok(json) => ([(CONTENT_TYPE, JSON)], json).into_response(),
        Err(error) => failure(&error),
    }
}

async fn slice(
    State(app): State<Arc<App>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let request = match serde_json::from_value::<BytesRequest>(json_of(query)) {
        Ok(request) => request,
        Err(e) => return failure(&invalid(e.to_string())),
    };
    match bytes::bytes(&app, request).await {
        Ok(reply) => {
            let headers = [
                (
                    CONTENT_TYPE,
                    HeaderValue::from_static("application/octet-stream"),
                ),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, reply).into_response()
        }
        Err(error) => failure(&error),
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Fields of a bytes request that are numbers; a query has text only.
const NUMBERS: [&str; 6] = ["request", "layer", "volume", "axis", "index", "since"];

/// Fields of a bytes request that are JSON.
const OBJECTS: [&str; 5] = ["plane", "slab", "wire", "contour", "stroke"];

fn json_of(query: BTreeMap<String, String>) -> Value {
    let object = |key: &str, text: &str| match OBJECTS.contains(&key) {
        true => serde_json::from_str(text).ok(),
        false => None,
    };
    let typed = |key: &str, text: String| match text.parse::<u32>() {
        Ok(number) if NUMBERS.contains(&key) => Value::from(number),
        _ => object(key, &text).unwrap_or_else(|| Value::from(text)),
    };
    query
        .into_iter()
        .map(|(key, text)| (key.clone(), typed(&key, text)))
        .collect()
}

async fn events(State(app): State<Arc<App>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| push_events(app, socket))
}

/// A window that falls behind is cut off: it then asks again for what it shows.
async fn push_events(app: Arc<App>, mut socket: WebSocket) {
    let mut events = app.events();
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => {
                    let Ok(text) = serde_json::to_string(&event) else { return };
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
                Err(RecvError::Lagged(_) | RecvError::Closed) => return,
            },
            message = socket.next() => match message {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

fn invalid(message: String) -> WireError {
    WireError {
        code: ErrorCode::InvalidRequest,
        message,
        hint: None,
    }
}

fn failure(error: &WireError) -> Response {
    let status = match error.code {
        ErrorCode::InvalidRequest | ErrorCode::BadInput | ErrorCode::Unsupported => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Limit => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::NotPermitted => StatusCode::FORBIDDEN,
        ErrorCode::Conflict | ErrorCode::Cancelled => StatusCode::CONFLICT,
        ErrorCode::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Io | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, Json(error)).into_response()
}
