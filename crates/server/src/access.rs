//! Who gets in: the browser that was given the token, from this server's own pages.

use axum::extract::{Request, State};
use axum::http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// A secret of one run of the server.
#[derive(Debug, Clone)]
pub struct Token(String);

impl Token {
    /// 244 random bits.
    #[must_use]
    pub fn random() -> Self {
        Self(format!(
            "{}{}",
            Uuid::new_v4().simple(),
            Uuid::new_v4().simple()
        ))
    }

    fn is(&self, other: &str) -> bool {
        // Every byte is looked at, so that the time taken tells nothing.
        let differences = self
            .0
            .bytes()
            .zip(other.bytes())
            .fold(0, |all, (a, b)| all | (a ^ b));
        self.0.len() == other.len() && differences == 0
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a request is measured against.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) token: Arc<Token>,
    pub(crate) port: u16,
}

impl Access {
    /// Browsers keep cookies for a host whatever the port: servers must not share one.
    fn cookie_name(&self) -> String {
        format!("annotomy-{}", self.port)
    }

    /// A name that resolves to this machine but is not ours is an attack (DNS rebinding).
    fn is_own_host(&self, headers: &HeaderMap) -> bool {
        let host = headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        let Some((name, port)) = host.rsplit_once(':') else {
            return false;
        };
        let address = name.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        port == self.port.to_string() && (name == "localhost" || is_loopback())
    }

    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(ORIGIN) else {
            return true;
        };
        let host = headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        origin
            .to_str()
            .is_ok_and(|origin| origin == format!("http://{host}"))
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let cookies = headers
            .get_all(COOKIE)
            .into_iter()
            .filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(key, value)| key == name && self.token.is(value))
    }

    fn has_token(&self, uri: &Uri) -> bool {
        let pairs = uri.query().unwrap_or_default().split('&');
        pairs
            .filter_map(|pair| pair.split_once('='))
            .any(|(k, v)| k == "token" && self.token.is(v))
    }
}

/// Lets requests with the cookie through; turns the token of the first address into the cookie.
pub(crate) async fn check(State(access): State<Access>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !access.is_own_host(headers) || !access.is_own_origin(headers) {
        return (
            StatusCode::FORBIDDEN,
            "This page does not belong to Annotomy.",
        )
            .into_response();
    }
    if access.has_token(request.uri()) {
        let token = &access.token;
        let cookie = format!(
            "{}={token}; HttpOnly; SameSite=Strict; Path=/",
            access.cookie_name()
        );
        let home = [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())];
        return (StatusCode::SEE_OTHER, home).into_response();
    }
    if access.has_cookie(headers) {
        return next.run(request).await;
    }
    let hint = "Open the address that Annotomy printed when it was started.";
    (StatusCode::UNAUTHORIZED, hint).into_response()
}
