//! The built app on a free port, with a `config.json` that names this world's servers.

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use service::running::{Bound, Running};
use std::path::{Path, PathBuf};

/// The app's address is needed before its servers start, and theirs before it serves.
pub struct BoundApp(Bound);

impl BoundApp {
    /// Takes a port.
    pub async fn to_a_free_port() -> Self {
        let any = ([127, 0, 0, 1], 0).into();
        Self(Bound::to("app", any).await.expect("a free port for the app"))
    }

    pub fn origin(&self) -> &str {
        self.0.url()
    }

    /// Serves what Trunk has built, pointed at these servers.
    pub fn serve(self, tenant: &str, calendar_api: &str) -> Running {
        let dist = devkit::workspace::root().join("dist");
        let index = dist.join("index.html");
        assert!(
            index.is_file(),
            "{} is missing: run `cargo verify`, which builds the app",
            index.display()
        );
        let config = json!({
            "domain": tenant,
            "client_id": "calendar-spa",
            "audience": "https://my-api.example.com",
            "api_base": calendar_api,
            "connection": "google-oauth2",
        });
        let router = Router::new()
            .route("/config.json", get(async || axum::Json::<Value>(config)))
            .route("/", get(page))
            .route("/{*path}", get(file))
            .with_state(dist);
        self.0.serve(router)
    }
}

/// A file of the app; anything else is a path of the app's own, and gets its page.
async fn file(State(dist): State<PathBuf>, UrlPath(path): UrlPath<String>) -> Response {
    let file = dist.join(&path);
    if path.split('/').any(|part| part == "..") || !file.is_file() {
        return page(State(dist)).await;
    }
    send(&file).await
}

async fn page(State(dist): State<PathBuf>) -> Response {
    send(&dist.join("index.html")).await
}

async fn send(file: &Path) -> Response {
    let kind = match file.extension().and_then(|kind| kind.to_str()) {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let content = tokio::fs::read(file).await.expect("the app's files can be read");
    ([(CONTENT_TYPE, kind)], content).into_response()
}
