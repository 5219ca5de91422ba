//! Who gets in, and what comes back over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_app::App;
use annotomy_app::config::Config;
use annotomy_server::{ServeError, Server, Token, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

const PORT: u16 = 8017;

struct Door {
    router: Router,
    token: Token,
    _folder: TempDir,
}

impl Door {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_folder = folder.path().to_owned();
        let config = Config {
            data_folder,
            sample: None,
            user: "Ada".to_owned(),
        };
        let app = App::open(config).await.unwrap();
        let token = Token::random();
        Self {
            router: router(app, token.clone(), PORT),
            token,
            _folder: folder,
        }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", format!("127.0.0.1:{PORT}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.router
            .clone()
            .oneshot(request.body(Body::from("{}")).unwrap())
            .await
            .unwrap()
    }

    fn cookie(&self) -> String {
        format!("other=1; annotomy-{PORT}={}", self.token)
    }

    async fn home(&self, headers: &[(&str, &str)]) -> StatusCode {
        self.ask(Method::POST, "/api/home", headers).await.status()
    }
}

#[tokio::test]
async fn first_address_gives_the_cookie_that_opens_every_door() {
    let door = Door::new().await;
    let answer = door
        .ask(Method::GET, &format!("/?token={}", door.token), &[])
        .await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], "/");
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().unwrap();
    assert_eq!(door.home(&[("cookie", pair)]).await, StatusCode::OK);
    assert_eq!(
        door.home(&[("cookie", &door.cookie())]).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn without_the_token_nothing_is_answered() {
    let door = Door::new().await;
    let wrong = format!("annotomy-{PORT}={}", Token::random());
    for headers in [
        vec![],
        vec![("cookie", wrong.as_str())],
        vec![("cookie", "annotomy-8017=")],
    ] {
        assert_eq!(door.home(&headers).await, StatusCode::UNAUTHORIZED);
    }
    for path in [
        "/",
        "/bytes?kind=thumbnail&request=1&series=a",
        "/events",
        "/?token=guess",
    ] {
        let answer = door.ask(Method::GET, path, &[]).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn pages_and_names_of_others_are_refused_even_with_the_cookie() {
    let door = Door::new().await;
    let cookie = door.cookie();
    let check = async |name: &str, value: &str, expected| {
        let status = door.home(&[("cookie", &cookie), (name, value)]).await;
        assert_eq!(status, expected, "{name}: {value}");
    };
    check("host", "annotomy.example:8017", StatusCode::FORBIDDEN).await;
    check("host", "127.0.0.1:9999", StatusCode::FORBIDDEN).await;
    check("host", "localhost:8017", StatusCode::OK).await;
    check("origin", "http://evil.example", StatusCode::FORBIDDEN).await;
    check("origin", "null", StatusCode::FORBIDDEN).await;
    check("origin", "http://127.0.0.1:8017", StatusCode::OK).await;
}

#[tokio::test]
async fn errors_have_a_status_and_a_wire_body() {
    let door = Door::new().await;
    let cookie = door.cookie();
    let headers = [("cookie", cookie.as_str())];
    for (method, path, status, code) in [
        (
            Method::POST,
            "/api/nonsense",
            StatusCode::BAD_REQUEST,
            "invalid_request",
        ),
        (
            Method::POST,
            "/api/open_sample",
            StatusCode::BAD_REQUEST,
            "invalid_request",
        ),
        (
            Method::GET,
            "/bytes?kind=slice",
            StatusCode::BAD_REQUEST,
            "invalid_request",
        ),
        (
            Method::GET,
            "/bytes?kind=slice&request=1&image=x&axis=0&index=0",
            StatusCode::NOT_FOUND,
            "not_found",
        ),
    ] {
        let answer = door.ask(method, path, &headers).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(answer.headers().contains_key("content-security-policy"));
        let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], code);
        assert!(body["message"].is_string());
    }
}

#[tokio::test]
async fn listens_on_this_machine_only() {
    for address in ["0.0.0.0:0", "192.168.1.5:0", "[::]:0"] {
        let error = Server::bind(address.parse().unwrap()).await.unwrap_err();
        assert!(matches!(error, ServeError::NotLoopback { .. }), "{error}");
        assert!(error.to_string().contains("127.0.0.1"));
    }
    let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    assert!(server.url().starts_with("http://127.0.0.1:"));
}
