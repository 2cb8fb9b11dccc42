//! A provider that answers refreshes as the test tells it, and counts them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use service::running::Running;
use tokio::sync::{Notify, Semaphore};
use wire::parameters::Parameters;

/// It answers `POST /token` and nothing else.
pub(crate) struct ScriptedProvider {
    running: Running,
    script: Arc<Script>,
}

struct Script {
    /// What is answered next; then `500`.
    answers: Mutex<VecDeque<(u16, Value)>>,
    /// What it was asked.
    calls: Mutex<Vec<Parameters>>,
    called: Notify,
    /// One permit for each answer that may leave.
    gate: Semaphore,
}

/// As many as nobody needs.
const OPEN: usize = 1_000_000;

impl ScriptedProvider {
    pub(crate) async fn start() -> Self {
        let script = Arc::new(Script {
            answers: Mutex::default(),
            calls: Mutex::default(),
            called: Notify::new(),
            gate: Semaphore::new(OPEN),
        });
        let router = Router::new().route("/token", post(answer)).with_state(script.clone());
        let running = Running::start("scripted", ([127, 0, 0, 1], 0).into(), |_| router).await;
        Self { running: running.unwrap(), script }
    }

    pub(crate) fn url(&self) -> &str {
        self.running.url()
    }

    /// Answers so next; several are given in their order.
    pub(crate) fn answers(&self, status: u16, body: Value) {
        self.script.answers.lock().unwrap().push_back((status, body));
    }

    /// Issues that access token next, for an hour, with more members of the answer.
    pub(crate) fn issues(&self, access_token: &str, more: &Value) {
        let mut body =
            json!({ "access_token": access_token, "expires_in": 3600, "token_type": "Bearer" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.answers(200, body);
    }

    /// Answers nobody until [`Self::open`].
    pub(crate) fn hold(&self) {
        self.script.gate.forget_permits(OPEN);
    }

    pub(crate) fn open(&self) {
        self.script.gate.add_permits(OPEN);
    }

    /// Waits until it is asked for the nth time.
    pub(crate) async fn called(&self, times: usize) {
        loop {
            let called = self.script.called.notified();
            if self.calls().len() >= times {
                return;
            }
            called.await;
        }
    }

    pub(crate) fn calls(&self) -> Vec<Parameters> {
        self.script.calls.lock().unwrap().clone()
    }

    /// The refresh tokens that it was sent.
    pub(crate) fn refresh_tokens(&self) -> Vec<String> {
        let sent = |call: &Parameters| call.get("refresh_token").unwrap_or_default().to_owned();
        self.calls().iter().map(sent).collect()
    }
}

async fn answer(State(script): State<Arc<Script>>, body: Bytes) -> Response {
    script.calls.lock().unwrap().push(Parameters::from_form(&body).unwrap());
    script.called.notify_waiters();
    script.gate.acquire().await.unwrap().forget();
    let answer = script.answers.lock().unwrap().pop_front();
    let (status, body) = answer.unwrap_or((500, json!({ "error": "server_error" })));
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}
