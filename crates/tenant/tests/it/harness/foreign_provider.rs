//! An OAuth server that is none of ours: it answers what a test tells it to, and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) form: BTreeMap<String, String>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.form.get(name).map(String::as_str)
    }
}

/// An answer that can be given again and again.
#[derive(Clone)]
pub(crate) struct Canned {
    status: u16,
    content_type: &'static str,
    location: Option<&'static str>,
    body: String,
}

impl Canned {
    pub(crate) fn new(status: u16, content_type: &'static str, body: &str) -> Self {
        Self { status, content_type, location: None, body: body.to_owned() }
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::new(200, "application/json", body)
    }

    pub(crate) fn redirect(location: &'static str) -> Self {
        Self { location: Some(location), ..Self::new(307, "text/plain", "") }
    }
}

impl IntoResponse for Canned {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap();
        let mut response =
            (status, [("content-type", self.content_type)], self.body).into_response();
        if let Some(location) = self.location {
            response.headers_mut().insert("location", location.parse().unwrap());
        }
        response
    }
}

/// It stops with its test.
pub(crate) struct ForeignProvider {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    serving: tokio::task::JoinHandle<()>,
}

impl ForeignProvider {
    /// One that answers so at `/token`, and so anywhere else.
    pub(crate) async fn answering(token: Canned, profile: Canned) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let memory = Arc::clone(&seen);
        let answer = move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let form = form_urlencoded::parse(&body).into_owned().collect();
            let path = uri.path().to_owned();
            let answer = if path == "/token" { token.clone() } else { profile.clone() };
            memory.lock().unwrap().push(Seen { path, headers, form });
            async move { answer }
        };
        let router = Router::new().fallback(answer);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, seen, serving }
    }

    /// What it was asked at that path.
    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.path == path).cloned().collect()
    }

    pub(crate) fn at(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.url)).unwrap()
    }
}

impl Drop for ForeignProvider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
