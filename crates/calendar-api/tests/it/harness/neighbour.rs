//! A server that answers what the test tells it, and remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use service::running::Running;
use tokio::sync::Semaphore;
use wire::parameters::Parameters;

/// An answer that a test has prepared.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Json(u16, Value),
    Text(u16, &'static str),
    /// The neighbour hangs.
    Never,
}

/// What the neighbour was asked.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) authorization: Option<String>,
    pub(crate) query: Parameters,
    pub(crate) body: String,
}

impl Call {
    /// The body's form parameters.
    pub(crate) fn form(&self) -> Parameters {
        Parameters::from_form(self.body.as_bytes()).expect("a form")
    }
}

/// The tenant, or the provider.
pub(crate) struct Neighbour {
    running: Running,
    script: Arc<Script>,
}

/// Everything is by method and path, such as `GET /events`.
#[derive(Default)]
struct Script {
    usual: Mutex<HashMap<String, Reply>>,
    next: Mutex<HashMap<String, VecDeque<Reply>>>,
    held: Mutex<HashMap<String, Arc<Semaphore>>>,
    calls: Mutex<HashMap<String, Vec<Call>>>,
}

impl Neighbour {
    pub(crate) async fn start() -> Self {
        let script = Arc::new(Script::default());
        let router = Router::new().fallback(answer).with_state(script.clone());
        let running = Running::start("neighbour", ([127, 0, 0, 1], 0).into(), |_| router).await;
        Self { running: running.expect("a free port"), script }
    }

    pub(crate) fn url(&self) -> &str {
        self.running.url()
    }

    /// Ends it: its port is closed from now on.
    pub(crate) async fn stop(&self) {
        self.running.stop().await;
    }

    /// Answers so whenever nothing else was told.
    pub(crate) fn usually(&self, what: &str, reply: Reply) {
        lock(&self.script.usual).insert(what.to_owned(), reply);
    }

    /// Answers so once; several are given in their order.
    pub(crate) fn next(&self, what: &str, reply: Reply) {
        lock(&self.script.next).entry(what.to_owned()).or_default().push_back(reply);
    }

    /// Takes requests but answers them only once the gate is opened.
    pub(crate) fn hold(&self, what: &str) -> Gate {
        let semaphore = Arc::new(Semaphore::new(0));
        lock(&self.script.held).insert(what.to_owned(), semaphore.clone());
        Gate(semaphore)
    }

    /// How often it was asked for that.
    pub(crate) fn count(&self, what: &str) -> usize {
        self.calls(what).len()
    }

    pub(crate) fn calls(&self, what: &str) -> Vec<Call> {
        lock(&self.script.calls).get(what).cloned().unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn last_call(&self, what: &str) -> Call {
        self.calls(what).pop().unwrap_or_else(|| panic!("{what} was never called"))
    }
}

/// Requests wait at it.
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn open(&self) {
        self.0.close();
    }
}

async fn answer(
    State(script): State<Arc<Script>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let what = format!("{method} {}", uri.path());
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let call = Call {
        authorization: authorization.map(str::to_owned),
        query: Parameters::from_form(uri.query().unwrap_or_default().as_bytes()).expect("a query"),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    lock(&script.calls).entry(what.clone()).or_default().push(call);

    let gate = lock(&script.held).get(&what).cloned();
    if let Some(gate) = gate {
        // A closed semaphore is an open gate.
        let _ = gate.acquire().await;
    }
    let next = lock(&script.next).get_mut(&what).and_then(VecDeque::pop_front);
    let usual = || lock(&script.usual).get(&what).cloned();
    match next.or_else(usual).unwrap_or(Reply::Text(404, "not scripted")) {
        Reply::Json(status, body) => (status_code(status), Json(body)).into_response(),
        Reply::Text(status, body) => (status_code(status), body).into_response(),
        Reply::Never => std::future::pending().await,
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status")
}

/// A test that panicked elsewhere is reported by itself.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
