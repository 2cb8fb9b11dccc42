//! Trouble on request: what a provider's clients must bear sooner or later, brought about for developers and tests.
//!
//! Nothing here is left to chance: each failure is for a number of requests, and slowness is a gate that is opened by
//! whoever closed it, or, for people who look on, a delay.

mod answer;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use service::reply::NoStore;
use tokio::sync::watch;
use wire::google_calendar::EVENTS_PATH;

use crate::github;
use crate::router::App;

/// The longest delay: clients give up before it is over.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Where there is trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `/token`, and GitHub's `/login/oauth/access_token`.
    Token,
    /// `/v1/userinfo`, and GitHub's `/user`.
    Userinfo,
    /// The calendar.
    Calendar,
}

impl Endpoint {
    fn at(path: &str) -> Option<Self> {
        match path {
            "/token" | github::token::PATH => Some(Self::Token),
            "/v1/userinfo" | github::user::PATH => Some(Self::Userinfo),
            _ if path.starts_with(EVENTS_PATH) => Some(Self::Calendar),
            _ => None,
        }
    }
}

/// What a request meets instead of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum Failure {
    /// The grant seems to be over: `invalid_grant` where tokens come from, 401 where they are used. Nothing is revoked.
    Revoked,
    /// The provider fails by its own fault: 500.
    ServerError,
    /// Too many requests: 429 with `Retry-After`.
    RateLimited {
        /// Seconds after which to try again.
        #[serde(default = "a_minute")]
        retry_after: u64,
    },
    /// Status 200, and a body that is no JSON: a proxy's page, say.
    Garbage,
}

const fn a_minute() -> u64 {
    60
}

/// The trouble of every endpoint; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Troubles(Arc<Spots>);

#[derive(Default)]
struct Spots {
    token: Spot,
    userinfo: Spot,
    calendar: Spot,
}

/// The trouble of one endpoint.
struct Spot {
    plan: Mutex<Plan>,
    /// How many hold the gate closed.
    holds: watch::Sender<usize>,
    /// How many requests wait at the gate.
    waiting: watch::Sender<usize>,
}

#[derive(Default)]
struct Plan {
    /// What comes next, and how often.
    failures: VecDeque<(Failure, u64)>,
    delay: Duration,
}

impl Default for Spot {
    fn default() -> Self {
        Self {
            plan: Mutex::default(),
            holds: watch::Sender::new(0),
            waiting: watch::Sender::new(0),
        }
    }
}

impl Spot {
    /// Waits for the gate and the delay, and says what the request meets then.
    async fn meet(&self) -> Option<Failure> {
        if *self.holds.borrow() > 0 {
            self.waiting.send_modify(|waiting| *waiting += 1);
            let waiting = Waiting(&self.waiting);
            // It cannot fail: the sender is ours, and lives as long as we look at it.
            drop(self.holds.subscribe().wait_for(|holds| *holds == 0).await);
            drop(waiting);
        }
        let delay = self.plan().delay;
        if !delay.is_zero() {
            #[expect(
                clippy::disallowed_methods,
                reason = "a person asked for it, to see a client wait"
            )]
            tokio::time::sleep(delay).await;
        }
        self.plan().next()
    }

    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counted as long as it is there, also when the client hangs up.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

impl Plan {
    fn next(&mut self) -> Option<Failure> {
        let (failure, times) = self.failures.pop_front()?;
        if times > 1 {
            self.failures.push_front((failure, times - 1));
        }
        Some(failure)
    }
}

impl Troubles {
    fn spot(&self, endpoint: Endpoint) -> &Spot {
        match endpoint {
            Endpoint::Token => &self.0.token,
            Endpoint::Userinfo => &self.0.userinfo,
            Endpoint::Calendar => &self.0.calendar,
        }
    }

    /// Lets the next requests fail, after those that are to fail already.
    pub(crate) fn fail_next(&self, endpoint: Endpoint, failure: Failure, times: u64) {
        if times > 0 {
            self.spot(endpoint).plan().failures.push_back((failure, times));
        }
    }

    /// Answers late from now on; zero ends it.
    pub(crate) fn delay(&self, endpoint: Endpoint, delay: Duration) {
        self.spot(endpoint).plan().delay = delay.min(LONGEST_DELAY);
    }

    /// Lets requests wait until the guard is dropped.
    pub(crate) fn hold(&self, endpoint: Endpoint) -> Held {
        self.spot(endpoint).holds.send_modify(|holds| *holds += 1);
        Held { troubles: self.clone(), endpoint }
    }

    /// All is well again, but for gates, which are for who closed them.
    pub(crate) fn end(&self) {
        for endpoint in [Endpoint::Token, Endpoint::Userinfo, Endpoint::Calendar] {
            *self.spot(endpoint).plan() = Plan::default();
        }
    }
}

/// A closed gate: requests wait before it until this is dropped.
#[must_use = "the gate opens when this is dropped"]
pub struct Held {
    troubles: Troubles,
    endpoint: Endpoint,
}

impl Held {
    /// Returns as soon as so many requests wait.
    pub async fn waiting(&self, count: usize) {
        let mut waiting = self.troubles.spot(self.endpoint).waiting.subscribe();
        // It cannot fail: the sender is ours.
        drop(waiting.wait_for(|waiting| *waiting >= count).await);
    }

    /// Opens the gate.
    pub fn release(self) {}
}

impl Drop for Held {
    fn drop(&mut self) {
        self.troubles.spot(self.endpoint).holds.send_modify(|holds| *holds -= 1);
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Held").field(&self.endpoint).finish()
    }
}

/// Puts the trouble before the handlers.
pub(crate) async fn meet(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some(endpoint) = Endpoint::at(path) else {
        return next.run(request).await;
    };
    let is_github = matches!(path, github::token::PATH | github::user::PATH);
    match app.troubles.spot(endpoint).meet().await {
        None => next.run(request).await,
        Some(failure) => {
            tracing::info!(?endpoint, ?failure, "failing on request");
            NoStore(answer::answer(endpoint, failure, is_github)).into_response()
        }
    }
}

impl Failure {
    const fn status(self) -> StatusCode {
        match self {
            Self::Revoked => StatusCode::UNAUTHORIZED,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Garbage => StatusCode::OK,
        }
    }
}
